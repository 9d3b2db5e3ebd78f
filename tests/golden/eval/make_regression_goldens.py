#!/usr/bin/env python3
"""Writes regression_goldens.h beside itself: scikit-learn's MSE and SciPy's correlations.

Needs scikit-learn==1.9.1 and scipy==1.17.1; format the header with clang-format.
"""
import warnings

import goldens
import numpy as np
from scipy.stats import pearsonr, spearmanr
from sklearn.metrics import mean_squared_error

CASES = []


def case(name, predicted, targets):
    x = np.asarray(predicted, np.float32).astype(np.float64)
    y = np.asarray(targets, np.float32).astype(np.float64)
    two = len(x) >= 2 and not np.isinf(x).any()
    values = [mean_squared_error(x, y) if two else np.square(x - y).mean() if len(x) else np.nan,
              pearsonr(x, y).statistic if len(x) >= 2 else np.nan, spearmanr(x, y).statistic]
    CASES.append(f"{{{goldens.text(name)}, {len(x)}, {name.upper()}_X, {name.upper()}_Y, "
                 f"{{{', '.join(goldens.number(v, 'double') for v in values)}}}}},\n")
    return (goldens.array("float", f"{name.upper()}_X", x)
            + goldens.array("float", f"{name.upper()}_Y", y))


def main():
    warnings.simplefilter("ignore")
    random = np.random.default_rng(5)
    scores = random.integers(0, 26, 30) / 5
    noisy = random.normal(size=25).astype(np.float32)
    body = case("smooth", noisy, noisy * 0.5 + random.normal(size=25))
    body += case("ties", np.round(scores + random.normal(size=30)), scores)
    body += case("opposed", [3, 2, 2, 1], [1, 2, 2, 3])
    body += case("two", [0.3, 0.7], [5, 1])
    body += case("one", [0.25], [1])
    body += case("constant", [2.5] * 6, [0, 1, 2, 3, 4, 5])
    body += case("constant_targets", [0, 1, 2], [4, 4, 4])
    body += case("nearly_constant", 1 + np.arange(9) * 2.0**-23, random.normal(size=9))
    body += case("huge", [3e38, -3e38, 1e38, 2e38], [-2e38, 3e38, 1e37, -3e38])
    body += case("tiny", np.arange(7)[::-1] * 1e-40, [1e-40, 3e-40, 2e-40, 0, 0, 0, 1e-39])
    body += ("static const struct {\n    const char *name;\n    size_t count;\n"
             "    const float *predicted;\n    const float *targets;\n"
             "    double expected[3]; /* MSE, Pearson, Spearman */\n} REGRESSION_CASES[] = {\n"
             + "".join(CASES) + "};\n")
    goldens.write(__file__, "regression_goldens.h", body)


if __name__ == "__main__":
    main()
