"""Start another review: a folder with a protocol that explains itself and every table, ready to be built."""

from __future__ import annotations

from .examples import example_names
from .make import NewReview
from .new import new_review
from .practice import practice_review

__all__ = ["NewReview", "example_names", "new_review", "practice_review"]
