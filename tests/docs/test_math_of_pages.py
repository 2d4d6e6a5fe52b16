"""LaTeX becomes MathML that browsers draw, and LaTeX that does not is an error of the build."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET

import pytest
from doc_pages import ROOT, pages, prose
from mathml import BrokenMathError, render
from offline import resources_elsewhere


def text_of(latex: str, *, block: bool = False) -> str:
    return "".join(ET.fromstring(render(latex, block=block)).itertext())


@pytest.mark.parametrize(
    ("latex", "shown"),
    [
        (r"\hat\mu = \frac{\sum_i w_i y_i}{\sum_i w_i}", "μ^=∑iwiyi∑iwi"),
        (r"y_i \sim N(0, \tau^2)", "yi∼N(0,τ2)"),
        (r"\mathbf{X}^\top \boldsymbol{\beta}", "𝐗⊤𝜷"),
        (r"\mathrm{SE}^2", "SE2"),
        (r"\text{if } x > 0", "if\u00a0x>0"),
        (r"\exp(x)", "exp\u2061(x)"),
    ],
)
def test_what_is_shown(latex, shown) -> None:
    assert text_of(latex) == shown


@pytest.mark.parametrize(
    ("latex", "why"),
    [
        (r"\taus^2", r"\\taus is not a command"),
        (r"\frac{a", "not closed"),
        (r"a}", "without an opening one"),
        (r"\frac{a}", "lacks a part|denominator|tokens"),
        (r"\left( a", "right"),
        (r"a \\ b", "outside an aligned formula"),
        (r"a & b", "outside an aligned formula"),
        (r"a_1_2", "subscript"),
    ],
)
def test_what_is_damaged_is_an_error(latex, why) -> None:
    with pytest.raises(BrokenMathError, match=why):
        render(latex)


def test_an_aligned_formula_is_a_table_and_limits_stand_below_in_a_block() -> None:
    aligned = ET.fromstring(render(r"\begin{aligned} a &= b \\ c &= d \end{aligned}", block=True))
    assert aligned.get("display") == "block"
    assert len(list(aligned.iter("mtr"))) == 2
    assert ET.fromstring(render(r"\max_x f", block=True)).find(".//munder") is not None
    assert ET.fromstring(render(r"\max_x f")).find(".//munder") is None


def test_a_function_stands_apart_from_what_it_is_of() -> None:
    assert "<mi>log</mi><mspace" in render(r"\log x")
    assert "<mspace" not in render(r"\log(x)")


def test_greek_capitals_stand_upright() -> None:
    assert render(r"\Gamma") == '<math><mrow><mi mathvariant="normal">Γ</mi></mrow></math>'
    assert render(r"\tau") == "<math><mrow><mi>τ</mi></mrow></math>"


def test_every_formula_of_the_pages_can_be_shown() -> None:
    faults = []
    for path in pages():
        text = re.sub(r"`[^`\n]*`", "", prose(path.read_text(encoding="utf-8")))
        for latex in re.findall(
            r"\$\$(.+?)\$\$|(?<![\\$\w])\$(?! )([^$\n]+?)(?<![ \\])\$(?!\d)", text, flags=re.DOTALL
        ):
            try:
                render("".join(latex))
            except BrokenMathError as error:
                faults.append(f"{path.relative_to(ROOT)}: {''.join(latex)}: {error}")
    assert faults == []


@pytest.mark.parametrize(
    "html",
    [
        '<script src="https://cdn.example.org/x.js"></script>',
        '<script async="async" src="//cdn.example.org/x.js"></script>',
        '<link rel="stylesheet" type="text/css" href="http://example.org/x.css"/>',
        '<img alt="" src="https://example.org/x.png">',
        "<style>@import url(https://example.org/x.css);</style>",
        "<style>a { background: url('//example.org/x.png') }</style>",
        '<img srcset="a.png 1x, https://example.org/b.png 2x">',
        '<iframe src="https://example.org/"></iframe>',
    ],
)
def test_what_a_page_would_fetch_from_elsewhere_is_seen(html) -> None:
    assert len(resources_elsewhere(html)) == 1


def test_links_and_own_files_are_no_such_thing() -> None:
    html = '<a href="https://doi.org/10.1/x">x</a><img src="a.svg"><link href="_static/x.css"><link rel="canonical" href="https://e.org/">'
    assert resources_elsewhere(html) == []
