"""Standardised differences that were reported, or that a t-test implies, where means and SDs were not."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from .correlations import t_from_signed_p

if TYPE_CHECKING:
    from collections.abc import Mapping

    from .arrays import FloatArray
    from .notes import Remark

__all__ = ["REPORTED_ROLES", "STAND_INS", "StandIn", "fill_from_group_tests"]

REPORTED_ROLES = ("d", "t", "pvalue")


class StandIn(NamedTuple):
    """Numbers that give a standardised difference of one: the mean of side 1 is then the difference itself.

    Attributes
    ----------
    constants : mapping of str to float
        What the other roles are set to.
    paired : bool
        Whether the t-test is that of pairs.
    """

    constants: Mapping[str, float]
    paired: bool


_GROUPS = StandIn(MappingProxyType({"sd1": 1.0, "mean2": 0.0, "sd2": 1.0}), paired=False)
# with two SDs of 1, the differences have an SD of 1 at r = ½
_PAIRS = StandIn(MappingProxyType({"sd1": 1.0, "mean2": 0.0, "sd2": 1.0, "r": 0.5}), paired=True)

STAND_INS: Mapping[str, StandIn] = MappingProxyType(
    {
        **dict.fromkeys(("SMD", "D2OR", "D2ORN", "D2ORL", "RPB", "ZPB", "RBIS", "ZBIS"), _GROUPS),
        "SMCC": _PAIRS,
    }
)


def fill_from_group_tests(
    measure: str, numbers: Mapping[str, FloatArray], rows: int
) -> tuple[dict[str, FloatArray], list[Remark]]:
    r"""Fill rows without means from the standardised difference, else from t, else from the signed p-value.

    .. math:: d = t\sqrt{1/n_1 + 1/n_2}, \qquad d = t/\sqrt n \text{ for pairs}

    Parameters
    ----------
    measure : str
        A key of ``STAND_INS``.
    numbers : mapping of str to ndarray of shape (k,)
        The checked numbers of each role, NaN where missing.
    rows : int
        Number of rows, k.

    Returns
    -------
    numbers : dict
        With means and standard deviations whose standardised difference is the one that was reported.
    remarks : list of remarks

    References
    ----------
    Borenstein M and others (2009). Introduction to meta-analysis, chapter 4. doi:10.1002/9780470743386

    Examples
    --------
    >>> numbers = {"t": np.array([2.0]), "n1": np.array([8.0]), "n2": np.array([8.0])}
    >>> filled, remarks = fill_from_group_tests("SMD", numbers, 1)
    >>> filled["mean1"], filled["sd1"], remarks[1]
    (array([1.]), array([1.]), (array([ True]), 'd from t'))
    """
    constants, paired = STAND_INS[measure]
    missing = np.full(rows, np.nan)
    filled = {role: numbers.get(role, missing) for role in ("mean1", *constants)}
    needed = [role for role in filled if role != "r"]
    lacking = np.any([np.isnan(filled[role]) for role in needed], axis=0)
    if paired:
        unit, df = np.sqrt(1 / numbers["n"]), numbers["n"] - 1
    else:
        unit, df = np.sqrt(1 / numbers["n1"] + 1 / numbers["n2"]), numbers["n1"] + numbers["n2"] - 2
    reported, t = numbers.get("d", missing), numbers.get("t", missing)
    p = t_from_signed_p(numbers.get("pvalue", missing), df)
    d = np.where(~np.isnan(reported), reported, np.where(~np.isnan(t), t, p) * unit)
    used = lacking & ~np.isnan(d)
    filled["mean1"] = np.where(used, d, filled["mean1"])
    for role, value in constants.items():
        filled[role] = np.where(used, value, filled[role])
    from_t = np.isnan(reported) & ~np.isnan(t)
    remarks: list[Remark] = [
        (used & ~np.isnan(reported), "d as reported"),
        (used & from_t, "d from t"),
        (used & np.isnan(reported) & ~from_t, "d from p, with its sign"),
    ]
    return {**numbers, **filled}, remarks
