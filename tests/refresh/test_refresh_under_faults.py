"""Whatever PubMed does wrong: a refresh ends with exactly the right records, or clearly and with nothing moved.

Each test begins where a first complete run ended, lets a week pass in the invented PubMed, and runs the next refresh
while one fault strikes one utility, once or without end. What is right is taken from the invented records themselves
and from a run without faults.
"""

from __future__ import annotations

import dataclasses
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest
from week_of_trouble import (
    LATER,
    NEXT,
    OUTSIDE,
    STRANGE,
    Ready,
    Scene,
    check_records,
    check_secrets,
    files_of,
    make_ready,
    refresh_at,
    set_scene,
    tables_of,
)

from evidence import practice
from evidence.errors import AnswerError, EvidenceError, FetchError, RefreshError, RequestError, UnavailableError
from evidence.fetch.archive import Archive
from evidence.practice import Fault
from evidence.refresh.commit import pending

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture(scope="module")
def ready(tmp_path_factory: pytest.TempPathFactory) -> Ready:
    return make_ready(tmp_path_factory.mktemp("faultless"))


@pytest.fixture
def scene(ready: Ready, tmp_path: Path) -> Iterator[Scene]:
    with set_scene(ready, tmp_path) as made:
        yield made


def test_the_run_without_faults_is_right(scene: Scene) -> None:
    refresh_at(scene.project, scene.server, NEXT)
    check_records(scene.project, scene.store)
    tables = tables_of(scene.project)
    assert tables == scene.right
    rows = {row["pmid"]: row for row in tables["records"]}
    assert rows.keys() == {*scene.store.pmids, "90000020"}
    presence = {pmid: row["presence"] for pmid, row in rows.items() if row["presence"] != "in-query"}
    assert presence == {"90000020": "absent-once", "90000021": "left-query"}
    assert rows["90000004"]["notice"] == "retracted"
    events = {(row["pmid"], row["event"]) for row in tables["record_events"] if row["search_id"] == "LAST"}
    new = {(str(90000100 + i), "new") for i in range(14)} | {("90000900", "new")}
    assert events - {("90000004", "changed")} == new | {
        ("90000004", "retracted"),
        ("90000010", "changed"),
        ("90000020", "absent"),
        ("90000021", "changed"),
        ("90000021", "left-query"),
    }
    tools = [seen.tool for seen in scene.server.seen]
    assert tools.count("efetch") >= 4
    assert tools.count("esearch") >= 3


# ---------------------------------------------------------------- the matrix

ANY = ("esearch", "efetch", "einfo")
AGAIN = "completes"


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """What a fault leads to when it strikes once, and when it never ends: the word above, or an error and its words."""

    once: Any = AGAIN
    always: Any
    tools: tuple[str, ...] = ANY
    nth: int = 2
    options: dict[str, Any] = dataclasses.field(default_factory=dict)
    settings: dict[str, Any] = dataclasses.field(default_factory=dict)


def _both(outcome: Any, **more: Any) -> Case:
    return Case(once=outcome, always=outcome, **more)


