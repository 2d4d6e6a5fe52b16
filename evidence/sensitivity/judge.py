"""Every analysis of a synthesis beside the one that is shown, and whether its conclusion moves."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .models import left_out_numbers, model_numbers
from .result import Sensitivity
from .variation import Numbers, Variation, compared, conclusion_of, numbers_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from ..synthesis import SynthesisResult
    from .automatic import Automatic
    from .conclusion import Conclusion

__all__ = ["judge"]


def judge(
    results: Mapping[str, SynthesisResult],
    *,
    reference: str,
    same_as: Mapping[str, str],
    automatic: Mapping[str, Automatic],
) -> Sensitivity:
    """Return every analysis of a synthesis with the verdict on whether its conclusion moves.

    Parameters
    ----------
    results : mapping of str to SynthesisResult
        Analysis id → result, declared ones first.
    reference : str
        The analysis that the others are compared with: the primary one if it pools, else the one that is shown.
    same_as : mapping of str to str
        Analysis id → the earlier analysis with the very same numbers.
    automatic : mapping of str to Automatic
        The analyses that were built and not declared.

    Notes
    -----
    A conclusion has three parts: on which side of no effect the estimate lies; whether the interval excludes the null;
    and, for a mean difference whose outcome has one, whether the estimate reaches the minimal important difference.
    It *moves* if one part differs. The synthesis is *robust* if none moves in any analysis that counts, and *depends*
    otherwise. Not counted are analyses with the same numbers as an earlier one; without a single number; without any
    trial of the reference, which are another body of evidence; and with one trial where the reference pools several,
    since the interval of one trial knows nothing of what differs between trials. Models are varied in the reference if
    it pools two trials, and trials left out of it if it pools three.
    """
    shown = results[reference]
    numbers = numbers_of(shown)
    conclusion = conclusion_of(numbers, shown)
    variations = [*_analyses(results, reference, conclusion, same_as, automatic)]
    if shown.pooled:
        rows = [("model", *row) for row in model_numbers(shown)]
        rows += [("left-out", *row) for row in left_out_numbers(shown)]
        variations += [_of_reference(shown, reference, conclusion, *row) for row in rows]
    return Sensitivity(
        synthesis=shown.id,
        label=shown.label,
        measure=shown.synthesis.measure,
        level=shown.synthesis.level,
        reference=reference,
        reference_label=shown.analysis_label,
        primary=shown.analysis.primary,
        numbers=numbers,
        conclusion=conclusion,
        only_trial=shown.contrasts[0].study_label if shown.trials == 1 else "",
        variations=tuple(variations),
    )


def _analyses(
    results: Mapping[str, SynthesisResult],
    reference: str,
    conclusion: Conclusion | None,
    same_as: Mapping[str, str],
    automatic: Mapping[str, Automatic],
) -> Iterator[Variation]:
    own = set(results[reference].effects["study_id"])
    for name, result in results.items():
        numbers = numbers_of(result)
        concluded = conclusion_of(numbers, result)
        verdict, parts = compared(
            numbers,
            concluded,
            conclusion,
            same_as=same_as.get(name, ""),
            is_reference=name == reference,
            apart=bool(own) and own.isdisjoint(result.effects["study_id"]),
            reference_pooled=results[reference].pooled,
        )
        built = automatic.get(name)
        yield Variation(
            id=name,
            kind=built.kind if built else "declared",
            label=result.analysis_label,
            based_on=built.based_on if built else "",
            same_as=same_as.get(name, ""),
            numbers=numbers,
            conclusion=concluded,
            verdict=verdict,
            moved=parts,
        )


def _of_reference(
    shown: SynthesisResult,
    reference: str,
    conclusion: Conclusion | None,
    kind: str,
    name: str,
    label: str,
    numbers: Numbers,
) -> Variation:
    concluded = conclusion_of(numbers, shown)
    verdict, parts = compared(numbers, concluded, conclusion, reference_pooled=True)
    return Variation(
        id=name,
        kind=kind,
        label=label,
        based_on=reference,
        same_as="",
        numbers=numbers,
        conclusion=concluded,
        verdict=verdict,
        moved=parts,
    )
