"""Faults of design: schedules, the same people counted twice, units."""

from __future__ import annotations

import numpy as np
import pandas as pd

Frames = dict[str, pd.DataFrame]
Generator = np.random.Generator


def choose(rng: Generator, frame: pd.DataFrame, where: pd.Series) -> int:
    """Return the label of one of the rows that fulfil a condition."""
    return int(rng.choice(frame.index[where.to_numpy(dtype=bool)]))


def paired(frames: Frames, rng: Generator) -> tuple[int, str, int]:
    """Return a trial of two sides of the same people (label, id, people); if need be a parallel one becomes one."""
    studies, arms, outcomes = frames["studies"], frames["arms"], frames["outcomes"]
    sides = studies["design"].isin(["split-body", "split-scalp", "within-person"])
    if sides.any():
        place = choose(rng, studies, sides)
    else:
        two = studies["study_id"].map(arms["study_id"].value_counts()) == 2
        place = choose(rng, studies, two & (studies["design"] == "parallel"))
        study = studies.loc[place, "study_id"]
        of_arms, of_rows = arms["study_id"] == study, outcomes["study_id"] == study
        people = int(arms.loc[of_arms, "n_randomised"].min())
        studies.loc[place, "design"] = "within-person"
        studies.loc[place, "n_randomised"] = people
        arms.loc[of_arms, ["n_randomised", "n_analysed"]] = people
        outcomes.loc[of_rows & outcomes["n"].notna(), "n"] = people
    return place, str(studies.loc[place, "study_id"]), int(studies.loc[place, "n_randomised"])


def schedule(frames: Frames, rng: Generator) -> str:
    """Print ten times as many sessions."""
    arms = frames["arms"]
    place = choose(rng, arms, arms["sessions"].notna() & arms["interval_weeks"].notna())
    arms.loc[place, "sessions"] = int(arms.loc[place, "sessions"]) * 10
    return f"arms:{arms.loc[place, 'study_id']}/{arms.loc[place, 'arm_id']}"


def readout(frames: Frames, rng: Generator) -> str:
    """Read a result out after the trial."""
    outcomes = frames["outcomes"]
    place = choose(rng, outcomes, outcomes["time_weeks"].notna())
    outcomes.loc[place, "time_weeks"] += float(rng.integers(4, 40))
    return f"outcomes:{outcomes.loc[place, 'row_id']}"


def paired_sizes(frames: Frames, rng: Generator) -> str:
    """Lose some people on one side only."""
    _, study, _ = paired(frames, rng)
    arms = frames["arms"]
    place = choose(rng, arms, arms["study_id"] == study)
    arms.loc[place, "n_analysed"] -= int(rng.integers(1, 5))
    return f"arms:{study}/{arms.loc[place, 'arm_id']}"


def sides(frames: Frames, rng: Generator) -> str:
    """Count the people of a paired trial once for each side: in its total, in a result, or as a parallel trial."""
    place, study, people = paired(frames, rng)
    studies, outcomes = frames["studies"], frames["outcomes"]
    way = rng.integers(3)
    if way == 0:
        studies.loc[place, "n_randomised"] = 2 * people
        return f"studies:{study}"
    if way == 1:
        studies.loc[place, "design"] = "parallel"
        return f"studies:{study}"
    row = choose(rng, outcomes, (outcomes["study_id"] == study) & outcomes["n"].notna())
    outcomes.loc[row, "n"] = 2 * people
    return f"outcomes:{outcomes.loc[row, 'row_id']}"


def parts(frames: Frames, rng: Generator) -> str:
    """Allocate patches, and print them as the sizes of arms."""
    place, study, people = paired(frames, rng)
    each = int(rng.integers(2, 6))
    word = str(rng.choice(["patches", "lesions", "sites"]))
    frames["studies"].loc[place, "n_randomised_as_reported"] = f"{people} patients / {people * each} {word}"
    return f"studies:{study}"


def unstated(frames: Frames, rng: Generator) -> str:
    """Leave the unit of a mean, or the area behind a count, unsaid."""
    outcomes = frames["outcomes"]
    place = choose(rng, outcomes, outcomes["mean"].notna() & outcomes["unit"].isin(["hairs/cm2", "um"]))
    hairs = outcomes.loc[place, "unit"] == "hairs/cm2" and rng.random() < 0.5
    outcomes.loc[place, "unit"] = "hairs/field" if hairs else "not-stated"
    return f"outcomes:{outcomes.loc[place, 'row_id']}"


