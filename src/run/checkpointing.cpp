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
    : files_(folder.checkpoints(), identity_of(config, dataset_fingerprint)) {
  // The loader allows nothing that can't be parsed.
  interval_ = config::parse_checkpoint_interval(config.training.checkpoint_every).value();
}

void Checkpointing::prepare(const schedule::Task& task, train::Hooks& hooks) {
  last_ = Clock::now();
  last_epochs_ = 0;
  if (interval_.is_never()) return;
  const store::Checkpoints::Key key{task.kind, task.member, task.attempt};
  hooks.state = files_.find(key, warn_on_this_rank).value_or("");
  hooks.is_state_due = [this](int epochs) { return is_due(epochs); };
  hooks.keep_state = [this, key](const std::string& state) { keep(key, state); };
}

bool Checkpointing::is_due(int epochs) {
  if (interval_.epochs > 0) {
    const bool is_due = epochs / interval_.epochs > last_epochs_ / interval_.epochs;
    last_epochs_ = epochs;
    return is_due;
  }
  return std::chrono::duration<double>(Clock::now() - last_).count() >= interval_.seconds;
}

void Checkpointing::keep(const store::Checkpoints::Key& key, const std::string& state) {
  try {
    files_.keep(key, state);
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
