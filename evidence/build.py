"""The main job: check → contrasts → effects → pool → results, figures and report, redoing only what changed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from .base import load
from .curate import open_notices
from .fingerprint import STATE_FILE, bytes_hash, code_hash, inputs_hash, read_state, write_state
from .living.log import write_log_page
from .report.console import SummaryRow, summary_rows
from .tables.datapackage import write_datapackage
from .tables.dictionary import write_dictionary

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from .answers import Answer
    from .base import EvidenceBase
    from .project import Project

__all__ = ["BuildResult", "Progress", "build"]

Progress = Callable[[str, int, int], None]
_FRAMES = ("effects", "pooled", "not_pooled", "exclusions", "sensitivity")


@dataclass(frozen=True, slots=True, kw_only=True)
class BuildResult:
    """What a build did.

    Attributes
    ----------
    project : Project
        The project built.
    unchanged : bool
        Whether everything was up to date already.
    written : tuple of Path
        The files that were written; those with the same content as before are not touched.
    summary : tuple of SummaryRow
        One row per synthesis, for the table that is printed.
    report : Path
        The report's first page.
    new_findings : int
        How many findings of the integrity checks were not known before.
    notices : tuple of str
        Retractions, concerns and corrections of trials of the base on which nobody has decided.
    """

    project: Project
    unchanged: bool
    written: tuple[Path, ...]
    summary: tuple[SummaryRow, ...]
    report: Path
    new_findings: int = 0
    notices: tuple[str, ...] = ()


def build(project: Project, *, force: bool = False, progress: Progress | None = None) -> BuildResult:
    """Check the evidence base and compute everything that follows from it.

    Parameters
    ----------
    project : Project
        Its protocol and tables are read; its ``results`` are written.
    force : bool
        Whether to compute even if nothing changed.
    progress : callable, optional
        Called with (what is being done, how many are done, how many there are).

    Raises
    ------
    ProtocolError, TableError
        With every fault; then nothing is written.
    """
    report = project.results / "report" / "index.html"
    inputs = inputs_hash(project)
    state = read_state(project.results / STATE_FILE)
    if not force and state.inputs == inputs and state.outputs_stand(project.root):
        rows = tuple(SummaryRow(**row) for row in state.summary)
        notices = tuple(state.notices)
        return BuildResult(project=project, unchanged=True, written=(), summary=rows, report=report, notices=notices)
    tell = progress or (lambda what, done, total: None)
    tell("checking tables", 0, 1)
    writer = _Writer(root=project.root)
    base, fresh = _with_findings(project, load(project.root), writer, tell)
    answers = _answers(base, tell)
    _write_frames(project, answers, writer)
    figures = _write_figures(project, base, answers, writer, state.figures, tell)
    tell("writing the report", 0, 1)
    _write_report(project, base, answers, writer)
    _remove_strays(project, state.outputs, writer)
    _write_documents(project, base, writer)
    rows = tuple(summary_rows(answers))
    # The table of findings is read and written: what the next build will read is what stands there now.
    inputs = inputs_hash(project)
    notices = tuple(str(notice) for notice in open_notices(base.tables))
    write_state(
        project.results / STATE_FILE,
        inputs=inputs,
        outputs=writer.hashes,
        figures=figures,
        summary=rows,
        notices=notices,
    )
    return BuildResult(
        project=project,
        unchanged=False,
        written=tuple(writer.written),
        summary=rows,
        report=report,
        new_findings=fresh,
        notices=notices,
    )


class _Writer:
    """Writes files whose content changed, and remembers the hash of each."""

    def __init__(self, *, root: Path) -> None:
        self.root = root
        self.hashes: dict[str, str] = {}
        self.written: list[Path] = []

    def write(self, path: Path, content: bytes) -> None:
        from .tables.io import write_bytes

        if not path.is_file() or path.read_bytes() != content:
            write_bytes(path, content)
            self.written.append(path)
        self.note(path, content)

    def note(self, path: Path, content: bytes | None = None) -> None:
        name = path.relative_to(self.root).as_posix()
        self.hashes[name] = bytes_hash(path.read_bytes() if content is None else content)


def _with_findings(project: Project, base: EvidenceBase, writer: _Writer, tell: Progress) -> tuple[EvidenceBase, int]:
    """Bring the table of findings up to date; answers are kept. Return the base with it, and how many are new."""
    from .curate.integrity import all_checks, merge_findings, new_findings
    from .tables.io import format_table

    names = list(all_checks())
    report = base.integrity(progress=lambda name: tell(f"checking {name}", names.index(name), len(names)))
    old = base.tables["findings"]
    table = merge_findings(old, report)
    writer.write(project.processed / "findings.csv", format_table(table, "findings"))
    return replace(base, tables={**base.tables, "findings": table}), len(new_findings(old, report))


def _answers(base: EvidenceBase, tell: Progress) -> dict[str, Answer]:
    names = list(base.protocol.syntheses)
    return base.answers(progress=lambda name: tell(f"pooling {name}", names.index(name), len(names)))


def _write_frames(project: Project, answers: dict[str, Answer], writer: _Writer) -> None:
    from .report import tables

    for name in _FRAMES:
        frame = getattr(tables, f"{name}_frame")(answers)
        writer.write(project.results / f"{name}.csv", tables.format_frame(frame))


def _write_figures(
    project: Project,
    base: EvidenceBase,
    answers: dict[str, Answer],
    writer: _Writer,
    before: dict[str, str],
    tell: Progress,
) -> dict[str, str]:
    """Draw the figure of each synthesis whose content changed; return the hash of what each shows."""
    from .report.site import drawn_files, drawn_suffixes, file_name

    drawn_by = code_hash(("plot",))
    hashes: dict[str, str] = {}
    folder = project.results / "report" / "syntheses"
    for done, (name, answer) in enumerate(answers.items()):
        tell(f"drawing {name}", done, len(answers))
        data, suffixes = answer.shown.forest_data(), drawn_suffixes(answer.shown)
        hashes[name] = bytes_hash(f"{drawn_by}{suffixes}{data!r}".encode())
        paths = {suffix: folder / f"{file_name(name)}{suffix}" for suffix in suffixes}
        if before.get(name) == hashes[name] and all(path.is_file() for path in paths.values()):
            for path in paths.values():
                writer.note(path)
        else:
            for suffix, content in drawn_files(data, suffixes):
                writer.write(paths[suffix], content)
        if name == base.protocol.review.headline:
            # The README shows it, also while no trial has entered and there is nothing for the report to draw.
            content = paths[".svg"].read_bytes() if suffixes else dict(drawn_files(data, (".svg",)))[".svg"]
            writer.write(project.results / "headline.svg", content)
    return hashes


def _write_report(project: Project, base: EvidenceBase, answers: dict[str, Answer], writer: _Writer) -> None:
    from .report.claims import judge_claims
    from .report.site import drawn_suffixes, write_site

    folder = project.results / "report"
    figures = {name: drawn_suffixes(answer.shown) for name, answer in answers.items()}
    for name, content in write_site(base, answers, judge_claims(base, answers), figures).items():
        writer.write(folder / name, content)


def _remove_strays(project: Project, before: Iterable[str], writer: _Writer) -> None:
    """Remove figures and pages that the last build wrote and this one did not; what people put there stays."""
    folders = [(project.results / name).relative_to(project.root).as_posix() for name in ("figures", "report")]
    for name in sorted(set(before) - set(writer.hashes)):
        if name.startswith(tuple(f"{folder}/" for folder in folders)) and ".." not in name.split("/"):
            (project.root / name).unlink(missing_ok=True)


def _write_documents(project: Project, base: EvidenceBase, writer: _Writer) -> None:
    """Write what schema and log say of themselves: the package descriptor, the change log's page, the dictionary."""
    review = base.protocol.review
    write_datapackage(
        project.processed,
        name=review.id,
        title=review.title,
        description=review.question,
        licence=review.licence,
        tables=base.protocol.tables,
    )
    writer.note(project.processed / "datapackage.json")
    if len(base.tables["changes"]):
        writer.note(write_log_page(project))
    if (project.root / "docs").is_dir():
        write_dictionary(project.root / "docs" / "data-dictionary.md", base.protocol.tables, base.protocol.words)
        writer.note(project.root / "docs" / "data-dictionary.md")
