"""The BCG example as a project of its own, built once."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import pytest

import evidence as ev
from evidence.build import build

if TYPE_CHECKING:
    from pathlib import Path

    from evidence.base import EvidenceBase


@pytest.fixture(scope="session")
def built(root: Path, tmp_path_factory: pytest.TempPathFactory) -> EvidenceBase:
    folder = tmp_path_factory.mktemp("bcg") / "bcg-vaccine"
    shutil.copytree(root / "examples" / "bcg-vaccine", folder, ignore=shutil.ignore_patterns("results"))
    base = ev.load(folder)
    build(base.project)
    return ev.load(folder)


@pytest.fixture(scope="session")
def shipped(root: Path) -> EvidenceBase:
    return ev.load(root)
