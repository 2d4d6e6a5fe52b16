"""``evidence practice``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from .shared import JsonOption, console, error_console, print_json
from .values import fault_names

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from ..practice import Fault, Seen, Server, Store

__all__ = ["register"]

_PORT = 8042
_Week = Annotated[int, typer.Option("--week", help="Which week of the story it is, from 1 to 4.")]
_Records = Annotated[int, typer.Option("--records", help="How many records there are in the first week.")]
_Seed = Annotated[
    int, typer.Option("--seed", help="Another number invents other records beside those of the question.")
]
_Port = Annotated[int, typer.Option("--port", help="Where it listens on this machine; 0 is any that is free.")]
_Faults = Annotated[
    list[str] | None,
    typer.Option(
        "--fault",
        metavar="NAME",
        help="Go wrong in this way at the first request that can meet it; NAME:3 at three in a row, NAME:all at all. "
        "May be given more than once.",
        show_default=False,
        autocompletion=fault_names,
    ),
]
_Listed = Annotated[bool, typer.Option("--faults", help="List what can go wrong, and stop.")]
_Project = Annotated[
    Path | None,
    typer.Option(
        "--project",
        "-C",
        metavar="DIR",
        help="Write a small review there whose query finds the records, unless it is there already.",
        show_default=False,
    ),
]


def register(app: typer.Typer) -> None:
    """Add the command to `app`."""

    @app.command(
        epilog="Examples: evidence practice --project elbows · evidence practice --week 3 · "
        "evidence practice --fault truncated · evidence practice --faults"
    )
    def practice(
        week: _Week = 1,
        records: _Records = 60,
        seed: _Seed = 1,
        port: _Port = _PORT,
        fault: _Faults = None,
        faults: _Listed = False,
        project: _Project = None,
        as_json: JsonOption = False,
    ) -> None:
        """Answer searches in PubMed's place, with invented records, to learn what a refresh does.

        It runs until Ctrl-C, and listens on this machine alone. In another terminal, set the variable that it prints
        and run `evidence refresh`. Stop it, start it with the next --week, and refresh again.
        """
        from ..practice import FAULTS, Server, story

        if faults:
            _print_faults(as_json=as_json)
            return
        script = [_fault(text, FAULTS) for text in fault or ()]
        store = story(week, records=records, seed=seed)
        made = _review(project)
        with Server(store, script, port=port, watch=_tell) as server:
            if as_json:
                print_json(_described(server, store, week))
            else:
                _print(server, store, week, script, project, made=made)
            _wait()
        error_console().print("Stopped.", style="yellow")


def _fault(text: str, names: Iterable[str]) -> Fault:
    """Return the fault that an option names."""
    from ..errors import InputError, OptionError
    from ..practice import Fault

    name, _, often = text.partition(":")
    if name not in names:
        raise OptionError("--fault", name, sorted(names))
    if often not in ("", "all") and not (often.isascii() and often.isdecimal() and int(often)):
        raise InputError(f"--fault {text}: after the colon stands how often, a number from 1 or 'all'")
    return Fault(name, times=None if often == "all" else int(often or 1))


def _meaning(text: str) -> str:
    """Return what a fault is without the options that it takes from Python alone."""
    import re

    return re.sub(r"[ ,]*\(options? .*?\)$|, the last or (that of the option )?`pmid`", "", text)


def _review(folder: Path | None) -> bool:
    """Write the review of the practice unless it is there; return whether it was written."""
    from ..errors import ProjectError
    from ..project import Project
    from ..protocol import load_protocol
    from ..starter import practice_review

    if folder is None:
        return False
    there = Project(root=folder)
    if not there.exists:
        practice_review(folder)
        return True
    if load_protocol(there.protocol).review.id != "restless-elbows":
        raise ProjectError(f"{folder} is another review; --project names a folder for the invented one")
    return False


def _wait() -> None:
    """Wait for Ctrl-C."""
    import threading

    try:
        threading.Event().wait()
    except KeyboardInterrupt:
        return


def _tell(seen: Seen) -> None:
    """Say what was asked, and how it was answered."""
    error_console().print(seen.described, markup=False, soft_wrap=True)


def _described(server: Server, store: Store, week: int) -> dict[str, object]:
    from ..practice import WEEKS

    happened = [text for told in WEEKS[:week] for text in told.happened]
    return {"url": server.url, "week": week, "day": str(store.day), "records": len(store), "happened": happened}


def _print(
    server: Server, store: Store, week: int, script: Sequence[Fault], project: Path | None, *, made: bool
) -> None:
    import shlex

    from rich.padding import Padding
    from rich.text import Text

    from ..practice import FAULTS, WEEKS

    out = console()
    out.print(Text("A PubMed of invented records: nothing in it is true.", style="bold"))
    out.print(f"Week {week} of {len(WEEKS)}, {store.day}: {len(store)} records")
    for text in WEEKS[week - 1].happened:
        out.print(Padding(Text(text), (0, 0, 0, 2)))
    for fault in script:
        often = "all requests" if fault.times is None else "once" if fault.times == 1 else f"{fault.times} times"
        out.print(Text(f"Goes wrong ({often}): {fault.name}, {_meaning(FAULTS[fault.name])}"))
    if project is not None:
        out.print(Text(f"{project}: {'a review whose query finds them was written' if made else 'is there already'}"))
    out.print("In another terminal:")
    named = f" --project {shlex.quote(str(project))}" if project is not None else ""
    for line in (f"export EVIDENCE_EUTILS_URL={server.url}", f"evidence refresh{named}"):
        out.print(Text(f"    {line}"), soft_wrap=True)
    later = f"; then start it again with --week {week + 1}" if week < len(WEEKS) else ""
    out.print(Text(f"Ctrl-C stops it{later}."))
    out.file.flush()


def _print_faults(*, as_json: bool) -> None:
    from rich.table import Table

    from ..practice import FAULTS

    if as_json:
        print_json(dict(FAULTS))
        return
    table = Table("fault", "what a refresh meets", box=None, pad_edge=False)
    for name, meaning in FAULTS.items():
        table.add_row(name, _meaning(meaning))
    console().print(table)
