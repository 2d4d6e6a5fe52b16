"""What the report does in a browser: search, filter, sort, copy, unfold; what is left without scripts and in print."""

from __future__ import annotations

import io
import re
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from chromium import Watched

PAGES = ("index.html", "claims.html", "reviews.html", "trials.html", "bias.html", "checks.html", "methods.html")
POOLED = "syntheses/addon-minoxidil-response.html"
EMPTY = "syntheses/harm-pain.html"


def _visible(watched: Watched, selector: str) -> int:
    return watched.page.locator(f"{selector} >> visible=true").count()


@pytest.mark.parametrize("page", [*PAGES, POOLED, EMPTY])
def test_pages_open_without_a_complaint_and_load_only_their_own(open_page, shipped_report, page) -> None:
    opened = open_page(shipped_report / page)
    assert opened.page.locator("h1").count() == 1
    assert all(url.startswith((shipped_report.as_uri(), "data:")) for url in opened.loaded)
    assert opened.page.evaluate("getComputedStyle(document.body).maxWidth") == "none"
    assert opened.page.locator("form.search").is_visible(), "style sheet and script were allowed to load"


def test_what_it_means_for_people_fits_beside_the_contents(open_page, shipped_report) -> None:
    opened = open_page(shipped_report / POOLED)
    frame = opened.page.get_by_role("region", name="Summary of findings")
    assert frame.evaluate("frame => frame.scrollWidth - frame.clientWidth") <= 1


@pytest.mark.parametrize("page", ["index.html", "trials.html", "bias.html", "checks.html", POOLED, EMPTY])
def test_no_page_is_wider_than_a_telephone(open_page, shipped_report, page) -> None:
    opened = open_page(shipped_report / page, width=360)
    assert opened.page.evaluate("document.documentElement.scrollWidth") == 360
    opened.page.set_viewport_size({"width": 320, "height": 700})
    assert opened.page.evaluate("document.documentElement.scrollWidth") == 320


def test_a_telephone_shows_every_number_of_an_analysis_where_the_one_shown_has_none(
    open_page, shipped_report, shipped
) -> None:
    name, people = next(
        (name, str(result.n))
        for name, answer in shipped[1].items()
        if not answer.shown.k
        for result in answer.results.values()
        if result.k
    )
    opened = open_page(shipped_report / "syntheses" / f"{name}.html", width=360)
    assert opened.page.locator("td[data-label=People]", has_text=people).first.is_visible()


def test_the_first_page_is_light(open_page, shipped_report) -> None:
    opened = open_page(shipped_report / "index.html")
    opened.page.wait_for_load_state("networkidle")
    files = {url.removeprefix(shipped_report.as_uri() + "/") for url in opened.loaded if url.startswith("file:")}
    assert {"index.html", "assets/style.css", "assets/report.js"} <= files
    assert "assets/search.js" not in files, "nobody has searched"
    assert sum((shipped_report / name).stat().st_size for name in files) < 1_000_000


def test_a_telephone_gets_the_narrow_figure(open_page, shipped_report) -> None:
    for width, suffix in ((360, "-narrow.svg"), (1280, ".svg")):
        opened = open_page(shipped_report / POOLED, width=width)
        figure = opened.page.locator("img")
        assert figure.evaluate("image => image.currentSrc").endswith(f"addon-minoxidil-response{suffix}")
        assert figure.evaluate("image => image.complete && image.naturalWidth > 0")


def test_words_and_kinds_filter_the_results(open_page, shipped_report, shipped) -> None:
    _, answers = shipped
    opened = open_page(shipped_report / "index.html")
    rows = "#results-table tbody tr:not(.group)"
    assert _visible(opened, rows) == len(answers)
    opened.page.get_by_label(re.compile(r"^\s*pooled \d")).check()
    pooled = {answer.synthesis.id for answer in answers.values() if answer.shown.pooled}
    links = opened.page.locator(f"{rows} >> visible=true").locator("th a")
    found = {
        address.rpartition("/")[2].removesuffix(".html")
        for address in links.evaluate_all("all => all.map(a => a.href)")
    }
    assert found == pooled
    assert opened.page.locator(".told").inner_text() == f"{len(pooled)} of {len(answers)} shown"
    opened.page.get_by_label("Show only rows with").fill("PLATELET pull")
    wanted = [name for name in pooled if "pull" in answers[name].shown.label]
    assert _visible(opened, rows) == len(wanted) == 1
    assert _visible(opened, "#results-table tr.group") == 1, "the heading of the row stays, the others go"
    opened.page.get_by_label("Show only rows with").fill("no such words")
    assert _visible(opened, rows) == 0
    opened.page.get_by_label("Show only rows with").fill("")
    opened.page.get_by_label(re.compile(r"^\s*all \d")).check()
    assert _visible(opened, rows) == len(answers)


