"""`evidence datasets`: the list, a card, and a file that `evidence pool` takes."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pandas as pd
import pytest
from typer.testing import CliRunner

from evidence import datasets, effect_sizes, pool
from evidence.cli.main import app
from evidence.errors import UnknownIdError

if TYPE_CHECKING:
    from pathlib import Path

    from click.testing import Result


def run(*arguments: str) -> Result:
    return CliRunner().invoke(app, arguments, env={"COLUMNS": "80"}, catch_exceptions=False)


def test_the_list_names_every_set() -> None:
    said = run("datasets").stdout
    assert max(map(len, said.splitlines())) <= 80
    for name in datasets.names():
        assert f"\n{name} " in said
    listed = json.loads(run("datasets", "--json").stdout)
    assert [entry["name"] for entry in listed] == list(datasets.names())
    assert listed[1]["title"] == "BCG vaccine against tuberculosis"


@pytest.mark.parametrize("name", ["bcg", "linde2005"])
def test_a_set_is_shown_with_its_first_rows(name: str) -> None:
    said = run("datasets", name).stdout
    assert said.startswith(str(datasets.describe(name)))
    assert max(map(len, said.splitlines())) <= 80
    first = said[said.index("First rows") :]
    assert str(datasets.load(name).iloc[4, 1]) in first
    assert str(datasets.load(name).iloc[5, 1]) not in first
    assert "NA" not in first
    assert ".0" not in first


def test_a_set_as_json_has_its_rows() -> None:
    found = json.loads(run("datasets", "linde2005", "--json").stdout)
    assert found["roles"] == {"events1": "ai", "n1": "n1i", "events2": "ci", "n2": "n2i"}
    assert len(found["table"]) == found["rows"] == 26
    assert found["table"][4]["ai"] is None
    assert repr(found["table"][0]["ai"]) == "19"
    assert found["columns"][0] == {
        "name": "id",
        "kind": "integer",
        "meaning": "number of the trial",
        "unit": "",
        "gaps": False,
    }


def test_csv_on_the_screen_is_the_file(tmp_path: Path) -> None:
    said = run("datasets", "linde2005", "--csv").stdout
    written = run("datasets", "linde2005", "--out", str(tmp_path / "l.csv"))
    assert (tmp_path / "l.csv").read_text(encoding="utf-8") == said
    assert written.stdout == ""
    assert "they are not one analysis; see: evidence datasets linde2005" in written.stderr
    table = pd.read_csv(tmp_path / "l.csv")
    pd.testing.assert_frame_equal(table, datasets.load_ready("linde2005"), check_dtype=False)
    assert ",19,30,3,30,3\n" in said


@pytest.mark.parametrize("name", [name for name in datasets.names() if datasets.describe(name).pools_whole])
def test_the_file_pools_by_the_command_that_is_named(name: str, tmp_path: Path) -> None:
    file = tmp_path / f"{name}.csv"
    said = run("datasets", name, "--out", str(file)).stderr
    command = datasets.pool_command(name, str(file))
    assert said.rstrip().endswith(f"next: {command}")
    found = json.loads(run(*command.split()[1:], "--json").stdout)
    dataset, table = datasets.describe(name), datasets.load(name)
    if dataset.has_effects:
        effect, error = dataset.roles.get("yi", "yi"), dataset.roles.get("sei")
        fit = pool(effect, None if error else "vi", sei=error, data=table)
    else:
        fit = pool(effect_sizes(table, dataset.measure, **dataset.roles), measure=dataset.measure)
    assert found["estimate"] == pytest.approx(fit.estimate, rel=1e-12)
    assert found["tau2"] == pytest.approx(fit.tau2, rel=1e-9, abs=1e-12)
    assert found["k"] == dataset.rows


@pytest.mark.parametrize("name", ["berkey1998", "linde2005", "pagliaro1992", "yusuf1985"])
def test_sets_that_do_not_pool_whole_have_no_command(name: str) -> None:
    assert datasets.pool_command(name, "x.csv") == ""


def test_mistakes_are_messages() -> None:
    with pytest.raises(UnknownIdError, match="did you mean 'bcg'"):
        run("datasets", "bgc")
    assert run("datasets", "--csv").exit_code == 2
    assert "need the name of a data set" in " ".join(run("datasets", "--out", "x.csv").stderr.replace("│", "").split())
    wrong = run("datasets", "bcg", "--out", "no/such/folder/bcg.csv")
    assert wrong.exit_code == 2
    assert "in a folder that exists" in " ".join(wrong.stderr.replace("│", "").split())
    assert run("datasets", "bcg", "--out", "bcg.txt").exit_code == 2
