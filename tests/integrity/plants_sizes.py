"""Faults of counts: sizes, losses, categories, shares and whole numbers that do not follow from one another."""

from __future__ import annotations

import numpy as np
import pandas as pd

Frames = dict[str, pd.DataFrame]
Generator = np.random.Generator


def choose(rng: Generator, frame: pd.DataFrame, where: pd.Series) -> int:
    """Return the label of one of the rows that fulfil a condition."""
    return int(rng.choice(frame.index[where.to_numpy(dtype=bool)]))


def multi_arm(frames: Frames, rng: Generator) -> tuple[int, str]:
    """Return a trial whose arms are different people: its label in the studies, and its id."""
    studies, arms = frames["studies"], frames["arms"]
    several = studies["study_id"].map(arms["study_id"].value_counts()) > 1
    place = choose(rng, studies, several & (studies["design"] == "parallel"))
    return place, str(studies.loc[place, "study_id"])


def append(frames: Frames, table: str, like: int, **cells: object) -> str:
    """Append a copy of a row with other cells, and return its key."""
    frame = frames[table]
    row = frame.loc[[like]].copy()
    for name, value in cells.items():
        row[name] = pd.array([value], dtype=frame[name].dtype)
    frames[table] = pd.concat([frame, row], ignore_index=True)
    return f"{table}:{row.iloc[0, 0]}"


def unsized(frames: Frames, study: str) -> None:
    """Take the arm sizes of a trial out of all tables; its total stays."""
    for table, columns in (
        ("arms", ["n_randomised", "n_analysed"]),
        ("outcomes", ["n", "total", "events_implied", "total_implied"]),
    ):
        frames[table].loc[frames[table]["study_id"] == study, columns] = pd.NA


def arms_sum(frames: Frames, rng: Generator) -> str:
    """Misprint the total of a trial."""
    place, study = multi_arm(frames, rng)
    frames["studies"].loc[place, "n_randomised"] += int(rng.integers(1, 25))
    return f"studies:{study}"


def losses_sum(frames: Frames, rng: Generator) -> str:
    """Leave some people who were lost out of the number lost."""
    studies = frames["studies"]
    place = choose(rng, studies, studies["n_randomised"].notna())
    lost = int(studies.loc[place, "dropouts_as_reported"])
    studies.loc[place, "dropouts_as_reported"] = str(lost + int(rng.integers(1, 6)))
    return f"studies:{studies.loc[place, 'study_id']}"


def sexes_sum(frames: Frames, rng: Generator) -> str:
    """Count more men and women than people."""
    studies = frames["studies"]
    place = choose(rng, studies, studies["n_randomised"].notna())
    total = int(studies.loc[place, "n_randomised"])
    men = int(rng.integers(1, total))
    studies.loc[place, "sex_as_reported"] = f"{men} M, {total - men + int(rng.integers(1, 4))} F"
    return f"studies:{studies.loc[place, 'study_id']}"


def categories_sum(frames: Frames, rng: Generator) -> str:
    """Lose or gain a few people in one category of a rating."""
    outcomes = frames["outcomes"]
    if not (outcomes["value_type"] == "category-count").any():
        like = choose(rng, outcomes, outcomes["unit"].isin(["patients", "percent-of-patients"]))
        n = int(outcomes.loc[like, "n"])
        counts = rng.multinomial(n, [0.3, 0.4, 0.3])
        for number, name in enumerate(("none", "fair", "good")):
            cells = {"value_type": "category-count", "threshold": name, "events": int(counts[number]), "total": n}
            append(
                frames, "outcomes", like, row_id=f"R990{number}", outcome="response-patient", percent=np.nan, **cells
            )
        outcomes = frames["outcomes"]
    place = choose(
        rng, outcomes, (outcomes["value_type"] == "category-count") & (outcomes["events"] < outcomes["total"] - 4)
    )
    outcomes.loc[place, "events"] += int(rng.integers(1, 4))
    return f"outcomes:{outcomes.loc[place, 'row_id']}"


def analysed(frames: Frames, rng: Generator) -> str:
    """Analyse more people than were allocated."""
    arms = frames["arms"]
    place = choose(rng, arms, arms["n_randomised"].notna())
    arms.loc[place, "n_analysed"] = int(arms.loc[place, "n_randomised"]) + int(rng.integers(1, 6))
    return f"arms:{arms.loc[place, 'study_id']}/{arms.loc[place, 'arm_id']}"


def count_beyond(frames: Frames, rng: Generator) -> str:
    """Print more people with a harm than people at risk."""
    harms = frames["harms"]
    place = choose(rng, harms, harms["counting"] == "patients")
    harms.loc[place, "events"] = int(harms.loc[place, "n"]) + int(rng.integers(1, 10))
    harms.loc[place, "percent"] = np.nan
    return f"harms:{harms.loc[place, 'harm_id']}"


def percent_beyond(frames: Frames, rng: Generator) -> str:
    """Lose the decimal point of a share."""
    table, name = ("harms", "harm_id")
    frame = frames[table]
    place = choose(rng, frame, frame["counting"] == "patients")
    share = 100 * float(frame.loc[place, "events"]) / float(frame.loc[place, "n"])
    frame.loc[place, "percent"] = round(max(share, 11.5) * 10, 1)
    return f"{table}:{frame.loc[place, name]}"


