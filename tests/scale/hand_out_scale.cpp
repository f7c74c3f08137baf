// What handing out costs when ranks are many: the real coordinator and workers over MPI, with a
// trainer that only sleeps, so that many more ranks than cores can be tried.
//
//   mpirun --oversubscribe --bind-to none -np 64 hand_out_scale --members 10000 --seconds 0
//   mpirun --oversubscribe --bind-to none -np 64 hand_out_scale --members 640 --seconds 1
//
// Exit status 1 where a member was not trained exactly once.

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <thread>

#include <CLI/CLI.hpp>
#include <fmt/format.h>
#include <sys/resource.h>

#include "comm/guard.hpp"
#include "comm/mpi_channel.hpp"
#include "comm/session.hpp"
#include "schedule/worker.hpp"

namespace {

using namespace clvae;  // NOLINT(google-build-using-namespace): this file is the end of the line
using Clock = std::chrono::steady_clock;

struct Options {
  std::uint32_t members = 10000;
  double seconds = 0;           ///< a member's training
  double encoding = 0;          ///< seconds between the end of training and the commit
  int epochs = 5;               ///< messages of progress a member
  double batch_seconds = 0.02;  ///< between two looks at the messages
};

double since(Clock::time_point start) {
  return std::chrono::duration<double>(Clock::now() - start).count();
}

/// Processor time of this process.
double processor_seconds() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  const auto seconds = [](const timeval& time) {
    return static_cast<double>(time.tv_sec) + 1e-6 * static_cast<double>(time.tv_usec);
  };
  return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

/// What one rank did.
struct Work {
  std::vector<double> times_trained;  ///< [members]
  double busy_seconds = 0;
  double processor_seconds = 0;
  double seconds = 0;
};

class Nobody : public schedule::Observer {
 public:
  void started(Rank /*rank*/, const schedule::Task& /*task*/,
               const schedule::HandOut& /*state*/) override {}
  void progressed(Rank /*rank*/, const schedule::Task& /*task*/, const EpochReport& /*progress*/,
                  const schedule::HandOut& /*state*/) override {}
  void finished(Rank /*rank*/, const schedule::Task& /*task*/,
                const schedule::HandOut& /*state*/) override {}
  void failed(Rank /*rank*/, const schedule::Task& /*task*/, const std::string& /*reason*/,
              bool /*given_up*/, const schedule::HandOut& /*state*/) override {}
  void interrupted(Rank /*rank*/, const schedule::Task& /*task*/,
                   const schedule::HandOut& /*state*/) override {}
  void stopping(Rank /*rank*/, const std::string& /*reason*/,
                const schedule::HandOut& /*state*/) override {}
};

/// Sleeps as long as a member's training would take, a batch at a time, and counts itself.
class Sleep : public schedule::Training {
 public:
  Sleep(const Options& options, Work& work, std::uint32_t member)
      : options_(options), work_(work), member_(member) {}

  Piece advance() override {
    const double left = options_.seconds * (epoch_ + 1) / options_.epochs - since(start_);
    if (epoch_ < options_.epochs && left > 0) {
      std::this_thread::sleep_for(
          std::chrono::duration<double>(std::min(left, options_.batch_seconds)));
      return Piece::batch;
    }
    if (epoch_ < options_.epochs) {
      ++epoch_;
      return Piece::epoch_ended;
    }
    if (!has_ended_) {
      has_ended_ = true;
      return Piece::training_ended;
    }
    std::this_thread::sleep_for(std::chrono::duration<double>(options_.encoding));
    work_.busy_seconds += since(start_);
    work_.times_trained.at(member_) += 1;
    return Piece::done;
  }
  EpochReport epoch() const override {
    return {epoch_, options_.epochs, 1.0 / epoch_, 1.0 / epoch_};
  }
  bool stop() override { return false; }

