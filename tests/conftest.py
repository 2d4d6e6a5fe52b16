"""What all tests share: no network but loopback, a drawing backend without a screen, few examples by default."""

from __future__ import annotations

import gc
import importlib.util
import os
import pickle
import shutil
import signal
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import pytest
from filelock import FileLock
from hypothesis import HealthCheck, settings

if TYPE_CHECKING:
    from collections.abc import Callable, Generator

    from evidence.build import BuildResult

ROOT = Path(__file__).resolve().parent.parent
GUARD = Path(__file__).resolve().parent / "guard"

_spec = importlib.util.spec_from_file_location("_loopback_guard", GUARD / "sitecustomize.py")
assert _spec is not None
assert _spec.loader is not None
_spec.loader.exec_module(importlib.util.module_from_spec(_spec))

os.environ["PYTHONPATH"] = os.pathsep.join([str(GUARD), *filter(None, [os.environ.get("PYTHONPATH")])])
os.environ["MPLBACKEND"] = "agg"
# Commands that tests start are many, and need not be compiled each time.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
os.environ.setdefault("JUPYTER_PLATFORM_DIRS", "1")
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    # A shell that runs the tests in the background has it ignored, and the commands that tests interrupt inherit that.
    signal.signal(signal.SIGINT, signal.default_int_handler)

settings.register_profile("default", deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("default")


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Generator[None, object, object]:
    """Collect thousands of tests without looking for garbage among them again and again: half the time.

    They all stay until the end; afterwards, too, it is looked for seldom.
    """
    gc.disable()
    try:
        return (yield)
    finally:
        gc.set_threshold(50_000, 20, 50)
        gc.enable()


@pytest.fixture(scope="session")
def root() -> Path:
    """Return the project's folder."""
    return ROOT


@pytest.fixture(scope="session")
def once(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Callable[[str, Callable[[Path], Path]], Path]:
    """Return a function that fills a folder once for all workers, and gives it to each, to read or to copy."""
    shared = tmp_path_factory.getbasetemp() if worker_id == "master" else tmp_path_factory.getbasetemp().parent

    def folder(name: str, fill: Callable[[Path], Path]) -> Path:
        root, done = shared / f"once-{name}", shared / f"once-{name}.done"
        with FileLock(f"{root}.lock"):
            if not done.is_file():
                shutil.rmtree(root, ignore_errors=True)  # of a worker that died over it
                root.mkdir()
                done.write_text(str(fill(root)), encoding="utf-8")
        return Path(done.read_text(encoding="utf-8"))

    return folder


class Built(NamedTuple):
    """A review that was built from nothing: its folder, what the build returned, and the progress that it told."""

    root: Path
    result: BuildResult
    progress: list[tuple[str, int, int]]


def _built(once: Callable[[str, Callable[[Path], Path]], Path], name: str, review: Path) -> Built:
    """Build a review, of which only tables and protocol are taken, once for all workers."""

    def fill(folder: Path) -> Path:
        from evidence.build import build
        from evidence.project import Project

        shutil.copytree(review / "data" / "processed", folder / "data" / "processed")
        shutil.copy(review / "protocol.toml", folder / "protocol.toml")
        (folder / "docs").mkdir()
        seen: list[tuple[str, int, int]] = []
        result = build(Project(root=folder), progress=lambda what, done, total: seen.append((what, done, total)))
        folder.with_suffix(".told").write_bytes(pickle.dumps((result, seen)))
        return folder

    folder = once(name, fill)
    return Built(folder, *pickle.loads(folder.with_suffix(".told").read_bytes()))


@pytest.fixture(scope="session")
def built_review(once) -> Built:
    """Return this review, built once for all tests: copy it before you change it."""
    return _built(once, "review", ROOT)


@pytest.fixture(scope="session")
def built_example(once) -> Built:
    """Return the example review, built once for all tests: copy it before you change it."""
    return _built(once, "example", ROOT / "examples" / "bcg-vaccine")
