"""The whole base as one archive: tables, protocol, results, descriptor, checksums, how to cite it."""

from __future__ import annotations

import hashlib
import io
import json
import re
import zipfile
from typing import TYPE_CHECKING, Any

from ..errors import ProjectError
from ..fingerprint import STATE_FILE, bytes_hash, inputs_hash, read_state
from ..living.version import version_in
from ..tables.datapackage import datapackage

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ..base import EvidenceBase

__all__ = ["package_bytes"]

_EPOCH = (1980, 1, 1, 0, 0, 0)  # the first day that a zip archive can name; the same content gives the same bytes
_RESULTS = ("effects", "pooled", "not_pooled", "exclusions", "sensitivity")
_LICENCE_FILES = ("LICENSE", "LICENSE-data")
_CFF = "CITATION.cff"
_SPDX = re.compile(r"[A-Za-z][A-Za-z0-9.-]*[A-Za-z0-9]")  # citation files know licences by such ids and by nothing else


def package_bytes(base: EvidenceBase) -> bytes:
    """Return a zip archive that stands alone, ready to be deposited as at Zenodo.

    It holds ``datapackage.json`` (Frictionless, with the size and SHA-256 of each file), the curated tables under
    ``data/``, the protocol, what the last build computed under ``results/``, the licences, ``CITATION.cff``, a short
    ``README.md`` and ``SHA256SUMS``, which ``sha256sum -c`` checks. The same base gives the same bytes.

    Parameters
    ----------
    base : EvidenceBase
        The evidence base; its project's files are packed as they are on disk.

    Raises
    ------
    ProjectError
        If the results are missing, older than the tables, or not as the build wrote them: an archive must not hold
        numbers of another base.

    References
    ----------
    Data Package (v1), https://specs.frictionlessdata.io/data-package/; Citation File Format,
    doi:10.5281/zenodo.1003149
    """
    files = _files(base)
    files["datapackage.json"] = _descriptor(base, files)
    files["README.md"] = _readme(base, files)
    sums = "".join(f"{hashlib.sha256(files[name]).hexdigest()}  {name}\n" for name in sorted(files))
    files["SHA256SUMS"] = sums.encode()
    return _zipped(files)


def _files(base: EvidenceBase) -> dict[str, bytes]:
    """Return what the project holds already: name in the archive → content."""
    project = base.project
    missing = [name for name in _RESULTS if not (project.results / f"{name}.csv").is_file()]
    if missing:
        raise ProjectError(
            f"{project.results} lacks {', '.join(f'{name}.csv' for name in missing)}; run `evidence build` first"
        )
    state = read_state(project.results / STATE_FILE)
    if state.inputs != inputs_hash(project):
        raise ProjectError(f"{project.results} was not built from the tables as they are; run `evidence build` first")
    files = {f"data/{name}.csv": (project.processed / f"{name}.csv").read_bytes() for name in base.protocol.tables}
    files |= {f"results/{name}.csv": (project.results / f"{name}.csv").read_bytes() for name in _RESULTS}
    left = {project.root / name: told for name, told in state.outputs.items()}
    changed = [
        name
        for name in _RESULTS
        if left.get(project.results / f"{name}.csv") != bytes_hash(files[f"results/{name}.csv"])
    ]
    if changed:
        raise ProjectError(
            f"{project.results}: {', '.join(f'{name}.csv' for name in changed)} is not as the last build wrote it; run "
            "`evidence build` again"
        )
    files["protocol.toml"] = project.protocol.read_bytes()
    for name in (*_LICENCE_FILES, _CFF):
        if (project.root / name).is_file():
            files[name] = (project.root / name).read_bytes()
    files.setdefault(_CFF, _citation(base))
    return files


def _descriptor(base: EvidenceBase, files: Mapping[str, bytes]) -> bytes:
    """Return the tables' descriptor with paths, sizes and checksums, and the other files as resources."""
    review = base.protocol.review
    described: dict[str, Any] = datapackage(
        name=review.id,
        title=review.title,
        description=review.question,
        licence=review.licence,
        tables=base.protocol.tables,
    )
    described["profile"] = "data-package"  # not every file in it is a table
    described["sources"] = [{**source, "path": f"data/{source['path']}"} for source in described["sources"]]
    if version := version_in(base.project):
        described["version"] = version
    for resource in described["resources"]:
        resource["path"] = f"data/{resource['path']}"
    for name in (*(f"results/{name}.csv" for name in _RESULTS), "protocol.toml"):
        described["resources"].append(_plain(name))
    for resource in described["resources"]:
        content = files[resource["path"]]
        resource["bytes"] = len(content)
        resource["hash"] = f"sha256:{hashlib.sha256(content).hexdigest()}"
    return (json.dumps(described, ensure_ascii=False, indent=2) + "\n").encode()


def _plain(path: str) -> dict[str, Any]:
    stem, _, suffix = path.rpartition("/")[2].rpartition(".")
    kinds = {"csv": "text/csv", "toml": "application/toml"}
    told = {"protocol": "The question as data: comparisons, outcomes, syntheses, claims"}
    name = f"results-{stem.replace('_', '-')}" if path.startswith("results/") else stem
    return {
        "name": name,
        "title": told.get(stem, f"Computed by the last build: {stem.replace('_', ' ')}"),
        "path": path,
        "format": suffix,
        "mediatype": kinds[suffix],
        "encoding": "utf-8",
    }


def _citation(base: EvidenceBase) -> bytes:
    """Return a citation file for a review that has none of its own; nobody is named whom the base does not name."""
    review = base.protocol.review
    lines = [
        "cff-version: 1.2.0",
        "message: If you use this evidence base, please cite it, and the trials themselves.",
        f"title: {json.dumps(review.title, ensure_ascii=False)}",
        "type: dataset",
        "authors:",
        f"  - name: {json.dumps(f'The contributors to {review.title}', ensure_ascii=False)}",
    ]
    if version := version_in(base.project):
        lines.insert(3, f"version: {json.dumps(version)}")
    if _SPDX.fullmatch(review.licence):
        lines.append(f"license: {review.licence}")
    return ("\n".join(lines) + "\n").encode()


def _readme(base: EvidenceBase, files: Mapping[str, bytes]) -> bytes:
    review, version = base.protocol.review, version_in(base.project)
    counts = f"{len(base.tables['studies'])} studies, {len(base.protocol.syntheses)} syntheses."
    lines = [
        f"# {review.title}",
        "",
        review.question,
        "",
        f"Version {version}: {counts}" if version else counts,
        *([review.caveat] if review.caveat else []),
        "",
        "- `data/`: what trials report, one row per fact; `datapackage.json` says what each column means.",
        "- `results/`: everything computed from it.",
        "- `protocol.toml`: the question as data. `evidence build` computes the results again from it and `data/`.",
        "- `CITATION.cff`: how to cite this. `SHA256SUMS`: `sha256sum -c SHA256SUMS` checks every file.",
        *(f"- `{name}`: licence." for name in _LICENCE_FILES if name in files),
    ]
    return ("\n".join(lines) + "\n").encode()


def _zipped(files: Mapping[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", compression=zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for name in sorted(files):
            entry = zipfile.ZipInfo(name, date_time=_EPOCH)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.create_system, entry.external_attr = 3, 0o644 << 16
            archive.writestr(entry, files[name])
    return buffer.getvalue()
