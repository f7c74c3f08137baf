#include "reduce/forecast.hpp"

#include <algorithm>
#include <cmath>
#include <vector>

#include <fmt/format.h>

#include "clvae/core/errors.hpp"
#include "reduce/statistics.hpp"

namespace clvae::reduce {

namespace {

constexpr std::size_t kFewestMembers = 4;  ///< for a fit
constexpr std::size_t kTrustedMembers = 8;
constexpr std::size_t kMostMembers = 1'000'000;

/// U_k = asymptote - slope / k.
struct Fit {
  double asymptote = 0;
  double slope = 0;
};

/// Least squares over sizes first..last. \param means [>= last]
Fit fit_of(const std::vector<double>& means, std::size_t first, std::size_t last) {
  double x_mean = 0;
  double y_mean = 0;
  const auto count = static_cast<double>(last - first + 1);
  for (std::size_t k = first; k <= last; ++k) {
    x_mean += 1 / static_cast<double>(k) / count;
    y_mean += means[k - 1] / count;
  }
  double products = 0;
  double squares = 0;
  for (std::size_t k = first; k <= last; ++k) {
    const double gap = 1 / static_cast<double>(k) - x_mean;
    products += gap * (means[k - 1] - y_mean);
    squares += gap * gap;
  }
  const double rise = products / squares;
  return {y_mean - rise * x_mean, -rise};
}

/// Mean AUCs of sizes 1..N-1 over the draws without each member. [N][N - 1]
std::vector<std::vector<double>> curves_without_each(const Walk& walk) {
  const std::size_t members = walk.members();
  std::vector<std::vector<double>> sums(members, std::vector<double>(members - 1, 0.0));
  std::vector<std::vector<double>> counts = sums;
  for (std::size_t i = 0; i < walk.orders.size(); ++i) {
    for (std::size_t place = 1; place < members; ++place) {
      const std::size_t member = walk.orders[i][place];  // absent up to that size
      for (std::size_t k = 0; k < place; ++k) {
        sums[member][k] += walk.aucs[i][k];
        ++counts[member][k];
      }
    }
  }
  for (std::size_t member = 0; member < members; ++member) {
    for (std::size_t k = 0; k + 1 < members; ++k) sums[member][k] /= counts[member][k];
  }
  return sums;
}

double jackknife_error(const Walk& walk, std::size_t first) {
  const std::size_t members = walk.members();
  const auto count = static_cast<double>(members);
  std::vector<double> asymptotes;
  double mean = 0;
  for (const auto& means : curves_without_each(walk)) {
    asymptotes.push_back(fit_of(means, first, members - 1).asymptote);
    mean += asymptotes.back() / count;
  }
  double squares = 0;
  for (const double asymptote : asymptotes) squares += (asymptote - mean) * (asymptote - mean);
  return std::sqrt(squares * (count - 1) / count);
}

std::optional<std::size_t> members_needed(const Walk& walk, double half_width, double confidence) {
  const double scaled = jackknife_variances(walk).back() * static_cast<double>(walk.members());
  if (std::isnan(scaled)) return std::nullopt;
  const auto reached = [&](std::size_t members) {
    const auto count = static_cast<double>(members);
    return student_quantile(0.5 + confidence / 2, count - 1) * std::sqrt(scaled / count) <=
           half_width;
  };
  std::size_t enough = 2;
  while (!reached(enough)) {
    if (enough >= kMostMembers) return std::nullopt;
    enough *= 2;
  }
  std::size_t too_few = std::max<std::size_t>(1, enough / 2);
  while (enough - too_few > 1) {
    const std::size_t middle = too_few + (enough - too_few) / 2;
    (reached(middle) ? enough : too_few) = middle;
  }
  return enough;
}

}  // namespace

Forecast forecast(const Walk& walk, double half_width, double confidence) {
  require_confidence(confidence);
  require_table(walk);
  if (!(half_width > 0)) {
    throw UsageError(fmt::format("an interval of half-width {}: above 0 is needed", half_width));
  }
  Forecast forecast;
  forecast.half_width = half_width;
  const std::size_t members = walk.members();
  if (walk.is_deterministic) {
    forecast.note = "training again would not change it: more members bring nothing";
    return forecast;
  }
  forecast.members_needed = members_needed(walk, half_width, confidence);
  if (members < kFewestMembers) {
    forecast.note = fmt::format("{} members are too few for a forecast of the AUC; {} are needed",
                                members, kFewestMembers);
    return forecast;
  }
  std::vector<double> means;
  for (const Moments& moments : moments_of(walk.aucs)) means.push_back(moments.mean);
  const std::size_t first = (members + 3) / 4;
  const Fit fit = fit_of(means, first, members);
  const double error = jackknife_error(walk, first);
  forecast.asymptote = std::clamp(fit.asymptote, 0.0, 1.0);
  forecast.slope = fit.slope;
  const double multiplier = student_quantile(0.5 + confidence / 2, freedom_of(walk));
  forecast.asymptote_interval = interval_around(forecast.asymptote, multiplier * error, 0);
  const double late = std::clamp(fit_of(means, (members + 1) / 2, members).asymptote, 0.0, 1.0);
  if (members < kTrustedMembers) {
    forecast.note = fmt::format("rests on {} members only", members);
  } else if (late < forecast.asymptote_interval.lower || late > forecast.asymptote_interval.upper) {
    forecast.note = fmt::format(
        "the upper half of the sizes alone points to {:.4f}: the curve has "
        "not settled into its form yet",
        late);
  }
  return forecast;
}

}  // namespace clvae::reduce
