"""``evidence explain``."""

from __future__ import annotations

from typing import Annotated

import typer

from .shared import AnalysisOption, JsonOption, ProjectOption, console, open_base, print_json

__all__ = ["register"]


def register(app: typer.Typer) -> None:
    """Add the command to `app`."""

    @app.command(epilog="Example: evidence explain addon-minoxidil-response-women --analysis implied")
    def explain(
        synthesis: Annotated[str, typer.Argument(help="A synthesis; `evidence list` names them.")],
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

        def grow(tree: Tree, branch) -> None:  # type: ignore[no-untyped-def]
            for child in branch.children:
                grow(tree.add(_styled(child)), child)

        root = Tree(_styled(node))
        grow(root, node)
        console().print(root)


def _styled(node):  # type: ignore[no-untyped-def]
    from rich.text import Text

    styles = {"result": "bold", "contrast": "bold", "source": "dim", "note": "yellow", "left-out": "magenta"}
    return Text(node.text, style=styles.get(node.kind, ""))
