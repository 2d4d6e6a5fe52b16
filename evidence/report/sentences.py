"""One sentence to cite: what was pooled with its numbers, or what there is instead.

No sentence says more than its numbers: an interval that holds the value of no effect is called compatible with no
effect, a single trial is called one, and certainty is quoted only where a person judged it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from ..vocabulary import check_option
from .sentence.bare import fitted
from .sentence.compared import no_trial, one_trial, pooled
from .sentence.parts import certainty_of, details
from .sentence.proportion import proportion
from .sentence.writer import writer_for

if TYPE_CHECKING:
    from ..pool import PooledResult
    from ..synthesis import SynthesisResult

__all__ = ["SentenceForm", "certainty_of", "cite", "cite_synthesis"]

SentenceForm = Literal["short", "full"]


def cite_synthesis(result: SynthesisResult, *, style: str = "house", form: SentenceForm = "short") -> str:
    """Return one sentence on a synthesis that may be pasted into a paper; a caution follows where one is due.

    Ratios stand on their natural scale, proportions in percent. An analysis other than the primary one is named, and
    so are the certainty and how far was searched. Retractions, concerns and corrections of the reports follow always.

    Parameters
    ----------
    result : SynthesisResult
        The answer, under any analysis.
    style : {"house", "ama", "apa", "bmj", "revman", "vancouver"}
        How numbers are written.
    form : {"short", "full"}
        ``"full"`` adds a sentence with τ², the model, every row that did not enter as printed, and the analysis.

    Raises
    ------
    OptionError
        If there is no such style or form.
    """
    full = check_option("form", form, SentenceForm) == "full"
    writer = writer_for(result, style)
    if not result.k:
        text, more = no_trial(result, writer)
    elif writer.scale.null is None:
        text, more = proportion(result, writer)
    else:
        text, more = (pooled if result.pooled else one_trial)(result, writer)
    return text + _retractions(result) + (details(more) if full else "")


def _retractions(result: SynthesisResult) -> str:
    """Return what nobody may leave out: retractions, concerns and corrections of the reports behind the number."""
    return "".join(f" Note that {notice.clause}." for notice in result.notices)


def cite(fit: PooledResult, *, style: str = "house", form: SentenceForm = "short") -> str:
    """Return one sentence on a fit without a protocol; it names no treatment, for a fit knows none.

    Parameters
    ----------
    fit : PooledResult
        Of ratios, differences, proportions or anything else.
    style, form : str
        As for `cite_synthesis`.

    Raises
    ------
    OptionError
        If there is no such style or form.

    Examples
    --------
    >>> from evidence.pool import pool
    >>> fit = pool([0.1, 0.4, 0.3], [0.04, 0.05, 0.03], measure="SMD", test="z")
    >>> cite(fit)
    "In 3 studies, the pooled effect was Hedges' g 0.26 (95% CI 0.04 to 0.48; 95% PI 0.04 to 0.48; I² = 0%; certainty: \
not assessed): the interval excludes the null."
    >>> cite(fit, form="full")[-59:]
    ' Details: τ² = 0.00; random effects: REML, normal interval.'
    """
    return fitted(fit, style, full=check_option("form", form, SentenceForm) == "full")
