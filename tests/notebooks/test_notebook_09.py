"""Notebook 09: what it prints, and its exercises."""

from __future__ import annotations

import notebook_checks


def test_notebook_09_prints_what_is_stored() -> None:
    notebook_checks.assert_prints_what_is_stored("09")


def test_the_exercises_of_notebook_09_judge() -> None:
    notebook_checks.assert_exercises_judge("09")
