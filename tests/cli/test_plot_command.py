"""``evidence plot``: what it writes, prints and refuses."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from typer.testing import CliRunner

import evidence as ev
from evidence.cli.main import app
from evidence.errors import EvidenceError
from evidence.plot.kinds import KINDS

ROOT = Path(__file__).resolve().parent.parent.parent
BCG = ROOT / "examples" / "bcg-vaccine"


@pytest.fixture
def plot(monkeypatch, tmp_path):
    """Return a function that runs the command in an empty folder, on the example review."""
    monkeypatch.chdir(tmp_path)

    def run(*arguments: str, project: Path = BCG):
        return CliRunner().invoke(app, ["plot", *arguments, "--project", str(project)])

    return run


def test_the_list_has_every_kind_with_its_line_and_options(plot) -> None:
    run = CliRunner().invoke(app, ["plot", "--list"], env={"COLUMNS": "90"})
    assert run.exit_code == 0
    text = " ".join(run.stdout.split())
    for kind in KINDS.values():
        assert f"{kind.name} {kind.argument}".strip() in text
        assert kind.about in text
        for option, meaning in kind.options.items():
            assert f"--{option}: {meaning}" in text
    assert max(len(line) for line in run.stdout.splitlines()) <= 90
    rows = json.loads(CliRunner().invoke(app, ["plot", "--list", "--json"]).stdout)
    assert [row["kind"] for row in rows] == list(KINDS)
    assert rows[0] == {
        "kind": "forest", "about": KINDS["forest"].about, "subject": "synthesis", "argument": "ID",
        "options": {"sort": "given, year, label, estimate, weight or precision"}, "fewest": 0,
    }  # fmt: skip


@pytest.mark.parametrize("kind", ["forest", "cumulative", "leave-one-out", "baujat"])
def test_a_figure_is_written_beside_its_name(plot, tmp_path, kind) -> None:
    run = plot(kind, "tuberculosis", "--width", "120")
    assert run.exit_code == 0, run.exception
    assert run.stdout == ""
    assert run.stderr == f"written: {kind}-tuberculosis.svg\n"
    (written,) = tmp_path.iterdir()
    svg = ET.parse(written).getroot()
    assert written.name == f"{kind}-tuberculosis.svg"
    assert float(svg.get("width").removesuffix("pt")) == pytest.approx(120 * 72 / 25.4)
    described = svg.find("{http://www.w3.org/2000/svg}desc").text
    assert described == ev.load(BCG).plot(kind, "tuberculosis", width_mm=120).description


@pytest.mark.parametrize(
    ("suffix", "magic"), [("pdf", b"%PDF"), ("png", b"\x89PNG"), ("tiff", b"II*\x00"), ("tif", b"II")]
)
def test_the_suffix_says_the_format(plot, tmp_path, suffix, magic) -> None:
    out = tmp_path / f"figure.{suffix}"
    run = plot("forest", "tuberculosis", "--out", str(out), "--dpi", "72", "--preset", "jama")
    assert run.exit_code == 0, run.exception
    assert out.read_bytes().startswith(magic)


def test_the_resolution_is_that_asked_for(plot, tmp_path) -> None:
    from PIL import Image

    for dpi in (100, 200):
        out = tmp_path / f"{dpi}.png"
        assert plot("funnel", "tuberculosis", "-w", "84", "-o", str(out), "--dpi", str(dpi)).exit_code == 0
        with Image.open(out) as image:
            assert image.width == pytest.approx(84 / 25.4 * dpi, abs=1)


def test_options_reach_the_figure(plot) -> None:
    words = plot("cumulative", "tuberculosis", "--by", "estimate", "--alt").stdout
    assert (
        words.index("Ferguson & Simes 1949")
        < words.index("+ Hart & Sutherland 1977")
        < words.index("+ TPT Madras 1980")
    )
    words = plot("leave-one-out", "tuberculosis", "--sort", "estimate", "--alt").stdout
    assert words.index("Without TPT Madras 1980: 0.45") < words.index("Without Hart & Sutherland 1977: 0.53")
    assert plot("bubble", "tuberculosis", "--by", "latitude", "--alt").stdout.startswith("Bubble plot")


def test_the_alternative_text_is_printed_alone(plot, tmp_path) -> None:
    run = plot("forest", "tuberculosis", "--alt")
    assert run.stdout == ev.load(BCG).plot("forest", "tuberculosis").description + "\n"
    assert (run.stderr, list(tmp_path.iterdir())) == ("", [])
    both = plot("forest", "tuberculosis", "--alt", "--out", "figure.svg")
    assert (both.stdout, both.stderr) == (run.stdout, "written: figure.svg\n")
    assert (tmp_path / "figure.svg").exists()


def test_json_has_the_words_and_the_file(plot, tmp_path) -> None:
    data = json.loads(plot("forest", "tuberculosis", "--json").stdout)
    assert data["written"] == "forest-tuberculosis.svg"
    assert (tmp_path / data["written"]).exists()
    assert data["heading"] == "BCG: tuberculosis, risk ratio"
    assert data["alternative_text"].startswith("Forest plot of 13 studies")
    assert json.loads(plot("prisma", "--json", "--alt").stdout)["written"] is None


def test_figures_of_the_base_need_no_name(plot, tmp_path) -> None:
    assert plot("prisma").exit_code == 0
    assert [path.name for path in tmp_path.iterdir()] == ["prisma.svg"]


def test_changes_are_named_as_for_diff_and_slashes_make_no_folders(plot, tmp_path) -> None:
    shutil.copytree(BCG / "data", tmp_path / "old" / "data")
    shutil.copy(BCG / "protocol.toml", tmp_path / "old" / "protocol.toml")
    run = plot("changes", str(tmp_path / "old"))
    assert run.exit_code == 0, run.exception
    (written,) = [path.name for path in tmp_path.iterdir() if path.is_file()]
    assert written.startswith("changes-")
    assert written.endswith("old.svg")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ((), "name a kind of figure: forest, cumulative, leave-one-out"),
        (("funel", "tuberculosis"), "did you mean 'funnel'? Allowed: 'forest', 'cumulative'"),
        (("forest", "tuberculosi"), "did you mean 'tuberculosis'"),
        (("forest",), "name it: tuberculosis, tuberculosis-as-published"),
        (("forest", "tuberculosis", "-o", "figure.gif"), "Allowed: '.svg', '.pdf', '.png', '.tif', '.tiff'"),
        (("forest", "tuberculosis", "-o", "figure"), "suffix='' is not an option"),
        (("forest", "tuberculosis", "-o", "none/figure.svg"), "there is no folder none"),
        (("forest", "tuberculosis", "-w", "40"), "give at least 80, as 84, 120 or 174"),
        (("forest", "tuberculosis", "--dpi", "7"), "--dpi 7 is not between 50 and 2400"),
        (("forest", "tuberculosis", "--preset", "bmjj"), "did you mean 'bmj'"),
        (("forest", "tuberculosis", "--sort", "size"), "Allowed: 'given', 'year'"),
        (("forest", "tuberculosis", "-a", "primry"), "did you mean 'primary'"),
        (("cumulative", "tuberculosis", "--by", "latitude"), "'precision', 'refresh'"),
        (("cumulative", "tuberculosis", "--by", "refresh"), "no order by refresh"),
        (("bubble", "tuberculosis", "--by", "lat"), "'latitude'"),
        (("prisma", "tuberculosis"), "is about the whole base"),
        (("map", "--page", "2"), "takes no page=2; these do: traffic-lights"),
        (("changes",), "compares two bases"),
        (("changes", "no-such-revision"), "no-such-revision"),
    ],
)
def test_what_cannot_be_drawn_is_refused_and_nothing_is_written(plot, tmp_path, arguments, message) -> None:
    run = plot(*arguments)
    assert isinstance(run.exception, EvidenceError)
    assert message in str(run.exception)
    assert list(tmp_path.iterdir()) == []