FETCH = {"tools": ("efetch",)}
SHORT = {"timeout_seconds": 0.4, "deadline_seconds": 0.8, "tries": 2}
BROKE_OFF = (UnavailableError, r"broke off|ends? (too )?early|not closed|unclosed|no element|cut")
CASES = {
    "status-400": _both((RequestError, "HTTP 400")),
    "status-403": _both((RequestError, "HTTP 403")),
    "status-414": _both((RequestError, "HTTP 414")),
    "status-429": Case(always=(UnavailableError, "HTTP 429")),
    "status-429-seconds": Case(always=(UnavailableError, "HTTP 429")),
    "status-429-date": Case(always=(UnavailableError, "HTTP 429")),
    "status-500": Case(always=(UnavailableError, "HTTP 500")),
    "status-502": Case(always=(UnavailableError, "HTTP 502")),
    "status-503": Case(always=(UnavailableError, "HTTP 503")),
    "html": Case(always=(UnavailableError, "web page")),
    "empty": Case(always=(UnavailableError, "empty")),
    "json-error": Case(always=(UnavailableError, "API rate limit exceeded")),
    "error-xml": Case(always=(UnavailableError, "Search Backend failed: the backend is away")),
    "database-not-supported": Case(always=(UnavailableError, "Database is not supported: pubmed")),
    "dropped": Case(always=(UnavailableError, "dropped")),
    "truncated": Case(always=BROKE_OFF),
    "truncated-no-length": Case(always=BROKE_OFF),
    "truncated-chunked": Case(always=BROKE_OFF),
    "truncated-at-record": Case(always=BROKE_OFF, **FETCH),
    "fewer-records": Case(always=(RefreshError, r"did not answer with \d+ of them"), nth=1, **FETCH),
    "hang-before-headers": Case(always=(UnavailableError, r"nothing came for 0\.4 s"), settings=SHORT),
    "hang-in-body": Case(always=(UnavailableError, r"nothing came for 0\.4 s|not whole after"), settings=SHORT),
    "slow-drip": Case(always=(UnavailableError, r"not whole after 0\.8 s"), settings=SHORT, options={"size": 8}),
    "duplicate-records": _both(AGAIN, **FETCH),
    "missing-record": Case(always="absent", options={"pmid": STRANGE}, **FETCH),
    "extra-record": _both(AGAIN, **FETCH),
    "version-2": Case(once="newer", always="newer", options={"pmid": STRANGE}, **FETCH),
    "merged": Case(always="merged", options={"pmid": STRANGE}, **FETCH),
    "new-dtd": _both(AGAIN, **FETCH),
    "http-dtd": _both(AGAIN, **FETCH),
    "no-doctype": _both(AGAIN, **FETCH),
    "unknown-tag": _both(AGAIN, **FETCH),
    "entity-bomb": _both((AnswerError, "declarations of its own")),
    "external-entity": _both((AnswerError, "declarations of its own")),
    "nul": _both((AnswerError, "NUL byte")),
    "latin-1": _both((AnswerError, "no UTF-8")),
    "oversized": _both((AnswerError, r"longer than the limit of 1048576 bytes"), options={"size": 1 << 21}),
    "redirect-host": _both((RequestError, "sends the request to another address")),
    "redirect-port": _both((RequestError, "sends the request to another address")),
    "count-changes": Case(always=(FetchError, "count|changed"), tools=("esearch",)),
    "expired-history": _both(AGAIN, tools=("esearch",)),
}


def test_no_fault_is_left_out() -> None:
    assert CASES.keys() == practice.FAULTS.keys()


FAILING = [name for name, case in CASES.items() if not (isinstance(case.once, str) and isinstance(case.always, str))]
BEARABLE = [
    pytest.param(name, how, id=f"{name}-{how}")
    for name, case in CASES.items()
    if isinstance(case.always, str)
    for how in ("once", "always")
]


