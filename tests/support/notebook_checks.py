"""What is asked of a notebook: that a fresh run prints what is stored, and that its exercises judge as they should."""

from __future__ import annotations

import difflib
import importlib
import math
import sys
import time
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import jupytext

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from types import ModuleType

    from nbformat import NotebookNode

__all__ = ["FOLDER", "assert_exercises_judge", "assert_prints_what_is_stored", "differences", "exercises", "name_of"]

FOLDER = Path(__file__).resolve().parents[2] / "notebooks"
_SECONDS = 60
_NONSENSE = (-98765.4321, "no such thing at all", frozenset({"no", "such", "thing"}), (-98765.4, 98765.4))
_AGAIN = "if the new text is right: python notebooks/execute.py"


def _imported(name: str) -> ModuleType:
    """Return a module of the notebooks' folder."""
    if str(FOLDER) not in sys.path:
        sys.path.append(str(FOLDER))
    return importlib.import_module(name)


def name_of(number: str) -> str:
    """Return the name of the notebook with a number: ``05`` is ``05_pooling``."""
    (path,) = FOLDER.glob(f"{number}_*.py")
    return path.stem


def exercises(number: str) -> Mapping[str, Any]:
    """Return the exercises of a notebook."""
    return _imported(f"classroom.notebook_{number}").EXERCISES


def assert_prints_what_is_stored(number: str) -> None:
    """Run a notebook from top to bottom and compare all that it prints with what is stored."""
    name = name_of(number)
    began = time.perf_counter()
    fresh = _imported("execute").run(name)
    seconds = time.perf_counter() - began
    found = list(differences(jupytext.read(FOLDER / f"{name}.ipynb"), fresh))
    assert not found, "\n".join([f"{name} no longer prints what is stored; {_AGAIN} {number}", *found])
    assert seconds < _SECONDS, f"{name} took {seconds:.0f} s"


def differences(stored: NotebookNode, fresh: NotebookNode) -> Iterator[str]:
    """Yield what differs between two notebooks cell by cell, and each line that a fresh run prints on stderr."""
    if [(cell.cell_type, cell.source) for cell in stored.cells] != [
        (cell.cell_type, cell.source) for cell in fresh.cells
    ]:
        yield "the script and the notebook no longer have the same cells"
        return
    for position, (before, after) in enumerate(zip(stored.cells, fresh.cells, strict=True)):
        was, now = _texts(before), _texts(after)
        lines = [line for kind, text in now if kind == "stderr" for line in (f"on stderr: {text}",)]
        if was != now:
            lines += difflib.unified_diff(_lines(was), _lines(now), "stored", "now", lineterm="", n=1)
        if lines:
            yield f"cell {position} ({before.source.strip().splitlines()[0]}):"
            yield from (f"    {line}" for line in lines)


def _texts(cell: NotebookNode) -> list[tuple[str, str]]:
    """Return everything that a cell shows in words, with its kind; of a picture only that there is one."""
    found = []
    for output in cell.get("outputs", ()):
        if output.output_type == "stream":
            found.append((output.name, output.text))
        elif output.output_type == "error":
            found.append(("error", f"{output.ename}: {output.evalue}"))
        else:
            for kind, content in sorted(output.data.items()):
                found.append((kind, content if kind.startswith("text/") else "picture"))
    return found


def _lines(texts: list[tuple[str, str]]) -> list[str]:
    return [f"{kind}: {line}" for kind, text in texts for line in text.splitlines()]


def assert_exercises_judge(number: str) -> None:
    """Ask that each exercise takes its answer, knows each mistake by its own reason, and gives nonsense its hint."""
    for name, exercise in {name: _once(exercise) for name, exercise in exercises(number).items()}.items():
        right = exercise.answer()
        assert _finite(right), f"{name} has no right answer: {right!r}"
        assert exercise.judge(...).right is None
        assert exercise.judge(...).message == exercise.question
        verdict = exercise.judge(right)
        assert (verdict.right, verdict.message) == (True, exercise.because), f"{name} refuses its own answer"
        if isinstance(right, float):
            assert exercise.judge(float(f"{right:.3g}")).right, f"{name} refuses its own answer in three digits"
        assert len(exercise.mistakes) >= 2, f"{name} has fewer than two mistakes"
        for place, mistake in enumerate(exercise.mistakes, start=1):
            verdict = exercise.judge(mistake.answer())
            assert verdict.right is False, f"{name} takes its mistake {place} for right"
            assert verdict.message == mistake.because, f"{name} does not recognise its mistake {place}"
        reasons = [exercise.because, exercise.hint, *(mistake.because for mistake in exercise.mistakes)]
        assert len(set(reasons)) == len(reasons), f"{name} gives one reason twice"
        for nonsense in _NONSENSE:
            verdict = exercise.judge(nonsense)
            assert verdict.right is False
            assert verdict.message.endswith(exercise.hint), f"{name} gives nonsense no hint"


def _once(exercise: Any) -> Any:
    """Return an exercise that computes each of its answers once."""
    mistakes = tuple(replace(mistake, answer=cache(mistake.answer)) for mistake in exercise.mistakes)
    return replace(exercise, answer=cache(exercise.answer), mistakes=mistakes)


def _finite(value: Any) -> bool:
    """Whether an answer is one: no missing number, nothing empty."""
    if isinstance(value, bool | str):
        return value != ""
    if isinstance(value, dict):
        return bool(value) and all(map(_finite, value.values()))
    if isinstance(value, list | tuple | set | frozenset):
        return bool(value) and all(map(_finite, value))
    return math.isfinite(value)
