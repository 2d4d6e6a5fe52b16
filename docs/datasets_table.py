"""Write the data sets into docs/datasets.md: run ``python docs/datasets_table.py`` after changing a declaration."""

from __future__ import annotations

import re
from pathlib import Path

from evidence.datasets import Dataset, describe, names
from evidence.datasets.show import meaning
from evidence.effects import measure_label

ROOT = Path(__file__).resolve().parent.parent
PAGE = Path(__file__).with_name("datasets.md")
BEGIN, END = "<!-- sets: begin -->", "<!-- sets: end -->"

# Events, rates, proportions, means, change, correlations.
ORDER = ("RR", "OR", "PETO", "RD", "IRR", "PLO", "MD", "SMD", "PPCR", "ZCOR")

# Published analyses of a set that the tests repeat, in tests/papers.
PAPERS = {
    "bcg": (
        "viechtbauer_2010_bcg_effect_sizes",
        "viechtbauer_2010_bcg_pooling",
        "viechtbauer_2010_bcg_diagnostics",
        "berkey_1995_bcg_regression",
        "van_houwelingen_2002_bcg",
    ),
    "collins1985b": ("viechtbauer_2007_heterogeneity_intervals",),
    "hackshaw1998": ("passive_smoking_2006_trim_and_fill",),
    "hine1989": ("normand_1999_lidocaine_stroke",),
    "lee2004": ("henmi_copas_2010_nausea",),
    "linde2005": ("viechtbauer_2007_hypericum",),
    "morris2008": ("morris_2008_effect_sizes",),
    "nielweise2007": ("stijnen_2010_catheter_infections",),
    "normand1999": ("normand_1999_lidocaine_stroke",),
    "raudenbush1985": ("raudenbush_2009_teacher_expectancy", "raudenbush_bryk_1985_empirical_bayes"),
    "yusuf1985": ("yusuf_1985_beta_blockers",),
}


def paper_test(name: str) -> str:
    """Return the path of a published analysis within the repository."""
    return f"tests/papers/test_{name}.py"


def overview(found: list[Dataset]) -> list[str]:
    """Return the table of all sets."""
    lines = ["| set | rows | measure | to learn |", "|---|---:|---|---|"]
    for dataset in sorted(found, key=lambda dataset: ORDER.index(dataset.measure)):
        named = f"[{dataset.name}](#{dataset.name})"
        lines.append(f"| {named} | {dataset.rows} | {dataset.measure} | {dataset.teaches} |")
    return lines


def section(dataset: Dataset) -> list[str]:
    """Return what is said about one set."""
    lines = [f"### {dataset.name}", "", f"**{dataset.title}.** {dataset.question}", ""]
    lines += [f"To learn: {dataset.teaches}.", ""]
    source = f"{dataset.source} doi:{dataset.doi}." if dataset.doi else dataset.source
    lines += [linked(" ".join(filter(None, (source, dataset.also, dataset.origin)))), ""]
    lines += [
        f"{dataset.rows} rows; a row is {dataset.row}. Measure: {measure_label(dataset.measure)}.",
        "",
        "| column | kind | meaning |",
        "|---|---|---|",
    ]
    lines += [f"| `{column.name}` | {column.kind} | {meaning(column)} |" for column in dataset.columns]
    lines += ["", "```python", dataset.example.strip("\n"), "```", "", "```text"]
    lines += [line.rstrip() for line in dataset.output.strip("\n").splitlines()]
    lines += ["```", "", linked(dataset.published)]
    if papers := PAPERS.get(dataset.name):
        named = ", ".join(f"[{paper.replace('_', ' ')}](../{paper_test(paper)})" for paper in papers)
        lines += ["", f"Published analyses that the tests repeat: {named}."]
    return lines


def linked(text: str) -> str:
    """Return the text with its DOIs as links; old ones have brackets and angle brackets, which Markdown would read."""

    def link(found: re.Match[str]) -> str:
        doi = found[1]
        shown = doi.replace("<", "\\<").replace(">", "\\>")
        for sign, code in (("<", "%3C"), (">", "%3E"), ("(", "%28"), (")", "%29")):
            doi = doi.replace(sign, code)
        return f"[doi:{shown}](https://doi.org/{doi})"

    return re.sub(r"doi:(10\.\S+?)(?=[.,;:]?(?:\s|$))", link, text)


def body() -> str:
    """Return the generated part of the page."""
    found = [describe(name) for name in names()]
    lines = [*overview(found), "", "## The sets"]
    for dataset in found:
        lines += ["", *section(dataset)]
    return "\n".join(lines)


def page(text: str) -> str:
    """Return the page with its generated part renewed."""
    before, rest = text.split(BEGIN)
    after = rest.split(END)[1]
    return f"{before}{BEGIN}\n\n{body()}\n\n{END}{after}"


if __name__ == "__main__":
    PAGE.write_text(page(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
