"""A review and an invented PubMed for each test."""

from __future__ import annotations

import shutil
from contextlib import ExitStack
from typing import TYPE_CHECKING

import pytest
from invented_review import invented_review, set_protocol, set_reports
from refresh_desk import BEGIN, Desk

from evidence import practice
from evidence.project import Project

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


@pytest.fixture(scope="session")
def blank_review(tmp_path_factory: pytest.TempPathFactory) -> Project:
    """Return a review that is made once, and copied for each test."""
    return invented_review(tmp_path_factory.mktemp("review") / "review")


@pytest.fixture
def make_desk(blank_review: Project, tmp_path) -> Iterator[Callable[..., Desk]]:
    """Return what makes a desk: records, query, known items, PMIDs of reports, faults and limits of the server."""
    with ExitStack() as stack:

        def make(records=None, *, query=practice.QUERY, known_items=(), reports=None, faults=(), **limits) -> Desk:
            root = tmp_path / "review"
            shutil.copytree(blank_review.root, root)
            project = Project(root=root)
            set_protocol(project, query=query, known_items=known_items)
            set_reports(project, reports or {})
            store = practice.Store(practice.make_records(45, seed=3) if records is None else records, today=BEGIN)
            server = stack.enter_context(practice.Server(store, faults, **({"per_second": None} | limits)))
            return Desk(project, store, server)

        yield make
