"""Figures of a whole evidence base: what each kind is made of, and the way from the base to it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ..errors import InputError, UnknownIdError
from ..plot.kinds import check_figure, draw_figure

if TYPE_CHECKING:
    from collections.abc import Callable

    from matplotlib.figure import Figure

    from ..base import EvidenceBase
    from ..plot.kinds import Kind

__all__ = ["plot_base"]


def plot_base(
    base: EvidenceBase, kind: str, name: str | None = None, *, analysis: str | None = None, **options: Any
) -> Figure:
    """Return a figure of an evidence base, or of one of its syntheses.

    Parameters
    ----------
    base : EvidenceBase
        The evidence base.
    kind : str
        One of `evidence.plot.kinds.KINDS`.
    name : str, optional
        The synthesis that it is about, where the kind is about one. For ``"changes"`` the bases to compare, as
        `evidence diff` takes them: a tag, branch, commit or folder against the project as it stands, or ``A...B``. For
        ``"reviews"`` the outcome as they call it.
    analysis : str, optional
        The analysis of the synthesis; by default the primary one.
    **options
        Those of `evidence.plot.kinds.draw_figure`.

    Raises
    ------
    OptionError
        If there is no such kind.
    UnknownIdError
        If there is no such synthesis or analysis.
    InputError
        If a synthesis must be named and is not, or the other way round; and as `draw_figure` has it.

    Examples
    --------
    >>> import evidence as ev
    >>> plot_base(ev.load(), "prisma").heading.startswith("PRISMA")
    True
    """
    drawn = {key: options[key] for key in ("width_mm", "preset", "sort", "by", "page") if key in options}
    found = check_figure(kind, **drawn)
    _check_named(base, found, name, analysis)
    if found.subject == "synthesis" and name is not None:
        return draw_figure(kind, base.synthesis(name, analysis=analysis), **options)
    data = _DATA[kind](base, name, options.pop("by", None))
    return draw_figure(kind, data, **options)


def _check_named(base: EvidenceBase, kind: Kind, name: str | None, analysis: str | None) -> None:
    if kind.argument == "A..B" and name is None:
        raise InputError(f"the figure {kind.name!r} compares two bases; name them as `evidence diff` does")
    if kind.argument == "OUTCOME" and name is None:
        known = ", ".join(dict.fromkeys(base.tables["reviews"]["outcome"].tolist()))
        raise InputError(f"the figure {kind.name!r} is about one outcome of published reviews; name it: {known}")
    if kind.argument == "ID" and name is None:
        known = ", ".join(base.protocol.syntheses)
        raise InputError(f"the figure {kind.name!r} is about one synthesis; name it: {known}")
    if not kind.argument and name is not None:
        raise InputError(f"the figure {kind.name!r} is about the whole base; leave {name!r} out")
    if kind.argument in {"ID", "[ID]"} and name is not None and name not in base.protocol.syntheses:
        raise UnknownIdError("synthesis", name, base.protocol.syntheses)
    if analysis is not None and kind.subject != "synthesis":
        raise InputError(f"the figure {kind.name!r} is not of one analysis; leave {analysis!r} out")


def _bias(base: EvidenceBase, name: str | None, by: str | None) -> Any:
    from .figures import bias_data

    return bias_data(base, None if name is None else base.answer(name))


def _changes(base: EvidenceBase, name: str | None, by: str | None) -> Any:
    from ..living import compare_bases, find_sources, read_source
    from .figures import change_data

    first, second = find_sources([str(name)], base.project)
    return change_data(compare_bases(read_source(first), read_source(second)))


def _claims(base: EvidenceBase, name: str | None, by: str | None) -> Any:
    from .claims import judge_claims
    from .claims.figure import claims_data

    return claims_data(base, judge_claims(base, base.answers()))


def _map(base: EvidenceBase, name: str | None, by: str | None) -> Any:
    from .figures import map_data

    return map_data(base, base.answers())


def _reviews(base: EvidenceBase, name: str | None, by: str | None) -> Any:
    from .reviews import review_table

    return review_table(base).forest_data(outcome=str(name), measure=by or "")


_DATA: dict[str, Callable[[EvidenceBase, str | None, str | None], Any]] = {
    "multiverse": lambda base, name, by: base.multiverse(str(name)),
    "traffic-lights": _bias,
    "bias-summary": _bias,
    "prisma": lambda base, name, by: base.flow(),
    "map": _map,
    "changes": _changes,
    "claims": _claims,
    "reviews": _reviews,
}
