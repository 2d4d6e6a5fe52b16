"""The table as LaTeX for booktabs and longtable; no record's text is taken for a command."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from ..wording import capital
from .layout import ABSOLUTE, WIDTHS, Cell, symbols
from .row import COLUMNS, Column

if TYPE_CHECKING:
    from .layout import Line
    from .table import Group, SummaryOfFindings

__all__ = ["escaped", "latex"]

_PREAMBLE = """\
% In the preamble: \\usepackage{array,booktabs,longtable,amssymb}; for the width also \\usepackage{pdflscape}.
% With pdfLaTeX also \\usepackage[T1]{fontenc}; letters that its fonts lack need XeLaTeX or LuaLaTeX.
"""
_CIRCLES = {"filled": "\\oplus", "empty": "\\bigcirc"}
_SPECIAL = {
    "--": "-{}-",
    "\\": "\\textbackslash{}",
    "{": "\\{",
    "}": "\\}",
    "$": "\\$",
    "&": "\\&",
    "#": "\\#",
    "%": "\\%",
    "_": "\\_",
    "^": "\\textasciicircum{}",
    "~": "\\textasciitilde{}",
    "<": "\\textless{}",
    ">": "\\textgreater{}",
    "|": "\\textbar{}",
    '"': "\\textquotedbl{}",
    "`": "\\textasciigrave{}",
    "[": "{[}",
    "]": "{]}",
    "−": "$-$",
    "–": "--",
    "—": "---",
    "±": "$\\pm$",
    "×": "$\\times$",
    "≤": "$\\leq$",
    "≥": "$\\geq$",
    "∞": "$\\infty$",
    "→": "$\\rightarrow$",
    "⊕": "$\\oplus$",
    "◯": "$\\bigcirc$",
    "τ": "$\\tau$",
    "χ": "$\\chi$",
    "µ": "$\\mu$",
    "μ": "$\\mu$",
    "²": "\\textsuperscript{2}",
    "³": "\\textsuperscript{3}",
    "°": "\\textdegree{}",
    "·": "$\\cdot$",
    "’": "'",
    "…": "\\ldots{}",
    "\u00a0": "~",
    "\u202f": "\\,",
    "\u2009": "\\,",
    "\u2068": "",
    "\u2069": "",
}
_EACH = re.compile("|".join(re.escape(mark) for mark in _SPECIAL))


def escaped(text: str) -> str:
    r"""Return text that LaTeX sets as it is.

    Examples
    --------
    >>> print(escaped("5% of $x_1$ & −2.5"))
    5\% of \$x\_1\$ \& $-$2.5
    """
    return _EACH.sub(lambda found: _SPECIAL[found.group()], text)


def latex(table: SummaryOfFindings) -> str:
    """Return a ``longtable`` whose heading is repeated on each page, with its notes below.

    Parameters
    ----------
    table : SummaryOfFindings
        The table.
    """
    columns = [f">{{\\raggedright\\arraybackslash}}p{{{_width(column)}}}" for column in COLUMNS]
    people = f" Population: {escaped(table.population)}." if table.population else ""
    lines = [
        "\\begingroup\\footnotesize",
        "\\begin{longtable}{@{}",
        *columns,
        "@{}}",
        f"\\caption{{{escaped(table.title)}.{people}}}\\\\",
        *_heading(table, "\\endfirsthead"),
        *_heading(table, "\\endhead"),
        "\\bottomrule",
        "\\endlastfoot",
    ]
    for place, group in enumerate(table.groups):
        lines += [*(["\\midrule"] if place else []), *_group(table, group)]
    lines.append("\\end{longtable}")
    lines += [f"\\noindent\\textsuperscript{{{note.mark}}} {escaped(note.text)}\\par" for note in table.footnotes]
    lines += [f"\\noindent {escaped(remark)}\\par" for remark in table.remarks]
    lines.append("\\endgroup")
    return _PREAMBLE + "\n".join(lines) + "\n"


def _width(column: Column) -> str:
    """Return a share of what the line leaves between columns."""
    share, gaps = WIDTHS[column] / sum(WIDTHS.values()), 2 * (len(COLUMNS) - 1)
    return f"\\dimexpr {share:.3f}\\linewidth-{gaps * share:.3f}\\tabcolsep\\relax"


def _heading(table: SummaryOfFindings, end: str) -> list[str]:
    first = COLUMNS.index(ABSOLUTE[0]) + 1
    names = [f"\\textbf{{{escaped(table.header[column])}}}" for column in COLUMNS]
    spanner = f"\\multicolumn{{{len(ABSOLUTE)}}}{{l}}{{\\textbf{{Anticipated absolute effects}}}}"
    outer = [column for column in COLUMNS if column not in ABSOLUTE[1:]]
    above = " & ".join(spanner if column == ABSOLUTE[0] else "" for column in outer)
    rule = f"\\cmidrule(lr){{{first}-{first + len(ABSOLUTE) - 1}}}"
    return ["\\toprule", f"{above} \\\\", rule, f"{' & '.join(names)} \\\\", "\\midrule", end]


def _group(table: SummaryOfFindings, group: Group) -> list[str]:
    lines = []
    if len(table.groups) > 1:
        arms = f": {group.arm_1} against {group.arm_2}" if group.arm_2 else ""
        lines.append(
            f"\\multicolumn{{{len(COLUMNS)}}}{{@{{}}l}}{{\\textbf{{{escaped(capital(group.label) + arms)}}}}} \\\\"
        )
    for place, row in enumerate(group.rows):
        lines += ["\\addlinespace"] if place else []
        lines += [f"{_line(line)} \\\\" for line in table.lines(row)]
    return lines


def _line(line: Line) -> str:
    return " & ".join(_cell(line[column]) if column in line else "" for column in COLUMNS)


def _cell(cell: Cell) -> str:
    marks = f"\\textsuperscript{{{', '.join(cell.marks)}}}" if cell.marks else ""
    signs = f"${''.join(_CIRCLES[symbol] for symbol in symbols(cell.certainty))}$ " if cell.certainty else ""
    return f"{signs}{escaped(cell.text)}{marks}"
