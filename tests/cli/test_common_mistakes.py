"""What the commonest mistakes are told: what is wrong, and what to do; never a traceback, never a wrong number."""

from __future__ import annotations

import shlex
import shutil
from pathlib import Path

import pandas as pd
import pytest

ROOT = Path(__file__).resolve().parent.parent.parent
ID = "addon-minoxidil-response"

FILES = {
    "trials.csv": "study,events1,n1,events2,n2\nA,12,50,20,50\nB,8,40,15,41\nC,5,30,9,29\n",
    "upper.csv": "Study,Events1,N1,Events2,N2\nA,12,50,20,50\nB,8,40,15,41\n",
    "other.csv": "study,treated,n1,events2,n2\nA,12,50,20,50\nB,8,40,15,41\n",
    "small-sd.csv": "study,mean1,sd1,n1,mean2,sd2,n2\nA,12.5,0.5,50,10.1,0.6,50\nB,8.2,2.4,40,7.3,2.5,41\n",
    "decimal.csv": "study;mean1;sd1;n1;mean2;sd2;n2\nA;12,5;3,1;50;20,1;3,3;50\nB;8,2;2,9;40;15,3;3,1;41\n",
    "empty.csv": "",
    "header.csv": "study,yi,vi\n",
    "text.csv": "study,yi,vi\nA,0.5,0.1\nB,n.r.,0.2\n",
    "gap.csv": "study,events1,n1,events2,n2\nA,,50,20,50\nB,8,40,15,41\n",
    # pandas would take the first cells for names of rows, and every number for that of the column before
    "shifted.csv": "study,yi,vi\nA,0.5,0.1,x\nB,0.3,0.2,y\n",
    "twice.csv": "study,yi,vi,vi\nA,0.5,0.1,0.2\n",
}
BYTES = {
    "sheet.xlsx": b"PK\x03\x04 and more",
    "latin.csv": "study,yi,vi\nMüller,0.5,0.1\n".encode("latin-1"),
    "utf16.csv": "study,yi,vi\nA,0.5,0.1\n".encode("utf-16"),
}


@pytest.fixture
def desk(tmp_path) -> Path:
    """Return a folder with files that are wrong in one way each."""
    for name, text in FILES.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    for name, content in BYTES.items():
        (tmp_path / name).write_bytes(content)
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "notes.txt").write_text("mine", encoding="utf-8")
    return tmp_path


