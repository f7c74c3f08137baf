#include "run/member_trainer.hpp"

#include <chrono>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "clvae/core/errors.hpp"
#include "methods/method.hpp"
#include "store/slabs.hpp"

namespace clvae::run {

namespace {

std::int64_t now() {
  const auto since = std::chrono::system_clock::now().time_since_epoch();
  return std::chrono::duration_cast<std::chrono::seconds>(since).count();
}

/// A member in training, with its checkpoint and what its provenance says.
class MemberTraining : public schedule::Training {
 public:
  MemberTraining(const schedule::Task& task, store::MemberProvenance provenance,
                 MemberCheckpoint checkpoint, store::Writer& writer,
                 std::unique_ptr<methods::Training> training)
      : task_(task),
        method_(methods::method_of(task.kind)),
        provenance_(std::move(provenance)),
        checkpoint_(checkpoint),
        writer_(writer),
        training_(std::move(training)) {}

  Piece advance() override {
    try {
      const Piece piece = training_->advance();
      if (piece == Piece::batch) keep_when_due();
      if (piece == Piece::done) commit();
      return piece;
    } catch (const AttemptError&) {
      checkpoint_.remove();  // the next attempt begins anew
      throw;
    }
  }

  EpochReport epoch() const override { return training_->epoch(); }

  bool stop() override {
    keep();
    return training_->has_ended();
  }

 private:
  void keep_when_due() {
    if (training_->has_ended() || !method_.keeps_state()) return;
    if (checkpoint_.is_due(training_->epochs_ended())) keep();
  }

  void keep() {
    if (method_.keeps_state() && checkpoint_.is_kept()) checkpoint_.keep(training_->state());
  }

  void commit() {
    const methods::Trained& trained = training_->result();
    provenance_.training_seconds = trained.record.training_seconds;
    provenance_.encoding_seconds = trained.record.encoding_seconds;
    store::CommitRecord record;
    record.attempt = task_.attempt.value();
    record.epochs_run = static_cast<std::uint32_t>(trained.record.epochs_run);
    record.best_epoch = static_cast<std::uint32_t>(trained.record.best_epoch);
    std::vector<store::Slab> slabs;
    for (const auto& [name, values] : trained.values) {
      // A run file of an earlier version has no place for them, and keeps its layout.
      if (name == slab::kReferenceLatents && !writer_.takes(task_.kind, name)) continue;
      slabs.push_back({name, values});
    }
    for (const auto& [name, values] : trained.exact_values) slabs.push_back({name, values});
    writer_.commit(task_.kind, task_.member, slabs, record, provenance_);
    checkpoint_.remove();
  }

  schedule::Task task_;
  const methods::Method& method_;
  store::MemberProvenance provenance_;
  MemberCheckpoint checkpoint_;
  store::Writer& writer_;
  std::unique_ptr<methods::Training> training_;
};

}  // namespace

MemberTrainer::MemberTrainer(const methods::Setting& setting, const methods::Plan& plan,
                             comm::DeviceAssignment place, int ranks, Checkpointing checkpointing)
    : plan_(plan),
      place_(std::move(place)),
      ranks_(ranks),
      bench_(setting, place_.device),
      checkpointing_(std::move(checkpointing)) {}

std::unique_ptr<schedule::Training> MemberTrainer::begin(const schedule::Task& task,
                                                         store::Writer& writer) const {
  const methods::Method& method = methods::method_of(task.kind);
  store::MemberProvenance provenance;
  provenance.rank = place_.rank.value();
  provenance.ranks = ranks_;
  provenance.started_at = now();
  provenance.host = place_.host;
  provenance.device = method.device_for(place_.device);

  const methods::Member& member = plan_.at(task.kind).at(task.member.value());
  const Seed seed = methods::attempt_seed(member.seed, task.attempt);
  const MemberCheckpoint checkpoint(checkpointing_, task);
  const auto train_from = [&](const std::string& state) {
    return std::make_unique<MemberTraining>(task, provenance, checkpoint, writer,
                                            method.begin(bench_, member, seed, state));
  };
  try {
    return train_from(method.keeps_state() ? checkpoint.state() : "");
  } catch (const train::StateError& error) {
    warn_on_this_rank(fmt::format("{} member {}: {}; it is trained from the start",
                                  name_of(task.kind), task.member.value(), error.what()));
    return train_from("");
  } catch (const AttemptError&) {
    checkpoint.remove();  // the next attempt begins anew
    throw;
  }
}

train::LaneMemory MemberTrainer::ready_lane(const std::vector<Kind>& kinds) const {
  // Graphs and queues of the driver, which no allocator of ours counts.
  constexpr std::size_t kOfTheDriver = std::size_t{64} << 20U;
  train::LaneMemory memory;
  memory.free = train::free_gpu_memory(place_.device);
  const std::size_t before = train::taken_gpu_memory(place_.device);
  for (const Kind kind : kinds) {
    const methods::Method& method = methods::method_of(kind);
    if (method.device_for(place_.device) != place_.device) continue;
    // What it readies stays in the lane when it is dropped.
    const methods::Member& member = plan_.at(kind).front();
    method.begin(bench_, member, member.seed, "");
  }
  memory.first_member = train::taken_gpu_memory(place_.device) - before + kOfTheDriver;
  return memory;
}

}  // namespace clvae::run
