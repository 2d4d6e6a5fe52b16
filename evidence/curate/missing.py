"""Arms that belong to a comparison and give no usable numbers, where the rest of their trial enters."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from .pairs import ArmPair

__all__ = ["arms_without_numbers", "missing_arms"]


def arms_without_numbers(lost: Mapping[frozenset[str], str], pairs: Sequence[ArmPair]) -> tuple[str, ...]:
    """Return a sentence for the arms of a trial that enter in no pair, though another pair does.

    Parameters
    ----------
    lost : mapping
        The two arms' ids of each pair that does not enter → the reason.
    pairs : sequence of ArmPair
        The pairs that make the comparison.
    """
    entered = {name for pair in pairs if pair.ids not in lost for name in pair.ids}
    labels = {arm["arm_id"]: str(arm["label"]) for pair in pairs for arm in (pair.one, pair.two)}
    reasons: dict[str, str] = {}
    for name in labels:
        about = {ids: reason for ids, reason in lost.items() if name in ids}
        # beside an arm that has its numbers, the reason is that of this arm
        beside = [reason for ids, reason in about.items() if ids & entered]
        if name not in entered and about:
            reasons[name] = "; ".join(dict.fromkeys(beside or about.values()))
    return missing_arms({labels[name]: reason for name, reason in reasons.items()})


def missing_arms(reasons: Mapping[str, str]) -> tuple[str, ...]:
    """Return a sentence for each reason for which arms give no usable numbers.

    Parameters
    ----------
    reasons : mapping of str to str
        An arm's label → why it gives none.

    Examples
    --------
    >>> missing_arms({"MN": "no SD, SE or interval"})
    ('arm MN of this comparison gives no usable numbers: no SD, SE or interval; the rest enters',)
    """
    alike: dict[str, list[str]] = {}
    for label, reason in reasons.items():
        alike.setdefault(reason, []).append(label)
    return tuple(
        f"arm{'s' * (len(labels) > 1)} {' and '.join(labels)} of this comparison "
        f"give{'s' * (len(labels) == 1)} no usable numbers: {reason}; the rest enters"
        for reason, labels in alike.items()
    )
