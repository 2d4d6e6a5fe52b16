"""Run the notebooks as a browser would: with what Pyodide lacks taken away, on the versions that it brings.

Run by ``.ci/pyodide`` with the Python of an environment made from requirements/browser.txt; each notebook in a process of
its own. What is taken away was tried in Pyodide: threads and processes cannot be started, sockets cannot be opened, one
processor is seen, and a few modules of the standard library are not there.
"""

from __future__ import annotations

import argparse
import contextlib
import io
import os
import runpy
import socket
import subprocess
import sys
import threading
import time
import traceback
import warnings
from concurrent.futures import ProcessPoolExecutor
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

if TYPE_CHECKING:
    from collections.abc import Callable

NOTEBOOKS = Path(__file__).resolve().parents[1]
_BUILT_FOR_IT = (
    "Bio.Entrez",
    "IPython.display",
    "lxml.etree",
    "matplotlib.pyplot",
    "pandas",
    "scipy.stats",
    "seaborn",
    "statsmodels.api",
)
_ABSENT = ("curses", "grp", "pwd", "readline", "resource")


def main() -> int:
    """Run the notebooks named, or all; print one line for each, and return how many failed."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("numbers", nargs="*", help="which notebooks, as in 05 07 (all)")
    wanted = tuple(parser.parse_args().numbers) or ("",)
    scripts = [path for path in sorted(NOTEBOOKS.glob("[0-9]*.py")) if path.name.startswith(wanted)]
    if not scripts:
        print(f"No notebook begins with {' or '.join(wanted)}.")
        return 1
    failed = 0
    with ProcessPoolExecutor(max_workers=2, max_tasks_per_child=1) as pool:
        for path, (seconds, fault) in zip(scripts, pool.map(run, scripts), strict=True):
            failed += bool(fault)
            print(
                f"{path.stem:45} {'FAILED' if fault else 'runs':6} {seconds:6.1f} s", fault, sep="\n" if fault else ""
            )
    return failed


def run(script: Path) -> tuple[float, str]:
    """Run one notebook; return the seconds it took and what went wrong."""
    os.chdir(NOTEBOOKS)
    os.environ["MPLBACKEND"] = "Agg"
    sys.path.insert(0, str(NOTEBOOKS))
    import_heavy_libraries()
    become_a_browser()
    started = time.perf_counter()
    printed = io.StringIO()
    try:
        with warnings.catch_warnings(), contextlib.redirect_stdout(printed), contextlib.redirect_stderr(printed):
            warnings.simplefilter("error", FutureWarning)
            runpy.run_path(str(script), init_globals={"display": lambda *_: None})
    except BaseException:  # a notebook may even end the interpreter; its colleagues still have their turn
        return time.perf_counter() - started, f"{printed.getvalue()[-2000:]}\n{traceback.format_exc()}"
    return time.perf_counter() - started, ""


def import_heavy_libraries() -> None:
    """Import what in Pyodide is built for it: the code of these libraries for other systems is not in question."""
    for name in _BUILT_FOR_IT:
        import_module(name)


def become_a_browser() -> None:
    """Take away what Pyodide lacks, for the rest of this process."""

    def refuse(error: Exception) -> Callable[..., NoReturn]:
        def refused(*_: object, **__: object) -> NoReturn:
            raise error

        return refused

    threading.Thread.start = refuse(RuntimeError("can't start new thread"))
    subprocess.Popen.__init__ = refuse(OSError("emscripten does not support processes."))
    socket.socket.__init__ = refuse(OSError("there are no sockets in a browser"))
    os.fork = refuse(OSError("Function not implemented"))
    os.cpu_count = lambda: 1
    for name in _ABSENT:
        sys.modules[name] = None
    sys.platform = "emscripten"


if __name__ == "__main__":
    sys.exit(main())
