"""The page beside a draft: the abstract in numbered sentences, hints, candidate numbers, columns, and what to do."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from ..tables.cells import allowed_values
from .kinds import KINDS
from .prefill import DRAFT_TABLES, ID_COLUMNS, source_id

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from ..tables import Table
    from .candidates import Candidate
    from .reading import Reading

__all__ = ["guide_text"]

Row = dict[str, str]

_STATUS = """\
What you type from the abstract on this page comes from a word-for-word copy of it: its `status` is `verified`. The full
text overrides the abstract; where the two differ, enter both rows with `status` = `conflict`, and say so in
`conflicts.csv` or by `conflicts_with`.

| status | when |
|---|---|
| `verified` | read in the primary report, or in this abstract |
| `implied` | worked out from a printed percentage: the count goes to `events_implied`, never to `events` |
| `secondary` | read only in a review, a news report or a summary |
| `conflict` | sources disagree, or the source contradicts itself |
| `assumed` | read off the design, such as equal arms of a split design |

`n_status` is read like `status`: half of a total is `implied` or `assumed`, never `verified`.

- Enter numbers as printed, with all their decimals (`121.90`), a plain point and a plain hyphen. What is not said stays
  empty. Convert nothing but times (`time_weeks`) and the level of an interval (`ci_level`: 0.95).
- A figure after ± or in brackets goes to `sd` or `se` only if the report calls it so; after a bare ± to `plus_minus`.
- `p_operator` and `p_value` are two cells: `<` and `0.001`. "NS" is `not-significant` with an empty `p_value`.
- Silence about harms is not zero: enter 0 only if the report says that there were none.
- `locator` says in your own words where the number stands ("sentence 7"). Copy no sentences: tables are published, and
  abstracts may be under copyright.
