"""Every option's allowed values, once, and the one check that lists them.

>>> check_option("test", "hksj", TestName)
'hksj'
"""

from __future__ import annotations

from typing import Any, Literal, get_args

from .errors import OptionError

__all__ = [
    "NO_RANDOM_EFFECT",
    "Alternative",
    "ArcsineModel",
    "BatchTest",
    "BetaBinomialMeasure",
    "BinaryMeasure",
    "BiserialMeasure",
    "CorrectionTarget",
    "CorrelationMeasure",
    "CovarianceType",
    "DataDistribution",
    "DebrayWeights",
    "Derivation",
    "EffectScale",
    "EmptyIntervals",
    "Engine",
    "ExcessTest",
    "FailSafeType",
    "FiveNumberMean",
    "FiveNumberMethod",
    "FiveNumberSD",
    "FunnelPredictor",
    "FunnelSide",
    "GenotypeMeasure",
    "GlmmMeasure",
    "GlmmModel",
    "HatType",
    "IntervalDistribution",
    "IntervalMethod",
    "LikelihoodKind",
    "LikelihoodTau2",
    "LimitAdjustment",
    "MacaskillWeights",
    "MantelHaenszelMeasure",
    "MantelHaenszelMethod",
    "MatchedMeasure",
    "MeanMeasure",
    "Measure",
    "MissingPolicy",
    "ModelPart",
    "PUniformMethod",
    "PValueDefinition",
    "PValueOperator",
    "PairedMeasure",
    "PermutationStatistic",
    "PersonTimeMeasure",
    "PrePostMeasure",
    "PredictionMethod",
    "ProportionMeasure",
    "QCentre",
    "QuantileResidual",
    "RateMeasure",
    "RegressionMeasure",
    "RegressionModel",
    "ReliabilityMeasure",
    "ReportedPolicy",
    "ReportedVarianceType",
    "ResidualType",
    "RiskDifferenceVariance",
    "RowPolicy",
    "ScaleLink",
    "ScalePrediction",
    "ScoreMeasure",
    "SelectionKind",
    "SelectionPrecision",
    "SimulatedData",
    "SingleMeanMeasure",
    "SkewnessPolicy",
    "SmallSampleFactor",
    "StandardizedType",
    "SuperiorityMeasure",
    "SynthesisMeasure",
    "SynthesisTau2",
    "Tau2IntervalMethod",
    "Tau2Method",
    "TestName",
    "Transform",
    "TrimFillEstimator",
    "VariabilityMeasure",
    "VarianceType",
    "VifGrouping",
    "WaldTest",
    "WaldTransform",
    "ZeroCellPolicy",
    "allowed",
    "check_flag",
    "check_option",
]

