"""The archive: valid by the Frictionless program, whole by its checksums, the same bytes again, never out of date."""

from __future__ import annotations

import hashlib
import io
import json
import shutil
import zipfile
from typing import TYPE_CHECKING

import pytest

import evidence as ev
from evidence.build import build
from evidence.errors import ProjectError
from evidence.export import package_bytes

if TYPE_CHECKING:
    from pathlib import Path

    from evidence.base import EvidenceBase


def _unpacked(base: EvidenceBase, folder: Path) -> Path:
    with zipfile.ZipFile(io.BytesIO(package_bytes(base))) as archive:
        archive.extractall(folder)
    return folder


def test_frictionless_finds_it_valid(built: EvidenceBase, tmp_path: Path) -> None:
    frictionless = pytest.importorskip("frictionless")
    folder = _unpacked(built, tmp_path)
    report = frictionless.validate(str(folder / "datapackage.json"))
    assert report.valid, report.flatten(["type", "message"])
    assert report.stats["tasks"] == len(built.protocol.tables) + 6  # five tables of results, and the protocol


def test_every_file_is_named_with_its_checksum(built: EvidenceBase, tmp_path: Path) -> None:
    folder = _unpacked(built, tmp_path)
    lines = (folder / "SHA256SUMS").read_text(encoding="utf-8").splitlines()
    named = {line.split("  ", 1)[1]: line.split("  ", 1)[0] for line in lines}
    held = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}
    assert set(named) == held - {"SHA256SUMS"}
    assert {name: hashlib.sha256((folder / name).read_bytes()).hexdigest() for name in named} == named
    described = json.loads((folder / "datapackage.json").read_text(encoding="utf-8"))
    for resource in described["resources"]:
        content = (folder / resource["path"]).read_bytes()
        assert resource["bytes"] == len(content)
        assert resource["hash"] == f"sha256:{hashlib.sha256(content).hexdigest()}"


def test_it_says_how_to_cite_it(built: EvidenceBase, tmp_path: Path) -> None:
    text = (_unpacked(built, tmp_path) / "CITATION.cff").read_text(encoding="utf-8")
    # Required by the schema of the Citation File Format 1.2.0: authors, cff-version, message, title.
    keys = {line.partition(":")[0] for line in text.splitlines() if line[:1].isalpha()}
    assert {"authors", "cff-version", "message", "title", "type"} <= keys
    assert json.dumps(built.protocol.review.title) in text


def test_the_same_base_gives_the_same_bytes(built: EvidenceBase) -> None:
    assert package_bytes(built) == package_bytes(built)


def test_a_base_can_be_built_again_from_it(built: EvidenceBase, tmp_path: Path) -> None:
    folder = _unpacked(built, tmp_path / "archive")
    review = tmp_path / "review"
    shutil.copytree(folder / "data", review / "data" / "processed")
    shutil.copy(folder / "protocol.toml", review)
    build(ev.load(review).project)
    for name in ("pooled", "effects"):
        again = (review / "results" / f"{name}.csv").read_bytes()
        assert again == (folder / "results" / f"{name}.csv").read_bytes()


def test_results_of_other_tables_are_not_packed(built: EvidenceBase, tmp_path: Path) -> None:
    review = tmp_path / "review"
    shutil.copytree(built.project.root, review)
    outcomes = review / "data" / "processed" / "outcomes.csv"
    outcomes.write_text(outcomes.read_text(encoding="utf-8").replace(",secondary,", ",verified,", 1), encoding="utf-8")
    with pytest.raises(ProjectError, match="not built from the tables as they are"):
        package_bytes(ev.load(review))
    shutil.rmtree(review / "results")
    with pytest.raises(ProjectError, match=r"lacks effects\.csv.*run `evidence build` first"):
        package_bytes(ev.load(review))
