#pragma once
/// \file
/// Channels between the threads of one process.

#include <memory>
#include <vector>

#include "comm/channel.hpp"

namespace clvae::comm {

/// `size` connected channels, one for each thread that plays a rank. They may outlive each other.
std::vector<std::unique_ptr<Channel>> in_process_channels(int size);

}  // namespace clvae::comm