# what is typed; exit code; what is said
MISTAKES = [
    # words that are no commands
    (f"cit {ID}", 2, ["No such command 'cit'. Did you mean 'cite'?"]),
    (f"forest {ID}", 2, ["It is a kind of figure: evidence plot forest"]),
    ("run", 2, ["You may want: evidence build"]),
    ("status", 2, ["You may want: evidence doctor"]),
    ("xyzzy", 2, ["No such command 'xyzzy'.", "evidence --help lists the commands"]),
    (ID, 2, [f"It is a synthesis: evidence cite {ID}"]),
    ("trials.csv", 2, ["evidence pool trials.csv --measure OR"]),
    # options in the wrong place
    ("--json list", 2, ["--json stands after the command: evidence list --json"]),
    ("-C review list", 2, ["-C stands after the command: evidence list -C"]),
    (f"cite {ID} --measure RR", 2, ["evidence cite has no option --measure; it is one of evidence pool"]),
    (f"pool {ID} --anlysis x", 2, ["No such option: --anlysis", "--analysis"]),
    ("cite", 2, ["ID is missing: One or more syntheses; evidence list names them.", "Example: evidence cite"]),
    ("respond 12ab", 2, ["--as is missing: author-confirmed", "Example: evidence respond"]),
    (f"pool {ID} -m OR", 1, [f"--measure is for a file; {ID} is taken for a synthesis"]),
    ("pool trials.csv -m OR -a primary", 1, ["--analysis is for a synthesis of the protocol; trials.csv is a file"]),
    # names that there are not
    ("cite addon-minoxidil-responce", 1, [f"did you mean '{ID}'", "All are listed by `evidence list`."]),
    (f"cite {ID} -a secondry", 1, ["no analysis is called 'secondry'; did you mean 'secondary'?", "`evidence list`"]),
    ("bias Durat2013", 1, ["did you mean 'Dhurat2013'", "data/processed/studies.csv"]),
    ("check --explain grimm", 1, ["did you mean 'grim'", "docs/integrity.md"]),
    ("pool trials", 1, ["no synthesis is called 'trials'; known: ", " and 83 more"]),
    (f"plot {ID} forest", 1, [f"the kind of figure comes first: evidence plot forest {ID}"]),
    ("plot forest", 1, ["evidence plot forest ID; `evidence list` names them"]),
    # files that are not what they should be
    ("pool sheet.xlsx -m OR", 1, ["sheet.xlsx is a workbook", 'save the sheet as "CSV UTF-8"']),
    ("pool trails.csv -m OR", 1, ["there is no file trails.csv; did you mean trials.csv?"]),
    ("pool empty.csv", 1, ["empty.csv is empty; its first row must name the columns"]),
    ("pool header.csv", 1, ["no trial below it"]),
    ("pool latin.csv", 1, ["latin.csv is not in UTF-8 (line 2, byte 0xfc)"]),
    ("pool utf16.csv", 1, ["utf16.csv is in UTF-16"]),
    (
        "pool text.csv",
        1,
        ["text.csv: 1 of 2 rows cannot be pooled", "line 3 · column yi · study B: text, not a number; found 'n.r.'"],
    ),
    ("pool gap.csv -m OR", 1, ["line 2 · column events1 · study A: a value is missing", "take them out of the file"]),
    ("pool shifted.csv", 1, ["2 rows have another number of cells", "line 2: 4 cells, but the header names 3 columns"]),
    ("pool twice.csv", 1, ["two columns are called 'vi'"]),
    ("pool decimal.csv -m SMD", 1, ["decimal commas (12,5 in line 2, column mean1)", '--decimal ","']),
    ('pool trials.csv -m OR --decimal ","', 1, ["no decimal comma; leave out --decimal"]),
    ("check shifted.csv", 1, ["2 rows have another number of cells"]),
    # columns and measures that do not fit
    (
        "pool trials.csv -m SMD",
        1,
        [
            "SMD wants the columns mean1 sd1 n1 mean2 sd2 n2; trials.csv lacks mean1, sd1, mean2, sd2",
            "it has: study, events1, n1, events2, n2",
            "these columns would do for: --measure OR, --measure RR, --measure RD",
        ],
    ),
    ("pool trials.csv", 1, ["without --measure a file has the columns yi and vi", "would do for: --measure OR"]),
    ("pool upper.csv -m OR", 1, ["--column events1=Events1 --column n1=N1 --column events2=Events2 --column n2=N2"]),
    ("pool other.csv -m OR --column events1=treatd", 1, ["other.csv has no column 'treatd'; it has: study, treated"]),
    ("pool other.csv -m OR --column events1", 1, ["write DECLARED=YOURS"]),
    ("pool other.csv -m OR --column mean1=treated", 1, ["OR uses no mean1"]),
    ('pool trials.csv -m "odds ratio"', 1, ["did you mean OR (odds ratio)?", "Common ones: OR, RR"]),
    ("pool trials.csv -m zz", 1, ["no measure is called 'zz'. Common ones: OR, RR"]),
    ("pool trials.csv -m or", 1, ["did you mean OR (odds ratio)?"]),
    # two things of which one would silently win
    ("claims --json --format html", 1, ["--json and --format html cannot go together"]),
    ("datasets bcg --json --csv", 1, ["--csv and --json cannot go together"]),
    ("datasets bcg --csv --out b.csv", 1, ["--csv and --out cannot go together"]),
    ("datasets bcg --out trials.csv", 1, ["trials.csv is there already and holds something else; name another file"]),
    ("reviews --json -f csv", 1, ["--json and --format csv cannot go together"]),
    ("diff a b --json --markdown", 1, ["--json and --markdown cannot go together"]),
    (f"cite {ID} --json -f ris", 1, ["--json and --format ris cannot go together"]),
    ("export prisma-s --json --format csv", 1, ["--json and --format csv cannot go together"]),
    (f"grade {ID} --json --form f.csv", 1, ["--json prints proposals"]),
    # places
    ("build", 1, ["no project around", "--project"]),
    ("list -C nowhere", 1, ["no project around"]),
    (f"cite {ID} -o no/where.txt", 1, ["no/where.txt: there is no such file or folder"]),
    (f"cite {ID} -o full", 1, ["full: it is a folder; name a file in it"]),
    (f"plot forest {ID} -o no/where.svg", 1, ["there is no folder no"]),
    (f"plot forest {ID} -o figure.jpg", 1, ["did you mean '.png'?"]),
    ("new full", 1, ["full is not empty: it holds notes.txt; nothing was changed"]),
]


@pytest.mark.usefixtures("read_once")
@pytest.mark.parametrize(("typed", "code", "said"), MISTAKES, ids=[typed for typed, _, _ in MISTAKES])
def test_a_mistake_is_told_what_to_do(desk, line, monkeypatch, typed, code, said) -> None:
    monkeypatch.setenv("COLUMNS", "300")
    before = {path: path.read_bytes() for path in desk.rglob("*") if path.is_file()}
    run = line(*shlex.split(typed), cwd=desk)
    assert (run.returncode, run.stdout) == (code, ""), run.stderr
    assert "Traceback" not in run.stderr
    for words in said:
        assert words in " ".join(run.stderr.split()), run.stderr
    assert {path: path.read_bytes() for path in desk.rglob("*") if path.is_file()} == before


