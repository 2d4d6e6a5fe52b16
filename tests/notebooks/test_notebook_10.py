"""Notebook 10: what it prints, and its exercises."""

from __future__ import annotations

import notebook_checks


def test_notebook_10_prints_what_is_stored() -> None:
    notebook_checks.assert_prints_what_is_stored("10")


def test_the_exercises_of_notebook_10_judge() -> None:
    notebook_checks.assert_exercises_judge("10")
