#include "schedule/coordinator.hpp"

#include <utility>

#include "clvae/core/errors.hpp"

namespace clvae::schedule {

namespace {

template <class... Cases>
struct Overloaded : Cases... {
  using Cases::operator()...;
};
template <class... Cases>
Overloaded(Cases...) -> Overloaded<Cases...>;

}  // namespace

Coordinator::Coordinator(comm::Channel& channel, HandOut hand_out, Observer& observer)
    : channel_(channel), hand_out_(std::move(hand_out)), observer_(observer) {}

void Coordinator::take(Rank from, const AnyMessage& message) {
  std::visit(
      Overloaded{
          [&](const Lanes& report) { answer(hand_out_.set_lanes(from, report.count)); },
          [&](const Request& /*request*/) { answer(hand_out_.request(from)); },
          [&](const Progress& report) {
            observer_.progressed(from, report.task, report.progress, hand_out_);
          },
          [&](const Done& report) {
            const auto replies = hand_out_.done(from, report.task);
            observer_.finished(from, report.task, hand_out_);
            answer(replies);
          },
          [&](const Failed& report) {
            const auto replies = hand_out_.failed(from, report.task);
            observer_.failed(from, report.task, report.reason,
                             hand_out_.is_last_attempt(report.task), hand_out_);
            answer(replies);
          },
          [&](const Interrupted& report) {
            const auto replies = hand_out_.interrupted(from, report.task);
            observer_.interrupted(from, report.task, hand_out_);
            answer(replies);
          },
          [&](const LackedMemory& report) {
            const auto replies = hand_out_.lacked_memory(from, report.task);
            observer_.lacked_memory(from, report.task, report.reason, hand_out_);
            answer(replies);
          },
          [&](const StopWanted& report) { stop(from, report.reason); },
          [](const Assign& /*message*/) { throw RunError("rank 0 was given a task by a worker"); },
          [](const NoMore& /*message*/) { throw RunError("rank 0 was sent home by a worker"); },
          [](const Stop& /*message*/) { throw RunError("rank 0 was stopped by a worker"); }},
      message);
}

void Coordinator::stop(Rank from, const std::string& reason) {
  if (hand_out_.is_stopped()) return;
  const auto replies = hand_out_.stop();
  observer_.stopping(from, reason, hand_out_);
  for (int rank = 0; rank < channel_.size(); ++rank) channel_.send(Rank{rank}, encode(Stop{}));
  answer(replies);
}

void Coordinator::answer(const std::vector<Reply>& replies) {
  for (const Reply& reply : replies) {
    if (reply.task) {
      observer_.started(reply.to, *reply.task, hand_out_);
      channel_.send(reply.to, encode(Assign{*reply.task}));
    } else {
      channel_.send(reply.to, encode(NoMore{}));
    }
  }
}

}  // namespace clvae::schedule
