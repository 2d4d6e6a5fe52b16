"""The README's example runs, its links lead somewhere, and its commands exist."""

from __future__ import annotations

import re
import subprocess
import sys

import pytest


@pytest.fixture(scope="module")
def readme(root) -> str:
    """Return the README."""
    return (root / "README.md").read_text(encoding="utf-8")


def test_the_python_example_is_short_and_runs(readme, root) -> None:
    (code,) = re.findall(r"```python\n(.*?)```", readme, flags=re.DOTALL)
    assert len([line for line in code.splitlines() if line.strip()]) <= 10
    run = subprocess.run(
        [sys.executable, "-W", "error", "-c", code], cwd=root, capture_output=True, text=True, check=False
    )
    assert run.returncode == 0, run.stderr
    assert "Jha 2019" in run.stdout
    assert "PMID:30693667" in run.stdout


def test_links_lead_somewhere(readme, root) -> None:
    targets = re.findall(r"\]\(([^)#]+)\)", readme)
    assert len(targets) > 8
    assert [target for target in targets if "://" not in target and not (root / target).exists()] == []


def test_commands_exist(readme) -> None:
    commands = set(re.findall(r"^    evidence (\w+)", readme, flags=re.MULTILINE))
    run = subprocess.run([sys.executable, "-m", "evidence.cli", "--help"], capture_output=True, text=True, check=True)
    assert commands
    assert [command for command in commands if command not in run.stdout] == []


def test_make_targets_exist(readme, root) -> None:
    targets = re.findall(r"^    make (\w+)", readme, flags=re.MULTILINE)
    makefile = (root / "Makefile").read_text(encoding="utf-8")
    assert targets == ["run", "test"]
    assert all(f"\n{target}:" in makefile for target in targets)
