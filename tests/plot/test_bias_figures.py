"""Risk of bias: symbols told apart in grey, lights in their places, bars cut in the ratio of weights or counts."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from itertools import combinations
from typing import TYPE_CHECKING

import numpy as np
import pytest
from drawn_figures import NAMES, area, assert_laid_out, drawn
from pictures import assert_picture

import evidence as ev
from evidence.errors import InputError
from evidence.plot import BiasData, BiasForm, BiasRow, bias_summary, light_pages, traffic_lights
from evidence.plot.page.save import figure_bytes
from evidence.plot.review_plots.bias_bars import percent
from evidence.plot.review_plots.bias_symbols import JUDGEMENTS, bias_bar, bias_ink, bias_mark, bias_word, counted_as
from evidence.report.figures import bias_data

if TYPE_CHECKING:
    import pandas as pd

ROB2 = ("low", "some-concerns", "high", "", "not-agreed")
ROBINS = ("low", "moderate", "serious", "critical", "no-information", "")
ROB2_DOMAINS = (
    ("D1", "the randomisation process"),
    ("DS", "period and carry-over effects"),
    ("D2", "deviations from the intended interventions"),
    ("D3", "missing outcome data"),
    ("D4", "measurement of the outcome"),
    ("D5", "selection of the reported result"),
)
ROBINS_DOMAINS = tuple((f"D{place}", f"what domain {place} is about, in many words") for place in range(1, 8))


def made_up(seed: int) -> BiasData:
    """Return judgements; consecutive seeds go through sizes, one or two forms, with and without weights."""
    rng = np.random.default_rng(seed)
    counts = ((1, 0), (3, 2), (12, 5), (14, 29), (0, 7), (44, 5))[seed % 6]
    weights = rng.dirichlet(np.full(sum(counts), 0.4)) * 100 if seed % 2 else [None] * sum(counts)
    place = iter(weights)
    forms = []
    for count, title, domains, scale in (
        (counts[0], "RoB 2, crossover and other matched trials", ROB2_DOMAINS, ROB2),
        (counts[1], "ROBINS-I of 2016", ROBINS_DOMAINS, ROBINS),
    ):
        rows = tuple(
            BiasRow(
                label=f"{NAMES[int(rng.integers(len(NAMES)))]} {number}",
                judgements=tuple(map(str, rng.choice(scale, len(domains)))),
                overall=str(rng.choice(scale)),
                weight=None if (weight := next(place)) is None else float(weight),
            )
            for number in range(count)
        )
        if rows:
            forms.append(BiasForm(title=title, domains=domains, rows=rows))
    return BiasData(forms=tuple(forms), title="" if seed % 3 else "pain at 12 weeks", notes=("A note. " * 9,))


def lightness(ink: str) -> float:
    """Return L* of a colour (CIE 1976)."""
    parts = [int(ink[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    y = 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
    return 116 * y ** (1 / 3) - 16 if y > 0.008856 else 903.3 * y


def test_symbols_are_told_apart_without_colour() -> None:
    # Judgements of two tools that mean the same share a sign; so do none of those of one tool.
    for tool in (ROB2, ROBINS):
        grounds = [lightness(bias_ink(name)[0]) for name in tool if name not in ("", "not-agreed")]
        assert min(abs(one - two) for one, two in combinations(grounds, 2)) > 10
        signs = []
        for name in tool:
            shapes = [np.array(item.points).round(6).tobytes() for item in bias_mark(name, 0, 0, 10)[1:]]
            signs.append((bias_ink(name)[0] == "#ffffff", tuple(shapes)))
        assert len(set(signs)) == len(tool)
    for name in JUDGEMENTS:
        ground, ink = bias_ink(name)
        bright, dark = max(lightness(ground), lightness(ink)), min(lightness(ground), lightness(ink))
        assert bright - dark > 40 or name == ""


@pytest.mark.parametrize("judgement", [*JUDGEMENTS, None, "no tool has this"])
def test_a_symbol_stays_within_its_size(judgement) -> None:
    points = np.concatenate([item.points for item in bias_mark(judgement, 20, 30, 9)])
    assert np.hypot(*(points - [20, 30]).T).max() == pytest.approx(4.5)
    for shape in bias_bar(judgement, 10, 20, 31.5, 29):
        corners = np.array(shape.points)
        assert corners.min(axis=0).tolist() >= [10, 20]
        assert (corners <= [31.5 + 1e-9, 29 + 1e-9]).all()


def test_nothing_that_is_not_low_looks_low() -> None:
    low = [np.array(item.points) for item in bias_mark("low", 0, 0, 10)]
    for other in ("", None, "not-agreed", "no-information", "unheard of"):
        assert bias_ink(other)[0] != bias_ink("low")[0]
        assert len(bias_mark(other, 0, 0, 10)) != len(low) or other == "no-information"
    assert bias_word(None) == bias_word("") == "not assessed"
    assert counted_as("no-information", "RoB2") == ""
    assert counted_as("no-information", "ROBINS-I") == "no-information"


@pytest.mark.parametrize("width", [84, 174])
@pytest.mark.parametrize("seed", range(6))
def test_lights_stand_in_the_rows_of_their_trials(seed: int, width: float) -> None:
    data = made_up(seed)
    pages = light_pages(data)
    assert pages == -(-len(data.rows) // 40)
    shown: list[str] = []
    marks: Counter = Counter()
    for number in range(1, pages + 1):
        page = assert_laid_out(traffic_lights(data, page=number, width_mm=width), width)
        shown += page.words("head")
        for role, shapes in page.shapes.items():
            if role.startswith("bias-") and role not in ("bias-sign", "bias-ring"):
                marks[role.removeprefix("bias-")] += len(shapes) // (8 if role == "bias-not-assessed" else 1)
    legend = Counter(data.shown)
    expected = Counter(
        name or "not-assessed" for row in data.rows for name in (*row.judgements, row.overall)
    ) + Counter({name or "not-assessed": pages * count for name, count in legend.items()})
    assert marks == expected


def test_every_light_is_the_judgement_of_its_row_and_column() -> None:
    rows = tuple(BiasRow(label=f"Trial {n}", judgements=tuple(np.roll(ROB2, n)), overall=ROB2[n % 5]) for n in range(5))
    domains = tuple((f"D{n}", f"domain {n}") for n in range(1, 6))
    page = drawn(traffic_lights(BiasData(forms=(BiasForm(title="RoB 2", domains=domains, rows=rows),))))
    columns = {text: (box[0] + box[2]) / 2 for role, text, box in page.texts if role == "head"}
    heights = {text: (box[1] + box[3]) / 2 for role, text, box in page.texts if role == "label"}
    for row in rows:
        for sign, judgement in zip((*columns,), (*row.judgements, row.overall), strict=True):
            middles = page.middles(f"bias-{judgement or 'not-assessed'}")
            near = np.hypot(middles[:, 0] - columns[sign], middles[:, 1] - heights[row.label])
            assert near.min() < 5


def test_a_narrow_page_says_how_wide_it_must_be() -> None:
    domains = tuple((f"D{n}", "something") for n in range(12))
    row = BiasRow(label="A 2019", judgements=("low",) * 12)
    data = BiasData(forms=(BiasForm(title="T", domains=domains, rows=(row,)),))
    with pytest.raises(InputError, match="13 columns do not fit; give width_mm of at least ") as caught:
        traffic_lights(data, width_mm=84)
    least = int(str(caught.value).split()[-1])
    assert_laid_out(traffic_lights(data, width_mm=least), least)
    with pytest.raises(InputError, match="page=2 is not there; the figure has 1 page"):
        traffic_lights(data, page=2, width_mm=174)


@pytest.mark.parametrize("width", [84, 120, 174])
@pytest.mark.parametrize("seed", range(8))
def test_bars_are_cut_in_the_ratio_of_weights(seed: int, width: float) -> None:
    data = made_up(seed)
    page = assert_laid_out(bias_summary(data, width_mm=width), width)
    found = Counter()
    for role, shapes in page.shapes.items():
        if role.startswith("bias-bar-"):
            for shape in shapes:
                found[role.removeprefix("bias-bar-")] += area(shape)
    expected = Counter()
    for form in data.forms:
        total = sum(row.weight if data.weighted else 1 for row in form.rows)
        for row in form.rows:
            for name in (*row.judgements, row.overall):
                expected[name or "not-assessed"] += (row.weight if data.weighted else 1) / total
    # The legend shows one part of 9 by 8 points of each.
    for name in data.shown:
        found[name or "not-assessed"] -= 72.0
    length = np.ptp(page.lines["axis"][0][:, 0])
    for name, share in expected.items():
        assert found[name] == pytest.approx(11.0 * length * share, rel=1e-3, abs=0.5)
    text = " ".join(page.words("note"))
    assert ("share of the weight in the synthesis" in text) is bool(data.weighted)
    assert ("unweighted" in text) is not data.weighted


def test_every_part_is_labelled_in_percent() -> None:
    weights = (0.3, 1.2, 8.6, 30.0, 59.9)
    names = ("critical", "serious", "no-information", "", "low")
    rows = tuple(
        BiasRow(label=f"T{n}", judgements=(name,), overall=name, weight=weight)
        for n, (name, weight) in enumerate(zip(names, weights, strict=True))
    )
    data = BiasData(forms=(BiasForm(title="ROBINS-I", domains=(("D1", "confounding"),), rows=rows),))
    page = assert_laid_out(bias_summary(data, width_mm=84), 84)
    assert page.words("share") == ["60%", "30%"] * 2
    assert " ".join(page.words("small-parts")) == " ".join(["serious 1%, critical <1%, no information 9%"] * 2)
    assert "confounding: low 60%, serious 1%, critical <1%, no information 9%, not assessed 30%" in (
        bias_summary(data).description
    )
    assert (percent(0.0), percent(99.9), percent(100.0)) == ("0%", ">99%", "100%")


def test_faults_of_the_data_are_named() -> None:
    form = BiasForm(title="T", domains=(("D1", "x"),), rows=(BiasRow(label="A", judgements=("low", "high")),))
    with pytest.raises(InputError, match="A has 2 judgements for 1 domains"):
        BiasData(forms=(form,))
    with pytest.raises(InputError, match="no tool has the judgement 'unclear'"):
        BiasData(forms=(replace(form, rows=(BiasRow(label="A", judgements=("unclear",)),)),))
    rows = (BiasRow(label="A", judgements=("low",), weight=100.0), BiasRow(label="B", judgements=("low",)))
    with pytest.raises(InputError, match="some trials have a weight and others have none"):
        BiasData(forms=(replace(form, rows=rows),))
    with pytest.raises(InputError, match="there is no trial"):
        BiasData(forms=())


def test_the_words_tell_every_judgement() -> None:
    form = BiasForm(
        title="RoB 2", domains=ROB2_DOMAINS[:2], rows=(BiasRow(label="A 2019", judgements=("low", ""), overall=""),)
    )
    assert traffic_lights(BiasData(forms=(form,))).description == (
        "Risk of bias: 1 trial. A 2019: D1 low, DS not assessed, overall not assessed."
    )


def shipped(table: pd.DataFrame | None = None) -> ev.EvidenceBase:
    base = ev.load(__file__)
    return base if table is None else replace(base, tables={**base.tables, "risk_of_bias": table})


def test_a_base_shows_all_its_eligible_trials() -> None:
    base = shipped()
    studies = base["studies"]
    eligible = studies[studies["eligibility"].isin(["included", "sensitivity-only", "numbers-missing"])]
    data = bias_data(base)
    assert sorted(row.label for row in data.rows) == sorted(eligible["label"])
    # RoB 2 knows no `no information`: nobody has assessed those.
    judged = base["risk_of_bias"].query("outcome == 'all'")
    counted = Counter(
        "" if (tool == "RoB2" and name == "no-information") else name
        for tool, name in zip(judged["tool"], judged["judgement"], strict=True)
    )
    assert Counter(name for row in data.rows for name in (*row.judgements, row.overall)) == counted
    assert not data.weighted
    for number in range(1, light_pages(data) + 1):
        assert_laid_out(traffic_lights(data, page=number, width_mm=84), 84)


def test_an_answer_shows_its_trials_with_their_weights() -> None:
    base = shipped()
    answer = base.answer("addon-minoxidil-response")
    data = bias_data(base, answer)
    frame = answer.shown.effects
    assert {row.label: row.weight for row in data.rows} == pytest.approx(
        dict(zip(frame["study"], frame["weight"], strict=True))
    )
    assert sum(row.weight or 0 for row in data.rows) == pytest.approx(100)


def test_forms_say_how_much_of_the_weight_they_stand_for() -> None:
    def form(title: str, weight: float) -> BiasForm:
        rows = (BiasRow(label=f"Trial of {title}", judgements=("low",), overall="low", weight=weight),)
        return BiasForm(title=title, domains=(("D1", "randomisation"),), rows=rows)

    figure = bias_summary(BiasData(forms=(form("RoB 2", 7.0), form("ROBINS-I", 93.0), form("Other", 0.0))))
    heads = drawn(figure).words("form")
    assert heads[:2] == ["RoB 2: 1 trial, 7% of the weight", "ROBINS-I: 1 trial, 93% of the weight"]
    # Its bars cannot be shares of a weight that it has none of.
    assert heads[2] == "Other: 1 trial without weight, each counted once"
    assert "RoB 2, 1 trial, 7% of the weight." in figure.description


def test_a_trial_that_nobody_judged_is_shown_so() -> None:
    base = shipped()
    table = base["risk_of_bias"]
    answer = base.answer("addon-minoxidil-response")
    first, second = answer.shown.effects["study_id"]
    rest = table[table["study_id"] != first].copy()
    rest.loc[(rest["study_id"] == second) & (rest["domain"] == "D4"), "judgement"] = "high"
    data = bias_data(shipped(rest), answer)
    assert [form.title for form in data.forms][-1] == "Not assessed with any form"
    assert (data.forms[-1].rows[0].judgements, data.forms[-1].rows[0].overall) == ((), "")
    # One domain at the worst decides the whole, whatever the others are; there is an overall row, which counts first.
    assert data.forms[0].rows[0].judgements[3] == "high"
    assert_laid_out(traffic_lights(data), 120)
    assert "not assessed 100%" in bias_summary(data).description.split("Not assessed with any form")[1]


def test_the_same_data_give_the_same_bytes() -> None:
    data = made_up(2)
    for draw in (traffic_lights, bias_summary):
        assert figure_bytes(draw(data), "svg") == figure_bytes(draw(data), "svg")


def test_pictures_of_bias_figures() -> None:
    forms = tuple(replace(form, rows=form.rows[:4]) for form in made_up(2).forms)
    rows = [[replace(row, label=f"Trial {n}") for n, row in enumerate(form.rows)] for form in forms]
    data = BiasData(forms=tuple(replace(form, rows=tuple(own)) for form, own in zip(forms, rows, strict=True)))
    assert_picture(traffic_lights(data), "bias-lights")
    assert_picture(bias_summary(replace(data, forms=data.forms[:1]), width_mm=84), "bias-bars")
