#pragma once
/// \file
/// Messages between ranks, whatever carries them.

#include <optional>
#include <string>

#include "core/strong.hpp"

namespace clvae::comm {

struct Message {
  Rank source;
  std::string bytes;
};

/// One rank's end of a set of mailboxes. Used from one thread.
class Channel {
 public:
  Channel() = default;
  virtual ~Channel() = default;
  Channel(const Channel&) = delete;
  Channel& operator=(const Channel&) = delete;

  virtual Rank rank() const = 0;
  virtual int size() const = 0;

  /// Sends without waiting for the receiver, who may be oneself. Between two ranks messages keep
  /// their order.
  virtual void send(Rank to, std::string bytes) = 0;

  /// The next message, if one has come.
  virtual std::optional<Message> try_receive() = 0;
};

}  // namespace clvae::comm
