"""Published results: as printed, with what was found in them, where reviews disagree, and none of them pooled."""

from __future__ import annotations

import csv
import io
import json
import math
import re
import sys
import xml.etree.ElementTree as ET
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from snapshots import assert_snapshot

from evidence.cli.main import main
from evidence.errors import InputError, UnknownIdError
from evidence.plot import forest
from evidence.plot.forest_plot.alternative import alt_text
from evidence.report.reviews import corrected_covered_area, overlap_of, review_table, reviews_forest
from evidence.report.reviews.forms import CSV_COLUMNS
from evidence.report.reviews.nearest import syntheses_of
from evidence.tables.io import read_raw

HOSTILE = "<script>alert(1)</script> \"q\" 'q' | *b* `c` [x](javascript:alert(1)) =1+1"


@pytest.fixture(scope="module")
def table(real):
    return review_table(real)


def _row(name: str, **cells: str) -> dict[str, str]:
    """Return a printed result of the review that its name begins with."""
    return {"result_id": name, "review_id": name.partition("-")[0], "plot": name.partition("-")[2], **cells}


SMD = {"outcome": "pain", "comparison": "A+B vs B", "measure": "SMD", "ci_level": "0.95"}
REPORTS = [{"review_id": name, "citation": f"Review {name}", "n_studies_pooled": "3"} for name in ("R1", "R2", "R3")]


def _inputs(review: str, plot: str, trials, **cells: str) -> list[dict[str, str]]:
    return [
        {
            "input_id": f"{review}{plot}{trial}", "level": "review-table", "review_id": review, "plot": plot,
            "study": trial, **cells,
        }
        for trial in trials
    ]  # fmt: skip


@pytest.fixture(scope="module")
def made_up(make_base):
    """Return a base in which three reviews print results on one outcome."""
    rows = [
        _row("R1-a", **SMD, estimate="0.5", ci_low="0.3", ci_high="0.7", p_as_printed="<.0001", k="4", i2="41"),
        _row("R2-a", **SMD, estimate="1.5", ci_low="1.2", ci_high="1.80", p_as_printed="0.05", k="3"),
        _row("R2-b", **{**SMD, "subgroup": "women"}, estimate="1.1", p_as_printed="not significant"),
        _row("R3-a", **{**SMD, "ci_level": "0.9"}, estimate="0.6", ci_low="0.5", ci_high="0.7"),
        _row("R3-b", **{**SMD, "measure": "MD", "comparison": "B"}, estimate="-4", ci_low="-9", ci_high="1"),
        _row("R3-c", **SMD, estimate="2.0", ci_low="0.1", ci_high="0.9"),
    ]
    inputs = [
        *_inputs("R1", "a", ["Ada", "Bose", "Cori", "Dean"]),
        *_inputs("R2", "a", ["Ada", "Bose", "Eddo"]),
        *_inputs("R3", "a", ["Ada"]),
    ]
    findings = [
        {
            "finding_id": f"000000000{place}", "check": check, "severity": severity, "study": "R3", "rows": keys,
            "value": "1", "text": f"Finding {place}.", "arithmetic": "1 + 1", "state": state, "response": response,
            "response_note": "Because.",
        }
        for place, (check, severity, keys, state, response) in enumerate(
            [
                ("ci-centre", "inconsistent", "reviews:R3-c", "open", ""),
                ("reviews-disagree", "note", "reviews:R1-a;reviews:R2-a", "answered", "explained"),
                ("smd-size", "unusual", "reviews:R3-c", "gone", "corrected"),
                ("smd-width", "unusual", "reviews:R2-a;outcomes:R0A", "answered", "explained"),
            ]
        )
    ]  # fmt: skip
    appraisals = [
        {
            "appraisal_id": "Q1",
            "review_id": "R1",
            "study": "ALL 4",
            "tool": "RoB 2",
            "domain": "overall",
            "rating": "2 high",
        }
    ]
    more = {
        "review_reports": REPORTS, "reviews": rows, "review_inputs": inputs, "findings": findings,
        "review_appraisals": appraisals,
    }  # fmt: skip
    return make_base(more=more)


@pytest.fixture(scope="module")
def small_table(made_up):
    return review_table(made_up)


def _of(table, name: str):
    return next(row for row in table.rows if row.result_id == name)


