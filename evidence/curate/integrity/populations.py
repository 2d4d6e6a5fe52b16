"""The same people under two names: reports of one paper, trials that look alike, numbers that stand in two trials."""

from __future__ import annotations

import re
from collections import defaultdict
from itertools import combinations
from typing import TYPE_CHECKING

from .finding import Check, Finding
from .ordering import ordered_by_study, ordered_rows
from .ranges import decimals_among, show

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from .evidence_tables import EvidenceTables, Row
    from .finding import CheckGroup

__all__ = ["CHECKS", "shared_features"]

_PUBLISHED = ("primary", "secondary", "duplicate", "conference-abstract", "preprint")
_TITLE_WORDS = 6
_WORD = re.compile(r"[^\W_]{4,}")
_DIGITS = 3


def shared_features(first: Row, second: Row, arms1: Sequence[Row], arms2: Sequence[Row]) -> list[str]:
    """Return what two trials have in common beyond the question: people, place, time, schedule.

    An empty cell, `not-stated` or `both` is nothing in common. Arms count where two or more of them have the same
    components, schedules where an arm has the same number of sessions at the same interval.
    """
    found = []
    for name in ("n_randomised", "sex", "followup_weeks", "severity", "age"):
        value = first[name]
        if value not in (None, "", "not-stated", "both") and value == second[name]:
            found.append(f"{name.replace('_', ' ')} {value:g}" if isinstance(value, int | float) else f"{name} {value}")
    country = _first_word(first["country"])
    if country and country == _first_word(second["country"]):
        found.append(f"country {country}")
    setting = set(_WORD.findall((first["setting"] or "").lower())) & set(
        _WORD.findall((second["setting"] or "").lower())
    )
    if len(setting) >= 2:
        found.append(f"setting {' '.join(sorted(setting))}")
    contents = [{arm["components"] for arm in arms if arm["components"]} for arms in (arms1, arms2)]
    if len(contents[0] & contents[1]) >= 2:
        found.append(f"{len(contents[0] & contents[1])} arms of the same components")
    schedules = [
        {(arm["sessions"], arm["interval_weeks"]) for arm in arms if arm["sessions"] and arm["interval_weeks"]}
        for arms in (arms1, arms2)
    ]
    if schedules[0] & schedules[1]:
        sessions, interval = min(schedules[0] & schedules[1])
        found.append(f"{sessions} sessions every {interval:g} weeks")
    return found


def _first_word(text: str | None) -> str:
    return re.split(r"[\s(,;]", (text or "").strip(), maxsplit=1)[0]


def _overlap(tables: EvidenceTables) -> Iterator[Finding]:
    """Yield two trials of as many people, in one country, that share their arms and two features more."""
    arms = ordered_by_study(tables, "arms")
    people: dict[tuple[object, ...], list[Row]] = defaultdict(list)
    for row in ordered_rows(tables, "studies"):
        if row["n_randomised"] and _first_word(row["country"]):
            people[row["n_randomised"], _first_word(row["country"]), row["condition"]].append(row)
    for rows in people.values():
        for first, second in combinations(rows, 2):
            arms1, arms2 = (arms.get(row["study_id"], []) for row in (first, second))
            shared = shared_features(first, second, arms1, arms2)
            same_arms = any("arms of the same components" in feature for feature in shared)
            if same_arms and len(shared) >= 5:
                yield Finding(
                    check="overlap",
                    severity="unusual",
                    study=first["study_id"],
                    rows=(tables.key("studies", first), tables.key("studies", second)),
                    value=f"{first['label']} and {second['label']}",
                    recomputed=f"{len(shared)} features in common",
                    arithmetic="; ".join(shared),
                    text=f"{first['label']} and {second['label']} share {', '.join(shared)}: they may report the "
                    "same people; a "
                    f"suspicion, not a proof.",
                )


