"""The geometry of the figure of claims over generated claims, as matplotlib's renderer measures it."""

from __future__ import annotations

import math
import warnings
from dataclasses import dataclass
from functools import cache

import numpy as np
import pytest
from pictures import assert_picture

from evidence.errors import InputError, OptionError
from evidence.plot.page.save import figure_bytes, save_figure
from evidence.plot.review_plots.claims import claims_figure
from evidence.plot.review_plots.claims_data import CLAIM_VERDICTS, ClaimInterval, ClaimLine, ClaimsData

WIDTHS = (84, 120, 174)
SETS = 16
DPI = 300
CLAIMS = (
    "It helps.",
    "It is well tolerated, and complications are few, whatever people do with it at home and in the clinic.",
    "张卫的说法:微针联合米诺地尔有效",
    "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft",
    "يعمل مع العلاج الموضعي",
    "$a$ & <b>bold</b> −1",
)
MEASURES = (
    ("Risk ratio", True, 1.0),
    ("Mean difference, hairs/cm²", False, 0.0),
    (
        "Mean difference, an extraordinarily long unit that nobody would print in a narrow column of a journal",
        False,
        0.0,
    ),
    ("Hedges' g", False, 0.0),
)


@dataclass(frozen=True)
class Drawn:
    """The artists of a figure by role, with everything in points from the bottom left corner."""

    data: ClaimsData
    width: float
    height: float
    texts: list
    lines: dict
    polygons: dict


def _interval(rng) -> ClaimInterval:
    measure, ratio, null = MEASURES[int(rng.integers(len(MEASURES)))]
    scale = 10.0 ** int(rng.integers(-6, 7))
    value = rng.normal(0.3, 1) * (1 if ratio else scale)
    half = rng.lognormal(0, 1) * (20 if rng.random() < 0.2 else 1) * (1 if ratio else scale)
    low, high = value - half, value + half
    if ratio:
        value, low, high = math.exp(value), math.exp(low), math.exp(min(high, 300.0))
    if rng.random() < 0.1:
        low, high = (0.0 if ratio else -math.inf), math.inf
    if rng.random() < 0.05:
        low = high = math.nan
    kind = ("pooled", "wider", "single")[int(rng.integers(3))]
    name = measure if ratio or measure == "Hedges' g" else f"{measure} × {scale:g}"
    return ClaimInterval(
        measure=name, ratio=ratio, null=null, estimate=value, ci_low=low, ci_high=high,
        higher_is_for=bool(rng.random() < 0.7), kind=kind,
    )  # fmt: skip


def generated(seed: int) -> ClaimsData:
    rng = np.random.default_rng(seed)
    count = (1, 3, 8, 20)[seed % 4]
    lines = [
        ClaimLine(
            claim=CLAIMS[int(rng.integers(len(CLAIMS)))],
            verdict=CLAIM_VERDICTS[int(rng.integers(4))],
            said="MD 8.50 hairs/cm² (6.53 to 10.47); a single trial, 70 people; certainty: not assessed"
            if rng.random() < 0.6
            else "No trial found",
            interval=_interval(rng) if rng.random() < (0 if seed % 5 == 4 else 0.7) else None,
            from_article=bool(rng.random() < 0.5),
        )
        for _ in range(count)
    ]
    title = "" if seed % 2 else "Popular claims beside the evidence: a review with a title that takes two lines"
    return ClaimsData(lines=tuple(lines), title=title, notes=("A note. " * 12,))


@cache
def drawn(seed: int, width_mm: float) -> Drawn:
    return measured(generated(seed), width_mm)


def measured(data: ClaimsData, width_mm: float) -> Drawn:
    figure = claims_figure(data, width_mm=width_mm)
    figure.set_dpi(DPI)
    renderer, scale = figure.canvas.get_renderer(), 72 / DPI
    texts = []
    for text in figure.texts:
        with warnings.catch_warnings():
            warnings.filterwarnings("ignore", message=r"Glyph \d+ .* missing from")
            box = text.get_window_extent(renderer)
        texts.append((text.get_gid(), text.get_text(), np.array(box.extents) * scale, text.get_fontsize()))
    lines: dict = {}
    for line in figure.lines:
        lines.setdefault(line.get_gid(), []).append(line.get_transform().transform(line.get_xydata()) * scale)
    polygons: dict = {}
    for patch in figure.patches:
        polygons.setdefault(patch.get_gid(), []).append(patch.get_transform().transform(patch.get_xy()) * scale)
    width, height = figure.get_size_inches() * 72
    return Drawn(data=data, width=width, height=height, texts=texts, lines=lines, polygons=polygons)