def test_every_printed_number_stands_as_it_does_in_the_file(real, table) -> None:
    raw = read_raw(real.project.processed / "reviews.csv")
    assert [row.result_id for row in table.rows] == raw["result_id"].tolist()
    for row, (_, cells) in zip(table.rows, raw.iterrows(), strict=True):
        for number in (cells["estimate"], cells["ci_low"], cells["ci_high"]):
            if number:
                printed = [float(part.replace("−", "-")) for part in re.findall(r"−?[\d.]+", row.effect)]
                assert float(number) in printed, row.result_id
                decimals = len(number.partition(".")[2])
                assert row.decimals >= decimals or float(number) == round(float(number), row.decimals)
        assert cells["p_as_printed"] in row.p
        assert (row.i2_text.rstrip("%") or "") == cells["i2"]
        assert row.k == (cells["k"] or cells["k_as_printed"])
        assert row.n == cells["n"]
        assert row.measure == cells["measure"]


def test_a_zero_at_the_end_comes_back_and_p_stays_as_printed(table) -> None:
    assert _of(table, "Pei2024-C2").effect == "18.11 (13.70 to 22.52)"
    assert _of(table, "Pei2024-C2").p == "p <0.00001"
    assert _of(table, "GuptaPRP2020-K2").p == "p .002"
    assert _of(table, "Pei2024-C6").effect_text == "RR 3.44"
    assert _of(table, "Pei2024-C6").p == "p: “not significant”"
    assert _of(table, "Ahmed2025-A3").effect_text == "events: no number printed"


def test_findings_come_with_severity_and_what_became_of_them(small_table) -> None:
    (finding,) = _of(small_table, "R3-c").findings
    assert (finding.id, finding.status) == ("0000000000", "inconsistent, open")
    told = {entry.check: entry.status for entry in _of(small_table, "R2-a").findings}
    assert told == {"reviews-disagree": "note, answered, explained", "smd-width": "unusual, answered, explained"}
    assert [entry.check for entry in _of(small_table, "R2-a").own_findings] == ["smd-width"]


def test_findings_on_the_shipped_results_are_those_of_the_table(real, table) -> None:
    stored = real["findings"]
    wanted = {
        (key.partition(":")[2], row["finding_id"])
        for _, row in stored.iterrows()
        if row["state"] != "gone"
        for key in row["rows"].split(";")
        if key.startswith("reviews:")
    }
    assert {(row.result_id, entry.id) for row in table.rows for entry in row.findings} == wanted
    assert len(wanted) > 10


def test_disagreements_are_told_at_both_results_with_their_answer(small_table) -> None:
    first = _of(small_table, "R1-a")
    told = {entry.result_id: entry for entry in first.disagrees}
    # |1.5 − 0.5| / √(0.102² + 0.153²), from the widths of the intervals by hand
    ses = [(0.7 - 0.3) / 3.92, (1.8 - 1.2) / 3.92]
    assert told["R2-a"].z == pytest.approx(1.0 / math.hypot(*ses), rel=0.02)
    assert told["R2-a"].relation == "exclude each other"
    assert "R2-a (exclude each other; answered: Because)" in first.disagrees_text
    assert {entry.result_id for entry in _of(small_table, "R2-a").disagrees} >= {"R1-a"}


def test_the_shipped_reviews_disagree_where_they_do(table) -> None:
    told = {row.result_id: {entry.result_id for entry in row.disagrees} for row in table.rows if row.disagrees}
    assert told == {
        "Abdi2023-B1": {"Xu2024-D1"},
        "Ahmed2025-A1": {"Xu2024-D1"},
        "Xu2024-D1": {"Abdi2023-B1", "Ahmed2025-A1"},
        "Abdi2023-B2": {"Ahmed2025-A2"},
        "Ahmed2025-A2": {"Abdi2023-B2", "Xu2024-D2"},
        "Xu2024-D2": {"Ahmed2025-A2"},
    }


def test_appraisals_of_the_review_stand_with_it(small_table, table) -> None:
    assert small_table.reviews["R1"].appraisals == ("ALL 4, RoB 2, overall: 2 high",)
    assert table.reviews["Yao2024"].appraisals[1] == "body of evidence, GRADE, certainty: low to very low"


