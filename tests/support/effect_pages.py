"""What the tests of docs/methods/effect-*.md share: small formulas of several pages, random tables, the comparison.

The formulas are the pages' own and nothing else: functions of one row, no array, no code of the package.
"""

from __future__ import annotations

import math
import re
from types import SimpleNamespace

import numpy as np
import pandas as pd
from doc_pages import DOCS

import evidence as ev
from evidence.effects.formulas import FORMULAS

__all__ = [
    "cells",
    "check_page",
    "choices_of",
    "cohen",
    "fisher",
    "gauss",
    "j_factor",
    "measures_on",
    "of_z",
    "pooled",
    "random_table",
    "reciprocals",
    "standardised",
    "unbiased",
    "written_down",
]

ROWS = 16
NAN = float("nan")

# the columns of the package, and what the pages call the numbers
CELL_NAMES = {"events1": "a", "nonevents1": "b", "events2": "c", "nonevents2": "d"}
PAIR_NAMES = {"pairs_both": "a", "pairs_only1": "b", "pairs_only2": "c", "pairs_neither": "d"}
RENAMED = {
    **CELL_NAMES,
    **PAIR_NAMES,
    "events": "x",
    "time": "t",
    **{f"time{g}": f"t{g}" for g in "12"},
    "homozygous1": "g0",
    "heterozygous": "g1",
    "homozygous2": "g2",
}


def j_factor(m):
    return math.exp(math.lgamma(m / 2) - math.lgamma((m - 1) / 2)) / math.sqrt(m / 2)


def standardised(d, b, m, n, how, av=None):
    """The list of variances under SMD; `av` is the mean of the effect over the rows."""
    j = j_factor(m)
    g = j * d
    y = g if how.correct else d
    v = {
        "LS": lambda: b + y**2 / (2 * n),
        "LS2": lambda: j**2 * (b + d**2 / (2 * n)),
        "UB": lambda: b + (1 - (m - 2) / (m * j**2)) * g**2,
        "H0": lambda: j**2 * m / (m - 2) * b,
        "AV": lambda: b + av() ** 2 / (2 * n),
        "DF": lambda: b + y**2 / (2 * m),
        "RM": lambda: b + y**2 / (2 * (n - 3.94)),
        "UBG": lambda: b + (1 - (m - 2) / (m * j**2)) * g**2,
    }[how.vtype]()
    return y, v / j**2 if not how.correct and how.vtype in ("LS2", "UB", "H0") else v


def fisher(r, v):
    return (math.atanh(r), v / (1 - r**2) ** 2) if abs(r) < 1 else (NAN, NAN)


def of_z(function):
    return lambda x, how: fisher(*function(x, how))


def gauss(a, c, z):
    """Gauss' hypergeometric function with both upper parameters `a`, by its definition."""
    terms, term, k = [1.0], 1.0, 0
    while term > 1e-18:
        term *= (a + k) ** 2 / ((c + k) * (k + 1)) * z
        terms.append(term)
        k += 1
    return math.fsum(terms)


def unbiased(r, n):
    return r * gauss(0.5, (n - 2) / 2, 1 - r**2)


def cells(x):
    a, b, c, d = x.a, x.b, x.c, x.d
    n1, n2 = a + b, c + d
    return SimpleNamespace(a=a, b=b, c=c, d=d, n1=n1, n2=n2, N=n1 + n2, m1=a + c, m0=b + d, p1=a / n1, p2=c / n2)


def reciprocals(x):
    return 1 / x.a + 1 / x.b + 1 / x.c + 1 / x.d


def pooled(x):
    return ((x.n1 - 1) * x.sd1**2 + (x.n2 - 1) * x.sd2**2) / (x.n1 + x.n2 - 2)


def cohen(x):
    return (x.mean1 - x.mean2) / math.sqrt(pooled(x))


def random_table(measure, seed):
    """Numbers for every argument of a measure: positive means, no zero, no impossible pair of margins."""
    rng = np.random.default_rng(seed)
    roles = FORMULAS[measure].arguments
    found = {}
    for role in roles:
        if role.startswith(("mean", "time")):
            found[role] = rng.uniform(12, 24, ROWS)
        elif role.startswith("sd"):
            found[role] = rng.uniform(1, 9, ROWS)
        elif role.startswith("n") and not role.startswith("nonevents"):
            found[role] = rng.integers(6, 80, ROWS).astype(float)
        elif role in ("r", "r1", "r2") and not (role == "r2" and "r1" not in roles):
            found[role] = (
                rng.uniform(-0.1, 0.35, ROWS)
                if measure in ("MPORM", "SPCOR", "ZSPCOR")
                else rng.uniform(-0.6, 0.9, ROWS)
            )
        elif role == "r2":
            found[role] = rng.uniform(0.2, 0.8, ROWS)
        elif role in ("auc", "alpha"):
            found[role] = rng.uniform(0.1, 0.95, ROWS)
        elif role == "m":
            found[role] = rng.integers(2, 5, ROWS).astype(float)
        else:
            found[role] = rng.integers(3, 60, ROWS).astype(float)
    if measure == "MPORM":
        found["nonevents2"] = found["events1"] + found["nonevents1"] + 60 - found["events2"]
        found["nonevents1"] = found["nonevents1"] + 60
    for group in FORMULAS[measure].needs:
        if group == ("m",) and "m" not in found:
            found["m"] = np.full(ROWS, 3.0)  # asked for with the test that may stand in, not in the formula
    return pd.DataFrame(found)


def rows_of(measure, table):
    renamed = table.rename(columns=RENAMED)
    if measure in ("IRR", "IRD", "IRSD"):
        renamed = renamed.rename(columns={"a": "x1", "c": "x2"})
    if measure in ("PR", "PLN", "PLO", "PRZ", "PAS", "PFT"):
        renamed = renamed.assign(n=table["events"] + table["nonevents"])
    return [SimpleNamespace(**row) for row in renamed.to_dict("records")]


def written_down(pages, measure, table, *, vtype="LS", correct=True):
    """Return effects and variances by the page's formula, row by row."""
    rows = rows_of(measure, table)

    def mean(value, weight):
        return sum(weight(r) * value(r) for r in rows) / sum(weight(r) for r in rows)

    how = SimpleNamespace(vtype=vtype, correct=correct, rows=rows, mean=mean)
    return np.array([pages[measure](row, how) for row in rows]).T


def choices_of(pages):
    """Return each measure of a page with each of its variances, with and without its correction."""
    return [
        (measure, vtype, correct)
        for measure in pages
        for vtype in FORMULAS[measure].variances
        for correct in ((True, False) if FORMULAS[measure].corrects else (True,))
    ]


def check_page(pages, measure, vtype, correct):
    """Compare the page's formula with the code on a random table."""
    table = random_table(measure, seed=sum(map(ord, measure)))
    if measure in ("RTET", "ZTET"):
        table = table.head(6)
    options = {"correlation": None, "to": "none"} if measure in ("MPORM",) else {}
    found = ev.effect_sizes(table, measure, vtype=vtype, correct=correct, append=False, **options)
    yi, vi = written_down(pages, measure, table, vtype=vtype, correct=correct)
    np.testing.assert_allclose(found["yi"], yi, rtol=1e-9)
    np.testing.assert_allclose(found["vi"], vi, rtol=1e-9)
    assert np.isfinite(yi).sum() > len(table) / 2


def measures_on(page):
    """Return the measures that the headings of a page name."""
    headings = re.findall(r"^#{2,3} ([^:\n]+):", (DOCS / "methods" / page).read_text(encoding="utf-8"), re.M)
    return {name.strip() for heading in headings for name in heading.split(",")}
