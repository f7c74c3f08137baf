#include "comm/in_process.hpp"

#include <deque>
#include <mutex>
#include <utility>

namespace clvae::comm {

namespace {

class Mailbox {
 public:
  void put(Message message) {
    const std::lock_guard<std::mutex> lock(mutex_);
    messages_.push_back(std::move(message));
  }
  std::optional<Message> take() {
    const std::lock_guard<std::mutex> lock(mutex_);
    if (messages_.empty()) return std::nullopt;
    Message first = std::move(messages_.front());
    messages_.pop_front();
    return first;
  }

 private:
  std::mutex mutex_;
  std::deque<Message> messages_;
};

class InProcessChannel : public Channel {
 public:
  InProcessChannel(Rank rank, std::shared_ptr<std::vector<Mailbox>> mailboxes)
      : rank_(rank), mailboxes_(std::move(mailboxes)) {}

  Rank rank() const override { return rank_; }
  int size() const override { return static_cast<int>(mailboxes_->size()); }
  void send(Rank to, std::string bytes) override {
    mailboxes_->at(static_cast<std::size_t>(to.value())).put({rank_, std::move(bytes)});
  }
  std::optional<Message> try_receive() override {
    return mailboxes_->at(static_cast<std::size_t>(rank_.value())).take();
  }

 private:
  Rank rank_;
  std::shared_ptr<std::vector<Mailbox>> mailboxes_;
};

}  // namespace

std::vector<std::unique_ptr<Channel>> in_process_channels(int size) {
  auto mailboxes = std::make_shared<std::vector<Mailbox>>(static_cast<std::size_t>(size));
  std::vector<std::unique_ptr<Channel>> channels;
  for (int rank = 0; rank < size; ++rank) {
    channels.push_back(std::make_unique<InProcessChannel>(Rank{rank}, mailboxes));
  }
  return channels;
}

}  // namespace clvae::comm
