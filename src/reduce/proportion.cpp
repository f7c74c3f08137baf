#include "reduce/proportion.hpp"

#include <boost/math/distributions/binomial.hpp>
#include <fmt/format.h>

#include "clvae/core/errors.hpp"

namespace clvae::reduce {

Proportion proportion(std::size_t count, std::size_t trials, double confidence) {
  if (count > trials || !(confidence > 0 && confidence < 1)) {
    throw UsageError(
        fmt::format("no interval for {} of {} at a confidence of {}", count, trials, confidence));
  }
  Proportion found{count, trials};
  if (trials == 0) return found;
  using Binomial = boost::math::binomial_distribution<>;
  const auto n = static_cast<double>(trials);
  const auto k = static_cast<double>(count);
  const double tail = (1 - confidence) / 2;
  if (count > 0) found.lower = Binomial::find_lower_bound_on_p(n, k, tail);
  if (count < trials) found.upper = Binomial::find_upper_bound_on_p(n, k, tail);
  return found;
}

}  // namespace clvae::reduce
