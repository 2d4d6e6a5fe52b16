"""Exercises of notebook 03: percentages, p-values and spreads computed again from what is printed."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from .exercise import Exercise, Mistake

if TYPE_CHECKING:
    from evidence import EvidenceBase

__all__ = ["EXERCISES"]


@cache
def _base() -> EvidenceBase:
    import evidence as ev

    return ev.load()


def _fits(shares: tuple[str, ...], n: int) -> bool:
    """Whether whole numbers of `n` people give every share as printed."""
    from evidence.reported import counts_from_percent

    return bool(counts_from_percent(list(shares), [n] * len(shares)).candidates.all())


def _smallest(*shares: str) -> int:
    return next(n for n in range(1, 1001) if _fits(shares, n))


def _men() -> list[list[int]]:
    """Men and women before treatment in the two arms, from the shares that the base holds."""
    table = _base()["baselines"].query("study_id == 'IJBR2025' and characteristic == 'male'").sort_values("arm_id")
    return [[men := round(row.percent * row.n / 100), int(row.n) - men] for row in table.itertuples()]


def _fisher(alternative: str = "two-sided") -> float:
    from scipy.stats import fisher_exact

    return float(fisher_exact(_men(), alternative=alternative).pvalue)


def _chi2(*, correction: bool) -> float:
    from scipy.stats import chi2_contingency

    return float(chi2_contingency(_men(), correction=correction).pvalue)


def _implied_sd(tail: float = 2.0, *, per_person: bool = False, normal: bool = False) -> float:
    """The SD behind two means, their sizes and a p; with the slips that people make on the way."""
    from scipy.stats import norm, t

    first, second = _base()["outcomes"].set_index("row_id").loc[["R001", "R002"]].itertuples()
    p = first.p_value / tail
    statistic = norm.isf(p) if normal else t.isf(p, first.n + second.n - 2)
    error = (first.mean - second.mean) / float(statistic)
    return error if per_person else float(error / (1 / first.n + 1 / second.n) ** 0.5)


def _halves_of_heads() -> set[str]:
    """Split-scalp trials whose two sides add up to something else than the people: all with arms of known size."""
    base = _base()
    sides = base["studies"].query("design == 'split-scalp' and n_randomised_as_reported != ''")["study_id"]
    counted = base["arms"].groupby("study_id")["n_randomised"].sum()
    return {study for study in sides if counted.get(study, 0) > 0}


def _contradicted() -> set[str]:
    """Trials whose arms are different people and do not add up to the printed total."""
    findings = _base()["findings"].query("check == 'arms-sum'")
    return set(findings["study"])


EXERCISES: dict[str, Exercise] = {
    "3.1": Exercise(
        question="Two shares are printed without decimals: 80% and 87%. What is the smallest number of people of whom "
        "both can be? Answer with a whole number.",
        answer=lambda: _smallest("80", "87"),
        because="12 of 15 are 80% and 13 of 15 are 86.7%. With 16 men 80% cannot be had: 12 are 75% and 13 are "
        "81.25%. One man may have missed the last visit. That would be no scandal, and one more number to print.",
        hint="For each number of people from 1 upwards, ask whether some whole number of them rounds to 80% and some "
        "other to 87%. `ev.reported.counts_from_percent` does it for you.",
        mistakes=(
            Mistake(
                answer=lambda: _smallest("80"),
                because="Of 5 people 80% is 4, but 87% of them is nobody: 4 are 80% and 5 are 100%. *Both* shares have "
                "to fit.",
            ),
            Mistake(answer=lambda: _smallest("87"), because="That fits 87%. Does 80% fit as well?"),
            Mistake(
                answer=lambda: 16,
                because="Of 16, 13 are 81.25% and 14 are 87.5%; the first rounds to 81% and the second, at a stretch, "
                "to 87% or 88%. 80% cannot be had.",
            ),
            Mistake(
                answer=lambda: 100,
                because="Any whole percentage fits 100 people, which is why GRIM cannot see anything there. Look for a "
                "smaller number.",
            ),
        ),
    ),
    "3.2": Exercise(
        question="12 of 20 people in one arm are men, and 5 of 20 in the other. What is the two-sided p of Fisher's "
        "exact test?",
        answer=_fisher,
        because="0.054, and without a correction χ² even gives 0.025; the printed 0.12 comes from no test of these "
        "shares. So the arms differ more at the start than the p says. That alone proves nothing: the groups may have "
        "been of other sizes than the 20 and 20 that the shares imply. And a baseline p is a poor tool anyway: after "
        "honest randomisation every difference is chance.",
        hint="`scipy.stats.fisher_exact` takes the table [[men, women], [men, women]], one row for each arm.",
        rel=0.01,
        mistakes=(
            Mistake(
                answer=lambda: _chi2(correction=False),
                because="That is Pearson's χ² without correction. Fisher's test counts the tables that are at least as "
                "unlikely, and is more cautious with so few people.",
            ),
            Mistake(
                answer=lambda: _chi2(correction=True),
                because="That is χ² with Yates's correction: nearly the same number as Fisher's, which it imitates, but "
                "not the same test.",
            ),
            Mistake(
                answer=lambda: _fisher("greater"),
                because="That is one-sided: it asks only whether the first arm has *more* men. Two-sided counts both "
                "directions.",
            ),
            Mistake(
                answer=lambda: 0.12,
                because="That is what is printed. The point is whether it follows from 12 of 20 and 5 of 20. Compute it.",
            ),
        ),
    ),
    "3.3": Exercise(
        question="Means of 91.4 (n = 50) and 22.2 (n = 44), and p = 0.039 from a two-sided t-test with equal SDs. "
        "Which SD does that need? Answer in hairs per cm².",
        answer=_implied_sd,
        because="About 160 hairs per cm², where the largest of five other spreads is 19.5. So means, sizes and p do not go together: "
        "the p belongs to another test, or was misprinted (in the copy that was seen it reads “Q. 039”). The base "
        "derives nothing from it. Had it been taken at its word, a difference of 69 hairs would have become an effect "
        "of 0.43 standard deviations.",
        hint="t = difference / (SD × √(1/n₁ + 1/n₂)), with t the value that leaves 0.039/2 on each side, on "
        "50 + 44 − 2 degrees of freedom. Solve for the SD.",
        rel=0.01,
        mistakes=(
            Mistake(
                answer=lambda: _implied_sd(per_person=True),
                because="That is the standard error of the difference, about 33. An SD is of people: divide by "
                "√(1/n₁ + 1/n₂).",
            ),
            Mistake(
                answer=lambda: _implied_sd(1.0),
                because="That leaves all of 0.039 on one side. A two-sided p leaves half on each.",
            ),
            Mistake(
                answer=lambda: _implied_sd(normal=True),
                because="Close: that takes 2.06 from the normal curve. A t-test with 92 degrees of freedom has 2.09. Here it "
                "makes little difference; with ten people it would make a large one.",
            ),
        ),
    ),
    "3.4": Exercise(
        question="In which trials of the table do the printed arms contradict the printed total? Answer with a set of "
        "study ids.",
        answer=_contradicted,
        because="Giorgio 2020 has arms of 9, 15 and 17, which are 41, and an abstract that says 14 (and a title that "
        "says 41). JCCP 2025 has arms of 40, 30 and 30, which are 100, and says 60. In the split-scalp trials both "
        "“arms” are the same heads: 20 and 20 people are 20, and the sum means nothing.",
        hint="Compare the sum of the arms with the total as reported, and look at the design before you accuse: in a "
        "split-scalp trial each person is in both arms.",
        mistakes=(
            Mistake(
                answer=lambda: _contradicted() | _halves_of_heads(),
                because="In the split-scalp trials the two arms are the two halves of the same heads. Each person is "
                "counted in both, and the sum is twice the people, as it should be.",
            ),
            Mistake(answer=lambda: {"JCCP2025"}, because="Right, and a smaller trial contradicts itself as well."),
            Mistake(answer=lambda: {"Giorgio2020"}, because="Right, and a larger trial contradicts itself as well."),
        ),
    ),
}
