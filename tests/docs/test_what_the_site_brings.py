"""What the site takes from around it: the notebooks, and the fields that a class does not describe."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass

import pytest
from _generate import api
from _generate.page import attributes_of
from doc_pages import ROOT
from reference import _complete
from repository import _nearer, bring_notebooks


@dataclass(frozen=True)
class Described:
    """A thing.

    Attributes
    ----------
    a, b : int
        Two numbers.
    """

    a: int
    b: int
    c: str = ""


@dataclass(frozen=True)
class Bare:
    """A thing.

    Examples
    --------
    >>> Bare(1).a
    1
    """

    a: int


def completed(shape: type) -> list[str]:
    lines = [
        line.strip() if not line.startswith("        ") else "    Two numbers." for line in shape.__doc__.splitlines()
    ]
    _complete(None, "class", "", shape, None, lines)  # type: ignore[arg-type]
    return lines


def test_fields_that_are_not_described_are_added() -> None:
    assert attributes_of(Described) == {"a": ("int", "Two numbers."), "b": ("int", "Two numbers.")}
    lines = completed(Described)
    assert lines[lines.index("Attributes") + 2 :][:2] == ["c : str", "a, b : int"]


def test_a_section_is_made_where_there_is_none_before_the_others() -> None:
    lines = completed(Bare)
    assert lines.index("a : int") < lines.index("Examples")
    assert lines[lines.index("Attributes") + 1] == "----------"


def test_methods_of_results_are_listed_and_those_of_python_are_not() -> None:
    from evidence.pool import PooledResult

    assert {"summary", "to_dict", "to_frame", "forest", "estimate", "ci"} <= set(api.members(PooledResult))
    assert list(api.members(ValueError)) == []


def test_notebooks_are_copied_once_and_their_links_to_pages_shortened(tmp_path) -> None:
    source, target = tmp_path / "notebooks", tmp_path / "docs" / "notebooks"
    source.mkdir()
    target.parent.mkdir()
    picture = {"data": {"image/png": ""}, "metadata": {"image/png": {"alt": "Two bars."}}}
    cells = [
        {"cell_type": "markdown", "metadata": {}, "source": "[claims](../docs/claims.md) [two](02_two.ipynb)"},
        {"cell_type": "code", "metadata": {}, "source": "", "outputs": [picture]},
    ]
    (source / "01_one.ipynb").write_text(json.dumps({"cells": cells}), encoding="utf-8")
    (source / "01_one.py").write_text("", encoding="utf-8")
    target.mkdir()
    (target / "09_gone.ipynb").write_text("", encoding="utf-8")
    bring_notebooks(source, target)
    assert [path.name for path in target.iterdir()] == ["01_one.ipynb"]
    brought = json.loads((target / "01_one.ipynb").read_text(encoding="utf-8"))["cells"]
    assert brought[0]["source"] == "[claims](../claims.md) [two](02_two.ipynb)"
    assert brought[1]["metadata"] == {"mystnb": {"image": {"alt": "Two bars."}}}
    os.utime(target / "01_one.ipynb", (1, 1))
    bring_notebooks(source, target)
    assert (target / "01_one.ipynb").stat().st_mtime == 1


@pytest.mark.parametrize(
    ("page", "link", "shown"),
    [
        ("index", "[a](../notebooks/01.ipynb)", "[a](notebooks/01.ipynb)"),
        ("methods/index", "[a](../../notebooks/01.ipynb)", "[a](../notebooks/01.ipynb)"),
        ("notebooks/README", "[a](../notebooks/01.ipynb)", "[a](../notebooks/01.ipynb)"),
        ("index", "[a](../README.md)", "[a](../README.md)"),
    ],
)
def test_links_to_notebooks_lead_to_the_copies(page, link, shown) -> None:
    source = [link]
    _nearer(None, page, source)  # type: ignore[arg-type]
    assert source == [shown]


def test_what_is_made_for_the_site_is_not_in_the_repository() -> None:
    ignored = (ROOT / ".gitignore").read_text(encoding="utf-8").splitlines()
    assert {"docs/notebooks/", "docs/reference/api/"} <= set(ignored)