def _one_paper(tables: EvidenceTables) -> Iterator[Finding]:
    """Yield reports that share an identifier or a long title, under two years or for two trials."""
    groups: dict[tuple[str, str], list[Row]] = defaultdict(list)
    for row in ordered_rows(tables, "reports"):
        if row["role"] not in _PUBLISHED:
            continue
        for name in ("doi", "pmid"):
            if row[name]:
                groups[name, row[name].lower()].append(row)
        title = " ".join(_WORD.findall((row["title"] or "").lower()))
        if title.count(" ") >= _TITLE_WORDS - 1:
            groups["title", title].append(row)
    told: set[tuple[str, ...]] = set()
    for (name, _), rows in sorted(groups.items()):
        keys = tuple(sorted(tables.key("reports", row) for row in rows))
        years = sorted({row["year"] for row in rows if row["year"]})
        studies = sorted({row["study_id"] for row in rows})
        if len(rows) < 2 or (len(years) < 2 and len(studies) < 2) or keys in told:
            continue
        told.add(keys)
        shown = rows[0][name] if name != "title" else "one title"
        under = f"the years {' and '.join(map(str, years))}" if len(years) > 1 else f"{' and '.join(studies)}"
        yield Finding(
            check="one-paper",
            severity="note" if len(studies) == 1 else "unusual",
            study=studies[0],
            rows=keys,
            value=f"{len(rows)} reports, {shown}",
            recomputed="one report",
            arithmetic=f"same {name}: {', '.join(str(row['report_id']) for row in rows)}",
            text=f"One paper stands under {under}: count its people once.",
        )


def _numbers(tables: EvidenceTables) -> Iterator[Finding]:
    """Yield two trials that print the same mean and the same spread, twice or more, to three digits."""
    places: dict[tuple[object, ...], list[Row]] = defaultdict(list)
    for row in ordered_rows(tables, "outcomes"):
        spread = row["sd"] if row["sd"] is not None else row["plus_minus"]
        if row["mean"] is None or spread is None or min(_digits(row["mean"]), _digits(spread)) < _DIGITS:
            continue
        places[row["unit"], row["mean"], spread].append(row)
    shared: dict[tuple[str, str], list[tuple[Row, Row]]] = defaultdict(list)
    for rows in places.values():
        for first, second in combinations(sorted(rows, key=lambda row: str(row["study_id"])), 2):
            if first["study_id"] != second["study_id"]:
                shared[first["study_id"], second["study_id"]].append((first, second))
    for (one, other), pairs in shared.items():
        if len(pairs) >= 2:
            listed = ", ".join(show(first["mean"], 6) for first, _ in pairs)
            yield Finding(
                check="numbers-shared",
                severity="unusual",
                study=one,
                rows=tuple(sorted({tables.key("outcomes", row) for pair in pairs for row in pair})),
                value=f"means {listed} in {one} and {other}",
                recomputed="different people, different numbers",
                arithmetic=f"{len(pairs)} means agree with their spreads to the last digit",
                text=f"{one} and {other} print {len(pairs)} means with the same spreads: they may report the same "
                "people.",
            )


def _digits(value: float) -> int:
    return len(f"{abs(value):.{decimals_among([value])}f}".replace(".", "").lstrip("0"))


_GROUP: CheckGroup = "between-sources"

CHECKS: tuple[Check, ...] = (
    Check(
        id="numbers-shared",
        group=_GROUP,
        title="Do two trials print the same means with the same spreads?",
        method="Two or more pairs of mean and spread that agree in unit and to the last digit, three digits at least.",
        source="",
        needs=("outcomes.mean", "outcomes.sd"),
        run=_numbers,
    ),
    Check(
        id="one-paper",
        group=_GROUP,
        title="Does one paper stand under two years, or for two trials?",
        method=f"Reports with the same DOI, PubMed identifier, or title of {_TITLE_WORDS} words or more.",
        source="",
        needs=("reports.doi", "reports.title"),
        run=_one_paper,
    ),
    Check(
        id="overlap",
        group=_GROUP,
        title="May two trials report the same people?",
        method="As many people, one country, one condition, two or more arms of the same components; and five "
        "features in "
        "common in all, among people, sex, age, severity, follow-up, setting, country, arms and schedule.",
        source="Tramèr MR et al. (1997). doi:10.1136/bmj.315.7109.635",
        needs=("studies.n_randomised", "studies.country", "arms.components"),
        run=_overlap,
    ),
)