def test_there_are_thirty_mistakes_and_more() -> None:
    assert len(MISTAKES) == len({typed for typed, _, _ in MISTAKES}) >= 50


def test_a_standard_error_typed_as_an_sd_is_suspected_by_name(desk, line) -> None:
    run = line("pool", "small-sd.csv", "-m", "SMD", cwd=desk)
    assert run.returncode == 0
    assert run.stderr == "A: |g| = 4.3 is implausibly large: was a standard error typed as an SD?\n"


def test_semicolons_are_read_and_said_and_give_the_numbers_of_commas(desk, line) -> None:
    import json

    plain = (desk / "trials.csv").read_text(encoding="utf-8")
    (desk / "semicolons.csv").write_text(plain.replace(",", ";"), encoding="utf-8")
    (desk / "tabs.tsv").write_text("\ufeff" + plain.replace(",", "\t"), encoding="utf-8")
    wanted = json.loads(line("pool", "trials.csv", "-m", "OR", "--json", cwd=desk).stdout)
    for name, sign in (("semicolons.csv", "semicolons"), ("tabs.tsv", "tabs")):
        run = line("pool", name, "-m", "OR", "--json", cwd=desk)
        assert run.stderr == f"{name}: read with {sign} between its columns\n"
        assert json.loads(run.stdout) == wanted


def test_decimal_commas_that_were_announced_are_decimals(desk, line) -> None:
    import json

    import evidence as ev

    typed = {"mean1": [12.5, 8.2], "sd1": [3.1, 2.9], "n1": [50, 40], "mean2": [20.1, 15.3], "sd2": [3.3, 3.1]}
    wanted = ev.pool(ev.effect_sizes(pd.DataFrame(typed | {"n2": [50, 41]}), "SMD"))
    run = line("pool", "decimal.csv", "-m", "SMD", "--decimal", ",", "--json", cwd=desk)
    found = json.loads(run.stdout)
    assert (found["estimate"], found["se"]) == (wanted.estimate, wanted.se)


def test_other_names_of_columns_can_be_told(desk, line) -> None:
    import json

    wanted = json.loads(line("pool", "trials.csv", "-m", "OR", "--json", cwd=desk).stdout)
    renamed = (desk / "trials.csv").read_text(encoding="utf-8").replace("events1", "treated")
    (desk / "renamed.csv").write_text(renamed, encoding="utf-8")
    run = line("pool", "renamed.csv", "-m", "OR", "--column", "events1=treated", "--json", cwd=desk)
    assert json.loads(run.stdout) == wanted


def test_help_and_version_are_understood_as_words(line) -> None:
    from evidence import __version__

    assert line("version").stdout == f"evidence {__version__}\n"
    assert "Usage: evidence pool" in line("help", "pool").stdout
    assert "Search and screen" in line("help").stdout


def test_a_project_may_be_half_there(tmp_path, line) -> None:
    shutil.copy(ROOT / "protocol.toml", tmp_path)
    run = line("doctor", cwd=tmp_path)
    assert run.returncode == 1
    assert "has protocol.toml but no data/processed" in " ".join(run.stdout.split())


@pytest.mark.usefixtures("read_once")
def test_what_the_system_refuses_is_a_message(tmp_path, line, monkeypatch) -> None:
    def refuse(self: Path, *arguments: object, **options: object) -> None:
        raise PermissionError(13, "Permission denied", str(self))

    monkeypatch.setattr(Path, "write_text", refuse)
    run = line("cite", ID, "-o", str(tmp_path / "sentence.txt"))
    assert run.returncode == 1
    assert f"{tmp_path / 'sentence.txt'}: permission denied; write to another folder" in " ".join(run.stderr.split())


def test_an_output_that_lacks_a_letter_is_a_message_and_not_another_letter(tmp_path) -> None:
    import os
    import subprocess
    import sys

    table = tmp_path / "trials.csv"
    table.write_text(FILES["trials.csv"], encoding="utf-8")
    run = subprocess.run(
        [sys.executable, "-m", "evidence.cli", "pool", str(table), "-m", "OR"],
        env={**os.environ, "PYTHONIOENCODING": "cp1252:strict", "PYTHONUTF8": "0"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 1
    assert "this output is written as cp1252, which lacks" in run.stderr
    assert "set PYTHONUTF8=1" in run.stderr
    assert run.stdout == ""