def fits(percent: float, decimals: int, n: int) -> bool:
    """Whether some count of n people rounds to a share, tried one after the other."""
    return any(abs(100 * count / n - percent) <= 0.5 * 10.0**-decimals + 1e-9 for count in range(n + 1))


def mistyped_share(rng: Generator, percent: float, decimals: int, n: int) -> float | None:
    """Return a share near the printed one that no count of n people gives, rounded or cut off."""
    near = [round(percent + step * 10.0**-decimals, decimals) for step in range(-9, 10)]
    unit = 10.0**-decimals
    cut = [100 * count / n // unit * unit for count in range(n + 1)]
    wrong = [
        share
        for share in near
        if 0 < share < 100 and not fits(share, decimals, n) and all(abs(share - other) > unit / 100 for other in cut)
    ]
    return float(rng.choice(wrong)) if wrong else None


def percent_count(frames: Frames, rng: Generator) -> str:
    """Mistype a share of people: in the outcomes, or beside a count of harms."""
    outcomes = frames["outcomes"]
    shares = [place for place in outcomes.index if outcomes.loc[place, "unit"] == "percent-of-patients"]
    for place in rng.permutation(shares) if rng.random() < 0.7 else []:
        percent, n = float(outcomes.loc[place, "percent"]), int(outcomes.loc[place, "n"])
        alike = outcomes.loc[
            (outcomes["study_id"] == outcomes.loc[place, "study_id"]) & outcomes["percent"].notna(), "percent"
        ]
        decimals = max(len(f"{value:.10g}".partition(".")[2]) for value in alike)
        wrong = mistyped_share(rng, percent, decimals, n)
        if wrong is not None:
            outcomes.loc[place, "percent"] = wrong
            return f"outcomes:{outcomes.loc[place, 'row_id']}"
    harms = frames["harms"]
    place = choose(rng, harms, harms["counting"] == "patients")
    share = 100 * float(harms.loc[place, "events"]) / float(harms.loc[place, "n"])
    harms.loc[place, "percent"] = round(
        share + float(rng.choice([-1, 1]) if share > 1 else 1) * float(rng.uniform(0.3, 1)), 1
    )
    return f"harms:{harms.loc[place, 'harm_id']}"


def percent_partition(frames: Frames, rng: Generator) -> str:
    """Let a review print shares of fewer people than a trial of one arm has."""
    place, study = multi_arm(frames, rng)
    arms = frames["arms"]
    frames["arms"] = arms[(arms["study_id"] != study) | (arms["arm_id"] == "A1")].reset_index(drop=True)
    total = int(frames["arms"].loc[frames["arms"]["study_id"] == study, "n_randomised"].iloc[0])
    frames["studies"].loc[place, "n_randomised"] = total
    while True:
        n = total - int(rng.integers(1, 10))
        counts = rng.multinomial(n, [0.4, 0.35, 0.25])
        shares = [round(100 * count / n, 1) for count in counts]
        exact = abs(sum(shares) - 100) < 0.15
        if exact and not all(fits(share, 1, total) for share in shares):
            break
    reviews = frames["review_inputs"]
    row = {name: pd.array([""], dtype=reviews[name].dtype) for name in reviews.columns}
    cells = {"input_id": "I990", "level": "review-table", "study": study, "study_id": study}
    row |= {name: pd.array([text], dtype=object) for name, text in cells.items()}
    row["events_1"] = pd.array([", ".join(f"{share:.1f}% grade {i}" for i, share in enumerate(shares))], dtype=object)
    frames["review_inputs"] = pd.concat([reviews, pd.DataFrame(row)], ignore_index=True).astype(object)
    return "review_inputs:I990"


def percent_sizes(frames: Frames, rng: Generator) -> str:
    """Print shares of two outcomes of one arm over different people, and no sizes of arms."""
    place, study = multi_arm(frames, rng)
    unsized(frames, study)
    total = int(frames["studies"].loc[place, "n_randomised"])
    while True:
        n = int(rng.integers(12, 40))
        pair = [round(100 * int(rng.integers(1, size)) / size, 1) for size in (n, n - int(rng.integers(1, 4)))]
        if all(share != round(share) for share in pair) and not any(
            all(fits(share, 1, size) for share in pair) for size in range(1, total + 1)
        ):
            break
    outcomes = frames["outcomes"]
    like = choose(rng, outcomes, (outcomes["study_id"] == study) & (outcomes["arm_id"] == "A1"))
    empty = dict.fromkeys(("n", "total", "events", "events_implied", "total_implied"), pd.NA)
    shared = {"value_type": "responder", "unit": "percent-of-patients", "mean": np.nan, **empty}
    append(frames, "outcomes", like, row_id="R9901", outcome="satisfaction", percent=pair[0], **shared)
    return append(frames, "outcomes", like, row_id="R9902", outcome="hair-pull-negative", percent=pair[1], **shared)


def debit(frames: Frames, rng: Generator) -> str:
    """Print the shares of an outcome as means, one of them with an SD that is not its own."""
    outcomes = frames["outcomes"]
    shares = (outcomes["outcome"] == "response-investigator") & (outcomes["n"] > 5)
    place = choose(rng, outcomes, shares)
    for row in outcomes.index[shares & (outcomes["study_id"] == outcomes.loc[place, "study_id"])]:
        n = int(outcomes.loc[row, "n"])
        share = int(rng.integers(1, n)) / n
        sd = np.sqrt(share * (1 - share) * n / (n - 1))
        if row == place:
            sd = max(sd + float(rng.choice([-1, 1])) * rng.uniform(0.04, 0.15), 0.01)
        outcomes.loc[row, ["mean", "sd", "percent"]] = [round(share, 2), round(sd, 2), np.nan]
    return f"outcomes:{outcomes.loc[place, 'row_id']}"


def scores(frames: Frames, rng: Generator) -> int:
    """Return the label of a row with the mean and SD of a score in whole points."""
    outcomes = frames["outcomes"]
    whole = (outcomes["outcome"] == "quality-of-life") & (outcomes["n"] > 5)
    if not (whole & outcomes["sd"].notna()).any():
        outcomes.loc[whole, ["mean", "sd"]] = [9.5, 3.5]
    return choose(rng, outcomes, whole & outcomes["mean"].notna() & outcomes["sd"].notna())


def grim(frames: Frames, rng: Generator) -> str:
    """Mistype the last digits of the mean of a score."""
    outcomes, place = frames["outcomes"], scores(frames, rng)
    n, mean = int(outcomes.loc[place, "n"]), float(outcomes.loc[place, "mean"])
    possible = {round(total / n + slip, 2) for total in range(30 * n) for slip in (-1e-9, 0, 1e-9)}
    near = [round(int(mean) + digits / 100, 2) for digits in range(1, 100) if digits % 10]
    outcomes.loc[place, "mean"] = float(rng.choice([value for value in near if value not in possible]))
    return f"outcomes:{outcomes.loc[place, 'row_id']}"


def grimmer(frames: Frames, rng: Generator) -> str:
    """Mistype the SD of a score of few people."""
    outcomes, place = frames["outcomes"], scores(frames, rng)
    n = int(rng.integers(8, 16))
    people = np.clip(np.round(rng.normal(9, 3.5, n)), 0, 30)
    total = int(people.sum())
    squares = np.arange(total % 2, 900 * n, 2, dtype=float)
    spreads = np.sqrt(np.maximum(squares - total**2 / n, 0) / (n - 1))
    typed = [digits / 100 for digits in range(100, 700) if digits % 10]
    wrong = [sd for sd in typed if np.abs(spreads - sd).min() > 0.005 + 1e-9]
    outcomes.loc[place, "n"] = n
    # a mean with two decimals, so that one total alone gives it
    outcomes.loc[place, ["mean", "sd"]] = [round(total / n, 2), float(rng.choice(wrong))]
    return f"outcomes:{outcomes.loc[place, 'row_id']}"


def sizes_behind(frames: Frames, rng: Generator) -> str:
    """Analyse few of a trial's people without saying so: whole numbers before and after of two measurements."""
    _, study = multi_arm(frames, rng)
    unsized(frames, study)
    outcomes = frames["outcomes"]
    like = choose(rng, outcomes, (outcomes["study_id"] == study) & (outcomes["arm_id"] == "A1"))
    n, key = int(rng.integers(5, 10)), ""
    empty = dict.fromkeys(("n", "total", "events", "events_implied", "total_implied"), pd.NA)
    empty |= dict.fromkeys(
        ("se", "plus_minus", "baseline_plus_minus", "ci_low", "ci_high", "percent", "median"), np.nan
    )
    for number, (outcome, unit) in enumerate((("hair-density", "hairs/field"), ("hair-diameter", "um"))):
        before, after = (np.round(rng.normal(level, 8, n)) for level in (45, 60))
        cells = {
            "row_id": f"R990{number}",
            "outcome": outcome,
            "unit": unit,
            "value_type": "final",
            "location": "table",
        }
        for prefix, people in (("baseline_", before), ("", after)):
            cells |= {f"{prefix}mean": round(people.mean(), 2), f"{prefix}sd": round(people.std(ddof=1), 3)}
        key = append(frames, "outcomes", like, **empty, **cells)
    old = (frames["outcomes"]["study_id"] == study) & ~frames["outcomes"]["row_id"].str.startswith("R990")
    frames["outcomes"] = frames["outcomes"][~old].reset_index(drop=True)
    return key


PLANTS = {
    "analysed-beyond-allocated": analysed,
    "arms-sum": arms_sum,
    "categories-sum": categories_sum,
    "count-beyond-people": count_beyond,
    "debit": debit,
    "grim": grim,
    "grimmer": grimmer,
    "losses-sum": losses_sum,
    "percent-beyond-100": percent_beyond,
    "percent-count": percent_count,
    "percent-partition": percent_partition,
    "percent-sizes": percent_sizes,
    "sexes-sum": sexes_sum,
    "sizes-behind-means": sizes_behind,
}
