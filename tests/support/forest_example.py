"""One set of studies with everything a forest plot can show, for tests of words, files and pictures."""

from __future__ import annotations

from evidence.plot import ForestData, ForestRow, ForestSummary
from evidence.plot.forest_plot.data import ArmCell, ForestFacts

HOUSE_LINE = "Heterogeneity: τ² = 0.04, I² = 62%, Q = 10.51, df = 4, p = 0.033."
FACTS = ForestFacts(
    q=10.512,
    df=4.0,
    p=0.0327,
    i2=61.95,
    i2_low=0.0,
    i2_high=85.7,
    tau2=0.04123,
    tau2_low=0.0012,
    tau2_high=0.61,
    tau2_ci_method="Q-profile",
    statistic=3.871,
    statistic_df=4.0,
    statistic_p=0.01797,
    method="Random effects: REML, Hartung–Knapp–Sidik–Jonkman",
)
WALD = ForestFacts(
    q=2.0,
    df=1.0,
    p=0.1573,
    i2=50.0,
    tau2=0.0,
    statistic=2.5758,
    statistic_p=0.00999,
    method="Equal effects, normal interval",
)
DOMAINS = (
    ("D1", "randomisation process"),
    ("D2", "deviations from intended interventions"),
    ("D3", "missing outcome data"),
    ("All", "overall"),
)
GOOD, POOR = ("low",) * 4, ("high", "low", "low", "high")
STUDIES = (
    ("Aaron 1999", "Adults", (24.1, 9.0, 40), (20.1, 8.5, 41), (4.0, 0.19, 7.81), 22.5, GOOD),
    (
        "Bao 2020",
        "Adults",
        (31.0, 7.25, 120),
        (25.5, 7.0, 118),
        (5.5, 3.69, 7.31),
        31.4,
        ("high", "low", "low", "high"),
    ),
    ("Şahin 2022", "Adults", (27.4, 10.1, 33), (26.9, 9.9, 30), (0.5, -4.44, 5.44), 14.1, ()),
    ("Иванова 2020", "Children", (22.0, 6.5, 55), (13.5, 6.0, 52), (8.5, 6.13, 10.87), 27.0, ("some-concerns",) * 4),
    ("张卫 2021", "Children", (18.9, 12.0, 9), (21.2, 11.0, 10), (-2.3, -12.69, 8.09), 5.0, ("low", "", "low", "low")),
)
COUNTS = ((12, 6), (40, 22), (9, 8), (30, 11), (1, 0))
RATIOS = ((2.05, 0.85, 4.93), (1.79, 1.14, 2.81), (1.02, 0.45, 2.31), (2.58, 1.45, 4.59), (3.30, 0.15, 71.78))


def means(*, arms: bool = True, facts: bool = True, bias: bool = True) -> ForestData:
    """Return differences of means in two subgroups."""
    rows = tuple(
        ForestRow(
            label=label,
            subgroup=group,
            estimate=effect[0],
            ci_low=effect[1],
            ci_high=effect[2],
            weight=weight,
            cells=tuple(f"{mean} ({sd}), {n}" for mean, sd, n in (first, second)),
            arms=tuple(ArmCell(mean=mean, sd=sd, n=n) for mean, sd, n in (first, second)) if arms else (),
            bias=judged if bias else (),
            mark="†" if label.startswith("Bao") else "",
        )
        for label, group, first, second, effect, weight, judged in STUDIES
    )
    total = ForestSummary(
        label="Total",
        estimate=4.65,
        ci_low=1.32,
        ci_high=7.98,
        pi_low=-2.51,
        pi_high=11.81,
        weight=100.0,
        cells=("257", "251"),
        arms=(ArmCell(n=257), ArmCell(n=251)) if arms else (),
        facts=FACTS if facts else None,
        heterogeneity=HOUSE_LINE,
    )
    subtotal = ForestSummary(
        label="Subtotal",
        subgroup="Adults",
        estimate=4.27,
        ci_low=1.0,
        ci_high=7.54,
        weight=68.0,
        cells=("193", "189"),
        arms=(ArmCell(n=193), ArmCell(n=189)) if arms else (),
        facts=WALD if facts else None,
        heterogeneity="Heterogeneity: Q = 2.00, df = 1, p = 0.157.",
        filled=False,
    )
    left = ForestRow(label="Yu 2018", subgroup="Children", reason="no SD reported", cells=("–", "–"))
    return ForestData(
        rows=(*rows, left),
        overall=total,
        subtotals=(subtotal,),
        measure="Mean difference",
        unit="points",
        ratio=False,
        null=0.0,
        columns=("Treatment\nmean (SD), n", "Control\nmean (SD), n"),
        arm_labels=("treatment", "control") if arms else (),
        left_label="Favours control",
        right_label="Favours treatment",
        notes=("† SD from the standard error.",),
        subgroup_difference="Test for subgroup differences: Q = 1.21, df = 1, p = 0.272.",
        difference=ForestFacts(q=1.2096, df=1.0, p=0.2714, i2=17.3) if facts else None,
        bias_tool="RoB 2" if bias else "",
        bias_domains=DOMAINS if bias else (),
    )


def events() -> ForestData:
    """Return risk ratios of the same studies, without subgroups."""
    rows = tuple(
        ForestRow(
            label=study[0],
            estimate=ratio[0],
            ci_low=ratio[1],
            ci_high=ratio[2],
            weight=study[5],
            arms=tuple(ArmCell(events=count, n=arm[2]) for count, arm in zip(counts, study[2:4], strict=True)),
            bias=study[6],
        )
        for study, counts, ratio in zip(STUDIES, COUNTS, RATIOS, strict=True)
    )
    total = ForestSummary(
        label="Total",
        estimate=1.9,
        ci_low=1.31,
        ci_high=2.76,
        pi_low=0.8,
        pi_high=4.51,
        weight=100.0,
        arms=(ArmCell(events=92, n=257), ArmCell(events=47, n=251)),
        facts=FACTS,
        heterogeneity=HOUSE_LINE,
    )
    return ForestData(
        rows=rows,
        overall=total,
        measure="Risk ratio",
        ratio=True,
        null=1.0,
        arm_labels=("treatment", "control"),
        left_label="Favours control",
        right_label="Favours treatment",
        bias_tool="RoB 2",
        bias_domains=DOMAINS,
    )