def density(frames: Frames, rng: Generator, unit: str = "hairs/cm2") -> pd.Series:
    """Return the rows of one trial with means in a unit."""
    outcomes = frames["outcomes"]
    measured = outcomes["mean"].notna() & (outcomes["unit"] == unit)
    study = outcomes.loc[choose(rng, outcomes, measured), "study_id"]
    return measured & (outcomes["study_id"] == study)


def mixed(frames: Frames, rng: Generator) -> str:
    """Print one trial per square inch."""
    outcomes, rows = frames["outcomes"], density(frames, rng)
    outcomes.loc[rows, ["mean", "baseline_mean"]] = (outcomes.loc[rows, ["mean", "baseline_mean"]] * 6.4516).round(2)
    outcomes.loc[rows, "unit"] = "hairs/inch2"
    return f"outcomes:{outcomes.loc[choose(rng, outcomes, rows), 'row_id']}"


def dropped(frames: Frames, rng: Generator) -> str:
    """Let a review print a trial's number per square inch as one per cm², or without an area."""
    outcomes, reviews = frames["outcomes"], frames["review_inputs"]
    rows = density(frames, rng)
    outcomes.loc[rows, "unit"] = "hairs/inch2"
    place = choose(rng, outcomes, rows)
    row = {name: pd.array([""], dtype=object) for name in reviews.columns}
    cells = {
        "input_id": "I990",
        "level": "review-table",
        "study_id": outcomes.loc[place, "study_id"],
        "outcome": "hair density",
        "unit": str(rng.choice(["hairs/cm2", "none in table"])),
        "mean_1": f"{outcomes.loc[place, 'mean']:g}",
    }
    row |= {name: pd.array([text], dtype=object) for name, text in cells.items()}
    frames["review_inputs"] = pd.concat([reviews, pd.DataFrame(row)], ignore_index=True).astype(object)
    return "review_inputs:I990"


def implausible(frames: Frames, rng: Generator) -> str:
    """Print levels of one trial per square inch, or in mm, under the unit of the others."""
    outcomes = frames["outcomes"]
    for number, study in enumerate(frames["studies"]["study_id"]):
        # every trial has a level in the unit, so that there are others to lie among
        level = (outcomes["study_id"] == study) & (outcomes["value_type"] == "final") & (outcomes["unit"] == "um")
        if level.any():
            continue
        row = outcomes.loc[[choose(rng, outcomes, outcomes["study_id"] == study)]].copy()
        cells = {"row_id": f"R990{number}", "outcome": "hair-diameter", "unit": "um", "value_type": "final"}
        for name, value in (cells | {"mean": round(float(rng.normal(55, 3)), 1)}).items():
            row[name] = pd.array([value], dtype=outcomes[name].dtype)
        row[["percent", "baseline_mean", "sd", "plus_minus"]] = np.nan
        outcomes = pd.concat([outcomes, row], ignore_index=True)
    outcomes = outcomes.reset_index(drop=True)
    frames["outcomes"] = outcomes
    unit, factor = ("um", 0.001)
    finals = outcomes["value_type"] == "final"
    per_area = outcomes[finals & (outcomes["unit"] == "hairs/cm2")]
    if per_area["study_id"].nunique() > 3 and rng.random() < 0.5:
        unit, factor = "hairs/cm2", 6.4516
    study = outcomes.loc[choose(rng, outcomes, finals & (outcomes["unit"] == unit)), "study_id"]
    rows = finals & (outcomes["unit"] == unit) & (outcomes["study_id"] == study)
    outcomes.loc[rows, ["mean", "baseline_mean"]] = (outcomes.loc[rows, ["mean", "baseline_mean"]] * factor).round(4)
    return f"outcomes:{outcomes.loc[choose(rng, outcomes, rows), 'row_id']}"


PLANTS = {
    "paired-sizes": paired_sizes,
    "parts-of-people": parts,
    "readout-after-end": readout,
    "schedule": schedule,
    "sides-as-people": sides,
    "unit-dropped": dropped,
    "unit-implausible": implausible,
    "unit-unstated": unstated,
    "units-mixed": mixed,
}