def test_our_own_result_stands_beside_words_that_are_declared_and_no_others(make_base, small) -> None:
    rows = [
        _row("R1-a", outcome="Hair  Density", comparison="needling + drug vs drug"),
        _row("R1-b", outcome="density", comparison="addon"),
        _row("R1-c", outcome="hair count", comparison="addon"),
        _row("R1-d", outcome="density", comparison="needling vs drug"),
        _row("R1-e", outcome="pain", comparison="any arm with needling"),
    ]
    found = review_table(make_base(more={"review_reports": REPORTS, "reviews": rows}))
    own = {row.result_id: [entry.synthesis for entry in row.own] for row in found.rows if row.own}
    assert own == {"R1-a": ["density"], "R1-b": ["density"], "R1-e": ["pain"]}
    (density,) = _of(found, "R1-a").own
    assert density.effect.startswith("MD 5.00 hairs/cm² (")
    assert syntheses_of("", "", small.protocol) == ()


# ---------------------------------------------------------------- trials in common


def test_the_corrected_covered_area_of_a_matrix_by_hand() -> None:
    # 3 reviews, 5 trials: 3 + 3 + 2 inclusions of 15 cells; (8 − 5) / (15 − 5)
    assert corrected_covered_area(["abc", "abd", "ae"]) == pytest.approx(0.3)
    assert corrected_covered_area(["ab", "cd"]) == 0
    assert corrected_covered_area(["ab", "ba"]) == 1
    assert math.isnan(corrected_covered_area(["ab"]))
    assert math.isnan(corrected_covered_area([[], []]))


@given(st.lists(st.sets(st.sampled_from("abcdefgh"), min_size=1), min_size=2, max_size=6))
def test_the_area_is_the_share_of_cells_beyond_the_first_of_each_trial(sets) -> None:
    trials = sorted(set().union(*sets))
    matrix = [[trial in names for names in sets] for trial in trials]
    beyond = sum(sum(cells) - 1 for cells in matrix)
    room = len(trials) * (len(sets) - 1)
    assert corrected_covered_area(sets) == pytest.approx(beyond / room)


def test_the_overlap_counts_only_reviews_whose_trials_are_all_known(made_up, small_table) -> None:
    found = overlap_of([_of(small_table, name) for name in ("R1-a", "R2-a", "R3-a")], made_up.tables)
    assert dict(found.trials) == {"R1": ("ada", "bose", "cori", "dean"), "R2": ("ada", "bose", "eddo")}
    assert found.unknown == ("R3",), "it lists one trial and pools three"
    # (7 − 5) / (5 × 2 − 5)
    assert found.cca == pytest.approx(0.4)
    assert found.sentence == (
        "Corrected covered area 40.0% (very high overlap) of 2 reviews with 5 trials. The trials of 1 of 3 reviews are "
        "not known."
    )


def test_each_plot_of_a_review_must_list_its_own_trials(make_base) -> None:
    rows = [_row("R1-a", **SMD, k="4"), _row("R1-b", **SMD, k="3"), _row("R2-a", **SMD, k="1")]
    inputs = [*_inputs("R1", "a", ["Ada", "Bose"]), *_inputs("R1", "b", ["Cori", "Dean"]), *_inputs("R2", "a", ["Ada"])]
    base = make_base(more={"reviews": rows, "review_reports": REPORTS, "review_inputs": inputs})
    ours = [row for row in review_table(base).rows if row.review_id in ("R1", "R2")]
    found = overlap_of(ours, base.tables)
    assert (list(found.trials), found.unknown) == (["R2"], ("R1",)), (
        "four names of seven places are not the four trials of one of its results"
    )


def test_nobody_knows_the_trials_of_the_shipped_reviews(table) -> None:
    assert dict(table.overlap.trials) == {}
    assert "cannot be computed" in table.overlap.sentence


# ---------------------------------------------------------------- the forest plot


@pytest.mark.parametrize(
    ("preset", "heading"),
    [(name, "Review or subgroup") for name in ("revman5", "bmj", "cochrane")]
    + [("house", "Review"), ("jama", "Source")],
)
def test_the_rows_of_the_forest_plot_are_of_reviews(small_table, preset, heading) -> None:
    figure = forest(reviews_forest(small_table, outcome="total Pain", measure="SMD"), preset=preset, width_mm=174)
    headings = [text.get_text() for text in figure.texts if text.get_gid() == "heading"]
    assert heading in headings
    assert not any("Study" in text for text in headings)


