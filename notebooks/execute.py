"""Run notebooks and write each, with what it shows, beside its script: ``python notebooks/execute.py [NN …]``."""

from __future__ import annotations

import base64
import io
import os
import sys
import time
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING

import jupytext
import nbclient
import nbformat

if TYPE_CHECKING:
    from nbformat import NotebookNode

__all__ = ["FOLDER", "execute", "names", "run"]

FOLDER = Path(__file__).resolve().parent
_SECONDS_A_CELL = 60
_AT_ONCE = 2
# Figures are shown in the notebook whatever is set outside, and what will be an error one day is one today.
_SURROUNDINGS = {
    "MPLBACKEND": "module://matplotlib_inline.backend_inline",
    "PYTHONWARNINGS": "error::FutureWarning,error::DeprecationWarning:evidence",
}


def names(chosen: list[str] | tuple[str, ...] = ()) -> list[str]:
    """Return the names of the notebooks, in order: all, or those that begin with what was chosen."""
    found = sorted(path.stem for path in FOLDER.glob("[0-9][0-9]_*.py"))
    unknown = [start for start in chosen if not any(name.startswith(start) for name in found)]
    if unknown:
        raise SystemExit(f"No notebook begins with {', '.join(unknown)}. There are: {', '.join(found)}.")
    return [name for name in found if not chosen or name.startswith(tuple(chosen))]


def run(name: str) -> NotebookNode:
    """Return a notebook as it is after a fresh run from top to bottom; nothing is written."""
    notebook = jupytext.read(FOLDER / f"{name}.py")
    client = nbclient.NotebookClient(
        notebook,
        timeout=_SECONDS_A_CELL,
        record_timing=False,
        coalesce_streams=True,
        extra_arguments=["--log-level=ERROR"],  # the kernel's own remarks are not the notebook's
        resources={"metadata": {"path": str(FOLDER)}},
    )
    client.execute(env={**os.environ, **_SURROUNDINGS})
    for position, cell in enumerate(notebook.cells):
        cell["id"] = f"cell-{position:02d}"
    notebook.metadata["language_info"] = {"name": "python"}
    return notebook


def execute(name: str) -> str:
    """Run one notebook and write it; return a line on it."""
    began = time.perf_counter()
    notebook = run(name)
    for cell in notebook.cells:
        for output in cell.get("outputs", ()):
            picture = output.get("data", {}).get("image/png")
            if picture:
                output["data"]["image/png"] = _small(picture)
    path = FOLDER / f"{name}.ipynb"
    nbformat.write(notebook, path)
    return f"{name}: {time.perf_counter() - began:.1f} s, {path.stat().st_size / 1000:.0f} kB"


def _small(picture: str) -> str:
    """Return a PNG with a palette, which a figure of flat colours does not need more than, and no other metadata."""
    from PIL import Image

    image = Image.open(io.BytesIO(base64.b64decode(picture))).convert("RGBA")
    paper = Image.new("RGBA", image.size, "white")
    paper.alpha_composite(image)
    # The palette covers what is drawn, however little of it: the middle of most pixels would lose a thin red line.
    stored = io.BytesIO()
    paper.convert("RGB").quantize(128, method=Image.Quantize.MAXCOVERAGE, dither=Image.Dither.NONE).save(
        stored, format="PNG", optimize=True
    )
    return base64.b64encode(stored.getvalue()).decode("ascii") + "\n"


if __name__ == "__main__":
    with ProcessPoolExecutor(_AT_ONCE) as pool:
        for line in pool.map(execute, names(sys.argv[1:])):
            print(line)
