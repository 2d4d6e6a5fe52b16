"""Generated sets of studies for forest plots, and drawn figures as matplotlib's renderer measures them."""

from __future__ import annotations

import math
import warnings
from dataclasses import dataclass, replace

import numpy as np

from evidence.plot import ForestData, ForestRow, ForestSummary, forest
from evidence.plot.forest_plot.data import ArmCell, ForestFacts

WIDTHS = (84, 120, 174)
PRESETS = ("house", "revman5", "jama", "bmj", "cochrane")
DPI = 300
NAMES = (
    "Dhurat 2013",
    "Bao 2020",
    "Fakhraei Lahiji 2021 (female pattern hair loss)",
    "Chandrashekar, Yepuri & Mysore 2018: combination of fractional radiofrequency and 5% minoxidil, 24 weeks",
    "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft 1996",
    "张卫 2021(微针联合米诺地尔治疗雄激素性脱发)",
    "Şahin Çağlar-Öztürk 2022",
    "Πολυχρονοπούλου 2019",
    "Иванова и соавт. 2020",
    "שטרן 2020",
    "دراسة الشعر 2019",
    "한국 피부과 연구 2017",
    "e\u0301tude NCT01234567_v2/2019-A",
    "X",
    "Trial with $a$ and $b$ & <tags> 🙂",
)
MARKS = ("", "", "", "†", "‡")
COLUMNS = ((), ("Microneedling + minoxidil\nn/N", "Minoxidil\nn/N"), ("Needling\nn", "Control\nn"))
KINDS = ("events", "means", "people", "")
JUDGEMENTS = ("low", "some-concerns", "high", "no-information", "", "moderate", "serious", "critical", "not-agreed")
DOMAINS = (
    ("D1", "randomisation process"),
    ("D2", "deviations from the intended interventions"),
    ("D3", "missing outcome data"),
    ("D4", "measurement of the outcome"),
    ("D5", "selection of the reported result"),
    ("All", "overall"),
)


@dataclass(frozen=True)
class Drawn:
    """The artists of a figure by role, with everything in points from the bottom left corner."""

    data: ForestData
    preset: str
    even: bool
    width: float
    height: float
    texts: list
    lines: dict
    polygons: dict
    description: str


