"""Faults of p-values: misprinted beside means, counts, ranks and baseline characteristics; spreads that p implies."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import pandas as pd
from scipy import stats

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.random import Generator

Frames = dict[str, pd.DataFrame]
RESULT = ["study_id", "outcome", "value_type", "unit"]
CHARACTERISTIC = ["study_id", "characteristic"]
TWO = tuple[int, int]


def parallel_pairs(
    frames: Frames, table: str, result: list[str], fits: Callable[[pd.DataFrame], pd.Series]
) -> list[TWO]:
    """Return two arms of every result of trials whose arms are different people, where both rows fit."""
    frame, studies = frames[table], frames["studies"]
    parallel = set(studies.loc[studies["design"] == "parallel", "study_id"])
    chosen = frame[fits(frame).to_numpy(dtype=bool) & frame["study_id"].isin(parallel).to_numpy()]
    groups = chosen.groupby(result, sort=True)
    return [(int(group.index[0]), int(group.index[1])) for _, group in groups if len(set(group["arm_id"])) > 1]


def one_of(rng: Generator, found: list[Any]) -> Any:
    """Return one of the places."""
    return found[int(rng.integers(len(found)))]


def print_p(frames: Frames, table: str, pair: TWO, operator: str, p: float | None) -> None:
    """Print a p-value between two arms."""
    frame = frames[table]
    frame.loc[list(pair), ["p_operator", "p_scope"]] = [operator, "between-arms"]
    frame.loc[list(pair), "p_value"] = math.nan if p is None else p


def another_p(p: float) -> float:
    """Return a p that lies far from the true one."""
    return 0.93 if p < 0.2 else 0.003


def means_p(frame: pd.DataFrame, pair: TWO, spread: str) -> float:
    """Return the p of a t-test of two rows."""
    groups = []
    for row in (frame.loc[label] for label in pair):
        root = math.sqrt(row["n"]) if spread == "se" else 1.0
        groups += [row["mean"], row[spread] * root, int(row["n"])]
    return float(stats.ttest_ind_from_stats(*groups).pvalue)


def key(frames: Frames, table: str, label: int) -> str:
    """Return the name of a row, as findings give it."""
    return f"{table}:{frames[table].iloc[frames[table].index.get_loc(label), 0]}"


def p_means(frames: Frames, rng: Generator) -> str:
    """Misprint the p of two means."""
    spread = "sd"
    found = parallel_pairs(frames, "outcomes", RESULT, lambda f: f["mean"].notna() & f["sd"].notna())
    if not found:
        spread = "se"
        found = parallel_pairs(frames, "outcomes", RESULT, lambda f: f["mean"].notna() & f["se"].notna())
    pair = one_of(rng, found)
    print_p(frames, "outcomes", pair, "=", another_p(means_p(frames["outcomes"], pair, spread)))
    return key(frames, "outcomes", pair[0])


def p_counts(frames: Frames, rng: Generator) -> str:
    """Call counts that differ by chance significant, or misprint the p of clearly different ones."""
    responders = lambda f: f["value_type"] == "responder"  # noqa: E731
    pair = one_of(rng, parallel_pairs(frames, "outcomes", RESULT, responders))
    frame = frames["outcomes"]
    events = [float(frame.loc[label, ["events", "events_implied"]].dropna().iloc[0]) for label in pair]
    sizes = [float(frame.loc[label, "n"]) for label in pair]
    share = sum(events) / sum(sizes)
    spread = math.sqrt(max(share * (1 - share), 1e-9) * (1 / sizes[0] + 1 / sizes[1]))
    p = float(2 * stats.norm.sf(abs(events[0] / sizes[0] - events[1] / sizes[1]) / spread))
    if p > 0.3:
        print_p(frames, "outcomes", pair, "significant", None)
    else:
        print_p(frames, "outcomes", pair, "=", 0.001 if p > 0.02 else 0.47)
    return key(frames, "outcomes", pair[0])


def p_ranks(frames: Frames, rng: Generator) -> str:
    """Read one arm's scores off another scale, and leave the p as it is."""
    numbers = ["minimum", "q1", "median", "q3", "maximum"]
    frame = frames["outcomes"]
    found = parallel_pairs(frames, "outcomes", RESULT, lambda f: f["median"].notna())
    if not found:  # no trial of this base gave medians: one gives them, of people as in a normal distribution
        pair = one_of(
            rng, parallel_pairs(frames, "outcomes", RESULT, lambda f: f["sd"].notna() & (f["unit"] == "points"))
        )
        for label in pair:
            mean, sd = frame.loc[label, "mean"], frame.loc[label, "sd"]
            frame.loc[label, numbers] = [round(mean + deviate * sd) for deviate in (-2, -0.67, 0, 0.67, 2)]
            frame.loc[label, ["mean", "sd"]] = math.nan
    else:
        pair = one_of(rng, found)
    print_p(frames, "outcomes", pair, "not-significant", None)
    frame.loc[pair[0], numbers] = frame.loc[pair[0], numbers].astype(float) + 100
    return key(frames, "outcomes", pair[0])