@pytest.mark.parametrize("name", FAILING)
def test_a_fault_moves_nothing_or_is_overcome(
    name: str, scene: Scene, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """The fault strikes each utility until the run gives up; then it strikes each once, or not at all."""
    case = CASES[name]
    options = _options(name, tmp_path)
    refused = not isinstance(case.once, str)
    for tool in case.tools:
        scene.server.script(Fault(name, tool=tool, nth=_nth(case, tool), times=1 if refused else None, **options))
        _run_that_fails(scene, case, case.always, caplog)
    passing = [] if refused else [Fault(name, tool=tool, nth=_nth(case, tool), **options) for tool in case.tools]
    scene.server.script(*passing)
    before, said = len(scene.server.seen), list[str]()
    refresh_at(scene.project, scene.server, NEXT, said, **case.settings)
    met = {(seen.tool, seen.fault) for seen in scene.server.seen[before:] if seen.fault}
    assert met == {(fault.tool, name) for fault in passing}
    _all_right(scene)
    check_secrets(scene.project.root, [*said, caplog.text])
    assert scene.server.strayed == []


@pytest.mark.parametrize(("name", "how"), BEARABLE)
def test_a_fault_that_is_no_failure_ends_with_the_right_records(
    name: str, how: str, scene: Scene, caplog: pytest.LogCaptureFixture
) -> None:
    """The records come, though strangely: or their absence is explained, and mended when they come again."""
    case, said = CASES[name], list[str]()
    outcome = case.once if how == "once" else case.always
    times = 1 if how == "once" else None
    scene.server.script(*(Fault(name, tool=tool, times=times, **case.options) for tool in case.tools))
    refresh_at(scene.project, scene.server, NEXT, said)
    struck = [seen for seen in scene.server.seen if seen.fault == name]
    assert bool(struck) == (name != "expired-history")  # nothing is ever kept in PubMed's history
    assert not any("WebEnv" in seen.params for seen in scene.server.seen)
    SPECIAL[outcome](scene)
    check_secrets(scene.project.root, [*said, caplog.text])
    if outcome != AGAIN:
        scene.server.script()
        refresh_at(scene.project, scene.server, LATER)
        check_records(scene.project, scene.store)
        row = _row(scene, STRANGE)
        assert (row["presence"], row["merged_into"], row["version"]) == ("in-query", "", "1")


def test_a_record_that_comes_with_every_answer_is_none_into_which_another_was_merged(scene: Scene) -> None:
    scene.server.script(Fault("extra-record", tool="efetch", times=None))
    try:
        refresh_at(scene.project, scene.server, NEXT)
    except RefreshError:
        return
    assert _row(scene, "90000020")["merged_into"] == ""


def _options(name: str, folder: Path) -> dict[str, Any]:
    """Return the options of a fault; an external entity names a file that can be read."""
    if name != "external-entity":
        return CASES[name].options
    (folder / "outside.txt").write_text(OUTSIDE)
    return {"system": (folder / "outside.txt").as_uri()}


def _nth(case: Case, tool: str) -> int:
    """Return which request is struck: where there are several, the second, when part of the work is done."""
    return 1 if tool == "einfo" else case.nth


def _run_that_fails(
    scene: Scene, case: Case, outcome: tuple[type[EvidenceError], str], caplog: pytest.LogCaptureFixture
) -> None:
    """Run, and see that the error names the trouble and nothing has moved."""
    before, said = files_of(scene.project), list[str]()
    settings = case.settings | ({"tries": 1} if case.settings else {})  # one wait is enough where a try is a wait
    with pytest.raises(EvidenceError) as caught:
        refresh_at(scene.project, scene.server, NEXT, said, **settings)
    kind, words = outcome
    assert isinstance(caught.value, kind), repr(caught.value)
    assert re.search(words, str(caught.value)), str(caught.value)
    assert files_of(scene.project) == before
    assert pending(scene.project) is None
    assert Archive(scene.project.raw).verify() == ()
    assert OUTSIDE not in str(caught.value) + "".join(said)
    check_secrets(scene.project.root, [*said, caplog.text], caught.value)


def _all_right(scene: Scene) -> None:
    """What stands is what the records say, and what a run without faults makes of them."""
    check_records(scene.project, scene.store)
    assert tables_of(scene.project) == scene.right


def _row(scene: Scene, pmid: str) -> dict[str, str]:
    (row,) = (row for row in tables_of(scene.project)["records"] if row["pmid"] == pmid)
    return row


def _others_right(scene: Scene, *pmids: str) -> None:
    """All but some records are as they should be."""
    check_records(scene.project, scene.store, but=frozenset(pmids))
    tables = tables_of(scene.project)
    for name in ("records", "record_events"):
        rest = [row for row in tables[name] if row["pmid"] not in pmids]
        assert rest == [row for row in scene.right[name] if row["pmid"] not in pmids]


def _newer(scene: Scene) -> None:
    """Of two versions the newer one stands: the title of the older is nowhere."""
    _others_right(scene, STRANGE)
    row = _row(scene, STRANGE)
    assert (row["version"], row["title"]) == ("2", scene.store[STRANGE].title)
    assert row["presence"] == "in-query"


def _absent(scene: Scene) -> None:
    """A new record that never comes is explained, and not invented."""
    _others_right(scene, STRANGE)
    events = [row["event"] for row in tables_of(scene.project)["record_events"] if row["pmid"] == STRANGE]
    stands = [row["presence"] for row in tables_of(scene.project)["records"] if row["pmid"] == STRANGE]
    assert (stands, events) in (([], []), (["absent-once"], ["absent"]), (["absent-once"], ["new", "absent"]))


def _merged(scene: Scene) -> None:
    """The record that answers is noted as the one into which the other was merged."""
    _others_right(scene, STRANGE, practice.MERGED_INTO.pmid)
    assert _row(scene, STRANGE)["merged_into"] == practice.MERGED_INTO.pmid


SPECIAL = {AGAIN: _all_right, "newer": _newer, "absent": _absent, "merged": _merged}
