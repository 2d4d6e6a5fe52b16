"""What every notebook has and none may do, read from its two halves without running it."""

from __future__ import annotations

import ast
import re
from functools import cache
from typing import TYPE_CHECKING
from urllib.parse import unquote

import jupytext
import notebook_checks
import pytest

if TYPE_CHECKING:
    from pathlib import Path

    from nbformat import NotebookNode

FOLDER = notebook_checks.FOLDER
NUMBERS = [f"{number:02d}" for number in range(1, 11)]
LARGEST = 500_000
LONGEST_LINE = 120
FOLDED = {"source_hidden": True, "outputs_hidden": True}
# What a browser's Python does not have.
OUT_OF_REACH = {"multiprocessing", "requests", "socket", "subprocess", "threading", "urllib"}
_LINK = re.compile(r"(?<!!)\[[^\]]*\]\(([^)\s]+)\)")
_CHECK = re.compile(r'^check\("(\d+\.\d+)", (.+)\)$', re.MULTILINE)


@cache
def read(number: str, suffix: str) -> NotebookNode:
    return jupytext.read(FOLDER / f"{notebook_checks.name_of(number)}.{suffix}")


def cells(number: str, kind: str) -> list[NotebookNode]:
    return [cell for cell in read(number, "ipynb").cells if cell.cell_type == kind]


def words(number: str) -> str:
    return "\n\n".join(cell.source for cell in cells(number, "markdown"))


def is_solution(cell: NotebookNode) -> bool:
    return "solution" in cell.metadata.get("tags", ())


def test_there_are_ten_and_each_has_its_script_its_exercises_and_its_test() -> None:
    names = [notebook_checks.name_of(number) for number in NUMBERS]
    assert sorted(path.stem for path in FOLDER.glob("*.ipynb")) == names
    assert sorted(path.stem for path in FOLDER.glob("[0-9]*.py")) == names
    assert sorted(path.stem[-2:] for path in (FOLDER / "classroom").glob("notebook_*.py")) == NUMBERS
    tests = FOLDER.parent / "tests" / "notebooks"
    assert sorted(path.stem[-2:] for path in tests.glob("test_notebook_*.py")) == NUMBERS
    page = (FOLDER / "README.md").read_text(encoding="utf-8")
    assert [name for name in names if f"]({name}.ipynb)" in page] == names


