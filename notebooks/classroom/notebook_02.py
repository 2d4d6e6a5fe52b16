"""Exercises of notebook 02: the search and the screening, over a PubMed of invented records; and what two readers decided."""

from __future__ import annotations

from functools import cache
from typing import Any

from .exercise import Exercise, Mistake

__all__ = ["AGAINST", "AGAINST_IN_FULL", "EXERCISES", "READERS"]

QUERY = "comb*[tiab] AND elbow*[tiab]"
KNOWN = ("90000001", "90000002", "90000003", "90000004")

READERS = ("A. Reader", "B. Critic")
"""The two who read titles and abstracts, each without the other."""

AGAINST = {
    "90000001": ("", ""),
    "90000002": ("", ""),
    "90000003": ("", ""),
    "90000004": ("", ""),
    "90000005": ("", ""),
    "90000006": ("", ""),
    "90000008": ("", "not a trial"),
    "90000009": ("not a trial", "not a trial"),
    "90000010": ("not about people", "not about people"),
    "90000011": ("another condition", "another condition"),
    "90000012": ("another comparison", ""),
    "90000013": ("not a trial", "not a trial"),
    "90000014": ("not a trial", "not a trial"),
    "90000015": ("", ""),
    "90000016": ("not randomised", ""),
    "90001012": ("another comparison", "another comparison"),
    "90001032": ("not a trial", "not a trial"),
    "90001043": ("not a trial", "not a trial"),
}
"""What each reader has against a record, by its PMID; nothing is to include it."""

AGAINST_IN_FULL = {
    "90000001": "",
    "90000002": "",
    "90000003": "",
    "90000004": "",
    "90000005": "",
    "90000006": "no numbers: a p-value alone",
    "90000008": "a protocol, without results",
    "90000015": "",
}
"""What both have against a report that they read in full."""


@cache
def _found(query: str, week: int = 1) -> frozenset[str]:
    """Return the PMIDs that a query finds in the invented PubMed in a week of its story."""
    from evidence import practice

    found = practice.in_process(practice.story(week)).search(query).body.decode()
    return frozenset(part.split("<", 1)[0] for part in found.split("<Id>")[1:])


def _missed(extra: str) -> set[str]:
    """Known trials that a query no longer finds when something is added to it."""
    return set(KNOWN) - _found(f"({QUERY}) {extra}")


def _in_window(*fields: str) -> set[str]:
    """What the update of week 2 is answered with, asked by these dates alone."""
    since = "2025/12/29:3000"
    return set(_found(f"({QUERY}) AND ({' OR '.join(f'{since}[{field}]' for field in fields)})", week=2))


def _counts() -> list[list[int]]:
    """How often the two said include and exclude: rows are the first reader, columns the second."""
    pairs = [(bool(one), bool(other)) for one, other in AGAINST.values()]
    return [[pairs.count((a, b)) for b in (False, True)] for a in (False, True)]


def _agreement() -> tuple[float, float]:
    """Observed agreement, and that by chance."""
    (both, first), (second, neither) = _counts()
    n = both + first + second + neither
    chance = ((both + first) * (both + second) + (neither + second) * (neither + first)) / n**2
    return (both + neither) / n, chance


def _kappa() -> float:
    observed, chance = _agreement()
    return (observed - chance) / (1 - chance)


@cache
def _outcomes() -> Any:
    """The rows of outcomes that the review to practise with has."""
    import tempfile
    from pathlib import Path

    import evidence as ev
    from evidence.starter import practice_review

    with tempfile.TemporaryDirectory() as folder:
        return ev.load(practice_review(Path(folder) / "review").root)["outcomes"]


def _upper(*, without: str = "", test: str = "hksj") -> float:
    """The upper limit of the pooled difference."""
    import evidence as ev

    rows = _outcomes()
    rows = rows[rows["study_id"] != without]
    comb, idle = (rows[rows["arm_id"] == arm] for arm in ("A1", "A2"))
    yi = comb["mean"].to_numpy() - idle["mean"].to_numpy()
    vi = (comb["sd"] ** 2 / comb["n"]).to_numpy() + (idle["sd"] ** 2 / idle["n"]).to_numpy()
    return float(ev.pool(yi, vi, tau2="REML", test=test).ci_high)


def _without_record() -> set[str]:
    """PMIDs for which PubMed has no record of their own any more in week 4."""
    from evidence import practice

    return set(practice.story(3).pmids) - set(practice.story(4).pmids)


