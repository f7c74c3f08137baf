// Members of all kinds, several of them in training at once on each rank, in a real run file.

#include <algorithm>
#include <cstring>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "clvae/core/errors.hpp"
#include "comm/mpi_channel.hpp"
#include "core/random.hpp"
#include "run/experiment.hpp"
#include "run/member_trainer.hpp"
#include "run/run_file.hpp"
#include "store/creation.hpp"
#include "store/reader.hpp"
#include "train/device.hpp"

namespace clvae::run {
namespace {

namespace files = std::filesystem;

constexpr int kLanes = 4;
constexpr std::size_t kSide = 8;
constexpr std::int32_t kClasses = 4;  ///< the last is the outliers'

constexpr const char* kConfig = R"(
dataset: {path: none, outlier_classes: [3]}
ensemble: {methods: [clvae, vae, cnn, pca], size: 4}
model: {hidden: 16, convolutions: [{channels: 4, stride: 2}, {channels: 8, stride: 2}]}
training: {epochs: 8, batch_size: 16, learning_rate: 0.005, patience: 2, checkpoint_every: 1 epochs}
)";

/// Images of noise with a bright bar whose place tells the class.
struct Images {
  Images(std::size_t count, std::int32_t classes, std::uint64_t seed) {
    RandomStream stream(Seed{seed});
    for (std::size_t i = 0; i < count; ++i) {
      const auto label = static_cast<std::int32_t>(i) % classes;
      labels.push_back(label);
      for (std::size_t pixel = 0; pixel < kSide * kSide; ++pixel) {
        const bool bright = pixel / kSide / 2 == static_cast<std::size_t>(label);
        pixels.push_back(static_cast<std::uint8_t>(stream.below(60) + (bright ? 180U : 0U)));
      }
    }
  }
  data::Part part() const {
    data::Part part{pixels, labels, {}, std::vector<std::uint8_t>(labels.size(), 0)};
    for (std::size_t i = 0; i < labels.size(); ++i) {
      part.original_index.push_back(static_cast<std::int64_t>(i));
    }
    return part;
  }

  std::vector<std::uint8_t> pixels;
  std::vector<std::int32_t> labels;
};

/// Passes a training on, and fails after so many pieces.
class FailingTraining : public schedule::Training {
 public:
  FailingTraining(std::unique_ptr<schedule::Training> training, int pieces)
      : training_(std::move(training)), pieces_left_(pieces) {}
  Piece advance() override {
    if (pieces_left_-- == 0) throw std::bad_alloc();
    return training_->advance();
  }
  EpochReport epoch() const override { return training_->epoch(); }
  bool stop() override { return training_->stop(); }

 private:
  std::unique_ptr<schedule::Training> training_;
  int pieces_left_;
};

/// Notes why attempts failed.
class Failures : public schedule::Observer {
 public:
  void started(Rank /*rank*/, const schedule::Task& /*task*/,
               const schedule::HandOut& /*state*/) override {}
  void progressed(Rank /*rank*/, const schedule::Task& /*task*/, const EpochReport& /*progress*/,
                  const schedule::HandOut& /*state*/) override {}
  void finished(Rank /*rank*/, const schedule::Task& /*task*/,
                const schedule::HandOut& /*state*/) override {}
  void failed(Rank /*rank*/, const schedule::Task& task, const std::string& reason,
              bool /*given_up*/, const schedule::HandOut& /*state*/) override {
    reasons.push_back(fmt::format("{} {}: {}", name_of(task.kind), task.member.value(), reason));
  }
  void interrupted(Rank /*rank*/, const schedule::Task& /*task*/,
                   const schedule::HandOut& /*state*/) override {}
  void stopping(Rank /*rank*/, const std::string& /*reason*/,
                const schedule::HandOut& /*state*/) override {}

  std::vector<std::string> reasons;
};

/// What happens to a run while it is trained.
struct Events {
  int lanes = kLanes;
  std::optional<schedule::Task> fails;  ///< this attempt, after a few pieces
  int stops_after = 0;                  ///< pieces of this rank; 0: never
};

class LanesTest : public testing::Test {
 protected:
  static void SetUpTestSuite() { train::prepare(1); }

  LanesTest() {
    experiment_.shape = {1, kSide, kSide};
    experiment_.train = train_.part();
    experiment_.validation = validation_.part();
    experiment_.test = test_.part();
    for (const std::int32_t label : test_.labels) {
      experiment_.test_is_outlier.push_back(label == kClasses - 1 ? 1 : 0);
    }
    experiment_.inlier_classes = {0, 1, 2};
    experiment_.outlier_classes = {kClasses - 1};
    experiment_.class_names = {"zero", "one", "two", "three"};
    experiment_.dataset_name = "bars";
    experiment_.fingerprint = "of bars";
    plan_ = methods::planned_members(config_, experiment_.inlier_classes.size());
  }
  ~LanesTest() override {
    world_.wait_for_all();
    if (world_.is_root()) files::remove_all(base_);
  }

  /// A run without members, the same folder on every rank.
  RunFolder fresh_run(const std::string& name) {
    if (base_.empty()) {
      base_ = world_.broadcast(
          fmt::format("{}/clvae_lanes_{}", files::temp_directory_path().string(), getpid()));
    }
    RunFolder folder(base_ + "/" + name);
    if (world_.is_root()) {
      folder.make();
      store::create(folder.run_file(), run_contents(config_, experiment_, plan_),
                    [](const std::string& /*warning*/) {});
    }
    world_.wait_for_all();
    return folder;
  }

