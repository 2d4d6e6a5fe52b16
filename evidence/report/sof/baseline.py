"""What happens without the intervention, from the trials' control arms: risks, means and standard deviations."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ...numbers import format_number
from ..wording import plural
from .words import isolated

if TYPE_CHECKING:
    import pandas as pd

    from ...synthesis import SynthesisResult

__all__ = ["Baseline", "Controls", "control_means", "control_risks", "control_sd"]

_SEVERAL = 5  # trials that a footnote still names one by one


@dataclass(frozen=True, slots=True, kw_only=True)
class Baseline:
    """A comparison risk, what it is called in the table, and where it comes from."""

    risk: float
    label: str
    basis: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Controls:
    """Means or SDs of control arms that have one unit and one kind of value.

    Attributes
    ----------
    value : float
        The mean, weighted by people, or the pooled SD.
    unit, value_type : str
        As the tables have them.
    n : float
        The people in those arms.
    names : tuple of str
        The trials.
    of : int
        How many trials there are in all.
    """

    value: float
    unit: str
    value_type: str
    n: float
    names: tuple[str, ...]
    of: int

    @property
    def where(self) -> str:
        """Whose arms they are, in words."""
        count = len(self.names)
        if count > _SEVERAL:
            who = f"{count} of {self.of} trials" if count < self.of else f"{count} trials"
        else:
            who = ", ".join(self.names)
        arms = "the control arm" if count == 1 else "the control arms"
        return f"{arms} of {who} ({plural(round(self.n), 'participant')})"


def control_risks(result: SynthesisResult, *, place: int | None = None) -> tuple[Baseline, ...]:
    """Return the pooled crude control risk, and the lowest and the highest of a trial where they differ.

    Trials of which only the effect is known have no counts and do not take part. The tuple is empty where none has.

    Parameters
    ----------
    result : SynthesisResult
        A synthesis of risks.
    place : int, optional
        Take this comparison alone.
    """
    frame = _at(result, place)
    known = frame.loc[
        frame["events2"].notna() & (frame["n2"].astype(float) > 0), ["study_id", "study", "events2", "n2"]
    ]
    if known.empty:
        return ()
    trials = known.groupby("study_id", sort=False).agg({"study": "first", "events2": "sum", "n2": "sum"})
    risks = (trials["events2"] / trials["n2"]).astype(float)
    events, people = float(trials["events2"].sum()), float(trials["n2"].sum())
    several = len(trials) > 1 and float(risks.min()) < float(risks.max())
    whose = f"the control arms of {len(trials)} trials" if len(trials) > 1 else f"the control arm of {_name(trials, 0)}"
    lacking = int(frame["study_id"].nunique()) - len(trials)
    rest = f"; {plural(lacking, 'trial')} without counts left out" if lacking else ""
    crude = ", added up" if len(trials) > 1 else ""
    first = Baseline(
        risk=events / people,
        label="pooled" if several else "",
        basis=f"Comparison risk: {_counts(events, people)} in {whose}{crude}{rest}.",
    )
    if not several:
        return (first,)
    ends = ((int(risks.to_numpy().argmin()), "lowest"), (int(risks.to_numpy().argmax()), "highest"))
    return (first, *(_end(trials, place, word) for place, word in ends))


def _end(trials: pd.DataFrame, place: int, word: str) -> Baseline:
    events, people = float(trials["events2"].iloc[place]), float(trials["n2"].iloc[place])
    basis = f"{word.capitalize()} control risk of a trial: {_counts(events, people)} in {_name(trials, place)}."
    return Baseline(risk=events / people, label=word, basis=basis)


def _name(trials: pd.DataFrame, place: int) -> str:
    return isolated(str(trials["study"].iloc[place]))


def _counts(events: float, people: float) -> str:
    """Return counts as text; those of a control group split between comparisons need not be whole."""
    first, second = (format_number(value, 0 if value == int(value) else 1) for value in (events, people))
    return f"{first} of {second}"


def control_means(
    result: SynthesisResult, *, place: int | None = None, unit: str = "", value_type: str = ""
) -> Controls | None:
    """Return the mean of the control arms, weighted by people; None where units or kinds of value differ.

    Parameters
    ----------
    result : SynthesisResult
        A synthesis of means.
    place : int, optional
        Take this comparison alone.
    unit, value_type : str
        Take only arms with these; without them all arms must be alike.
    """
    frame = _at(result, place)
    known = frame[frame["mean2"].notna() & (frame["n2"].astype(float) > 0)]
    if unit:
        known = _own_measure(known)
        known = known[(known["unit"] == unit) & (known["value_type"] == value_type)]
    if known.empty or len(known[["unit", "value_type"]].drop_duplicates()) > 1:
        return None
    n = known["n2"].astype(float)
    return _controls(known, float((n * known["mean2"].astype(float)).sum() / n.sum()), result.trials)


def control_sd(result: SynthesisResult, *, place: int | None = None) -> Controls | None:
    r"""Return the pooled SD of the control arms that share the unit and the kind of value of most people.

    :math:`\sqrt{\sum(n_i-1)s_i^2/\sum(n_i-1)}`. Arms measured by another outcome than the one asked for, and those
    whose unit is not stated, do not take part; of units with as many people the outcome's own is taken. None where no
    control arm has an SD. With `place`, that comparison alone is asked.
    """
    frame = _own_measure(_at(result, place))
    unknown = frame["unit"].isin(["", "not-stated"])
    known = frame[frame["sd2"].notna() & (frame["sd2"].astype(float) > 0) & (frame["n2"].astype(float) > 1) & ~unknown]
    if known.empty:
        return None
    own = result.protocol.outcomes[result.synthesis.outcome].unit
    people = known.assign(n2=known["n2"].astype(float)).groupby(["unit", "value_type"])["n2"].sum()
    unit, value_type = min(people.index, key=lambda name: (-people[name], name[0] != own, name))
    chosen = known[(known["unit"] == unit) & (known["value_type"] == value_type)]
    freedom = chosen["n2"].astype(float) - 1
    sd = math.sqrt(float((freedom * chosen["sd2"].astype(float) ** 2).sum() / freedom.sum()))
    return _controls(chosen, sd, result.trials)


def _at(result: SynthesisResult, place: int | None) -> pd.DataFrame:
    return result.effects if place is None else result.effects.iloc[[place]]


def _own_measure(frame: pd.DataFrame) -> pd.DataFrame:
    """Return the trials that measured the outcome asked for: points of another scale are other points."""
    other = [("other-measure" in str(steps).split(";")) for steps in frame["steps"]]
    return frame[[not each for each in other]]


def _controls(known: pd.DataFrame, value: float, trials: int) -> Controls:
    return Controls(
        value=value,
        unit=str(known["unit"].iloc[0]),
        value_type=str(known["value_type"].iloc[0]),
        n=float(known["n2"].astype(float).sum()),
        names=tuple(dict.fromkeys(isolated(str(name)) for name in known["study"])),
        of=trials,
    )
