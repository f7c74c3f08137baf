#pragma once
/// \file
/// What the statistics give, as plain numbers: the rows of tables. A number that isn't known is
/// NaN.

#include <cstddef>
#include <limits>
#include <optional>
#include <string>

namespace clvae::reduce {

inline constexpr double kUnknown = std::numeric_limits<double>::quiet_NaN();

/// Both bounds, or NaN for none.
struct Interval {
  double lower = kUnknown;
  double upper = kUnknown;
};

/// An AUC curve at one ensemble size.
struct CurvePoint {
  std::size_t size = 0;    ///< members of the ensemble
  double mean = kUnknown;  ///< AUC, mean over the draws: U_k
  Interval curve = {};     ///< for the mean AUC of k fresh members on this test set
  Interval ensemble = {};  ///< where one fresh ensemble of k members will fall, on this test set
  Interval total = {};     ///< for the mean AUC of k fresh members on a fresh test set
  std::size_t draws = 0;   ///< ensembles that the mean is over
  double average_precision = kUnknown;  ///< mean over the draws (Measures)
  double fpr_at_95_tpr = kUnknown;      ///< mean over the draws (Measures)
};

/// The AUC of one method less that of another, at one size.
struct ComparisonPoint {
  std::size_t size = 0;
  double difference = kUnknown;
  double lower = kUnknown;  ///< two-sided, at the confidence
  double upper = kUnknown;
  double one_sided_lower = kUnknown;  ///< at the confidence, clipped to [-1, 1] like the others
};

/// What more members would bring to a curve.
struct Forecast {
  double half_width = kUnknown;               ///< that was asked for, of the curve interval, in AUC
  std::optional<std::size_t> members_needed;  ///< for it; none where it can't be said
  double asymptote = kUnknown;                ///< AUC of endlessly many members
  Interval asymptote_interval = {};
  std::string note = {};    ///< why not to trust it; empty where nothing speaks against it
  double slope = kUnknown;  ///< b: k members lack b / k
};

}  // namespace clvae::reduce