CASES = [pytest.param(seed, width, id=f"set{seed}-{width}mm") for seed in range(SETS) for width in WIDTHS]


def _overlaps(a: np.ndarray, b: np.ndarray, slack: float) -> np.ndarray:
    across = np.minimum(a[:, None, 2], b[None, :, 2]) - np.maximum(a[:, None, 0], b[None, :, 0])
    down = np.minimum(a[:, None, 3], b[None, :, 3]) - np.maximum(a[:, None, 1], b[None, :, 1])
    return (across > slack) & (down > slack)


@pytest.mark.parametrize(("seed", "width"), CASES)
def test_no_two_texts_intersect_and_no_mark_lies_under_one(seed: int, width: float) -> None:
    page = drawn(seed, width)
    boxes = np.array([box for _, _, box, _ in page.texts])
    hit = np.triu(_overlaps(boxes, boxes, 0.05), 1)
    assert [(page.texts[i][1], page.texts[j][1]) for i, j in zip(*np.nonzero(hit), strict=True)] == []
    marks = [points for group in page.polygons.values() for points in group]
    marks += [points for group in page.lines.values() for points in group]
    ends = np.array([[*points.min(axis=0) - 0.1, *points.max(axis=0) + 0.1] for points in marks])
    assert [page.texts[i][1] for i, _ in zip(*np.nonzero(_overlaps(boxes, ends, 0.1)), strict=True)] == []


@pytest.mark.parametrize(("seed", "width"), CASES)
def test_everything_is_on_a_page_of_the_exact_width(seed: int, width: float) -> None:
    page = drawn(seed, width)
    assert page.width == pytest.approx(width / 25.4 * 72, abs=1e-9)
    points = [np.array(box).reshape(2, 2) for _, _, box, _ in page.texts]
    points += [p for group in [*page.lines.values(), *page.polygons.values()] for p in group]
    everything = np.concatenate(points)
    assert everything.min() >= 0
    assert everything[:, 0].max() <= page.width
    assert everything[:, 1].max() <= page.height
    assert {size for *_, size in page.texts} <= {7.0, 7.5, 8.0}


def _middle(page: Drawn) -> float:
    return float(page.lines["null"][0][0, 0])


def _estimates(page: Drawn) -> list[tuple[float, str]]:
    """Return where each estimate stands and its kind, from the top down."""
    found = [
        ((p[:, 1].min() + p[:, 1].max()) / 2, (p[:, 0].min() + p[:, 0].max()) / 2, role.removeprefix("estimate-"))
        for role, group in page.polygons.items()
        if role.startswith("estimate-") and role != "estimate-inside"
        for p in group
    ]
    return [(x, kind) for _, x, kind in sorted(found, reverse=True)]


@pytest.mark.parametrize(("seed", "width"), CASES)
def test_what_speaks_for_a_claim_is_right_and_scales_are_even(seed: int, width: float) -> None:
    page = drawn(seed, width)
    intervals = [line.interval for line in page.data.lines if line.interval is not None]
    found = _estimates(page) if intervals else []
    assert [kind for _, kind in found] == [interval.kind for interval in intervals]
    slopes: dict = {}
    for (x, _), interval in zip(found, intervals, strict=True):
        even = math.log(interval.estimate) if interval.ratio else interval.estimate
        away = even if interval.higher_is_for else -even
        assert (x - _middle(page)) * away >= 0
        if abs(x - _middle(page)) > 0.01:
            key = (interval.measure, interval.higher_is_for)
            slopes.setdefault(key, []).append((x - _middle(page)) / away)
    for values in slopes.values():
        np.testing.assert_allclose(values, values[0], rtol=1e-6)
    assert len(page.lines.get("axis", [])) == len({(entry.measure, entry.higher_is_for) for entry in intervals})


