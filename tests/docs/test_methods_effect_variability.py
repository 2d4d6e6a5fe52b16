"""Formulas of docs/methods/effect-variability.md as plain functions of one row, against `ev.effect_sizes`."""

from __future__ import annotations

import math

import pytest
from effect_pages import check_page, choices_of, measures_on


def vr(x, how):
    bias = 1 / (2 * (x.n1 - 1)) - 1 / (2 * (x.n2 - 1)) if how.correct else 0
    return math.log(x.sd1 / x.sd2) + bias, 1 / (2 * (x.n1 - 1)) + 1 / (2 * (x.n2 - 1))


def cvr(x, how):
    c1, c2 = x.sd1 / x.mean1, x.sd2 / x.mean2
    bias = 1 / (2 * (x.n1 - 1)) - 1 / (2 * (x.n2 - 1)) - c1**2 / (2 * x.n1) + c2**2 / (2 * x.n2) if how.correct else 0
    v = 1 / (2 * (x.n1 - 1)) + c1**2 / x.n1 + 1 / (2 * (x.n2 - 1)) + c2**2 / x.n2
    return math.log(c1 / c2) + bias, v


def cvrc(x, how):
    c1, c2 = x.sd1 / x.mean1, x.sd2 / x.mean2
    y = math.log(c1 / c2) - ((c1**2 - c2**2) / (2 * x.n) if how.correct else 0)
    return y, (1 - x.r**2) / (x.n - 1) + (c1**2 + c2**2 - 2 * x.r * c1 * c2) / x.n


def cvln(x, how):
    y = math.log(x.sd / x.mean) + (1 / (2 * (x.n - 1)) if how.correct else 0)
    return y, 1 / (2 * (x.n - 1)) + x.sd**2 / (x.n * x.mean**2)


PAGES = {
    "VR": vr,
    "CVR": cvr,
    "VRC": lambda x, how: (math.log(x.sd1 / x.sd2), (1 - x.r**2) / (x.n - 1)),
    "CVRC": cvrc,
    "SDLN": lambda x, how: (math.log(x.sd) + (1 / (2 * (x.n - 1)) if how.correct else 0), 1 / (2 * (x.n - 1))),
    "CVLN": cvln,
}
CHOICES = choices_of(PAGES)


@pytest.mark.parametrize(("measure", "vtype", "correct"), CHOICES, ids=[f"{m}-{v}-{c}" for m, v, c in CHOICES])
def test_the_page_says_what_the_code_computes(measure, vtype, correct):
    check_page(PAGES, measure, vtype, correct)


def test_every_measure_of_the_page_has_its_formula():
    assert set(PAGES) == measures_on("effect-variability.md")
