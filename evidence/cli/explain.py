"""``evidence explain``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .shared import AnalysisOption, JsonOption, ProjectOption, SynthesisArgument, console, open_base, print_json

if TYPE_CHECKING:
    import typer
    from rich.text import Text
    from rich.tree import Tree

    from ..provenance import Node

__all__ = ["register"]


def register(app: typer.Typer) -> None:
    """Add the command to `app`."""

    @app.command(epilog="Example: evidence explain addon-minoxidil-response-women --analysis implied")
    def explain(
        synthesis: SynthesisArgument,
        analysis: AnalysisOption = None,
        project: ProjectOption = None,
        as_json: JsonOption = False,
    ) -> None:
        """Show the way from a number back to the reports: weights, effects, steps, sources and places."""
        node = open_base(project).explain(synthesis, analysis=analysis)
        if as_json:
            print_json(node.to_dict())
            return
        from rich.tree import Tree

        root = Tree(_styled(node))
        _grow(root, node)
        console().print(root)


def _grow(tree: Tree, branch: Node) -> None:
    for child in branch.children:
        _grow(tree.add(_styled(child)), child)


def _styled(node: Node) -> Text:
    from rich.text import Text

    styles = {"result": "bold", "contrast": "bold", "source": "dim", "note": "yellow", "left-out": "magenta"}
    return Text(node.text, style=styles.get(node.kind, ""))
