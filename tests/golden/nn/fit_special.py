#!/usr/bin/env python3
"""Prints the coefficients of src/nn/vector_math.h: polynomials of least relative error.

exp(r)          on |r| <= ln 2 / 2, as 1 + r + r^2 q(r)
Phi(u)          on |u| <= 1, as 1/2 + u q(u^2)
exp(x^2)erfc(x) on x >= 0.7, as t q(t) with t = 1 / (1 + x / 2)
tanh(x)         on |x| <= 0.625, as x + x^3 q(x^2)

Needs mpmath and numpy. Each q is a weighted least-squares fit whose weights are raised where the
error is largest (Lawson's iteration), which tends to the minimax polynomial.
"""
import mpmath as mp
import numpy as np

mp.mp.dps = 40
POINTS = 400


def chebyshev_points(low, high):
    angle = (np.arange(POINTS) + 0.5) * np.pi / POINTS
    return (low + high) / 2 + (high - low) / 2 * np.cos(angle)


def fit(name, degree, points, argument, target, scale):
    """q with target(x) ~ q(argument(x)); the error counts times scale(x)."""
    wanted = np.array([float(target(mp.mpf(x))) for x in points])
    factor = np.array([float(scale(mp.mpf(x))) for x in points])
    powers = np.vander(np.array([argument(x) for x in points]), degree + 1, increasing=True)
    weights = np.ones(len(points))
    for _ in range(200):
        root = np.sqrt(weights) * factor
        q = np.linalg.lstsq(powers * root[:, None], wanted * root, rcond=None)[0]
        error = np.abs((powers @ q - wanted) * factor)
        weights *= error + 1e-30
        weights /= weights.sum()
    print(f"{name}: largest error {error.max():.2e}")
    print("   ", ", ".join(f"{c:.9e}f" for c in q))


def main():
    half = float(mp.log(2)) / 2
    fit("exp", 4, chebyshev_points(-half, half), lambda r: r,
        lambda r: (mp.exp(r) - 1 - r) / r**2, lambda r: r**2 / mp.exp(r))
    fit("normal", 4, chebyshev_points(1e-3, 1.01), lambda u: u * u,
        lambda u: (mp.ncdf(u) - mp.mpf(1) / 2) / u, lambda u: u)
    fit("erfcx", 7, chebyshev_points(1e-3, 1 / 1.35), lambda t: t,
        lambda t: erfcx(2 * (1 / t - 1)) / t, lambda t: t / erfcx(2 * (1 / t - 1)))
    fit("tanh", 5, chebyshev_points(1e-3, 0.63), lambda x: x * x,
        lambda x: (mp.tanh(x) - x) / x**3, lambda x: x**3 / mp.tanh(x))


def erfcx(x):
    if x > 30:  # asymptotic series
        series = sum((-1)**k * mp.fac2(2 * k - 1) / (2 * x * x)**k for k in range(8))
        return series / (x * mp.sqrt(mp.pi))
    return mp.exp(x * x) * mp.erfc(x)


if __name__ == "__main__":
    main()
