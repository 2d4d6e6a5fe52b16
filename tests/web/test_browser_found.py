"""A suite without a browser says so; where one is required it fails."""

from __future__ import annotations

from types import SimpleNamespace

import chromium
import pytest

PLAYWRIGHT = SimpleNamespace(chromium=SimpleNamespace(executable_path="/nowhere/chrome"))


def test_the_browser_that_is_named_is_taken(monkeypatch, tmp_path) -> None:
    named = tmp_path / "my-chromium"
    named.touch()
    monkeypatch.setenv("EVIDENCE_CHROMIUM", str(named))
    assert chromium.executable(PLAYWRIGHT) == named


def test_else_the_systems_and_else_playwrights_own(monkeypatch, tmp_path) -> None:
    monkeypatch.delenv("EVIDENCE_CHROMIUM", raising=False)
    monkeypatch.setenv("PATH", str(tmp_path))
    own = tmp_path / "own"
    own.touch()
    playwright = SimpleNamespace(chromium=SimpleNamespace(executable_path=str(own)))
    assert chromium.executable(playwright) == own
    system = tmp_path / "google-chrome"
    system.touch(mode=0o755)
    assert chromium.executable(playwright) == system


@pytest.mark.parametrize(("required", "outcome"), [("", pytest.skip.Exception), ("1", pytest.fail.Exception)])
@pytest.mark.parametrize("named", ["/nowhere/chromium", ""])
def test_without_a_browser_the_suite_skips_and_where_it_is_required_fails(
    monkeypatch, tmp_path, required, outcome, named
):
    monkeypatch.setenv("EVIDENCE_REQUIRE_BROWSER", required)
    monkeypatch.setenv("EVIDENCE_CHROMIUM", named)
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(outcome, match="not tested in a browser") as caught:
        chromium.executable(PLAYWRIGHT)
    assert "EVIDENCE_CHROMIUM" in str(caught.value)
