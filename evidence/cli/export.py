"""``evidence export``: data, records for other tools, the PRISMA flow, and the report of the search."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from .deliver import deliver_json
from .export_data import add_data_exports
from .legible import LegibleGroup
from .shared import JsonOption, ProjectOption, counted, error_console, open_base, refuse_together
from .values import one_of

if TYPE_CHECKING:
    from ..project import Project

__all__ = ["register"]

_OutOption = Annotated[
    Path | None, typer.Option("--out", "-o", help="The file; by default standard output.", show_default=False)
]


def register(app: typer.Typer) -> None:
    """Add the group of commands to `app`."""
    group = typer.Typer(
        help="The base for other programs: metafor, RevMan, robvis, Excel, an archive; records for screening tools; "
        "the PRISMA 2020 flow and PRISMA-S.",
        epilog="Examples: evidence export escalc addon-any-response -a secondary -o effects.csv · "
        "evidence export package --out base.zip · evidence export prisma --show",
        no_args_is_help=True,
        cls=LegibleGroup,
        context_settings={"help_option_names": ["-h", "--help"]},
    )
    group.command(
        "screening",
        epilog="Example: evidence export screening --for asreview --only waiting -o asreview.csv",
    )(_screening)
    group.command("prisma", epilog="Examples: evidence export prisma --show · evidence export prisma --out PRISMA.csv")(
        _prisma
    )
    group.command("prisma-s", epilog="Example: evidence export prisma-s --format md --out search.md")(_prisma_s)
    add_data_exports(group)
    app.add_typer(group, name="export")


def _screening(
    tool: Annotated[
        str,
        typer.Option(
            "--for",
            help="asreview, rayyan, covidence or zotero.",
            autocompletion=one_of("asreview", "rayyan", "covidence", "zotero"),
        ),
    ],
    out: Annotated[Path, typer.Option("--out", "-o", help="The file to write; it is yours, and holds abstracts.")],
    form: Annotated[
        str | None,
        typer.Option("--format", help="csv or ris; by default what the tool reads best.", show_default=False),
    ] = None,
    stage: Annotated[
        str,
        typer.Option(
            "--stage", help="title-abstract or full-text.", autocompletion=one_of("title-abstract", "full-text")
        ),
    ] = "title-abstract",
    only: Annotated[
        str,
        typer.Option("--only", help="waiting, included or all.", autocompletion=one_of("waiting", "included", "all")),
    ] = "all",
    blind: Annotated[
        bool, typer.Option("--blind", help="Leave out every decision, so that nobody sees others'.")
    ] = False,
    project: ProjectOption = None,
) -> None:
    """Write the records to be screened for another tool, with the decisions so far.

    Abstracts come from the archive of raw answers. `evidence screen --decisions FILE` brings the file back.
    """
    from ..errors import InputError
    from ..project import find_project
    from ..screen.exchange import export_screening, screening_citations
    from ..screen.ledger import load_decisions
    from ..tables.io import write_bytes

    found = find_project(project)
    if found.processed.resolve() in (out.resolve(), *out.resolve().parents):
        raise InputError(f"--out {out} is among the curated tables, which hold no abstracts; name another folder")
    texts, note = _texts(found)
    citations = screening_citations(
        _tables(found),
        load_decisions(found),
        texts=texts,
        reviewers=_protocol(found).search.reviewers,
        stage=stage,
        only=only,
        blind=blind,
    )
    content = export_screening(citations, tool=tool, form=form)
    write_bytes(out, content)
    bare = sum(not citation.abstract for citation in citations)
    said = error_console()
    said.print(f"{counted(len(citations), 'record')} written to {out}", markup=False, soft_wrap=True)
    if not citations:
        said.print("No record is at this stage, or none is as --only asks; `evidence refresh` finds records.")
    elif note:
        said.print(note, markup=False)
    elif bare:
        said.print(f"{bare} of them without an abstract: the record has none, or it was never fetched.")


def _prisma(
    out: _OutOption = None,
    show: Annotated[bool, typer.Option("--show", help="Draw the flow in the terminal.")] = False,
    previous: Annotated[
        Path | None,
        typer.Option(
            "--previous",
            help="A folder with an earlier version of the project: what it had settled counts as earlier.",
            show_default=False,
        ),
    ] = None,
    project: ProjectOption = None,
    as_json: JsonOption = False,
) -> None:
    """Count the PRISMA 2020 flow from the ledgers, and write it as the CSV that the PRISMA2020 app reads.

    Each box is checked to be the sum that it must be. What is still open is said.
    """
    from ..screen.prisma import app_csv, flow_counts

    base = open_base(project)
    earlier = open_base(previous).tables if previous is not None else None
    flow = flow_counts(base.tables, base.protocol, previous=earlier)
    if as_json:
        refuse_together({"--json": as_json, "--show": show})
        deliver_json(flow.to_dict(), out)
        return
    if show:
        typer.echo("\n".join(flow.lines()))
        if out is None:
            return
    _write(app_csv(flow), out)
    said = error_console()
    if not show:
        for words, number in flow.open.items():
            said.print(f"open: {number} {words}", markup=False)
        for note in flow.notes:
            said.print(note, markup=False)


def _prisma_s(
    form: Annotated[
        str | None,
        typer.Option(
            "--format",
            help="md (the default), csv or json.",
            show_default=False,
            autocompletion=one_of("md", "csv", "json"),
        ),
    ] = None,
    out: _OutOption = None,
    project: ProjectOption = None,
    as_json: JsonOption = False,
) -> None:
    """Report the search by the sixteen items of PRISMA-S; what is not known says so, and what would fill it."""
    from ..errors import OptionError
    from ..screen.prisma import items_csv, items_markdown, items_plain, search_report

    refuse_together({"--json": as_json, f"--format {form}": form is not None})
    form = form or "md"
    if form not in ("md", "csv", "json"):
        raise OptionError("--format", form, ("md", "csv", "json"))
    base = open_base(project)
    items = search_report(base.tables, base.protocol)
    if as_json or form == "json":
        import json

        text = json.dumps(items_plain(items), ensure_ascii=False, indent=2) + "\n"
        _write(text.encode(), out)
        return
    _write(
        items_csv(items) if form == "csv" else items_markdown(items, title=base.protocol.review.title).encode(),
        out,
    )


def _tables(project: Project) -> Any:
    from ..tables import load_tables

    return load_tables(project.processed, vocabularies=_protocol(project).vocabularies)


def _protocol(project: Project) -> Any:
    from ..protocol import load_protocol

    return load_protocol(project.protocol)


def _texts(project: Project) -> tuple[dict[str, Any], str]:
    """Return the records that are archived, and what to say if none is."""
    from ..fetch.archive import Archive

    archive = Archive(project.raw)
    texts = {record.pmid: record for record in archive.records()} if archive.manifest.is_file() else {}
    missing = "No raw answers are archived here: the file has no abstracts; see `evidence refresh --full`."
    return texts, "" if texts else missing


def _write(content: bytes, out: Path | None) -> None:
    from ..tables.io import write_bytes

    if out is None:
        sys.stdout.write(content.decode())
        return
    write_bytes(out, content)
    error_console().print(f"written to {out}", markup=False, soft_wrap=True)
