"""The evidence base as one object: tables, protocol, and the answer to every declared synthesis."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from .answers import Answer, answer_all
from .curate import Index, Notice, all_notices, make_index
from .errors import ProjectError, UnknownIdError
from .fetch.marker import refuse_half_moved
from .project import Project, find_project, shipped_project
from .protocol import Protocol, load_protocol
from .provenance import Node
from .synthesis import SynthesisResult, synthesise
from .tables import load_tables

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from pathlib import Path

    import pandas as pd
    from matplotlib.figure import Figure

    from .curate.integrity import IntegrityReport
    from .screen.prisma import Flow
    from .sensitivity import Sensitivity
    from .sensitivity.multiverse_result import Multiverse

__all__ = ["EvidenceBase", "load"]


@dataclass(frozen=True, slots=True, kw_only=True)
class EvidenceBase:
    """A validated evidence base with its protocol.

    Attributes
    ----------
    project : Project
        Where it was read from.
    protocol : Protocol
        The review as data.
    tables : mapping of str to DataFrame
        Every table by name; ``base["outcomes"]`` is ``base.tables["outcomes"]``.
    index : Index
        The tables by trial.

    Examples
    --------
    >>> import evidence as ev
    >>> base = ev.load()
    >>> base["studies"].loc[lambda table: table["study_id"] == "Dhurat2013", "design"].item()
    'parallel'
    """

    project: Project
    protocol: Protocol
    tables: Mapping[str, pd.DataFrame]
    index: Index

    def __getitem__(self, name: str) -> pd.DataFrame:
        """Return a copy of a table."""
        if name not in self.tables:
            raise UnknownIdError("table", name, self.tables)
        return self.tables[name].copy()

    def synthesis(self, name: str, *, analysis: str | None = None) -> SynthesisResult:
        """Return the answer to a declared synthesis, under its primary analysis or another one.

        Parameters
        ----------
        name : str
            Its id in the protocol; `syntheses` lists them.
        analysis : str, optional
            The id of a sensitivity analysis, declared or automatic; `sensitivity` lists them.

        Raises
        ------
        UnknownIdError
            With the nearest names.
        """
        if analysis is not None and analysis not in self.protocol.analyses:
            results = self.answer(name).results
            if analysis not in results:
                raise UnknownIdError("analysis", analysis, results)
            return results[analysis]
        return synthesise(self.tables, self.protocol, name, analysis=analysis, index=self.index)

    def explain(self, name: str, *, analysis: str | None = None) -> Node:
        """Return the tree from a pooled number down to its sources, with the findings on rows that enter."""
        from .curate.integrity import contradictions

        result = self.synthesis(name, analysis=analysis)
        tree = result.explain()
        rows = [row for contrast in result.contrasts for row in contrast.rows]
        against = contradictions(self.tables, rows, primary=result.analysis.primary)
        notes = tuple(Node(text=f"finding: {text}", kind="note") for text in against)
        return replace(tree, children=(*tree.children[:1], *notes, *tree.children[1:]))

    def integrity(
        self, *, only: Iterable[str] | None = None, progress: Callable[[str], None] | None = None
    ) -> IntegrityReport:
        """Compute again what the reports print, and return what does not follow from what.

        Parameters are those of `evidence.curate.integrity.check_integrity`; ``base["findings"]`` has the findings of
        the last build, with the answers to them.

        Examples
        --------
        >>> import evidence as ev
        >>> ev.load().integrity(only=["arms-sum"]).ran
        ('arms-sum',)
        """
        from .curate.integrity import EvidenceTables, Scale, check_integrity

        scales = {
            name: Scale(minimum=outcome.minimum, maximum=outcome.maximum, step=outcome.step)
            for name, outcome in self.protocol.outcomes.items()
            if (outcome.minimum, outcome.maximum, outcome.step) != (None, None, None)
        }
        tables = EvidenceTables(dict(self.tables), paired_designs=self.protocol.paired_designs, scales=scales)
        return check_integrity(tables, only=only, progress=progress)

    def answer(self, name: str) -> Answer:
        """Return a synthesis under every analysis of the protocol, and under the automatic ones."""
        return answer_all(self.tables, self.protocol, names=[name], index=self.index)[name]

    def answers(self, progress: Callable[[str], None] | None = None) -> dict[str, Answer]:
        """Return every synthesis under every analysis; `progress` is called with each id before its turn."""
        return answer_all(self.tables, self.protocol, index=self.index, progress=progress)

    def sensitivity(self, name: str) -> Sensitivity:
        """Return every analysis of a synthesis beside the one shown, with the verdict on whether it moves.

        Examples
        --------
        >>> import evidence as ev
        >>> ev.load().sensitivity("addon-minoxidil-response").primary
        False
        """
        return self.answer(name).sensitivity

    def multiverse(self, name: str, **options: Any) -> Multiverse:
        """Return a synthesis under every admissible combination of choices. Options as in `evidence.multiverse`."""
        from .sensitivity.multiverse import multiverse

        return multiverse(self, name, **options)

    def plot(self, kind: str, name: str | None = None, *, analysis: str | None = None, **options: Any) -> Figure:
        """Return a figure of the base, or of one of its syntheses. Options as in `evidence.report.plots.plot_base`.

        Examples
        --------
        >>> import evidence as ev
        >>> figure = ev.load().plot("prisma", width_mm=174)
        >>> round(float(figure.get_figwidth()) * 25.4, 6)
        174.0
        """
        from .report.plots import plot_base

        return plot_base(self, kind, name, analysis=analysis, **options)

    def notices(self) -> tuple[Notice, ...]:
        """Return the retractions, concerns and corrections of reports that PubMed told, settled or open."""
        return all_notices(self.tables)

    def flow(self) -> Flow:
        """Return the PRISMA 2020 flow of the review, counted from its ledgers.

        Examples
        --------
        >>> import evidence as ev
        >>> ev.load().flow().searched
        False
        """
        from .screen.prisma import flow_counts

        return flow_counts(self.tables, self.protocol)

    def syntheses(self) -> pd.DataFrame:
        """Return the declared syntheses: id, label, comparison, outcome, population, measure, window."""
        import pandas as pd

        names = ("id", "label", "comparison", "outcome", "population", "measure", "window")
        rows = [{name: getattr(spec, name) for name in names} for spec in self.protocol.syntheses.values()]
        return pd.DataFrame(rows, columns=list(names))

    def __repr__(self) -> str:
        """Return the base in one line."""
        counts = f"{len(self.tables['studies'])} studies, {len(self.tables['outcomes'])} outcome rows"
        return f"<EvidenceBase {self.protocol.review.id}: {counts}, {len(self.protocol.syntheses)} syntheses>"


def load(path: Path | str | None = None) -> EvidenceBase:
    """Return the evidence base of the project around you, or the one that came with the package.

    Parameters
    ----------
    path : Path or str, optional
        A folder in a project. Without it, the project around the current folder, and if there is none the shipped base.

    Raises
    ------
    ProjectError
        If `path` is given and there is no project around it; or a refresh was stopped while it moved its results into
        place.
    ProtocolError, TableError
        With every fault, if protocol or tables are damaged.
    """
    if path is not None:
        project = find_project(path)
    else:
        try:
            project = find_project()
        except ProjectError:
            project = shipped_project()
    refuse_half_moved(project)
    protocol = load_protocol(project.protocol)
    tables = load_tables(project.processed, vocabularies=protocol.vocabularies)
    refuse_half_moved(project)  # a refresh may have begun to move its results while tables were being read
    return EvidenceBase(project=project, protocol=protocol, tables=tables, index=make_index(tables))
