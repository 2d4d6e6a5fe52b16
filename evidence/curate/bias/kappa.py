"""How far two assessors agree: in percent, and beyond chance by Cohen's kappa, plain and weighted."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from ...card import Card, Carded
from ...errors import ColumnError, InputError
from ...instruments import find_form
from ...tables.io import records
from .counting import CONSENSUS

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd

    from ...instruments import Form

__all__ = ["Agreement", "agreement"]

_PLACE = ("study_id", "outcome", "tool", "variant", "domain")
_NEEDED = (*_PLACE, "assessor", "judgement")
_FEWEST = 2
_NO_SPREAD = 1e-12
_COLUMNS = (
    "domain",
    "pairs",
    "agreed",
    "percent",
    "kappa",
    "ci_low",
    "ci_high",
    "on_scale",
    "linear",
    "linear_low",
    "linear_high",
    "quadratic",
    "quadratic_low",
    "quadratic_high",
)
_SPREAD = {
    "kappa": ("ci_low", "ci_high"),
    "linear": ("linear_low", "linear_high"),
    "quadratic": ("quadratic_low", "quadratic_high"),
}


@dataclass(frozen=True, slots=True, kw_only=True, eq=False, repr=False)
class Agreement(Carded):
    """The agreement of two assessors, domain by domain.

    Attributes
    ----------
    tool, variant : str
        The form.
    assessors : tuple of str
        The two.
    level : float
        Of the intervals.
    table : DataFrame
        One row per domain, one for `overall` and one for all domains together (`domains`): `pairs` judged by both,
        `agreed`, `percent`; `kappa` with `ci_low` and `ci_high`; `on_scale`, the pairs in which neither said that there
        is no information; `linear` and `quadratic`, the weighted kappas of those, with their limits. NaN where a
        kappa is not defined: both assessors gave one and the same judgement throughout, or there are fewer than two
        pairs. Limits are NaN too where the large-sample standard error is 0: all pairs agree, or one of the two gave
        the same judgement throughout. Such a kappa is not certain, its interval is not known.
    only_one : int
        Judgements that the other assessor did not make.
    """

    tool: str
    variant: str
    assessors: tuple[str, str]
    level: float
    table: pd.DataFrame
    only_one: int

    def to_frame(self) -> pd.DataFrame:
        """Return a copy of the table."""
        return self.table.copy()

    def _card(self) -> Card:
        cautions = ["Domains of one trial are not independent; intervals of `domains` are too narrow for that."]
        if self.table["kappa"].isna().any():
            cautions.append("Kappa is not defined (n/e) where there are too few pairs or only one judgement occurs.")
        if any((self.table[name].notna() & self.table[low].isna()).any() for name, (low, _) in _SPREAD.items()):
            cautions.append(
                "Some kappas have no interval (n/e): all pairs agree, or one assessor gave one judgement throughout, "
                "and the standard error for large samples is then 0."
            )
        return Card(
            title=f"Agreement on risk of bias: {find_form(self.tool, self.variant).title}",
            facts=(
                ("assessors", " and ".join(self.assessors)),
                ("intervals", f"{100 * self.level:g}%, large-sample"),
                ("judged by one only", str(self.only_one)),
            ),
            table=self.table,
            cautions=tuple(cautions),
        )


def agreement(
    table: pd.DataFrame,
    *,
    tool: str = "",
    variant: str = "",
    assessors: Sequence[str] | None = None,
    level: float = 0.95,
) -> Agreement:
    r"""Return how far two assessors agree, in each domain, overall, and over all domains together.

    Cohen's kappa is :math:`\kappa = (p_o - p_e)/(1 - p_e)`. The weighted ones give part of the credit to judgements
    that are near each other on the tool's scale: with :math:`1 - |i-j|/(k-1)` (linear) or :math:`1 - (i-j)^2/(k-1)^2`
    (quadratic). Standard errors are those for large samples; limits are cut at -1 and 1.

    Parameters
    ----------
    table : DataFrame
        Rows as in the table ``risk_of_bias``.
    tool, variant : str
        The form; by default the only one that two assessors have used.
    assessors : sequence of two str, optional
        Whom to compare; by default the only two, leaving `consensus` aside.
    level : float
        Of the intervals.

    Raises
    ------
    ColumnError
        If the table lacks a column.
    InputError
        If there are not two assessors with judgements of the same results, or it is not clear which two or which form;
        if somebody judged one domain of one result twice, or gave a judgement that the form has not.

    References
    ----------
    Cohen J. Educ Psychol Meas 1960;20:37-46. https://doi.org/10.1177/001316446002000104. Fleiss JL, Cohen J, Everitt
    BS. Large sample standard errors of kappa and weighted kappa. Psychol Bull 1969;72:323-7.
    https://doi.org/10.1037/h0028106

    Examples
    --------
    >>> import pandas as pd
    >>> pairs = [("low", "low"), ("low", "low"), ("high", "some-concerns"), ("high", "high")]
    >>> table = pd.DataFrame([
    ...     {"study_id": f"T{i}", "outcome": "all", "tool": "RoB2", "variant": "parallel", "domain": "D1",
    ...      "assessor": who, "judgement": said}
    ...     for i, pair in enumerate(pairs) for who, said in zip(("AB", "CD"), pair)
    ... ])
    >>> found = agreement(table).to_frame()
    >>> int(found["agreed"][0]), round(float(found["kappa"][0]), 3)
    (3, 0.6)
    """
    missing = [name for name in _NEEDED if name not in table.columns]
    if missing:
        raise ColumnError(f"the table lacks {', '.join(missing)}; needed: {', '.join(_NEEDED)}")
    if not isinstance(level, (int, float)) or not 0 < level < 1:
        raise InputError(f"level is {level!r}; it must lie between 0 and 1")
    rows = [row for row in records(table) if row["assessor"] != CONSENSUS]
    form = _form(rows, tool, variant)
    rows = [row for row in rows if (row["tool"], row["variant"]) == (form.tool, form.variant)]
    pair = _pair(rows, assessors)
    said: dict[tuple[Any, ...], dict[str, str]] = {}
    for row in rows:
        if row["assessor"] in pair:
            place = tuple(row[name] for name in _PLACE)
            _check(form, row, said.get(place, {}))
            said.setdefault(place, {})[row["assessor"]] = str(row["judgement"])
    both = [(place[-1], found[pair[0]], found[pair[1]]) for place, found in said.items() if len(found) == len(pair)]
    if not both:
        raise InputError(f"{pair[0]} and {pair[1]} have judged no domain of the same result with {form.title}")
    return Agreement(
        tool=form.tool,
        variant=form.variant,
        assessors=pair,
        level=level,
        table=_table(form, both, level),
        only_one=len(said) - len(both),
    )


def _check(form: Form, row: dict[str, Any], before: dict[str, str]) -> None:
    where = f"{row['study_id']}, {row['outcome']}, {row['domain']}, {row['assessor']}"
    if row["assessor"] in before:
        raise InputError(f"{where}: judged twice; leave one row")
    if row["judgement"] not in form.judgements:
        listed = ", ".join(form.judgements)
        raise InputError(f"{where}: {form.tool} has no judgement {row['judgement']!r}; allowed: {listed}")


def _form(rows: list[dict[str, Any]], tool: str, variant: str) -> Form:
    if tool:
        return find_form(tool, variant)
    used: dict[tuple[str, str], set[str]] = {}
    for row in rows:
        used.setdefault((row["tool"], row["variant"]), set()).add(row["assessor"])
    shared = [key for key, people in used.items() if len(people) > 1]
    if len(shared) != 1:
        told = "; ".join(" ".join(key) for key in shared) or "none"
        raise InputError(f"say which tool and variant; forms that several assessors have used: {told}")
    return find_form(*shared[0])


def _pair(rows: list[dict[str, Any]], assessors: Sequence[str] | None) -> tuple[str, str]:
    there = sorted({str(row["assessor"]) for row in rows})
    wanted = list(dict.fromkeys(assessors)) if assessors is not None else there
    strangers = [name for name in wanted if name not in there]
    if len(wanted) != len(("one", "other")) or strangers:
        raise InputError(
            f"two assessors are compared; asked for {', '.join(wanted) or 'none'}; there are: {', '.join(there)}"
        )
    return str(wanted[0]), str(wanted[1])


def _table(form: Form, both: list[tuple[str, str, str]], level: float) -> pd.DataFrame:
    import pandas as pd

    rows = []
    for domain in (*form.domain_ids, "overall", "domains"):
        pairs = [
            (one, other) for name, one, other in both if name == domain or (domain == "domains" and name != "overall")
        ]
        if pairs:
            rows.append({"domain": domain, **_row(form, pairs, level)})
    return pd.DataFrame(rows, columns=list(_COLUMNS))


def _row(form: Form, pairs: list[tuple[str, str]], level: float) -> dict[str, Any]:
    agreed = sum(one == other for one, other in pairs)
    on_scale = [pair for pair in pairs if set(pair) <= set(form.scale)]
    row: dict[str, Any] = {"pairs": len(pairs), "agreed": agreed, "percent": 100 * agreed / len(pairs)}
    row["on_scale"] = len(on_scale)
    for name, found in (
        ("kappa", _kappa(pairs, form.judgements, None, level)),
        ("linear", _kappa(on_scale, form.scale, "linear", level)),
        ("quadratic", _kappa(on_scale, form.scale, "quadratic", level)),
    ):
        row |= dict(zip((name, *_SPREAD[name]), found, strict=True))
    return row


def _kappa(
    pairs: list[tuple[str, str]],
    categories: Sequence[str],
    weights: Literal["linear", "quadratic"] | None,
    level: float,
) -> tuple[float, float, float]:
    """Return a kappa with its limits; NaN where chance alone would give full agreement, or nothing tells the spread."""
    import numpy as np
    from scipy.stats import norm
    from statsmodels.stats.inter_rater import cohens_kappa

    used = {judgement for pair in pairs for judgement in pair}
    if len(pairs) < _FEWEST or len(used) < _FEWEST:
        return (float("nan"),) * 3
    counts = np.zeros((len(categories), len(categories)))
    for one, other in pairs:
        counts[categories.index(one), categories.index(other)] += 1
    # Where one of the two always says the same, the test of no agreement, which is not used here, is 0/0.
    with np.errstate(invalid="ignore", divide="ignore"):
        found = cohens_kappa(counts, wt=weights)
    kappa, variance = float(found.kappa), float(found.var_kappa)
    if not variance > _NO_SPREAD:
        return kappa, float("nan"), float("nan")
    half = float(norm.ppf((1 + level) / 2)) * float(np.sqrt(variance))
    return kappa, max(-1.0, kappa - half), min(1.0, kappa + half)