@pytest.mark.parametrize(("seed", "width"), CASES)
def test_every_interval_ends_where_it_should_or_in_an_arrow(seed: int, width: float) -> None:
    page = drawn(seed, width)
    intervals = [line.interval for line in page.data.lines if line.interval is not None]
    if not intervals:
        assert "interval" not in page.lines
        return
    left, right = sorted(page.lines["axis"][0][:, 0])
    arrows = page.polygons.get("interval-arrow", [])
    rows = sorted({round(float((p[:, 1].min() + p[:, 1].max()) / 2), 2) for r, g in page.polygons.items()
                   if r.startswith("estimate-") and r != "estimate-inside" for p in g}, reverse=True)  # fmt: skip
    for y, (x, _), interval in zip(rows, _estimates(page), intervals, strict=True):
        bar = [line for line in page.lines.get("interval", []) if abs(line[0, 1] - y) < 0.1]
        tips = [p[:, 0] for p in arrows if abs((p[:, 1].min() + p[:, 1].max()) / 2 - y) < 0.1]
        if math.isnan(interval.ci_low):
            assert bar == []
            assert tips == []
            continue
        middle = _middle(page)
        even = math.log(interval.estimate) if interval.ratio else interval.estimate
        slope = (x - middle) / even
        ends = []
        for end in (interval.ci_low, interval.ci_high):
            value = (math.log(end) if end > 0 else -math.inf) if interval.ratio else end
            ends.append(middle + slope * value)
        low, high = sorted(ends)
        (line,) = bar
        at = sorted(line[:, 0])
        assert left - 1e-6 <= at[0] <= at[1] <= right + 1e-6
        assert any(abs(tip.min() - left) < 1e-6 for tip in tips) == (low < left - 1e-6)
        assert any(abs(tip.max() - right) < 1e-6 for tip in tips) == (high > right + 1e-6)
        if low >= left:
            assert at[0] == pytest.approx(low, abs=0.01)
        if high <= right:
            assert at[1] == pytest.approx(high, abs=0.01)


@pytest.mark.parametrize("seed", range(SETS))
def test_the_ticks_stand_where_their_numbers_say(seed: int) -> None:
    page = drawn(seed, 174)
    axes = page.lines.get("axis", [])
    ticks = sorted(page.lines.get("tick", []), key=lambda line: (-round(line[0, 1], 3), line[0, 0]))
    labels = sorted(
        ((-round(box[1], 1), (box[0] + box[2]) / 2, text) for role, text, box, _ in page.texts if role == "tick-label"),
    )
    assert len(ticks) == 3 * len(axes)
    assert len(labels) >= 2 * len(axes), "a wide page has room for two labels at least"
    places = [float(tick[0, 0]) for tick in ticks]
    for _, x, _text in labels:
        assert min(abs(place - x) for place in places) < 0.5


@pytest.mark.parametrize(("seed", "width"), CASES)
def test_every_claim_has_one_sign_and_the_word_beside_it(seed: int, width: float) -> None:
    page = drawn(seed, width)
    words = [text for role, text, *_ in page.texts if role == "verdict"]
    assert words == [line.verdict for line in page.data.lines]
    for verdict in CLAIM_VERDICTS:
        assert len(page.polygons.get(f"verdict-{verdict}", [])) == words.count(verdict)


def test_the_signs_differ_in_shape_and_not_in_colour_alone() -> None:
    data = ClaimsData(lines=tuple(ClaimLine(claim="C.", verdict=name, said="S.") for name in CLAIM_VERDICTS))
    page = measured(data, 120)
    corners = {name: page.polygons[f"verdict-{name}"][0] for name in CLAIM_VERDICTS}
    up, down = corners["supported"], corners["contradicted"]
    assert len(np.unique(up.round(3), axis=0)) == len(np.unique(down.round(3), axis=0)) == 3
    at_top = [(np.unique(points.round(3), axis=0)[:, 1] > points[:, 1].mean()).sum() for points in (up, down)]
    assert at_top == [1, 2], "one points up, the other down"
    assert len(page.polygons["verdict-half"]) == 1, "only `uncertain` is half filled"
    assert len(page.polygons["verdict-inside"]) == 2


def test_a_lower_value_that_is_better_stands_right() -> None:
    shared = {"measure": "Risk ratio", "ratio": True, "null": 1.0, "estimate": 0.5, "ci_low": 0.25, "ci_high": 1.0}
    for better in (True, False):
        line = ClaimLine(
            claim="C.", verdict="uncertain", said="S.", interval=ClaimInterval(**shared, higher_is_for=better)
        )
        page = measured(ClaimsData(lines=(line,)), 120)
        ((x, _),) = _estimates(page)
        assert (x < _middle(page)) == better
        labels = [(box[0], text) for role, text, box, _ in page.texts if role == "tick-label"]
        ordered = [text for _, text in sorted(labels)]
        assert ordered == (["0.33", "1", "3"] if better else ["3", "1", "0.33"])


@pytest.mark.parametrize(
    "changes",
    [
        {"estimate": math.nan},
        {"estimate": math.inf},
        {"estimate": -1.0, "ci_low": -2.0},
        {"ci_low": 3.0},
        {"ci_high": 1.0},
    ],
)
def test_what_cannot_be_drawn_is_refused(changes) -> None:
    cells = {"measure": "Risk ratio", "ratio": True, "null": 1.0, "estimate": 2.0, "ci_low": 1.5, "ci_high": 4.0}
    with pytest.raises(InputError):
        ClaimInterval(**{**cells, **changes})


