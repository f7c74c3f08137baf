#include "config/keys.hpp"

#include <algorithm>
#include <cstdint>
#include <limits>

#include "config/checkpoint_interval.hpp"
#include "config/dataset_keys.hpp"
#include "config/evaluation_sets.hpp"
#include "config/rules.hpp"
#include "core/kind.hpp"
#include "core/nearest.hpp"
#include "data/formats/table.hpp"
#include "reduce/score_table.hpp"

namespace clvae::config {

namespace {

std::vector<std::string> kind_names() {
  std::vector<std::string> names;
  for (const KindEntry& entry : kKindTable) names.emplace_back(entry.name);
  return names;
}

/// What each kind is, and how long its members take.
std::string methods_help() {
  std::string explanations;
  std::string durations;
  for (const KindEntry& entry : kKindTable) {
    explanations +=
        fmt::format("{}{}, {}", explanations.empty() ? "" : "; ", entry.name, entry.explanation);
    const std::string_view duration = entry.duration;
    if (duration.empty()) continue;
    durations += fmt::format("{}{}", durations.empty() ? "" : ", ", duration);
  }
  durations.front() = 'A';
  return fmt::format("Kinds of models to train an ensemble of, all in one queue: {}. {}.",
                     explanations, durations);
}

constexpr IntegerRange<std::uint64_t> kSeeds{0, std::numeric_limits<std::uint64_t>::max()};

/// The key of each kind that can have more members than one.
std::vector<Key> size_keys() {
  constexpr const char* kAsAll = "as many as ensemble.size says";
  std::vector<Key> keys;
  for (const KindEntry& entry : kKindTable) {
    if (!entry.is_random) continue;
    keys.push_back({fmt::format("ensemble.sizes.{}", entry.name), KeyClass::identity, "members",
                    size_of_kind({1, 100'000}, kAsAll, entry.kind),
                    fmt::format("Members of kind {}{}", entry.name, entry.size_help)});
  }
  return keys;
}

std::vector<Key> ensemble_keys() {
  const auto section = &Config::ensemble;
  std::vector<Key> keys{
      {"ensemble.methods", KeyClass::identity, "",
       list_of_words(kind_names(), section, &Ensemble::methods), methods_help()},
      {"ensemble.size", KeyClass::identity, "members",
       integer<int>({1, 100'000}, section, &Ensemble::size),
       "Members of each kind, and the largest ensemble that results are given for. Time and disk "
       "space grow in proportion; intervals narrow roughly with its square root, and with one "
       "member there are none. Member i is the same for every size."}};
  const std::vector<Key> sizes = size_keys();
  keys.insert(keys.end(), sizes.begin(), sizes.end());
  const std::vector<Key> others{
      {"ensemble.seed", KeyClass::identity, "", integer(kSeeds, section, &Ensemble::seed),
       "Start of every member's weights, batches, noise and permutation. Another seed gives an "
       "independent ensemble on the same samples; the same seed on the same kind of processor and "
       "one thread a rank gives the same bits on any number of ranks."},
      {"ensemble.permutation", KeyClass::identity, "",
       word({"random", "identity"}, section, &Ensemble::permutation),
       "random: each member draws which class is pulled to which centre, so that members differ in "
       "what lies next to what, which is what merging gains from; identity: all share one "
       "arrangement and differ by weights and batches only."},
      {"ensemble.max_attempts", KeyClass::execution, "attempts",
       integer<int>({1, 100}, section, &Ensemble::max_attempts),
       "Trainings of one member, the first included, before it is given up because they failed "
       "(a loss that is not finite, a class whose cluster collapsed, an error of LibTorch); every "
       "further attempt has a seed of its own, and a pca, which knows no chance, has one alone. "
       "The run goes on without a member that was given up, and results say how many of the "
       "members there are. Interruptions are not counted."},
  };
  keys.insert(keys.end(), others.begin(), others.end());
  return keys;
}

std::vector<Key> model_keys() {
  const auto section = &Config::model;
  return {
      {"model.latent_dim", KeyClass::identity, "dimensions",
       integer<int>({2, 1024}, section, &Model::latent_dim),
       "Dimensions of latent space, in which classes are told apart and anomalies recognised. More "
       "make single members better and leave merging less to gain; the paper uses 2 for MNIST and "
       "3 for Fashion-MNIST and CIFAR-10."},
      {"model.centres", KeyClass::identity, "",
       word({"fixed", "learned"}, section, &Model::centres),
       "fixed keeps every class's centre where it was put, as in the paper; learned lets a clvae "
       "member's optimiser move its centres from there, together with the weights, so that classes "
       "that look alike may draw together."},
      {"model.centre_radius", KeyClass::identity, "prior standard deviations",
       number({0, 1000, false, true}, section, &Model::centre_radius),
       "Distance of every class centre from the origin, where each class's prior has standard "
       "deviation 1. Larger parts the classes further and makes the prior's divergence weigh more "
       "against the reconstruction."},
      {"model.hidden", KeyClass::identity, "units",
       integer<int>({1, 65'536}, section, &Model::hidden),
       "Width of the dense layer between the last convolution and the latent heads, mirrored by "
       "the "
       "decoder. It has a weight for every value of the last feature map and every unit, so that "
       "the run file grows with it."},
      {"model.convolutions", KeyClass::identity, "channels; pixels",
       layers(section, &Model::convolutions),
       "The encoder's 3x3 convolutions from the image on, mirrored by the decoder: channels are "
       "those of the output; stride 1 keeps height and width, stride 2 halves them and needs them "
       "even. Computing time is decided here."},
      {"model.layers", KeyClass::identity, "units",
       list_of_integers({1, 16}, {1, 65'536}, section, &Model::layers),
       "The encoder's dense layers where samples are vectors of features, from the features on, "
       "mirrored by the decoder; they stand in place of convolutions and hidden. Fewer units make "
       "it harder to reconstruct what training has not shown."},
  };
}

std::vector<Key> training_keys() {
  const auto section = &Config::training;
  return {
      {"training.epochs", KeyClass::identity, "epochs",
       integer<int>({1, 100'000}, section, &Training::epochs),
       "Passes over the training inliers at most; early stopping may end a member before. With the "
       "one_cycle schedule it also stretches the schedule, so that another number is another "
       "training from the first step on."},
      {"training.batch_size", KeyClass::identity, "samples",
       integer<int>({1, 1'000'000}, section, &Training::batch_size),
       "Samples a step of the optimiser. Larger batches use a GPU better and take fewer steps an "
       "epoch, so that the same number of epochs trains less unless the learning rate rises too."},
      {"training.optimizer", KeyClass::identity, "", word({"adam"}, section, &Training::optimizer),
       "The rule that turns gradients into steps; Adam with its usual moments (0.9 and 0.999), as "
       "in the paper."},
      {"training.learning_rate", KeyClass::identity, "",
       number({0, 10, false, true}, section, &Training::learning_rate),
       "Step size of the optimiser: of every step when the schedule is constant, the peak when it "
       "is one_cycle, which bears a rate several times as high. Too high, and losses stop being "
       "finite and attempts fail."},
      {"training.schedule", KeyClass::identity, "",
       word({"constant", "one_cycle"}, section, &Training::schedule),
       "constant keeps the learning rate, as in the paper; one_cycle raises it over the first 30 % "
       "of all steps and lowers it to nearly nothing by the last epoch, which reaches the same "
       "loss in fewer epochs provided that training is not stopped early."},
      {"training.precision", KeyClass::identity, "",
       word({"float32", "tf32", "bfloat16"}, section, &Training::precision),
       "Numbers that the convolutions of a training step multiply and hand on: bfloat16 has 8 of "
       "float32's 24 significant bits and takes half to two thirds of its time where the processor "
       "has instructions for it (AVX512-BF16) or the GPU does; tf32 is a GPU's way to "
       "multiply float32 with 11 of those bits. A run is refused where there are no instructions. "
       "Weights, optimiser, dense layers and losses stay float32, and so do validation, "
       "latents and errors. A pca knows only double precision."},
      {"training.validation_fraction", KeyClass::identity, "of the training inliers",
       number({0, 0.9}, section, &Training::validation_fraction),
       "Share of each inlier class of the training split that is held out to watch the loss on. "
       "What is held out is not trained on; 0 holds out nothing and so needs patience 0."},
      {"training.patience", KeyClass::identity, "epochs",
       integer<int>({0, 100'000}, section, &Training::patience),
       "A member stops after so many epochs without a lower loss on the held-out inliers and gets "
       "back the weights of its best epoch; 0 never stops early and keeps the last epoch's "
       "weights."},
  };
}

std::vector<Key> loss_keys() {
  const auto section = &Config::training;
  return {
      {"training.alpha", KeyClass::identity, "",
       number({0, 1, false, false}, section, &Training::alpha),
       "Weight of the reconstruction in a clvae's loss; the prior's divergence has 1 - alpha. "
       "Smaller "
       "pulls classes harder to their centres and separates them better, at the price of the "
       "images' detail."},
      {"training.reconstruction.error", KeyClass::identity, "",
       word({"squared", "cross_entropy"}, section, &Training::reconstruction,
            &Reconstruction::error),
       "Error between image and reconstruction: squared as in the paper's text, cross_entropy as "
       "in "
       "the authors' public code, where pixels count as probabilities."},
      {"training.reconstruction.over", KeyClass::identity, "",
       word({"mean", "sum"}, section, &Training::reconstruction, &Reconstruction::over),
       "Whether that error is averaged or summed over pixels and channels. sum multiplies its "
       "weight by their number (784 for MNIST), so that the prior hardly counts any more: sharper "
       "images, classes less apart. Of a clvae alone; a vae sums."},
      {"training.prior.over", KeyClass::identity, "",
       word({"sum", "mean"}, section, &Training::prior, &Prior::over),
       "Whether the prior's divergence is summed over the latent dimensions, as the formula has "
       "it, "
       "or averaged, as in the authors' public code, which divides its weight by latent_dim."},
      {"training.prior.at", KeyClass::identity, "",
       word({"closed_form", "sample"}, section, &Training::prior, &Prior::at),
       "Where the prior's divergence is taken: closed_form at the posterior's mean and variance, "
       "as "
       "in the paper; sample puts the sampled latent in place of the mean, as in the authors' "
       "public code, with noisier gradients. Of a clvae alone; a vae takes the closed form."},
  };
}

std::vector<Key> device_keys() {
  const auto section = &Config::training;
  return {
      {"training.device", KeyClass::execution, "",
       word({"auto", "cpu", "cuda"}, section, &Training::device),
       "Where members are trained: auto takes the GPUs that a rank can see and the processor where "
       "there is none; cuda refuses to start without a GPU. Results agree between devices "
       "statistically, not bit for bit."},
      {"training.members_per_gpu", KeyClass::execution, "members",
       integer_or_auto({1, 32}, section, &Training::members_per_gpu),
       "Members that each rank trains at a time on its GPU, which one alone does not keep busy: "
       "auto takes as many as its memory holds, at most 16, beyond which nothing was gained. A "
       "member has the same bits however many there are. On the processor, and where samples are "
       "read block by block, there is one."},
      {"training.threads", KeyClass::execution, "threads",
       integer<int>({1, 1024}, section, &Training::threads),
       "Processor threads of each rank. Members train independently, so ranks of one thread each "
       "use the same cores better than fewer ranks of more threads, and only then are results the "
       "same bit for bit."},
      {"training.checkpoint_every", KeyClass::execution, "",
       text_like(
           "a time such as 10 min or 1 h, a number of epochs such as 2 epochs, or never",
           [](const std::string& text) { return parse_checkpoint_interval(text).has_value(); },
           section, &Training::checkpoint_every),
       "How often a member in training is kept in the folder checkpoints of the run, and so how "
       "much of it a killed job has to train again; it goes on to the same bits. It is also kept "
       "when a job is asked to stop. With never, a member begun in vain starts again, and none is "
       "begun that would not be ready before the time limit."},
  };
}

std::vector<Key> store_keys() {
  return {
      {"store.train_latents", KeyClass::identity, "",
       boolean(&Config::store, &Store::train_latents),
       "Whether the run file keeps every training inlier's latent, a third of what a member of "
       "MNIST takes on disk. false keeps instead what the reduction needs of them, mean and "
       "covariance of each class and the latents of 5,000 inliers, and gives the same tables; the latent figure then shows the test "
       "set alone."},
  };
}

std::vector<Key> reduction_keys() {
  const std::string drawn =
      "The tables have all of them; this one is drawn, forecast and combined with the "
      "reconstruction error.";
  const auto section = &Config::reduction;
  return {
      {"reduction.score", KeyClass::reduction, "",
       word(reduce::primary_score_names(), section, &Reduction::score),
       "What a member says about a sample and a class, from the Gaussian fitted to the class's "
       "latents: " +
           reduce::primary_scores_in_words() + ". " + drawn},
      {"reduction.merge", KeyClass::reduction, "",
       word(reduce::merge_names(), section, &Reduction::merge),
       "How members' scores of a class become one: " + reduce::merges_in_words() + " " + drawn},
      {"reduction.draws", KeyClass::reduction, "orders of the members",
       integer<int>({1, 1'000'000}, section, &Reduction::draws),
       "Orders in which members are added one by one to get the curve over ensemble sizes, at "
       "least; rounded up to whole sets of rotations, in each of which every member comes first "
       "once. More smooth the curve and take proportionally longer."},
      {"reduction.confidence", KeyClass::reduction, "",
       number({0, 1, false, false}, section, &Reduction::confidence),
       "Probability with which an interval is to cover the mean AUC of fresh ensembles of its "
       "size, "
       "given training set and outlier classes; higher makes wider bands."},
      {"reduction.seed", KeyClass::reduction, "", integer(kSeeds, section, &Reduction::seed),
       "Start of the draw of those orders; another seed shifts the curve a little where draws are "
       "few, "
       "and leaves the members as they are."},
      {"reduction.forecast_half_width", KeyClass::reduction, "AUC",
       number({0, 1, false, false}, section, &Reduction::forecast_half_width),
       "Half the width of the curve interval of all members for which the forecast counts how many "
       "members it takes; half of it takes four times as many. Changes nothing else."},
  };
}

/// Refuses a merge that the score can't have. The words are known to the tables.
void check_reduction(const Reduction& reduction,
                     const std::function<ConfigError::Place(const std::string& key)>& place) {
  const reduce::Score* const score = reduce::score_named(reduction.score);
  if (score->can_be_merged_by(reduce::merge_named(reduction.merge).value())) return;
  throw ConfigError(
      place("reduction.merge"),
      fmt::format("{} together with reduction.score {}", reduction.merge, reduction.score),
      fmt::format("reduction.merge {}, or another reduction.score",
                  alternatives(score->merge_names())));
}

}  // namespace

const std::vector<Key>& all_keys() {
  static const std::vector<Key> keys = [] {
    std::vector<Key> all;
    for (const auto& group :
         {source_keys(), dataset_keys(), memory_keys(), ensemble_keys(), model_keys(),
          training_keys(), loss_keys(), device_keys(), store_keys(), reduction_keys()}) {
      all.insert(all.end(), group.begin(), group.end());
    }
    all.push_back(evaluation_key());
    all.push_back({"output", KeyClass::execution, "", path_text(true, &Config::output),
                   "Folder that the run file, tables and figures are written into; where it is "
                   "relative, to the folder that the job is started in. \"\" stands for "
                   "runs/NAME, NAME being that of the config file. A run in it is resumed."});
    return all;
  }();
  return keys;
}

const Key* find_key(const std::string& name) {
  const auto& keys = all_keys();
  const auto found =
      std::find_if(keys.begin(), keys.end(), [&](const Key& key) { return key.name == name; });
  return found == keys.end() ? nullptr : &*found;
}

bool is_section(const std::string& name) { return !name.empty() && !names_in(name).empty(); }

std::vector<std::string> names_in(const std::string& section) {
  const std::string prefix = section.empty() ? "" : section + ".";
  std::vector<std::string> names;
  for (const Key& key : all_keys()) {
    if (key.name.compare(0, prefix.size(), prefix) != 0) continue;
    const std::string rest = key.name.substr(prefix.size());
    const std::string name = rest.substr(0, rest.find('.'));
    if (std::find(names.begin(), names.end(), name) == names.end()) names.push_back(name);
  }
  return names;
}

void check_together(const Config& config,
                    const std::function<ConfigError::Place(const std::string& key)>& place) {
  if (config.training.validation_fraction == 0 && config.training.patience > 0) {
    throw ConfigError(place("training.validation_fraction"),
                      fmt::format("0 together with training.patience {}", config.training.patience),
                      "training.patience 0, or a training.validation_fraction above 0 for early "
                      "stopping to watch");
  }
  const std::vector<std::string> in_blocks = data::formats_with(data::kBlocks);
  if (config.dataset.memory == "blocks" &&
      std::find(in_blocks.begin(), in_blocks.end(), config.dataset.format) == in_blocks.end()) {
    throw ConfigError(place("dataset.memory"),
                      "blocks together with dataset.format " + config.dataset.format,
                      "dataset.memory resident, or dataset.format " + formats_in_blocks());
  }
  for (const KindEntry& entry : kKindTable) {
    const auto& methods = config.ensemble.methods;
    if (config.dataset.memory != "blocks" || !entry.needs_all_samples) continue;
    if (std::find(methods.begin(), methods.end(), entry.name) == methods.end()) continue;
    throw ConfigError(
        place("ensemble.methods"),
        fmt::format("{} together with dataset.memory blocks", entry.name),
        fmt::format("other methods, or dataset.memory resident: a {} needs all samples of a class "
                    "at once",
                    entry.name));
  }
  check_reduction(config.reduction, place);
}

}  // namespace clvae::config
