"""Figures of an answer of a base say which question and which analysis it is, and carry its notices and cautions."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import numpy as np
import pytest
from drawn_figures import assert_laid_out

import evidence as ev
from evidence.errors import EvidenceError
from evidence.plot.fit_plots.answer_words import NO_ANSWER, answer_words

KINDS = ("funnel", "radial", "labbe", "baujat", "drapery", "gosh", "bubble")


@cache
def example():
    """Return the answer of the example review: thirteen trials of a vaccine."""
    from pathlib import Path

    return ev.load(Path(__file__).parents[2] / "examples" / "bcg-vaccine").answer("tuberculosis").shown


def under_a_sensitivity_analysis(result):
    """Return the same answer as if it were that of another analysis, with a report retracted."""
    from evidence.curate.notices import Notice

    first = result.contrasts[0]
    notice = Notice(
        kind="retracted",
        study_id=first.study_id,
        label=first.study_label,
        eligibility="included",
        report_id="r1",
        pmid="1",
        links=("RetractionIn 2",),
    )
    return replace(
        result, analysis=replace(result.analysis, primary=False, label="with every trial"), notices=(notice,)
    )


@pytest.mark.parametrize("kind", KINDS)
def test_question_analysis_and_retraction_stand_on_the_figure(kind: str) -> None:
    result = under_a_sensitivity_analysis(example())
    options = {"by": "year"} if kind == "bubble" else {}
    figure = result.plot(kind, width_mm=120, **options)
    page = assert_laid_out(figure, 120)
    title = " ".join(page.words("title"))
    assert result.label in title
    assert "Sensitivity analysis: with every trial" in title
    for text in (figure.heading, figure.description):
        assert result.label in text
        assert "Sensitivity analysis: with every trial" in text
    told = str(result.notices[0])
    assert "retracted" in told
    assert told in " ".join(page.words("note"))
    assert told in figure.description
    for caution in result.cautions:
        assert caution in figure.description


def test_the_primary_analysis_is_not_called_by_its_name() -> None:
    assert "Sensitivity analysis" not in example().plot("funnel").description


def test_a_fit_alone_has_no_question() -> None:
    fit = ev.pool([0.1, 0.4, 0.2], np.array([0.02, 0.03, 0.01]))
    assert answer_words(fit) is NO_ANSWER
    assert fit.plot("funnel").heading == "Funnel plot: effect, 3 studies"


def test_every_answer_of_the_shipped_base_says_which_analysis_it_is() -> None:
    drawn = 0
    for answer in ev.load(__file__).answers().values():
        result = answer.shown
        for kind in ("funnel", "radial", "labbe", "drapery"):
            try:
                figure = result.plot(kind, width_mm=84)
            except EvidenceError:
                continue
            drawn += 1
            assert result.label in figure.description
            assert ("Sensitivity analysis: " in figure.description) is not result.analysis.primary
    assert drawn > 10