EXERCISES = {
    "2.1": Exercise(
        question="A colleague wants fewer records to read and adds `AND randomized[tiab]` to the query. Which of the four "
        "known trials does the search lose? Answer with a set of PMIDs, such as `{'90000001', '90000002'}`.",
        answer=lambda: _missed("AND randomized[tiab]"),
        because="Three of four. They write *randomised*, as a British journal does, and `randomized[tiab]` knows one "
        "spelling. `randomi*[tiab]` would know both. Known items cost nothing and catch this before anybody reads.",
        hint="Ask the new query what it finds, and subtract that from the known trials: `set(known) - found(...)`.",
        mistakes=(
            Mistake(
                answer=lambda: set(KNOWN) - _missed("AND randomized[tiab]"),
                because="That is the one that is still found: it writes *randomized*. The others are lost.",
            ),
            Mistake(
                answer=lambda: _missed("AND randomized controlled trial[pt]") or {"90000005"},
                because="PMID 90000005 would be lost by the publication type, which a record gets when it is indexed. It "
                "is none of the four known ones, and here the *words* of title and abstract were asked for.",
            ),
            Mistake(
                answer=lambda: set(KNOWN),
                because="Not all of them: one of the four journals spells *randomized* with a z.",
            ),
        ),
    ),
    "2.2": Exercise(
        question="By Cohen's formula, what is kappa of the two readers over these records? Observed agreement is the share "
        "of records on which they say the same; chance agreement is what two readers would reach who drew as often "
        "*include* and *exclude*, blindly. $\\kappa = (p_o - p_c) / (1 - p_c)$.",
        answer=_kappa,
        because="They agree on 15 of 18, and two blind readers with their habits would agree on half. Kappa is the share "
        "of the way from chance to perfect that is left: two thirds.",
        hint="Chance: (share of includes of A × that of B) + (share of excludes of A × that of B).",
        mistakes=(
            Mistake(
                answer=lambda: _agreement()[0],
                because="That is the observed agreement. Two readers who excluded nearly everything would reach it by "
                "chance; kappa takes that away.",
            ),
            Mistake(
                answer=lambda: _agreement()[1],
                because="That is the agreement by chance, which kappa takes away.",
            ),
            Mistake(
                answer=lambda: _agreement()[0] - _agreement()[1],
                because="That is how much better than chance they are; divide by how much better they could be, "
                "1 − chance.",
            ),
        ),
    ),
    "2.3": Exercise(
        question="Suppose that the update of week 2 asked only for what was **added** since 2025-12-29. Which records that "
        "the two windows together find would it miss? Answer with a set of PMIDs.",
        answer=lambda: _in_window("crdt", "mdat", "lr") - _in_window("crdt"),
        because="The trial of 2018, whose standard deviation was corrected. It was added to PubMed eight years ago, and "
        "only its date of revision tells that it changed. Retractions arrive in just this way.",
        hint="Subtract what `added` finds from what both windows find.",
        mistakes=(
            Mistake(
                answer=lambda: _in_window("crdt"),
                because="Those are the records that it would find: the new trial and the notice of the correction.",
            ),
            Mistake(
                answer=lambda: _in_window("crdt", "mdat", "lr"),
                because="Those are all that both windows find; which of them was not added lately?",
            ),
        ),
    ),
    "2.4": Exercise(
        question="Leave the retracted trial out and pool the other three as before (REML, Hartung–Knapp). What is the "
        "**upper** limit of the 95% confidence interval, in points?",
        answer=lambda: _upper(without="Dovetail2023"),
        rel=0.015,
        because="The interval now reaches over 0: “excludes the null” becomes “compatible with no effect”. To be fair, "
        "leaving out any one of the four would do that, since three trials are few. But only this one was retracted, and "
        "without the refresh nobody would have looked again.",
        hint="Take `effects` without the row of Dovetail 2023, then `ev.pool(yi, vi, tau2='REML', test='hksj').ci_high`.",
        mistakes=(
            Mistake(
                answer=_upper,
                because="That is the limit with the retracted trial still in. Leave out Dovetail 2023.",
            ),
            Mistake(
                answer=lambda: _upper(without="Dovetail2023", test="z"),
                because="With the normal distribution three trials look like many. Hartung–Knapp uses the t distribution "
                "with k − 1 = 2 degrees of freedom: `test='hksj'`.",
            ),
        ),
    ),
    "2.5": Exercise(
        question="The refresh of week 4 (`fourth`) asked for 13 records, and PubMed answered with 11. Which two PMIDs have no "
        "record of their own any more? Answer with a set.",
        answer=_without_record,
        because="One is a preprint that PubMed merged into its article: asked for it, PubMed sends the article. The other "
        "one is gone. The refresh calls it *absent* first and *gone* only if the next run does not find it either, since "
        "a bad day of PubMed looks just the same.",
        hint="`print(*fourth.lines(), sep='\\n')` says which record is absent, and which was merged into another one.",
        mistakes=(
            Mistake(
                answer=lambda: {"90000013"},
                because="That one is absent. There is a second: a record for which PubMed answers with another one.",
            ),
            Mistake(
                answer=lambda: {"90000005", "90000013"},
                because="90000005 is what PubMed answers *with*. Which PMID was asked for?",
            ),
        ),
    ),
}
