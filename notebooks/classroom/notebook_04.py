"""Exercises of notebook 04: measures, units, paired halves of one head, and what exactly was compared."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from .exercise import Exercise, Mistake

if TYPE_CHECKING:
    from evidence import EvidenceBase

__all__ = ["EXERCISES"]

_SQUARE_INCH = 2.54**2


@cache
def _base() -> EvidenceBase:
    import evidence as ev

    return ev.load()


def _responders(measure: str) -> float:
    """The women of one trial, from the counts that the base holds, as a measure."""
    import evidence as ev

    effects = _base().synthesis("addon-minoxidil-response", analysis="implied").effects
    counts = effects.query("study_id == 'FPHL_CN2022'")[["events1", "n1", "events2", "n2"]]
    return float(ev.back_transform(ev.effect_sizes(counts, measure)["yi"].item(), measure))


def _halves_se(r: float | None = None, *, people: bool = True) -> float:
    """The standard error of the difference of two halves; the slips on the way: no r, no division by n."""
    rows = _base()["outcomes"].set_index("row_id").loc[["R016", "R018"]]
    (one, other), n = rows["plus_minus"], int(rows["n"].iloc[0])
    variance = one**2 + other**2 - 2 * (r or 0) * one * other
    return float((variance / n if people else variance) ** 0.5)


def _components(*, shared: bool = False, everything: bool = False) -> set[str]:
    arms = _base()["arms"].query("study_id == 'SanchezMeza'").set_index("arm_id")["components"]
    drug, saline = (set(arms[name].split(";")) for name in ("A1", "A2"))
    if everything:
        return drug
    return drug & saline if shared else drug - saline


EXERCISES: dict[str, Exercise] = {
    "4.1": Exercise(
        question="17 of 20 women responded with needling and 9 of 20 without. By how many times was response more "
        "frequent?",
        answer=lambda: _responders("RR"),
        because="85% are 1.89 times 45%. The odds, 17 to 3 against 9 to 11, differ by a factor of 6.9, and both are "
        "right. Only one of them answers “by how many times more frequent”.",
        hint="Two shares, one divided by the other.",
        rel=0.01,
        mistakes=(
            Mistake(
                answer=lambda: _responders("OR"),
                because="That is the odds ratio: 17 to 3, divided by 9 to 11. “More frequent” asks for frequencies.",
            ),
            Mistake(
                answer=lambda: _responders("RD"),
                because="That is the difference: 40 more of each 100. “By how many times” asks for a ratio.",
            ),
            Mistake(
                answer=lambda: 1 / _responders("RR"),
                because="Upside down: that is how many times more frequent response was *without* needling.",
            ),
        ),
    ),
    "4.2": Exercise(
        question="Mean gain 30 hairs per square inch, SE 8.0, 16 people. What is the SD in hairs per cm²?",
        answer=lambda: 8.0 * 16**0.5 / _SQUARE_INCH,
        because="8 × √16 = 32 per square inch, divided by 6.45. Two derivations, each with a name: `se-to-sd` and "
        "`unit`. An SD converts as its mean does.",
        hint="First from SE to SD, by √n. Then from square inches to square centimetres.",
        rel=0.01,
        mistakes=(
            Mistake(answer=lambda: 8.0 * 16**0.5, because="That is the SD, per square inch still."),
            Mistake(
                answer=lambda: 8.0 / _SQUARE_INCH,
                because="That is the SE per cm². The SD is √n times as large.",
            ),
            Mistake(
                answer=lambda: 8.0 * 16**0.5 / 2.54,
                because="2.54 turns inches into centimetres. A *square* inch has 2.54² = 6.45 square centimetres.",
            ),
            Mistake(
                answer=lambda: 8.0 * 16**0.5 * _SQUARE_INCH,
                because="The wrong way round: a square inch is larger than a square centimetre and holds more hairs.",
            ),
            Mistake(
                answer=lambda: 8.0 * 16**0.5 / _SQUARE_INCH**2,
                because="That is how a *variance* converts, by the factor squared. An SD converts as its mean does.",
            ),
        ),
    ),
    "4.3": Exercise(
        question="Two sides of the same 19 men, with SDs of 25.45 and 19.22 that correlate by 0.7. What is the "
        "standard error of the difference?",
        answer=lambda: _halves_se(0.7),
        because="About 4.2, against 7.3 for two separate groups of 19. The correlation did that, and nobody has "
        "measured it in this trial.",
        hint="Put r = 0.7 into the formula of section 4, divide by n, take the root.",
        rel=0.01,
        mistakes=(
            Mistake(
                answer=_halves_se,
                because="That is the standard error of two *separate* groups: r = 0. The two sides are of the same men.",
            ),
            Mistake(
                answer=lambda: _halves_se(0.7) ** 2,
                because="That is the variance; the standard error is its square root.",
            ),
            Mistake(
                answer=lambda: _halves_se(0.7, people=False),
                because="That is the SD of the differences between the sides of one man. Divide by √19.",
            ),
            Mistake(answer=lambda: _halves_se(0.5), because="That is with r = 0.5, the protocol's. Here r is 0.7."),
        ),
    ),
    "4.4": Exercise(
        question="One arm is needling with topical dutasteride, the other needling with saline. Whose effect does the "
        "difference estimate? Answer with a set of ids, as in `components`.",
        answer=_components,
        because="Both arms are needled, so needling cancels. What differs is dutasteride; saline is its vehicle and "
        "not a treatment. A trial with needling in its title may say nothing about needling.",
        hint="Take the components of the first arm and cross out those that the second arm has too.",
        mistakes=(
            Mistake(
                answer=lambda: _components(shared=True),
                because="Needling is in *both* arms. What both share cannot explain how they differ.",
            ),
            Mistake(
                answer=lambda: _components(everything=True),
                because="That is what the first arm received. The effect is of what it received *and the other arm did "
                "not*.",
            ),
        ),
    ),
}