def generated(seed: int) -> ForestData:
    """Return a set of studies; consecutive seeds go through sizes, scales, kinds of groups and layouts."""
    rng = np.random.default_rng(seed)
    k = (1, 2, 3, 8, 20, 60, 5)[seed % 7]
    ratio = bool(seed % 2)
    groups = int(rng.integers(1, 7)) if seed % 3 else 0
    kind = KINDS[int(rng.integers(4))]
    columns = ("Mean\n(SD)", "n", "Mean\n(SD)", "n") if seed % 9 == 4 else COLUMNS[int(rng.integers(3))]
    judged = bool(rng.random() < 0.6)
    pooled = seed % 13 == 6
    spread, center = 10.0 ** rng.uniform(-9, 9), 0.0
    center = spread * rng.normal(0, 2)
    if ratio:
        spread, center = rng.choice([0.02, 0.4, 1.2, 4.0]), rng.uniform(-4, 4) if rng.random() < 0.5 else 0.0
    rows = [_row(rng, ratio, columns, groups, center, spread, kind, judged) for _ in range(k)]
    if seed % 11 == 5:
        rows = [ForestRow(label=r.label, reason="no SD reported", cells=r.cells, subgroup=r.subgroup) for r in rows]
    rows = [replace(row, summarises=row.estimate is not None) for row in rows] if pooled else _weighted(rng, rows)
    weighted = [row for row in rows if row.weight is not None]
    names = list(dict.fromkeys(row.subgroup for row in rows if row.subgroup))
    make = (rng, ratio, center, spread, columns, kind)
    return ForestData(
        rows=tuple(rows),
        overall=_summary(*make, "") if len(weighted) > 1 else None,
        subtotals=tuple(_summary(*make, name) for name in names) if len(weighted) > 1 else (),
        measure="Risk ratio" if ratio else "Standardised mean difference",
        unit="" if ratio else "hairs/cm²",
        ratio=ratio,
        null=None if seed % 11 == 10 else (1.0 if ratio else 0.0),
        columns=columns,
        left_label=("", "Favours control", "Favours minoxidil 5% alone, twice daily")[seed % 3],
        right_label=("Favours needling", "Favours microneedling with minoxidil 5%, twice daily")[seed // 2 % 2],
        title=None if seed % 2 else "Change in density at 12 to 24 weeks in adults with pattern hair loss, all trials",
        subgroup_difference="Test for subgroup differences: Q = 1.2, df = 2, p = 0.55" if groups else "",
        difference=_facts(rng) if groups and rng.random() < 0.7 else None,
        notes=("† Standard deviation derived from the p-value.", "‡ " + "Read off a figure. " * 12),
        arm_labels=("microneedling with minoxidil 5%", "minoxidil") if kind and seed % 4 else (),
        bias_tool="RoB 2" if judged else "",
        bias_domains=DOMAINS if judged else (),
    )


def _row(rng, ratio, columns, groups, center, spread, kind, judged) -> ForestRow:
    cells = {0: (), 2: ("40/50", "0/44"), 4: ("−12.25 (103.75)", "50", "4.5 (0.8)", "")}[len(columns)]
    common = {
        "label": NAMES[int(rng.integers(len(NAMES)))],
        "cells": cells,
        "subgroup": f"Subgroup {int(rng.integers(groups))}, women and men of any age" if groups else "",
        "arms": _arms(rng, kind, spread),
        "bias": tuple(JUDGEMENTS[int(rng.integers(9))] for _ in DOMAINS) if judged and rng.random() < 0.8 else (),
    }
    if rng.random() < 0.2:
        return ForestRow(reason="percentages only, which imply other denominators than reported", **common)
    value, half = center + spread * rng.normal(), spread * rng.lognormal(0, 1.2)
    low, high = value - 1.96 * half, value + 1.96 * half
    if rng.random() < 0.05:
        high = math.inf
    if not ratio and rng.random() < 0.05:
        value = low = 0.0  # as of no event
        high = max(high, 0.3 * spread)
    if ratio:
        value, low, high = math.exp(value), math.exp(low), math.exp(high)
    mark = MARKS[int(rng.integers(len(MARKS)))]
    return ForestRow(estimate=value, ci_low=low, ci_high=high, mark=mark, **common)


def _arms(rng, kind: str, spread: float) -> tuple[ArmCell, ...]:
    if not kind or rng.random() < 0.15:
        return ()
    arms = []
    for _ in range(2):
        n = float(rng.integers(5, 3000)) + (0.5 if rng.random() < 0.05 else 0.0)
        if kind == "events":
            arms.append(ArmCell(n=n, events=float(rng.integers(0, 5))))
        elif kind == "means" and rng.random() < 0.9:
            arms.append(ArmCell(n=n, mean=spread * rng.normal(0, 3), sd=spread * rng.lognormal()))
        else:
            arms.append(ArmCell(n=n))
    return tuple(arms)


def _weighted(rng, rows: list[ForestRow]) -> list[ForestRow]:
    raw = [0.0 if row.estimate is None or rng.random() < 0.1 else rng.lognormal(0, 2) for row in rows]
    if np.count_nonzero(raw) < 2:
        return rows
    return [replace(row, weight=100 * w / sum(raw)) if w else row for row, w in zip(rows, raw, strict=True)]


def _facts(rng) -> ForestFacts:
    tau2 = float(10.0 ** rng.uniform(-9, 9))
    known = bool(rng.random() < 0.7)
    return ForestFacts(
        q=float(10.0 ** rng.uniform(-3, 8)),
        df=float(rng.integers(1, 60)),
        p=float(10.0 ** rng.uniform(-8, 0)),
        i2=float(rng.uniform(0, 100)) if known else None,
        tau2=tau2 if known else None,
        tau2_low=0.1 * tau2 if known else None,
        tau2_high=90 * tau2 if known else None,
        statistic=float(rng.normal(0, 5)),
        statistic_df=8.0 if known else None,
        statistic_p=float(10.0 ** rng.uniform(-8, 0)),
        method="Random effects: REML, Hartung–Knapp–Sidik–Jonkman, or the normal interval where wider" if known else "",
    )


def _summary(rng, ratio, center, spread, columns, kind, group) -> ForestSummary:
    half, wide = spread * rng.lognormal(0, 2), spread * rng.lognormal(2, 2)
    values = [center, center - half, center + half, center - wide, center + wide]
    if ratio:
        values = [math.exp(max(min(value, 600.0), -600.0)) for value in values]
    predicted = rng.random() < 0.8
    return ForestSummary(
        label="Subtotal" if group else "Total",
        estimate=values[0],
        ci_low=values[1],
        ci_high=values[2],
        pi_low=values[3] if predicted else None,
        pi_high=values[4] if predicted else None,
        k=3,
        cells=("1024",) * len(columns),
        weight=100.0,
        heterogeneity="Heterogeneity: τ² = 18.32 (95% CI 2.11 to 110.43; REML), I² = 72%, Q = 25.1, df = 8, p < 0.001",
        filled=not group,
        subgroup=group,
        facts=_facts(rng) if rng.random() < 0.8 else None,
        arms=(ArmCell(n=1024, events=77 if kind == "events" else None),) * 2 if kind else (),
    )


def options(seed: int) -> dict[str, object]:
    """Return how a set is drawn, besides preset and width; equal steps only where the limits are of one order."""
    highs = [row.ci_high for row in generated(seed).rows if row.ci_high is not None]
    even = seed % 5 == 3 and max((high for high in highs if high < math.inf), default=0.0) < 1e4
    return {"bias": (None, True, False)[seed % 3], "axis": "linear" if even else "log"}


def measured(data: ForestData, *, preset: str, width_mm: float, **how: object) -> Drawn:
    """Draw `data` and measure every artist with the renderer."""
    figure = forest(data, preset=preset, width_mm=width_mm, **how)
    figure.set_dpi(DPI)
    renderer, scale = figure.canvas.get_renderer(), 72 / DPI
    texts = []
    for text in figure.texts:
        with warnings.catch_warnings():
            # Letters that no installed font has are boxes; saving says nothing about them, measuring here does.
            warnings.filterwarnings("ignore", message=r"Glyph \d+ .* missing from")
            box = text.get_window_extent(renderer)
        texts.append((text.get_gid(), text.get_text(), np.array(box.extents) * scale, text.get_fontsize()))
    lines: dict = {}
    for line in figure.lines:
        points = line.get_transform().transform(line.get_xydata()) * scale
        lines.setdefault(line.get_gid(), []).append(points)
    polygons: dict = {}
    for patch in figure.patches:
        points = patch.get_transform().transform(patch.get_xy()) * scale
        polygons.setdefault(patch.get_gid(), []).append(points)
    width, height = figure.get_size_inches() * 72
    return Drawn(
        data=data,
        preset=preset,
        even=how.get("axis") == "linear",
        width=width,
        height=height,
        texts=texts,
        lines=lines,
        polygons=polygons,
        description=figure.description,
    )
