"""How fast this package is beside its peers: the same data, the same model, side by side in one run.

::

    python benchmarks/speed.py                      measure and print
    python benchmarks/speed.py --quick              fewer and shorter rounds
    python benchmarks/speed.py --only many          jobs whose key begins so
    python benchmarks/speed.py --json out.json      also write all numbers
    python benchmarks/speed.py --write-docs         also write docs/benchmarks.md and docs/benchmarks.svg
    python benchmarks/speed.py --from out.json …    take an earlier run; measure again only what --only names

Peers are metafor (in one R process that answers requests and measures its own time), statsmodels, PyMARE,
PyMetaAnalysis and pimeta; those that are not installed are named and left out. Before anything is timed each must give
the numbers that this package gives. Linear algebra has one thread in every package: with more, and another program on
the machine, a sum over 100,000 numbers may wait a thousand times as long as it takes.
"""

from __future__ import annotations

import argparse
import importlib
import json
import os
import platform
import tempfile
import tracemalloc
import warnings
from dataclasses import asdict
from functools import partial
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any

import threads  # noqa: F401 - before numpy
import with_evidence
import with_metafor
from agreement import compare_numbers
from jobs import JOBS, MEMORY_JOBS, Job
from page import ratio_of, show_number, show_time, write_page
from r_worker import start_metafor
from timing import Pace, repeated, time_rounds
from workloads import load_workloads, write_workloads

if TYPE_CHECKING:
    from collections.abc import Callable

    from agreement import Agreement
    from contender import Contender
    from r_worker import Metafor
    from workloads import Workloads

PEERS = {
    "statsmodels": "with_statsmodels",
    "PyMARE": "with_pymare",
    "PyMetaAnalysis": "with_pymetaanalysis",
    "pimeta": "with_pimeta",
}
OURS = "evidence"


