"""What the trials of a synthesis can be regressed on: what the tables say of each of them."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from ...errors import InputError, OptionError
from ..forest_plot.trials import study_years

if TYPE_CHECKING:
    from ...pool import PooledResult
    from ...synthesis import SynthesisResult

__all__ = ["moderator_names", "moderator_values", "regressed_on"]

_OF_EFFECTS = ("time_weeks", "people")
_NUMBERS = ("number", "integer")
_FEWEST = 3


def moderator_names(result: SynthesisResult) -> tuple[str, ...]:
    """Return what is known of all trials that entered, three or more, and is not the same in all.

    That is the time of the result, the people in it, the year of the primary report, the numbers and categories of the
    table of trials, and the numbers of the first arm.
    """
    return tuple(name for name in _declared(result) if _varies(moderator_values(result, name)))


def _declared(result: SynthesisResult) -> tuple[str, ...]:
    tables = result.protocol.tables
    names = [
        *_OF_EFFECTS,
        "year",
        *(column.name for column in tables["studies"].columns if column.type in (*_NUMBERS, "category")),
        *(column.name for column in tables["arms"].columns if column.type in _NUMBERS),
    ]
    return tuple(dict.fromkeys(names))


def moderator_values(result: SynthesisResult, name: str) -> list[Any]:
    """Return the value of a moderator for each row that entered; None where it is not known.

    Parameters
    ----------
    result : SynthesisResult
        The answer, under any analysis.
    name : str
        ``time_weeks``, ``people``, ``year``, or a column of the table of trials or of arms, in that order. An arm is
        the first one of the comparison; several arms taken together have no value.
    """
    studies = [contrast.study_id for contrast in result.contrasts]
    if name in _OF_EFFECTS:
        values = result.effects[name].tolist()
    elif name == "year":
        years = study_years(result)
        values = [years.get(study) for study in studies]
    elif name in result.tables["studies"].columns:
        known = result.tables["studies"].set_index("study_id")[name]
        values = [known[study] for study in studies]
    else:
        arms = result.tables["arms"].set_index(["study_id", "arm_id"])[name]
        keys = [(contrast.study_id, contrast.arm_1.arm_id) for contrast in result.contrasts]
        values = [arms[key] if key in arms.index else None for key in keys]
    return [_plain(value) for value in values]


def regressed_on(result: SynthesisResult, name: str) -> PooledResult:
    """Return the meta-regression of a synthesis on one moderator, by its own estimator, test and level.

    Parameters
    ----------
    result : SynthesisResult
        The answer, under any analysis.
    name : str
        One of `moderator_names`.

    Raises
    ------
    OptionError
        If the moderator is none of those; they are listed.
    InputError
        If it is not known of some of the trials, which are named; or if nothing can be regressed on.
    """
    import pandas as pd

    from ...pool import pool

    known = moderator_names(result)
    lacking = _lacking(result, name) if name in _declared(result) else []
    if 0 < len(lacking) < result.trials:
        raise InputError(
            f"by={name!r} is not known of {len(lacking)} of {result.trials} trials: {', '.join(lacking)}. A figure of "
            "the others would not say so; regress on it with pool(..., mods=...)"
        )
    if not known:
        raise InputError(
            f"a bubble plot needs at least {_FEWEST} trials of which something is known that is not the same in all; "
            f"{result.id} ({result.analysis.id}) has {result.trials} trial{'' if result.trials == 1 else 's'}"
        )
    if name not in known:
        raise OptionError("by", name, known)
    synthesis, effects = result.synthesis, result.effects
    table = pd.DataFrame({name: moderator_values(result, name)})
    return pool(
        effects["yi"].to_numpy(dtype=float),
        effects["vi"].to_numpy(dtype=float),
        mods=f"~ {name}",
        data=table,
        labels=effects["study"].tolist(),
        tau2=synthesis.tau2,
        test=synthesis.test,
        level=synthesis.level,
        measure=synthesis.measure,
    )


def _lacking(result: SynthesisResult, name: str) -> list[str]:
    """Return the trials of which a moderator is not known."""
    pairs = zip(result.contrasts, moderator_values(result, name), strict=True)
    return list(dict.fromkeys(contrast.study_label for contrast, value in pairs if value is None))


def _varies(values: list[Any]) -> bool:
    """Whether a moderator can be regressed on: known of all, not the same in all, and not another text in each."""
    if len(values) < _FEWEST or None in values or len(set(values)) < 2:
        return False
    return not isinstance(values[0], str) or len(set(values)) < len(values)


def _plain(value: Any) -> Any:
    """Return a cell as a Python number or text; None where nothing stands."""
    import pandas as pd

    if isinstance(value, str):
        return value or None
    return None if value is None or pd.isna(value) or not math.isfinite(value) else float(value)
