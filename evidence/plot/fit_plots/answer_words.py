"""What a figure of an answer says besides its own numbers: which question, which analysis, and what to beware of."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

__all__ = ["NO_ANSWER", "AnswerWords", "answer_words"]


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerWords:
    """The words of an answer; of a fit, which belongs to no question, there are none.

    Attributes
    ----------
    title : str
        The question, and in a second line the analysis where it is not the primary one.
    notes : tuple of str
        Notices of retraction or concern, and the cautions of the answer.
    """

    title: str = ""
    notes: tuple[str, ...] = ()

    def named(self, heading: str) -> str:
        r"""Return a heading with the question after it.

        Examples
        --------
        >>> AnswerWords(title="Pain\nSensitivity analysis: all").named("Funnel plot")
        'Funnel plot; Pain; Sensitivity analysis: all'
        """
        return "; ".join([heading, *self.title.splitlines()])


NO_ANSWER = AnswerWords()


def answer_words(subject: Any) -> AnswerWords:
    """Return the words of what a figure is made of: those of a synthesis, and none of anything else.

    Parameters
    ----------
    subject : SynthesisResult or anything else
        What the figure is made of.
    """
    if not (hasattr(subject, "synthesis") and hasattr(subject, "contrasts")):
        return NO_ANSWER
    from ..forest_plot.from_synthesis import about_trials, forest_title

    # Notices on reports come first, and once: the cautions of several trials hold them too.
    notes = dict.fromkeys([*map(str, subject.notices), *about_trials(subject)])
    return AnswerWords(title=forest_title(subject), notes=tuple(notes))
