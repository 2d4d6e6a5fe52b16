"""Faults of printed effects: intervals, z and p that do not go together, labels, sizes, subgroups, SUCRAs."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

if TYPE_CHECKING:
    from numpy.random import Generator

Frames = dict[str, pd.DataFrame]
NUMBERS = ["estimate", "ci_low", "ci_high"]
RATIOS = ("RR", "OR")
SIDES = ("12 weeks", "24 weeks")


def results(frames: Frames, measures: tuple[str, ...] = ("MD", "SMD", "RR", "OR"), least_k: int = 1) -> list[int]:
    """Return the pooled results with an interval, by their labels."""
    pool_differences(frames)
    frame = frames["reviews"]
    fit = frame["measure"].isin(measures) & frame["ci_low"].notna() & (frame["k"] >= least_k)
    return [int(label) for label in frame.index[fit.fillna(False).to_numpy(dtype=bool)]]


def pool_differences(frames: Frames) -> None:
    """Append an honest synthesis of differences, overall and in two subgroups, where a base has only proportions."""
    frame = frames["reviews"]
    if (frame["subgroup"].isin(SIDES) & frame["measure"].isin(["MD", "SMD", "RR", "OR"])).any():
        return
    last = frame.index[-1] + 1
    for place, (subgroup, estimate, se, k, n) in enumerate(
        [("overall", 9.27, 1.39, 10, 480), ("12 weeks", 8.4, 1.8, 6, 288), ("24 weeks", 10.5, 2.2, 4, 192)]
    ):
        half = 1.96 * se
        numbers = [estimate, round(estimate - half, 2), round(estimate + half, 2)]
        frame.loc[last + place, [*NUMBERS, "ci_level"]] = [*numbers, 0.95]
        frame.loc[last + place, ["result_id", "review_id", "plot"]] = [f"Review9-B{place}", "Review9", f"B{place}"]
        frame.loc[last + place, ["outcome", "comparison", "subgroup"]] = ["density", "a vs b", subgroup]
        frame.loc[last + place, ["measure", "p_as_printed", "k", "n"]] = ["MD", "<0.001", k, n]


def one_of(rng: Generator, found: list[Any]) -> Any:
    """Return one of the places."""
    return found[int(rng.integers(len(found)))]


def key(frames: Frames, label: int) -> str:
    """Return the name of a pooled result, as findings give it."""
    return f"reviews:{frames['reviews'].loc[label, 'result_id']}"


def z_of(frame: pd.DataFrame, label: int) -> float:
    """Return z from the printed numbers."""
    estimate, low, high = (float(frame.loc[label, name]) for name in NUMBERS)
    if frame.loc[label, "measure"] in RATIOS:
        estimate, low, high = math.log(estimate), math.log(low), math.log(high)
    return abs(estimate) * 3.919928 / (high - low)


def smd_result(frames: Frames, rng: Generator) -> int:
    """Return a standardised result of three or more trials; where a base has none, one is made that could be honest."""
    found = results(frames, ("SMD",), 3)
    if found:
        return int(one_of(rng, found))
    frame = frames["reviews"]
    label = int(one_of(rng, results(frames, ("MD", "RR", "OR"), 3)))
    half = 1.96 * 2.1 / math.sqrt(float(frame.loc[label, "n"]))
    frame.loc[label, NUMBERS] = [0.6, round(0.6 - half, 2), round(0.6 + half, 2)]
    frame.loc[label, "measure"] = "SMD"
    frame.loc[label, ["z", "tau2", "i2"]] = math.nan
    return label


def ci_centre(frames: Frames, rng: Generator) -> str:
    """Misprint an estimate within its interval."""
    frame = frames["reviews"]
    wide = [label for label in results(frames) if frame.loc[label, "ci_high"] - frame.loc[label, "ci_low"] > 0.2]
    label = one_of(rng, wide)
    estimate, low, _ = (float(frame.loc[label, name]) for name in NUMBERS)
    frame.loc[label, "estimate"] = round(estimate - 0.6 * (estimate - low), 2)
    return key(frames, label)


def ci_z(frames: Frames, rng: Generator) -> str:
    """Misprint z: too small by a third."""
    frame = frames["reviews"]
    label = max(results(frames), key=lambda label: z_of(frame, label) + rng.random())
    frame.loc[label, "z"] = round(z_of(frame, label) / 1.5, 2)
    return key(frames, label)


def ci_p(frames: Frames, rng: Generator) -> str:
    """Misprint the p of a contrast or a synthesis, on its own side of 0.05."""
    frame = frames["reviews"]
    label = max(results(frames, least_k=4), key=lambda label: z_of(frame, label) + rng.random())
    z = z_of(frame, label)
    frame.loc[label, "p_as_printed"] = "0.045" if z > 3.5 else "<0.00001" if z > 1.96 else "0.93"
    return key(frames, label)


def ci_significance(frames: Frames, rng: Generator) -> str:
    """Print a p on the other side of 0.05 than the interval."""
    frame = frames["reviews"]
    clear = [label for label in results(frames) if abs(z_of(frame, label) - 1.96) > 0.3]
    label = one_of(rng, clear)
    frame.loc[label, "p_as_printed"] = "0.21" if z_of(frame, label) > 1.96 else "<0.01"
    return key(frames, label)


def estimate_in_ci(frames: Frames, rng: Generator) -> str:
    """Lose the sign, or the decimal point, of an estimate."""
    frame = frames["reviews"]
    label = one_of(rng, results(frames))
    estimate, _, high = (float(frame.loc[label, name]) for name in NUMBERS)
    frame.loc[label, "estimate"] = round(max(10 * abs(estimate), high + 1), 2)
    return key(frames, label)


def ratio_on_raw_scale(frames: Frames, rng: Generator) -> str:
    """Label a difference as an odds ratio."""
    frame = frames["reviews"]
    wide = [
        label for label in results(frames, ("MD", "SMD")) if frame.loc[label, "ci_low"] < -0.1 or is_askew(frame, label)
    ]
    if not wide:  # no difference that is wide enough: limits are laid around a ratio as around a difference
        label = one_of(rng, results(frames))
        estimate = round(abs(float(frame.loc[label, "estimate"])) + 1, 2)
        frame.loc[label, NUMBERS] = [estimate, round(0.5 * estimate, 2), round(1.5 * estimate, 2)]
        frame.loc[label, "measure"] = "OR"
        return key(frames, label)
    label = one_of(rng, wide)
    frame.loc[label, "measure"] = "OR"
    return key(frames, label)


def is_askew(frame: pd.DataFrame, label: int) -> bool:
    """Whether the middle of the limits on the log scale is far from the estimate."""
    estimate, low, high = (float(frame.loc[label, name]) for name in NUMBERS)
    return low > 0.1 and math.sqrt(low * high) < 0.93 * estimate


def arm_ci(frames: Frames, rng: Generator) -> str:
    """Misprint one limit of an arm's mean."""
    frame = frames["outcomes"]
    measured = frame.index[(frame["mean"].notna() & frame["n"].notna()).to_numpy(dtype=bool)]
    label = int(rng.choice(measured))
    if pd.isna(frame.loc[label, "ci_low"]):  # printed without an interval so far
        mean = float(frame.loc[label, "mean"])
        half = abs(mean) / 5 + 1
        frame.loc[label, ["ci_low", "ci_high", "ci_level"]] = [round(mean - half, 2), round(mean + half, 2), 0.95]
        frame.loc[label, ["sd", "se", "plus_minus"]] = math.nan
    width = float(frame.loc[label, "ci_high"] - frame.loc[label, "ci_low"])
    frame.loc[label, "ci_high"] = round(float(frame.loc[label, "ci_high"]) + 0.4 * width, 2)
    return f"outcomes:{frame.loc[label, 'row_id']}"


