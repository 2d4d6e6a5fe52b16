"""Faults of means and spreads: off the scale, standard errors for deviations, slips of the decimal point, changes."""

from __future__ import annotations

import numpy as np
import pandas as pd

Frames = dict[str, pd.DataFrame]
Generator = np.random.Generator
EMPTY = ("se", "plus_minus", "ci_low", "ci_high", "baseline_mean", "baseline_sd", "baseline_plus_minus", "p_value")


def choose(rng: Generator, frame: pd.DataFrame, where: pd.Series) -> int:
    """Return the label of one of the rows that fulfil a condition."""
    return int(rng.choice(frame.index[where.to_numpy(dtype=bool)]))


def append(frames: Frames, like: int, **cells: object) -> str:
    """Append a copy of an outcome's row with other cells, and return its key."""
    frame = frames["outcomes"]
    row = frame.loc[[like]].copy()
    for name, value in (dict.fromkeys(EMPTY, np.nan) | cells).items():
        row[name] = pd.array([value], dtype=frame[name].dtype)
    frames["outcomes"] = pd.concat([frame, row], ignore_index=True)
    return f"outcomes:{row.iloc[0]['row_id']}"


def key(frames: Frames, place: int) -> str:
    """Return the key of an outcome's row."""
    return f"outcomes:{frames['outcomes'].loc[place, 'row_id']}"


def scores(frames: Frames) -> pd.Series:
    """Return which rows have the mean and SD of a score from 0 to 30; where none has, one trial's median is a mean."""
    outcomes = frames["outcomes"]
    score = (outcomes["outcome"] == "quality-of-life") & (outcomes["n"] > 5)
    if not (score & outcomes["sd"].notna() & (outcomes["mean"] > 3.5)).any():
        first = outcomes.index[score][0]
        outcomes.loc[first, ["mean", "sd", "median", "q1", "q3", "minimum", "maximum"]] = [9.5, 3.5, *[np.nan] * 5]
    return score & outcomes["mean"].notna() & outcomes["sd"].notna()


def finals(frames: Frames, rng: Generator) -> int:
    """Return a row with final values and values before, all with SDs; where none has, one is completed."""
    outcomes = frames["outcomes"]
    final = (outcomes["value_type"] == "final") & outcomes["outcome"].isin(["hair-density", "hair-diameter"])
    whole = final & outcomes["sd"].notna() & outcomes["baseline_sd"].notna()
    if whole.any():
        return choose(rng, outcomes, whole)
    place = choose(rng, outcomes, outcomes["outcome"] == "hair-diameter")
    level = {"value_type": "final", "unit": "um", "mean": 56.4, "sd": 9.1, "baseline_mean": 52.2, "baseline_sd": 8.3}
    for name, value in level.items():
        outcomes.loc[place, name] = value
    outcomes.loc[place, ["se", "plus_minus", "ci_low", "ci_high", "baseline_plus_minus"]] = np.nan
    return place


def mean_in_range(frames: Frames, rng: Generator) -> str:
    """Slip the decimal point of a score's mean."""
    where = scores(frames)
    outcomes = frames["outcomes"]
    place = choose(rng, outcomes, where & (outcomes["mean"] > 3.5))
    outcomes.loc[place, "mean"] = round(outcomes.loc[place, "mean"] * 10, 2)
    return key(frames, place)


def sd_in_range(frames: Frames, rng: Generator) -> str:
    """Slip the decimal point of a score's SD."""
    place = choose(rng, frames["outcomes"], scores(frames))
    frames["outcomes"].loc[place, "sd"] = round(max(frames["outcomes"].loc[place, "sd"], 2.0) * 10, 2)
    return key(frames, place)


def sd_or_se(frames: Frames, rng: Generator) -> str:
    """Print the standard errors of a trial as standard deviations, where other trials print the same score."""
    outcomes = frames["outcomes"]
    score = outcomes["outcome"] == "quality-of-life"
    for row in outcomes.index[score & outcomes["sd"].isna()]:
        outcomes.loc[row, ["median", "q1", "q3", "minimum", "maximum"]] = np.nan
        outcomes.loc[row, ["mean", "sd"]] = [round(rng.uniform(8, 12), 1), round(rng.uniform(3.2, 4.2), 1)]
    place = choose(rng, outcomes, score & (outcomes["n"] >= 20))
    for row in outcomes.index[score & (outcomes["study_id"] == outcomes.loc[place, "study_id"])]:
        outcomes.loc[row, "sd"] = round(outcomes.loc[row, "sd"] / np.sqrt(float(outcomes.loc[row, "n"])), 2)
    return key(frames, place)


