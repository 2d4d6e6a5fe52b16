"""Four weeks in the invented PubMed: what stands there first, and what then happens to it."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from ..errors import InputError
from .elbow_trials import elbow_records, late_trial
from .invent import make_records
from .store import Store

if TYPE_CHECKING:
    from .synthetic import Synthetic

__all__ = ["WEEKS", "Week", "story"]

_FIRST_OTHER, _FIRST_LATER = 90001001, 90002001


@dataclass(frozen=True, slots=True, kw_only=True)
class Week:
    """A week of the story.

    Attributes
    ----------
    number : int
        From 1.
    day : date
        The day of the database.
    happened : tuple of str
        What is new since the week before: what a refresh should find out.
    """

    number: int
    day: dt.date
    happened: tuple[str, ...] = ()


WEEKS = (
    Week(number=1, day=dt.date(2026, 1, 5)),
    Week(
        number=2,
        day=dt.date(2026, 1, 12),
        happened=(
            "PMID 90000101 is new: the results of a trial whose protocol was there before",
            "PMID 90000002 is corrected by the notice 90000201: another standard deviation in its abstract",
            "two records about something else are new",
        ),
    ),
    Week(
        number=3,
        day=dt.date(2026, 1, 19),
        happened=(
            "PMID 90000004 is retracted by the notice 90000202",
            "two records about something else are new",
        ),
    ),
    Week(
        number=4,
        day=dt.date(2026, 1, 26),
        happened=(
            "PMID 90000007, a preprint, is merged into its article, PMID 90000005",
            "PMID 90000013 is deleted",
        ),
    ),
)
"""The weeks, and what happens in each."""


def story(week: int = 1, *, records: int = 60, seed: int = 1) -> Store:
    """Return the invented PubMed as it stands in a week, on the day of that week.

    Sixteen records are about one question, the same in every telling: does an oscillating comb ease restless elbows?
    The others are about other combs, lamps and lanterns. Every title says that it is invented.

    Parameters
    ----------
    week : int
        From 1 to 4; see `WEEKS`.
    records : int
        How many there are in the first week, at least 16.
    seed : int
        Of the records about other things.

    Raises
    ------
    InputError
        If there is no such week, or not room for the sixteen.

    Examples
    --------
    >>> [len(story(week)) for week in (1, 2, 3, 4)]
    [60, 64, 67, 65]
    >>> story(3)["90000004"].publication_types[-1]
    'Retracted Publication'
    """
    if not 1 <= week <= len(WEEKS):
        raise InputError(f"week {week} is not told; the story has the weeks 1 to {len(WEEKS)}")
    asked = elbow_records()
    if records < len(asked):
        raise InputError(f"{records} records are too few: {len(asked)} of them are about the question; give more")
    others = make_records(
        records - len(asked), seed, first=_FIRST_OTHER, since=dt.date(2015, 1, 1), until=dt.date(2025, 9, 15)
    )
    store = Store([*asked, *map(_marked, others)], today=WEEKS[0].day)
    for at, happens in zip(WEEKS[1:week], (_second, _third, _fourth), strict=False):
        store.today = at.day
        happens(store, seed)
    return store


def _marked(record: Synthetic) -> Synthetic:
    return record.but(title=f"Invented: {record.title[0].lower()}{record.title[1:]}")


def _add_others(store: Store, seed: int, *, first: int) -> None:
    """Add two records about other things, some days before the day of the store."""
    since, until = store.day - dt.timedelta(days=5), store.day - dt.timedelta(days=1)
    for record in make_records(2, seed + first, first=first, since=since, until=until):
        store.add(_marked(record).but(date="2026-01", date_online=None, revised=None, completed=None))


def _second(store: Store, seed: int) -> None:
    store.add(late_trial())
    _add_others(store, seed, first=_FIRST_LATER)
    store.erratum("90000002", "90000201", on=dt.date(2026, 1, 9))
    right = tuple(
        replace(part, text=part.text.replace("4.0 (SD 2.3)", "4.0 (SD 3.2)"))
        for part in store["90000002"].abstract
        if not isinstance(part, str)
    )
    store.change("90000002", revised=dt.date(2026, 1, 9), abstract=right)


def _third(store: Store, seed: int) -> None:
    _add_others(store, seed, first=_FIRST_LATER + 2)
    store.retract("90000004", "90000202", on=dt.date(2026, 1, 15))


def _fourth(store: Store, seed: int) -> None:
    store.merge("90000007", "90000005")
    store.remove("90000013")
