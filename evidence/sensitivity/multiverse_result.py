"""A multiverse: every specification with its estimate, what they have in common, and which choice moves them."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ..card import Card, Carded, json_ready
from ..effects import is_ratio, measure_label, null_value
from ..numbers import format_effect, format_interval, format_number, format_percent
from ..vocabulary import ProportionMeasure, allowed
from .automatic import derivation_title
from .shares import variance_share
from .words import listed

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.figure import Figure

    from ..protocol import Protocol, Synthesis
    from .choices import Choices

__all__ = ["COLUMNS", "Multiverse"]

COLUMNS = (
    *("rules", "derivations", "r", "multi_arm", "background", "tau2", "test"),
    *("declared", "primary", "admissible", "reason", "data", "trials", "k", "n", "studies"),
    *("estimate", "ci_low", "ci_high", "display_estimate", "display_ci_low", "display_ci_high", "interval"),
)
_CHOICES = {
    "rules": "what enters",
    "r": "r within people",
    "multi_arm": "several arms",
    "background": "background",
    "tau2": "estimator of τ²",
    "test": "kind of interval",
}


@dataclass(frozen=True, slots=True, kw_only=True, eq=False, repr=False)
class Multiverse(Carded):
    """A synthesis under every admissible combination of choices.

    Attributes
    ----------
    synthesis, protocol
        What was asked.
    choices : Choices
        What was combined.
    fixed : tuple of str
        Choices that change nothing here and were not varied: ``r``, ``multi_arm``.
    apart : tuple of str
        Declared analyses of other trials altogether, which are not in it.
    sets_possible : int
        How many sets of derivations there are; more than were tried if the number was limited.
    specifications : DataFrame
        One row per combination. ``data`` numbers the distinct sets of numbers that entered; ``declared`` names the
        declared analysis that a row is; ``reason`` says why a row has no estimate; ``interval`` where its
        interval lies. Estimates are on the scale of the analysis, those of ``display_`` columns on the natural one.
    unit : str
        The unit of the effects, where they have one.
    """

    synthesis: Synthesis
    protocol: Protocol
    choices: Choices
    fixed: tuple[str, ...]
    apart: tuple[str, ...]
    sets_possible: int
    specifications: pd.DataFrame
    unit: str

    def to_frame(self) -> pd.DataFrame:
        """Return every specification: choices, what enters, estimate and interval, or why there is none."""
        return self.specifications.copy()

    @property
    def estimable(self) -> pd.DataFrame:
        """The admissible specifications that have an estimate."""
        frame = self.specifications
        return frame[frame["admissible"] & frame["estimate"].notna()]

    @property
    def distinct(self) -> pd.DataFrame:
        """One row for each different computation (numbers that enter, estimator, test), in the order of the estimates.

        Of specifications that come to the same, the primary one stands for all, else the first. Estimates that agree in
        ten digits count as equal, and are ordered by their lower limit, then by estimator and test.
        """
        frame = self.estimable.sort_values("primary", ascending=False, kind="stable")
        once = frame.drop_duplicates(["data", "tau2", "test"])
        keys = once[["estimate", "ci_low"]].map(lambda value: float(f"{value:.10g}"))
        models = {name: place for place, name in enumerate((*self.choices.tau2, *self.choices.test))}
        for name in ("tau2", "test"):
            keys[name] = once[name].map(models)
        keys["data"] = once["data"]
        return once.loc[keys.sort_values(list(keys.columns), kind="stable").index]

    @property
    def primary(self) -> dict[str, Any] | None:
        """The specification of the primary analysis; None where it gives no estimate."""
        rows = self.estimable[self.estimable["primary"]]
        return None if rows.empty else {str(name): value for name, value in rows.iloc[0].to_dict().items()}

    @property
    def shares(self) -> dict[str, float]:
        """Choice → the share of the variance of the estimates that lies between its levels; the largest first.

        Over the admissible specifications that have an estimate, each counted once; see `variance_share`. Choices with
        one level are absent; all are NaN where the estimates do not differ.
        """
        frame = self.estimable
        columns = {_CHOICES[name]: frame[name].tolist() for name in _CHOICES}
        admitted = [set(names.split(";")) for names in frame["derivations"]]
        columns |= {derivation_title(name): [name in own for own in admitted] for name in self.choices.derivations}
        found = {
            name: variance_share(frame["estimate"], levels) for name, levels in columns.items() if len(set(levels)) > 1
        }
        return dict(sorted(found.items(), key=lambda item: (-item[1] if item[1] == item[1] else 0.0, item[0])))

    @property
    def notes(self) -> tuple[str, ...]:
        """What was not varied, limited or left out, in sentences."""
        said = []
        if self.fixed:
            names = listed([_CHOICES[name] for name in self.fixed])
            said.append(f"Not varied, because nothing that enters depends on it: {names}.")
        if len(self.choices.sets) < self.sets_possible:
            said.append(
                f"{len(self.choices.sets)} of {self.sets_possible} sets of derivations were tried: "
                + (
                    "none, each alone, all, all but each, and those of the declared analyses."
                    if self.choices.limited
                    else "all but those that read one printed value in two ways."
                )
            )
        if self.apart:
            said.append(f"Not in it, because no trial of the primary kind enters them: {listed(self.apart)}.")
        frame = self.specifications
        barred = int((~frame["admissible"]).sum())
        if barred:
            reasons = listed(sorted(set(frame.loc[~frame["admissible"], "reason"])))
            said.append(f"{barred} combinations are not admissible: {reasons}.")
        lost = frame[frame["admissible"] & frame["estimate"].isna()]
        if len(lost):
            said.append(f"{len(lost)} specifications have no estimate: {_tally(lost['reason'])}.")
        return tuple(said)

    @property
    def sentence(self) -> str:
        """What the specifications say, in a sentence."""
        frame, once = self.estimable, self.distinct
        total = int(self.specifications["admissible"].sum())
        if frame.empty:
            reasons = self.specifications.loc[self.specifications["admissible"], "reason"]
            return f"None of {total} specifications can be pooled: {_tally(reasons)}."
        low, high = float(once["display_estimate"].min()), float(once["display_estimate"].max())
        text = (
            f"{len(frame)} of {total} specifications can be pooled and come to {len(once)} different computations; "
            f"their estimates run from {self._value(low)} to {self._value(high)}"
        )
        if null_value(self.synthesis.measure) is None:
            return f"{text}."
        counts = once["interval"].value_counts()
        parts = [
            f"{counts[side]} {one if counts[side] == 1 else many}"
            for side, one, many in (
                ("above", "lies above the null", "lie above the null"),
                ("below", "lies below the null", "lie below the null"),
                ("across", "includes the null", "include the null"),
                ("none", "cannot be given", "cannot be given"),
            )
            if counts.get(side, 0)
        ]
        return f"{text}; of {len(once)} interval{'' if len(once) == 1 else 's'}, {listed(parts)}."

    def _value(self, value: float) -> str:
        if self.synthesis.measure in allowed(ProportionMeasure):
            return format_percent(100 * value, 1)
        return format_effect(value, ratio=is_ratio(self.synthesis.measure))

    def _moves(self) -> str:
        shares = self.shares
        known = {name: share for name, share in shares.items() if not math.isnan(share)}
        if not known:
            return "no choice moves the estimate"
        first = next(iter(known))
        rest = ", ".join(f"{name} {format_percent(100 * share)}" for name, share in [*known.items()][1:])
        return f"{first} ({format_percent(100 * known[first])} of the variance)" + (f"; {rest}" if rest else "")

    def plot(self, *, width_mm: float = 174.0, preset: str = "house") -> Figure:
        """Return the specification curve, a matplotlib Figure.

        Parameters
        ----------
        width_mm : float
            Width of the figure; journals ask for 84, 120 or 174 mm.
        preset : {"house"}
            The look.
        """
        from ..plot import specification_curve
        from ..plot.specification.from_multiverse import from_multiverse

        return specification_curve(from_multiverse(self), width_mm=width_mm, preset=preset)

    def to_dict(self) -> dict[str, Any]:
        """Return everything, ready for JSON."""
        return {
            "synthesis": self.synthesis.id,
            "label": self.synthesis.label,
            "measure": self.synthesis.measure,
            "level": self.synthesis.level,
            "sentence": self.sentence,
            "specifications_admissible": int(self.specifications["admissible"].sum()),
            "specifications_estimable": len(self.estimable),
            "distinct": len(self.distinct),
            "primary": json_ready(self.primary),
            "variance_shares": json_ready(self.shares),
            "derivations": list(self.choices.derivations),
            "not_varied": list(self.fixed),
            "apart": list(self.apart),
            "sets_of_derivations": {"tried": len(self.choices.sets), "possible": self.sets_possible},
            "notes": list(self.notes),
            "specifications": json_ready(self.specifications),
        }

    def _card(self) -> Card:
        frame = self.specifications
        primary = self.primary
        said = "gives no estimate"
        if primary:
            ends = (float(primary["display_ci_low"]), float(primary["display_ci_high"]))
            ratio = is_ratio(self.synthesis.measure)
            said = f"{self._value(float(primary['display_estimate']))} ({format_interval(*ends, ratio=ratio)})"
            if self.synthesis.measure in allowed(ProportionMeasure):
                said = f"{self._value(float(primary['display_estimate']))}"
        return Card(
            title=f"Multiverse: {self.synthesis.label}",
            facts=(
                ("measure", measure_label(self.synthesis.measure)),
                ("specifications", format_number(int(frame["admissible"].sum()), 0)),
                ("with an estimate", f"{len(self.estimable)}, {len(self.distinct)} different"),
                ("primary analysis", said),
                ("in short", self.sentence),
                ("what moves it", self._moves() if len(self.estimable) else "nothing to move"),
            ),
            table=self._levels() if len(self.estimable) else None,
            notes=self.notes,
            cautions=(
                ("All specifications rest on the same few trials: how many agree is a description, not a test.",)
                if len(self.estimable)
                else ()
            ),
        )

    def _levels(self) -> pd.DataFrame:
        """Return each level of each choice that is varied, with the median of its estimates."""
        import pandas as pd

        frame = self.estimable
        admitted = [set(names.split(";")) for names in frame["derivations"]]
        columns = {title: frame[name].astype(str).tolist() for name, title in _CHOICES.items()}
        for name in self.choices.derivations:
            columns[derivation_title(name)] = ["admitted" if name in own else "not admitted" for own in admitted]
        rows = []
        for title, levels in columns.items():
            if len(set(levels)) < 2:
                continue
            for level in dict.fromkeys(levels):
                own = frame[[name == level for name in levels]]
                excluding = float(own["interval"].isin(["above", "below"]).mean())
                median = self._value(float(own["display_estimate"].median()))
                rows.append((title, level, len(own), median, format_percent(100 * excluding)))
        columns_shown = ["choice", "level", "specs", "median", "exclude null"]
        if null_value(self.synthesis.measure) is None:
            return pd.DataFrame([row[:-1] for row in rows], columns=columns_shown[:-1])
        return pd.DataFrame(rows, columns=columns_shown)


def _tally(reasons: pd.Series) -> str:
    counts = reasons[reasons != ""].value_counts()
    ordered = sorted(counts.items(), key=lambda item: (-int(item[1]), str(item[0])))
    return "; ".join(f"{reason} ({count})" for reason, count in ordered)
