#include "run/checkpointing.hpp"

#include <cstdio>

#include <fmt/format.h>

#include "clvae/core/errors.hpp"
#include "core/digest.hpp"
#include "train/device.hpp"

namespace clvae::run {

std::string identity_of(const config::Config& config, const std::string& dataset_fingerprint) {
  Digest digest;
  digest.add(dataset_fingerprint).add(train::torch_version());
  // A member is the same in an ensemble of any size.
  config::Config wanted = config;
  wanted.ensemble.size = config::Ensemble().size;
  wanted.ensemble.sizes = {};
  for (const auto& key :
       config::differences(config::Config(), wanted, config::KeyClass::identity)) {
    digest.add(key.key).add(key.wanted);
  }
  return digest.hex128();
}

Checkpointing::Checkpointing(const config::Config& config, const RunFolder& folder,
                             const std::string& dataset_fingerprint)
    : files(folder.checkpoints(), identity_of(config, dataset_fingerprint)),
      // The loader allows nothing that can't be parsed.
      interval(config::parse_checkpoint_interval(config.training.checkpoint_every).value()) {}

MemberCheckpoint::MemberCheckpoint(const Checkpointing& shared, const schedule::Task& task)
    : shared_(shared), key_{task.kind, task.member, task.attempt} {}

std::string MemberCheckpoint::state() const {
  return is_kept() ? shared_.files.find(key_, warn_on_this_rank).value_or("") : "";
}

bool MemberCheckpoint::is_due(int epochs) {
  const config::CheckpointInterval& interval = shared_.interval;
  if (interval.is_never()) return false;
  if (interval.epochs > 0) {
    const bool is_due = epochs / interval.epochs > last_epochs_ / interval.epochs;
    last_epochs_ = epochs;
    return is_due;
  }
  return std::chrono::duration<double>(Clock::now() - last_).count() >= interval.seconds;
}

void MemberCheckpoint::keep(const std::string& state) {
  if (!is_kept()) return;
  try {
    shared_.files.keep(key_, state);
  } catch (const IoError& error) {
    warn_on_this_rank(
        fmt::format("{}; an interruption would cost more of the member than "
                    "training.checkpoint_every says",
                    error.what()));
  }
  last_ = Clock::now();
}

void warn_on_this_rank(const std::string& message) {
  fmt::print(stderr, "clvae: warning: {}\n", message);
}

}  // namespace clvae::run
