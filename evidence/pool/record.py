"""A fit as plain values that survive JSON."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .result import PooledResult

__all__ = ["as_dict", "finite"]


def finite(value: float) -> float | None:
    """Return the number, or None where it is NaN or infinite."""
    return float(value) if math.isfinite(value) else None


def as_dict(fit: PooledResult) -> dict[str, Any]:
    """Return every number and every choice of a fit; what cannot be estimated is None."""
    found, choices = fit.heterogeneity, fit.choices
    numbers: dict[str, Any] = {}
    if not fit.has_moderators:
        numbers = {
            "estimate": finite(fit.estimate),
            "se": finite(fit.se),
            "statistic": finite(fit.statistic),
            "pvalue": finite(fit.pvalue),
            "ci_low": finite(fit.ci_low),
            "ci_high": finite(fit.ci_high),
            "pi_low": finite(fit.pi_low),
            "pi_high": finite(fit.pi_high),
        }
    rows = fit.coefficients.reset_index().to_dict(orient="records")
    return {
        "model": fit.model,
        "measure": fit.measure or None,
        "k": fit.k,
        "p": fit.p,
        "dropped": len(fit.studies.reasons),
        **numbers,
        "df": finite(fit.df),
        "coefficients": [
            {str(name): value if isinstance(value, str) else finite(value) for name, value in row.items()}
            for row in rows
        ],
        "tau2": finite(found.tau2),
        "tau2_se": finite(found.tau2_se),
        "tau2_ci_low": finite(found.tau2_ci[0]),
        "tau2_ci_high": finite(found.tau2_ci[1]),
        "tau2_ci_method": found.tau2_ci_method,
        "i2": finite(found.i2),
        "i2_ci_low": finite(found.i2_ci[0]),
        "i2_ci_high": finite(found.i2_ci[1]),
        "i2_definition": found.i2_definition,
        "h2": finite(found.h2),
        "h2_ci_low": finite(found.h2_ci[0]),
        "h2_ci_high": finite(found.h2_ci[1]),
        "q": finite(found.q),
        "q_df": finite(found.q_df),
        "q_pvalue": finite(found.q_pvalue),
        "qm": finite(fit.qm),
        "qm_df": finite(fit.qm_df[0]),
        "qm_df2": finite(fit.qm_df[1]),
        "qm_pvalue": finite(fit.qm_pvalue),
        "r2": finite(fit.r2),
        "loglik_ml": finite(fit.ml.loglik),
        "loglik_reml": finite(fit.reml.loglik),
        "aic": finite(fit.aic),
        "aicc": finite(fit.aicc),
        "bic": finite(fit.bic),
        "tau2_method": choices.tau2_method,
        "test": fit.test,
        "test_asked": choices.test,
        "scale": finite(fit.inference.scale),
        "weights": choices.weights,
        "level": choices.level,
        "prediction": fit.prediction.method,
        "prediction_df": finite(fit.prediction.df),
        "formula": fit.design.formula or None,
        "missing": choices.missing,
        "iterations": fit.convergence.iterations,
        "tau2_modes": [finite(mode) for mode in fit.convergence.modes],
        "cautions": list(fit.cautions),
    }
