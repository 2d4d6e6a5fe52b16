"""The Baujat plot: what each study adds to heterogeneity, against what it does to the pooled result."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from ...errors import InputError
from ...pool.digits import decimals, show
from ...vocabulary import check_option
from ..page.label_placement import Spot, lost_text, place_names
from ..page.marks import circle
from ..page.page import Page
from ..page.scene import Polygon, Scene
from ..page.style import Style, style_for
from ..page.xy_frame import Frame, Span, draw_axes, header, make_frame
from .answer_words import NO_ANSWER, AnswerWords, answer_words
from .fit_points import FEWEST_STUDIES, plain_fit, studies

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ...diagnose import Baujat
    from ..page.canvas import DescribedFigure

__all__ = ["baujat_plot", "baujat_scene"]

_DOT = 2.3


def baujat_plot(
    subject: Any,
    *,
    names: str = "all",
    title: str | None = None,
    width_mm: float = 120.0,
    preset: str = "house",
) -> DescribedFigure:
    """Return a Baujat plot.

    To the right stand the studies that add most to heterogeneity, at the top those without which the pooled result
    would be another one.

    Parameters
    ----------
    subject : Baujat, PooledResult, SynthesisResult or SubgroupResult
        Coordinates, or a fit from which they are computed.
    names : {"all", "none"}
        Whether to name the studies. The farthest from the origin come first; a name without room is left out.
    title : str, optional
        A title above the figure.
    width_mm : float
        Width of the figure; journals ask for 84, 120 or 174 mm.
    preset : {"house", "revman5", "jama", "bmj", "cochrane"}
        The look.

    Raises
    ------
    InputError
        If the fit has one study, or no study's influence can be told.

    References
    ----------
    Baujat B, Mahé C, Pignon J-P, Hill C (2002). A graphical method for exploring heterogeneity in meta-analyses.
    doi:10.1002/sim.1221.

    Examples
    --------
    >>> import evidence as ev
    >>> baujat_plot(ev.pool([0.1, 0.3, 0.9], [0.02, 0.05, 0.04]), width_mm=84).heading
    'Baujat plot: 3 studies'
    """
    from ...diagnose.baujat import Baujat, baujat
    from ..page.canvas import draw

    check_option("names", names, ("all", "none"))
    found = subject if isinstance(subject, Baujat) else baujat(plain_fit(subject, what="baujat_plot()"))
    style, answer = style_for(preset, width_mm), answer_words(subject)
    return draw(baujat_scene(found, style, named=names == "all", title=title, answer=answer))


def baujat_scene(
    found: Baujat,
    style: Style,
    *,
    named: bool = True,
    title: str | None = None,
    answer: AnswerWords = NO_ANSWER,
) -> Scene:
    """Return the figure as a scene: texts, lines and shapes with their places."""
    rows = [
        (str(label), float(x), float(y))
        for label, x, y in zip(found.labels, found.x, found.y, strict=True)
        if math.isfinite(x) and math.isfinite(y)
    ]
    if not rows:
        why = next((reason for reason in found.reasons if reason), "the result does not vary")
        raise InputError(f"no study's influence can be told, so there is nothing to draw: {why}")
    page = Page(style=style, y=style.margin)
    header(page, title or answer.title, _warnings(len(rows)))
    ends = [1.08 * max([*values, 1e-12]) for values in ([x for _, x, _ in rows], [y for _, _, y in rows])]
    frame = make_frame(
        page,
        x=Span(low=-0.03 * ends[0], high=ends[0], title=_x_title(found)),
        y=Span(low=-0.03 * ends[1], high=ends[1], title=_y_title(found)),
        height=0.62 * (style.width - 2 * style.margin),
    )
    spots = _dots(page, frame, rows, named=named)
    box = (frame.left + 1.5, frame.top, style.width - style.margin, frame.bottom - 1.0)
    lost = place_names(page, spots, box, size=style.small)
    draw_axes(page, frame)
    notes = [*_notes(found, lost), *answer.notes]
    for note in notes:
        page.paragraph(note, "note", size=style.small, color=style.muted)
    heading = answer.named(f"Baujat plot: {studies(len(rows))}")
    return page.scene(
        title=" ".join(title.split()) if title else heading,
        description=_description(heading, found, rows, [*_warnings(len(rows)), *notes]),
    )


def _dots(page: Page, frame: Frame, rows: Sequence[tuple[str, float, float]], *, named: bool) -> list[Spot]:
    """Draw the studies; return their places, the farthest from the origin first."""
    style, spots = page.style, []
    for label, x, y in rows:
        at = frame.at(x, y)
        page.front.append(Polygon(points=circle(*at, _DOT + 0.5), fill=style.paper, role="study-edge"))
        page.front.append(Polygon(points=circle(*at, _DOT), fill=style.study, role="study"))
        spots.append(Spot(x=at[0], y=at[1], radius=_DOT + 0.5, name=label if named else ""))
    return sorted(spots, key=lambda spot: -math.hypot(spot.x - frame.left, spot.y - frame.bottom))


def _x_title(found: Baujat) -> str:
    if found.terms_of_q:
        return "Contribution to Q of the residuals" if found.moderators else "Contribution to Q"
    return "Contribution to heterogeneity (squared Pearson residual)"


def _y_title(found: Baujat) -> str:
    return "Influence on the fitted value" if found.moderators else "Influence on the pooled result"


def _warnings(k: int) -> list[str]:
    if k >= FEWEST_STUDIES:
        return []
    return [f"With {studies(k)} the largest contribution is easily one by chance."]


def _notes(found: Baujat, lost: int) -> list[str]:
    notes = ["Influence: squared change of the result without the study, over its variance then."]
    notes += [
        f"{label} has no place: {reason}." for label, reason in zip(found.labels, found.reasons, strict=True) if reason
    ]
    if lost:
        notes.append(lost_text(lost))
    return notes


def _description(heading: str, found: Baujat, rows: Sequence[tuple[str, float, float]], notes: Sequence[str]) -> str:
    x, y = (title[0].lower() + title[1:] for title in (_x_title(found), _y_title(found)))
    listed = "; ".join(f"{label}: {_short(across)}, {_short(up)}" for label, across, up in rows)
    most = max(rows, key=lambda row: row[1]), max(rows, key=lambda row: row[2])
    return " ".join(
        [
            f"{heading}.",
            f"Each with its {x} and its {y}: {listed}.",
            f"Most of the first: {most[0][0]}; of the second: {most[1][0]}.",
            *notes,
        ]
    )


def _short(value: float) -> str:
    return show(value, decimals([value], usual=2))
