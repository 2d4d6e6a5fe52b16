"""``evidence duplicates``: what looks like one publication or one trial, and what a curator decides on it."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Annotated, Any

import typer

from .legible import LegibleGroup
from .shared import JsonOption, ProjectOption, console, counted, error_console, print_json
from .values import one_of, record_ids

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ..project import Project
    from ..screen.duplicates import Pair

__all__ = ["register"]

_STYLES = {"strong": "bold", "likely": "", "possible": "dim"}


def register(app: typer.Typer) -> None:
    """Add the group of commands to `app`."""
    group = typer.Typer(
        help="Records and reports that look like one publication, or like one trial; nothing is merged by itself.",
        epilog="Examples: evidence duplicates · evidence duplicates --all · "
        'evidence duplicates decide 12345678 23456789 --as different --by "AB"',
        invoke_without_command=True,
        cls=LegibleGroup,
        context_settings={"help_option_names": ["-h", "--help"]},
    )
    group.callback()(_list)
    group.command(
        "decide",
        epilog='Example: evidence duplicates decide 12345678 23456789 --as different --by "AB"',
    )(_decide)
    app.add_typer(group, name="duplicates")


def _list(
    context: typer.Context,
    everything: Annotated[bool, typer.Option("--all", help="Decided pairs as well.")] = False,
    strength: Annotated[
        str | None,
        typer.Option(
            "--strength",
            help="Only strong, likely or possible.",
            show_default=False,
            autocompletion=one_of("strong", "likely", "possible"),
        ),
    ] = None,
    project: ProjectOption = None,
    as_json: JsonOption = False,
) -> None:
    """List pairs that look alike and that nobody has decided on; the strongest first, in groups that hang together."""
    from ..errors import OptionError
    from ..project import find_project
    from ..screen.duplicates import STRENGTHS, groups_of

    if context.invoked_subcommand is not None:
        return
    if strength is not None and strength not in STRENGTHS:
        raise OptionError("--strength", strength, STRENGTHS)
    found = find_project(project)
    pairs = [pair for pair in _pairs(found) if strength in (None, pair.strength)]
    shown = [pair for pair in pairs if everything or not pair.decided]
    groups = groups_of(shown)
    if as_json:
        print_json([{"group": number, **pair.to_dict()} for number, group in enumerate(groups, 1) for pair in group])
        return
    decided = sum(bool(pair.decided) for pair in pairs)
    for number, group in enumerate(groups, start=1):
        _print_group(number, group)
    out = error_console()
    if not shown:
        out.print("No pair waits for a decision." if decided or pairs else "No records or reports look alike.")
    else:
        waiting = len([pair for pair in shown if not pair.decided])
        out.print(
            f"{counted(waiting, 'pair')} in {counted(len(groups), 'group')} to decide on"
            f"{f', {decided} decided' if decided else ''}: evidence duplicates decide PMID OTHER --as … --by NAME"
        )


def _tables(project: Project) -> Any:
    from ..protocol import load_protocol
    from ..tables import load_tables

    return load_tables(project.processed, vocabularies=load_protocol(project.protocol).vocabularies)


def _pairs(project: Project) -> tuple[Pair, ...]:
    from ..screen.duplicates import find_duplicates

    return find_duplicates(_tables(project))


def _print_group(number: int, group: Sequence[Pair]) -> None:
    from rich.padding import Padding
    from rich.text import Text

    out = console()
    names = sorted({name for pair in group for name in pair.names})
    out.print(Text(f"Group {number}: {', '.join(names)}", style="bold underline"))
    for pair in group:
        head = Text(f"{pair.pmid}  {pair.other}   ", style=_STYLES[pair.strength])
        head.append(f"{pair.suggests.replace('-', ' ')}? {pair.strength}")
        if pair.decided:
            head.append(f"   decided: {pair.decided} by {pair.decided_by}", style="green")
        out.print(Padding(head, (0, 0, 0, 2)))
        first, second = pair.titles
        for title in dict.fromkeys((first or "(no title)", second or "(no title)")):
            out.print(Padding(Text(f"“{title}”", style="dim"), (0, 0, 0, 4)))
        out.print(Padding(Text("; ".join(pair.because)), (0, 0, 0, 4)))
        if pair.notes:
            out.print(Padding(Text(f"note: {pair.notes}"), (0, 0, 0, 4)))
    out.print()


def _decide(
    pmid: Annotated[str, typer.Argument(help="A record.", metavar="PMID", autocompletion=record_ids)],
    other: Annotated[
        str,
        typer.Argument(help="Another record's PMID, or a report's id.", metavar="OTHER", autocompletion=record_ids),
    ],
    relation: Annotated[
        str,
        typer.Option(
            "--as",
            help="same-publication, same-trial or different.",
            autocompletion=one_of("same-publication", "same-trial", "different"),
        ),
    ],
    by: Annotated[str, typer.Option("--by", help="Who decides.")],
    note: Annotated[str, typer.Option("--note", help="Why, in one line.")] = "",
    project: ProjectOption = None,
    as_json: JsonOption = False,
) -> None:
    """Record what two entries are to each other, in duplicates.csv.

    Nothing is merged or deleted. Records that are the same publication are screened once; a later decision on the same
    pair holds over an earlier one.
    """
    from ..project import find_project
    from ..protocol import load_protocol
    from ..screen.duplicates import decide_pair, find_duplicates
    from ..screen.duplicates.decisions import pair_key

    found = find_project(project)
    tables = _tables(found)
    names = {pair_key(*pair.names): pair for pair in find_duplicates(tables)}
    bare = pmid.strip().removeprefix("PMID:").strip()
    known = set(tables["reports"]["report_id"])
    named = other if other in known or other.startswith("PMID:") else f"PMID:{other}"
    pair = names.get(pair_key(f"PMID:{bare}", named))
    row = decide_pair(
        found,
        pmid,
        other,
        relation,
        by=by,
        at=dt.datetime.now(dt.UTC),
        note=note,
        found_by=pair.found_by if pair is not None else (),
        vocabularies=load_protocol(found.protocol).vocabularies,
    )
    if as_json:
        print_json(row)
        return
    console().print(f"PMID:{row['pmid']} and {row['other']}: {relation}, by {row['decided_by']}", markup=False)
    if pair is None:
        error_console().print("Nothing but your word makes these two look alike.")
