"""The whole table in each format of text, as people last read it: judged and invented, and a published data set."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from judged_review import judged_review
from snapshots import assert_snapshot

import evidence as ev
from evidence.report import summary_of_findings

if TYPE_CHECKING:
    from evidence.report.sof import SummaryOfFindings

BCG = Path(__file__).resolve().parents[2] / "examples" / "bcg-vaccine"
SUFFIXES = {"text": "txt", "markdown": "md", "html": "html", "latex": "tex", "csv": "csv", "json": "json"}


@pytest.fixture(scope="module")
def tables(tmp_path_factory: pytest.TempPathFactory) -> dict[str, SummaryOfFindings]:
    judged = ev.load(judged_review(tmp_path_factory.mktemp("snapshots") / "review").root)
    published = summary_of_findings(ev.load(BCG), ids=["tuberculosis", "tuberculosis-odds", "tuberculosis-difference"])
    return {"judged": summary_of_findings(judged), "bcg": published}


@pytest.mark.parametrize("form", SUFFIXES)
@pytest.mark.parametrize("name", ["judged", "bcg"])
def test_the_table_is_as_it_was_read(tables: dict[str, SummaryOfFindings], name: str, form: str) -> None:
    table = tables[name]
    content = table.to_html() if form == "html" else table.render(form)
    text = content.decode() if isinstance(content, bytes) else content
    assert_snapshot(text, f"sof/{name}.{SUFFIXES[form]}")
