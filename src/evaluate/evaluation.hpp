#pragma once
/// \file
/// How well a run's ensembles recognise sets from elsewhere.

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "config/config.hpp"
#include "data/unlabelled.hpp"
#include "evaluate/outside_members.hpp"
#include "evaluate/walks.hpp"
#include "report/evaluation.hpp"
#include "report/report.hpp"

namespace clvae::evaluate {

/// A set against the run. On other ranks than 0 without findings.
struct SetFindings {
  config::EvaluationSet set;
  report::Reduction reduction;              ///< curves, comparisons, forecasts
  std::vector<report::EvaluationRow> rows;  ///< at the largest ensembles
  std::vector<KindWalks> kinds;
  TestBed bed;
};

/// A run that sets are held against.
class Evaluator {
 public:
  /// Reads which members there are. Collective. \param reader must outlive this, as must all that
  /// is given by reference  \param config of the run, with the reduction that is wanted
  /// \param inliers in place of the run's test inliers, where there are any \throws SharedError
  Evaluator(const comm::Communicator& world, const store::Reader& reader,
            const config::Config& config, const std::optional<config::EvaluationSet>& inliers,
            Console& console);

  /// Samples that count as inliers.
  std::size_t inliers() const;
  /// Those from elsewhere; null: the run's own.
  const OutsideSet* other_inliers() const { return inliers_ ? &*inliers_ : nullptr; }

  /// Reads samples as the run's members take them. Collective. \throws SharedError
  OutsideSet read(const config::EvaluationSet& set) const;
  /// Tells all that the findings of a set follow from: members, data, inliers and settings, and the
  /// program. \param samples what tells those of the set from others \throws RunFileError
  std::string fingerprint(const std::string& samples) const;
  /// Lets all members look at a set, and walks along them as a reduction does. Collective.
  /// \param samples of the set, the same on all ranks \throws SharedError
  SetFindings evaluate(const config::EvaluationSet& set, const OutsideSet& samples);

  const data::ImageShape& shape() const { return form_.shape; }

 private:
  /// The members of one kind, and what is the same for all sets.
  struct KindAtHand {
    KindMembers members;
    std::unique_ptr<StoredMembers> stored;
    std::vector<methods::Statements> inliers;  ///< of those from elsewhere
    std::map<std::string, double> accuracies;  ///< of merged members, by score
  };

  void prepare();
  std::vector<methods::Statements> ask(const KindMembers& kind, const OutsideSet& set) const;
  double merged_accuracy(KindAtHand& kind, const MethodWalk& walk) const;
  void add_rows(KindAtHand& kind, const KindWalks& walks, SetFindings& findings) const;

  const comm::Communicator& world_;
  const store::Reader& reader_;
  const config::Config& config_;
  Console& console_;
  data::SampleForm form_;
  data::Standardisation standardisation_;
  std::string device_;
  TestBed run_;
  std::optional<OutsideSet> inliers_;  ///< from elsewhere
  std::vector<KindAtHand> kinds_;      ///< once they are needed
};

}  // namespace clvae::evaluate
