"""The page on risk of bias runs, and names every form, its domains, and each chart that is not the published one."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from evidence.instruments import FORMS

ROOT = Path(__file__).resolve().parent.parent.parent
PAGE = (ROOT / "docs" / "risk-of-bias.md").read_text(encoding="utf-8")


def test_the_example_runs() -> None:
    (code,) = re.findall(r"```python\n(.*?)```", PAGE, flags=re.DOTALL)
    run = subprocess.run(
        [sys.executable, "-W", "error", "-c", code], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert run.returncode == 0, run.stderr
    said = [line.partition("# ")[2] for line in code.splitlines() if line.startswith("print")]
    assert run.stdout.splitlines() == said


@pytest.mark.parametrize("form", FORMS.values(), ids=lambda form: form.variant)
def test_every_form_stands_in_the_table_with_what_its_charts_rest_on(form) -> None:
    (row,) = [line for line in PAGE.splitlines() if line.startswith(f"| {form.tool} | `{form.variant}` |")]
    *_, domains, charts = [cell.strip() for cell in row.strip("| ").split("|")]
    assert tuple(domains.split()) == form.domain_ids
    own = [domain.id for domain in form.domains if domain.basis == "own"]
    part = [domain.id for domain in form.domains if domain.basis == "partly-published"]
    if len(own) == len(form.domains):
        assert charts == "our own reading of criteria"
        return
    told = {
        kind: re.findall(r"D\w+", text) for text in charts.split(";") for kind in ("our own", "in part") if kind in text
    }
    assert told.get("our own", []) == own
    assert told.get("in part", []) == part


def test_every_command_is_named() -> None:
    from evidence.cli import bias as module

    source = Path(module.__file__).read_text(encoding="utf-8")
    commands = set(re.findall(r"    def (\w+?)_?\(\n?\s*ctx", source)) - {"overview", "show"}
    assert commands == {"questions", "form", "record", "agreement", "robvis"}
    assert all(f"evidence bias {name}" in PAGE for name in commands)
