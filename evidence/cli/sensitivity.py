"""``evidence sensitivity``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .shared import JsonOption, ProjectOption, SynthesisArgument, console, open_base, print_json

if TYPE_CHECKING:
    import typer
    from rich.table import Table

    from ..sensitivity import Sensitivity

__all__ = ["register"]

_STYLES = {"reference": "bold", "moves": "red", "agrees": "green"}


def register(app: typer.Typer) -> None:
    """Add the command to `app`."""

    @app.command(
        epilog="Examples: evidence sensitivity addon-minoxidil-response · evidence sensitivity "
        "addon-minoxidil-rf-density --json"
    )
    def sensitivity(
        synthesis: SynthesisArgument,
        project: ProjectOption = None,
        as_json: JsonOption = False,
    ) -> None:
        """Show every analysis of a synthesis beside the one that is reported, and whether its conclusion moves.

        Besides the analyses that the protocol declares, these run by themselves: each derivation that the primary rules
        do not admit, other correlations, other models, and the result without each trial.
        """
        found = open_base(project).sensitivity(synthesis)
        if as_json:
            print_json(found.to_dict())
            return
        from rich.text import Text

        console().print(Text(found.label, style="bold"))
        console().print(Text(found.sentence))
        console().print(_table(found))
        same = [entry.id for entry in found.variations if entry.verdict == "same-numbers"]
        if same:
            console().print(Text(f"Same numbers as an analysis above: {', '.join(same)}.", style="dim"))


def _table(found: Sensitivity) -> Table:
    from rich.table import Table
    from rich.text import Text

    table = Table(box=None, pad_edge=False, header_style="bold")
    for name in ("Analysis", "Trials", "Effect (CI)", "Verdict"):
        # a name broken in two could not be typed again
        whole = name == "Analysis"
        table.add_column(name, justify="right" if name == "Trials" else "left", overflow="fold", no_wrap=whole)
    for entry in found.variations:
        if entry.verdict == "same-numbers":
            continue
        label = Text(entry.id)
        if entry.based_on and entry.kind in ("derivation", "correlation"):
            label.append(f"\n  on {entry.based_on}", style="dim")
        cells = (str(entry.numbers.trials), found.effect_text(entry.numbers) or "–", found.words(entry))
        table.add_row(label, *(Text(cell) for cell in cells), style=_STYLES.get(entry.verdict, ""))
    return table
