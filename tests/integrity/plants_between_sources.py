"""Faults between sources: one trial told differently, one paper under two names, reviews that disagree."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import pandas as pd

if TYPE_CHECKING:
    from numpy.random import Generator

Frames = dict[str, pd.DataFrame]
NUMBERS = ["estimate", "ci_low", "ci_high"]


def one_of(rng: Generator, found: list[Any]) -> Any:
    """Return one of the places."""
    return found[int(rng.integers(len(found)))]


def append(frames: Frames, table: str, like: int, cells: dict[str, Any]) -> int:
    """Append a copy of a row with other cells, and return its label."""
    frame = frames[table]
    row = frame.loc[[like]].copy()
    for name, value in cells.items():
        row[name] = pd.array([value], dtype=frame[name].dtype)
    frames[table] = pd.concat([frame, row], ignore_index=True)
    return len(frames[table]) - 1


def parallel_means(frames: Frames) -> list[tuple[int, int]]:
    """Return the two arms of every result of trials with two arms that prints means."""
    frame, studies = frames["outcomes"], frames["studies"]
    parallel = set(studies.loc[studies["design"] == "parallel", "study_id"])
    measured = frame[frame["mean"].notna() & frame["n"].notna() & frame["study_id"].isin(parallel)]
    groups = measured.groupby(["study_id", "outcome", "value_type", "unit"], sort=True)
    return [(int(group.index[0]), int(group.index[1])) for _, group in groups if len(group) == 2]


def listed(frames: Frames, rng: Generator) -> int:
    """Return a trial as a review prints it; where no review prints one, one does."""
    inputs, outcomes = frames["review_inputs"], frames["outcomes"]
    found = inputs.index[(inputs["study_id"] != "").to_numpy(dtype=bool)] if len(inputs) else []
    if len(found):
        return int(rng.choice(found))
    first, second = one_of(rng, parallel_means(frames))
    row = dict.fromkeys(inputs.columns, "") | {
        "input_id": "I901",
        "level": "review-table",
        "review_id": frames["review_reports"].iloc[0]["review_id"],
        "study_id": outcomes.loc[first, "study_id"],
    }
    for side, label in ((1, first), (2, second)):
        row |= {f"mean_{side}": f"{outcomes.loc[label, 'mean']:g}", f"n_{side}": f"{outcomes.loc[label, 'n']:g}"}
    frames["review_inputs"] = pd.concat([inputs, pd.DataFrame([row])], ignore_index=True)
    return len(frames["review_inputs"]) - 1


def review_against_trial(frames: Frames, rng: Generator) -> str:
    """Misread a digit of a trial's mean, its SD or its size in a review."""
    label = listed(frames, rng)
    inputs = frames["review_inputs"]
    name = one_of(rng, ["mean_1", "mean_2", "n_1"])
    value = float(inputs.loc[label, name])
    inputs.loc[label, name] = f"{value + 3:g}"
    return f"review_inputs:{inputs.loc[label, 'input_id']}"


def sizes_between_sources(frames: Frames, rng: Generator) -> str:
    """Give a trial more people in a review than it ever had."""
    label = listed(frames, rng)
    inputs, studies = frames["review_inputs"], frames["studies"]
    people = studies.loc[studies["study_id"] == inputs.loc[label, "study_id"], "n_randomised"].iloc[0]
    inputs.loc[label, ["n_1", "n_2"]] = [f"total {int(people) + int(rng.integers(5, 40))}", ""]
    return f"review_inputs:{inputs.loc[label, 'input_id']}"


def told_twice(frames: Frames, rng: Generator) -> str:
    """Tell a result again from another page, with a digit changed."""
    frame = frames["outcomes"]
    label = int(rng.choice(frame.index[frame["mean"].notna().to_numpy(dtype=bool)]))
    mean = float(frame.loc[label, "mean"]) + float(rng.choice([0.7, 3, 10]))
    append(frames, "outcomes", label, {"row_id": "R999999", "mean": round(mean, 2), "unit": "not-stated"})
    return "outcomes:R999999"


