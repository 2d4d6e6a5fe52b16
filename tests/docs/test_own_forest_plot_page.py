"""The picture on the page about one's own forest plot is what the code on the page draws."""

from __future__ import annotations

import contextlib
import io
import re
from typing import TYPE_CHECKING

from doc_pages import DOCS

import evidence as ev

if TYPE_CHECKING:
    from pathlib import Path

    import pytest

PAGE = (DOCS / "own-forest-plot.md").read_text(encoding="utf-8")


def test_the_picture_is_drawn_by_the_page(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    code = re.findall(r"^```python\n(.*?)^```", PAGE.partition("\n## Subgroups")[0], flags=re.DOTALL | re.MULTILINE)
    assert len(code) == 3
    space: dict[str, object] = {}
    with contextlib.redirect_stdout(io.StringIO()):
        exec(compile("\n".join(code), "docs/own-forest-plot.md", "exec"), space)
    assert (tmp_path / "forest.svg").read_bytes() == (DOCS / "own-forest-plot.svg").read_bytes()


def test_the_numbers_are_those_of_metafor() -> None:
    """R 4.2.2, metafor 3.8-1, dat.collins1985b.

    ``rma(measure="OR", ai=pre.xti, n1i=pre.nti, ci=pre.xci, n2i=pre.nci, test="knha")``: τ² 0.3008, and with
    ``predict(…, transf=exp)`` 0.5956 (0.3418 to 1.0380).
    """
    trials = ev.datasets.load("collins1985b")
    cells = {"events1": "pre_xti", "n1": "pre_nti", "events2": "pre_xci", "n2": "pre_nci"}
    fit = ev.pool(ev.effect_sizes(trials, "OR", **cells), measure="OR")
    assert [round(float(value), 4) for value in ev.back_transform([fit.estimate, *fit.ci], "OR")] == [
        0.5956,
        0.3418,
        1.038,
    ]
    assert round(fit.tau2, 4) == 0.3008
