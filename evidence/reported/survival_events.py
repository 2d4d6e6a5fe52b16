"""Log hazard ratios from numbers of events, with a hazard ratio or a log-rank p-value."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ..errors import InputError
from .bounds import bound_rows
from .critical import z_from_p
from .survival_forms import finish_log_hr, two_sided
from .values import ANY, COUNT, GROUP, P_VALUE, POSITIVE, SIGN, raise_rows, read

if TYPE_CHECKING:
    from collections.abc import Sequence

    from .finish import Remark
    from .result import Derived
    from .values import FloatArray, Given, Rule, Values

__all__ = ["log_hr_from_events", "log_hr_from_logrank_p"]


def log_hr_from_events(
    hr: Values,
    *,
    events: Values = None,
    events1: Values = None,
    events2: Values = None,
    n1: Values = None,
    n2: Values = None,
) -> Derived:
    r"""Return the log hazard ratio and its variance from a hazard ratio and numbers of events.

    .. math:: V = \frac{O_1 O_2}{O_1 + O_2},\quad V = \frac{O\, n_1 n_2}{(n_1 + n_2)^2},\quad V = \frac{O}{4}

    The first where the events of both arms are there, else the second where the people of both arms are, else the
    third, which needs randomisation 1 : 1. The first assumes that the arms were followed alike and HR is near 1.

    Parameters
    ----------
    hr : array_like of shape (k,)
        Hazard ratios.
    events : array_like of shape (k,), optional
        Events in all.
    events1, events2 : array_like of shape (k,), optional
        Events of each arm.
    n1, n2 : array_like of shape (k,), optional
        People randomised to each arm.

    Returns
    -------
    Derived
        Fields ``yi``, ``vi``, ``sei``, ``hr``, ``o_minus_e`` and ``v``.

    Raises
    ------
    InputError, RowError
        Where no events are given, lengths differ, or a number cannot be used: more events than people.

    References
    ----------
    Tierney JF and others (2007). doi:10.1186/1745-6215-8-16. Parmar MKB, Torri V, Stewart L (1998), equations 8 to 12.
    doi:10.1002/(SICI)1097-0258(19981230)17:24<2815::AID-SIM110>3.0.CO;2-8

    Examples
    --------
    >>> print(log_hr_from_events(0.8, events=100).v, log_hr_from_events(0.8, events1=40, events2=60).v)
    25.0 24.0
    """
    columns = {"hr": (hr, POSITIVE), **_event_columns(events, events1, events2, n1, n2)}
    given = read(columns, need=("hr",))
    _refuse_events(given)
    with np.errstate(all="ignore"):
        v, remarks = _variance(given)
        return finish_log_hr("hr-events", given, np.log(given["hr"]), v, lacking=("hr",), **remarks)


def log_hr_from_logrank_p(
    p: Values,
    direction: Values,
    *,
    events: Values = None,
    events1: Values = None,
    events2: Values = None,
    n1: Values = None,
    n2: Values = None,
    operator: str | Sequence[str] = "=",
    sides: Values = 2,
) -> Derived:
    r"""Return the log hazard ratio and its variance from a log-rank p-value and numbers of events.

    .. math:: O - E = \pm z \sqrt V,\quad y = \pm z / \sqrt V

    with `V` as in `log_hr_from_events`.

    Parameters
    ----------
    p : array_like of shape (k,)
        p-values of the log-rank test (Mantel–Haenszel version or Cox's score test).
    direction : array_like
        −1 where the research arm does better (hazard ratio below 1), 1 where it does worse: a p-value does not say.
    events, events1, events2, n1, n2 : array_like of shape (k,), optional
        As in `log_hr_from_events`.
    operator : {"=", "<", "<="} or sequence of them
        The sign before each p-value. A bound gives the hazard ratio nearest to 1 that agrees with it.
    sides : array_like
        1 for a one-sided p-value in the direction of the effect, 2 for a two-sided one.

    Returns
    -------
    Derived
        Fields ``yi``, ``vi``, ``sei``, ``hr``, ``o_minus_e`` and ``v``.

    Raises
    ------
    InputError, OptionError, RowError
        Where no events are given, lengths differ, or a number cannot be used.

    References
    ----------
    Parmar MKB, Torri V, Stewart L (1998), equations 10 to 14.
    doi:10.1002/(SICI)1097-0258(19981230)17:24<2815::AID-SIM110>3.0.CO;2-8. Tierney JF and others (2007).
    doi:10.1186/1745-6215-8-16

    Examples
    --------
    >>> result = log_hr_from_logrank_p(0.05, -1, events=100)
    >>> print(f"{result.hr:.4f} {result.o_minus_e:.4f}")
    0.6757 -9.7998
    """
    columns = {
        "p": (p, P_VALUE),
        "direction": (direction, SIGN),
        "sides": (sides, ANY),
        **_event_columns(events, events1, events2, n1, n2),
    }
    given = read(columns, need=("p", "direction", "sides"))
    _refuse_events(given)
    p_two = two_sided(given)
    bound = bound_rows(operator, given)
    with np.errstate(all="ignore"):
        v, remarks = _variance(given)
        yi = given["direction"] * z_from_p(p_two) / np.sqrt(v)
        nearest = "p is a bound: this is the hazard ratio nearest to 1 that agrees with it"
        return finish_log_hr(
            "hr-logrank-p",
            given,
            yi,
            v,
            lacking=("p", "direction", "sides"),
            cautions=[(bound, nearest)],
            **remarks,
        )


def _event_columns(
    events: Values, events1: Values, events2: Values, n1: Values, n2: Values
) -> dict[str, tuple[Values, Rule]]:
    if events is None and (events1 is None or events2 is None):
        raise InputError("give events, or events1 and events2")
    return {
        "events": (events, GROUP),
        "events1": (events1, COUNT),
        "events2": (events2, COUNT),
        "n1": (n1, GROUP),
        "n2": (n2, GROUP),
    }


def _refuse_events(given: Given) -> None:
    by_arm = given["events1"] + given["events2"]
    more = "more events than people"
    raise_rows(
        given,
        [
            (given["events1"] > given["n1"], more, "events1"),
            (given["events2"] > given["n2"], more, "events2"),
            (given["events"] > given["n1"] + given["n2"], more, "events"),
            ((by_arm != given["events"]) & ~np.isnan(by_arm + given["events"]), "not the sum of the arms", "events"),
        ],
    )


def _variance(given: Given) -> tuple[FloatArray, dict[str, list[Remark]]]:
    """Return V from the best numbers that each row has, and what is to be said of it."""
    o1, o2 = given["events1"], given["events2"]
    by_arm = ~np.isnan(o1 + o2)
    total = np.where(by_arm, o1 + o2, given["events"])
    by_people = ~by_arm & ~np.isnan(given["n1"] + given["n2"])
    share = given["n1"] / (given["n1"] + given["n2"])
    v = np.select([by_arm, by_people], [o1 * o2 / total, total * share * (1 - share)], total / 4)
    known = ~np.isnan(total)
    return v, {
        "withheld": [(~known, "no number of events is there"), (by_arm & (v == 0), "an arm has no events")],
        "notes": [(known & ~by_arm & ~by_people, "V = events/4: randomisation 1 : 1 is assumed")],
    }
