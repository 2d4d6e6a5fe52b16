"""Pictures of the notebooks say in words what they show, in the notebook and on the page made from it."""

from __future__ import annotations

import base64
import importlib.util
import json
import struct
from typing import Any

import matplotlib.pyplot as plt
import notebook_checks
import pytest

notebook_checks.exercises("08")  # makes the classroom importable
from classroom import picture  # noqa: E402

WORDS = "A line that rises from 1 to 2, “steadily”."


def _pictures(cells: list[dict[str, Any]]) -> list[dict[str, Any]]:
    outputs = [output for cell in cells for output in cell.get("outputs", ())]
    return [output for output in outputs if "image/png" in output.get("data", {})]


def test_a_picture_is_shown_once_with_its_words_and_closed(monkeypatch) -> None:
    shown = []
    monkeypatch.setattr("IPython.display.display", lambda *what, **how: shown.append((*what, how)))
    figure, axes = plt.subplots(figsize=(3, 2), dpi=50)
    axes.plot([1, 2])
    picture(WORDS)
    ((data, how),) = shown
    assert (data["text/plain"], how["metadata"]) == (WORDS, {"image/png": {"alt": WORDS}})
    width, height = struct.unpack(">II", base64.b64decode(data["image/png"])[16:24])
    assert 120 < width < 160
    assert 80 < height < 110
    assert not plt.fignum_exists(figure.number)


@pytest.mark.parametrize("number", ["01", "03", "04", "05"])
def test_every_stored_picture_has_words(number) -> None:
    path = notebook_checks.FOLDER / f"{notebook_checks.name_of(number)}.ipynb"
    pictures = _pictures(json.loads(path.read_text(encoding="utf-8"))["cells"])
    assert pictures
    for output in pictures:
        assert len(output["metadata"]["image/png"]["alt"].split()) > 10


def test_the_page_is_told_the_words(tmp_path) -> None:
    path = notebook_checks.FOLDER.parent / "docs" / "_ext" / "repository.py"
    spec = importlib.util.spec_from_file_location("repository_of_docs", path)
    repository = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(repository)
    told = {"data": {"image/png": ""}, "metadata": {"image/png": {"alt": WORDS}}}
    silent = {"data": {"image/png": ""}, "metadata": {}}
    (tmp_path / "from").mkdir()
    cells = [{"metadata": {"tags": ["x"]}, "outputs": [told]}, {"metadata": {}, "outputs": [silent]}, {"metadata": {}}]
    (tmp_path / "from" / "01_a.ipynb").write_text(json.dumps({"cells": cells}), encoding="utf-8")
    repository.bring_notebooks(tmp_path / "from", tmp_path / "to")
    copied = json.loads((tmp_path / "to" / "01_a.ipynb").read_text(encoding="utf-8"))["cells"]
    assert [cell["metadata"] for cell in copied] == [{"tags": ["x"], "mystnb": {"image": {"alt": WORDS}}}, {}, {}]
