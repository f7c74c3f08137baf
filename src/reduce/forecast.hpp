#pragma once
/// \file
/// What more members would bring.

#include "reduce/curve.hpp"

namespace clvae::reduce {

/// Both forecasts of one curve: how many members are needed, and what endlessly many would reach.
///
/// Members needed for a curve interval of all of them that is no wider than `half_width` to either
/// side: the variance of the merged AUC of all members falls as 1 / N, so the smallest M >= 2 with
/// t(M - 1) sqrt(V_N N / M) <= half_width. It is as uncertain as V_N: a standard error of
/// sqrt(2 / (N - 1)).
///
/// AUC of endlessly many: U_k = a - b / k, the first two terms of what the mean of k values does to
/// a smooth function (the law by which an average over members loses its noise), least squares over
/// sizes ceil(N / 4)..N, where terms in 1 / k^2 count little; a is the asymptote, and U at M
/// members a - b / M. Its uncertainty: the jackknife over members, the fit repeated with the draws
/// that leave out each in turn (sizes to N - 1); draws are limited, which only widens it. Student's
/// t with N - 1 degrees of freedom, clipped to [0, 1].
///
/// Not to be trusted, and the note says so: with fewer than 8 members; where the fit to the upper
/// half of the sizes alone lands outside the interval (the curve has not taken the form yet).
/// \throws UsageError for a half_width that is not positive, and as `curve`
Forecast forecast(const Walk& walk, double half_width, double confidence);

}  // namespace clvae::reduce
