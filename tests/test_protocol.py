"""The protocol: what is read, and every fault of a damaged one at once."""

from __future__ import annotations

import re

import pytest

from evidence.errors import ProjectError, ProtocolError, UnknownIdError
from evidence.protocol import load_protocol

SMALL = """
[review]
id = "r"
title = "R"
question = "?"
headline = "s"

[search]
database = "PubMed"
query = "x"

[[components]]
id = "needling"
label = "needling"
group = "needling"

[[components]]
id = "drug"
label = "drug"
group = "drugs"

[[outcomes]]
id = "count"
label = "count"
kind = "continuous"
direction = "higher"
unit = "hairs/cm2"

[[units]]
id = "hairs/cm2"
label = "hairs/cm²"
pint = "1 / centimeter ** 2"

[[populations]]
id = "all"
label = "all"

[[windows]]
id = "12w"
label = "12 weeks"
low = 8
high = 16
target = 12

[[comparisons]]
id = "addon"
label = "added"
question = "?"
add = ["needling"]
background = ["group:drugs"]

[[analyses]]
id = "primary"
label = "primary"
primary = true

[[syntheses]]
id = "s"
label = "S"
comparison = "addon"
outcome = "count"
population = "all"
measure = "MD"
window = "12w"

[[claims]]
id = "c"
claim = "It works."
syntheses = ["s"]
"""


@pytest.fixture
def written(tmp_path):
    """Return a function that writes a protocol and loads it."""

    def write(text: str):
        path = tmp_path / "protocol.toml"
        path.write_text(text, encoding="utf-8")
        return load_protocol(path)

    return write


def test_a_protocol_is_read(written) -> None:
    protocol = written(SMALL)
    assert protocol.syntheses["s"].tau2 == "REML"
    assert protocol.syntheses["s"].test == "hksj"
    assert protocol.primary.statuses == ("verified",)
    assert protocol.comparisons["addon"].add == ("needling",)
    known = protocol.vocabularies
    assert known["components"] == ("needling", "drug")
    assert known["outcomes"] == ("count",)
    assert known["claims"] == ("c",)
    assert known["syntheses"] == ("s",)
    assert known["analyses"] == ("primary",)
    assert known["judged"] == ("all", "count")
    assert known["units"][0] == "hairs/cm2"


DAMAGE = {
    "unknown part": ("[search]", "[serch]\nx = 1\n\n[search]", "serch: unknown part; did you mean 'search'?"),
    "unknown key": (
        'measure = "MD"',
        'measure = "MD"\nmesure = "MD"',
        "column mesure: unknown key; did you mean 'measure'?",
    ),
    "missing key": ('outcome = "count"\n', "", "row s · column outcome: missing"),
    "measure": ('measure = "MD"', 'measure = "SDM"', "column measure: not allowed; did you mean 'SMD'?"),
    "tau2": ('window = "12w"', 'window = "12w"\ntau2 = "REM"', "column tau2: not allowed; did you mean 'REML'?"),
    "wrong type": ("low = 8", 'low = "8"', "row 12w · column low: wrong type; found \"'8'\"; allowed: a number"),
    "list of numbers": ('add = ["needling"]', "add = [1]", "row addon · column add: wrong type"),
    "string for list": ('add = ["needling"]', 'add = "needling"', "row addon · column add: wrong type"),
    "number for flag": ("primary = true", "primary = 1", "row primary · column primary: wrong type"),
    "dangling comparison": (
        'comparison = "addon"',
        'comparison = "adon"',
        "no such id among comparisons; did you mean 'addon'?",
    ),
    "dangling window": ('window = "12w"', 'window = "24w"', "column window: no such id among windows"),
    "dangling claim": (
        'syntheses = ["s"]',
        'syntheses = ["t"]',
        "row c · column syntheses: no such id among syntheses",
    ),
    "dangling headline": ('headline = "s"', 'headline = "t"', "column headline: no such synthesis"),
    "unknown component": (
        'add = ["needling"]',
        'add = ["needeling"]',
        "no such component or group; did you mean 'needling'?",
    ),
    "unknown group": ("group:drugs", "group:drug", "no such component or group; did you mean 'group:drugs'?"),
    "two primaries": (
        "[[syntheses]]",
        '[[analyses]]\nid = "b"\nlabel = "b"\nprimary = true\n\n[[syntheses]]',
        "exactly one analysis",
    ),
    "no primary": ("primary = true", "primary = false", "exactly one analysis must be primary; found 'none'"),
    "doubled id": ('id = "drug"', 'id = "needling"', "row needling · column id: the id stands twice"),
    "attribute without one": ('add = ["needling"]', 'kind = "attribute"', "row addon · column attribute: missing"),
    "correlation": ("primary = true", "primary = true\ncorrelation = 1.5", "column correlation: not a correlation"),
    "correlations of the review": (
        'question = "',
        'correlations = [0.3, 1.2]\nquestion = "',
        "review · column correlations: not a correlation",
    ),
    "correlations as text": (
        'question = "',
        'correlations = ["0.3"]\nquestion = "',
        "column correlations: wrong type",
    ),
    "derivation": (
        "primary = true",
        'primary = true\nderivations = ["se-to-ds"]',
        "column derivations: not allowed; did you mean 'se-to-sd'?",
    ),
    "derivation of a synthesis": (
        'window = "12w"',
        'window = "12w"\nderivations = ["p-to-sds"]',
        "row s · column derivations: not allowed; did you mean 'p-to-sd'?",
    ),
    "dangling alternative": (
        'window = "12w"',
        'window = "12w"\nalternatives = ["pain"]',
        "row s · column alternatives: no such id among outcomes",
    ),
    "alternative to itself": (
        'window = "12w"',
        'window = "12w"\nalternatives = ["count"]',
        "is the synthesis's own outcome: it cannot stand in for count",
    ),
    "alternative of another kind": (
        'window = "12w"',
        'window = "12w"\nalternatives = ["death"]\n\n[[outcomes]]\nid = "death"\nlabel = "d"\nkind = "binary"\n'
        'direction = "lower"',
        "has another kind: it cannot stand in for count",
    ),
    "level": ('window = "12w"', 'window = "12w"\nlevel = 95', "column level: not a level"),
    "window upside down": ("high = 16", "high = 10", "low ≤ target ≤ high does not hold"),
    "importance without source": ('unit = "hairs/cm2"', 'unit = "hairs/cm2"\nmid = 5', "needs its source"),
    "part that is no list": ("[[claims]]", "[claims]", "`claims` must be a list of tables"),
    "a scale upside down": (
        'unit = "hairs/cm2"',
        'unit = "hairs/cm2"\nminimum = 10\nmaximum = 0',
        "minimum < maximum does not hold",
    ),
    "a step of nothing": ('unit = "hairs/cm2"', 'unit = "hairs/cm2"\nstep = 0', "not a distance"),
}