def test_the_alternative_text_counts_results_of_reviews(small_table) -> None:
    data = reviews_forest(small_table, outcome="total Pain", measure="SMD")
    assert alt_text(data).startswith(f"Forest plot of {len(data.rows)} results of reviews: ")


def test_the_forest_plot_pools_nothing_and_weighs_nothing(small_table) -> None:
    data = reviews_forest(small_table, outcome="total Pain", measure="SMD")
    assert data.overall is None
    assert data.subtotals == ()
    assert {row.weight for row in data.rows} == {None}
    drawn = [row for row in data.rows if row.estimate is not None]
    assert [(row.label, row.estimate, row.ci_low, row.ci_high) for row in drawn] == [
        ("R1", 0.5, 0.3, 0.7),
        ("R2", 1.5, 1.2, 1.8),
    ]
    reasons = {row.label + row.mark: row.reason for row in data.rows if row.estimate is None}
    assert reasons == {
        "R2 · women": "printed without an interval: 1.1",
        "R3": "printed at another level: 0.6 (90% 0.5 to 0.7)",
        "R3†": "the printed numbers contradict one another: 2.0 (0.1 to 0.9)",
    }
    assert data.notes[0].startswith("Printed, not pooled by us; reviews of one question share trials as a rule")
    assert "Corrected covered area 40.0%" in data.notes[0]
    figure = forest(data, width_mm=174)
    sides = {
        round(float(patch.get_xy()[:, 0].max() - patch.get_xy()[:, 0].min()), 6)
        for patch in figure.patches
        if patch.get_gid() == "unweighted"
    }
    assert len(sides) == 1, "squares of one size"


def test_measures_that_share_no_axis_are_refused(small_table) -> None:
    with pytest.raises(InputError, match=r"choose one measure: SMD, MD"):
        small_table.forest_data(outcome="pain")
    with pytest.raises(UnknownIdError, match="outcome"):
        small_table.forest_data(outcome="sleep")
    with pytest.raises(UnknownIdError, match="outcome"):
        small_table.forest_data(outcome="")
    with pytest.raises(UnknownIdError, match="measure"):
        small_table.forest_data(outcome="pain", measure="RR")
    with pytest.raises(UnknownIdError, match="comparison"):
        small_table.forest_data(outcome="pain", comparison="X vs Y")
    only = small_table.forest_data(outcome="pain", comparison="B")
    assert [row.label for row in only.rows] == ["R3"]
    assert only.measure == "Mean difference"
    assert "in the unit of its review" in only.notes[1]


def test_each_outcome_and_measure_of_the_shipped_table_can_be_drawn(table) -> None:
    pairs = sorted({(row.outcome, row.measure_short) for row in table.rows if row.effect})
    assert len(pairs) > 20
    for outcome, measure in pairs:
        data = table.forest_data(outcome=outcome, measure=measure)
        assert data.rows
        assert data.overall is None
        assert data.null == (1.0 if data.ratio else data.null)
    data = table.forest_data(outcome="hair count", measure="SMD")
    assert data.subgroups == ("MN+MXD vs MXD",)
    assert [row.label for row in data.rows][:3] == ["Abdi 2023 · overall", "Ahmed 2025 · overall", "Xu 2024 · overall"]
    ratios = table.forest_data(outcome="doctor-rated satisfaction/efficacy", measure="RR")
    assert (ratios.ratio, ratios.null) == (True, 1.0)


# ---------------------------------------------------------------- forms and command


def test_the_text_of_the_made_up_reviews(small_table) -> None:
    assert_snapshot(small_table.to_text(80), "reviews.txt")
    assert_snapshot(small_table.to_markdown(), "reviews.md")


@pytest.mark.parametrize("width", [60, 80, 100])
def test_no_line_is_too_long(table, width: int) -> None:
    assert [line for line in table.to_text(width).splitlines() if len(line) > width] == []


def test_csv_and_plain_values_have_a_row_for_each_result(real, table) -> None:
    rows = list(csv.DictReader(io.StringIO(table.to_csv())))
    raw = read_raw(real.project.processed / "reviews.csv")
    assert [row["p_as_printed"] for row in rows] == raw["p_as_printed"].tolist(), "untouched, words too"
    assert tuple(rows[0]) == CSV_COLUMNS
    assert [row["result_id"] for row in rows] == [row.result_id for row in table.rows]
    assert len(table.to_dict()["results"]) == len(rows)
    json.dumps(table.to_dict(), allow_nan=False)


