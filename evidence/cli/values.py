"""The values that a shell completes: names from the project around the user, quickly and without a word of error.

Each function takes what was typed and returns what could stand there. A shell asks on every press of the key, so that
nothing here loads numpy or pandas, and whatever goes wrong gives no names.
"""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Any

import typer  # noqa: TC002  # typer reads the annotations of these functions

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from ..project import Project

__all__ = [
    "analysis_ids",
    "claim_ids",
    "comparison_ids",
    "dataset_names",
    "fault_names",
    "figure_kinds",
    "finding_ids",
    "one_of",
    "outcome_ids",
    "plot_subjects",
    "record_ids",
    "review_ids",
    "study_ids",
    "synthesis_ids",
    "table_names",
]


def one_of(*values: str) -> Callable[[str], list[str]]:
    """Return a completer of fixed values.

    Examples
    --------
    >>> one_of("csv", "ris")("r")
    ['ris']
    """

    def complete(incomplete: str) -> list[str]:
        return _starting(values, incomplete)

    return complete


def synthesis_ids(incomplete: str, ctx: typer.Context | None = None) -> list[str]:
    """Return the syntheses that the protocol declares."""
    return _starting(_protocol_names(ctx, "syntheses"), incomplete)


def analysis_ids(incomplete: str, ctx: typer.Context | None = None) -> list[str]:
    """Return the analyses that the protocol declares; those that run by themselves depend on the synthesis."""
    return _starting(_protocol_names(ctx, "analyses"), incomplete)


def claim_ids(incomplete: str, ctx: typer.Context | None = None) -> list[str]:
    """Return the claims of the protocol."""
    return _starting(_protocol_names(ctx, "claims"), incomplete)


def comparison_ids(incomplete: str, ctx: typer.Context | None = None) -> list[str]:
    """Return the comparisons of the protocol."""
    return _starting(_protocol_names(ctx, "comparisons"), incomplete)


def outcome_ids(incomplete: str, ctx: typer.Context | None = None) -> list[str]:
    """Return the outcomes of the protocol."""
    return _starting(_protocol_names(ctx, "outcomes"), incomplete)


def study_ids(incomplete: str, ctx: typer.Context | None = None) -> list[str]:
    """Return the trials of the base."""
    return _starting(_cells(ctx, "studies", "study_id"), incomplete)


def review_ids(incomplete: str, ctx: typer.Context | None = None) -> list[str]:
    """Return the published reviews of the base."""
    return _starting(_cells(ctx, "review_reports", "review_id"), incomplete)


def record_ids(incomplete: str, ctx: typer.Context | None = None) -> list[str]:
    """Return the PMIDs of the records."""
    return _starting(_cells(ctx, "records", "pmid"), incomplete)


def finding_ids(incomplete: str, ctx: typer.Context | None = None) -> list[str]:
    """Return the findings of the last build."""
    return _starting(_cells(ctx, "findings", "finding_id"), incomplete)


def figure_kinds(incomplete: str) -> list[str]:
    """Return the kinds of figures."""
    from ..plot.kinds import KINDS

    return _starting(KINDS, incomplete)


def plot_subjects(incomplete: str, ctx: typer.Context | None = None) -> list[str]:
    """Return what the figure that was asked for can be about."""
    from ..plot.kinds import KINDS

    kind = KINDS.get(str(ctx.params.get("kind", ""))) if ctx is not None else None
    return [] if kind is not None and kind.subject != "synthesis" else synthesis_ids(incomplete, ctx)


def table_names(incomplete: str) -> list[str]:
    """Return the tables of an evidence base."""
    from ..tables.definitions import TABLES

    return _starting(TABLES, incomplete)


def dataset_names(incomplete: str) -> list[str]:
    """Return the published data sets that come with the package."""
    found: list[str] = []
    with suppress(Exception):
        from importlib import import_module

        found = list(import_module("evidence.datasets").names())
    return _starting(found, incomplete)


def fault_names(incomplete: str) -> list[str]:
    """Return what `evidence practice` can do wrong."""
    found: list[str] = []
    with suppress(Exception):
        from importlib import import_module

        found = sorted(import_module("evidence.practice").FAULTS)
    return _starting(found, incomplete)


def _starting(values: Iterable[str], beginning: str) -> list[str]:
    return [value for value in values if value.startswith(beginning)]


def _project(ctx: typer.Context | None) -> Project:
    """Return the project that --project names, the one around the user, or the shipped one."""
    from ..errors import ProjectError
    from ..project import find_project, shipped_project

    named: Any = ctx.params.get("project") if ctx is not None else None
    if named is not None:
        return find_project(named)
    try:
        return find_project()
    except ProjectError:
        return shipped_project()


def _protocol_names(ctx: typer.Context | None, part: str) -> tuple[str, ...]:
    with suppress(Exception):
        from ..protocol import load_protocol

        return tuple(getattr(load_protocol(_project(ctx).protocol), part))
    return ()


def _cells(ctx: typer.Context | None, table: str, column: str) -> tuple[str, ...]:
    with suppress(Exception):
        from ..screen.rows import read_column

        return tuple(dict.fromkeys(read_column(_project(ctx), table, column)))
    return ()
