"""What changed, in the report."""

from __future__ import annotations

import shutil

import evidence as ev
from evidence.living import append_entry, compare_bases, find_sources, read_source
from evidence.report.changes import view_changes
from evidence.report.claims import judge_claims
from evidence.report.html import report_html


def page(base) -> str:
    answers = base.answers()
    return report_html(base, answers, judge_claims(base, answers), {})


def test_the_report_tells_the_versions_and_shows_none_where_there_is_none(review, tmp_path) -> None:
    base = ev.load(review.root)
    assert view_changes(base) == ()
    assert 'id="changes"' not in page(base)
    old = shutil.copytree(review.root, tmp_path / "older")
    review.row("outcomes", row_id="R001").update(events="22", notes="<b>authors</b> & 22")
    review.write()
    sources = find_sources([str(old), "."], review.project)
    diff = compare_bases(*(read_source(source) for source in sources))
    append_entry(review.project, diff, version="0.1.1", date="2026-03-05")
    base = ev.load(review.root)
    (version,) = view_changes(base)
    assert (version.version, version.date) == ("0.1.1", "2026-03-05")
    text = page(base)
    assert 'id="changes"' in text
    assert 'href="#changes"' in text
    assert "R001 events 20 → 22" in text
    assert "&lt;b&gt;authors&lt;/b&gt; &amp; 22" in text