def implied_sd(frames: Frames, rng: Generator) -> str:
    """Print two means and a p that can only come of a spread ten times that of other trials."""
    frame = frames["outcomes"]
    sized = lambda f: (f["unit"] == "hairs/cm2") & f["mean"].notna() & f["n"].notna()  # noqa: E731
    pairs = parallel_pairs(frames, "outcomes", RESULT, sized)
    pair = max(pairs, key=lambda pair: abs(frame.loc[pair[0], "mean"] - frame.loc[pair[1], "mean"]))
    sizes = [int(frame.loc[label, "n"]) for label in pair]
    gap = abs(frame.loc[pair[0], "mean"] - frame.loc[pair[1], "mean"])
    spread = 10 * float(frame.loc[frame["unit"] == "hairs/cm2", ["sd", "plus_minus"]].max().max())
    spread = spread if spread > 0 else 400.0
    t = gap / (spread * math.sqrt(1 / sizes[0] + 1 / sizes[1]))
    same = (frame[RESULT] == frame.loc[pair[0], RESULT]).all(axis=1)
    frame.loc[same, ["sd", "se", "plus_minus", "ci_low", "ci_high", "ci_level"]] = math.nan
    print_p(frames, "outcomes", pair, "=", min(0.999, round(float(2 * stats.t.sf(t, sum(sizes) - 2)), 3)))
    return key(frames, "outcomes", pair[0])


def one_set_of_people(frames: Frames, rng: Generator) -> str:
    """Print shares of fewer people than those behind the p of a mean, and the size of no arm."""
    frame, arms, studies = frames["outcomes"], frames["arms"], frames["studies"]
    responders = parallel_pairs(frames, "outcomes", RESULT, lambda f: f["value_type"] == "responder")
    measured = parallel_pairs(frames, "outcomes", RESULT, lambda f: f["mean"].notna())
    trials = [
        (first, second)
        for first in responders
        for second in measured
        if frame.loc[first[0], "study_id"] == frame.loc[second[0], "study_id"]
        if (arms["study_id"] == frame.loc[first[0], "study_id"]).sum() == 2
        if min(int(frame.loc[label, "n"]) for label in first) >= 9
        if abs(int(frame.loc[first[0], "n"]) - int(frame.loc[first[1], "n"]))
        <= 2  # arms that are still alike after losses
    ]
    trials = sorted(trials, key=lambda pairs: sum(int(frame.loc[label, "n"]) for label in pairs[0]))
    shares, means = trials[0]
    study = frame.loc[shares[0], "study_id"]
    total = sum(int(frame.loc[label, "n"]) for label in means)
    spreads = ["sd", "se", "plus_minus", "ci_low", "ci_high", "ci_level"]
    frame.loc[list(means), spreads] = [round(abs(frame.loc[means[0], "mean"]) / 4 + 5, 2), *[math.nan] * 5]
    # a p near 0.02 tells sizes apart; one near 0 or 1 fits nearly any
    error = math.sqrt(sum(frame.loc[label, "sd"] ** 2 / frame.loc[label, "n"] for label in means))
    frame.loc[means[1], "mean"] = round(frame.loc[means[0], "mean"] - 2.4 * error, 2)
    studies.loc[studies["study_id"] == study, "n_randomised"] = total
    arms.loc[arms["study_id"] == study, ["n_randomised", "n_analysed"]] = pd.NA
    print_p(frames, "outcomes", means, "=", round(means_p(frame, means, "sd"), 4))
    for position, label in enumerate(shares):
        n = int(frame.loc[label, "n"]) - 2 - position
        events = int(rng.choice([count for count in range(1, n) if math.gcd(count, n) == 1]))
        frame.loc[label, ["unit", "percent"]] = ["percent-of-patients", round(100 * events / n, 2)]
    columns = ["n", "total", "events", "events_implied", "total_implied"]
    frame.loc[frame["study_id"] == study, columns] = pd.NA
    return key(frames, "outcomes", shares[0])


