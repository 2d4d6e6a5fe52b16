"""How a refresh behaves towards PubMed: never too fast, never at once again after a 429, long lists by POST.

And what it says of who asks: nothing, to nobody but PubMed. These tests wait in real time, with the server counting.
"""

from __future__ import annotations

import gzip
import os
import subprocess
import sys
import threading
import time
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import pytest
from week_of_trouble import EMAIL, KEY, NEXT, Ready, Scene, check_records, check_secrets, make_ready, set_scene

from evidence import practice
from evidence.fetch.client import Client
from evidence.fetch.redact import Secret
from evidence.fetch.settings import Settings
from evidence.practice import Fault, Server, Store
from evidence.refresh.run import refresh

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

JITTER = 0.1  # seconds by which a loaded machine may hand over a request late, so that the next seems early
COMMAND = [sys.executable, "-c", "from evidence.cli import main; main()"]


@pytest.fixture(scope="module")
def ready(tmp_path_factory: pytest.TempPathFactory) -> Ready:
    return make_ready(tmp_path_factory.mktemp("manners"))


@pytest.fixture
def scene(ready: Ready, tmp_path: Path) -> Iterator[Scene]:
    with set_scene(ready, tmp_path, per_second=3, per_second_with_key=10) as made:
        yield made


def _ordinary(server: Server, **settings: Any) -> Client:
    """Return a client as users have it: real time, and the limits of NCBI."""
    return Client(Settings(base_url=server.url, email=Secret(EMAIL), **settings))


def _gaps(server: Server) -> list[float]:
    return [later.at - earlier.at for earlier, later in pairwise(server.seen)]


def _most_in_a_second(server: Server) -> int:
    times = [seen.at for seen in server.seen]
    return max(sum(first <= at < first + 1 - JITTER for at in times) for first in times)


@pytest.mark.parametrize(("key", "batch", "most"), [("", 20, 3), (KEY, 1, 10)])
def test_requests_keep_their_distance(key: str, batch: int, most: int, scene: Scene) -> None:
    client = _ordinary(scene.server, api_key=Secret(key))
    refresh(scene.project, client, batch_size=batch, clock=lambda: NEXT)
    check_records(scene.project, scene.store)
    assert len(scene.server.seen) > most
    assert {seen.status for seen in scene.server.seen} == {200}
    assert _most_in_a_second(scene.server) <= most
    if not key:
        assert min(_gaps(scene.server)) > 1 / most - JITTER
    assert all(seen.params.get("api_key", "") == key for seen in scene.server.seen)


@pytest.mark.parametrize(("name", "seconds"), [("status-429", 1.0), ("status-429-seconds", 2.0), ("json-error", 1.0)])
def test_after_a_429_there_is_a_pause_and_no_burst(name: str, seconds: float, scene: Scene) -> None:
    scene.server.script(Fault(name, nth=2, seconds=seconds))
    refresh(scene.project, _ordinary(scene.server, api_key=Secret(KEY)), batch_size=50, clock=lambda: NEXT)
    assert [seen.fault for seen in scene.server.seen][:3] == ["", name, ""]
    assert _gaps(scene.server)[1] > seconds - JITTER
    assert _most_in_a_second(scene.server) <= 10


def test_after_a_429_all_threads_of_a_client_pause() -> None:
    with Server(Store(), [Fault("status-429-seconds", nth=3, seconds=1)]) as server:
        client = _ordinary(server, api_key=Secret(KEY))
        threads = [threading.Thread(target=client.info) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert len(server.seen) == 9
        (refused,) = (seen for seen in server.seen if seen.fault)
        after = [seen.at - refused.at for seen in server.seen if seen.at > refused.at]
        # One request may have left before the refusal had come back; all others wait.
        assert sum(since < 1 - JITTER for since in after) <= 1
        assert {seen.status for seen in server.seen} == {200, 429}


def test_long_lists_and_long_queries_are_posted(scene: Scene) -> None:
    for record in practice.make_records(240, seed=5, first=90001000, minimal=True):
        scene.store.add(record)
    client = _ordinary(scene.server, api_key=Secret(KEY))
    refresh(scene.project, client, batch_size=200, full=True, clock=lambda: NEXT)
    methods = {}
    for seen in scene.server.seen:
        length = len(seen.params.get("id", "")) + len(seen.params.get("term", ""))
        methods.setdefault("long" if length > 1000 else "short", set()).add(seen.method)
    assert methods["long"] == {"POST"}
    longest = max(seen.params.get("id", "").count(",") + 1 for seen in scene.server.seen)
    assert longest == 200
    client.search(" OR ".join(f'"comb number {number}"[tiab]' for number in range(60)))
    assert scene.server.seen[-1].method == "POST"


@pytest.mark.parametrize("name", ["", "status-403", "json-error"])
def test_the_command_shows_key_and_email_to_nobody(name: str, ready: Ready, tmp_path: Path) -> None:
    with set_scene(ready, tmp_path) as scene:
        scene.server.script(*([Fault(name, tool="efetch", times=None)] if name else []))
        config = tmp_path / "config.toml"
        config.write_text("[ncbi]\ntries = 2\nbackoff_seconds = 0.1\n")
        environment = {
            **os.environ,
            "HOME": str(tmp_path),
            "TMPDIR": str(tmp_path),
            "NCBI_API_KEY": KEY,
            "NCBI_EMAIL": EMAIL,
            "EVIDENCE_EUTILS_URL": scene.server.url,
            "EVIDENCE_CONFIG": str(config),
        }
        begin = time.monotonic()
        done = subprocess.run(
            [*COMMAND, "refresh", "--project", str(scene.project.root)],
            env=environment,
            cwd=tmp_path,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        assert time.monotonic() - begin < 60
        assert (done.returncode == 0) == (name == ""), done.stderr
        assert {seen.params["api_key"] for seen in scene.server.seen} == {KEY}
        assert {seen.params["email"] for seen in scene.server.seen} == {EMAIL}
        if name:
            assert ("403" if name == "status-403" else "API rate limit exceeded") in done.stderr
        check_secrets(tmp_path, [done.stdout, done.stderr])


def _planted_error() -> BaseException:
    error = ValueError("nothing to see")
    error.__context__ = OSError("behind it")
    error.__context__.filename = f"http://127.0.0.1/?api_key={KEY}"
    return error


PLANTED: dict[str, Callable[[Path], tuple[list[str], BaseException | None]]] = {
    "a text": lambda folder: ([f"asked with {KEY}"], None),
    "an address": lambda folder: (["email=secret.reader%40example.org"], None),
    "a file": lambda folder: ((folder / "log.txt").write_text(EMAIL) and [], None),
    "a compressed file": lambda folder: ((folder / "a.gz").write_bytes(gzip.compress(KEY.encode())) and [], None),
    "an error behind an error": lambda folder: ([], _planted_error()),
}


@pytest.mark.parametrize("place", PLANTED)
def test_what_looks_for_secrets_finds_them(place: str, tmp_path: Path) -> None:
    texts, error = PLANTED[place](tmp_path)
    with pytest.raises(AssertionError):
        check_secrets(tmp_path, texts or [], error)