MeanMeasure = Literal["MD", "SMD", "SMDH", "SMD1", "SMD1H", "ROM", "D2OR", "D2ORN", "D2ORL"]
VariabilityMeasure = Literal["VR", "CVR"]
SuperiorityMeasure = Literal["CLES", "AUC", "CLESN", "AUCN"]
BinaryMeasure = Literal[
    "RR",
    "OR",
    "RD",
    "AS",
    "PETO",
    "PHI",
    "ZPHI",
    "YUQ",
    "YUY",
    "RTET",
    "ZTET",
    "PBIT",
    "OR2D",
    "OR2DN",
    "OR2DL",
]
PersonTimeMeasure = Literal["IRR", "IRD", "IRSD"]
ProportionMeasure = Literal["PR", "PLN", "PLO", "PRZ", "PAS", "PFT"]
RateMeasure = Literal["IR", "IRLN", "IRS", "IRFT"]
SingleMeanMeasure = Literal["MN", "MNLN", "SMN", "SDLN", "CVLN"]
CorrelationMeasure = Literal["COR", "UCOR", "ZCOR"]
RegressionMeasure = Literal["PCOR", "ZPCOR", "SPCOR", "ZSPCOR", "R2", "ZR2"]
BiserialMeasure = Literal["RPB", "ZPB", "RBIS", "ZBIS"]
ReliabilityMeasure = Literal["ARAW", "AHW", "ABT"]
GenotypeMeasure = Literal["REH"]
PairedMeasure = Literal[
    "MC",
    "SMCC",
    "SMCR",
    "SMCRH",
    "SMCRP",
    "SMCRPH",
    "ROMC",
    "VRC",
    "CVRC",
    "CLESCN",
    "AUCCN",
]
PrePostMeasure = Literal["PPCM", "PPCR", "PPCP"]
MatchedMeasure = Literal["MPRR", "MPOR", "MPRD", "MPORC", "MPPETO", "MPORM"]
Measure = Literal[
    MeanMeasure,
    VariabilityMeasure,
    SuperiorityMeasure,
    BinaryMeasure,
    PersonTimeMeasure,
    ProportionMeasure,
    PairedMeasure,
    PrePostMeasure,
    MatchedMeasure,
    RateMeasure,
    SingleMeanMeasure,
    CorrelationMeasure,
    RegressionMeasure,
    BiserialMeasure,
    ReliabilityMeasure,
    GenotypeMeasure,
]
VarianceType = Literal["LS", "LS2", "UB", "H0", "HO", "AV", "AV2", "AVHO", "ST", "CS", "DF", "RM", "UBG"]
SmallSampleFactor = Literal["exact", "approximate"]
MissingPolicy = Literal["raise", "keep"]
ZeroCellPolicy = Literal["only0", "all", "if0all", "none"]
# Estimators that leave no random effect: one effect in all studies, or no claim beyond these.
NO_RANDOM_EFFECT = ("EE", "FE")
# What a protocol can ask for: measures that trial arms feed, and estimators of τ² that need no weights.
SynthesisMeasure = Literal["MD", "SMD", "SMDH", "ROM", "RR", "OR", "RD", "PETO", "PR", "PLO", "PAS", "PFT"]
SynthesisTau2 = Literal["EE", "FE", "DL", "HE", "HS", "HSk", "SJ", "ML", "REML", "EB", "PM", "PMM", "DLIT", "SJIT"]
Tau2Method = Literal[
    "EE",
    "FE",
    "DL",
    "HE",
    "HS",
    "HSk",
    "SJ",
    "ML",
    "REML",
    "EB",
    "PM",
    "PMM",
    "GENQ",
    "GENQM",
    "DLIT",
    "SJIT",
]
Tau2IntervalMethod = Literal["QP", "GENQ", "BJ", "J", "PL", "Wald", "HT"]
BatchTest = Literal["z", "t", "hksj", "adhoc"]
TestName = Literal[BatchTest, "adhoc-ci", "adhoc-iqwig6", "kr"]
Engine = Literal["numpy", "numba"]
PredictionMethod = Literal["k-p", "k-p-1", "normal", "tau", "kr", "kr-1"]
RowPolicy = Literal["raise", "drop"]
SimulatedData = Literal["normal", "binary"]
Transform = Literal[
    "none",
    "exp",
    "logit",
    "probit",
    "arcsine",
    "freeman-tukey",
    "square-root",
    "freeman-tukey-rate",
    "fisher-z",
    "fisher-z-squared",
    "hakstian-whalen",
    "bonett",
]
IntervalMethod = Literal["exact", "wilson", "wilson-cc", "agresti-coull", "wald", "wald-cc"]


Alternative = Literal["two.sided", "less", "greater"]
CovarianceType = Literal["fixed", "obs", "fitted", "resid"]
HatType = Literal["diagonal", "matrix"]
PValueDefinition = Literal["abs", "px2"]
PermutationStatistic = Literal["test", "coef"]
QuantileResidual = Literal["rstandard", "rstudent"]
ResidualType = Literal["response", "rstandard", "rstudent", "pearson", "cholesky"]
StandardizedType = Literal["marginal", "conditional"]
MantelHaenszelMeasure = Literal["OR", "RR", "RD", "IRR", "IRD"]
MantelHaenszelMethod = Literal["MH", "Cochran"]
CorrectionTarget = Literal["cells", "events"]
QCentre = Literal["pooled", "iv"]
RiskDifferenceVariance = Literal["sato", "gr"]
FunnelPredictor = Literal["sei", "vi", "ni", "ninv", "sqrtni", "sqrtninv"]
FunnelSide = Literal["left", "right"]
RegressionModel = Literal["lm", "rma"]
TrimFillEstimator = Literal["L0", "R0", "Q0"]
FailSafeType = Literal["Rosenthal", "Orwin", "Rosenberg", "General"]
LimitAdjustment = Literal["beta0", "betalim", "mulim"]
ExcessTest = Literal["exact", "chi2", "binom"]
ScoreMeasure = Literal["OR", "RR"]
MacaskillWeights = Literal["FIV", "FPV"]
DebrayWeights = Literal["FIV", "FAV"]
ArcsineModel = Literal["lm", "rma", "rank"]

