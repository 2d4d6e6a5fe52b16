"""The flow as the CSV file that the PRISMA2020 R package and its Shiny app read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ...tables.io import csv_bytes

if TYPE_CHECKING:
    from collections.abc import Sequence

    from .flow import Flow, ReasonCount, SourceCount

__all__ = ["COLUMNS", "app_csv"]

COLUMNS = ("data", "node", "box", "description", "boxtext", "tooltips", "url", "n")
_NONE = "NA"

# Keys, nodes and boxes as in the package's template (inst/extdata/PRISMA.csv): key, node, box, text of the box, and its
# group where the text alone does not tell.
_ROWS = (
    (_NONE, "node4", "prevstud", "Previous studies", "Grey title box"),
    ("previous_studies", "node5", "box1", "Studies included in previous version of review", ""),
    ("previous_reports", _NONE, "box1", "Reports of studies included in previous version of review", ""),
    (_NONE, "node6", "newstud", "Identification of new studies via databases and registers", "Yellow title box"),
    ("database_results", "node7", "box2", "Databases", "Records identified from"),
    ("database_specific_results", _NONE, "box2", "Specific databases", "Records identified from"),
    ("register_results", _NONE, "box2", "Registers", "Records identified from"),
    ("register_specific_results", _NONE, "box2", "Specific registers", "Records identified from"),
    (_NONE, "node16", "othstud", "Identification of new studies via other methods", "Grey title box"),
    ("website_results", "node17", "box11", "Websites", "Records identified from"),
    ("organisation_results", "", "box11", "Organisations", "Records identified from"),
    ("citations_results", _NONE, "box11", "Citation searching", "Records identified from"),
    ("duplicates", "node8", "box3", "Duplicate records", ""),
    ("excluded_automatic", _NONE, "box3", "Records marked as ineligible by automation tools", ""),
    ("excluded_other", _NONE, "box3", "Records removed for other reasons", ""),
    ("records_screened", "node9", "box4", "Records screened", "databases and registers"),
    ("records_excluded", "node10", "box5", "Records excluded", "databases and registers"),
    ("dbr_sought_reports", "node11", "box6", "Reports sought for retrieval", "databases and registers"),
    ("dbr_notretrieved_reports", "node12", "box7", "Reports not retrieved", "databases and registers"),
    ("other_sought_reports", "node18", "box12", "Reports sought for retrieval", "other"),
    ("other_notretrieved_reports", "node19", "box13", "Reports not retrieved", "other"),
    ("dbr_assessed", "node13", "box8", "Reports assessed for eligibility", "databases and registers"),
    ("dbr_excluded", "node14", "box9", "Reports excluded", "databases and registers"),
    ("other_assessed", "node20", "box14", "Reports assessed for eligibility", "other"),
    ("other_excluded", "node21", "box15", "Reports excluded", "other"),
    ("new_studies", "node15", "box10", "New studies included in review", ""),
    ("new_reports", _NONE, "box10", "Reports of new included studies", ""),
    ("total_studies", "node22", "box16", "Total studies included in review", ""),
    ("total_reports", _NONE, "box16", "Reports of total included studies", ""),
    ("identification", "node1", "identification", "Identification", "Blue identification box"),
    ("screening", "node2", "screening", "Screening", "Blue screening box"),
    ("included", "node3", "included", "Included", "Blue included box"),
)
_TITLES = frozenset({_NONE, "identification", "screening", "included"})


def app_csv(flow: Flow) -> bytes:
    """Return the flow with the exact keys of the template of PRISMA2020 for R and of its Shiny app.

    What cannot be said stays empty: all of databases and registers while no search has been run, and the earlier
    version where none was given. Numbers of decisions that are still open have no key there; look at ``Flow.open``
    before you print a diagram.

    Parameters
    ----------
    flow : Flow
        As `flow_counts` returns it.

    References
    ----------
    Haddaway NR, Page MJ, Pritchard CC, McGuinness LA. PRISMA2020: an R package and Shiny app. Campbell Systematic
    Reviews 2022;18:e1230. doi 10.1002/cl2.1230
    """
    numbers = _numbers(flow)
    rows = []
    for key, node, box, text, group in _ROWS:
        if key == "website_results" and flow.told_nowhere:
            text = f"{text}, and sources not told"
        description = _description(text, group)
        tooltip = description if node not in (_NONE, "") else _NONE
        url = f"{box if key in _TITLES else key}.html" if node not in (_NONE, "") else _NONE
        rows.append([key, node, box, description, text, tooltip, url, numbers.get(key, "0")])
    return csv_bytes(COLUMNS, rows)


def _description(text: str, group: str) -> str:
    if not group:
        return text
    if group.endswith("box"):
        return group if "title" not in group else f"{group}; {text}"
    return f"{group}: {text}" if group.startswith("Records") else f"{text} ({group})"


def _numbers(flow: Flow) -> dict[str, str]:
    searched = {
        "database_results": flow.identified,
        "register_results": flow.identified_registers,
        "duplicates": flow.duplicates,
        "excluded_automatic": flow.removed_by_automation,
        "excluded_other": flow.removed_other,
        "records_screened": flow.screened,
        "records_excluded": flow.excluded,
        "dbr_sought_reports": flow.sought,
        "dbr_notretrieved_reports": flow.not_retrieved,
        "dbr_assessed": flow.assessed,
    }
    always = {
        "website_results": flow.websites + flow.told_nowhere,
        "organisation_results": flow.organisations,
        "citations_results": flow.citations,
        "other_sought_reports": flow.other_sought,
        "other_notretrieved_reports": flow.other_not_retrieved,
        "other_assessed": flow.other_assessed,
        "new_studies": flow.new_studies,
        "new_reports": flow.new_reports,
        "total_studies": flow.total_studies,
        "total_reports": flow.total_reports,
    }
    earlier = {"previous_studies": flow.previous_studies, "previous_reports": flow.previous_reports}
    numbers = {key: str(number) for key, number in always.items()}
    numbers |= {key: str(number) if flow.searched else "" for key, number in searched.items()}
    numbers |= {key: "" if number is None else str(number) for key, number in earlier.items()}
    numbers["other_excluded"] = _reasons(flow.other_excluded_reports)
    numbers["dbr_excluded"] = _reasons(flow.excluded_reports) if flow.searched else ""
    numbers["database_specific_results"] = _sources(flow.sources, registers=False) if flow.searched else ""
    numbers["register_specific_results"] = _sources(flow.sources, registers=True) if flow.searched else ""
    return numbers


def _reasons(reasons: Sequence[ReasonCount]) -> str:
    return "; ".join(f"{_free(reason.reason)}, {reason.n}" for reason in reasons) or "0"


def _sources(sources: Sequence[SourceCount], *, registers: bool) -> str:
    return "; ".join(f"{_free(one.name)}, {one.n}" for one in sources if one.is_register == registers) or "0"


def _free(text: str) -> str:
    """Return a text without the marks by which the package parts reasons, and that no spreadsheet runs as a formula."""
    return " ".join(text.replace(";", " /").replace(",", " /").split()).lstrip("=+-@ ")