  /// What rank 0 knows of a job.
  struct Outcome {
    std::size_t given_back = 0;
    std::vector<std::string> failures;
  };

  /// Trains what is left.
  Outcome train(const RunFolder& folder, const Events& events) {
    const comm::DeviceAssignment place{world_.rank(), "host", "cpu"};
    const MemberTrainer trainer({config_, experiment_}, plan_, place, world_.size(),
                                Checkpointing(config_, folder, experiment_.fingerprint));
    const std::vector<schedule::Task> tasks = tasks_in(folder);
    store::Writer writer(folder.run_file(), world_.get());
    const schedule::Begin begin =
        [&](const schedule::Task& task) -> std::unique_ptr<schedule::Training> {
      constexpr int kPieces = 20;
      auto training = trainer.begin(task, writer);
      if (!events.fails || !(*events.fails == task)) return training;
      return std::make_unique<FailingTraining>(std::move(training), kPieces);
    };
    int looks = 0;
    const schedule::StopSource stop = [&]() -> std::optional<std::string> {
      if (events.stops_after == 0 || ++looks < events.stops_after) return std::nullopt;
      return "enough";
    };
    comm::MpiChannel channel(world_);
    Outcome outcome;
    if (world_.is_root()) {
      Failures observer;
      schedule::Coordinator coordinator(channel, schedule::HandOut(tasks, world_.size(), 3),
                                        observer);
      schedule::work(channel, begin, &coordinator, stop, events.lanes);
      outcome = {coordinator.state().interrupted_count(), observer.reasons};
    } else {
      schedule::work(channel, begin, nullptr, stop, events.lanes);
    }
    world_.wait_for_all();
    writer.close();
    return outcome;
  }

  /// Every member that is not committed, whatever its kind.
  static std::vector<schedule::Task> tasks_in(const RunFolder& folder) {
    const store::Reader reader(folder.run_file());
    std::vector<schedule::Task> tasks;
    for (const Kind kind : reader.kinds()) {
      for (const schedule::Task& task :
           remaining_tasks({reader.summary(kind), intact_in(reader, kind)}, 3)) {
        tasks.push_back(task);
      }
    }
    return tasks;
  }

  static std::vector<bool> intact_in(const store::Reader& reader, Kind kind) {
    std::vector<bool> intact;
    for (std::uint32_t member = 0; member < reader.summary(kind).members; ++member) {
      intact.push_back(reader.is_intact(kind, MemberIndex{member}));
    }
    return intact;
  }

  /// Whether a member of one run has the same bits, attempt and epochs as in another.
  static bool same_member(const RunFolder& a, const RunFolder& b, Kind kind, MemberIndex member) {
    const store::Reader first(a.run_file());
    const store::Reader second(b.run_file());
    return first.is_intact(kind, member) && first.summary(kind).commits.at(member.value()) ==
                                                second.summary(kind).commits.at(member.value());
  }

  void expect_same_members(const RunFolder& found, const RunFolder& expected) const {
    for (const auto& [kind, members] : plan_) {
      for (const methods::Member& member : members) {
        EXPECT_TRUE(same_member(found, expected, kind, member.index))
            << name_of(kind) << " " << member.index.value();
      }
    }
  }

  comm::Communicator world_ = comm::Communicator::world();
  config::Config config_ = config::parse(kConfig, "lanes.yaml");
  Images train_{240, kClasses - 1, 1};
  Images validation_{60, kClasses - 1, 2};
  Images test_{80, kClasses, 3};
  data::Experiment experiment_;
  methods::Plan plan_;
  std::string base_;
};

TEST_F(LanesTest, leave_the_bits_that_members_have_when_they_are_trained_alone) {
  const RunFolder alone = fresh_run("alone");
  const RunFolder together = fresh_run("together");

  train(alone, {1, {}, 0});
  train(together, {});

  expect_same_members(together, alone);
}

TEST_F(LanesTest, are_left_alone_by_an_attempt_that_fails_beside_them) {
  const schedule::Task failing{Kind::vae, MemberIndex{1}, Attempt{0}};
  const RunFolder alone = fresh_run("alone");
  const RunFolder together = fresh_run("together");

  train(alone, {1, failing, 0});
  const Outcome outcome = train(together, {kLanes, failing, 0});

  expect_same_members(together, alone);
  if (!world_.is_root()) return;
  EXPECT_THAT(outcome.failures, testing::Contains("vae 1: std::bad_alloc"));
}

TEST_F(LanesTest, each_go_on_from_their_own_checkpoint_when_the_job_was_stopped) {
  const RunFolder alone = fresh_run("alone");
  const RunFolder stopped = fresh_run("stopped");
  train(alone, {1, {}, 0});

  const std::size_t given_back = train(stopped, {kLanes, {}, 150}).given_back;
  std::size_t checkpoints = 0;
  for (const auto& entry : files::directory_iterator(stopped.checkpoints())) {
    checkpoints += entry.is_regular_file() ? 1U : 0U;
  }
  world_.wait_for_all();
  train(stopped, {});

  EXPECT_GE(given_back, world_.is_root() ? 2U : 0U);
  EXPECT_GE(checkpoints, 2U);
  expect_same_members(stopped, alone);
}

}  // namespace
}  // namespace clvae::run