@pytest.mark.parametrize("number", NUMBERS)
class TestNotebook:
    def test_its_two_halves_say_the_same(self, number) -> None:
        script, notebook = (
            [
                (cell.cell_type, cell.source, cell.metadata.get("tags", []), cell.metadata.get("jupyter", {}))
                for cell in read(number, suffix).cells
            ]
            for suffix in ("py", "ipynb")
        )
        assert script == notebook

    def test_it_opens_with_its_aim_and_ends_with_what_to_remember(self, number) -> None:
        first, *_, last = cells(number, "markdown")
        assert first.source.startswith("# ")
        assert re.search(r"\byou (will|can)\b|\bable to\b", first.source, re.IGNORECASE)
        assert words(number).count("\n# ") == 0, "a second title"
        assert re.search(r"^##.*\bremember\b", words(number), re.IGNORECASE | re.MULTILINE)
        ending = read(number, "ipynb").cells[-1]
        assert ending is last, "it does not end in words"
        if number != NUMBERS[-1]:
            following = notebook_checks.name_of(f"{int(number) + 1:02d}")
            assert f"({following}.ipynb)" in words(number)
        assert "../docs/" in words(number)

    def test_it_is_small_and_its_lines_are_short(self, number) -> None:
        assert (FOLDER / f"{notebook_checks.name_of(number)}.ipynb").stat().st_size < LARGEST
        long = [
            line
            for cell in read(number, "ipynb").cells
            for line in cell.source.splitlines()
            if len(line) > LONGEST_LINE
        ]
        assert long == []

    def test_it_stays_in_its_process(self, number) -> None:
        for cell in cells(number, "code"):
            tree = ast.parse(cell.source)  # a magic or a command for a shell is not Python
            imported = {
                name.split(".")[0]
                for node in ast.walk(tree)
                for name in (
                    [alias.name for alias in node.names]
                    if isinstance(node, ast.Import)
                    else [node.module or ""]
                    if isinstance(node, ast.ImportFrom)
                    else []
                )
            }
            assert not imported & OUT_OF_REACH, cell.source
            assert not re.search(r"\bos\.(system|popen|fork|spawn)", cell.source)

    def test_what_is_stored_is_whole_and_the_same_everywhere(self, number) -> None:
        for position, cell in enumerate(read(number, "ipynb").cells):
            assert cell.id == f"cell-{position:02d}"
            assert "execution" not in cell.metadata
        ran = [cell.execution_count for cell in cells(number, "code")]
        assert ran == list(range(1, len(ran) + 1))
        outputs = [output for cell in cells(number, "code") for output in cell.outputs]
        assert not [output for output in outputs if output.output_type == "error" or output.get("name") == "stderr"]
        told = "\n".join(str(output.get("text") or output.get("data", {}).get("text/plain", "")) for output in outputs)
        assert not re.search(r" at 0x[0-9a-f]{6,}", told), "an address in memory"
        assert str(FOLDER.parent) not in told
        assert not re.search(r"/tmp/|/var/folders/|\\Temp\\", told), "a temporary folder"

    def test_each_exercise_is_asked_and_solved_out_of_sight(self, number) -> None:
        wanted = list(notebook_checks.exercises(number))
        assert wanted == [f"{int(number)}.{place}" for place in range(1, len(wanted) + 1)]
        assert 3 <= len(wanted) <= 5
        asked, solved = [], []
        for cell in cells(number, "code"):
            for name, given in _CHECK.findall(cell.source):
                (said,) = [
                    output.data["text/plain"]
                    for output in cell.outputs
                    if "data" in output and "text/markdown" in output.data
                ]
                if is_solution(cell):
                    solved.append(name)
                    assert said.startswith("✓ Right."), f"the solution of {name} is not right"
                else:
                    asked.append(name)
                    assert said.startswith("Your turn."), f"the question of {name} is answered"
                    assert given == "answer"
                    assert cell.source.splitlines()[-1] == f'check("{name}", answer)'
                    assert re.search(r"^answer = \.\.\.", cell.source, re.MULTILINE)
        assert asked == wanted
        assert solved == wanted

    def test_solutions_are_folded(self, number) -> None:
        solutions = [cell for cell in cells(number, "code") if is_solution(cell)]
        assert solutions
        for cell in solutions:
            assert dict(cell.metadata["jupyter"]) == FOLDED
            assert "hide-cell" in cell.metadata["tags"]
        assert not [cell for cell in cells(number, "code") if "jupyter" in cell.metadata and not is_solution(cell)]

    def test_its_links_lead_somewhere(self, number) -> None:
        said = [words(number)]
        for exercise in notebook_checks.exercises(number).values():
            said += [
                exercise.question,
                exercise.because,
                exercise.hint,
                *(mistake.because for mistake in exercise.mistakes),
            ]
        assert broken("\n".join(said), FOLDER) == []


def test_the_links_of_the_overview_lead_somewhere() -> None:
    assert broken((FOLDER / "README.md").read_text(encoding="utf-8"), FOLDER) == []


@pytest.mark.parametrize(
    "link", ["11_no_such.ipynb", "../docs/no-such.md", "../docs/claims.md#no-such-heading", "#no-such-heading"]
)
def test_a_broken_link_is_found(link) -> None:
    assert broken(f"see [there]({link})", FOLDER) == [link]


def test_links_that_hold_are_let_pass() -> None:
    assert broken("[a](../docs/claims.md#the-verdicts) [b](https://doi.org/10.1002/x) ![c](none.png)", FOLDER) == []


def broken(text: str, folder: Path) -> list[str]:
    """Return the links of a text that lead nowhere; those to other sites are not followed."""
    found = []
    for link in dict.fromkeys(_LINK.findall(text)):
        if re.match(r"https?://|mailto:", link):
            continue
        path, _, anchor = unquote(link).partition("#")
        target = folder / path if path else None
        if target is None or not target.exists() or (anchor and anchor not in anchors(target)):
            found.append(link)
    return found


@cache
def anchors(page: Path) -> set[str]:
    """Return the anchors of a page's headings, as code hosts make them."""
    headings = re.findall(r"^#+ (.+)$", page.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.strip().lower()).replace(" ", "-") for heading in headings}