def test_trials_are_sorted_by_a_press_and_back_by_another(open_page, shipped_report) -> None:
    opened = open_page(shipped_report / "trials.html")
    column = "#studies-table tbody tr td:last-child"

    def numbers() -> list[float]:
        texts = opened.page.locator(column).all_inner_texts()
        return [float(text) for text in texts if re.fullmatch(r"\d+", text)]

    given = numbers()
    assert given != sorted(given)
    heading = opened.page.get_by_role("button", name="People")
    heading.focus()
    opened.page.keyboard.press("Enter")
    assert numbers() == sorted(given)
    assert opened.page.locator("th[aria-sort=ascending]").inner_text().strip().startswith("People")
    opened.page.keyboard.press("Space")
    assert numbers() == sorted(given, reverse=True)
    assert opened.page.locator("th[aria-sort]").count() == 1
    texts = opened.page.locator(column).all_inner_texts()
    assert texts.index("") > max(place for place, text in enumerate(texts) if text), "what is not known comes last"


def test_the_sentence_is_copied_as_it_stands(open_page, shipped_report, shipped) -> None:
    _, answers = shipped
    opened = open_page(shipped_report / POOLED, permissions=["clipboard-read", "clipboard-write"])
    button = opened.page.get_by_role("button", name="Copy sentence")
    button.click()
    opened.page.get_by_role("button", name="Copied").wait_for()
    copied = opened.page.evaluate("navigator.clipboard.readText()")
    assert copied == answers["addon-minoxidil-response"].shown.cite()
    assert opened.page.get_by_role("status").filter(has_text="Copied").count() == 1, "it is said as well as shown"


def test_the_sentence_is_copied_the_old_way_where_the_clipboard_is_kept(open_page, shipped_report, shipped) -> None:
    _, answers = shipped
    opened = open_page(shipped_report / POOLED, permissions=["clipboard-read"])
    opened.page.evaluate(
        "Object.defineProperty(navigator.clipboard, 'writeText', { value: () => Promise.reject(new Error('kept')) })"
    )
    opened.page.get_by_role("button", name="Copy sentence").press("Enter")
    opened.page.get_by_role("button", name="Copied").wait_for()
    assert opened.page.evaluate("navigator.clipboard.readText()") == answers["addon-minoxidil-response"].shown.cite()


def test_a_number_unfolds_to_its_source_by_mouse_and_by_keyboard(open_page, shipped_report) -> None:
    opened = open_page(shipped_report / POOLED)
    trial = opened.page.locator("#tree > .tree > li.contrast").first
    source = trial.locator("li.source a[href^='https://pubmed']").first
    assert not source.is_visible()
    trial.locator("summary").first.click()
    reported = trial.locator("li.reported").first
    assert reported.is_visible()
    assert not source.is_visible()
    reported.locator("summary").focus()
    opened.page.keyboard.press("Enter")
    assert source.is_visible()
    opened.page.keyboard.press("Tab")
    assert opened.page.evaluate("document.activeElement.href") == source.get_attribute("href")
    opened.page.keyboard.press("Shift+Tab")
    opened.page.keyboard.press("Space")
    assert not source.is_visible()
    everything = opened.page.get_by_role("button", name="Unfold everything")
    everything.click()
    assert source.is_visible()
    assert opened.page.locator("#tree details:not([open])").count() == 0
    opened.page.get_by_role("button", name="Fold everything").click()
    assert opened.page.locator("#tree details[open]").count() == 0


def test_a_link_into_something_folded_unfolds_it(open_page, shipped_report) -> None:
    opened = open_page(shipped_report / "checks.html")
    folded = opened.page.locator("details:not([open]) tr[id]").first
    assert not folded.is_visible()
    name = folded.get_attribute("id")
    opened.page.evaluate("name => { location.hash = name; }", name)
    opened.page.locator(f"[id='{name}'] >> visible=true").wait_for()
    again = open_page(shipped_report / "checks.html", anchor=f"#{name}")
    again.page.locator(f"[id='{name}'] >> visible=true").wait_for()
    assert open_page(shipped_report / "index.html", anchor="#%E0%A4%A").page.locator("h1").is_visible()


