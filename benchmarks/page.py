"""The page docs/benchmarks.md: its tables, between marks; the text around them is written by hand."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["NAMES", "peers_of", "ratio_of", "show_number", "show_time", "write_page"]

NAMES = ("metafor", "statsmodels", "PyMARE", "PyMetaAnalysis", "pimeta")
MARKS = ("machine", "table", "memory", "notes")
_UNITS = ((1.0, "s"), (1e-3, "ms"), (1e-6, "µs"), (1e-9, "ns"))


def show_number(value: float) -> str:
    """Return a number with two digits, without an exponent where it is of ordinary size."""
    if value == 0 or not math.isfinite(value):
        return f"{value:g}"
    if abs(value) < 1e-3:
        return f"{value:.0e}".replace("e-0", "e−").replace("e-", "e−")
    places = 1 - math.floor(math.log10(abs(float(f"{value:.1e}"))))
    return f"{round(value, places):,.{max(0, places)}f}"


def show_time(seconds: float) -> str:
    """Return a time with its unit."""
    size, unit = next((pair for pair in _UNITS if seconds >= 0.995 * pair[0]), _UNITS[-1])
    return f"{show_number(seconds / size)} {unit}"


def peers_of(job: dict[str, Any], jobs: list[dict[str, Any]]) -> dict[str, dict[str, Any]]:
    """Return the peers with which a job is compared, those of another job where it says so."""
    source = next((other for other in jobs if other["key"] == job["peers_of"]), job)
    return {name: found for name, found in source["contenders"].items() if name != "evidence"}


def ratio_of(peer: dict[str, Any], own: dict[str, Any]) -> float:
    """Return how many times as long a peer takes, by the medians or the fastest calls, whichever says less."""
    return min(float(peer[name] / own[name]) for name in ("median", "fastest"))


def write_page(found: dict[str, Any], path: Path) -> None:
    """Replace what stands between the marks of the page."""
    text = path.read_text(encoding="utf-8")
    parts = {
        "machine": _machine_text(found),
        "table": _table(found),
        "memory": _memory_table(found),
        "notes": _notes(found),
    }
    for name in MARKS:
        begin, end = f"<!-- {name}: begin -->", f"<!-- {name}: end -->"
        before, rest = text.split(begin)
        text = f"{before}{begin}\n{parts[name]}\n{end}{rest.split(end)[1]}"
    path.write_text(text, encoding="utf-8")


def _machine_text(found: dict[str, Any]) -> str:
    machine = dict(found["machine"])
    system, architecture, cores = (machine.pop(name) for name in ("system", "architecture", "cores"))
    blas = machine.pop("BLAS", "")
    if blas and "openblas" not in blas and "mkl" not in blas:
        machine["R"] += " with its reference BLAS"
    versions = " · ".join(f"{name} {number}" for name, number in machine.items())
    absent = f" Not installed, and so not compared: {', '.join(found['absent'])}." if found["absent"] else ""
    return f"{system} on {architecture}, {cores} cores, shared with other work. {versions}.{absent}"


def _shown(found: dict[str, Any]) -> list[str]:
    return [name for name in NAMES if name not in found["absent"]]


def _table(found: dict[str, Any]) -> str:
    names = _shown(found)
    lines = [
        f"| job | evidence | fastest | target | {' | '.join(names)} |",
        f"|---|---:|---:|---:|{'---:|' * len(names)}",
    ]
    for job in found["jobs"]:
        ours = job["contenders"]["evidence"]
        own, fastest = ours["median"], ours["fastest"]
        aim = "" if job["target"] is None else f"{show_time(job['target'])} {'✓' if own <= job['target'] else '✗'}"
        cells = [_cell(peers_of(job, found["jobs"]).get(name), ours) for name in names]
        lines.append(f"| {job['name']} | **{show_time(own)}** | {show_time(fastest)} | {aim} | {' | '.join(cells)} |")
    return "\n".join(lines)


def _cell(peer: dict[str, Any] | None, own: dict[str, Any]) -> str:
    if peer is None:
        return "–"
    if "median" not in peer:
        return "fails" if "failed" in peer else "other numbers"
    return f"{show_time(peer['median'])} ({show_number(ratio_of(peer, own))} ×)"


def _memory_table(found: dict[str, Any]) -> str:
    names = ["evidence", *_shown(found)]
    lines = [f"| studies | {' | '.join(names)} |", f"|---:|{'---:|' * len(names)}"]
    for row in found["memory"]:
        cells = [f"{row['bytes'][name] / row['studies']:,.0f} bytes" if name in row["bytes"] else "–" for name in names]
        lines.append(f"| {row['studies']:,} | {' | '.join(cells)} |")
    return "\n".join(lines)


def _notes(found: dict[str, Any]) -> str:
    names = _shown(found)
    lines = ["| job | peer | largest difference | what it leaves out, or does otherwise |", "|---|---|---:|---|"]
    for job in found["jobs"]:
        for name in names:
            peer = job["contenders"].get(name)
            if peer is not None and "failed" in peer:
                lines.append(f"| {job['name']} | {name} | – | fails: {peer['failed']} |")
            elif peer is not None:
                failed = f"{peer['absent']} of {peer['compared'] + peer['absent']} numbers not found"
                said = [peer["note"], failed if peer["absent"] else ""]
                gap = show_number(peer["worst"]) + ("" if peer["same"] else f" ({peer['where']})")
                lines.append(f"| {job['name']} | {name} | {gap} | {'; '.join(part for part in said if part)} |")
            elif name in job["not_done"]:
                lines.append(f"| {job['name']} | {name} | – | {job['not_done'][name]} |")
    return "\n".join(lines)
