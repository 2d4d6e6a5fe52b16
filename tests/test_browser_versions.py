"""What the notebooks need in a browser is pinned to what Pyodide brings there, and the rest is carried along."""

from __future__ import annotations

import re
import tomllib

import pytest
from jupyterlite_pyodide_kernel.constants import PYODIDE_VERSION
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name


def pinned(text: str) -> dict[str, str]:
    return dict(re.findall(r"^([a-z0-9.-]+)==([^\s;]+)", text, flags=re.MULTILINE))


@pytest.fixture(scope="module")
def versions(root) -> dict[str, dict[str, str]]:
    return {
        name: pinned((root / "requirements" / f"{name}.txt").read_text(encoding="utf-8"))
        for name in ("browser", "pyodide")
    }


def test_the_versions_are_those_of_the_pyodide_that_the_site_loads(root) -> None:
    assert f"Pyodide {PYODIDE_VERSION} brings" in (root / "requirements" / "pyodide.txt").read_text(encoding="utf-8")


def test_what_pyodide_brings_is_tried_in_that_very_version(versions) -> None:
    shared = versions["browser"].keys() & versions["pyodide"].keys()
    assert {"numpy", "pandas", "scipy", "statsmodels", "matplotlib", "biopython", "lxml"} <= shared
    assert {name: versions["browser"][name] for name in shared} == {name: versions["pyodide"][name] for name in shared}


def test_every_requirement_of_the_project_is_met_there(root, versions) -> None:
    project = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    for text in project["dependencies"]:
        requirement = Requirement(text)
        version = versions["browser"].get(canonicalize_name(requirement.name))
        assert version is not None, f"{requirement.name} is not pinned for the browser: run `make requirements`"
        assert requirement.specifier.contains(version), f"{text}: {version} is what a browser gets"
