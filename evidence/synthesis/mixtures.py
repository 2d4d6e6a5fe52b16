"""What a synthesis mixes: thresholds, kinds of value, times, designs. Allowed by the protocol, and said."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd

    from ..curate import Contrast

__all__ = ["doubtful", "mixtures"]

_KINDS = {"change": "changes", "final": "final values", "percent-change": "percent changes"}


def mixtures(effects: pd.DataFrame) -> tuple[str, ...]:
    """Return a sentence for everything in which the trials of a synthesis differ and should not.

    Parameters
    ----------
    effects : DataFrame
        The trials that entered, as in `SynthesisResult.effects`.
    """
    if len(effects) < 2:
        return ()
    sentences = []
    thresholds = sorted({name.replace("-", " ") for name in effects["threshold"] if name})
    if len(thresholds) > 1:
        sentences.append(f"Responders are not the same: {', '.join(thresholds)}.")
    kinds = sorted({_KINDS[name] for name in effects["value_type"] if name in _KINDS})
    if len(kinds) > 1:
        sentences.append(f"The trials mix {' and '.join(kinds)}.")
    times = sorted({float(time) for time in effects["time_weeks"].dropna()})
    if times and times[-1] > 1.5 * times[0]:
        sentences.append(f"Times differ: {times[0]:g} to {times[-1]:g} weeks.")
    paired = effects["paired"].astype(bool)
    if paired.any() and not paired.all():
        sentences.append("Comparisons within people stand beside comparisons between people.")
    return tuple(sentences)


def doubtful(contrasts: Sequence[Contrast]) -> tuple[str, ...]:
    """Return a sentence for every derived number that must be read with care.

    Parameters
    ----------
    contrasts : sequence of Contrast
        The trials that entered.
    """
    found = (
        f"{contrast.study_label}: {text[:1].upper()}{text[1:]}." for contrast in contrasts for text in contrast.cautions
    )
    return tuple(dict.fromkeys(found))
