"""Notebook 02: what it prints, and its exercises."""

from __future__ import annotations

import notebook_checks


def test_notebook_02_prints_what_is_stored() -> None:
    notebook_checks.assert_prints_what_is_stored("02")


def test_the_exercises_of_notebook_02_judge() -> None:
    notebook_checks.assert_exercises_judge("02")
