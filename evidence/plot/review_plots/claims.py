"""Claims beside the evidence: a row each, with the sign and word of its verdict and the result with most behind it."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ..page.page import Page
from ..page.scene import Line, Polygon, Scene
from ..page.style import Style, style_for
from ..page.typeface import text_width, wrap
from .claims_axis import ClaimAxis, claim_axes, key_of
from .claims_data import CLAIM_VERDICTS, ClaimLine, ClaimsData, claims_headline, claims_text
from .claims_marks import INKS, estimate_ink, estimate_mark, verdict_sign

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from ..page.canvas import DescribedFigure

__all__ = ["claims_figure", "claims_scene"]

_NARROW = 300.0  # points; a narrower page has the verdict above the claim
_SIGN = 7.0
_STRIP = 0.27
_ARROW = 4.4
_PAD = 3.2  # between a row's text and the lines above and below it


def claims_figure(data: ClaimsData, *, width_mm: float = 174.0, preset: str = "house") -> DescribedFigure:
    """Return the figure of claims beside the evidence.

    Every row has the verdict as a sign and a word, the claim, its result in words and numbers, and its interval. No
    effect is in the middle of the strip and what speaks for a claim is right of it, whichever way the outcome runs;
    each measure has an axis of its own below, so that lengths compare only among results of one measure. An interval
    that is wider than its axis ends in an arrowhead.

    Parameters
    ----------
    data : ClaimsData
        What to show; `evidence.report.claims.claims_data` makes it from verdicts.
    width_mm : float
        Width of the figure; journals ask for 84, 120 or 174 mm.
    preset : str
        The look, as in `forest`.

    Examples
    --------
    >>> from evidence.plot.review_plots.claims_data import ClaimLine
    >>> line = ClaimLine(claim="It helps.", verdict="untested", said="No trial found")
    >>> claims_figure(ClaimsData(lines=(line,)), width_mm=84).heading
    'Popular claims beside the evidence: 1 claim'
    """
    from ..page.canvas import draw

    return draw(claims_scene(data, style_for(preset, width_mm)))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Columns:
    """Where the columns are: signs, words of verdicts, claims, and the strip with no effect in its middle."""

    sign: float
    word: float
    claim: float
    claim_width: float
    left: float
    right: float
    stacked: bool

    @property
    def middle(self) -> float:
        return (self.left + self.right) / 2

    def x(self, position: float) -> float:
        return self.middle + position * (self.right - self.left) / 2


def claims_scene(data: ClaimsData, style: Style) -> Scene:
    """Return the figure as a scene: texts, lines and shapes with their places."""
    page = Page(style=style, y=style.margin)
    if data.title:
        page.paragraph(data.title, "title", size=style.size + 0.5, color=style.ink, bold=True)
        page.y += 3.0
    drawn = [line.interval for line in data.lines if line.interval is not None]
    columns = _columns(style, plotted=bool(drawn))
    axes = claim_axes(drawn, half=(columns.right - columns.left) / 2, size=style.small)
    if data.lines:
        _header(page, columns, plotted=bool(drawn))
        top = page.y
        for line in data.lines:
            _row(page, columns, line, axes)
        if drawn:
            ends = ((columns.middle, top), (columns.middle, page.y))
            page.back.append(Line(start=ends[0], end=ends[1], color=style.muted, width=0.7, role="null"))
        for axis in axes.values():
            _axis(page, columns, axis)
    page.y += 4.0
    for note in (*_notes(data), *data.notes):
        page.paragraph(note, "note", size=style.small, color=style.muted)
    return page.scene(
        title=claims_headline(data),
        description=claims_text(data),
    )


def _columns(style: Style, *, plotted: bool) -> _Columns:
    stacked = style.width < _NARROW
    right = style.width - style.margin - 2.0
    left = right - (_STRIP * style.width if plotted else 0.0)
    word = style.margin + _SIGN + 4.0
    widest = max(text_width(name, style.size, bold=True) for name in CLAIM_VERDICTS)
    claim = style.margin if stacked else word + widest + style.gap
    end = left - style.gap if plotted else right
    return _Columns(
        sign=style.margin + _SIGN / 2,
        word=word,
        claim=claim,
        claim_width=end - claim,
        left=left,
        right=right,
        stacked=stacked,
    )


def _header(page: Page, columns: _Columns, *, plotted: bool) -> None:
    style = page.style
    baseline = page.y + style.size
    if not columns.stacked:
        page.write(style.margin, baseline, "Verdict", "heading", bold=True)
    page.write(columns.claim, baseline, "Claim, and what is known of it", "heading", bold=True)
    if plotted:
        words = _directions(columns, style)
        page.write(columns.left, baseline, words[0], "direction", color=style.muted, size=style.small)
        page.write(columns.right, baseline, words[1], "direction", align="right", color=style.muted, size=style.small)
        page.front += _pointers(columns, words, baseline - 0.36 * style.small, style)
    page.y = baseline + 0.5 * style.size
    page.rule(width=0.9, color=style.rule, role="header-rule")


def _directions(columns: _Columns, style: Style) -> tuple[str, str]:
    """Return what either side of the strip means, in as many words as there is room for."""
    whole = ("against the claim", "for the claim")
    room = columns.right - columns.middle - 3.0
    return whole if all(text_width(text, style.small) <= room for text in whole) else ("against", "for")


def _pointers(columns: _Columns, words: tuple[str, str], y: float, style: Style) -> Iterator[Line | Polygon]:
    """Yield an arrow from the middle towards each word; none where there is no room for both."""
    tips = [
        (sign, (columns.left if sign < 0 else columns.right) - sign * (text_width(text, style.small) + 3.0))
        for text, sign in zip(words, (-1.0, 1.0), strict=True)
    ]
    if any(sign * (tip - columns.middle) < _ARROW + 6.0 for sign, tip in tips):
        return
    for sign, tip in tips:
        tail = (columns.middle + sign * 3.0, y)
        yield Line(start=tail, end=(tip - sign * _ARROW, y), color=style.faint, width=0.8, role="pointer")
        yield _head((tip, y), sign, style.faint, "pointer-head")


def _head(tip: tuple[float, float], sign: float, color: str, role: str) -> Polygon:
    (x, y), back, half = tip, tip[0] - sign * _ARROW, 0.45 * _ARROW
    return Polygon(points=((x, y), (back, y - half), (back, y + half)), fill=color, role=role)


def _row(page: Page, columns: _Columns, line: ClaimLine, axes: Mapping[tuple[object, ...], ClaimAxis]) -> None:
    style = page.style
    top = page.y
    page.y += _PAD
    word = page.y + style.size
    x, baseline = (columns.word, word)
    page.write(x, baseline, line.verdict, "verdict", bold=True, color=_word_ink(line.verdict, style))
    page.front += verdict_sign(line.verdict, (columns.sign, baseline - 0.36 * style.size), _SIGN, style)
    if columns.stacked:
        page.y += style.leading
    _lines(page, columns, f"{line.claim}{' *' if line.from_article else ''}", "claim", style.size, style.ink)
    _lines(page, columns, line.said, "said", style.small, style.muted)
    page.y += _PAD
    if line.interval is not None:
        _interval(page, columns, line, axes, (top + page.y) / 2)
    page.rule(width=0.4, color=style.faint, role="row-rule")


def _word_ink(verdict: str, style: Style) -> str:
    return INKS[verdict] if verdict in ("supported", "contradicted") else style.ink


def _lines(page: Page, columns: _Columns, text: str, role: str, size: float, color: str) -> None:
    for part in wrap(text, columns.claim_width, size):
        page.write(columns.claim, page.y + size, part, role, size=size, color=color)
        page.y += 1.26 * size


def _interval(
    page: Page, columns: _Columns, line: ClaimLine, axes: Mapping[tuple[object, ...], ClaimAxis], y: float
) -> None:
    style, interval = page.style, line.interval
    if interval is None:
        return
    axis = axes[key_of(interval)]
    ends = sorted(axis.position(end) for end in (interval.ci_low, interval.ci_high) if not math.isnan(end))
    if len(ends) == 2:
        page.front += _bar(columns, ends[0], ends[1], y, estimate_ink(interval.kind, style))
    page.front += estimate_mark(interval.kind, (columns.x(axis.position(interval.estimate)), y), style)


def _bar(columns: _Columns, low: float, high: float, y: float, ink: str) -> Iterator[Line | Polygon]:
    """Yield an interval, cut at the ends of the strip, with an arrowhead at each cut."""
    cut_low, cut_high = low < -1.0, high > 1.0
    start = columns.left + _ARROW if cut_low else columns.x(low)
    end = columns.right - _ARROW if cut_high else columns.x(high)
    if end > start:
        yield Line(start=(start, y), end=(end, y), color=ink, width=1.1, role="interval")
    if cut_low:
        yield _head((columns.left, y), -1.0, ink, "interval-arrow")
    if cut_high:
        yield _head((columns.right, y), 1.0, ink, "interval-arrow")


def _axis(page: Page, columns: _Columns, axis: ClaimAxis) -> None:
    style = page.style
    page.y += 5.0
    y = page.y
    ends = ((columns.left, y), (columns.right, y))
    page.back.append(Line(start=ends[0], end=ends[1], color=style.rule, width=0.7, role="axis"))
    below = y + 3.4 + style.small
    for value, text in axis.ticks:
        x = columns.x(axis.position(value))
        page.back.append(Line(start=(x, y), end=(x, y + 2.4), color=style.rule, width=0.7, role="tick"))
        page.write(x, below, text, "tick-label", align="center", size=style.small)
    baseline = y + 0.5 * style.small
    for text in wrap(axis.measure, columns.left - style.gap - style.margin - 6.0, style.small):
        page.write(columns.left - style.gap, baseline, text, "axis-label", align="right", size=style.small)
        baseline += 1.26 * style.small
    page.y = max(below, baseline - style.small) + 0.3 * style.small


def _notes(data: ClaimsData) -> Iterator[str]:
    kinds = {line.interval.kind for line in data.lines if line.interval is not None}
    if kinds:
        signs = {
            "pooled": "filled diamond, pooled by the primary analysis",
            "wider": "open grey diamond, pooled by a sensitivity analysis only",
            "single": "open grey square, a single trial",
        }
        told = "; ".join(text for kind, text in signs.items() if kind in kinds)
        yield (
            f"Estimates: {told}. Of each claim the result with most behind it is drawn, whatever it says. Lengths "
            "compare only within one measure; an arrowhead says that the interval goes on."
        )
    if any(line.from_article for line in data.lines):
        yield "* claim that the review began with."
    if any(line.verdict == "untested" for line in data.lines):
        yield "Untested does not mean false."