def result_twice(frames: Frames, rng: Generator) -> str:
    """Print the numbers of one subgroup for the other."""
    frame = frames["reviews"]
    label = one_of(rng, [label for label in results(frames) if frame.loc[label, "subgroup"] == SIDES[0]])
    columns = [*NUMBERS, "z", "p_as_printed"]
    frame.loc[label + 1, columns] = frame.loc[label, columns]
    return key(frames, label + 1)


def smd_size(frames: Frames, rng: Generator) -> str:
    """Print a raw difference as a standardised one."""
    label = smd_result(frames, rng)
    frame = frames["reviews"]
    frame.loc[label, NUMBERS] = (frame.loc[label, NUMBERS].astype(float) * 25).round(2)
    if abs(frame.loc[label, "estimate"]) <= 3:
        frame.loc[label, NUMBERS] = [15.82, 12.34, 19.31]
    return key(frames, label)


def smd_width(frames: Frames, rng: Generator) -> str:
    """Give a standardised difference limits of raw units, or of ten times the people."""
    label = smd_result(frames, rng)
    frame = frames["reviews"]
    estimate, _, high = (float(frame.loc[label, name]) for name in NUMBERS)
    half = (high - estimate) * 30 if rng.random() < 0.5 else 1.96 * 2 / math.sqrt(10 * float(frame.loc[label, "n"]))
    estimate = max(min(estimate, 2.5), -2.5)
    frame.loc[label, NUMBERS] = [round(estimate, 2), round(estimate - half, 2), round(estimate + half, 2)]
    return key(frames, label)