def baseline_p(frames: Frames, rng: Generator) -> str:
    """Misprint the p of one characteristic."""
    frame = frames["baselines"]
    counted = lambda f: f["kind"] == "count"  # noqa: E731
    pairs = parallel_pairs(frames, "baselines", CHARACTERISTIC, lambda f: f["sd"].notna())
    if pairs:
        pair = one_of(rng, pairs)
        p = means_p(frame, pair, "sd")
    else:
        pair = one_of(rng, parallel_pairs(frames, "baselines", CHARACTERISTIC, counted))
        table = [[frame.loc[i, "events"], frame.loc[i, "total"] - frame.loc[i, "events"]] for i in pair]
        p = float(stats.chi2_contingency(table).pvalue)
    print_p(frames, "baselines", pair, "=", another_p(p))
    return key(frames, "baselines", pair[0])


def alike(frames: Frames, study: str, names: list[str] | None = None) -> str:
    """Give every arm of a trial the numbers of the first, as if the table were filled in by hand."""
    frame = frames["baselines"]
    place = ""
    for name, group in frame[frame["study_id"] == study].groupby("characteristic", sort=True):
        if names is None or name in names:
            first = group.index[0]
            place = key(frames, "baselines", int(first)) if name == "age" else place
            frame.loc[group.index, ["mean", "percent"]] = frame.loc[[first], ["mean", "percent"]].to_numpy(dtype=float)
            events = frame.loc[first, "events"]
            if not pd.isna(events):
                frame.loc[group.index, "events"] = frame.loc[group.index, "total"].clip(upper=int(events)).to_numpy()
    return place


def balanced(frames: Frames) -> list[str]:
    """Return the trials with a table of characteristics by arm."""
    arms = frames["baselines"].groupby("study_id")["arm_id"].nunique()
    return sorted(str(study) for study in arms.index[arms >= 2])


def baseline_balance(frames: Frames, rng: Generator) -> str:
    """Make the arms of one trial the same in everything."""
    return alike(frames, one_of(rng, balanced(frames)))


def baseline_balance_all(frames: Frames, rng: Generator) -> str:
    """Make the arms of every trial the same in what was measured."""
    trials = balanced(frames)
    if len(trials) == 1:
        trials.append(another_trial(frames, trials[0]))
    places = [alike(frames, study, ["age", "bmi", "duration", "hair-density"]) for study in trials]
    return places[0]


def another_trial(frames: Frames, like: str) -> str:
    """Append a second trial with the table of characteristics of the first, where a base has only one."""
    for table in ("studies", "baselines"):
        frame = frames[table]
        rows = frame[frame["study_id"] == like].copy()
        rows["study_id"] = "Trial999"
        if table == "baselines":
            rows["baseline_id"] = [f"B999{place:03d}" for place in range(len(rows))]
        frames[table] = pd.concat([frame, rows], ignore_index=True)
    return "Trial999"


PLANTS = {
    "baseline-balance": baseline_balance,
    "baseline-balance-all": baseline_balance_all,
    "baseline-p": baseline_p,
    "implied-sd": implied_sd,
    "one-set-of-people": one_set_of_people,
    "p-counts": p_counts,
    "p-means": p_means,
    "p-ranks": p_ranks,
}