def test_html_and_markdown_are_inert(small_table) -> None:
    bad = replace(_of(small_table, "R1-a"), outcome=HOSTILE, comparison=HOSTILE, p=HOSTILE, k=HOSTILE)
    review = replace(small_table.reviews["R1"], citation=HOSTILE, link="PMID:12345678")
    hostile = replace(small_table, rows=(bad,), reviews={"R1": review})
    tree = ET.fromstring(hostile.to_html())
    assert {link.get("href") for link in tree.iter("a")} == {"https://pubmed.ncbi.nlm.nih.gov/12345678/"}
    assert list(tree.iter("script")) == []
    assert "alert(1)" in "".join(tree.itertext())
    (row,) = [line for line in hostile.to_markdown().splitlines() if "alert" in line]
    assert "<script" not in row
    assert len(re.findall(r"(?<!\\)\|", row)) == 12
    assert re.search(r"(?<!\\)\]\(", row) is None


def test_rows_can_be_chosen(table) -> None:
    assert {row.review_id for row in table.select(review="Xu2024").rows} == {"Xu2024"}
    chosen = table.select(outcome="Diameter", review="Xu2024").rows
    assert [row.result_id for row in chosen] == ["Xu2024-D2", "Xu2024-D5", "Xu2024-D6"]
    with pytest.raises(UnknownIdError, match="Xu2024"):
        table.select(review="Xu2042")
    with pytest.raises(UnknownIdError, match="outcome"):
        table.select(outcome="zzz")


@pytest.fixture
def typed(monkeypatch, capfd, root):
    def run(*arguments: str) -> tuple[int, str, str]:
        monkeypatch.chdir(root)
        monkeypatch.setenv("COLUMNS", "80")
        monkeypatch.setattr(sys, "argv", ["evidence", *arguments])
        code = 0
        try:
            main()
        except SystemExit as end:
            code = int(end.code or 0)
        said = capfd.readouterr()
        return code, said.out, said.err

    return run


def test_the_command_prints_writes_and_draws(typed, tmp_path) -> None:
    code, out, _ = typed("reviews", "--review", "Yao2024", "--json")
    assert code == 0
    assert [row["result_id"] for row in json.loads(out)["results"]] == [f"Yao2024-I{place}" for place in range(1, 5)]
    code, out, _ = typed("reviews", "--review", "Yao2024")
    assert code == 0
    assert "MD 11.07 (1.20 to 20.94), I² 0%" in out
    assert max(map(len, out.splitlines())) <= 80
    figure, text = tmp_path / "reviews.svg", tmp_path / "reviews.md"
    code, out, err = typed("reviews", "--outcome", "hair count", "--measure", "SMD", "--out", str(figure))
    assert (code, out) == (0, "")
    assert "written" in err
    assert "Published results: hair count" in figure.read_text(encoding="utf-8")
    assert typed("reviews", "--format", "markdown", "--out", str(text))[0] == 0
    assert text.read_text(encoding="utf-8").startswith("| Review |")
    plain = tmp_path / "reviews.json"
    assert typed("reviews", "--review", "Yao2024", "--json", "--out", str(plain))[:2] == (0, "")
    assert len(json.loads(plain.read_text(encoding="utf-8"))["results"]) == 4


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("--review", "Xu2042"), "did you mean 'Xu2024'"),
        (("--out", "x.svg"), "has one outcome"),
        (("--outcome", "hair count", "--out", "x.svg"), "choose one measure"),
        (("--format", "pdf"), "markdown"),
        (("--measure", "SMD"), "choose what a figure shows"),
        (("--comparison", "A vs B", "--out", "x.md"), "choose what a figure shows"),
        (("--outcome", "hair count", "--measure", "SMD", "--json", "--out", "x.svg"), "--json writes no figure"),
    ],
)
def test_what_the_command_cannot_do_it_says(typed, arguments, told) -> None:
    code, out, err = typed("reviews", *arguments)
    assert (code, out) == (1, "")
    assert told in " ".join(err.split())


def test_the_page_on_reviews_names_every_column(root) -> None:
    page = (root / "docs" / "reviews.md").read_text(encoding="utf-8")
    assert [name for name in CSV_COLUMNS if f"`{name}`" not in page] == []
