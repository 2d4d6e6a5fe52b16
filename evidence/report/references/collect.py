"""The references behind an answer: the reports of the trials that entered, and on request of those left out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ...curate import all_notices
from .keys import keys_of
from .model import Reference
from .names import parse_authors
from .places import parse_place, year_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    import pandas as pd

    from ...answers import Answer
    from ...base import EvidenceBase
    from ...synthesis import SynthesisResult
    from .model import Kind

__all__ = ["references", "results_of"]

# Which report stands for a trial where one is asked for; another paper by the same name is no report of it.
_ROLES = ("primary", "secondary", "thesis", "preprint", "conference-abstract", "registration")
_KINDS: dict[str, Kind] = {
    "thesis": "thesis",
    "preprint": "preprint",
    "conference-abstract": "conference",
    "registration": "registration",
}
_WITH_PUBLISHER = ("thesis", "preprint", "registration")
# A curator's note that a list of authors was cut off where it was seen.
_CUT_OFF = "further authors"


def references(
    base: EvidenceBase,
    of: SynthesisResult | Answer | Iterable[SynthesisResult | Answer] | Mapping[str, Answer],
    *,
    all_reports: bool = False,
    left_out: bool = False,
) -> tuple[Reference, ...]:
    """Return the references of the trials that entered, in the order of the table, each trial once.

    Parameters
    ----------
    base : EvidenceBase
        The evidence base.
    of : SynthesisResult, Answer, or several
        What is cited; of an answer, the result that is shown.
    all_reports : bool
        All reports of a trial, the primary one first, and not only that. Duplicates of a report are left out, and so
        are papers that may belong to another trial.
    left_out : bool
        Also the trials that make the comparison and could not enter; they come last.

    Notes
    -----
    Where the base has the PubMed record of a report, its cells come before those that were typed.
    """
    results = results_of(of)
    entered = list(dict.fromkeys(c.study_id for result in results for c in result.contrasts))
    if left_out:
        others = (entry.study_id for result in results for entry in result.exclusions if entry.compared)
        entered = list(dict.fromkeys([*entered, *others]))
    rows = _Rows(base.tables)
    found = [report for study in entered for report in rows.of(study, all_reports=all_reports)]
    return tuple(rows.reference(report) for report in found)


def results_of(of: Any) -> tuple[SynthesisResult, ...]:
    """Return the results that are meant: of an answer that which is shown, of several all of theirs."""
    if hasattr(of, "shown"):
        return (of.shown,)
    if hasattr(of, "contrasts"):
        return (of,)
    several = of.values() if hasattr(of, "values") else of
    return tuple(result for entry in several for result in results_of(entry))


class _Rows:
    """The rows of a base that references are made of, found by trial and by identifier."""

    def __init__(self, tables: Mapping[str, pd.DataFrame]) -> None:
        from ...tables.io import records

        self.studies = {row["study_id"]: row for row in records(tables["studies"])}
        self.reports = records(tables["reports"])
        self.keys = keys_of(row["report_id"] for row in self.reports)
        self.study_keys = keys_of(self.studies)
        found = records(tables["records"]) if "records" in tables else []
        self.by_pmid = {row["pmid"]: row for row in found}
        self.by_doi = {row["doi"].casefold(): row for row in found if row["doi"]}
        self.notices = {notice.report_id: notice.kind for notice in reversed(all_notices(tables))}

    def of(self, study: str, *, all_reports: bool) -> list[dict[str, Any]]:
        """Return the reports of a trial, primary first; a trial without any stands for itself."""
        own = [row for row in self.reports if row["study_id"] == study and row["role"] in _ROLES]
        own.sort(key=lambda row: (_ROLES.index(row["role"]), row["report_id"]))
        if not own:
            return [{"study_id": study, "report_id": ""}]
        return own if all_reports else own[:1]

    def reference(self, row: Mapping[str, Any]) -> Reference:
        """Return one report as a reference."""
        study = self.studies[row["study_id"]]
        if not row["report_id"]:
            key = self.study_keys[row["study_id"]]
            return Reference(
                key=key,
                kind="article",
                label=study["label"],
                study_id=row["study_id"],
                registration=study["registration"],
            )
        record = self._record(row)
        kind = _KINDS.get(row["role"], "article")

        def cell(name: str) -> str:
            return str((record.get(name) if record else "") or row[name] or "")

        authors, others = parse_authors(cell("authors"))
        typed = not (record and record.get("authors"))
        place = parse_place(cell("volume_pages"))
        year = year_of(record["year"] if record else None, "")
        where = cell("journal")
        return Reference(
            key=self.keys[row["report_id"]],
            kind=kind,
            label=study["label"],
            role=row["role"],
            study_id=row["study_id"],
            authors=authors,
            others=others or (typed and bool(authors) and _CUT_OFF in str(row["notes"] or "").casefold()),
            title=_plain(cell("title")),
            journal="" if kind in _WITH_PUBLISHER else where,
            publisher=where if kind in _WITH_PUBLISHER else "",
            year=year if year is not None else year_of(row["year"], str(row["year_as_reported"] or "")),
            year_printed=str(row["year_as_reported"] or ""),
            volume=place.volume,
            issue=place.issue,
            pages=place.pages,
            place_printed=place.printed,
            doi=cell("doi"),
            pmid=(record or row)["pmid"],
            pmcid=cell("pmcid"),
            registration=row["registration"] or (study["registration"] if row["role"] == "primary" else ""),
            notice=self.notices.get(row["report_id"], ""),
        )

    def _record(self, row: Mapping[str, Any]) -> dict[str, Any] | None:
        """Return the PubMed record of a report: by its PMID, or one that PubMed merged it into, or else by its DOI."""
        if not row["pmid"]:
            return self.by_doi.get(str(row["doi"]).casefold()) if row["doi"] else None
        found, seen = self.by_pmid.get(row["pmid"]), {row["pmid"]}
        while found and found["merged_into"] and found["merged_into"] in self.by_pmid:
            if found["merged_into"] in seen:
                break
            seen.add(found["merged_into"])
            found = self.by_pmid[found["merged_into"]]
        return found


def _plain(title: str) -> str:
    """Return a title without the markup of databases and without a closing point; other signs stay as they are."""
    import html
    import re

    bare = re.sub(r"</?(?:i|b|em|strong|sub|sup|u|scp)>", "", html.unescape(title), flags=re.IGNORECASE)
    bare = " ".join(bare.split())
    return bare[:-1] if bare.endswith(".") and not bare.endswith("..") else bare