@pytest.mark.parametrize("kind", DAMAGE)
def test_damage_is_named(written, kind) -> None:
    old, new, message = DAMAGE[kind]
    assert old in SMALL
    with pytest.raises(ProtocolError, match=re.escape(message)):
        written(SMALL.replace(old, new, 1))


def test_single_arms_have_no_alternatives(written) -> None:
    text = SMALL.replace('add = ["needling"]', 'kind = "single-arm"\nadd = ["needling"]')
    text = text.replace('measure = "MD"', 'measure = "PFT"\nalternatives = ["itch"]')
    text = text.replace('kind = "continuous"', 'kind = "binary"').replace('unit = "hairs/cm2"\n', "")
    text += '\n[[outcomes]]\nid = "itch"\nlabel = "i"\nkind = "binary"\ndirection = "higher"\n'
    with pytest.raises(ProtocolError, match="which have no alternatives") as caught:
        written(text)
    assert [(problem.column, problem.value) for problem in caught.value.problems] == [("alternatives", "itch")]


def test_all_faults_come_at_once(written) -> None:
    text = (
        SMALL.replace('measure = "MD"', 'measure = "SDM"').replace("low = 8", 'low = "8"').replace('label = "S"\n', "")
    )
    with pytest.raises(ProtocolError) as caught:
        written(text)
    assert {(problem.table, problem.column) for problem in caught.value.problems} == {
        ("syntheses", "measure"),
        ("windows", "low"),
        ("syntheses", "label"),
    }


def test_broken_toml_and_no_file(written, tmp_path) -> None:
    with pytest.raises(ProtocolError, match="not readable as TOML"):
        written("[review")
    with pytest.raises(ProjectError, match="there is no protocol"):
        load_protocol(tmp_path / "nowhere.toml")


def test_unknown_names_come_with_near_ones(written) -> None:
    protocol = written(SMALL.replace('id = "s"', 'id = "density"').replace('"s"', '"density"'))
    with pytest.raises(UnknownIdError, match="did you mean 'density'"):
        protocol.synthesis("densty")
    with pytest.raises(UnknownIdError, match="no analysis is called"):
        protocol.analysis("wide")


def test_the_shipped_protocol_answers_the_questions(root) -> None:
    protocol = load_protocol(root / "protocol.toml")
    assert protocol.review.headline in protocol.syntheses
    tested = {name for claim in protocol.claims.values() for name in claim.syntheses}
    assert tested <= set(protocol.syntheses)
    assert sum(claim.from_article for claim in protocol.claims.values()) == 17
    used = {synthesis.comparison for synthesis in protocol.syntheses.values()}
    assert used == set(protocol.comparisons), "a comparison that no synthesis asks"