- `pooling` is your judgement, and `status` is not: a verified number may be unfit for pooling."""
_NAMED = ("components", "outcomes", "thresholds")
_AROUND = 4


def guide_text(
    reading: Reading,
    prefilled: Mapping[str, Sequence[Row]],
    declared: Mapping[str, Table],
    in_base: Mapping[str, Sequence[str]],
    vocabularies: Mapping[str, Collection[str]],
) -> str:
    """Return the guide as Markdown: what is needed beside the draft; the data dictionary has every column.

    Parameters
    ----------
    reading : Reading
        What was read of the record.
    prefilled : mapping of str to rows
        What the draft holds already.
    declared : mapping of str to Table
        The review's tables.
    in_base : mapping of str to sequence of str
        Table → the rows that the base has of the trial already.
    vocabularies : mapping of str to collection of str
        The protocol's ids.
    """
    parts = [
        _head(reading),
        _filled(prefilled, in_base, reading),
        _abstract(reading),
        _hints(reading),
        _candidates(reading),
        "## What to write where\n\n" + _STATUS,
        _next(reading, in_base),
        _columns(declared, vocabularies),
    ]
    return "\n\n".join(part for part in parts if part) + "\n"


def _head(reading: Reading) -> str:
    record = reading.record
    cited = ". ".join(
        part for part in (record["journal"], record["year"], record["volume_pages"]) if part
    )  # as the table has it
    lines = [f"# PMID {reading.pmid}: {_plain(record['title'])}", f"{_plain(record['authors'])}. {_plain(cited)}"]
    if record["registrations"]:
        lines.append(f"Registered as {record['registrations'].replace(';', ', ')}.")
    if record["publication_types"]:
        lines.append(f"Publication types: {record['publication_types'].replace(';', ', ')}.")
    lines += [f"**{_plain(caution)}**" for caution in reading.cautions]
    return "\n\n".join(lines)


def _filled(prefilled: Mapping[str, Sequence[Row]], in_base: Mapping[str, Sequence[str]], reading: Reading) -> str:
    lines = ["## What is filled in already", ""]
    if reading.linked:
        why = "; ".join(reading.linked.reasons)
        lines.append(f"The record belongs to the trial `{reading.study_id}`, which is in the base: {_plain(why)}.")
        held = [f"{table}: {', '.join(rows)}" for table, rows in in_base.items() if rows]
        lines += [f"- in the base: {line}" for line in held]
        lines.append(
            "Enter only what is new. A row with the name of one in the base takes its place only with --replace."
        )
    else:
        lines.append(f"A new trial, for now called `{reading.study_id}`. Rename it in every table if you like.")
    lines += [
        "",
        "It comes from the PubMed record. A hint was read from its words by rules, and rules err.",
    ]
    for table in DRAFT_TABLES:
        for row in prefilled.get(table, ()):
            filled = ", ".join(f"{name} = {_plain(value)}" for name, value in row.items() if value)
            lines.append(f"- `{table}.csv`: {filled}")
    if not reading.linked and reading.plain:
        hints = ", ".join(f"`{name}` = {value}" for name, value in reading.plain.items())
        lines.append(f"- of these, hints: {hints}; look at the words below, and change what is wrong")
    return "\n".join(lines)


def _abstract(reading: Reading) -> str:
    if not reading.sentences:
        why = (
            "The record has no abstract."
            if reading.has_raw
            else "The raw answer is not in data/raw, so the abstract cannot be shown. `evidence refresh --full` "
            "fetches it; then discard this draft and open the record again, or go on with the full text."
        )
        return f"## The abstract\n\n{why}"
    lines = [f"## The abstract in {len(reading.sentences)} sentences", ""]
    lines += [f"[{sentence.number}] {_plain(sentence.text)}\n" for sentence in reading.sentences]
    return "\n".join(lines).rstrip()


def _hints(reading: Reading) -> str:
    lines = ["## Hints on the design", ""]
    if not reading.hints:
        lines.append("None found.")
    for hint in reading.hints:
        value = f" = {hint.value}" if hint.value else ""
        entered = (
            " (entered)" if not reading.linked and reading.plain.get(hint.column) == hint.value and hint.plain else ""
        )
        lines.append(f"- hint: `{hint.column}`{value}: “{_plain(hint.text)}” {_where(hint.sentence)}{entered}")
    lines += ["", "## What the protocol knows of the text", ""]
    for name, mentions in (("component", reading.components), ("outcome", reading.outcomes)):
        for mention in mentions:
            places = ", ".join(_place(number) for number in mention.sentences)
            perhaps = "" if mention.whole else "perhaps "
            lines.append(f"- {perhaps}{name} `{mention.id}` ({_plain(mention.label)}): {places}")
    if not (reading.components or reading.outcomes):
        lines.append("No component or outcome of the protocol is named.")
    return "\n".join(lines)


def _where(number: int) -> str:
    return "(PubMed's publication type)" if number < 0 else f"({_place(number)})"


def _place(number: int) -> str:
    return "title" if number == 0 else f"sentence {number}"


def _candidates(reading: Reading) -> str:
    shown = [found for found in reading.candidates if found.kind != "other"]
    others = [found for found in reading.candidates if found.kind == "other"]
    if not reading.candidates:
        return ""
    lines = [
        f"## {len(shown)} candidate numbers",
        "",
        "Found by rules; none is entered. `candidates.csv` has them with their places in `abstract.txt`.",
        "",
        "| sentence | printed | may be | read as | words around |",
        "|---:|---|---|---|---|",
    ]
    for found in shown:
        note = f"; **{_plain(found.note)}**" if found.note else ""
        around = f"{' '.join(found.before.split()[-_AROUND:])} … {' '.join(found.after.split()[:_AROUND])}".strip()
        cells = (str(found.sentence), _plain(found.text), found.kind + note, _plain(_parts(found)), _plain(around))
        lines.append("| " + " | ".join(cells) + " |")
    kinds = [kind for kind in KINDS.values() if kind.name in {found.kind for found in shown}]
    if kinds:
        lines += ["", "| may be | that is | columns that it might fill |", "|---|---|---|"]
    for kind in kinds:
        fills = dict.fromkeys(column for found in shown if found.kind == kind.name for column in found.fills)
        lines.append(f"| {kind.name} | {kind.meaning} | {', '.join(f'`{column}`' for column in fills)} |")
    if others:
        listed = "; ".join(f"{_plain(found.text)} ({found.note}, sentence {found.sentence})" for found in others)
        lines += ["", f"Other digits: {listed}."]
    return "\n".join(lines)


def _parts(found: Candidate) -> str:
    """Return the parts of a candidate; nothing where they say no more than what is printed."""
    if [value for _, value in found.values] == [found.text]:
        return ""
    return ", ".join(f"{name.replace('_', ' ')} {value}" for name, value in found.values)


def _next(reading: Reading, in_base: Mapping[str, Sequence[str]]) -> str:
    pmid = reading.pmid
    free = {table: _free(reading.study_id, letter, in_base.get(table, ())) for table, letter in ID_COLUMNS.items()}
    names = "; ".join(f"`{table}`: {name} …" for table, name in free.items())
    extract = f"evidence extract {pmid}"
    steps = (
        "Read the full text if you can. Fill the CSV files in any editor or spreadsheet; their first line stays.",
        "Begin with `studies.csv` (eligibility and its reason, design) and `arms.csv` (A1, A2 …; components).",
        f"Names of rows never change later. Free ones: {names}.",
        f"For what you read in this abstract, `source` is PMID:{pmid} and `seen_at` is {source_id(pmid)}. Any other "
        "page that you read, such as the full text, gets a row in `sources.csv` first.",
        f"`{extract} --check` says what is wrong, as often as you like. Nothing is written.",
        f'`{extract} --save --by "{reading.extractor}"` brings the rows into the tables, all of them or none.',
        f"Somebody else compares them with the source: `{extract} --verify --by NAME`.",
        "`evidence build` computes what follows from it.",
    )
    numbered = (f"{number}. {step}" for number, step in enumerate(steps, start=1))
    return "\n".join(["## What to do next", "", *numbered])


def _free(study: str, letter: str, taken: Sequence[str]) -> str:
    """Return the first free name of a row of a trial."""
    number = 1
    while f"{study}-{letter}{number}" in taken:
        number += 1
    return f"{study}-{letter}{number}"


def _columns(declared: Mapping[str, Table], vocabularies: Mapping[str, Collection[str]]) -> str:
    """Return what must be filled, and what such cells may hold."""
    lines = [
        "## What must be filled",
        "",
        "Other cells may stay empty, unless a rule ties them to one that is filled (a reason to every exclusion, a",
        "sign to every p-value): `--check` says so. `docs/data-dictionary.md` tells what each column means.",
        "",
        "| file | one row per | never empty |",
        "|---|---|---|",
    ]
    values: dict[str, list[str]] = {}
    for name in DRAFT_TABLES:
        needed = [column for column in declared[name].columns if column.required]
        lines.append(f"| `{name}.csv` | {declared[name].row} | {', '.join(f'`{column.name}`' for column in needed)} |")
        for column in needed:
            if column.allowed:
                values.setdefault(f"`{column.name}`: {_plain(allowed_values(column))}", []).append(name)
    several = [line.partition(":")[0] for line in values]
    lines += ["", "What they may hold:", ""]
    for line, tables in values.items():
        where = f" ({', '.join(tables)})" if several.count(line.partition(":")[0]) > 1 else ""
        named, _, allowed = line.partition(":")
        lines.append(f"- {named}{where}:{allowed}")
    lines += ["", "The protocol's names:", ""]
    lines += [f"- {name}: {', '.join(sorted(vocabularies[name]))}" for name in _NAMED if vocabularies.get(name)]
    return "\n".join(lines)


def _plain(text: str) -> str:
    """Return words so that Markdown shows them as they are."""
    return re.sub(r"([\\*_\[\]<>|])", r"\\\1", text.replace("\n", " "))
