"""The BCG example as a project of its own, built once."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import pytest

import evidence as ev

if TYPE_CHECKING:
    from pathlib import Path

    from evidence.base import EvidenceBase


@pytest.fixture(scope="session")
def built(built_example, tmp_path_factory: pytest.TempPathFactory) -> EvidenceBase:
    return ev.load(shutil.copytree(built_example.root, tmp_path_factory.mktemp("bcg") / "bcg-vaccine"))


@pytest.fixture(scope="session")
def shipped(root: Path) -> EvidenceBase:
    return ev.load(root)
