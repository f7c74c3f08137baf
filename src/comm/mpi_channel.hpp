#pragma once
/// \file
/// A channel over MPI messages.

#include <list>

#include "comm/channel.hpp"
#include "comm/communicator.hpp"

namespace clvae::comm {

/// Carries messages between the ranks of a communicator, of which it keeps a duplicate.
class MpiChannel : public Channel {
 public:
  /// Collective.
  explicit MpiChannel(const Communicator& communicator);
  /// Waits until what was sent has left, unless an exception is on its way. Collective.
  ~MpiChannel() override;
  MpiChannel(const MpiChannel&) = delete;
  MpiChannel& operator=(const MpiChannel&) = delete;

  Rank rank() const override { return communicator_.rank(); }
  int size() const override { return communicator_.size(); }
  void send(Rank to, std::string bytes) override;
  std::optional<Message> try_receive() override;

 private:
  /// A message that MPI may still be reading.
  struct Sending {
    std::string bytes;
    MPI_Request request = MPI_REQUEST_NULL;
  };
  void forget_what_was_sent();

  Communicator communicator_;
  std::list<Sending> sending_;
  int exceptions_before_;
};

}  // namespace clvae::comm
