"""The sensitivity analyses of one synthesis: a table, a verdict for each, and one sentence."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ..card import Card, Carded, json_ready
from ..effects import is_ratio, measure_label
from ..numbers import format_effect, format_interval, format_number
from ..vocabulary import ProportionMeasure, allowed
from .words import conclusion_words, listed, overall_words, variation_words

if TYPE_CHECKING:
    import pandas as pd

    from .conclusion import Conclusion
    from .variation import Numbers, Variation

__all__ = ["Sensitivity"]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False, repr=False)
class Sensitivity(Carded):
    """Every analysis of a synthesis beside the one that is shown, and whether its conclusion moves.

    Attributes
    ----------
    synthesis, label : str
        The synthesis's id and label.
    measure : str
        The effect size.
    level : float
        Level of the intervals.
    reference, reference_label : str
        The analysis that the others are compared with: the primary one if it pools, else the one that is shown.
    primary : bool
        Whether that is the primary analysis.
    numbers : Numbers
        The reference's effect.
    conclusion : Conclusion or None
        What it concludes.
    only_trial : str
        Its trial, where it has only one.
    variations : tuple of Variation
        Declared analyses, automatic ones, other models, and the result without each trial.
    """

    synthesis: str
    label: str
    measure: str
    level: float
    reference: str
    reference_label: str
    primary: bool
    numbers: Numbers
    conclusion: Conclusion | None
    only_trial: str
    variations: tuple[Variation, ...]

    @property
    def counted(self) -> tuple[Variation, ...]:
        """The variations that count: with a number of their own, of trials that the reference shares."""
        return tuple(entry for entry in self.variations if entry.counts)

    @property
    def verdict(self) -> str:
        """The verdict in a word.

        ``robust``, ``depends``, ``nothing-to-compare`` (no other analysis gives another number), ``not-judged`` (no
        null value, as for proportions) or ``no-number`` (the analysis shown gives none).
        """
        if not self.numbers.known:
            return "no-number"
        if self.conclusion is None:
            return "not-judged"
        if not self.counted:
            return "nothing-to-compare"
        return "depends" if any(entry.verdict == "moves" for entry in self.counted) else "robust"

    @property
    def sentence(self) -> str:
        """The verdict in a sentence or two."""
        head, body = self._head(), self._body()
        text = f"{head}; {body}" if head and body else head or body
        text = f"{text[:1].upper()}{text[1:]}."
        changing = [entry for entry in self.counted if entry.verdict == "moves"]
        if changing and all(entry.moved == ("interval",) for entry in changing):
            text += " No estimate changes sides: a change of significance is not a change of effect."
        return text

    def _head(self) -> str:
        """Return on what the number rests, where that is not a pooled number of the primary analysis."""
        if not self.numbers.known:
            return ""
        rules = f"the analysis “{self.reference}” ({self.reference_label})"
        if self.only_trial:
            by = "" if self.primary else f", under {rules}"
            return f"no pooled number: rests on one trial, {self.only_trial}{by}"
        return "" if self.primary else f"no primary number: rests on {rules}"

    def _body(self) -> str:
        if self.verdict == "no-number":
            given = [entry.id for entry in self.variations if entry.numbers.known and not entry.same_as]
            several = "" if not self.numbers.k else f"one trial gives {self.numbers.k} comparisons and no single number"
            if not given:
                return several or "no analysis gives a number"
            only = (
                f"only {listed(given)} give{'s' if len(given) == 1 else ''} a number, which is not shown as the result"
            )
            return f"{several}; {only}" if several else f"the rules shown give no number; {only}"
        if self.verdict == "not-judged":
            return f"how often, without a null value to compare with{self._range()}"
        said = conclusion_words(self.conclusion) if self.conclusion else ""
        if self.verdict == "nothing-to-compare":
            return f"{said}; no other analysis of these trials gives another number"
        return f"{said}; {overall_words(self.counted)}"

    def _range(self) -> str:
        values = [
            entry.numbers.shown[0]
            for entry in self.variations
            if entry.numbers.known and entry.verdict != "same-numbers"
        ]
        if len(values) < 2:
            return ""
        return f"; {len(values)} analyses give {self._value(min(values))} to {self._value(max(values))}"

    def _value(self, value: float) -> str:
        if self.measure in allowed(ProportionMeasure):
            return f"{format_number(100 * value, 1)}%"
        return format_effect(value, ratio=is_ratio(self.measure))

    def words(self, variation: Variation) -> str:
        """Return the verdict on one analysis in a few words."""
        return variation_words(variation, self.conclusion)

    def to_frame(self) -> pd.DataFrame:
        """Return one row per analysis, model and trial left out.

        ``estimate`` and its limits are on the scale of the analysis; the ``display_`` columns on the natural one.
        """
        import pandas as pd

        names = (
            "analysis",
            "kind",
            "based_on",
            "same_as",
            "label",
            "trials",
            "k",
            "n",
            "estimate",
            "ci_low",
            "ci_high",
        )
        shown = ("display_estimate", "display_ci_low", "display_ci_high")
        rows = []
        for entry in self.variations:
            own = entry.numbers
            concluded = entry.conclusion
            rows.append(
                (
                    *(entry.id, entry.kind, entry.based_on, entry.same_as, entry.label),
                    *(own.trials, own.k, own.n, own.estimate, own.ci_low, own.ci_high, *own.shown),
                    *((concluded.direction, concluded.interval, concluded.size) if concluded else ("", "", "")),
                    *(entry.verdict, ";".join(entry.moved), self.words(entry)),
                )
            )
        columns = (*names, *shown, "direction", "interval", "size", "verdict", "moved", "what")
        return pd.DataFrame(rows, columns=list(columns))

    def to_dict(self) -> dict[str, Any]:
        """Return everything, ready for JSON."""
        return {
            **{name: getattr(self, name) for name in ("synthesis", "label", "measure", "level")},
            **{
                name: getattr(self, name) for name in ("reference", "reference_label", "primary", "verdict", "sentence")
            },
            "analyses": json_ready(self.to_frame()),
        }

    def effect_text(self, entry: Numbers) -> str:
        """Return an effect with its interval as text; empty without one."""
        if not entry.known:
            return ""
        estimate, low, high = entry.shown
        if self.measure in allowed(ProportionMeasure):
            return f"{self._value(estimate)} ({self._value(low)} to {self._value(high)})"
        ratio = is_ratio(self.measure)
        return f"{format_effect(estimate, ratio=ratio)} ({format_interval(low, high, ratio=ratio)})"

    def _card(self) -> Card:
        import pandas as pd

        told = [entry for entry in self.variations if entry.verdict != "same-numbers"]
        table = pd.DataFrame(
            {
                "analysis": [entry.id for entry in told],
                "trials": [entry.numbers.trials for entry in told],
                "effect": [self.effect_text(entry.numbers) for entry in told],
                "verdict": [entry.verdict.replace("-", " ") for entry in told],
            }
        )
        same = [entry.id for entry in self.variations if entry.verdict == "same-numbers"]
        notes = [f"Same numbers as an earlier analysis: {', '.join(same)}."] if same else []
        return Card(
            title=f"Sensitivity analyses: {self.label}",
            facts=(
                ("reference", f"{self.reference} ({self.reference_label})"),
                ("measure", f"{measure_label(self.measure)}, {100 * self.level:g}% intervals"),
                ("verdict", self.sentence),
            ),
            table=table,
            notes=tuple(notes),
        )
