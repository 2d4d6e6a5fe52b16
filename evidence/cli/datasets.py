"""``evidence datasets``."""

from __future__ import annotations

from dataclasses import asdict, fields
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from .shared import JsonOption, console, error_console, print_json, refuse_together
from .values import dataset_names

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["register"]

_FIRST_ROWS = 5
_Out = Annotated[Path | None, typer.Option("--out", "-o", help="Write the table to this CSV file.", show_default=False)]


def register(app: typer.Typer) -> None:
    """Add the command to `app`."""

    @app.command(
        epilog="Examples: evidence datasets · evidence datasets bcg · evidence datasets bcg --out bcg.csv · "
        "evidence datasets bcg --json"
    )
    def datasets(
        name: Annotated[
            str,
            typer.Argument(
                help="A data set; without it, all are listed.", show_default=False, autocompletion=dataset_names
            ),
        ] = "",
        csv: Annotated[bool, typer.Option("--csv", help="Print the table as CSV.")] = False,
        out: _Out = None,
        as_json: JsonOption = False,
    ) -> None:
        """List published data sets to learn with, show one, or write its table.

        The CSV has the column names that `evidence pool` looks for; in Python, `evidence.datasets.load` gives the
        table with those of its publication.
        """
        if not name:
            if csv or out:
                raise typer.BadParameter("--csv and --out need the name of a data set; `evidence datasets` lists them.")
            _list(as_json=as_json)
            return
        refuse_together({"--csv": csv, "--out": out is not None, "--json": as_json})
        if csv or out:
            _write(name, out)
        elif as_json:
            print_json(_data(name))
        else:
            _show(name)


def _list(*, as_json: bool) -> None:
    from ..datasets import describe, names

    found = [describe(name) for name in names()]
    if as_json:
        columns = ("name", "title", "measure", "rows", "teaches", "source", "doi")
        print_json([{column: getattr(dataset, column) for column in columns} for dataset in found])
        return
    from rich.table import Table

    table = Table(box=None, pad_edge=False, show_header=True, header_style="dim")
    for header, justify in (("name", "left"), ("rows", "right"), ("measure", "left"), ("about", "left")):
        table.add_column(header, no_wrap=header != "about", justify=justify)  # type: ignore[arg-type]
    for dataset in found:
        table.add_row(dataset.name, str(dataset.rows), dataset.measure, dataset.title)
    console().print(table)


def _show(name: str) -> None:
    from ..datasets import describe, load

    head = _whole(load(name)).head(_FIRST_ROWS).astype(object)
    lines = head.where(head.notna(), "").to_string(index=False, line_width=80).splitlines()
    typer.echo("\n".join([str(describe(name)), "First rows", *(line.rstrip(" \\") for line in lines)]))


def _write(name: str, out: Path | None) -> None:
    from ..datasets import load_ready, pool_command
    from ..errors import ProjectError

    table = load_ready(name)
    text = _whole(table).to_csv(index=False, lineterminator="\n")
    if out is None:
        typer.echo(text, nl=False)
        return
    if out.suffix != ".csv" or not out.absolute().parent.is_dir():
        raise typer.BadParameter(f"{out} must end in .csv, in a folder that exists.", param_hint="--out")
    if out.exists() and out.read_bytes() != text.encode("utf-8"):
        raise ProjectError(f"{out} is there already and holds something else; name another file")
    out.write_text(text, encoding="utf-8", newline="\n")
    command = pool_command(name, str(out))
    then = f"next: {command}" if command else f"they are not one analysis; see: evidence datasets {name}"
    error_console().print(f"{len(table)} rows written to {out}; {then}", soft_wrap=True, markup=False)


def _data(name: str) -> dict[str, Any]:
    from ..datasets import describe, load

    dataset = describe(name)
    declared = {field.name: getattr(dataset, field.name) for field in fields(dataset)}
    columns = [asdict(column) for column in dataset.columns]
    table = _whole(load(name)).astype(object)
    rows = table.where(table.notna(), None).to_dict("records")
    return {**declared, "roles": dict(dataset.roles), "columns": columns, "table": rows}


def _whole(table: pd.DataFrame) -> pd.DataFrame:
    """Return the table with whole numbers among gaps as whole numbers, which floats are not when they are printed."""
    found = [column for column in table.select_dtypes("float64") if (table[column].dropna() % 1 == 0).all()]
    gaps = [column for column in found if table[column].isna().any()]
    return table.astype(dict.fromkeys(gaps, "Int64"))
