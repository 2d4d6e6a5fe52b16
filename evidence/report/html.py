"""The HTML report: one page that stands alone, without dates, outside resources or a need for scripts."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from .changes import view_changes
from .findings import findings_of_studies, view_findings, with_contradictions
from .links import linked
from .short import in_ten_seconds
from .view import view_groups
from .view_base import view_bias, view_claims, view_conflicts, view_notices, view_reviews, view_studies
from .wording import capital

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from jinja2 import Environment

    from ..answers import Answer
    from ..base import EvidenceBase
    from .claims import ClaimVerdict

__all__ = ["report_html"]

_TEMPLATES = Path(__file__).parent / "templates"


def report_html(
    base: EvidenceBase, answers: Mapping[str, Answer], claims: Sequence[ClaimVerdict], figures: Mapping[str, str]
) -> str:
    """Return the report as HTML.

    The same base gives the same text. Nothing is fetched when the page is opened; its links lead to PubMed, DOIs and
    the pages that were read.

    Parameters
    ----------
    base : EvidenceBase
        The evidence base.
    answers : mapping of str to Answer
        Every synthesis under every analysis.
    claims : sequence of ClaimVerdict
        What `judge_claims` returned.
    figures : mapping of str to str
        Synthesis id → path of its figure, relative to the page; a synthesis without one is shown without.
    """
    groups = with_contradictions(view_groups(base.protocol, answers, figures), base, answers)
    headline = base.protocol.review.headline
    context: dict[str, Any] = {
        "review": base.protocol.review,
        "short": in_ten_seconds(base, answers, claims),
        "headline": next((view for group in groups for view in group.syntheses if view.id == headline), None),
        "groups": groups,
        "notices": view_notices(base, answers),
        "changes": view_changes(base),
        "claims": view_claims(base, claims),
        "conflicts": view_conflicts(base),
        "findings": view_findings(base),
        "found": findings_of_studies(base),
        "bias": view_bias(base),
        "reviews": view_reviews(base),
        "studies": view_studies(base),
        "style": (_TEMPLATES / "style.css").read_text(encoding="utf-8"),
        "script": (_TEMPLATES / "filter.js.j2").read_text(encoding="utf-8"),
    }
    page: str = _environment().get_template("report.html.j2").render(context)
    return page


def _environment() -> Environment:
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    environment = Environment(
        loader=FileSystemLoader(_TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters["linked"] = linked
    environment.filters["capfirst"] = capital
    return environment
