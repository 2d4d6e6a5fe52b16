"""Judgements for robvis: its column order, its words, and never `low` for what nobody judged."""

from __future__ import annotations

import csv
import io
from dataclasses import replace
from typing import TYPE_CHECKING

import pandas as pd
import pytest

from evidence.errors import InputError, OptionError
from evidence.export import robvis_csv

if TYPE_CHECKING:
    from evidence.base import EvidenceBase

DOMAINS = ("D1", "D2", "D3", "D4", "D5", "overall")


def _judged(base: EvidenceBase, judgements: dict[str, tuple[str, ...]], **cells: str) -> EvidenceBase:
    """Return the base with these judgements, one for each domain; an empty one is a missing row."""
    rows = [
        dict.fromkeys(base.tables["risk_of_bias"].columns, "")
        | {"study_id": study, "outcome": "all", "tool": "RoB2", "variant": "parallel", "assessor": "consensus"}
        | {"domain": domain, "judgement": judgement}
        | cells
        for study, found in judgements.items()
        for domain, judgement in zip(DOMAINS, found, strict=True)
        if judgement
    ]
    table = pd.DataFrame(rows, columns=list(base.tables["risk_of_bias"].columns))
    return replace(base, tables={**base.tables, "risk_of_bias": table})


def _read(content: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(content.decode())))


TWO = {
    "Aronson1948": ("low", "some-concerns", "low", "high", "", "high"),
    "Comstock1974": ("low", "low", "low", "low", "no-information", ""),
}


def test_columns_words_and_what_is_unknown(built: EvidenceBase) -> None:
    rows = _read(robvis_csv(_judged(built, TWO)))
    assert list(rows[0]) == ["Study", "D1", "D2", "D3", "D4", "D5", "Overall", "Weight"]
    assert list(rows[0].values()) == ["Aronson 1948", "Low", "Some concerns", "Low", "High", "NA", "High", "1"]
    assert list(rows[1].values()) == ["Comstock et al 1974", "Low", "Low", "Low", "Low", "NA", "NA", "1"]


def test_weights_are_those_of_the_synthesis(built: EvidenceBase) -> None:
    base = _judged(built, TWO)
    result = base.synthesis("tuberculosis")
    rows = _read(robvis_csv(base, result=result))
    # Inverse-variance weights with metafor's tau2 for these data (REML), 0.313243325981.
    weights = 1 / (result.effects["vi"] + 0.313243325981)
    expected = 100 * weights / weights.sum()
    of = dict(zip(result.effects["study"], expected, strict=True))
    assert {row["Study"]: float(row["Weight"]) for row in rows} == pytest.approx(
        {name: of[name] for name in ("Aronson 1948", "Comstock et al 1974")}, rel=1e-6
    )


def test_no_weight_has_an_exponent(built: EvidenceBase) -> None:
    base = _judged(built, TWO)
    result = base.synthesis("tuberculosis")
    small = replace(result, effects=result.effects.assign(weight=2.5e-7))
    assert [row["Weight"] for row in _read(robvis_csv(base, result=small))] == ["0.00000025"] * 2  # robvis: digits only


def test_assessors_who_differ_have_no_judgement(built: EvidenceBase) -> None:
    one = _judged(built, {"Aronson1948": ("low",) * 6}, assessor="AB")
    two = _judged(built, {"Aronson1948": ("low", "high", "low", "low", "low", "high")}, assessor="CD")
    table = pd.concat([one.tables["risk_of_bias"], two.tables["risk_of_bias"]], ignore_index=True)
    row = _read(robvis_csv(replace(built, tables={**built.tables, "risk_of_bias": table})))[0]
    assert (row["D1"], row["D2"], row["Overall"]) == ("Low", "NA", "NA")


def test_seven_domains_of_the_other_tool(shipped: EvidenceBase) -> None:
    rows = _read(robvis_csv(shipped, tool="ROBINS-I"))
    assert [name for name in rows[0] if name.startswith("D")] == [f"D{number}" for number in range(1, 8)]
    allowed = {"Low", "Moderate", "Serious", "Critical", "No information", "NA"}
    assert {row[name] for row in rows for name in row if name.startswith("D") or name == "Overall"} <= allowed


def test_nothing_judged_says_so(built: EvidenceBase, shipped: EvidenceBase) -> None:
    empty = _judged(built, {})
    with pytest.raises(InputError, match="no trial here has a judgement by RoB2"):
        robvis_csv(empty)
    with pytest.raises(InputError, match="all are without information"):
        robvis_csv(shipped, tool="RoB2")
    with pytest.raises(OptionError, match="RoB 3"):
        robvis_csv(shipped, tool="RoB 3")
    with pytest.raises(OptionError, match="twofold"):
        robvis_csv(shipped, variant="twofold")