def effect_too_large(frames: Frames, rng: Generator) -> str:
    """Slip the decimal point of one arm's mean, where the arms are different people."""
    outcomes, studies = frames["outcomes"], frames["studies"]
    parallel = outcomes["study_id"].isin(studies.loc[studies["design"] == "parallel", "study_id"])
    spread = outcomes["sd"].notna() | outcomes["plus_minus"].notna()
    high = (outcomes["mean"] > 5) & outcomes["value_type"].eq("final") & outcomes["unit"].isin(["um", "hairs/cm2"])
    if not (parallel & spread & high).any():
        place = choose(rng, outcomes, parallel & (outcomes["outcome"] == "hair-diameter"))
        same = outcomes["study_id"].eq(outcomes.loc[place, "study_id"]) & outcomes["outcome"].eq("hair-diameter")
        for name, value in {"value_type": "final", "unit": "um", "mean": 55.3, "sd": 8.6}.items():
            outcomes.loc[same, name] = value
        outcomes.loc[same, ["se", "plus_minus", "ci_low", "ci_high"]] = np.nan
        spread, high = outcomes["sd"].notna(), same
    place = choose(rng, outcomes, parallel & spread & high)
    outcomes.loc[place, "mean"] = round(outcomes.loc[place, "mean"] * 10, 2)
    return key(frames, place)


def sd_ratio(frames: Frames, rng: Generator) -> str:
    """Slip the decimal point of one SD, or print the standard error of one arm of many people instead."""
    place = finals(frames, rng)
    outcomes = frames["outcomes"]
    sd, n = float(outcomes.loc[place, "sd"]), float(outcomes.loc[place, "n"])
    wrong = sd / np.sqrt(n) if n >= 30 and rng.random() < 0.5 else sd * float(rng.choice([0.1, 10]))
    outcomes.loc[place, "sd"] = round(wrong, 2)
    return key(frames, place)


def change_arithmetic(frames: Frames, rng: Generator) -> str:
    """Mistype a mean change beside the means before and after."""
    place = finals(frames, rng)
    row = frames["outcomes"].loc[place]
    change = row["mean"] - row["baseline_mean"] + float(rng.choice([-1, 1])) * rng.uniform(0.3, 9)
    return append(frames, place, row_id="R9900", value_type="change", mean=round(change, 2), sd=np.nan)


def change_sd(frames: Frames, rng: Generator) -> str:
    """Print an SD of the change that is larger than those before and after allow."""
    place = finals(frames, rng)
    row = frames["outcomes"].loc[place]
    sd = (row["sd"] + row["baseline_sd"]) * rng.uniform(1.1, 2)
    mean = round(row["mean"] - row["baseline_mean"], 2)
    return append(frames, place, row_id="R9900", value_type="change", mean=mean, sd=round(sd, 2))


def percent_change(frames: Frames, rng: Generator) -> str:
    """Print the level in percent of the baseline as the change in percent."""
    place = finals(frames, rng)
    outcomes = frames["outcomes"]
    for name in ("sd", "baseline_sd"):
        outcomes.loc[place, name] = min(
            outcomes.loc[place, name], round(0.25 * outcomes.loc[place, "baseline_mean"], 1)
        )
    row = outcomes.loc[place]
    cells = {"value_type": "percent-change", "unit": "percent-of-baseline"}
    return append(
        frames, place, row_id="R9900", mean=round(100 * row["mean"] / row["baseline_mean"], 1), sd=np.nan, **cells
    )


PLANTS = {
    "change-arithmetic": change_arithmetic,
    "change-sd": change_sd,
    "effect-too-large": effect_too_large,
    "mean-in-range": mean_in_range,
    "percent-change": percent_change,
    "sd-in-range": sd_in_range,
    "sd-or-se": sd_or_se,
    "sd-ratio": sd_ratio,
}
