"""The pages of the tables in a browser: sort, filter, search, unfold and copy, against the files of the tables."""

from __future__ import annotations

import csv
import io
import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

    from chromium import Watched

PROCESSED = Path(__file__).resolve().parents[2] / "data" / "processed"
ROWS = "#studies-table tbody tr"
NEW = ("claims.html", "reviews.html", "map.html", "flow.html", "methods.html", "dictionary.html")


def _csv(name: str) -> list[dict[str, str]]:
    with (PROCESSED / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _shown(watched: Watched) -> list[str]:
    """Return the trials of the rows that are shown, in their order."""
    ids = watched.page.locator(f"{ROWS} >> visible=true").evaluate_all("all => all.map(row => row.id)")
    return [name.removeprefix("study-") for name in ids]


def _grave() -> set[str]:
    return {row["study"] for row in _csv("findings") if row["severity"] != "note" and row["state"] != "gone"}


def _given() -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for row in _csv("arms"):
        found.setdefault(row["study_id"], set()).update(name for name in row["components"].split(";") if name)
    return found


FILTERS: tuple[tuple[dict[str, str], Callable[[dict[str, str]], bool]], ...] = (
    ({"eligibility": "included"}, lambda row: row["eligibility"] == "included"),
    ({"design": "split-scalp"}, lambda row: row["design"] == "split-scalp"),
    ({"randomised": "yes", "condition": "alopecia-areata"},
     lambda row: (row["randomised"], row["condition"]) == ("yes", "alopecia-areata")),
    ({"given": "microneedling", "design": "parallel"},
     lambda row: row["design"] == "parallel" and "microneedling" in _given().get(row["study_id"], set())),
    ({"findings": "any"}, lambda row: row["study_id"] in _grave()),
    ({"findings": "none", "eligibility": "included"},
     lambda row: row["study_id"] not in _grave() and row["eligibility"] == "included"),
)  # fmt: skip


@pytest.mark.parametrize(("chosen", "fits"), FILTERS, ids=[" ".join(chosen.values()) for chosen, _ in FILTERS])
def test_filters_leave_the_trials_that_the_tables_say(open_page, shipped_report, chosen, fits) -> None:
    opened = open_page(shipped_report / "trials.html")
    wanted = {row["study_id"] for row in _csv("studies") if fits(row)}
    everything = len(_csv("studies"))
    assert 0 < len(wanted) < everything
    for name, value in chosen.items():
        opened.page.locator(f"select[name={name}]").select_option(value)
    assert set(_shown(opened)) == wanted
    assert opened.page.locator(".told").inner_text() == f"{len(wanted)} of {everything} shown"
    for name in chosen:
        opened.page.locator(f"select[name={name}]").select_option("")
    assert len(_shown(opened)) == everything
    assert opened.page.locator(".told").inner_text() == ""


def test_the_lists_to_choose_from_count_what_they_leave(open_page, shipped_report) -> None:
    opened = open_page(shipped_report / "trials.html")
    for select in opened.page.locator("select[name]").all():
        for option in select.locator("option:not([value=''])").all():
            count = int(re.search(r"\((\d+)\)$", option.inner_text().strip())[1])
            select.select_option(option.get_attribute("value"))
            assert len(_shown(opened)) == count, option.inner_text()
        select.select_option("")


def test_words_and_choices_filter_together_and_results_are_those_of_the_answers(
    open_page, shipped_report, shipped
) -> None:
    _, answers = shipped
    opened = open_page(shipped_report / "trials.html")
    opened.page.locator("select[name=enters]").select_option("yes")
    entered = {contrast.study_id for answer in answers.values() for contrast in answer.shown.contrasts}
    assert set(_shown(opened)) == entered
    opened.page.get_by_label("Show only rows with").fill("areata")
    areata = {row["study_id"] for row in _csv("studies") if row["condition"] == "alopecia-areata"}
    assert set(_shown(opened)) == entered & areata
    assert entered & areata


@pytest.mark.parametrize("column", ["Trial", "Design", "Findings", "Results", "People"])
def test_every_kind_of_column_is_sorted_by_keyboard(open_page, shipped_report, shipped, column) -> None:
    opened = open_page(shipped_report / "trials.html")
    heading = opened.page.locator("#studies-table").get_by_role("button", name=column)
    heading.focus()
    for key, order in (("Enter", "ascending"), ("Space", "descending")):
        opened.page.keyboard.press(key)
        assert opened.page.locator(f"#studies-table th[aria-sort={order}]").inner_text().strip().startswith(column)
        assert opened.page.locator("#studies-table th[aria-sort]").count() == 1
        names = _shown(opened)
        assert sorted(names) == sorted(row["study_id"] for row in _csv("studies"))
        values = [_value(column, name, shipped) for name in names]
        filled = [value for value in values if value is not None]
        assert all(value is None for value in values[len(filled) :]), "what is not known comes last"
        numbers = [value for value in filled if isinstance(value, int)]
        assert numbers == sorted(numbers, reverse=order == "descending")
        if column == "Design":
            assert filled == sorted(filled, reverse=order == "descending")


def _value(column: str, name: str, shipped) -> int | str | None:
    row = next(row for row in _csv("studies") if row["study_id"] == name)
    if column == "Design":
        return row["design"].replace("-", " ")
    if column == "Findings":
        graves = (found for found in _csv("findings") if found["severity"] != "note" and found["state"] != "gone")
        return sum(found["study"] == name for found in graves)
    if column == "Results":
        shown = (answer.shown for answer in shipped[1].values())
        return sum(any(contrast.study_id == name for contrast in result.contrasts) for result in shown)
    if column == "People":
        return int(row["n_randomised"]) if row["n_randomised"] else row["n_randomised_as_reported"] or None
    return row["label"]


def test_a_sorted_table_stays_filtered(open_page, shipped_report) -> None:
    opened = open_page(shipped_report / "trials.html")
    opened.page.locator("select[name=design]").select_option("split-scalp")
    before = _shown(opened)
    opened.page.get_by_role("button", name="People").click()
    assert set(_shown(opened)) == set(before)
    assert _shown(opened) != before


def test_the_name_of_a_trial_unfolds_everything_on_it(open_page, shipped_report) -> None:
    opened = open_page(shipped_report / "trials.html")
    block = opened.page.locator("#trial-Dhurat2013")
    first = block.locator("tr[id^=row-outcomes-]").first
    assert not first.is_visible()
    opened.page.locator("#study-Dhurat2013 th a").click()
    opened.page.wait_for_url(re.compile("#trial-Dhurat2013$"))
    summary = block.locator("summary").first
    if not first.is_visible():
        summary.focus()
        opened.page.keyboard.press("Enter")
    assert first.is_visible()
    rows = [row["row_id"] for row in _csv("outcomes") if row["study_id"] == "Dhurat2013"]
    ids = block.locator("tr[id^=row-outcomes-]").evaluate_all("all => all.map(row => row.id)")
    assert ids == [f"row-outcomes-{name}" for name in rows]
    row = next(row for row in _csv("outcomes") if row["row_id"] == "R001")
    told = block.locator("#row-outcomes-R001").inner_text()
    assert f"mean {row['mean']}" in told
    assert row["locator"] in told
    summary.focus()
    opened.page.keyboard.press("Space")
    assert not first.is_visible()


def test_all_trials_unfold_at_once(open_page, shipped_report) -> None:
    opened = open_page(shipped_report / "trials.html")
    opened.page.get_by_role("button", name="Unfold everything").click()
    assert opened.page.locator("#trials-in-full details:not([open])").count() == 0
    opened.page.get_by_role("button", name="Fold everything").click()
    assert opened.page.locator("#trials-in-full details[open]").count() == 0


def test_a_finding_of_a_trial_leads_to_its_answer(open_page, shipped_report) -> None:
    row = next(row for row in _csv("findings") if row["study"] == "Kumar2018" and row["state"] == "answered")
    opened = open_page(shipped_report / "trials.html")
    link = opened.page.locator(f"#trial-Kumar2018 a[href$='#finding-{row['finding_id']}']")
    address = link.evaluate("link => link.href")
    opened.page.goto(address)
    target = opened.page.locator("tr:target")
    assert target.is_visible()
    assert row["response_note"] in target.inner_text()


@pytest.mark.parametrize(
    ("button", "target"),
    [("Copy paragraph", "#methods-text"), ("Copy fingerprint", "#fingerprint"), ("Copy query", "#query")],
)
def test_what_is_to_be_cited_is_copied_as_it_stands(open_page, shipped_report, button, target) -> None:
    opened = open_page(shipped_report / "methods.html", permissions=["clipboard-read", "clipboard-write"])
    opened.page.get_by_role("button", name=button).press("Enter")
    opened.page.get_by_role("button", name="Copied").wait_for()
    copied = opened.page.evaluate("navigator.clipboard.readText()")
    assert copied == opened.page.locator(target).evaluate("element => element.textContent.trim()")
    assert len(copied) > 20


@pytest.mark.parametrize("name", NEW)
def test_pages_load_their_figures_and_are_not_wider_than_a_telephone(open_page, shipped_report, name) -> None:
    opened = open_page(shipped_report / name, width=360, color_scheme="dark")
    assert opened.page.evaluate("document.documentElement.scrollWidth") == 360
    for image in opened.page.locator("img").all():
        image.scroll_into_view_if_needed()
        assert image.evaluate("image => image.decode().then(() => image.naturalWidth > 0)")
    opened.page.evaluate("document.querySelectorAll('details').forEach((box) => { box.open = true; })")
    assert opened.page.evaluate("document.documentElement.scrollWidth") == 360


def test_a_table_is_taken_along_as_it_stands(open_page, shipped_report) -> None:
    opened = open_page(shipped_report / "dictionary.html")
    address = opened.page.locator("a[download]", has_text="outcomes.csv").evaluate("link => link.href")
    content = Path(address.removeprefix("file://")).read_text(encoding="utf-8")
    assert list(csv.DictReader(io.StringIO(content))) == _csv("outcomes")


def test_without_scripts_every_trial_can_be_read(open_page, shipped_report) -> None:
    opened = open_page(shipped_report / "trials.html", java_script_enabled=False)
    assert len(_shown(opened)) == len(_csv("studies"))
    for control in ("button", "select", ".filter"):
        assert opened.page.locator(f"{control} >> visible=true").count() == 0
    block = opened.page.locator("#trial-Dhurat2013")
    block.locator("summary").first.click()
    assert block.get_by_text("Outcomes as reported").first.is_visible()


def test_print_has_every_trial_in_full_and_no_controls(open_page, hostile_report) -> None:
    opened = open_page(hostile_report / "trials.html")
    opened.page.emulate_media(media="print")
    opened.page.evaluate("window.dispatchEvent(new Event('beforeprint'))")
    assert opened.page.locator(".trial details:not([open])").count() == 0
    assert opened.page.locator(".filter >> visible=true").count() == 0
    opened.page.evaluate("window.dispatchEvent(new Event('afterprint'))")
    assert opened.page.locator(".trial details[open]").count() == 0


def test_figures_of_pages_carry_attacks_as_text(open_page, hostile_report) -> None:
    figures = sorted((hostile_report / "figures").glob("*.svg"))
    assert len(figures) >= 4
    for figure in figures:
        opened = open_page(figure)
        assert opened.page.locator("script, foreignObject, image, a, [onload], [onerror]").count() == 0
