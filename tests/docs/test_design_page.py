"""The page on the design says what the code and the tests are."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from typing import TYPE_CHECKING

import pytest
from doc_pages import DOCS, ROOT
from layers_picture import MEANING, NUMBERS, OUTSIDE, PICTURE, layers, picture

import evidence as ev

if TYPE_CHECKING:
    from pathlib import Path

PAGE = (DOCS / "design.md").read_text(encoding="utf-8")
_NO_PARTS = ("__init__", "__main__", "__pycache__", "shipped")


def test_the_picture_of_the_layers_is_the_order_that_is_held() -> None:
    stored = PICTURE.read_text(encoding="utf-8")
    assert stored == picture(), "run: python docs/layers_picture.py"
    drawn = ET.fromstring(stored)
    texts = [node.text for node in drawn.iter("{http://www.w3.org/2000/svg}text")]
    parts = [name for layer in layers() for name in layer]
    assert sorted(parts) == sorted(path.stem for path in (ROOT / "evidence").iterdir() if _is_part(path))
    assert [name for name in parts if texts.count(name) != 1] == []
    assert set(MEANING) == {layer[0] for layer in layers()}
    assert set(parts) >= NUMBERS | OUTSIDE
    assert f"]({PICTURE.name})" in PAGE


def _is_part(path: Path) -> bool:
    return path.stem not in _NO_PARTS and (path.is_dir() or path.suffix == ".py")


@pytest.mark.parametrize("name", sorted(set(re.findall(r"`(tests/[\w/.]+(?:::\w+)?)`", PAGE))))
def test_a_test_that_is_named_exists(name: str) -> None:
    path, _, function = name.partition("::")
    assert (ROOT / path).exists()
    assert not function or f"\ndef {function}(" in (ROOT / path).read_text(encoding="utf-8")


def test_every_folder_of_tests_has_its_line() -> None:
    (table,) = re.findall(r"^\| folder \| asks \|\n(.*?)\n\n", PAGE, flags=re.DOTALL | re.MULTILINE)
    named = {name.removeprefix("tests/") for row in table.splitlines() for name in re.findall(r"`([\w/]+)`", row)}
    there = {path.name for path in (ROOT / "tests").iterdir() if path.is_dir() and path.name != "__pycache__"}
    assert named == there


def test_names_of_the_code_exist() -> None:
    from evidence.cli.main import COMMANDS, PANELS
    from evidence.curate import Contrast, Step
    from evidence.effects import formulas, measures
    from evidence.plot import kinds
    from evidence.provenance import Node
    from evidence.tables import TABLES, io
    from evidence.vocabulary import Derivation, SynthesisMeasure

    named = {
        "COMMANDS": COMMANDS,
        "PANELS": PANELS,
        "Contrast": Contrast,
        "Derivation": Derivation,
        "FORMULAS": formulas.FORMULAS,
        "KINDS": kinds.KINDS,
        "MEASURES": measures.MEASURES,
        "Node": Node,
        "Step": Step,
        "SynthesisMeasure": SynthesisMeasure,
        "SynthesisResult": ev.SynthesisResult,
        "TABLES": TABLES,
        "write_bytes": io.write_bytes,
    }
    assert [name for name in named if f"`{name}`" not in PAGE] == []


def test_the_life_of_the_number_is_as_it_is_told() -> None:
    result = ev.load(ROOT).synthesis("addon-minoxidil-response", analysis="secondary")
    trial = next(contrast for contrast in result.contrasts if contrast.study_id == "FPHL_CN2022")
    effect = result.effects.set_index("study_id").loc["FPHL_CN2022"]
    assert set(trial.rows) == {"R024", "R025"}
    assert (effect["events1"], effect["n1"], effect["events2"], effect["n2"]) == (17, 20, 9, 20)
    # 17/20 against 9/20, by hand
    assert f"ln {(17 / 20) / (9 / 20):.2f}" in PAGE
    assert effect["yi"] == pytest.approx(0.635989, abs=1e-6)
    assert result.fit is not None
    assert f"RR {ev.back_transform(result.fit.estimate, 'RR'):.2f}." in PAGE
    primary = ev.load(ROOT).synthesis("addon-minoxidil-response")
    (left_out,) = [entry.reason for entry in primary.exclusions if entry.study_id == "FPHL_CN2022"]
    assert left_out == "count only implied by a percentage"