DataDistribution = Literal["norm", "lnorm"]
EffectScale = Literal["raw", "log"]
FiveNumberMean = Literal["luo2016", "hozo2005", "wan2014", "bland2015", "walter2007"]
FiveNumberMethod = Literal["luo/wan/shi", "hozo2005", "wan2014", "bland2015", "walter2007", "blue", "qe", "bc"]
FiveNumberSD = Literal["luo/wan/shi", "shi2020", "hozo2005", "wan2014", "bland2015", "walter2007"]
IntervalDistribution = Literal["t", "normal"]
PValueOperator = Literal["=", "<", "<="]
ReportedPolicy = Literal["withhold", "raise"]
ReportedVarianceType = Literal["LS", "LS2", "UB"]
SkewnessPolicy = Literal["withhold", "raise", "keep"]
WaldTransform = Literal["none", "log", "logit", "atanh"]
BetaBinomialMeasure = Literal["PLO", "PR", "PLN", "OR", "RR", "RD"]
GlmmMeasure = Literal["OR", "IRR", "PLO", "IRLN"]
GlmmModel = Literal["UM.FS", "UM.RS", "CM.EL", "CM.AL"]
LikelihoodTau2 = Literal["ML", "EE"]
WaldTest = Literal["z", "t"]
SelectionKind = Literal[
    "3PSM",
    "4PSM",
    "stepfun",
    "beta",
    "halfnorm",
    "negexp",
    "logistic",
    "power",
    "negexppow",
    "trunc",
    "truncest",
]
SelectionPrecision = Literal["sei", "vi", "ninv", "sqrtninv"]
EmptyIntervals = Literal["raise", "merge"]
PUniformMethod = Literal["P", "LNP", "LN1MINP", "KS", "AD", "ML"]
LikelihoodKind = Literal["ML", "REML"]
ModelPart = Literal["location", "scale"]
ScaleLink = Literal["log", "identity"]
ScalePrediction = Literal["k-p", "k-p-q", "normal", "tau"]
VifGrouping = Literal["coefficient", "term"]
# What may be done to a reported value before it enters a synthesis; a protocol's analyses admit them by these names.
Derivation = Literal[
    "combine-arms",
    "split-control",
    "paired",
    "paired-r",
    "unit",
    "n-from-elsewhere",
    "other-measure",
    "se-to-sd",
    "ci-to-sd",
    "five-numbers",
    "plus-minus-as-sd",
    "plus-minus-as-se",
    "p-to-sd",
    "statistic-to-sd",
    "p-bound-to-sd",
    "percent-to-events",
    "change-from-final",
    "percent-change-to-change",
    "contrast-se",
    "contrast-ci",
    "contrast-statistic",
    "contrast-p",
    "contrast-p-bound",
]


def allowed(options: Any) -> tuple[str, ...]:
    """Return the values of a ``Literal``, or of any iterable of strings, as a tuple."""
    return get_args(options) or tuple(options)


def check_flag(argument: str, value: object) -> bool:
    """Return `value` if it is True or False.

    Parameters
    ----------
    argument : str
        The argument's name, for the message.
    value : object
        What was given; numpy's booleans are taken.

    Raises
    ------
    OptionError
        Where it is anything else: text such as ``"no"`` would count as true.

    Examples
    --------
    >>> check_flag("intercept", False)
    False
    >>> check_flag("intercept", "no")
    Traceback (most recent call last):
    ...
    evidence.errors.OptionError: intercept='no' is not an option. Allowed: 'True', 'False'.
    """
    # by name, lest every import of this module brings numpy along
    if isinstance(value, bool) or type(value).__name__ in ("bool_", "bool"):
        return bool(value)
    raise OptionError(argument, value, ("True", "False"))


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
