"""What a forest plot shows, as plain data; nothing here computes a statistic.

Ratios are given on their natural scale (a risk ratio of 2 is 2, not 0.69) and drawn on a logarithmic axis.
"""

from __future__ import annotations

from dataclasses import dataclass

from .faults import check_forest

__all__ = ["ArmCell", "ForestData", "ForestFacts", "ForestRow", "ForestSummary"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ArmCell:
    """What one group of a study was counted or measured to be; None where it is not known.

    Attributes
    ----------
    n : float or None
        Participants; half of a divided arm may be no whole number.
    events : float or None
        Participants with the event.
    mean, sd : float or None
        Mean and standard deviation, in the outcome's unit.
    """

    n: float | None = None
    events: float | None = None
    mean: float | None = None
    sd: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ForestFacts:
    """The numbers of a line on heterogeneity or on a test, which each preset words in its own way.

    Attributes
    ----------
    q, df, p : float
        Cochran's Q, its degrees of freedom and p-value; for a subgroup difference, those of the test between groups.
    i2 : float or None
        I² in percent.
    i2_low, i2_high, tau2, tau2_low, tau2_high : float or None
        Interval of I²; variance between studies and its interval.
    tau2_ci_method : str
        How the interval of τ² was found, in words, as ``Q-profile``; empty where there is none or nobody said.
    statistic, statistic_df, statistic_p : float or None
        Test of no effect: z, or t with its degrees of freedom.
    method : str
        The model in words, as ``Random effects: REML, Hartung–Knapp–Sidik–Jonkman``.
    """

    q: float
    df: float
    p: float
    i2: float | None = None
    i2_low: float | None = None
    i2_high: float | None = None
    tau2: float | None = None
    tau2_low: float | None = None
    tau2_high: float | None = None
    tau2_ci_method: str = ""
    statistic: float | None = None
    statistic_df: float | None = None
    statistic_p: float | None = None
    method: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ForestRow:
    """One study.

    Attributes
    ----------
    label : str
        The study's name.
    estimate, ci_low, ci_high : float or None
        The effect and its confidence interval; all None where the study has no usable result. A limit may be infinite.
    weight : float or None
        Weight in percent. None means: shown, but not part of the pooled estimate; it gets an open square.
    n1, n2 : int or None
        Participants in the two groups.
    cells : tuple of str
        What stands in the text columns instead of `n1` and `n2`, as ``("40/50", "0/44")``.
    mark : str
        A sign such as ``†`` for a derived or imputed result; a note of the figure begins with the same sign.
    reason : str
        Why there is no estimate, as ``no SD reported``; shown where the interval would be.
    subgroup : str
        The subgroup it belongs to; empty where there are none.
    stands_for : int
        How many studies the row counts for: several where it groups them, 0 for a further row of one study.
    arms : tuple of ArmCell
        The groups, from which a preset makes columns of its own: two, or one where there is no comparison; empty
        where they are not known.
    bias : tuple of str
        Judgement for each of the figure's `bias_domains`, as ``some-concerns``, and empty text for a domain that
        nobody judged; empty where nobody judged any.
    summarises : bool
        Whether the row is a pooled estimate itself, as in a cumulative or leave-one-out plot: a diamond, not a square.

    Examples
    --------
    >>> ForestRow(label="Dhurat 2013", estimate=71.2, ci_low=4.5, ci_high=1122.0, n1=50, n2=44).weight is None
    True
    """

    label: str
    estimate: float | None = None
    ci_low: float | None = None
    ci_high: float | None = None
    weight: float | None = None
    n1: int | None = None
    n2: int | None = None
    cells: tuple[str, ...] = ()
    mark: str = ""
    reason: str = ""
    subgroup: str = ""
    stands_for: int = 1
    arms: tuple[ArmCell, ...] = ()
    bias: tuple[str, ...] = ()
    summarises: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ForestSummary:
    """One pooled estimate: the total, or a subtotal.

    Attributes
    ----------
    label : str
        As ``Total`` or ``Subtotal``.
    estimate, ci_low, ci_high : float
        The pooled effect and its confidence interval.
    pi_low, pi_high : float or None
        The prediction interval; None where there is none.
    level : float
        Level of both intervals.
    k : int or None
        Number of studies pooled.
    n1, n2 : int or None
        Participants in the two groups.
    cells : tuple of str
        What stands in the text columns instead of `n1` and `n2`.
    weight : float or None
        Weight in percent, as 100 for the total.
    heterogeneity : str
        The line on heterogeneity.
    filled : bool
        Whether the diamond is filled; subtotals are open.
    subgroup : str
        The subgroup that a subtotal belongs to; empty for the total.
    facts : ForestFacts or None
        The numbers that `heterogeneity` words, for presets with words of their own.
    arms : tuple of ArmCell
        The groups' participants and events over all studies.
    """

    label: str
    estimate: float
    ci_low: float
    ci_high: float
    pi_low: float | None = None
    pi_high: float | None = None
    level: float = 0.95
    k: int | None = None
    n1: int | None = None
    n2: int | None = None
    cells: tuple[str, ...] = ()
    weight: float | None = None
    heterogeneity: str = ""
    filled: bool = True
    subgroup: str = ""
    facts: ForestFacts | None = None
    arms: tuple[ArmCell, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ForestData:
    """Everything that a forest plot shows.

    Attributes
    ----------
    rows : tuple of ForestRow
        The studies, in the order in which they stand; those of a subgroup may be anywhere.
    measure : str
        The measure in words, as ``Risk ratio``.
    ratio : bool
        Whether the values are ratios, drawn on a logarithmic axis.
    null : float or None
        The value that means no effect; None where there is no such value, as for a proportion.
    overall : ForestSummary or None
        The total; None where nothing was pooled.
    subtotals : tuple of ForestSummary
        At most one for each subgroup.
    unit : str
        Unit of the effect, as ``mg/dl``.
    columns : tuple of str
        Headings of the text columns, one for each cell of the rows; a line feed ends a line.
    left_label, right_label : str
        What an effect below and above the null value favours.
    title : str or None
        A heading above the table; None where the caption of the paper carries it.
    subgroup_difference : str
        The line on the test for subgroup differences.
    notes : tuple of str
        Footnotes, among them one that begins with each mark.
    level : float
        Level of the studies' confidence intervals.
    digits : int or None
        Decimals of the effects; None for two, and as many more as the narrowness of the intervals demands.
    arm_labels : tuple of str
        What the two groups got, as ``("drug", "placebo")``; empty where they are not known.
    bias_tool : str
        The form of the judgements of bias, as ``RoB 2``; empty where no row has any.
    bias_domains : tuple of (str, str)
        Its domains: a sign of one to three letters, as ``D1``, and what it is about. The overall judgement is last.
    difference : ForestFacts or None
        The numbers that `subgroup_difference` words; None where the test is none of Q, as the F test of groups that
        share one τ².
    of : str
        What the rows are results of: ``study``, or ``review``.

    Raises
    ------
    InputError, RowError
        If the data contradict themselves; the rows at fault are listed.

    Examples
    --------
    >>> row = ForestRow(label="Dhurat 2013", estimate=71.2, ci_low=4.5, ci_high=1122.0, cells=("40/50", "0/44"))
    >>> data = ForestData(rows=(row,), measure="Risk ratio", ratio=True, null=1.0, columns=("Needling", "Control"))
    >>> data.subgroups
    ('',)
    >>> ForestData(rows=(ForestRow(label="Bao 2020"),), measure="Risk ratio", ratio=True, null=1.0)
    Traceback (most recent call last):
    evidence.errors.RowError: 1 row of the forest plot cannot be drawn
      row 1 · study Bao 2020: has neither an estimate nor a reason for having none
    """

    rows: tuple[ForestRow, ...]
    measure: str
    ratio: bool
    null: float | None
    overall: ForestSummary | None = None
    subtotals: tuple[ForestSummary, ...] = ()
    unit: str = ""
    columns: tuple[str, ...] = ()
    left_label: str = ""
    right_label: str = ""
    title: str | None = None
    subgroup_difference: str = ""
    notes: tuple[str, ...] = ()
    level: float = 0.95
    digits: int | None = None
    arm_labels: tuple[str, ...] = ()
    bias_tool: str = ""
    bias_domains: tuple[tuple[str, str], ...] = ()
    difference: ForestFacts | None = None
    of: str = "study"

    def __post_init__(self) -> None:
        check_forest(self)

    @property
    def subgroups(self) -> tuple[str, ...]:
        """The subgroups, in the order in which the rows name them; one empty name where there are none."""
        return tuple(dict.fromkeys(row.subgroup for row in self.rows)) or ("",)

    @property
    def summaries(self) -> tuple[ForestSummary, ...]:
        """The subtotals and the total."""
        return self.subtotals + ((self.overall,) if self.overall else ())
