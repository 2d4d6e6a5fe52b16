"""What the figures of a whole base show: bias, changes and the map, read from base, answers and comparisons."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from typing import TYPE_CHECKING

from ..curate.bias.counting import of_outcome
from ..instruments import FORMS
from ..plot.page.scale import scale_for
from ..plot.review_plots.bias_data import BiasData, BiasForm, BiasRow
from ..plot.review_plots.bias_symbols import counted_as
from ..plot.review_plots.change_data import ChangeData, ChangePanel, ChangePoint, ChangeRow
from ..plot.review_plots.map_data import CERTAINTIES, MapCell, MapData
from .wording import capital, plural

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from ..answers import Answer
    from ..base import EvidenceBase
    from ..instruments import Form
    from ..living.changes import Effect, SynthesisChange
    from ..living.diff import BaseDiff
    from ..synthesis import SynthesisResult

    _Judgements = Mapping[tuple[str, str, str], Mapping[str, str]]

__all__ = ["bias_data", "change_data", "map_data"]

_ELIGIBLE = ("included", "sensitivity-only", "numbers-missing")
_NOBODY = "Not assessed with any form"


def bias_data(base: EvidenceBase, answer: Answer | None = None) -> BiasData:
    """Return the risk of bias of the trials behind an answer, or of all eligible trials.

    For an answer, the trials and weights are those of the analysis shown, and a judgement of its outcome goes before
    one of all outcomes. Without one, judgements of all outcomes are shown. A trial that nobody judged is shown so.
    RoB 2 has no judgement `no information`: there that is not assessed.

    Parameters
    ----------
    base : EvidenceBase
        The base.
    answer : Answer, optional
        The answer to a synthesis.

    Raises
    ------
    InputError
        If there is no trial.

    Examples
    --------
    >>> import evidence as ev
    >>> data = bias_data(ev.load())
    >>> len(data.forms), data.weighted
    (3, False)
    """
    result = answer.shown if answer is not None else None
    weights = _weights(result) if result is not None else _eligible(base)
    judgements = of_outcome(base.tables["risk_of_bias"], result.synthesis.outcome if result is not None else "all")
    studies = base.tables["studies"]
    labels = {str(one): str(label) for one, label in zip(studies["study_id"], studies["label"], strict=True)}
    forms = [_form(form, judgements, labels, weights) for form in FORMS.values()]
    known = {study for study, *_ in judgements}
    bare = tuple(
        BiasRow(label=labels[study], judgements=(), weight=weight)
        for study, weight in weights.items()
        if study not in known
    )
    forms.append(BiasForm(title=_NOBODY, domains=(), rows=bare))
    return BiasData(
        forms=tuple(form for form in forms if form.rows),
        title=answer.synthesis.label if answer is not None else "",
        notes=tuple(_bias_notes(base, result, judgements, weights)),
    )


def _form(
    form: Form, judgements: _Judgements, labels: Mapping[str, str], weights: Mapping[str, float | None]
) -> BiasForm:
    """Return the trials of interest that were judged with a form."""
    rows = tuple(
        BiasRow(
            label=labels[study],
            judgements=tuple(counted_as(found.get(name), form.tool) for name in form.domain_ids),
            overall=counted_as(found.get("overall"), form.tool),
            weight=weights[study],
        )
        for (study, *which), found in judgements.items()
        if study in weights and tuple(which) == (form.tool, form.variant)
    )
    domains = tuple((domain.id, domain.title) for domain in form.domains)
    return BiasForm(title=form.title, domains=domains, rows=rows)


def _eligible(base: EvidenceBase) -> dict[str, float | None]:
    """Return the eligible trials, which have no weights."""
    studies = base.tables["studies"]
    eligible = studies.loc[studies["eligibility"].isin(_ELIGIBLE), "study_id"]
    return {str(study): None for study in eligible}


def _weights(result: SynthesisResult) -> dict[str, float | None]:
    """Return each trial of a result with its weight in percent; None for all where nothing was pooled."""
    frame = result.effects
    pooled = result.pooled and bool(frame["weight"].notna().all())
    found: dict[str, float | None] = {}
    for study, weight in zip(frame["study_id"], frame["weight"], strict=True):
        before = found.get(str(study)) or 0.0
        found[str(study)] = before + float(weight) if pooled else None
    return found


def _bias_notes(
    base: EvidenceBase,
    result: SynthesisResult | None,
    judgements: _Judgements,
    weights: Mapping[str, float | None],
) -> list[str]:
    forms = Counter(study for study, *_ in judgements)
    twice = sum(forms[study] > 1 for study in weights)
    notes = [f"{plural(twice, 'trial')} judged with two forms or more, shown under each."] if twice else []
    if result is not None:
        return [f"Trials of the analysis: {result.analysis_label}.", *notes]
    others = len(set(forms) - set(weights))
    if others:
        notes.append(f"{plural(others, 'judged trial')} not eligible, and not shown.")
    table = base.tables["risk_of_bias"]
    single = table.loc[(table["outcome"] != "all") & table["study_id"].isin(list(weights)), "study_id"].nunique()
    if single:
        have = "has" if single == 1 else "have"
        notes.append(f"{plural(single, 'trial')} {have} judgements of single outcomes too, not shown here.")
    return notes


def change_data(diff: BaseDiff) -> ChangeData:
    """Return the effects that changed between two bases, by measure and unit.

    Questions that changed and have no number on either side, and those measured otherwise than before, are told in
    notes.

    Parameters
    ----------
    diff : BaseDiff
        As `evidence.living.compare_bases` returns it.

    Examples
    --------
    >>> import evidence as ev
    >>> from evidence.living import compare_bases
    >>> base = ev.load()
    >>> change_data(compare_bases(base, base)).rows
    ()
    """
    groups: dict[tuple[str, str], list[SynthesisChange]] = defaultdict(list)
    silent, otherwise = [], []
    for change in diff.syntheses:
        effects = [effect for effect in (change.before, change.after) if _has_number(effect)]
        scales = {(effect.measure, effect.unit) for effect in effects if effect is not None}
        if not effects:
            silent.append(change.label)
        elif len(scales) > 1:
            otherwise.append(change.label)
        else:
            groups[next(iter(scales))].append(change)
    panels = tuple(_panel(measure, unit, changes) for (measure, unit), changes in groups.items())
    drawn = [effect for found in groups.values() for change in found for effect in (change.before, change.after)]
    levels = {effect.level for effect in drawn if _has_number(effect) and effect is not None}
    return ChangeData(
        panels=panels,
        before=diff.before.label or "before",
        after=diff.after.label or "after",
        notes=tuple(_change_notes(diff, silent, otherwise)),
        level=next(iter(levels)) if len(levels) == 1 else None,
    )


def _has_number(effect: Effect | None) -> bool:
    return effect is not None and math.isfinite(effect.estimate)


def _panel(measure: str, unit: str, changes: Sequence[SynthesisChange]) -> ChangePanel:
    rows = tuple(
        ChangeRow(
            label=change.label,
            before=_point(change.before),
            after=_point(change.after),
            moved=tuple(change.moved) if change.concludes else (),
        )
        for change in changes
    )
    widths = [point.ci_high - point.ci_low for row in rows for point in (row.before, row.after) if point is not None]
    scale = scale_for(measure, widths=widths, unit=unit)
    return ChangePanel(
        measure=capital(scale.name),
        unit=scale.unit,
        ratio=scale.ratio,
        null=scale.null,
        factor=scale.factor,
        digits=scale.digits,
        rows=rows,
    )


def _point(effect: Effect | None) -> ChangePoint | None:
    if effect is None or not _has_number(effect):
        return None
    return ChangePoint(
        estimate=effect.estimate, ci_low=effect.ci_low, ci_high=effect.ci_high, trials=max(1, effect.trials)
    )


def _change_notes(diff: BaseDiff, silent: Sequence[str], otherwise: Sequence[str]) -> list[str]:
    notes = []
    if otherwise:
        notes.append(f"Measured otherwise than before, and not drawn: {'; '.join(otherwise)}.")
    if silent:
        notes.append(f"Changed without a number on either side: {'; '.join(silent)}.")
    if diff.basis == "not-compared":
        notes.append("Effects were not compared.")
    if diff.basis == "as-published":
        notes.append("Effects as each side published them.")
    return notes


def map_data(base: EvidenceBase, answers: Mapping[str, Answer]) -> MapData:
    """Return, for each comparison and outcome that the protocol asks about, what its primary analysis has.

    Syntheses that share a comparison and an outcome, as for two populations, share a cell: each trial counts once
    there. Their certainty is the lowest, and not assessed where that of one is not.

    Parameters
    ----------
    base : EvidenceBase
        The base.
    answers : mapping of str to Answer
        As ``base.answers()`` returns them.

    Raises
    ------
    InputError
        If there is no synthesis.
    """
    asked: dict[tuple[str, str], list[Answer]] = defaultdict(list)
    for answer in answers.values():
        asked[answer.synthesis.comparison, answer.synthesis.outcome].append(answer)
    rows = [name for name in base.protocol.comparisons if any(name == comparison for comparison, _ in asked)]
    columns = [name for name in base.protocol.outcomes if any(name == outcome for _, outcome in asked)]
    cells = tuple(
        _cell(found, rows.index(comparison), columns.index(outcome)) for (comparison, outcome), found in asked.items()
    )
    notes = ["Numbers of trials and people, and certainty: primary analyses only."]
    if any(len([answer for answer in found if answer.primary.k]) > 1 for found in asked.values()):
        notes.append(
            "Where several syntheses share a cell, each trial counts once, the lowest certainty is shown, and pooled "
            "means that at least one of them was."
        )
    return MapData(
        rows=tuple(capital(base.protocol.comparisons[name].label) for name in rows),
        columns=tuple(capital(base.protocol.outcomes[name].label) for name in columns),
        cells=cells,
        notes=tuple(notes),
    )


def _cell(found: Sequence[Answer], row: int, column: int) -> MapCell:
    from ..certainty import judged

    results = [answer.primary for answer in found if answer.primary.k]
    people: dict[str, float] = {}
    for result in results:
        for study, rows in result.effects.groupby("study_id")["people"]:
            people[str(study)] = max(people.get(str(study), 0.0), float(rows.sum()))
    certainties = [judgement.certainty if judgement else "" for judgement in map(judged, results)]
    known = [name for name in certainties if name]
    lowest = max(known, key=CERTAINTIES.index) if known and len(known) == len(certainties) else ""
    return MapCell(
        row=row,
        column=column,
        trials=len(people),
        participants=round(sum(people.values())),
        pooled=any(result.pooled and result.trials > 1 for result in results),
        certainty=lowest,
        wider=not people and any(answer.shown.k for answer in found),
    )
