"""The report in a browser: a Chromium for each worker, reports to open, and pages that must do nothing wrong."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from chromium import LAUNCH, Watched, cannot_run, executable, watch
from hostile_words import hostile_base

import evidence as ev
from evidence.report import judge_claims, write_site
from evidence.report.site import drawn_files, drawn_suffixes, file_name

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from playwright.sync_api import Browser, BrowserContext

    from evidence.base import EvidenceBase

ROOT = Path(__file__).resolve().parent.parent.parent


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Return Chromium, started once; skip or fail where there is none."""
    try:
        from playwright.sync_api import Error, sync_playwright
    except ImportError:
        cannot_run("playwright is not installed; pip install playwright")
    with sync_playwright() as playwright:
        path = executable(playwright)
        try:
            chromium = playwright.chromium.launch(executable_path=path, args=LAUNCH)
        except Error as error:
            cannot_run(f"{path} does not start: {str(error).splitlines()[0]}")
        yield chromium
        chromium.close()


@pytest.fixture(scope="session")
def spare(browser: Browser) -> Callable[..., list[Watched]]:
    """Return a function that gives the spare pages of a window of some kind, without a network: one or more."""
    windows: dict[str, tuple[BrowserContext, list[Watched]]] = {}

    def pages(**options: Any) -> list[Watched]:
        key = repr(sorted(options.items()))
        if key not in windows:
            windows[key] = (browser.new_context(offline=True, **options), [])
            windows[key][0].set_default_timeout(10_000)
        context, found = windows[key]
        if not found:
            found.append(watch(context.new_page()))
        return found

    return pages


@pytest.fixture
def open_page(spare) -> Iterator[Callable[..., Watched]]:
    """Return a function that opens a file, without a network; whatever went wrong on any page fails the test."""
    opened: list[tuple[Watched, list[Watched], dict[str, int], bool]] = []

    def open_file(
        file: Path, *, width: int = 1280, height: int = 900, anchor: str = "", allowed: str = "", **options: Any
    ) -> Watched:
        size = {"width": width, "height": height}
        home = spare(viewport=size, **options)
        watched = home.pop()
        opened.append((watched, home, size, not allowed))
        watched.page.goto(file.as_uri() + anchor)
        return watched

    yield open_file
    faults = [fault for watched, *_, strict in opened for fault in watched.faults if strict]
    for watched, home, size, _ in opened:
        watched.page.set_viewport_size(size)
        watched.empty()
        home.append(watched)
    assert faults == []


@pytest.fixture(scope="session")
def example_report(built_example) -> Path:
    """Return the folder of the example's report, as a build writes it."""
    return built_example.root / "results" / "report"


@pytest.fixture(scope="session")
def shipped() -> tuple[EvidenceBase, dict[str, Any]]:
    """Return the shipped base and its answers."""
    base = ev.load(ROOT)
    return base, base.answers()


@pytest.fixture(scope="session")
def shipped_report(built_review) -> Path:
    """Return the folder of the shipped base's report, as a build writes it."""
    return built_review.root / "results" / "report"


@pytest.fixture(scope="session")
def made_up() -> Any:
    """Return the made-up review of the tests of the report: its protocol, its rows, and how they become tables."""
    spec = importlib.util.spec_from_file_location("made_up_review", ROOT / "tests" / "report" / "conftest.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="session")
def hostile_report(made_up, once) -> Path:
    """Return the folder of a report in which every text, of every table and of the protocol, is an attack."""

    def fill(root: Path) -> Path:
        base = hostile_base(made_up)
        answers = base.answers()
        return written(base, answers, list(answers), root)

    return once("hostile", fill)


def written(base: EvidenceBase, answers: dict[str, Any], figures: list[str], folder: Path) -> Path:
    """Write a report with the figures of some syntheses, as SVG."""
    drawn: dict[str, tuple[str, ...]] = {}
    for name in dict.fromkeys(figures):
        shown = answers[name].shown
        drawn[name] = tuple(suffix for suffix in drawn_suffixes(shown) if suffix.endswith(".svg"))
        (folder / "syntheses").mkdir(exist_ok=True)
        for suffix, content in drawn_files(shown.forest_data(), drawn[name]) if drawn[name] else ():
            (folder / "syntheses" / f"{file_name(name)}{suffix}").write_bytes(content)
    for name, content in write_site(base, answers, judge_claims(base, answers), drawn).items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    return folder
