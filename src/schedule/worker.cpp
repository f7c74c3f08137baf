#include "schedule/worker.hpp"

#include <deque>
#include <exception>
#include <iterator>
#include <list>
#include <memory>
#include <optional>
#include <string>
#include <variant>

#include "clvae/core/errors.hpp"
#include "comm/patience.hpp"

namespace clvae::schedule {

namespace {

constexpr Rank kCoordinatorRank{0};
constexpr std::size_t kLongestReason = 255;

/// A member in training.
struct Lane {
  Task task;
  std::unique_ptr<Training> training;
  bool has_asked = false;     ///< for its next member
  bool is_finishing = false;  ///< though the job stops
};

class Worker {
 public:
  Worker(comm::Channel& channel, const Begin& begin, Coordinator* coordinator,
         const StopSource& stop_source, int lanes)
      : channel_(channel),
        begin_(begin),
        coordinator_(coordinator),
        stop_source_(stop_source),
        lanes_left_(static_cast<std::size_t>(lanes)) {}

  void run() {
    for (std::size_t lane = 0; lane < lanes_left_; ++lane) ask();
    while (lanes_left_ > 0) {
      if (at_work_.empty()) wait_until([this] { return !answers_.empty(); });
      take_up_answers();
      advance_all();
    }
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

  /// Begins the members that lanes without one were given, and closes lanes that get none.
  void take_up_answers() {
    while (!answers_.empty() && at_work_.size() < lanes_left_) {
      const std::optional<Task> task = answers_.front();
      answers_.pop_front();
      if (task) {
        at_work_.push_back({*task, nullptr});
        if (!goes_on(at_work_.back(), [&](Lane& lane) { return begin(lane); })) at_work_.pop_back();
      } else {
        --lanes_left_;
      }
    }
  }

  /// Makes a piece of every member in training.
  void advance_all() {
    for (auto lane = at_work_.begin(); lane != at_work_.end();) {
      const bool stays = goes_on(*lane, [&](Lane& at_work) { return advance(at_work); });
      lane = stays ? std::next(lane) : at_work_.erase(lane);
    }
  }

  void ask() { tell(Request{}); }
  void tell(const AnyMessage& message) { channel_.send(kCoordinatorRank, encode(message)); }

  /// \return whether it is begun; else it was told that it is given back
  bool begin(Lane& lane) {
    // A task may have been on its way here when the job was stopped.
    if (stopping_) {
      tell(Interrupted{lane.task});
      return false;
    }
    lane.training = begin_(lane.task);
    return true;
  }

  /// \return whether there is more to do; else it was told how it ended
  bool advance(Lane& lane) {
    const Piece piece = lane.training->advance();
    if (piece == Piece::done) {
      tell(Done{lane.task});
      return false;
    }
    if (piece == Piece::epoch_ended) tell(Progress{lane.task, lane.training->epoch()});
    if (piece == Piece::training_ended) ask_once(lane);
    if (piece != Piece::batch) return true;
    look_around();
    if (!stopping_ || lane.is_finishing) return true;
    lane.is_finishing = lane.training->stop();
    if (!lane.is_finishing) tell(Interrupted{lane.task});
    return lane.is_finishing;
  }

  /// Does something for a lane, which a failure of the attempt ends.
  /// \return whether it goes on; else its next member has been asked for
  template <class Step>
  bool goes_on(Lane& lane, const Step& step) {
    bool stays = false;
    try {
      stays = step(lane);
    } catch (const AttemptError& error) {
      tell(Failed{lane.task, first_line(error).substr(0, kLongestReason)});
    } catch (const Error&) {
      throw;
    } catch (const std::exception& error) {
      tell(Failed{lane.task, first_line(error).substr(0, kLongestReason)});
    }
    if (!stays) ask_once(lane);
    return stays;
  }

  void ask_once(Lane& lane) {
    if (!lane.has_asked) ask();
    lane.has_asked = true;
  }

  comm::Channel& channel_;
  const Begin& begin_;
  Coordinator* coordinator_;
  const StopSource& stop_source_;
  bool stopping_ = false;
  std::deque<std::optional<Task>> answers_;  ///< that no lane has taken up
  std::list<Lane> at_work_;
  std::size_t lanes_left_;  ///< that were not told that nothing is left
};

}  // namespace

void work(comm::Channel& channel, const Begin& begin, Coordinator* coordinator,
          const StopSource& stop_source, int lanes) {
  Worker(channel, begin, coordinator, stop_source, lanes).run();
}

}  // namespace clvae::schedule