def i2_against_ci(frames: Frames, rng: Generator) -> str:
    """Print a τ² that I², the interval and the number of trials cannot have."""
    frame = frames["reviews"]
    label = one_of(rng, results(frames, least_k=3))
    log = frame.loc[label, "measure"] in RATIOS
    low, high = (float(frame.loc[label, name]) for name in ("ci_low", "ci_high"))
    se = (math.log(high) - math.log(low) if log else high - low) / 3.92
    frame.loc[label, "i2"] = 75.0
    frame.loc[label, "tau2"] = round(10 * 0.75 * float(frame.loc[label, "k"]) * se**2 + 0.1, 2)
    return key(frames, label)


def outlying_unit(frames: Frames, rng: Generator) -> str:
    """Print one subgroup in a unit a tenth as large."""
    frame = frames["reviews"]
    found = [
        label
        for label in results(frames, ("MD",))
        if frame.loc[label, "subgroup"] == SIDES[0]
        if frame.loc[label, "estimate"] * frame.loc[label + 1, "estimate"] > 0
    ]
    if found:
        label = one_of(rng, found)
    else:  # no raw difference with subgroups in this base
        label = one_of(rng, [label for label in results(frames) if frame.loc[label, "subgroup"] == SIDES[0]])
        for place, estimate in ((label, 8.1), (label + 1, 9.4)):
            half = 60 / math.sqrt(float(frame.loc[place, "n"]))
            frame.loc[place, NUMBERS] = [estimate, round(estimate - half, 1), round(estimate + half, 1)]
            frame.loc[place, "measure"] = "MD"
    larger = max((label, label + 1), key=lambda place: abs(frame.loc[place, "estimate"]))
    frame.loc[larger, NUMBERS] = (frame.loc[larger, NUMBERS].astype(float) * 10).round(2)
    return key(frames, larger)


def participants(frames: Frames, rng: Generator) -> str:
    """Misprint the people of a synthesis that lists its trials."""
    frame = frames["reviews"]
    label = listed_synthesis(frames)
    frame.loc[label, "n"] = int(frame.loc[label, "n"]) + int(rng.integers(3, 60))
    return key(frames, label)


def listed_synthesis(frames: Frames) -> int:
    """Return a synthesis whose trials are listed; where a base has none, one is made that lists two."""
    frame, inputs = frames["reviews"], frames["review_inputs"]
    found = frame.index[(frame["review_id"].isin(set(inputs["review_id"])) & frame["k"].notna()).to_numpy(dtype=bool)]
    if len(found):
        return int(found[0])
    label = results(frames)[0]
    columns = list(inputs.columns)
    rows = [{"input_id": f"I9{side}", "level": "review-table", "n_1": "20", "n_2": "21"} for side in range(2)]
    made = pd.DataFrame(rows).reindex(columns=columns, fill_value="")
    made["review_id"], made["plot"] = frame.loc[label, "review_id"], frame.loc[label, "plot"]
    frames["review_inputs"] = pd.concat([inputs, made], ignore_index=True)
    frame.loc[label, ["k", "n"]] = [2, 82]
    return label


