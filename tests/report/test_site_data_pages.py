"""The pages of the tables: every trial, finding, claim, review, judgement and column is there once, unchanged."""

from __future__ import annotations

import csv
import re
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from html_pages import faults_of_site, pages_of

from evidence.report import judge_claims, write_site
from evidence.report.site.page_figures import page_figure
from evidence.report.site.paths import anchor
from evidence.report.site.reported_rows import cells_left, page_links, reported_row
from evidence.report.site.trial_questions import trial_questions

if TYPE_CHECKING:
    from html_pages import Page

PROCESSED = Path(__file__).resolve().parents[2] / "data" / "processed"
KEYS = {"outcomes": "row_id", "contrasts": "contrast_id", "harms": "harm_id", "baselines": "baseline_id"}


@pytest.fixture(scope="module")
def files(real, real_answers) -> dict[str, bytes]:
    return write_site(real, real_answers, judge_claims(real, real_answers), {})


@pytest.fixture(scope="module")
def pages(files) -> dict[str, Page]:
    return pages_of(files)


def _csv(name: str) -> list[dict[str, str]]:
    """Return a table as it stands in its file: no code of the program reads it here."""
    with (PROCESSED / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _ids(page: Page, kind: str) -> Counter[str]:
    return Counter(name for name in page.ids if name.startswith(f"{kind}-"))


def _once(page: Page, kind: str, names: list[str]) -> None:
    assert _ids(page, kind) == Counter({anchor(kind, name): 1 for name in names})
    assert names


def _text(html: str) -> str:
    from html import unescape

    return " ".join(unescape(re.sub(r"<[^>]+>", " ", html)).split())


def _block(content: str, tag: str, name: str) -> str:
    start = content.index(f' id="{name}"')
    return content[start : content.index(f"</{tag}>", start)]


def test_every_row_of_the_tables_has_its_place_on_a_page_and_only_one(pages) -> None:
    trials = [row["study_id"] for row in _csv("studies")]
    assert len(trials) == 79
    _once(pages["trials.html"], "study", trials)
    _once(pages["trials.html"], "trial", trials)
    for table, key in KEYS.items():
        _once(pages["trials.html"], f"row-{table}", [row[key] for row in _csv(table)])
    _once(pages["checks.html"], "finding", [row["finding_id"] for row in _csv("findings") if row["state"] != "gone"])
    _once(pages["checks.html"], "conflict", [row["conflict_id"] for row in _csv("conflicts")])
    _once(pages["reviews.html"], "published", [row["result_id"] for row in _csv("reviews")])
    _once(pages["reviews.html"], "review", sorted({row["review_id"] for row in _csv("reviews")}))


def test_every_claim_and_every_column_has_its_place(pages, real) -> None:
    _once(pages["claims.html"], "claim", list(real.protocol.claims))
    columns = [f"{name}.{column}" for name in real.tables for column in next(csv.reader(_lines(name)))]
    _once(pages["dictionary.html"], "column", columns)
    assert len(columns) > 400


def _lines(name: str) -> list[str]:
    return (PROCESSED / f"{name}.csv").read_text(encoding="utf-8").splitlines()[:1]


@pytest.mark.parametrize("table", KEYS)
def test_no_filled_cell_of_a_reported_row_is_lost_or_changed(files, table) -> None:
    content = files["trials.html"].decode()
    placed = {"study_id", "outcome", "event", "characteristic"}  # told by the trial, and by a label
    for row in _csv(table):
        told = _text(_block(content, "tr", anchor(f"row-{table}", row[KEYS[table]])))
        for column, value in row.items():
            if not value or column in placed:
                continue
            parts = value.split(";") if column == "seen_at" else [value]
            for part in parts:
                assert _said(part, told), f"{table} {row[KEYS[table]]} {column}: {part} not in {told}"


def _said(value: str, told: str) -> bool:
    """Whether a cell stands in a text, numbers as numbers: not as a part of another one, with a true minus."""
    if re.fullmatch(r"-?\d+(\.\d+)?", value):
        plain = (value.rstrip("0").rstrip(".") if "." in value else value).replace("-", "−")
        zeros = "0*" if "." in plain else r"(?:\.0+)?"
        return re.search(rf"(?<![\d.−]){re.escape(plain)}{zeros}(?![\d]|\.\d)", told) is not None
    told_flat, words = " ".join(told.split()), " ".join(value.split())
    return words in told_flat or words.replace("-", " ") in told_flat


def test_what_is_known_of_a_trial_stands_in_its_own_block(files) -> None:
    content = files["trials.html"].decode()
    blocks = {row["study_id"]: _block(content, "article", anchor("trial", row["study_id"])) for row in _csv("studies")}
    for table in ("arms", "reports", "outcomes", "harms", "conflicts"):
        key = {"arms": "arm_id", "reports": "report_id", "conflicts": "conflict_id", **KEYS}[table]
        for row in _csv(table):
            if row["study_id"] in blocks and table != "reports":
                assert row[key] in blocks[row["study_id"]], (table, row[key])
            if table == "reports":
                for name in ("pmid", "doi", "registration", "title"):
                    assert row[name] in _text(blocks[row["study_id"]]), row["report_id"]
    for row in _csv("findings"):
        if row["study"] in blocks:
            assert f"#finding-{row['finding_id']}" in blocks[row["study"]]


def test_answers_to_findings_stand_beside_them(files) -> None:
    content = files["checks.html"].decode()
    rows = _csv("findings")
    assert len(rows) == 48
    for row in rows:
        told = _text(_block(content, "tr", f"finding-{row['finding_id']}"))
        for column in ("text", "arithmetic", "value", "recomputed", "response", "response_note", "responded_on"):
            assert " ".join(row[column].split()) in told, (row["finding_id"], column)
        assert ("open" in told.split()) or row["state"] == "answered"


def test_published_results_stand_as_printed(files) -> None:
    content = files["reviews.html"].decode()
    for row in _csv("reviews"):
        told = _text(_block(content, "tr", anchor("published", row["result_id"])))
        for column in (
            "estimate",
            "ci_low",
            "ci_high",
            "i2",
            "tau2",
            "z",
            "n",
            "k",
            "outcome",
            "comparison",
            "subgroup",
        ):
            assert not row[column] or _said(row[column], told), (row["result_id"], column, told)
        assert " ".join(row["p_as_printed"].split()) in told


def test_every_judgement_of_bias_is_on_the_page_of_bias_and_in_the_block_of_its_trial(files) -> None:
    content, trials = files["bias.html"].decode(), files["trials.html"].decode()
    rows = _csv("risk_of_bias")
    results = {(row["study_id"], row["outcome"], row["tool"], row["variant"]) for row in rows}
    assert len(re.findall(r"<tr><th scope=\"row\">", content)) == len(results)
    assert len({row["assessor"] for row in rows}) == 1, "else the judgement that counts is shown alone"
    symbols = len(re.findall(r'class="rob [a-z-]+" aria-hidden', content))
    derived = sum(
        1 for key in results if not any(row["domain"] == "overall" and _key(row) == key for row in rows)
    )  # a whole that follows from its domains
    assert len(rows) <= symbols <= len(rows) + derived
    for row in rows:
        block = _block(trials, "article", anchor("trial", row["study_id"]))
        judgements = re.findall(r'<ul class="judgements">(.*?)</ul>', block, flags=re.DOTALL)
        assert sum(f"<li>{row['domain'][0].upper()}{row['domain'][1:]}: " in each for each in judgements) >= 1
        if row["support"]:
            assert row["support"] in _text(block)
            assert row["support"] in _text(content)


def _key(row: dict[str, str]) -> tuple[str, str, str, str]:
    return row["study_id"], row["outcome"], row["tool"], row["variant"]


def test_each_trial_enters_what_it_enters_and_says_why_not_elsewhere(files, real_answers) -> None:
    content = files["trials.html"].decode()
    entered, left = Counter[str](), Counter[str]()
    for answer in real_answers.values():
        names = {contrast.study_id for result in answer.distinct.values() for contrast in result.contrasts}
        names |= {contrast.study_id for contrast in answer.shown.contrasts}
        entered.update(names)
        out = {entry.study_id for entry in answer.shown.exclusions if entry.compared} - names
        left.update(out)
    assert sum(entered.values()) > 20
    for row in _csv("studies"):
        block = _block(content, "article", anchor("trial", row["study_id"]))
        assert len(re.findall(r"<li>Enters <a ", block)) == entered[row["study_id"]]
        reasons = re.findall(r'<ul class="reasons">(.*?)</ul>', block, flags=re.DOTALL)
        assert sum(each.count("<a ") for each in reasons) == left[row["study_id"]]
        others = len(real_answers) - entered[row["study_id"]] - left[row["study_id"]]
        assert f"{others} other question" in block


def test_a_trial_that_only_wider_rules_let_in_is_told_so(answers) -> None:
    found = trial_questions(["Ada", "Cori", "Nobody"], answers.values())
    assert answers["response"].shown.analysis.primary, "Cori's counts are implied: only wider rules take them"
    told = {name: {entry.id: entry.shown for entry in found[name].entered} for name in found}
    assert told["Ada"]["response"] is True
    assert told["Cori"]["response"] is False
    (wide,) = [entry for entry in found["Cori"].entered if entry.id == "response"]
    assert "with implied counts" in wide.analysis
    assert wide.effects == ("RR 1.50 (0.84 to 2.67)",), "15 of 25 against 10 of 25, by hand"
    assert (told["Nobody"], found["Nobody"].left_out) == ({}, {})


def test_verdicts_and_their_numbers_are_those_that_were_judged(files, real, real_answers) -> None:
    content = files["claims.html"].decode()
    for verdict in judge_claims(real, real_answers):
        told = _text(_block(content, "article", anchor("claim", verdict.claim.id)))
        assert verdict.verdict in told
        assert " ".join(verdict.basis.split()) in told
        for test in verdict.tests:
            assert test.label in told
            assert test.effect in told or test.kind == "none"


def test_the_tables_can_be_taken_along_byte_for_byte(files, real) -> None:
    for name in real.tables:
        assert files[f"tables/{name}.csv"] == (PROCESSED / f"{name}.csv").read_bytes(), name


def test_figures_are_of_the_site_and_the_page_stays_light(files) -> None:
    drawn = {name for name in files if name.startswith("figures/")}
    assert {"figures/claims.svg", "figures/map.svg", "figures/flow.svg", "figures/bias-summary.svg"} <= drawn
    assert all(b"<script" not in files[name] for name in drawn)
    own = ("assets/style.css", "assets/report.js")
    assert len(files["trials.html"]) + sum(len(files[name]) for name in own) < 1_000_000


def test_the_pages_are_sound_and_the_same_twice(files, real, real_answers) -> None:
    assert faults_of_site(files) == []
    page_figure.cache_clear()
    assert write_site(real, real_answers, judge_claims(real, real_answers), {}) == files


def test_a_base_without_reviews_bias_or_questions_has_pages_that_say_so(make_base) -> None:
    base = make_base(syntheses={}, claims={})
    files = write_site(base, {}, [], {})
    assert faults_of_site(files) == []
    assert "map.html" not in files, "nothing is asked"
    assert "The protocol names none." in pages_of(files)["claims.html"].words


def test_cells_that_have_no_place_are_told_by_name_and_numbers_keep_their_digits() -> None:
    row = {"row_id": "R1", "outcome": "x", "events_implied": 7, "se": float("nan"), "extra": -1.25, "sd": 3.5}
    assert cells_left(row, {"row_id", "outcome"}) == [("events implied", "7"), ("extra", "−1.25"), ("sd", "3.5")]
    view = reported_row({**row, "study_id": "A"}, key="row_id", what="x", arm="A", told={"outcome"})
    assert ("sd", "3.5") in view["more"], "an SD without a mean is told all the same"
    view = reported_row({**row, "mean": 13.5, "study_id": "A"}, key="row_id", what="x", arm="A", told={"outcome"})
    assert ("sd", "3.5") not in view["more"], "it stands beside the mean"
    assert "SD 3.5" in view["value"]


@pytest.mark.parametrize("address", ["javascript:alert(1)", 'https://a.b/"onclick="x', "https://a.b/<i>", ""])
def test_only_addresses_become_links(address: str) -> None:
    assert page_links("S1", {"S1": address}) == [("S1", "")]
    assert page_links("S1;S2", {"S1": "https://a.b/c?d=1"}) == [("S1", "https://a.b/c?d=1"), ("S2", "")]
