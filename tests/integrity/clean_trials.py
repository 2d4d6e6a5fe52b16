"""One honest trial: its people are simulated, its report prints what was computed from them."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
from scipy import stats

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.random import Generator

Rows = dict[str, list[dict[str, Any]]]
DESIGNS = ("parallel", "three-arm", "split-body", "single-arm")
COUNTRIES = ("India", "China", "Egypt", "Iran", "Italy", "Brazil", "Japan", "Spain", "Turkey", "Thailand", "Korea")
CATEGORIES = ("none", "fair", "good", "very-good", "excellent")
SOURCE = {"source": "DOI:10.1000/simulated", "seen_at": "S01", "status": "verified"}


def printed_p(rng: Generator, p: float, scope: str = "between-arms") -> dict[str, Any]:
    """Return the columns of a p-value as papers print it: rounded, as a bound, or as a word."""
    if p < 0.001:
        bound = 0.0001 if p < 0.0001 and rng.random() < 0.4 else 0.001
        return {"p_operator": "<", "p_value": bound, "p_scope": scope}
    if p > 0.05 and rng.random() < 0.15:
        return {"p_operator": "not-significant", "p_scope": scope}
    if p < 0.05 and rng.random() < 0.1:
        return {"p_operator": "<", "p_value": 0.05, "p_scope": scope}
    digits = 3 if p < 0.015 or rng.random() < 0.7 else 2
    return {"p_operator": "=", "p_value": round(p, digits), "p_scope": scope}


def p_of_means(rng: Generator, groups: Sequence[np.ndarray], *, paired: bool) -> float:
    """Return the p of the test that a paper would use on these people."""
    if len(groups) == 1:
        return float("nan")
    if len(groups) > 2:
        return float(stats.f_oneway(*groups).pvalue)
    if paired:
        return float(stats.ttest_rel(*groups).pvalue)
    return float(stats.ttest_ind(*groups, equal_var=bool(rng.random() < 0.5)).pvalue)


def p_of_counts(rng: Generator, groups: Sequence[np.ndarray], *, paired: bool) -> float:
    """Return the p of a test of proportions that a paper would use on these people; NaN where there is none."""
    if len(groups) == 1:
        return float("nan")
    if paired:
        gained, lost = int((groups[0] & ~groups[1]).sum()), int((~groups[0] & groups[1]).sum())
        return float(stats.binomtest(gained, gained + lost).pvalue) if gained + lost else 1.0
    table = np.array([[group.sum(), (~group).sum()] for group in groups])
    if not table.sum(axis=0).all():
        return float("nan")
    if len(groups) == 2 and rng.random() < 0.4:
        return float(stats.fisher_exact(table).pvalue)
    return float(stats.chi2_contingency(table, correction=bool(rng.random() < 0.4)).pvalue)


@dataclass
class Trial:
    """One simulated trial: its people, and what its report prints of them."""

    rng: Generator
    study: str
    design: str
    randomised: list[int]
    analysed: list[int]
    sessions: int
    interval: float
    weeks: int
    counter: int = 0
    printed: dict[str, list[dict[str, Any]]] = field(default_factory=dict)

    @classmethod
    def draw(cls, rng: Generator, number: int) -> Trial:
        """Draw the size and the schedule of a trial."""
        design = str(rng.choice(DESIGNS, p=[0.55, 0.15, 0.2, 0.1]))
        arms = {"three-arm": 3, "single-arm": 1}.get(design, 2)
        size = int(rng.integers(12, 61))
        equal = design == "split-body" or rng.random() < 0.6
        randomised = [size if equal else max(10, size + int(rng.integers(-3, 4))) for _ in range(arms)]
        lost = [int(rng.binomial(n, 0.06)) if rng.random() < 0.6 else 0 for n in randomised]
        if design == "split-body":
            lost = [lost[0]] * arms
        sessions, interval = int(rng.integers(3, 13)), float(rng.choice([1, 2, 3, 4]))
        weeks = math.ceil((sessions - 1) * interval) + int(rng.choice([0, 1, 4, 8, 12]))
        return cls(
            rng=rng,
            study=f"Trial{number:03d}",
            design=design,
            randomised=randomised,
            analysed=[n - gone for n, gone in zip(randomised, lost, strict=True)],
            sessions=sessions,
            interval=interval,
            weeks=max(weeks, 4),
        )

    @property
    def paired(self) -> bool:
        """Whether both arms are the same people."""
        return self.design == "split-body"

    @property
    def arms(self) -> range:
        """The arms by position."""
        return range(len(self.randomised))

    def row_id(self, letter: str) -> str:
        """Return the next row id."""
        self.counter += 1
        return f"{letter}{self.study[-3:]}{self.counter:03d}"

    def write(self, rows: Rows) -> None:
        """Write the report's tables."""
        self.write_study(rows)
        self.write_baselines(rows)
        self.write_means("hair-density", rows, self.draw_density())
        self.write_means("hair-diameter", rows, self.draw_diameter())
        self.write_scale(rows)
        self.write_responders("response-investigator", rows)
        if self.rng.random() < 0.3:
            self.write_categories(rows)
        self.write_harms(rows)
        if self.design == "parallel" and self.rng.random() < 0.4:
            self.write_contrast(rows)

    def write_study(self, rows: Rows) -> None:
        """Write the trial, its report and its arms; sex and age are those of its people."""
        rng = self.rng
        total = self.randomised[0] if self.paired else sum(self.randomised)
        analysed = self.analysed[0] if self.paired else sum(self.analysed)
        men = int(rng.binomial(total, rng.uniform(0.2, 0.8)))
        sex = f"{men} M, {total - men} F" if rng.random() < 0.5 else f"{round(100 * men / total, 1):g}% M"
        rows["studies"].append(
            {
                "study_id": self.study,
                "label": self.study,
                "eligibility": "included" if len(self.arms) > 1 else "excluded-not-controlled",
                "eligibility_reason": "" if len(self.arms) > 1 else "single arm",
                "design": "parallel" if self.design == "three-arm" else self.design,
                "randomised": "yes" if len(self.arms) > 1 else "no",
                "condition": "androgenetic-alopecia",
                "sex": "both" if 0 < men < total else "men" if men else "women",
                "sex_as_reported": sex,
                "age": f"mean {rng.normal(35, 4):.1f} y",
                "n_randomised": total,
                "n_analysed_as_reported": str(analysed),
                "dropouts_as_reported": str(total - analysed),
                "followup_weeks": self.weeks,
                "followup_as_reported": f"{self.weeks} weeks",
                "country": str(rng.choice(COUNTRIES)),
                "evidence_level": "full text",
                "seen_at": "S01",
            }
        )
        rows["reports"].append(
            {
                "report_id": f"{self.study}-1",
                "study_id": self.study,
                "role": "primary",
                "authors": f"Author {self.study}",
                "journal": f"Journal {rng.integers(1, 40)}",
                "year": int(rng.integers(2012, 2026)),
                "doi": f"10.1000/{self.study.lower()}",
                "seen_at": "S01",
            }
        )
        for arm in self.arms:
            treated = arm != len(self.arms) - 1 or len(self.arms) == 1
            rows["arms"].append(
                {
                    "study_id": self.study,
                    "arm_id": f"A{arm + 1}",
                    "label": f"arm {arm + 1}",
                    "components": ("microneedling", "minoxidil-5") if treated else ("minoxidil-5",),
                    "sessions": self.sessions if treated else None,
                    "interval_weeks": self.interval if treated else None,
                    "n_randomised": self.randomised[arm],
                    "n_analysed": self.analysed[arm],
                    "status": "verified",
                    "seen_at": "S01",
                }
            )

    def write_baselines(self, rows: Rows) -> None:
        """Write the table of baseline characteristics, with the p-values of real tests."""
        if self.paired or len(self.arms) == 1:
            return
        rng = self.rng
        show_p = rng.random() < 0.7
        ages = [np.clip(np.round(rng.normal(34, 9, n)), 18, 65) for n in self.randomised]
        years = [np.round(np.exp(rng.normal(1.4, 0.7, n)), 1) for n in self.randomised]
        density = [np.round(rng.normal(120, 25, n)) for n in self.randomised]
        weight = [np.round(rng.normal(25, 3.5, n), 1) for n in self.randomised]
        for name, groups in (("age", ages), ("duration", years), ("hair-density", density), ("bmi", weight)):
            p = printed_p(rng, p_of_means(rng, groups, paired=False)) if show_p else {}
            digits, spread = int(rng.integers(1, 3)), str(rng.choice(["sd", "plus_minus"]))
            for arm, group in enumerate(groups):
                values = {"mean": round(group.mean(), digits), spread: round(group.std(ddof=1), digits)}
                known = {"kind": "mean", "n": len(group), "decimals": digits}
                self.write_baseline(rows, arm, name, {**known, **values, **p})
        for name, share in (("male", rng.uniform(0.3, 0.7)), ("family-history", 0.5), ("smoker", 0.25)):
            answers = [rng.random(n) < share for n in self.randomised]
            chance = p_of_counts(rng, answers, paired=False)
            p = printed_p(rng, chance) if show_p and not math.isnan(chance) else {}
            counted = rng.random() < 0.5
            for arm, group in enumerate(answers):
                known = {"events": int(group.sum()), "total": len(group)}
                shares = {"n": len(group), "percent": round(100 * group.mean(), 1), "decimals": 1}
                values = {"kind": "count", **known} if counted else {"kind": "percent", **shares}
                self.write_baseline(rows, arm, name, {**values, **p})

    def write_baseline(self, rows: Rows, arm: int, name: str, values: dict[str, Any]) -> None:
        """Write one row of the table of baseline characteristics."""
        place = {"study_id": self.study, "arm_id": f"A{arm + 1}", "characteristic": name}
        status = {"n_status": "verified"} if "n" in values else {}
        rows["baselines"].append({"baseline_id": self.row_id("B"), **place, **values, **status, **SOURCE})

    def draw_density(self) -> list[tuple[np.ndarray, np.ndarray]]:
        """Draw whole hairs in one cm² of each person, before and after."""
        rng = self.rng
        level, spread, moved = rng.uniform(70, 180), rng.uniform(15, 35), rng.uniform(8, 20)
        gains = rng.uniform(2, 25, len(self.arms))
        shared = rng.normal(0, moved / 2, self.analysed[0])
        before = [rng.normal(level, spread, n) for n in self.analysed]
        if self.paired:
            before = [before[0] + rng.normal(0, 4, len(before[0])) for _ in before]
        drawn = []
        for arm, start in enumerate(before):
            change = rng.normal(gains[arm], moved, len(start)) + (shared if self.paired else 0)
            low = 0.3 * level  # nobody is nearly bald, so that a change in percent keeps its meaning
            drawn.append((np.round(np.maximum(start, low)), np.round(np.maximum(start + change, low))))
        return drawn

    def draw_diameter(self) -> list[tuple[np.ndarray, np.ndarray]]:
        """Draw a mean shaft diameter of each person in µm, before and after."""
        rng = self.rng
        drawn = [(rng.normal(52, 8, n), rng.normal(rng.uniform(0, 6), 5, n)) for n in self.analysed]
        return [(np.maximum(start, 20), np.maximum(start, 20) + change) for start, change in drawn]

    def write_means(self, outcome: str, rows: Rows, people: list[tuple[np.ndarray, np.ndarray]]) -> None:
        """Write finals, changes or both, with SD, SE, interval or an unlabelled ±, and a test of what is printed."""
        rng = self.rng
        digits, spread = int(rng.integers(1, 3)), str(rng.choice(["sd", "sd", "plus_minus", "se", "ci"]))
        share = {"unit": "percent-of-baseline", "value_type": "percent-change"}
        unit = {"unit": "hairs/cm2" if outcome == "hair-density" else "um"}
        finals = [after for _, after in people]
        changes = [after - before for before, after in people]
        percents = [100 * (after - before) / before for before, after in people]
        kinds = [
            [(finals, {**unit, "value_type": "final"}, True)],
            [(changes, {**unit, "value_type": "change"}, False)],
            [(finals, {**unit, "value_type": "final"}, True), (changes, {**unit, "value_type": "change"}, False)],
            [(finals, {**unit, "value_type": "final"}, True), (percents, share, False)],
        ]
        for groups, named, with_baseline in kinds[int(rng.choice(4, p=[0.4, 0.3, 0.2, 0.1]))]:
            p = self.p_columns(p_of_means(rng, groups, paired=self.paired), people)
            for arm, group in enumerate(groups):
                before = people[arm][0]
                values = {"mean": round(group.mean(), digits), **self.spread(group, spread, digits)}
                if with_baseline:
                    mark = "baseline_plus_minus" if spread == "plus_minus" else "baseline_sd"
                    values |= {"baseline_mean": round(before.mean(), digits), mark: round(before.std(ddof=1), digits)}
                row = self.write_outcome(rows, arm, outcome, {**named, "n": len(group), **values, **p})
                self.printed.setdefault(outcome, []).append(row)

    def p_columns(self, p: float, people: list[tuple[np.ndarray, np.ndarray]]) -> dict[str, Any]:
        """Return the p between arms, within the arm of an uncontrolled trial, or none."""
        if self.rng.random() < 0.15:
            return {}
        if math.isnan(p):
            return printed_p(self.rng, float(stats.ttest_rel(*people[0]).pvalue), "within-arm")
        return printed_p(self.rng, p)

    @staticmethod
    def spread(group: np.ndarray, kind: str, digits: int) -> dict[str, Any]:
        """Return the columns of the dispersion."""
        sd = group.std(ddof=1)
        if kind != "ci":
            return {kind: round(sd / math.sqrt(len(group)) if kind == "se" else sd, digits)}
        half = stats.t.ppf(0.975, len(group) - 1) * sd / math.sqrt(len(group))
        limits = {"ci_low": group.mean() - half, "ci_high": group.mean() + half}
        return {name: round(limit, digits) for name, limit in limits.items()} | {"ci_level": 0.95}

    def write_outcome(self, rows: Rows, arm: int, outcome: str, values: dict[str, Any]) -> dict[str, Any]:
        """Write one row of the outcomes."""
        row = {
            "row_id": self.row_id("R"),
            "study_id": self.study,
            "arm_id": f"A{arm + 1}",
            "outcome": outcome,
            "time_weeks": self.weeks,
            "time_as_reported": f"week {self.weeks}",
            "n_status": "verified",
            "pooling": "yes",
            "agreement": "1",
            **SOURCE,
            **values,
        }
        rows["outcomes"].append(row)
        return row

    def write_scale(self, rows: Rows) -> None:
        """Write a score of whole points from 0 to 30: mean and SD, or median and quartiles with a rank test."""
        rng = self.rng
        level = rng.uniform(6, 14) + rng.uniform(-3, 3, len(self.arms))
        shared = rng.normal(0, 2, self.analysed[0])
        scores = [
            np.clip(np.round(rng.normal(level[arm], 4, n) + (shared if self.paired else 0)), 0, 30)
            for arm, n in enumerate(self.analysed)
        ]
        named = {"unit": "points", "unit_as_reported": "0-30 (lower better)", "value_type": "final"}
        by_rank, digits = not self.paired and len(scores) == 2 and rng.random() < 0.4, int(rng.integers(1, 3))
        if len(scores) == 1:
            p: dict[str, Any] = {}
        elif by_rank:
            p = printed_p(rng, float(stats.mannwhitneyu(*scores).pvalue))
        else:
            p = printed_p(rng, p_of_means(rng, scores, paired=self.paired))
        for arm, group in enumerate(scores):
            quartiles = dict(zip(("q1", "median", "q3"), np.percentile(group, [25, 50, 75]), strict=True))
            values = {"mean": round(group.mean(), digits), "sd": round(group.std(ddof=1), digits)}
            if by_rank:
                values = {**quartiles, "minimum": group.min(), "maximum": group.max()}
            self.write_outcome(rows, arm, "quality-of-life", {**named, "n": len(group), **values, **p})

    def write_responders(self, outcome: str, rows: Rows) -> None:
        """Write responders: counts, or percentages with the only count that fits."""
        rng = self.rng
        shares = rng.uniform(0.1, 0.9, len(self.arms))
        liability = rng.random(self.analysed[0])
        better = [(liability if self.paired else rng.random(n)) < shares[arm] for arm, n in enumerate(self.analysed)]
        if self.paired:
            better = [group ^ (rng.random(len(group)) < 0.15) for group in better]
        chance = p_of_counts(rng, better, paired=self.paired)
        p = {} if math.isnan(chance) else printed_p(rng, chance)
        counted, digits = rng.random() < 0.4, int(rng.integers(0, 3))
        for arm, group in enumerate(better):
            events, n = int(group.sum()), len(group)
            values: dict[str, Any] = {"unit": "patients", "events": events, "total": n}
            if not counted:
                implied = {"events_implied": events, "total_implied": n, "implied_basis": "exact integer"}
                values = {"unit": "percent-of-patients", "percent": round(100 * events / n, digits), **implied}
            named = {"value_type": "responder", "threshold": "any-improvement", "n": n}
            self.write_outcome(rows, arm, outcome, {**named, **values, **p})

    def write_categories(self, rows: Rows) -> None:
        """Write how many people fell into each of five categories; they add up to all of them."""
        for arm, n in enumerate(self.analysed):
            counts = self.rng.multinomial(n, self.rng.dirichlet(np.full(len(CATEGORIES), 2.0)))
            for category, events in zip(CATEGORIES, counts, strict=True):
                values = {"value_type": "category-count", "unit": "patients", "threshold": category}
                self.write_outcome(
                    rows,
                    arm,
                    "response-patient",
                    {**values, "n": n, "events": int(events), "total": n, "pooling": "no"},
                )

    def write_harms(self, rows: Rows) -> None:
        """Write people with harms, and one harm of which the report says that there was none."""
        for event in ("pain", "erythema"):
            for arm, n in enumerate(self.analysed):
                events = int(self.rng.binomial(n, 0.2))
                share = round(100 * events / n, 1) if self.rng.random() < 0.5 else None
                self.write_harm(rows, arm, event, {"events": events, "n": n, "percent": share, "counting": "patients"})
        for arm, n in enumerate(self.analysed):
            self.write_harm(rows, arm, "serious-harm", {"events": 0, "n": n, "counting": "stated-none"})

    def write_harm(self, rows: Rows, arm: int, event: str, values: dict[str, Any]) -> None:
        """Write one row of the harms."""
        place = {"study_id": self.study, "arm_id": f"A{arm + 1}", "event": event, "n_status": "verified"}
        extra = {"severity": "any", "pooling": "yes", **SOURCE}
        rows["harms"].append({"harm_id": self.row_id("H"), **place, **values, **extra})

    def write_contrast(self, rows: Rows) -> None:
        """Write a difference adjusted for baseline (its own people), or a risk ratio, with interval and p."""
        rng = self.rng
        place = {"study_id": self.study, "arm_id_1": "A1", "arm_id_2": "A2", "time_weeks": self.weeks}
        level, n1, n2 = 0.95, *self.analysed
        if rng.random() < 0.6:
            (before1, after1), (before2, after2) = self.draw_density()
            x = np.column_stack([np.ones(n1 + n2), np.repeat([1.0, 0.0], [n1, n2]), np.concatenate([before1, before2])])
            y = np.concatenate([after1, after2])
            beta, (rss,), *_ = np.linalg.lstsq(x, y, rcond=None)
            df = len(y) - 3
            se = math.sqrt(rss / df * np.linalg.inv(x.T @ x)[1, 1])
            half = stats.t.ppf(0.975, df) * se
            p = float(2 * stats.t.sf(abs(beta[1]) / se, df))
            printed = [round(float(value), 2) for value in (beta[1], beta[1] - half, beta[1] + half)]
            named = {"outcome": "hair-density", "estimate_measure": "mean difference", "test": "ANCOVA"}
        else:
            events = [int(rng.integers(2, n - 1)) for n in (n1, n2)]
            log = math.log(events[0] / n1 / (events[1] / n2))
            se = math.sqrt(1 / events[0] - 1 / n1 + 1 / events[1] - 1 / n2)
            p = float(2 * stats.norm.sf(abs(log) / se))
            printed = [round(math.exp(value), 2) for value in (log, log - 1.959964 * se, log + 1.959964 * se)]
            named = {"outcome": "satisfaction", "estimate_measure": "risk ratio", "test": "Wald"}
        values = dict(zip(("estimate", "ci_low", "ci_high"), printed, strict=True))
        null = 0 if "mean" in named["estimate_measure"] else 1
        side = "no-difference" if p > 0.05 else "favours-1" if printed[0] > null else "favours-2"
        rows["contrasts"].append(
            {
                "contrast_id": self.row_id("C"),
                **place,
                **named,
                "n": n1 + n2,
                **values,
                "ci_level": level,
                **printed_p(rng, p),
                "direction": side,
                "pooling": "yes",
                **SOURCE,
            }
        )
