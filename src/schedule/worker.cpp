#include "schedule/worker.hpp"

#include <algorithm>
#include <deque>
#include <exception>
#include <iterator>
#include <list>
#include <memory>
#include <optional>
#include <string>
#include <variant>

#include <fmt/format.h>

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
  bool has_asked = false;     ///< for its next member, or is closed
  bool is_finishing = false;  ///< though the job stops
};

class Worker {
 public:
  Worker(comm::Channel& channel, const Begin& begin, Coordinator* coordinator,
         const StopSource& stop_source, const LaneCount& lanes)
      : channel_(channel),
        begin_(begin),
        coordinator_(coordinator),
        stop_source_(stop_source),
        lane_count_(lanes) {}

  void run() {
    open_lanes();
    while (lanes_left_ > 0 || asked_ > 0 || !at_work_.empty()) {
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

  /// Opens the lanes that there are by now; each asks for its first member.
  void open_lanes() {
    const int wanted = std::max(lane_count_(), 1);
    if (wanted <= opened_) return;
    const int fresh = wanted - opened_;
    opened_ = wanted;
    lanes_left_ += static_cast<std::size_t>(fresh);
    tell(Lanes{opened_ - closed_});
    for (int lane = 0; lane < fresh; ++lane) ask();
  }

  /// Begins the members that lanes without one were given, and closes lanes that get none.
  void take_up_answers() {
    while (!answers_.empty() && at_work_.size() < std::max<std::size_t>(lanes_left_, 1)) {
      const std::optional<Task> task = answers_.front();
      answers_.pop_front();
      --asked_;
      if (task) {
        at_work_.push_back({*task, nullptr});
        if (!goes_on(at_work_.back(), [&](Lane& lane) { return begin(lane); })) at_work_.pop_back();
        if (!stopping_) open_lanes();
      } else if (lanes_left_ > 0) {
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

  void ask() {
    ++asked_;
    tell(Request{});
  }
  void tell(const AnyMessage& message) { channel_.send(kCoordinatorRank, encode(message)); }

  /// \return whether it is begun; else it was told that it is given back
  bool begin(Lane& lane) {
    // A task may have been on its way here when the job was stopped.
    if (stopping_) return give_back(lane);
    lane.training = begin_(lane.task);
    return true;
  }

  /// \return whether there is more to do; else it was told how it ended
  bool advance(Lane& lane) {
    if (has_lost_device_) return give_back(lane);
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
    return lane.is_finishing || give_back(lane);
  }

  /// \return that the lane does not go on
  bool give_back(const Lane& lane) {
    tell(Interrupted{lane.task});
    return false;
  }

  /// Does something for a lane, which a failure of the attempt ends.
  /// \return whether it goes on; else its next member has been asked for
  template <class Step>
  bool goes_on(Lane& lane, const Step& step) {
    bool stays = false;
    try {
      stays = step(lane);
    } catch (const DeviceMemoryError& error) {
      make_room(lane, error);
    } catch (const DeviceLostError& error) {
      lose_device(lane, error);
    } catch (const AttemptError& error) {
      fail(lane, first_line(error));
    } catch (const Error&) {
      throw;
    } catch (const std::exception& error) {
      fail(lane, first_line(error));
    }
    if (!stays) ask_once(lane);
    return stays;
  }

  void fail(const Lane& lane, const std::string& reason) {
    tell(Failed{lane.task, reason.substr(0, kLongestReason)});
  }

  /// There was no memory for a lane's member: it goes back, and the lane is closed for the others.
  void make_room(Lane& lane, const DeviceMemoryError& error) {
    if (lanes_left_ < 2) {
      fail(lane, fmt::format("the memory of the device is too small for one member: {}",
                             first_line(error)));
      return;
    }
    --lanes_left_;
    ++closed_;
    lane.has_asked = true;
    tell(LackedMemory{lane.task, first_line(error).substr(0, kLongestReason)});
  }

  /// Nothing can be trained here any more, nor kept: all lanes give back what they have.
  void lose_device(const Lane& lane, const DeviceLostError& error) {
    has_lost_device_ = true;
    stopping_ = true;
    tell(StopWanted{
        fmt::format("rank {} lost its device: {}", channel_.rank().value(), first_line(error))
            .substr(0, kLongestReason)});
    give_back(lane);
  }

  /// Where a lane was closed after it had asked, the answer is for another one.
  void ask_once(Lane& lane) {
    if (lane.has_asked) return;
    lane.has_asked = true;
    const auto to_ask = static_cast<std::size_t>(std::count_if(
        at_work_.begin(), at_work_.end(), [](const Lane& other) { return !other.has_asked; }));
    if (asked_ + to_ask < lanes_left_) ask();
  }

  comm::Channel& channel_;
  const Begin& begin_;
  Coordinator* coordinator_;
  const StopSource& stop_source_;
  const LaneCount& lane_count_;
  bool stopping_ = false;
  bool has_lost_device_ = false;
  std::deque<std::optional<Task>> answers_;  ///< that no lane has taken up
  std::list<Lane> at_work_;
  std::size_t asked_ = 0;       ///< requests whose answer no lane has taken up
  std::size_t lanes_left_ = 0;  ///< that were neither closed nor told that nothing is left
  int opened_ = 0;              ///< lanes, in all
  int closed_ = 0;              ///< of these, for lack of memory
};

}  // namespace

void work(comm::Channel& channel, const Begin& begin, Coordinator* coordinator,
          const StopSource& stop_source, const LaneCount& lanes) {
  Worker(channel, begin, coordinator, stop_source, lanes).run();
}

void work(comm::Channel& channel, const Begin& begin, Coordinator* coordinator,
          const StopSource& stop_source, int lanes) {
  work(channel, begin, coordinator, stop_source, LaneCount([lanes] { return lanes; }));
}

}  // namespace clvae::schedule