def main() -> None:
    """Measure, print and write."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--json", type=Path, metavar="FILE")
    parser.add_argument("--from", type=Path, metavar="FILE", dest="source")
    parser.add_argument("--only", nargs="+", default=[], metavar="KEY")
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--write-docs", action="store_true")
    options = parser.parse_args()
    pace = Pace(rounds=3, least=0.01, patience=2.0) if options.quick else Pace()
    if options.source is None:
        found = measure(tuple(options.only or [""]), pace)
    else:
        found = json.loads(options.source.read_text(encoding="utf-8"))
        if options.only:
            again = {job["key"]: job for job in measure(tuple(options.only), pace)["jobs"]}
            found["jobs"] = [again.get(job["key"], job) for job in found["jobs"]]
    if options.json is not None:
        options.json.write_text(json.dumps(found, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    if options.write_docs:
        from figure import write_figure

        docs = Path(__file__).resolve().parent.parent / "docs"
        write_page(found, docs / "benchmarks.md")
        write_figure(found, docs / "benchmarks.svg")


def measure(only: tuple[str, ...], pace: Pace) -> dict[str, Any]:
    """Check and time every job whose key begins with one of `only`."""
    work = load_workloads()
    with tempfile.TemporaryDirectory() as folder:
        write_workloads(work, Path(folder))
        metafor = start_metafor(Path(folder))
        try:
            return _measure(work, metafor, only, pace)
        finally:
            if metafor is not None:
                metafor.stop()


def _measure(work: Workloads, metafor: Metafor | None, only: tuple[str, ...], pace: Pace) -> dict[str, Any]:
    ours = with_evidence.contenders(work)
    peers, absent, versions = _load_peers(work)
    if metafor is None:
        absent.append("metafor")
    else:
        versions = {**metafor.versions, **versions}
    not_done = {"metafor": with_metafor.NOT_DONE} if metafor is not None else {}
    not_done |= {name: importlib.import_module(PEERS[name]).NOT_DONE for name in peers}
    print("not installed: " + ", ".join(absent) if absent else "all peers are installed")
    jobs, memory = [], []
    for job in JOBS:
        if not job.key.startswith(only):
            continue
        if job.key not in ours:
            print(f"\n{job.name}: not in this version")
            continue
        mine = {name: found[job.key] for name, found in peers.items() if job.key in found}
        results = _one_job(job, ours[job.key], mine, metafor, pace)
        refused = {name: said[job.key] for name, said in not_done.items() if job.key in said}
        jobs.append({**asdict(job), "contenders": results, "not_done": refused})
        if job.key in MEMORY_JOBS:
            studies = len(getattr(work, job.key))
            memory.append({"studies": studies, "bytes": _memory(job, ours[job.key], mine, metafor, results)})
    return {"machine": _machine(versions), "absent": absent, "jobs": jobs, "memory": memory}


def _load_peers(work: Workloads) -> tuple[dict[str, dict[str, Contender]], list[str], dict[str, str]]:
    """Return the contenders of the Python peers, the names of those not installed, and versions."""
    peers, absent = {}, []
    versions = {name: version(name) for name in ("numpy", "scipy", "pandas")}
    for name, module in PEERS.items():
        try:
            peers[name] = importlib.import_module(module).contenders(work)
        except ImportError:
            absent.append(name)
        else:
            versions[name] = version(name)
    try:
        versions["numba"] = version("numba")
    except importlib.metadata.PackageNotFoundError:
        absent.append("numba")
    return peers, absent, versions


def _one_job(
    job: Job, own: Contender, peers: dict[str, Contender], metafor: Metafor | None, pace: Pace
) -> dict[str, dict[str, Any]]:
    """Check the contenders of a job, then time those that agree."""
    print(f"\n{job.name}")
    reference = own.numbers()
    candidates: dict[str, tuple[Callable[[], Any], Callable[[int], tuple[float, float]], float, str]] = {
        name: (peer.numbers, repeated(peer.call), peer.scale, peer.note) for name, peer in peers.items()
    }
    if metafor is not None and metafor.has(job.key):
        said = with_metafor.SCALES.get(job.key, with_metafor.Scaled())
        asked = partial(metafor.numbers, job.key)
        candidates = {"metafor": (asked, metafor.run(job.key), said.scale, said.note), **candidates}
    results: dict[str, dict[str, Any]] = {}
    runs, scales = {OURS: repeated(own.call)}, {OURS: own.scale}
    for name, (numbers, run, scale, note) in candidates.items():
        try:
            agreement = compare_numbers(reference, numbers())
        except Exception as error:
            results[name] = {"failed": f"{type(error).__name__}: {error}", "note": note}
            print(f"  {name:<15} FAILS: {error}")
            continue
        results[name] = {**asdict(agreement), "same": agreement.same, "note": note}
        _print_agreement(name, agreement)
        if agreement.same:
            runs[name], scales[name] = run, scale
    samples = time_rounds(runs, pace)
    for name, sample in samples.items():
        times = {key: value for key, value in asdict(sample).items() if key in ("median", "fastest")}
        scaled = {key: value * scales[name] for key, value in times.items()}
        results.setdefault(name, {"note": own.note}).update(scaled, samples=sample.samples, calls=sample.calls)
        ratio = ratio_of(results[name], results[OURS])
        aim = f"   target {show_time(job.target)}" if name == OURS and job.target else ""
        print(
            f"  {name:<15} {show_time(scaled['median']):>9}   fastest {show_time(scaled['fastest']):>9}"
            f"   {show_number(ratio):>7} ×{aim}"
        )
    return results


def _print_agreement(name: str, agreement: Agreement) -> None:
    verdict = "agrees" if agreement.same else "OTHER NUMBERS, not timed"
    where = f" ({agreement.where})" if agreement.where else ""
    absent = f"; {agreement.absent} not found" if agreement.absent else ""
    print(f"  {name:<15} {verdict}: {agreement.compared} numbers within {show_number(agreement.worst)}{where}{absent}")


def _memory(
    job: Job,
    own: Contender,
    peers: dict[str, Contender],
    metafor: Metafor | None,
    results: dict[str, dict[str, Any]],
) -> dict[str, float]:
    """Return the bytes that one call holds at most, for all that were timed."""
    found = {OURS: _peak(own.call)}
    if metafor is not None and "median" in results.get("metafor", {}):
        found["metafor"] = metafor.peak(job.key)
    found.update({name: _peak(peer.call) for name, peer in peers.items() if "median" in results[name]})
    for name, held in found.items():
        print(f"  {name:<15} holds {held / 1e6:,.1f} MB at most")
    return found


def _peak(call: Callable[[], object]) -> float:
    tracemalloc.start()
    try:
        call()
        return float(tracemalloc.get_traced_memory()[1])
    finally:
        tracemalloc.stop()


def _machine(versions: dict[str, str]) -> dict[str, Any]:
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    return {
        "system": platform.system(),
        "architecture": platform.machine(),
        "cores": cores,
        "Python": platform.python_version(),
        **versions,
    }


if __name__ == "__main__":
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        main()
