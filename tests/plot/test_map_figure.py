"""The evidence map: areas by people, trials counted, single trials apart from pooled, empty questions drawn."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest
from drawn_figures import NAMES, area, assert_laid_out, drawn
from judged_review import judged_review
from pictures import assert_picture

import evidence as ev
from evidence.errors import InputError
from evidence.plot import MapCell, MapData, evidence_map
from evidence.plot.page.save import figure_bytes
from evidence.plot.page.style import style_for
from evidence.plot.review_plots.map_marks import certainty_inks
from evidence.report.figures import map_data

LEVELS = ("high", "moderate", "low", "very-low", "")


def made_up(seed: int) -> MapData:
    """Return a map; consecutive seeds go through sizes."""
    rng = np.random.default_rng(seed)
    rows, columns = ((1, 1), (3, 2), (8, 5), (26, 8), (5, 9), (12, 24))[seed % 6]
    names = [NAMES[n % len(NAMES)] for n in rng.permutation(60)]
    cells = []
    for row in range(rows):
        for column in range(columns):
            if rng.random() < 0.7:
                trials = int(rng.integers(0, 15)) if rng.random() < 0.8 else 0
                people = trials * int(rng.integers(4, 300))
                cells.append(
                    MapCell(
                        row=row,
                        column=column,
                        trials=trials,
                        participants=people,
                        pooled=trials > 1 and rng.random() < 0.7,
                        certainty=str(rng.choice(LEVELS)) if trials else "",
                    )
                )
    return MapData(
        rows=tuple(f"{names[n]} {n}" for n in range(rows)),
        columns=tuple(f"{names[30 + n]} {n}"[: 60 if n % 3 else 9] for n in range(columns)),
        cells=tuple(cells),
        notes=("A note. " * 9,),
    )


def width_for(data: MapData) -> float:
    return 84 if len(data.columns) < 6 else 174 if len(data.columns) < 12 else 230


@pytest.mark.parametrize("seed", range(12))
def test_layout_of_maps(seed: int) -> None:
    data = made_up(seed)
    width = width_for(data)
    page = assert_laid_out(evidence_map(data, width_mm=width), width)
    # Each mark with its number stays in the band of its row, clear of every other mark.
    marks = [shape for role in ("pooled", "not-pooled") for shape in page.shapes.get(role, [])]
    ends = np.array([[*shape.min(axis=0), *shape.max(axis=0)] for shape in marks]).reshape(-1, 4)
    assert len(ends) == len(data.filled)
    for first in range(len(ends)):
        for second in range(first):
            one, two = ends[first], ends[second]
            assert one[2] <= two[0] or two[2] <= one[0] or one[3] <= two[1] or two[3] <= one[1]
    numbers = [(text, box) for role, text, box in page.texts if role == "trials"]
    assert Counter(text for text, _ in numbers) == Counter(str(cell.trials) for cell in data.filled)
    for _, box in numbers:
        outside = (ends[:, 2] <= box[0] + 0.3) | (ends[:, 0] >= box[2] - 0.3)
        outside |= (ends[:, 3] <= box[1] + 0.9) | (ends[:, 1] >= box[3] - 0.9)
        middle = (box[1] + box[3]) / 2
        within = (ends[:, 0] < box[0]) & (ends[:, 2] > box[2]) & (ends[:, 1] < middle) & (ends[:, 3] > middle)
        assert (outside | within).all()
        assert within.sum() <= 1


@pytest.mark.parametrize("seed", range(12))
def test_areas_are_in_the_ratio_of_people(seed: int) -> None:
    data = made_up(seed)
    page = drawn(evidence_map(data, width_mm=width_for(data)))
    found = sorted(area(shape) for role in ("pooled", "not-pooled") for shape in page.shapes.get(role, []))
    people = np.array(sorted(cell.participants for cell in data.filled))
    if len(people):
        np.testing.assert_allclose(np.array(found) / found[-1], people / people[-1], rtol=2e-3)
    pooled = sum(cell.pooled for cell in data.filled)
    assert (len(page.shapes.get("pooled", [])), len(page.shapes.get("not-pooled", []))) == (
        pooled,
        len(data.filled) - pooled,
    )
    empty = len(data.cells) - len(data.filled)
    legend = 1 if empty else 0
    assert len(page.shapes.get("nothing", [])) == empty + legend


def test_a_mark_stands_at_its_row_and_column_in_its_colour() -> None:
    cells = tuple(
        MapCell(row=row, column=row, trials=2, participants=100, pooled=True, certainty=name)
        for row, name in enumerate(LEVELS)
    )
    data = MapData(rows=tuple("ABCDE"), columns=tuple("abcde"), cells=cells)
    figure = evidence_map(data, width_mm=120)
    page = drawn(figure)
    columns = {text: (box[0] + box[2]) / 2 for role, text, box in page.texts if role == "column"}
    heights = {text: (box[1] + box[3]) / 2 for role, text, box in page.texts if role == "row"}
    fills = [patch.get_facecolor() for patch in figure.patches if patch.get_gid() == "pooled-inside"]
    from matplotlib.colors import to_rgba

    style = style_for("house", 120)
    for place, (middle, cell) in enumerate(zip(page.middles("pooled"), cells, strict=True)):
        assert middle[0] == pytest.approx(columns["abcde"[place]], abs=0.5)
        assert middle[1] == pytest.approx(heights["ABCDE"[place]], abs=4)
        assert fills[place] == to_rgba(certainty_inks(cell.certainty, style)[0])
    # GRADE's four circles: filled ones by certainty, and none where nobody judged.
    pips, open_pips = len(page.shapes["pip"]), len(page.shapes["pip-inside"])
    assert (pips, open_pips) == (2 * 4 * 4, 2 * (0 + 1 + 2 + 3))


def test_certainty_is_told_apart_without_colour() -> None:
    style = style_for("house", 120)
    greys = []
    for name in LEVELS:
        parts = [int(certainty_inks(name, style)[0][at : at + 2], 16) for at in (1, 3, 5)]
        greys.append(0.299 * parts[0] + 0.587 * parts[1] + 0.114 * parts[2])
    assert greys == sorted(greys)
    assert min(np.diff(greys)) > 25


def test_a_narrow_page_says_how_wide_it_must_be() -> None:
    data = made_up(5)
    with pytest.raises(InputError, match="24 outcomes do not fit; give width_mm of at least ") as caught:
        evidence_map(data, width_mm=84)
    least = int(str(caught.value).split()[-1])
    assert_laid_out(evidence_map(data, width_mm=least), least)


def test_people_that_nobody_counted_are_said() -> None:
    # The mark of the 12 is smaller than that of a number that is not known: which cell it is must be told by name.
    cells = (
        MapCell(row=0, column=0, trials=2),
        MapCell(row=0, column=1, trials=2, participants=12),
        MapCell(row=0, column=2, trials=9, participants=5000),
    )
    figure = evidence_map(MapData(rows=("A",), columns=("b", "c", "d"), cells=cells), width_mm=84)
    assert_laid_out(figure, 84)
    assert "Number of participants not known, and the area without meaning: A, b." in figure.description


def test_a_question_that_only_a_wider_analysis_answers_is_not_one_without_trials() -> None:
    cells = (MapCell(row=0, column=0, wider=True), MapCell(row=0, column=1))
    figure = evidence_map(MapData(rows=("A",), columns=("b", "c"), cells=cells), width_mm=84)
    page = assert_laid_out(figure, 84)
    # One mark each in the grid and in the legend; the cross has two bars.
    assert (len(page.shapes["wider"]), len(page.shapes["nothing"])) == (4, 2)
    assert "asked, trials only in a wider analysis" in page.words("legend")
    assert "Trials only in a wider analysis: A, b. 1 question has no trial." in figure.description
    with pytest.raises(InputError, match="A, b: it has trials"):
        MapData(rows=("A",), columns=("b",), cells=(MapCell(row=0, column=0, trials=1, wider=True),))


def test_faults_of_the_data_are_named() -> None:
    def made(**cell) -> MapData:
        return MapData(rows=("A",), columns=("b",), cells=(MapCell(row=0, column=0, **cell),))

    with pytest.raises(InputError, match="A, b: 1 trial cannot be pooled"):
        made(trials=1, participants=40, pooled=True)
    with pytest.raises(InputError, match="A, b: 0 trials with 40 participants"):
        made(participants=40)
    with pytest.raises(InputError, match="no certainty is called 'certain'"):
        made(trials=2, participants=40, certainty="certain")
    with pytest.raises(InputError, match="two cells have one place"):
        MapData(rows=("A",), columns=("b",), cells=(MapCell(row=0, column=0),) * 2)
    with pytest.raises(InputError, match="there is no place at row 0, column 3"):
        MapData(rows=("A",), columns=("b",), cells=(MapCell(row=0, column=3),))


def test_the_map_of_the_shipped_base_counts_what_its_primary_analyses_have() -> None:
    base = ev.load(__file__)
    answers = base.answers()
    data = map_data(base, answers)
    asked = {(answer.synthesis.comparison, answer.synthesis.outcome) for answer in answers.values()}
    assert len(data.cells) == len(asked)
    rows = [name for name in base.protocol.comparisons if name in {one for one, _ in asked}]
    columns = [name for name in base.protocol.outcomes if name in {two for _, two in asked}]
    for cell in data.cells:
        place = rows[cell.row], columns[cell.column]
        people: dict[str, float] = {}
        for answer in answers.values():
            primary = answer.results["primary"]
            if (answer.synthesis.comparison, answer.synthesis.outcome) == place:
                for row in primary.effects.to_dict("records"):
                    people[row["study_id"]] = max(people.get(row["study_id"], 0), row["people"])
        assert (cell.trials, cell.participants) == (len(people), sum(people.values()))
        if cell.trials < 2:
            assert not cell.pooled
    page = assert_laid_out(evidence_map(data), 174)
    filled = sum(cell.trials > 0 for cell in data.cells)
    assert any(note.endswith("primary analyses only.") for note in page.words("note"))
    # Most questions are answered by wider analyses at most: they are marked, and not said to have no trial.
    wider = {
        (cell.row, cell.column)
        for cell in data.cells
        if not cell.trials
        and any(
            answer.shown.k
            for answer in answers.values()
            if (answer.synthesis.comparison, answer.synthesis.outcome) == (rows[cell.row], columns[cell.column])
        )
    }
    assert wider
    assert {(cell.row, cell.column) for cell in data.cells if cell.wider} == wider
    assert f"{len(data.cells) - filled - len(wider)} questions have no trial." in evidence_map(data).description


def test_certainty_is_what_people_judged(tmp_path) -> None:
    project = judged_review(tmp_path / "review")
    base = ev.load(project.root)
    data = map_data(base, base.answers())
    rows, columns = data.rows, data.columns
    found = {(rows[cell.row], columns[cell.column]): cell for cell in data.cells}
    pain, response = (
        next(cell for (_, outcome), cell in found.items() if outcome.lower().startswith(name))
        for name in ("pain", "response")
    )
    assert (pain.certainty, response.certainty) == ("low", "moderate")
    # 24/40 + 12/40, 15/30 + 9/30, 13/25 + 6/25: three trials of 190 people.
    assert (response.trials, response.participants, response.pooled) == (3, 190, True)
    page = assert_laid_out(evidence_map(data, width_mm=120), 120)
    assert any("low certainty" in text for text in page.words("legend"))


def test_the_same_data_give_the_same_bytes() -> None:
    data = made_up(2)
    assert figure_bytes(evidence_map(data), "svg") == figure_bytes(evidence_map(data), "svg")


def test_the_words_tell_every_cell() -> None:
    cells = (
        MapCell(row=0, column=0, trials=3, participants=12400, pooled=True, certainty="very-low"),
        MapCell(row=0, column=1, trials=1, participants=40),
        MapCell(row=1, column=1),
    )
    data = MapData(rows=("Drug A", "Drug B"), columns=("pain", "death"), cells=cells)
    told = evidence_map(data, width_mm=84).description.replace("\u202f", " ")
    assert told == (
        "Evidence map: trials in 2 cells of 2 comparisons and 2 outcomes. Drug A, pain: 3 trials, 12 400 participants, "
        "pooled, certainty very low. Drug A, death: 1 trial, 40 participants, not pooled, certainty not assessed. "
        "1 question has no trial. Areas: participants; the largest mark stands for 12 400. Numbers: trials."
    )


def test_pictures_of_maps() -> None:
    cells = tuple(
        MapCell(
            row=n % 4,
            column=n // 4,
            trials=n % 7,
            participants=(n % 7) * (20 + 30 * n),
            pooled=n % 7 > 1 and n % 3 > 0,
            certainty=LEVELS[n % 5] if n % 7 else "",
        )
        for n in range(20)
    )
    data = MapData(
        rows=tuple(f"Drug {name} against placebo" for name in "ABCD"),
        columns=("pain", "death", "serious harm", "quality of life", "response by investigators"),
        cells=cells,
    )
    assert_picture(evidence_map(data, width_mm=120), "map-wide")
    assert_picture(evidence_map(data, width_mm=84), "map-narrow")