 private:
  const Options& options_;
  Work& work_;
  std::uint32_t member_;
  Clock::time_point start_ = Clock::now();
  int epoch_ = 0;
  bool has_ended_ = false;
};

Work work_on_members(const comm::Communicator& world, const Options& options) {
  Work work;
  work.times_trained.resize(options.members);
  const schedule::Begin begin = [&](const schedule::Task& task) {
    return std::make_unique<Sleep>(options, work, task.member.value());
  };
  comm::MpiChannel channel(world);
  Nobody observer;
  std::vector<schedule::Task> tasks;
  for (std::uint32_t member = 0; member < options.members; ++member) {
    tasks.push_back({Kind::clvae, MemberIndex{member}, Attempt{0}});
  }
  world.wait_for_all();
  const auto start = Clock::now();
  const double processor_before = processor_seconds();
  if (world.is_root()) {
    schedule::Coordinator coordinator(channel, schedule::HandOut(std::move(tasks), world.size(), 1),
                                      observer);
    schedule::work(channel, begin, &coordinator, {});
  } else {
    schedule::work(channel, begin, nullptr, {});
  }
  work.seconds = since(start);
  work.processor_seconds = processor_seconds() - processor_before;
  world.wait_for_all();
  return work;
}

/// Rank 0 prints what all ranks found. \throws RunError unless each member was trained once
void report(const comm::Communicator& world, const Options& options, const Work& own) {
  const std::vector<double> times = world.sum(own.times_trained);
  const auto all = world.gather({own.busy_seconds, own.processor_seconds});
  if (!world.is_root()) return;
  const auto wrong = std::count_if(times.begin(), times.end(),
                                   [](double count) { return std::lround(count) != 1; });
  double busy = 0;
  std::vector<double> processor;
  for (const std::vector<double>& rank : all) {
    busy += rank[0];
    if (processor.size() < all.size()) processor.push_back(rank[1]);
  }
  const double root = processor.front();
  std::sort(processor.begin(), processor.end());
  const double typical = processor[processor.size() / 2];
  const double rounds = std::ceil(static_cast<double>(options.members) / world.size());
  const double ideal = rounds * (options.seconds + options.encoding);
  const double wall = own.seconds;
  fmt::print("{} members of {} s on {} ranks: {:.3f} s; ideal {:.3f} s ({:+.2f} %)\n",
             options.members, options.seconds, world.size(), wall, ideal,
             ideal > 0 ? 100 * (wall / ideal - 1) : 0.0);
  fmt::print("idle                      {:.2f} % of all ranks' time\n",
             100 * (1 - busy / (wall * world.size())));
  fmt::print("rank 0's processor time   {:.3f} s, {:.2f} % of a core\n", root, 100 * root / wall);
  fmt::print("a typical rank's          {:.3f} s, {:.2f} % of a core\n", typical,
             100 * typical / wall);
  fmt::print("handing out               {:.1f} us of rank 0 a member, {:.2f} % of a core\n",
             1e6 * (root - typical) / options.members, 100 * (root - typical) / wall);
  if (wrong != 0) {
    throw RunError(
        fmt::format("{} of {} members were not trained exactly once", wrong, options.members));
  }
  fmt::print("every member was trained once\n");
}

}  // namespace

int main(int argc, char** argv) {
  Options options;
  CLI::App app("What handing out costs when ranks are many", "hand_out_scale");
  app.add_option("--members", options.members)->check(CLI::PositiveNumber);
  app.add_option("--seconds", options.seconds, "a member's training")
      ->check(CLI::NonNegativeNumber);
  app.add_option("--encoding", options.encoding, "seconds from there to the commit")
      ->check(CLI::NonNegativeNumber);
  app.add_option("--epochs", options.epochs, "messages of progress a member");
  app.add_option("--batch-seconds", options.batch_seconds, "between two looks at the messages");
  CLI11_PARSE(app, argc, argv);
  const comm::Session session;
  const comm::Communicator world = comm::Communicator::world();
  return comm::guarded(world, stderr,
                       [&] { report(world, options, work_on_members(world, options)); });
}