def test_a_verdict_that_there_is_not_is_refused() -> None:
    with pytest.raises(OptionError, match="proven"):
        ClaimLine(claim="C.", verdict="proven", said="S.")


def test_without_claims_there_is_a_page_that_says_so(tmp_path) -> None:
    figure = claims_figure(ClaimsData(lines=()), width_mm=84)
    assert figure.description == "0 claims: 0 supported, 0 contradicted, 0 uncertain, 0 untested."
    assert save_figure(figure, tmp_path / "claims.svg").stat().st_size > 300


def test_the_same_data_give_the_same_bytes() -> None:
    for suffix in ("svg", "pdf"):
        first, second = (figure_bytes(claims_figure(generated(3), width_mm=120), suffix) for _ in range(2))
        assert first == second


INVENTED = ClaimsData(
    title="Popular claims beside the evidence: exercise for pain",
    lines=(
        ClaimLine(
            claim="It eases pain.",
            verdict="supported",
            said="MD −1.20 points (−1.80 to −0.60); pooled, 6 trials, 480 people; certainty: moderate",
            from_article=True,
            interval=ClaimInterval(
                measure="Mean difference, points", ratio=False, null=0.0, estimate=-1.2, ci_low=-1.8, ci_high=-0.6,
                higher_is_for=False,
            ),
        ),
        ClaimLine(
            claim="It makes a drug superfluous.",
            verdict="contradicted",
            said="RR 0.48 (0.30 to 0.77); pooled, 3 trials, 210 people; certainty: low",
            interval=ClaimInterval(
                measure="Risk ratio", ratio=True, null=1.0, estimate=0.48, ci_low=0.30, ci_high=0.77
            ),
        ),
        ClaimLine(
            claim="It helps people sleep.",
            verdict="uncertain",
            said="RR 1.40 (0.02 to 98.10); pooled, 2 trials, 61 people (sensitivity analysis); certainty: not assessed",
            interval=ClaimInterval(
                measure="Risk ratio", ratio=True, null=1.0, estimate=1.4, ci_low=0.02, ci_high=98.1, kind="wider"
            ),
        ),
        ClaimLine(
            claim="It suits everybody.",
            verdict="uncertain",
            said="RR 1.90 (1.10 to 3.20); a single trial, 40 people; certainty: not assessed",
            from_article=True,
            interval=ClaimInterval(
                measure="Risk ratio", ratio=True, null=1.0, estimate=1.9, ci_low=1.1, ci_high=3.2, kind="single"
            ),
        ),
        ClaimLine(claim="It works at once.", verdict="untested", said="No trial found", from_article=True),
    ),
)  # fmt: skip


@pytest.mark.parametrize("width", [84, 120])
def test_picture_of_invented_claims(width: int) -> None:
    assert_picture(claims_figure(INVENTED, width_mm=width), f"claims_{width}mm")


def test_the_words_tell_what_the_picture_shows() -> None:
    assert claims_figure(INVENTED).description.startswith(
        "5 claims: 1 supported, 1 contradicted, 2 uncertain, 1 untested. It eases pain. Supported. MD −1.20 points "
        "(−1.80 to −0.60); pooled, 6 trials, 480 people; certainty: moderate. It makes a drug superfluous. "
        "Contradicted."
    )


def test_the_real_claims_are_drawn_in_the_numbers_of_their_results() -> None:
    import evidence as ev
    from evidence.numbers import format_effect
    from evidence.report.claims import claims_data, judge_claims

    base = ev.load(__file__)
    answers = base.answers()
    verdicts = judge_claims(base, answers)
    data = claims_data(base, verdicts)
    assert [line.verdict for line in data.lines] == [entry.verdict for entry in verdicts]
    shown = 0
    for line, verdict in zip(data.lines, verdicts, strict=True):
        if line.interval is None:
            continue
        results = [answers[name].shown for name in verdict.claim.syntheses]
        pooled = [result.display(result.estimate)[0] for result in results if result.pooled]
        single = [result.trial_display(0)[0] for result in results if result.k == 1]
        assert line.interval.estimate in (pooled if line.interval.kind != "single" else single)
        assert format_effect(line.interval.estimate, ratio=line.interval.ratio) in line.said
        shown += 1
    assert shown > 5
    figure = claims_figure(data, width_mm=174)
    assert figure.heading.startswith("Popular claims beside the evidence: ")
