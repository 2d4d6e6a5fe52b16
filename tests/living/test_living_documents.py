"""The page on living reviews names every option and kind; its example runs; its links lead somewhere."""

from __future__ import annotations

import re
import subprocess
import sys
from typing import get_args

import pytest

from evidence.cli.main import app
from evidence.living.version import Level
from evidence.tables.definitions.changes import CHANGE_KINDS


@pytest.fixture(scope="module")
def page(root) -> str:
    return (root / "docs" / "living.md").read_text(encoding="utf-8")


def test_every_option_is_named(page) -> None:
    from typer.main import get_command

    command = get_command(app).commands["diff"]
    options = [name for option in command.params for name in option.opts if name.startswith("--") and name != "--help"]
    assert len(options) > 8
    assert sorted(name for name in options if name not in page) == []


def test_every_kind_of_log_row_and_every_level_is_named(page) -> None:
    assert [kind for kind in CHANGE_KINDS if f"`{kind}`" not in page] == []
    assert [level for level in get_args(Level) if level != "none" and level.upper() not in page] == []


def test_the_example_runs(page, root) -> None:
    (code,) = re.findall(r"```python\n(.*?)```", page, flags=re.DOTALL)
    run = subprocess.run(
        [sys.executable, "-W", "error", "-c", code], cwd=root, capture_output=True, text=True, check=False
    )
    assert (run.returncode, run.stdout) == (0, "True none\n"), run.stderr


def test_links_lead_somewhere(page, root) -> None:
    targets = [target for target in re.findall(r"\]\(([^)#]+)\)", page) if "://" not in target]
    assert targets
    assert [target for target in targets if not (root / "docs" / target).exists()] == []