def test_the_search_finds_a_trial_from_a_synthesis_page_by_keyboard(open_page, shipped_report, shipped) -> None:
    base, _ = shipped
    opened = open_page(shipped_report / POOLED)
    opened.page.keyboard.press("/")
    assert opened.page.evaluate("document.activeElement.id") == "search-words"
    label = base["studies"].set_index("study_id").loc["Dhurat2013", "label"]
    opened.page.keyboard.type(label)
    hit = opened.page.locator("#search-found a").filter(has=opened.page.get_by_text(label, exact=True))
    hit.first.wait_for()
    assert "found" in opened.page.locator("#search-told").inner_text()
    opened.page.keyboard.press("ArrowDown")
    assert opened.page.evaluate("document.activeElement.matches('#search-found a')")
    opened.page.keyboard.press("Escape")
    assert not opened.page.locator("#search-found").is_visible()
    opened.page.keyboard.type(" ")
    hit.first.click()
    opened.page.wait_for_url(re.compile(r"/trials\.html#study-Dhurat2013$"))
    assert opened.page.locator("tr:target th").inner_text().startswith(label)


def test_the_search_says_when_it_finds_nothing_and_leaves_a_slash_in_a_field_alone(open_page, shipped_report) -> None:
    opened = open_page(shipped_report / "index.html")
    field = opened.page.get_by_label("Search", exact=True)
    field.fill("zzz/yyy")
    opened.page.get_by_text("Nothing found").first.wait_for()
    field.press("/")
    assert field.input_value() == "zzz/yyy/"
    field.press("Enter")
    assert opened.page.url.endswith("index.html")
    field.fill("")
    assert not opened.page.locator("#search-found").is_visible()


def test_without_scripts_everything_can_be_read_and_nothing_dead_is_shown(open_page, shipped_report, shipped) -> None:
    _, answers = shipped
    opened = open_page(shipped_report / POOLED, java_script_enabled=False)
    assert opened.page.get_by_text(answers["addon-minoxidil-response"].shown.cite()[:60]).first.is_visible()
    for control in ("button", "form.search", ".filter"):
        assert _visible(opened, control) == 0
    trial = opened.page.locator("#tree li.contrast").first
    trial.locator("summary").first.click()
    assert trial.locator("li.reported").first.is_visible()
    index = open_page(shipped_report / "index.html", java_script_enabled=False)
    assert _visible(index, "#results-table tbody tr:not(.group)") == len(answers)
    assert _visible(index, ".filter") == 0


def test_print_has_everything_open_and_no_controls(open_page, shipped_report) -> None:
    from pypdf import PdfReader

    opened = open_page(shipped_report / POOLED)
    folded = opened.page.locator("#tree li.source").first
    assert not folded.is_visible()
    text = " ".join(page.extract_text() for page in PdfReader(io.BytesIO(opened.page.pdf(format="A4"))).pages)
    words = " ".join(text.split())
    assert "source PMID:23960389" in words
    assert "Copy sentence" not in words
    assert "Unfold everything" not in words
    assert not folded.is_visible(), "what was folded is folded again"
    without = open_page(shipped_report / POOLED, java_script_enabled=False)
    without.page.emulate_media(media="print")
    assert without.page.locator("#tree li.source").first.is_visible()


def test_motion_is_only_for_those_who_want_it(open_page, example_report) -> None:
    for wish, behaviour in (("reduce", "auto"), ("no-preference", "smooth")):
        opened = open_page(example_report / "index.html", reduced_motion=wish)
        assert opened.page.evaluate("getComputedStyle(document.documentElement).scrollBehavior") == behaviour


def test_figures_stand_on_a_light_ground_in_the_dark(open_page, example_report) -> None:
    page = example_report / "syntheses" / "tuberculosis.html"
    grounds = {}
    for scheme in ("light", "dark"):
        opened = open_page(page, color_scheme=scheme)
        grounds[scheme] = [
            opened.page.locator(selector).first.evaluate("element => getComputedStyle(element).backgroundColor")
            for selector in ("body", ".plot")
        ]
    assert grounds["light"][0] != grounds["dark"][0]
    assert grounds["light"][1] == grounds["dark"][1] == "rgb(255, 255, 255)"


def test_what_a_build_writes_is_a_whole_report(open_page, example_report) -> None:
    opened = open_page(example_report / "index.html")
    opened.page.get_by_role("link", name="Odds ratio").first.click()
    opened.page.wait_for_url(re.compile(r"/syntheses/tuberculosis-odds\.html$"))
    for suffix in ("svg", "pdf", "png", "csv", "bib", "ris"):
        link = opened.page.locator(f"a[download][href$='tuberculosis-odds.{suffix}']")
        assert link.count() == 1
        assert (example_report / "syntheses" / f"tuberculosis-odds.{suffix}").stat().st_size > 100
    opened.page.get_by_role("link", name="BCG vaccine against tuberculosis").first.click()
    opened.page.wait_for_url(re.compile(r"/index\.html$"))
    skip = opened.page.get_by_role("link", name="Skip to the content")
    opened.page.keyboard.press("Tab")
    assert skip.evaluate("link => link === document.activeElement && link.getBoundingClientRect().left >= 0")
    opened.page.keyboard.press("Enter")
    assert opened.page.evaluate("document.activeElement.id") == "main"
