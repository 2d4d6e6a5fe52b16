"""Every option's allowed values, once, and the one check that lists them.

>>> check_option("test", "hksj", TestName)
'hksj'
"""

from __future__ import annotations

from typing import Any, Literal, get_args

from .errors import OptionError

__all__ = [
    "BinaryMeasure",
    "MatchedMeasure",
    "MeanMeasure",
    "Measure",
    "MissingPolicy",
    "PairedMeasure",
    "PredictionMethod",
    "ProportionMeasure",
    "RowPolicy",
    "Tau2Method",
    "TestName",
    "Transform",
    "VarianceType",
    "ZeroCellPolicy",
    "allowed",
    "check_option",
]

MeanMeasure = Literal["MD", "SMD", "SMDH", "ROM"]
BinaryMeasure = Literal["RR", "OR", "RD", "PETO"]
ProportionMeasure = Literal["PR", "PLO", "PAS", "PFT"]
PairedMeasure = Literal["MC", "SMCC", "SMCR", "SMCRP", "ROMC"]
MatchedMeasure = Literal["MPRR", "MPOR", "MPRD", "MPORC", "MPPETO"]
Measure = Literal[MeanMeasure, BinaryMeasure, ProportionMeasure, PairedMeasure, MatchedMeasure]
VarianceType = Literal["LS", "LS2", "UB", "H0", "HO", "AV", "AVHO"]
MissingPolicy = Literal["raise", "keep"]
ZeroCellPolicy = Literal["only0", "all", "if0all", "none"]
Tau2Method = Literal["EE", "DL", "PM", "ML", "REML"]
TestName = Literal["z", "t", "hksj", "adhoc"]
PredictionMethod = Literal["k-p", "k-p-1", "normal"]
RowPolicy = Literal["raise", "drop"]
Transform = Literal["none", "exp", "logit", "arcsine", "freeman-tukey"]


def allowed(options: Any) -> tuple[str, ...]:
    """Return the values of a ``Literal``, or of any iterable of strings, as a tuple."""
    return get_args(options) or tuple(options)


def check_option(argument: str, value: object, options: Any) -> str:
    """Return `value` if it is among `options`.

    Parameters
    ----------
    argument : str
        The argument's name, for the message.
    value : object
        What was given.
    options : Literal or iterable of str
        What is allowed.

    Raises
    ------
    OptionError
        Naming the argument, the value and everything that is allowed.
    """
    choices = allowed(options)
    if isinstance(value, str) and value in choices:
        return value
    raise OptionError(argument, value, choices)
