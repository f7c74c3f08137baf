#!/usr/bin/python3
"""Writes tests/golden/measures.json: AUC, average precision of outliers and of inliers, and the FPR at
95 % TPR of the ROC curve by scikit-learn; that FPR again, and DeLong's variances, written out from
their definitions, every pair of samples looked at.

    /usr/bin/python3 tests/golden/measures.py   # needs python3-sklearn; scikit-learn 1.2.1 was used
"""

import json
import pathlib

import numpy
from sklearn.metrics import average_precision_score, roc_auc_score, roc_curve


def fpr_at_95_tpr(inliers, outliers):
    for threshold in sorted(set(outliers), reverse=True):
        if numpy.mean(outliers >= threshold) >= 0.95:
            return float(numpy.mean(inliers >= threshold))
    raise AssertionError


def fpr_of_roc_curve(labels, scores):
    shares, found, _ = roc_curve(labels, scores, drop_intermediate=False)
    return float(shares[numpy.argmax(found >= 0.95)])


def placements(inliers, outliers):
    above = (outliers[:, None] > inliers) + 0.5 * (outliers[:, None] == inliers)
    return above.mean(0), above.mean(1)


def variance(of_inliers, of_outliers):
    return float(of_inliers.var(ddof=1) / len(of_inliers) + of_outliers.var(ddof=1) / len(of_outliers))


random = numpy.random.default_rng(7)
cases = []
for name, inlier_count, outlier_count, levels in (
        ("continuous", 60, 45, None), ("more outliers", 20, 300, None), ("ties", 80, 80, 6),
        ("many", 1500, 900, None), ("many ties", 700, 900, 40), ("two values", 30, 20, 1)):
    sets = []
    shared = random.normal(size=inlier_count + outlier_count)
    for gap in (1.1, 0.6):
        scores = shared + random.normal(size=len(shared)) + gap * (numpy.arange(len(shared)) >= inlier_count)
        if levels:
            scores = numpy.clip(numpy.round(scores * levels / 4), 0, levels)
        scores = scores.astype(numpy.float32).astype(float)
        sets.append((scores[:inlier_count], scores[inlier_count:]))
    labels = numpy.arange(len(shared)) >= inlier_count
    pairs = [placements(*both) for both in sets]
    cases.append({
        "name": name,
        "inliers": inlier_count,
        "scores": [numpy.concatenate(both).tolist() for both in sets],
        "auc": [float(roc_auc_score(labels, numpy.concatenate(both))) for both in sets],
        "average_precision": [float(average_precision_score(labels, numpy.concatenate(both)))
                              for both in sets],
        # Who is an inlier is found by low scores.
        "average_precision_of_inliers": [
            float(average_precision_score(~labels, -numpy.concatenate(both))) for both in sets],
        "fpr_at_95_tpr": [fpr_at_95_tpr(*both) for both in sets],
        "fpr_of_roc_curve": [fpr_of_roc_curve(labels, numpy.concatenate(both)) for both in sets],
        "variance": [variance(*both) for both in pairs],
        "variance_of_difference": variance(pairs[0][0] - pairs[1][0], pairs[0][1] - pairs[1][1]),
    })
path = pathlib.Path(__file__).with_name("measures.json")
path.write_text(json.dumps(cases) + "\n")
print(f"{len(cases)} cases in {path}")
