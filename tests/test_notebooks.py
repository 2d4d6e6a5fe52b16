"""Every notebook runs from top to bottom, and its two halves say the same."""

from __future__ import annotations

import os
from pathlib import Path

import jupytext
import nbclient
import pytest

FOLDER = Path(__file__).resolve().parent.parent / "notebooks"
NAMES = sorted(path.stem for path in FOLDER.glob("[0-9]*.py"))


def test_there_are_notebooks_and_each_is_paired() -> None:
    assert NAMES
    assert sorted(path.stem for path in FOLDER.glob("*.ipynb")) == NAMES


@pytest.mark.parametrize("name", NAMES)
def test_the_two_halves_say_the_same(name) -> None:
    script, notebook = (jupytext.read(FOLDER / f"{name}.{suffix}") for suffix in ("py", "ipynb"))
    assert [(cell.cell_type, cell.source) for cell in script.cells] == [
        (cell.cell_type, cell.source) for cell in notebook.cells
    ]


@pytest.mark.parametrize("name", NAMES)
def test_it_runs_from_top_to_bottom(name, monkeypatch) -> None:
    monkeypatch.setitem(os.environ, "PYTHONWARNINGS", "error::FutureWarning,error::DeprecationWarning:evidence")
    notebook = jupytext.read(FOLDER / f"{name}.py")
    nbclient.NotebookClient(notebook, timeout=60, resources={"metadata": {"path": str(FOLDER)}}).execute()
    outputs = [output for cell in notebook.cells if cell.cell_type == "code" for output in cell.outputs]
    assert not [output for output in outputs if output.output_type == "error"]
    assert not [output for output in outputs if output.get("name") == "stderr"], "a cell printed a warning"
    assert any("image/png" in output.get("data", {}) for output in outputs)
