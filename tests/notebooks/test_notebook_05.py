"""Notebook 05: what it prints, and its exercises."""

from __future__ import annotations

import notebook_checks


def test_notebook_05_prints_what_is_stored() -> None:
    notebook_checks.assert_prints_what_is_stored("05")


def test_the_exercises_of_notebook_05_judge() -> None:
    notebook_checks.assert_exercises_judge("05")
