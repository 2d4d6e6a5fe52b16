"""Fits by maximum likelihood as constraints on one model, and whether one is nested in another."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from ..errors import InputError
from ..vocabulary import NO_RANDOM_EFFECT
from .choices import FIXED
from .fit import fit_studies
from .location_scale import LocationScaleResult
from .result import PooledResult

if TYPE_CHECKING:
    from .core import Array
    from .likelihood import FitStatistics

__all__ = ["LikelihoodModel", "as_ml", "is_nested", "kind_of_pair", "read_model", "same_data", "same_space"]

# with columns of unit length, a part of a column below this is rounding
_COLLINEAR = 1e-9


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class LikelihoodModel:
    """What a likelihood-ratio test needs to know of a fit.

    Attributes
    ----------
    fit : PooledResult or LocationScaleResult
        The fit.
    method : str
        The likelihood that was maximised over τ² or the scale: ``"ML"`` or ``"REML"``; ``"EE"`` where τ² is 0 or given.
        Any other estimator by its own name.
    parameters : int
        Coefficients, and τ² or scale coefficients where they were estimated.
    tau2_given : float
        τ², where it is not estimated; NaN elsewhere.
    scale : array, shape (k, q), or None
        The scale design; a column of ones for one estimated τ²; None where τ² is not estimated.
    link : str
        The link of the scale; empty where τ² is the same for all.
    """

    fit: Any
    method: str
    parameters: int
    tau2_given: float
    scale: Array | None
    link: str

    def statistics(self, kind: str) -> FitStatistics:
        """Return the fit statistics of one kind of likelihood, ``"ML"`` or ``"REML"``."""
        found: FitStatistics = self.fit.reml if kind == "REML" else self.fit.ml
        return found


def read_model(fit: object) -> LikelihoodModel:
    """Return what a likelihood-ratio test needs to know of a fit.

    Raises
    ------
    InputError
        Where the fit has no likelihood that was maximised: given weights, a single study, another kind of result.
    """
    if isinstance(fit, LocationScaleResult):
        p, q = len(fit.design.names), len(fit.scale_design.names)
        return LikelihoodModel(
            fit=fit,
            method=fit.method,
            parameters=p + q,
            tau2_given=math.nan,
            scale=fit.scale_design.matrix,
            link=fit.link if q > 1 or not fit.scale_design.spans_mean else "",
        )
    if not isinstance(fit, PooledResult):
        raise InputError(
            f"likelihoods are compared between fits by pool() or location_scale(), not {type(fit).__name__}"
        )
    if fit.choices.weights != "inverse-variance":
        raise InputError("with given weights the coefficients do not maximise the likelihood")
    if fit.k == 1:
        raise InputError("a single study has no model to compare")
    known = fit.tau2_method in (*NO_RANDOM_EFFECT, FIXED)
    return LikelihoodModel(
        fit=fit,
        method="EE" if known else fit.tau2_method,
        parameters=fit.p + (0 if known else 1),
        tau2_given=fit.tau2 if known else math.nan,
        scale=None if known else np.ones((fit.k, 1)),
        link="",
    )


def kind_of_pair(one: LikelihoodModel, other: LikelihoodModel) -> str:
    """Return the likelihood by which two models can be compared, ``"ML"`` or ``"REML"``.

    Raises
    ------
    InputError
        Where there is none: another estimator, ML against REML, or REML with different moderators.
    """
    methods = {one.method, other.method} - {"EE"}
    unfit = sorted(methods - {"ML", "REML"})
    if unfit:
        raise InputError(f"τ² by {', '.join(unfit)} does not maximise a likelihood; refit=True fits by ML instead")
    if len(methods) == 2:
        raise InputError("one fit is by ML, the other by REML; refit=True fits both by ML")
    if methods != {"REML"}:
        return "ML"
    if not same_space(one.fit.design.matrix, other.fit.design.matrix):
        raise InputError(
            "restricted likelihoods with different moderators are of different data and cannot be compared; "
            "refit=True fits both by ML"
        )
    return "REML"


def as_ml(model: LikelihoodModel) -> LikelihoodModel:
    """Return the same model with what was estimated estimated by ML."""
    if model.method in ("ML", "EE"):
        return model
    fit = model.fit
    if isinstance(fit, LocationScaleResult):
        return read_model(fit.refit(method="ML"))
    return read_model(fit_studies(fit.studies, fit.design, replace(fit.choices, tau2_method="ML")))


def same_data(one: Any, other: Any) -> bool:
    """Return whether two fits are to the same effects and variances, in the same order."""
    return np.array_equal(one.yi, other.yi) and np.array_equal(one.vi, other.vi)


def same_space(one: Array, other: Array) -> bool:
    """Return whether two designs span the same models."""
    return _within(one, other) and _within(other, one)


def is_nested(reduced: LikelihoodModel, full: LikelihoodModel) -> bool:
    """Return whether every model of the one kind is one of the other."""
    if not _within(reduced.fit.design.matrix, full.fit.design.matrix):
        return False
    if full.scale is None:
        return reduced.scale is None and reduced.tau2_given == full.tau2_given
    constant = np.ones((len(full.scale), 1))
    if reduced.scale is None:
        return reduced.tau2_given == 0 or _within(constant, full.scale)
    if not reduced.link:
        return _within(constant, full.scale)
    return reduced.link == full.link and _within(reduced.scale, full.scale)


def _within(small: Array, large: Array) -> bool:
    """Return whether all columns of one matrix are combinations of those of another."""
    small = small / np.linalg.norm(small, axis=0)
    basis, _ = np.linalg.qr(large / np.linalg.norm(large, axis=0))
    rest = small - basis @ (basis.T @ small)
    return bool((np.linalg.norm(rest, axis=0) < _COLLINEAR).all())
