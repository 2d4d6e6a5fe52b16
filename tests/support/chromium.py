"""Chromium for the tests of the report: where it is, and what a page must not do."""

from __future__ import annotations

import os
import shutil
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Page, Playwright

__all__ = ["LAUNCH", "Watched", "cannot_run", "executable", "watch"]

_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
# Chromium refuses its own sandbox to root, as whom continuous integration runs; anybody else keeps it.
LAUNCH = ["--disable-gpu", *(["--no-sandbox"] if getattr(os, "geteuid", lambda: 1)() == 0 else [])]


def cannot_run(reason: str) -> NoReturn:
    """Skip and say why; fail where a browser is required, as in continuous integration."""
    if os.environ.get("EVIDENCE_REQUIRE_BROWSER") == "1":
        pytest.fail(f"the report was not tested in a browser, which is required here: {reason}", pytrace=False)
    pytest.skip(f"the report was not tested in a browser: {reason}")


def executable(playwright: Playwright) -> Path:
    """Return the browser: that of EVIDENCE_CHROMIUM, the system's, or playwright's own."""
    named = os.environ.get("EVIDENCE_CHROMIUM")
    if named:
        path = Path(named)
        return path if path.is_file() else cannot_run(f"EVIDENCE_CHROMIUM is {named}, and there is no such file")
    found = next((path for name in _NAMES if (path := shutil.which(name))), None)
    if found:
        return Path(found)
    own = Path(playwright.chromium.executable_path)
    return own if own.is_file() else cannot_run("no Chromium is installed; install one, or set EVIDENCE_CHROMIUM")


@dataclass(slots=True)
class Watched:
    """A page with everything that went wrong on it."""

    page: Page
    faults: list[str] = field(default_factory=list)
    loaded: list[str] = field(default_factory=list)

    def empty(self) -> None:
        """Leave the page as it was when it was new, for the next test."""
        self.page.goto("about:blank")
        self.page.emulate_media(media="null")
        self.faults.clear()
        self.loaded.clear()


def watch(page: Page) -> Watched:
    """Note every error of the console, of a script and of a request, every dialog and every popup of a page."""
    watched = Watched(page)
    note = watched.faults.append
    page.on("console", lambda message: message.type in ("error", "warning") and note(f"console: {message.text}"))
    page.on("pageerror", lambda error: note(f"script: {error}"))
    page.on("requestfailed", lambda request: note(f"request failed: {request.url}"))
    page.on("request", lambda request: watched.loaded.append(request.url))
    page.on("popup", lambda popup: note(f"popup: {popup.url}"))

    def dialog(found) -> None:
        note(f"dialog: {found.message}")
        found.dismiss()

    page.on("dialog", dialog)
    return watched
