"""The likelihood of one profile: log-normal residuals, results below the limit as left-censored.

Each quantifiable sample contributes its normal density on the log scale, each
BLQ one Phi((ln LLOQ - ln f)/sigma) at its own LLOQ ("M3"); none is replaced
by a number. Derivatives of the curve are exact, by a complex step, and the
curves of all steps are evaluated at once.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.special import log_ndtr

from cartpk.fit.space import STEP, Space
from cartpk.models import Data

__all__ = ["LOG_SIGMA_CEILING", "LOG_SIGMA_FLOOR", "Likelihood"]

Array = NDArray[np.float64]
HALF_LOG_2PI = 0.5 * float(np.log(2.0 * np.pi))
LOG_SIGMA_FLOOR = float(np.log(1e-6))
LOG_SIGMA_CEILING = 5.0


@dataclass(frozen=True, slots=True, eq=False)
class Likelihood:
    """Negative log-likelihood of `data` over the free coordinates of `space` and, last, ln(sigma)."""

    data: Data
    space: Space

    def box(self) -> tuple[Array, Array]:
        """Limits of the coordinates and of ln(sigma)."""
        lower, upper = self.space.box()
        return np.append(lower, LOG_SIGMA_FLOOR), np.append(upper, LOG_SIGMA_CEILING)

    def log_curve(self, free: Array) -> Array:
        """ln of the model at the samples, shape (n,)."""
        return np.asarray(self.space.model.log_curve(self.data.time, **self.space.parameters(free)), float)

    def _log_curves(self, points: NDArray[Any]) -> NDArray[Any]:
        """ln of the model at the samples for each row of `points`, shape (m, n)."""
        if self.space.exact:
            curves = self.space.model.log_curve(self.data.time, **self.space.parameters(points))
            return np.broadcast_to(curves, (len(points), len(self.data)))
        return np.array([self.log_curve(point) for point in points])

    def curves_and_slopes(self, points: Array) -> tuple[Array, Array]:
        """For each row of `points` (m, k): ln f, shape (m, n), and its derivatives, shape (m, k, n)."""
        m, k = points.shape
        if not k:
            return np.asarray(np.real(self._log_curves(points)), float), np.empty((m, 0, len(self.data)))
        if self.space.exact:
            moved = (points[:, None, :] + 1j * STEP * np.eye(k)).reshape(m * k, k)
            curves = self._log_curves(moved).reshape(m, k, -1)
            return curves[:, 0].real.copy(), curves.imag / STEP
        h = 1e-5 * np.maximum(1.0, np.abs(points))
        steps = np.eye(k) * h[:, :, None]
        both = np.concatenate([points[:, None, :] + steps, points[:, None, :] - steps]).reshape(2 * m * k, k)
        up, down = self._log_curves(both).reshape(2, m, k, -1)
        return self._log_curves(points), (up - down) / (2 * h[:, :, None])

    def curve_and_slopes(self, free: Array) -> tuple[Array, Array]:
        """ln f, shape (n,), and its derivatives by the free coordinates, shape (k, n)."""
        curves, slopes = self.curves_and_slopes(free[None, :])
        return curves[0], slopes[0]

    def residuals(self, free: Array) -> Array:
        """For the search by least squares: distances of logs; of a BLQ sample how far the curve lies above its limit."""
        value, d = self.log_curve(free), self.data
        return np.where(d.blq, np.maximum(value - d.log_lloq, 0.0), value - d.log_value)

    def residual_slopes(self, free: Array) -> Array:
        """Derivatives of the residuals, shape (n, k)."""
        value, slopes = self.curve_and_slopes(free)
        return np.where(self.data.blq & (value <= self.data.log_lloq), 0.0, slopes).T

    def value(self, x: Array) -> float:
        """Negative log-likelihood (with priors), at the free coordinates and ln(sigma)."""
        return self.deviance(x) + self.space.penalty(x[:-1])

    def deviance(self, x: Array) -> float:
        """Negative log-likelihood of the data alone, as values (not as logs), so that other models compare."""
        f, d = self.log_curve(x[:-1]), self.data
        z = np.where(d.blq, d.log_lloq - f, d.log_value - f) * np.exp(-x[-1])
        seen = d.log_value[~d.blq]
        density = len(seen) * (x[-1] + HALF_LOG_2PI) + seen.sum()
        return float(density + np.where(d.blq, -log_ndtr(z), 0.5 * z * z).sum())

    def _by_curve(self, x: Array, f: Array) -> tuple[Array, Array, Array, Array, Array]:
        """By ln f: first, second derivative; by ln f and ln(sigma); by ln(sigma): first, second; each shape (n,)."""
        d, sigma = self.data, np.exp(x[-1])
        z = np.where(d.blq, d.log_lloq - f, d.log_value - f) / sigma
        mills = np.exp(-0.5 * z * z - HALF_LOG_2PI - log_ndtr(z))
        bend = mills * (mills + z)  # second derivative of -ln Phi
        return (
            np.where(d.blq, mills, -z) / sigma,
            np.where(d.blq, bend, 1.0) / sigma**2,
            np.where(d.blq, bend * z - mills, 2.0 * z) / sigma,
            np.where(d.blq, mills * z, 1.0 - z * z),
            np.where(d.blq, bend * z * z - mills * z, 2.0 * z * z),
        )

    def gradient(self, x: Array) -> Array:
        """Its derivatives, shape (k + 1,)."""
        return self.gradient_and_curvature(x)[0]

    def gradient_and_curvature(self, x: Array, slopes: Array | None = None) -> tuple[Array, Array]:
        """The derivatives, and the second derivatives without those of the curve itself (Gauss and Newton's part).

        `slopes` (k, n) stand for the curve's own where given.
        """
        free, k = x[:-1], len(x) - 1
        f, own = self.curve_and_slopes(free)
        slopes = own if slopes is None else slopes
        first, second, mixed, by_sigma, twice_by_sigma = self._by_curve(x, f)
        prior_slope, prior_bend = self.space.penalty_slope_and_bend(free)
        gradient = np.append(slopes @ first + prior_slope, by_sigma.sum())
        out = np.empty((k + 1, k + 1))
        out[:k, :k] = (slopes * second) @ slopes.T + prior_bend
        out[:k, k] = out[k, :k] = slopes @ mixed
        out[k, k] = twice_by_sigma.sum()
        return gradient, out

    def hessian(self, x: Array) -> Array:
        """Its second derivatives: those of the curve by central differences of its exact slopes."""
        free, k = x[:-1], len(x) - 1
        out = self.gradient_and_curvature(x)[1]
        if k:
            h = (1e-5 if self.space.exact else 1e-3) * np.maximum(1.0, np.abs(free))
            both = np.concatenate([free + np.diag(h), free - np.diag(h)])
            up, down = self.curves_and_slopes(both)[1].reshape(2, k, k, -1)
            first = self._by_curve(x, self.log_curve(free))[0]
            bends = ((up - down) / (2 * h[:, None, None])) @ first
            out[:k, :k] += 0.5 * (bends + bends.T)
        return out
