"""No heading of a forest plot ends a line inside a word, in any preset and width, as the renderer shows it."""

from __future__ import annotations

import itertools
import re
from dataclasses import replace

import pytest
from forest_example import events, means
from forest_sets import PRESETS, WIDTHS, generated, measured

from evidence.plot.forest_plot.presets import preset_for

ARMS = (
    ("needling + minoxidil", "minoxidil"),
    ("microneedling/minoxidil/finasteride", "minoxidil"),
    ("acetylsalicylic acid", "hydroxychloroquine"),
)
LINE_ENDS = re.compile(r"\s+|(?<=[/+])|(?<=\w\w\w-)(?=\w\w\w)")


def parts(text: str) -> list[str]:
    """Return what stands between two places where a line may end."""
    return [part for part in LINE_ENDS.split(text) if part]


def broken(page) -> list[str]:
    """Return the drawn headings that begin or end inside a word of what the preset asks for."""
    preset = preset_for(page.preset)
    cells = preset.cells(page.data)
    asked = [preset.label_heading(page.data), preset.effect_heading(page.data), preset.weight_heading]
    asked += [*(column.heading for column in cells.columns), *cells.spans, cells.under_heading]
    asked += [preset.plot_heading(page.data)] if preset.plot_heading else []
    asked += ["Why there is no estimate", "Risk of bias", *(sign for sign, _ in page.data.bias_domains), "A B C D E F"]
    whole = {part for text in asked for part in parts(text)}
    return [text for role, text, *_ in page.texts if role == "heading" and not whole.issuperset(parts(text))]


@pytest.mark.parametrize(
    ("make", "arms", "preset", "width"), list(itertools.product((events, means), ARMS, PRESETS, (*WIDTHS, 140)))
)
def test_no_heading_is_broken_inside_a_word(make, arms, preset, width) -> None:
    page = measured(replace(make(), arm_labels=arms), preset=preset, width_mm=width)
    assert broken(page) == []
    assert not {"+", "/"} & {text for role, text, *_ in page.texts if role == "heading"}


@pytest.mark.parametrize(("seed", "preset", "width"), [(7, *way) for way in itertools.product(PRESETS, WIDTHS)])
def test_no_heading_of_a_generated_set_is_broken_inside_a_word(seed, preset, width) -> None:
    assert broken(measured(generated(seed), preset=preset, width_mm=width)) == []


def test_endless_words_still_leave_room_for_a_plot() -> None:
    page = measured(replace(events(), arm_labels=("x" * 400, "minoxidil")), preset="bmj", width_mm=174)
    assert page.polygons["square"]
    assert page.width == pytest.approx(174 / 25.4 * 72)
