"""statistics.json: rank correlations from SciPy and average precision from scikit-learn, with and without ties."""

import json
import pathlib
import warnings

import numpy as np
import scipy
import scipy.stats
import sklearn
from sklearn.metrics import average_precision_score

warnings.simplefilter("error")


def both_sides(scores, human):
    """Finding the positive words by the highest scores and the negative ones by the lowest."""
    sides = [(scores, human > 0), (-scores, human < 0)]
    return float(np.mean([average_precision_score(labels, by) for by, labels in sides if labels.any()]))


def case(rng, n, steps):
    """`steps` 0: no ties; otherwise scores and human values are multiples of 1 / steps."""
    while True:
        a, b = rng.normal(size=n), rng.uniform(-1, 1, size=n)
        if steps:
            a, b = np.round(a * steps) / steps, np.round(b * 2) / 2
        # Where one side has no spread the libraries warn and return NaN; where there is no positive, 0.
        if np.ptp(a) > 0 and np.ptp(b) > 0 and (b > 0).any():
            break
    return {
        "a": a.tolist(), "b": b.tolist(),
        "pearson": float(scipy.stats.pearsonr(a, b).statistic),
        "spearman": float(scipy.stats.spearmanr(a, b).statistic),
        "kendall": float(scipy.stats.kendalltau(a, b, variant="b").statistic),
        "average_precision": float(average_precision_score(b > 0, a)),
        "auprc_of_both_sides": both_sides(a, b),
    }


def main():
    rng = np.random.default_rng(5)
    cases = [case(rng, n, steps) for n in (2, 3, 5, 9, 17, 40) for steps in (0, 1, 2, 4) for _ in range(2)]
    made = {"scipy": scipy.__version__, "scikit-learn": sklearn.__version__, "cases": cases}
    path = pathlib.Path(__file__).with_name("statistics.json")
    path.write_text(json.dumps(made) + "\n")
    print(f"{path.name}: {len(cases)} cases")


if __name__ == "__main__":
    main()
