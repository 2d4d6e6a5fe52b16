"""A comparison as one flat table, a row for each change."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .protocol_changes import change_words, value_words
from .weighing import moved_words

if TYPE_CHECKING:
    from collections.abc import Iterator

    import pandas as pd

    from .diff import BaseDiff

__all__ = ["FRAME_COLUMNS", "diff_frame"]

FRAME_COLUMNS = ("kind", "what", "table", "row", "column", "study", "before", "after", "reason")


def diff_frame(diff: BaseDiff) -> pd.DataFrame:
    """Return one row per change; columns as in ``FRAME_COLUMNS``, all of them text."""
    import pandas as pd

    rows = [dict.fromkeys(FRAME_COLUMNS, "") | entry for entry in _entries(diff)]
    return pd.DataFrame(rows, columns=list(FRAME_COLUMNS))


def _entries(diff: BaseDiff) -> Iterator[dict[str, Any]]:
    for study in diff.studies:
        yield {
            "kind": "study",
            "what": study.what,
            "table": "studies",
            "row": study.study,
            "study": study.study,
            "before": study.was or study.before,
            "after": study.study if study.was else study.after,
            "reason": study.reason,
        }
    for row in diff.rows:
        yield {
            "kind": "row",
            "what": row.what,
            "table": row.table,
            "row": row.row,
            "study": row.study,
            "before": row.was,
            "after": row.text,
        }
    for cell in diff.cells:
        yield {
            "kind": cell.kind,
            "what": "changed",
            "table": cell.table,
            "row": cell.row,
            "column": cell.column,
            "study": cell.study,
            "before": cell.before,
            "after": cell.after,
            "reason": cell.reason,
        }
    for finding in diff.findings:
        yield {
            "kind": "finding",
            "what": finding.what,
            "table": "findings",
            "row": finding.finding,
            "study": finding.study,
            "before": finding.before,
            "after": finding.after,
            "reason": finding.note or finding.text,
        }
    for notice in diff.notices:
        yield {
            "kind": "notice",
            "what": notice.what,
            "table": "records",
            "row": notice.pmid,
            "study": ";".join(notice.studies),
            "after": notice.text,
        }
    for change in diff.protocol:
        yield {
            "kind": change.weight,
            "what": change.what,
            "table": "protocol",
            "row": f"{change.part} {change.id}".strip(),
            "column": change.key,
            "before": value_words(change.before) if change.key else "",
            "after": value_words(change.after) if change.key else "",
            "reason": "" if change.key else change_words(change),
        }
    for synthesis in diff.syntheses:
        yield {
            "kind": "synthesis",
            "what": synthesis.what,
            "row": synthesis.synthesis,
            "study": ";".join(dict.fromkeys(move.study for move in synthesis.trials)),
            "before": synthesis.before.text or synthesis.before.answer if synthesis.before else "",
            "after": synthesis.after.text or synthesis.after.answer if synthesis.after else "",
            "reason": moved_words(synthesis),
        }
