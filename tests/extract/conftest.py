"""A small review with one screened, invented record in its raw archive, as a refresh would leave it."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import pytest
from extraction import PMID, RUN, Clock, append, include, put, record

from evidence.project import Project
from evidence.starter import new_review

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture(scope="session")
def begun(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of the review, made once."""
    root = tmp_path_factory.mktemp("begun") / "knee"
    made = Project(root=new_review(root, with_example=True).root)
    search = {"search_id": RUN, "database": "PubMed", "query": "knee", "run_at": "2026-11-22T10:15:00Z"}
    append(made, "searches", {**search, "count": "1", "raw_hash": "0" * 64})
    put(made, record())
    include(made, PMID)
    return root


@pytest.fixture
def project(begun: Path, tmp_path: Path) -> Project:
    """Return a review with three invented trials, and one included record that nobody has extracted."""
    return Project(root=shutil.copytree(begun, tmp_path / "knee"))
