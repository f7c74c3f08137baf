#include "schedule/worker.hpp"

#include <deque>
#include <exception>
#include <optional>
#include <string>
#include <variant>

#include "clvae/core/errors.hpp"
#include "comm/patience.hpp"

namespace clvae::schedule {

namespace {

constexpr Rank kCoordinatorRank{0};
constexpr std::size_t kLongestReason = 255;

class Worker {
 public:
  Worker(comm::Channel& channel, const Trainer& trainer, Coordinator* coordinator,
         const StopSource& stop_source)
      : channel_(channel),
        trainer_(trainer),
        coordinator_(coordinator),
        stop_source_(stop_source) {}

  void run() {
    ask();
    while (const std::optional<Task> task = next_task()) attempt(*task);
    if (coordinator_ == nullptr) return;
    wait_until([this] { return coordinator_->state().everyone_released(); });
  }

 private:
  /// Takes in all messages that have come: answers to this rank, and on rank 0 everybody's reports.
  bool take_messages() {
    bool any = false;
    while (const auto message = channel_.try_receive()) {
      any = true;
      const AnyMessage decoded = decode(message->bytes);
      if (const auto* assign = std::get_if<Assign>(&decoded)) {
        answers_.emplace_back(assign->task);
      } else if (std::holds_alternative<NoMore>(decoded)) {
        answers_.emplace_back(std::nullopt);
      } else if (std::holds_alternative<Stop>(decoded)) {
        stopping_ = true;
      } else if (coordinator_ != nullptr) {
        coordinator_->take(message->source, decoded);
      } else {
        throw RunError("a worker was sent a report that is rank 0's to take");
      }
    }
    return any;
  }

  /// Takes in messages and what comes from outside the ranks.
  bool look_around() {
    if (!stopping_ && stop_source_) {
      if (const auto reason = stop_source_()) {
        stopping_ = true;
        tell(StopWanted{*reason});
      }
    }
    return take_messages();
  }

  template <class Condition>
  void wait_until(const Condition& condition) {
    comm::Patience patience;
    while (true) {
      if (look_around()) patience.reset();
      if (condition()) return;
      patience.wait();
    }
  }

  std::optional<Task> next_task() {
    wait_until([this] { return !answers_.empty(); });
    const std::optional<Task> task = answers_.front();
    answers_.pop_front();
    return task;
  }

  void ask() { tell(Request{}); }
  void tell(const AnyMessage& message) { channel_.send(kCoordinatorRank, encode(message)); }

  void attempt(const Task& task) {
    bool asked = false;
    const auto ask_once = [&] {
      if (!asked) ask();
      asked = true;
    };
    TrainerHooks hooks;
    hooks.between_batches = [this] { look_around(); };
    hooks.is_stopping = [this] { return stopping_; };
    hooks.after_epoch = [&](const EpochProgress& progress) { tell(Progress{task, progress}); };
    hooks.training_ended = ask_once;
    try {
      // A task may have been on its way here when the job was stopped.
      if (stopping_) throw InterruptedError("the job is stopping");
      trainer_(task, hooks);
      tell(Done{task});
    } catch (const InterruptedError&) {
      tell(Interrupted{task});
    } catch (const AttemptError& error) {
      tell(Failed{task, first_line(error).substr(0, kLongestReason)});
    } catch (const Error&) {
      throw;
    } catch (const std::exception& error) {
      tell(Failed{task, first_line(error).substr(0, kLongestReason)});
    }
    ask_once();
  }

  comm::Channel& channel_;
  const Trainer& trainer_;
  Coordinator* coordinator_;
  const StopSource& stop_source_;
  bool stopping_ = false;
  std::deque<std::optional<Task>> answers_;
};

}  // namespace

void work(comm::Channel& channel, const Trainer& trainer, Coordinator* coordinator,
          const StopSource& stop_source) {
  Worker(channel, trainer, coordinator, stop_source).run();
}

}  // namespace clvae::schedule
