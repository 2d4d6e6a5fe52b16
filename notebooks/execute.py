"""Run each notebook and write it, with what it shows, beside its script: ``python notebooks/execute.py``."""

from pathlib import Path

import jupytext
import nbclient
import nbformat

FOLDER = Path(__file__).resolve().parent


def execute(script: Path) -> None:
    """Run one notebook and write it without what differs from run to run."""
    notebook = jupytext.read(script)
    nbclient.NotebookClient(notebook, timeout=120, resources={"metadata": {"path": str(FOLDER)}}).execute()
    for position, cell in enumerate(notebook.cells):
        cell["id"] = f"cell-{position:02d}"
        cell.metadata.pop("execution", None)
    notebook.metadata["language_info"] = {"name": "python"}
    nbformat.write(notebook, script.with_suffix(".ipynb"))


if __name__ == "__main__":
    for path in sorted(FOLDER.glob("[0-9]*.py")):
        execute(path)
