"""``evidence claims``."""

from __future__ import annotations

from pathlib import Path  # noqa: TC003 -- typer reads the annotation
from typing import TYPE_CHECKING, Annotated

import typer

from .deliver import FORMATS, FormatOption, deliver, deliver_json
from .shared import JsonOption, ProjectOption, open_base, refuse_together
from .values import claim_ids, one_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ..protocol import Claim, Protocol

__all__ = ["register"]


def register(app: typer.Typer) -> None:
    """Add the command to `app`."""

    @app.command(
        epilog="Examples: evidence claims"
        " · evidence claims improves-density --json"
        " · evidence claims --verdict untested --format markdown -o claims.md"
    )
    def claims(
        names: Annotated[
            list[str] | None,
            typer.Argument(help="Claims; all by default.", metavar="ID", show_default=False, autocompletion=claim_ids),
        ] = None,
        verdict: Annotated[
            str | None,
            typer.Option(
                "--verdict",
                help="Only these: supported, contradicted, uncertain or untested.",
                show_default=False,
                autocompletion=one_of("supported", "contradicted", "uncertain", "untested"),
            ),
        ] = None,
        form: FormatOption = None,
        out: Annotated[
            Path | None, typer.Option("--out", "-o", help="A file instead of the terminal.", show_default=False)
        ] = None,
        project: ProjectOption = None,
        as_json: JsonOption = False,
    ) -> None:
        """Show popular claims beside the evidence: a verdict each, what it rests on, and what would be needed.

        The rule is fixed and written down in docs/claims.md. Untested does not mean false.
        """
        from ..report.claims import VERDICTS, claims_view, judge_claims
        from ..vocabulary import check_option

        refuse_together({"--json": as_json, f"--format {form}": form is not None})
        form = check_option("format", form or "text", FORMATS)
        if verdict is not None:
            check_option("verdict", verdict, tuple(VERDICTS))
        base = open_base(project)
        asked = _asked(base.protocol, names or [])
        needed = dict.fromkeys(name for claim in asked for name in claim.syntheses)
        verdicts = judge_claims(base, {name: base.answer(name) for name in needed}, claims=asked)
        view = claims_view(base, [entry for entry in verdicts if verdict in (None, entry.verdict)])
        if as_json:
            deliver_json(view.to_dict(), out)
            return
        deliver(view, form, out)


def _asked(protocol: Protocol, names: Sequence[str]) -> list[Claim]:
    """Return the claims named, or all of them; a name that there is not is refused with the nearest ones."""
    from ..errors import UnknownIdError

    for name in names:
        if name not in protocol.claims:
            raise UnknownIdError("claim", name, protocol.claims)
    return [claim for claim in protocol.claims.values() if not names or claim.id in names]
