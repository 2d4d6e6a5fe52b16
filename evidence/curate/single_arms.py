"""Proportions of single arms, for harms: who had it, of how many, in the arms that a comparison names."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .arms import ArmData, combine_arms
from .compare import holds
from .derive.catalogue import DERIVATIONS
from .derive.counts import checked, count_from_percent
from .eligible import barred, other_people, overlapping
from .fitness import status_obstacle
from .index import present
from .missing import missing_arms
from .selection import Contrast, Exclusion, Selection
from .subgroup import subgroup_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ..protocol import Analysis, Protocol, Synthesis
    from .arms import Step
    from .index import Index, Row

__all__ = ["select_single_arms"]

_COUNTING = {
    "events": "events were counted, not people",
    "mentioned": "mentioned without a count",
    "not-reported": "not reported, which is not zero",
}


def select_single_arms(index: Index, protocol: Protocol, synthesis: Synthesis, analysis: Analysis) -> Selection:
    """Return one proportion for each trial with arms that the comparison names, and why the others give none.

    The arms of one trial are added up. A plain statement that there was none counts as zero of n; silence does not.
    """
    contrasts: list[Contrast] = []
    exclusions: list[Exclusion] = []
    comparison = protocol.comparisons[synthesis.comparison]
    for study in index.studies:
        own = index.arms.get(study["study_id"], [])
        wanted = [arm for arm in own if holds(arm["components"], comparison, protocol.components)]
        about = index.harms.get((study["study_id"], synthesis.outcome), [])
        found = _proportion(
            study, wanted, about, protocol, synthesis, analysis, everyone=bool(own) and len(wanted) == len(own)
        )
        partner = overlapping(index, study["study_id"], {contrast.study_id for contrast in contrasts})
        if partner and isinstance(found, Contrast):
            found = Exclusion(
                study_id=study["study_id"],
                study_label=study["label"],
                reason=f"may be the same people as {partner}, which is in already",
                compared=True,
                rows=found.rows,
            )
        if isinstance(found, Contrast):
            contrasts.append(found)
        else:
            exclusions.append(found)
    return Selection(contrasts=tuple(contrasts), exclusions=tuple(exclusions))


def _proportion(
    study: Mapping[str, Any],
    arms: list[Row],
    about: list[Row],
    protocol: Protocol,
    synthesis: Synthesis,
    analysis: Analysis,
    *,
    everyone: bool,
) -> Contrast | Exclusion:
    """Return a trial's proportion, or why it has none; `everyone` tells that all its arms are such arms."""

    def out(reason: str, *, compared: bool = True) -> Exclusion:
        return Exclusion(study_id=study["study_id"], study_label=study["label"], reason=reason, compared=compared)

    if not arms:
        return out("has no such arm", compared=False)
    comparison = protocol.comparisons[synthesis.comparison]
    elsewhere = other_people(study, protocol.populations[synthesis.population])
    if elsewhere:
        return out(elsewhere, compared=False)
    obstacles = barred(study, synthesis, comparison, analysis)
    labels = {arm["arm_id"]: arm["label"] for arm in arms} | ({"": "all arms"} if everyone else {})
    by_arm = [row for row in about if row["arm_id"]]
    rows = [row for row in by_arm or about if row["arm_id"] in labels]
    if not rows:
        reason = _not_by_arm(about)
        return out("; ".join([*obstacles, reason]))
    read = [_count(row, labels, analysis) for row in rows]
    usable = [row for row, (_, trouble) in zip(rows, read, strict=True) if not trouble]
    obstacles += _counted_twice(usable, paired=study["design"] in protocol.paired_designs)
    obstacles += [trouble for arm, trouble in read if trouble]
    counted = [arm for arm, trouble in read if arm is not None and not trouble]
    if len(counted) > 1 and "combine-arms" not in analysis.derivations:
        obstacles.append(f"{DERIVATIONS['combine-arms'].title}: not admitted")
    if obstacles or not counted:
        return out("; ".join(dict.fromkeys(obstacles)))
    arm = combine_arms(counted)
    return Contrast(
        study_id=study["study_id"],
        study_label=study["label"],
        arm_1=arm,
        arm_2=None,
        design=study["design"],
        value_type="proportion",
        threshold="",
        time_weeks=float("nan"),
        status=rows[0]["status"],
        subgroup=subgroup_of(study, synthesis.subgroup),
        steps=arm.steps,
        missing=_silent(labels, rows),
    )


def _silent(labels: Mapping[str, str], rows: list[Row]) -> tuple[str, ...]:
    """Return a sentence for the arms in question of which no row tells, where others' rows enter."""
    told = {row["arm_id"] for row in rows}
    if "" in told:
        return ()
    return missing_arms({labels[name]: "not reported, which is not zero" for name in labels if name not in {"", *told}})


def _not_by_arm(about: list[Row]) -> str:
    """Return how a harm is reported that no row of the arms in question tells of."""
    if any(row["arm_id"] == "" and row["counting"] in ("patients", "stated-none") for row in about):
        return "counted for the arms together, not by arm"
    return "mentioned without a count" if about else "not reported, which is not zero"


def _counted_twice(rows: list[Row], *, paired: bool) -> list[str]:
    """Return why the rows of a trial cannot be added up: they would count the same people more than once."""
    if len(rows) < 2:
        return []
    if paired:
        return ["sides of the same people, counted side by side"]
    arms = [row["arm_id"] for row in rows]
    return ["one arm is counted more than once"] if len(set(arms)) < len(arms) else []


def _count(row: Mapping[str, Any], labels: Mapping[str, str], analysis: Analysis) -> tuple[ArmData | None, str]:
    """Return the people with the harm and the people at risk, or what stands in the way."""
    if row["counting"] in _COUNTING:
        return None, _COUNTING[row["counting"]]
    unsure = status_obstacle(row, analysis)
    if unsure:
        return None, unsure[0]
    if row["pooling"] == "sensitivity" and "sensitivity" not in analysis.pooling:
        return None, "for sensitivity analyses only"
    if row["pooling"] not in (*analysis.pooling, "sensitivity"):
        return None, "judged not fit for pooling"
    missing = [name for name in ("events", "n") if not present(row[name])]
    share = "events" in missing and (present(row["events_implied"]) or present(row["percent"]))
    if share and "percent-to-events" not in analysis.derivations:
        return None, "count only implied by a percentage"
    if "n" in missing or ("events" in missing and not share):
        return None, f"no {' and no '.join(missing)}"
    if row["n_status"] not in analysis.n_statuses:
        return None, f"n is {row['n_status'] or 'of unknown basis'}"
    events: float = row["events"]
    steps: tuple[Step, ...] = ()
    if share:
        implied = dict(row) | {"total_implied": row["n"]}
        events, _, steps, obstacles = count_from_percent(implied, n_statuses=analysis.n_statuses)
        if obstacles:
            return None, obstacles[0]
    arm = ArmData(
        arm_id=row["arm_id"],
        label=labels[row["arm_id"]],
        rows=(row["harm_id"],),
        n=float(row["n"]),
        events=float(events),
        steps=steps,
    )
    trouble = checked(arm)[1]
    return (None, trouble[0]) if trouble else (arm, "")