def numbers_shared(frames: Frames, rng: Generator) -> str:
    """Print the means and spreads of one trial in another."""
    frame = frames["outcomes"]
    pairs = [pair for pair in parallel_means(frames) if min(abs(frame.loc[label, "mean"]) for label in pair) > 10]
    first = one_of(rng, pairs)
    elsewhere = frame.index[
        (frame["mean"].notna() & (frame["study_id"] != frame.loc[first[0], "study_id"])).to_numpy(dtype=bool)
    ]
    start = int(rng.integers(len(elsewhere) - 1))
    for source, label in zip(first, elsewhere[[start, start + 1]], strict=True):
        spread = 21.37 if source == first[0] else 19.84
        for place in (source, label):
            frame.loc[place, ["sd", "se", "plus_minus", "ci_low", "ci_high", "ci_level"]] = [spread, *[math.nan] * 5]
        mean = round(float(frame.loc[source, "mean"]) + 0.01, 2)
        frame.loc[[source, label], "mean"] = mean
        frame.loc[label, "unit"] = frame.loc[source, "unit"]
    others = frame.loc[elsewhere[[start, start + 1]], "study_id"]
    if (
        others.iloc[0] != others.iloc[1]
    ):  # the two rows lie on the border of two trials: both belong to the first of them
        frame.loc[elsewhere[start + 1], "study_id"] = others.iloc[0]
    return f"outcomes:{frame.loc[first[0], 'row_id']}"


def one_paper(frames: Frames, rng: Generator) -> str:
    """Enter a paper again, under the year of its appearance online, or for a second trial."""
    frame = frames["reports"]
    label = int(rng.choice(frame.index))
    cells: dict[str, Any] = {"report_id": "Twice-1"}
    if rng.random() < 0.5:
        cells["year"] = int(frame.loc[label, "year"]) - 1
    else:
        others = sorted(set(frame["study_id"]) - {frame.loc[label, "study_id"]})
        cells["study_id"] = one_of(rng, others)
    append(frames, "reports", label, cells)
    return "reports:Twice-1"


def overlap(frames: Frames, rng: Generator) -> str:
    """Make a trial a second report of another one: the same people, place, time and schedule."""
    studies, arms = frames["studies"], frames["arms"]
    contents = arms.groupby("study_id")["components"].agg(lambda cells: len(set(cells)))
    several = [int(label) for label in studies.index if contents.get(studies.loc[label, "study_id"], 0) > 1]
    first = one_of(rng, several)
    second = one_of(rng, [label for label in several if label != first])
    names = [studies.loc[label, "study_id"] for label in (first, second)]
    shared = [name for name in studies.columns if name not in ("study_id", "label", "design")]
    studies.loc[second, shared] = studies.loc[first, shared]
    schedule = arms[(arms["study_id"] == names[0]) & arms["sessions"].notna()].iloc[0]
    treated = (arms["study_id"] == names[1]) & arms["sessions"].notna()
    for name in ("sessions", "interval_weeks"):
        arms.loc[treated, name] = schedule[name]
    return f"studies:{names[1]}"


def reviews_disagree(frames: Frames, rng: Generator) -> str:
    """Answer the question of one review in another, with another result."""
    frame = frames["reviews"]
    judged = frame["measure"].isin(["MD", "SMD", "RR", "OR"]) & frame["ci_low"].notna()
    labels = [int(label) for label in frame.index[judged.to_numpy(dtype=bool)]]
    if not labels:
        labels = [int(frame.index[frame["ci_low"].notna().to_numpy(dtype=bool)][0])]
        frame.loc[labels[0], [*NUMBERS, "measure"]] = [0.5, 0.3, 0.7, "SMD"]
    label = one_of(rng, labels)
    estimate, low, high = (float(frame.loc[label, name]) for name in NUMBERS)
    if frame.loc[label, "measure"] in ("RR", "OR"):
        factor = (high / low) ** 2 + 0.5
        moved = [round(factor * value, 2) for value in (estimate, low, high)]
    else:
        moved = [round(value + 2 * (high - low), 2) for value in (estimate, low, high)]
    others = sorted(set(frames["review_reports"]["review_id"]) - {frame.loc[label, "review_id"]})
    cells = {"result_id": "Again-1", "review_id": one_of(rng, others), "z": math.nan}
    append(frames, "reviews", label, cells | dict(zip(NUMBERS, moved, strict=True)))
    return "reviews:Again-1"


PLANTS = {
    "numbers-shared": numbers_shared,
    "one-paper": one_paper,
    "overlap": overlap,
    "review-against-trial": review_against_trial,
    "reviews-disagree": reviews_disagree,
    "sizes-between-sources": sizes_between_sources,
    "told-twice": told_twice,
}