def subgroup_sizes(frames: Frames, rng: Generator) -> str:
    """Misprint the people of one subgroup."""
    frame = frames["reviews"]
    label = one_of(rng, [label for label in results(frames) if frame.loc[label, "subgroup"] in SIDES])
    frame.loc[label, "n"] = int(frame.loc[label, "n"]) + int(rng.integers(1, 40))
    return key(frames, label)


def subgroups_pool(frames: Frames, rng: Generator) -> str:
    """Print the overall result on another scale than its subgroups."""
    frame = frames["reviews"]
    label = one_of(
        rng,
        [label for label in results(frames) if frame.loc[label, "subgroup"] == "overall" and label + 1 in frame.index],
    )
    parts = [frame.loc[place, NUMBERS].to_numpy(dtype=float) for place in (label + 1, label + 2)]
    if frame.loc[label, "measure"] in RATIOS:
        factor = max(part[2] / part[0] for part in parts) ** 3 * max(part[0] for part in parts)
        frame.loc[label, NUMBERS] = (frame.loc[label, NUMBERS].astype(float) * factor + 1).round(2)
    else:
        shift = max(part[2] for part in parts) + 3 * max(part[2] - part[1] for part in parts)
        frame.loc[label, NUMBERS] = (
            frame.loc[label, NUMBERS].astype(float) + shift - frame.loc[label, "estimate"]
        ).round(2)
    return key(frames, label)


def subgroup_interaction(frames: Frames, rng: Generator) -> str:
    """Say that two subgroups do not differ, which do."""
    frame = frames["reviews"]
    label = one_of(rng, [label for label in results(frames) if frame.loc[label, "subgroup"] == SIDES[0]])
    values = frame.loc[[label, label + 1], NUMBERS].to_numpy(dtype=float)
    if frame.loc[label, "measure"] in RATIOS:
        logs = np.log(values)
        logs[0] += 3 * (logs[:, 2] - logs[:, 1]).max() + (logs[1] - logs[0])[0]
        frame.loc[label, NUMBERS] = np.exp(logs[0]).round(2)
    else:
        shift = 3 * (values[:, 2] - values[:, 1]).max() + values[1, 0] - values[0, 0]
        frame.loc[label, NUMBERS] = (values[0] + shift).round(2)
    denial = frame.loc[[label]].copy()
    denial["result_id"], denial["subgroup"] = "Review2-denial", "duration <=12 wk vs >12 wk"
    denial[[*NUMBERS, "z", "i2", "tau2", "ci_level"]] = math.nan
    denial["p_as_printed"] = "no significant subgroup effect"
    frames["reviews"] = pd.concat([frame, denial], ignore_index=True)
    return key(frames, label)


def sucra_mean(frames: Frames, rng: Generator) -> str:
    """Misprint one SUCRA by a digit."""
    frame = frames["reviews"]
    label = one_of(rng, [int(label) for label in frame.index[(frame["measure"] == "SUCRA").to_numpy(dtype=bool)]])
    value = float(frame.loc[label, "estimate"])
    frame.loc[label, "estimate"] = round(value + (10 if value < 80 else -10), 1)
    return key(frames, label)


PLANTS = {
    "arm-ci": arm_ci,
    "ci-centre": ci_centre,
    "ci-p": ci_p,
    "ci-significance": ci_significance,
    "ci-z": ci_z,
    "estimate-in-ci": estimate_in_ci,
    "i2-against-ci": i2_against_ci,
    "outlying-unit": outlying_unit,
    "participants": participants,
    "ratio-on-raw-scale": ratio_on_raw_scale,
    "result-twice": result_twice,
    "smd-size": smd_size,
    "smd-width": smd_width,
    "subgroup-interaction": subgroup_interaction,
    "subgroup-sizes": subgroup_sizes,
    "subgroups-pool": subgroups_pool,
    "sucra-mean": sucra_mean,
}
