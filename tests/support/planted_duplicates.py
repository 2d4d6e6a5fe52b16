"""A synthetic set of records in which every duplicate is planted, and known."""

from __future__ import annotations

import random
from typing import Any

__all__ = ["planted"]

_DRUGS = [
    "alfadine",
    "betrazol",
    "cendopril",
    "dorvamab",
    "elixatine",
    "fenotrim",
    "galvidol",
    "hexamab",
    "ilostine",
    "jorvatide",
]
_CARE = ["exercise", "splinting", "yoga", "heat", "taping", "massage", "walking", "cycling", "bracing", "counselling"]
_SITES = ["knee", "hip", "shoulder", "elbow", "wrist", "ankle", "neck", "hand", "foot", "jaw"]
_ILLS = ["osteoarthritis", "pain", "stiffness", "tendinopathy", "bursitis", "fracture", "sprain", "neuropathy"]
_PEOPLE = ["adults", "older women", "older men", "athletes", "nurses", "farmers", "veterans", "students", "miners"]
_WHERE = ["Norway", "Kenya", "Peru", "Laos", "Malta", "Chad", "Fiji", "Oman", "Togo", "Nepal", "Cuba", "Samoa"]
_KINDS = [
    "a randomised controlled trial",
    "a cohort study",
    "protocol of a randomised trial",
    "a case series",
    "a pilot study",
    "results after one year",
    "a crossover trial",
]
_NAMES = [
    "Abara",
    "Bello",
    "Costa",
    "Duarte",
    "Eriksen",
    "Farouk",
    "Gruber",
    "Haddad",
    "Ivanov",
    "Jansen",
    "Kimura",
    "Lopez",
    "Müller",
    "Nkosi",
    "Olsen",
]
_JOURNALS = ["J Joints", "Ann Pain", "Bone Rep", "Clin Move", "Eur J Limbs", "Int Rehab", "Acta Tendon", "Care Today"]


def _title(rng: random.Random) -> str:
    pick = rng.choice
    shapes = (
        f"{pick(_DRUGS).title()} added to {pick(_CARE)} for {pick(_SITES)} {pick(_ILLS)} in {pick(_PEOPLE)}: "
        f"{pick(_KINDS)}",
        f"{pick(_CARE).title()} compared with {pick(_DRUGS)} in {pick(_PEOPLE)} with {pick(_SITES)} {pick(_ILLS)} in "
        f"{pick(_WHERE)}",
        f"Effects of {pick(_CARE)} and {pick(_DRUGS)} β-blockade on {pick(_SITES)} {pick(_ILLS)}: {pick(_KINDS)} from "
        f"{pick(_WHERE)}",
        f"How {pick(_PEOPLE)} in {pick(_WHERE)} live with {pick(_SITES)} {pick(_ILLS)} treated by {pick(_DRUGS)}",
    )
    return pick(shapes)


def _record(rng: random.Random, pmid: int) -> dict[str, Any]:
    names = rng.sample(_NAMES, 3)
    page = rng.randrange(1, 900)
    return {
        "pmid": str(pmid),
        "doi": f"10.5555/syn.{pmid}",
        "title": _title(rng),
        "authors": "; ".join(f"{name} {rng.choice('ABCDEFG')}{rng.choice('HIJK')}" for name in names),
        "journal": rng.choice(_JOURNALS),
        "volume_pages": f"{rng.randrange(1, 60)}({rng.randrange(1, 12)}):{page}-{page + 8}",
        "year": rng.randrange(1995, 2026),
        "registrations": "",
        "publication_types": "Journal Article",
        "retraction_links": "",
        "other_links": "",
        "merged_into": "",
    }


def _spell_otherwise(rng: random.Random, title: str) -> str:
    words = title.split()
    at = rng.randrange(1, len(words))
    kind = rng.randrange(5)
    if kind == 0:
        return title.upper()
    if kind == 1:
        return title.replace("β", "<i>beta</i>").replace(" for ", " for <b>") + "</b>. © 2019 Example Press."
    if kind == 2 and len(words[at]) > 5:
        words[at] = words[at][:2] + words[at][3:]
        return " ".join(words)
    if kind == 3:
        return " ".join([*words[:at], words[at] + "-", *words[at + 1 :]]) + "."
    return f"[{title}]"


def planted(count: int, *, seed: int = 1) -> tuple[list[dict[str, Any]], dict[tuple[str, str], str]]:
    """Return records, and the planted pairs (PMIDs, the smaller first) with what each pair is.

    Of every hundred records about twelve have a partner: the same publication entered again (with or without DOI, in
    another spelling, or bare of all but title and year), an abstract of a meeting, a second report of a trial with its
    registration; and as many have a partner that is none: a notice, a comment, part II, the same words for other
    people, a short title that many use.
    """
    rng = random.Random(seed)
    rows = [_record(rng, 10_000_000 + number) for number in range(count)]
    truth: dict[tuple[str, str], str] = {}
    extra: list[dict[str, Any]] = []
    chosen = rng.sample(range(count), count * 24 // 100)
    for turn, position in enumerate(chosen):
        row = rows[position]
        pmid = 20_000_000 + turn
        twin = {**row, "pmid": str(pmid), "doi": ""}
        kind = turn % 12
        relation = "same-publication"
        if kind == 0:
            twin |= {"doi": row["doi"].upper(), "title": _spell_otherwise(rng, row["title"])}
        elif kind == 1:
            twin["title"] = _spell_otherwise(rng, row["title"])
        elif kind == 2:
            twin |= {"authors": "", "journal": "", "volume_pages": ""}
        elif kind == 3:
            twin |= {"year": row["year"] + 1, "title": _spell_otherwise(rng, row["title"])}
        elif kind == 4:
            relation = "same-trial"
            twin |= {
                "doi": f"10.5555/meet.{pmid}",
                "journal": "Proc Congress",
                "volume_pages": "S12",
                "year": row["year"] - 1,
                "publication_types": "Meeting Abstract",
            }
        elif kind == 5:
            relation = "same-trial"
            row["registrations"] = f"NCT{pmid}"
            twin |= {**_record(rng, pmid), "registrations": f"NCT{pmid}"}
        else:
            relation = ""
            _decoy(rng, kind, row, twin)
        extra.append(twin)
        if relation:
            truth[row["pmid"], str(pmid)] = relation
    return [*rows, *extra], truth


def _decoy(rng: random.Random, kind: int, row: dict[str, Any], twin: dict[str, Any]) -> None:
    """Turn a copy of a record into something that only looks like it."""
    pmid = twin["pmid"]
    twin |= {"doi": f"10.5555/other.{pmid}", "volume_pages": f"{rng.randrange(60, 90)}:{rng.randrange(1000)}"}
    if kind == 6:
        twin |= {
            "title": f"Retraction: {row['title']}",
            "publication_types": "Retraction of Publication",
            "retraction_links": f"RetractionOf {row['pmid']}",
        }
    elif kind == 7:
        twin |= {"publication_types": "Comment", "other_links": f"CommentOn {row['pmid']}"}
    elif kind == 8:
        twin["title"] = f"Correction to: {row['title']}"
    elif kind == 9:
        row["title"] += ": part I"
        twin["title"] = row["title"] + "I"
    elif kind == 10:
        twin |= {**_record(rng, int(pmid)), "year": row["year"]}
    else:
        twin |= {"title": "Knee pain", "authors": f"{rng.choice(_NAMES)}-{rng.choice(_NAMES)} Q", "year": row["year"]}
