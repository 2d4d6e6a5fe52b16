"""A small review to practise with: its query finds the invented records of `evidence.practice`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..protocol import load_protocol
from .make import HERE, common_files, make_review, rows_in

if TYPE_CHECKING:
    from pathlib import Path

    from .make import NewReview

__all__ = ["practice_review"]

_FOLDER = HERE / "practice"
_INTRODUCTION = (
    "A review to practise with. **Everything in it is invented**: the question, the trials, the records. "
    "`evidence practice` answers its searches on this machine, in the place of PubMed."
)


def practice_review(folder: Path | str) -> NewReview:
    """Make a review of an invented question, with four invented trials that are in the invented PubMed.

    Parameters
    ----------
    folder : Path or str
        Where; it must not exist, or be empty. Folders above it are made.

    Raises
    ------
    ProjectError
        If the folder holds anything, is a file, or cannot be written; then nothing is changed.
    """
    protocol = _FOLDER / "protocol.toml"

    def content(root: Path) -> dict[str, str]:
        title = load_protocol(protocol).review.title
        return {"protocol.toml": protocol.read_text(encoding="utf-8")} | common_files(title, _INTRODUCTION)

    return make_review(folder, content, lambda table: rows_in(_FOLDER, table))
