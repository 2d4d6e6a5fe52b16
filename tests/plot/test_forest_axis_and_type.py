"""The axis of effects, and widths and breaks of text."""

from __future__ import annotations

import math

import pytest

from evidence.plot.page.axis import choose_axis
from evidence.plot.page.typeface import balanced, families, longest_word, text_width, wrap


def roomy(positions, labels) -> bool:
    return True


@pytest.mark.parametrize(
    ("intervals", "ratio", "labels"),
    [
        ([(0.1, 1.0, 9.9)], True, ("0.1", "0.2", "0.5", "1", "2", "5", "10")),
        ([(0.7, 0.9, 1.3), (0.8, 1.0, 1.4)], True, ("0.8", "1", "1.25")),
        ([(0.6, 0.9, 1.3), (0.8, 1.0, 1.7)], True, ("0.67", "0.8", "1", "1.25", "1.5")),
        ([(1e-3, 1.0, 1e3)], True, ("0.001", "0.01", "0.1", "1", "10", "100", "1000")),
        ([(1e-9, 1.0, 1e9)], True, ("10⁻⁹", "10⁻⁶", "0.001", "1", "1000", "10⁶", "10⁹")),
        ([(-1.9, 0.1, 1.8)], False, ("−1.5", "−1", "−0.5", "0", "0.5", "1", "1.5")),
        ([(18.0, 24.0, 30.0), (-5.0, 1.0, 7.0)], False, ("0", "10", "20", "30")),
        ([(0.93, 1.0, 1.08)], True, ("0.95", "1", "1.05")),
    ],
)
def test_ticks_are_round_and_symmetric_about_no_effect(intervals, ratio, labels) -> None:
    axis = choose_axis(intervals, ratio=ratio, null=1.0 if ratio else 0.0, fits=roomy)
    assert axis.labels == labels
    even = [math.log(tick) if ratio else tick for tick in axis.ticks]
    for tick in even:
        if axis.low <= -tick <= axis.high:
            assert min(abs(other + tick) for other in even) < 0.01


def test_one_vast_interval_does_not_squeeze_the_others() -> None:
    ordinary = [(0.0, 1.0, 2.0), (1.0, 2.0, 3.0), (0.5, 1.5, 2.5)]
    axis = choose_axis([*ordinary, (-500.0, 1.0, 502.0)], ratio=False, null=0.0, fits=roomy)
    assert axis.high < 6
    assert axis.position(502.0) > 1
    assert axis.position(-500.0) < 0
    assert 0 < axis.position(0.0) < axis.position(3.0) < 1


def test_every_estimate_and_the_null_value_are_on_the_axis() -> None:
    values = [(-1.0, 0.0, 1.0), (9_999.0, 10_000.0, 10_001.0)]
    axis = choose_axis(values, ratio=False, null=0.0, fits=roomy)
    assert 0 < axis.position(0.0) < axis.position(10_000.0) < 1
    axis = choose_axis([(40.0, 50.0, 60.0)], ratio=True, null=1.0, fits=roomy)
    assert 0 < axis.position(1.0) < axis.position(60.0) <= 1


def test_a_side_without_effects_keeps_room_for_its_label() -> None:
    axis = choose_axis([(10.0, 20.0, 30.0)], ratio=False, null=0.0, fits=roomy)
    assert 0.2 < axis.position(0.0) < 0.35


def test_a_measure_without_a_null_value_starts_where_its_values_do() -> None:
    axis = choose_axis([(0.2, 0.3, 0.4), (0.0, 0.1, 0.25)], ratio=False, null=None, fits=roomy)
    assert axis.low == 0.0
    assert axis.labels == ("0", "0.1", "0.2", "0.3", "0.4")


def test_proportions_of_nothing_show_their_upper_limits_unless_one_is_vast() -> None:
    zeros = [(0.0, 0.0, 1.2), (0.0, 0.0, 1.3), (0.0, 0.0, 1.1), (0.0, 0.0, 16.8)]
    axis = choose_axis(zeros, ratio=False, null=None, fits=roomy)
    assert axis.position(16.8) < 1
    axis = choose_axis([*zeros[:3], (0.0, 0.0, 60.0)], ratio=False, null=None, fits=roomy)
    assert axis.position(1.3) < 1 < axis.position(60.0)


def test_equal_values_without_width_still_have_an_axis() -> None:
    axis = choose_axis([(1.0, 1.0, 1.0)], ratio=True, null=1.0, fits=roomy)
    assert axis.position(1.0) == pytest.approx(0.5)
    assert len(axis.ticks) >= 2


def test_infinite_and_zero_limits_lie_outside() -> None:
    axis = choose_axis([(0.5, 1.0, 2.0)], wide=[(0.0, 1.0, math.inf)], ratio=True, null=1.0, fits=roomy)
    assert axis.position(0.0) == -math.inf
    assert axis.position(math.inf) == math.inf


def test_ticks_that_do_not_fit_leave_the_null_value() -> None:
    axis = choose_axis([(-1.0, 0.0, 1.0)], ratio=False, null=0.0, fits=lambda positions, labels: False)
    assert (axis.ticks, axis.labels) == ((0.0,), ("0",))


@pytest.mark.parametrize("text", ["Favours microneedling", "−12.25 (−33.00 to 4.5)", "τ² = 0.12; I² = 72%", "Ёжиков"])
def test_widths_are_those_of_the_renderer(text: str) -> None:
    from matplotlib.backends.backend_agg import RendererAgg
    from matplotlib.font_manager import FontProperties

    renderer = RendererAgg(10, 10, 600)
    width, _, _ = renderer.get_text_width_height_descent(text, FontProperties(family="DejaVu Sans", size=7.5), False)
    assert text_width(text, 7.5) == pytest.approx(width * 72 / 600, rel=0.02)


def test_lines_are_never_wider_than_asked_and_lose_nothing() -> None:
    text = (
        "Chandrashekar, Yepuri & Mysore 2018: Donaudampfschifffahrtselektrizitätenhauptbetriebswerk, 微针联合米诺地尔"
    )
    for width in (20, 33, 57, 120, 400):
        lines = wrap(text, width, 7.5)
        assert max(text_width(line, 7.5) for line in lines) <= width + 1e-6
        assert "".join(lines).replace(" ", "") == text.replace(" ", "")


def test_lines_end_at_spaces_hyphens_and_ideographs_only() -> None:
    assert wrap("split-scalp trial", text_width("split-sc", 8), 8) == ("split-", "scalp", "trial")
    assert wrap("张卫王明", text_width("张卫", 8), 8) == ("张卫", "王明")
    assert wrap("a b\u00a0c", text_width("a b", 8), 8) == ("a", "b\u00a0c")
    assert wrap("bell\x07 \x00end", 100, 8) == ("bell end",)
    assert wrap("", 10, 8) == ("",)


def test_balanced_lines_are_as_few_and_as_even_as_can_be() -> None:
    text = "Favours microneedling with minoxidil 5%, twice daily"
    width = text_width(text, 8) - 1
    lines = balanced(text, width, 8)
    assert len(lines) == len(wrap(text, width, 8)) == 2
    assert abs(text_width(lines[0], 8) - text_width(lines[1], 8)) < longest_word(text, 8)


def test_dejavu_shows_what_it_can() -> None:
    assert families("Şahin, Иванова, Ελένη, ≥ − ² τ †") == ("DejaVu Sans",)
    assert families("张卫")[0] == "DejaVu Sans"
