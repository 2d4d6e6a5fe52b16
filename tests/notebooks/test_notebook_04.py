"""Notebook 04: what it prints, and its exercises."""

from __future__ import annotations

import notebook_checks


def test_notebook_04_prints_what_is_stored() -> None:
    notebook_checks.assert_prints_what_is_stored("04")


def test_the_exercises_of_notebook_04_judge() -> None:
    notebook_checks.assert_exercises_judge("04")
