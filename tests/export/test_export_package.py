"""The archive: valid by the Frictionless program, whole by its checksums, the same bytes again, never out of date."""

from __future__ import annotations

import hashlib
import io
import json
import shutil
import zipfile
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

import evidence as ev
from evidence.errors import ProjectError
from evidence.export import package_bytes
from evidence.report import tables

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
    answers = ev.load(review).answers()
    for name in ("pooled", "not_pooled", "effects", "exclusions", "sensitivity"):
        again = tables.format_frame(getattr(tables, f"{name}_frame")(answers))
        assert again == (folder / "results" / f"{name}.csv").read_bytes()


def test_a_result_that_somebody_changed_is_not_packed(built: EvidenceBase, tmp_path: Path) -> None:
    review = tmp_path / "review"
    shutil.copytree(built.project.root, review)
    pooled = review / "results" / "pooled.csv"
    pooled.write_text(pooled.read_text(encoding="utf-8").replace("0.4894209398", "0.2894209398"), encoding="utf-8")
    with pytest.raises(ProjectError, match=r"pooled\.csv is not as the last build wrote it"):
        package_bytes(ev.load(review))


@pytest.mark.parametrize(("licence", "told"), [("CC-BY-4.0", True), ("CC BY 4.0: see LICENSE", False), ("", False)])
def test_a_licence_stands_in_the_citation_by_its_spdx_id_only(built: EvidenceBase, licence: str, told: bool) -> None:
    review = replace(built.protocol.review, licence=licence)
    base = replace(built, protocol=replace(built.protocol, review=review))
    with zipfile.ZipFile(io.BytesIO(package_bytes(base))) as archive:
        lines = archive.read("CITATION.cff").decode().splitlines()
    assert [line for line in lines if line.startswith("license")] == [f"license: {licence}"] * told


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
