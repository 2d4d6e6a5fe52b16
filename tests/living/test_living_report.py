"""What changed, in the report."""

from __future__ import annotations

import shutil

import evidence as ev
from evidence.living import append_entry, compare_bases, find_sources, read_source
from evidence.report import judge_claims, write_site


def site(base) -> dict[str, bytes]:
    answers = base.answers()
    return write_site(base, answers, judge_claims(base, answers))


def test_the_report_tells_the_versions_and_shows_none_where_there_is_none(review, tmp_path) -> None:
    base = ev.load(review.root)
    files = site(base)
    assert "changes.html" not in files
    assert b"changes.html" not in files["index.html"]
    old = shutil.copytree(review.root, tmp_path / "older")
    review.row("outcomes", row_id="R001").update(events="22", notes="<b>authors</b> & 22")
    review.write()
    sources = find_sources([str(old), "."], review.project)
    diff = compare_bases(*(read_source(source) for source in sources))
    append_entry(review.project, diff, version="0.1.1", date="2026-03-05")
    base = ev.load(review.root)
    files = site(base)
    assert b'href="changes.html"' in files["index.html"]
    text = files["changes.html"].decode()
    assert 'id="version-0.1.1"' in text
    assert text.count("<section") == 1
    assert "2026-03-05" in text
    assert "R001 events 20 → 22" in text
    assert "&lt;b&gt;authors&lt;/b&gt; &amp; 22" in text
