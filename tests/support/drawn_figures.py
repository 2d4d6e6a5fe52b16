"""Drawn figures as numbers, measured by matplotlib's renderer: boxes of texts, places of marks, all in points.

Also fits of made-up studies of every size and scale, with long names in many scripts.
"""

from __future__ import annotations

import warnings
from dataclasses import dataclass

import numpy as np

import evidence as ev

DPI = 300
NAMES = (
    "Adams 2013",
    "Bao 2020",
    "Lahiji, Nobari & Asgharzadeh 2021 (women of any age, second report, per protocol)",
    "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft 1996",
    "张卫 2021(随机对照试验)",
    "Şahin Çağlar-Öztürk 2022",
    "Πολυχρονοπούλου 2019",
    "Иванова и соавт. 2020",
    "دراسة ٢٠١٩",
    "한국 연구 2017",
    "NCT01234567_v2/2019-A",
    "X",
    "Trial with $a$ and $b$ & <tags> 🙂",
)
SIZES = (1, 2, 3, 9, 10, 24, 60)


@dataclass(frozen=True)
class DrawnFigure:
    """A figure's size, texts (role, text, box) and marks (role to list of points), from the bottom left corner."""

    width: float
    height: float
    texts: list
    lines: dict
    shapes: dict

    def middles(self, role: str) -> np.ndarray:
        """Return the middle of each shape with a role."""
        return np.array([(p.min(axis=0) + p.max(axis=0)) / 2 for p in self.shapes.get(role, [])])

    def words(self, *roles: str) -> list[str]:
        """Return the texts with these roles, in order; all without any."""
        return [text for role, text, _ in self.texts if not roles or role in roles]


def drawn(figure) -> DrawnFigure:
    """Measure a figure."""
    figure.set_dpi(DPI)
    renderer, scale = figure.canvas.get_renderer(), 72 / DPI
    texts = []
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message=r"Glyph \d+ .* missing from")
        for text in figure.texts:
            box = np.array(text.get_window_extent(renderer).extents) * scale
            texts.append((text.get_gid(), text.get_text(), box))
    lines: dict = {}
    for line in figure.lines:
        lines.setdefault(line.get_gid(), []).append(line.get_transform().transform(line.get_xydata()) * scale)
    shapes: dict = {}
    for patch in figure.patches:
        shapes.setdefault(patch.get_gid(), []).append(patch.get_transform().transform(patch.get_xy()) * scale)
    width, height = figure.get_size_inches() * 72
    return DrawnFigure(width=width, height=height, texts=texts, lines=lines, shapes=shapes)


def assert_laid_out(figure, width_mm: float) -> DrawnFigure:
    """Fail unless the page has its exact width, all is on it, no two texts meet and no name covers a mark."""
    page = drawn(figure)
    assert abs(page.width - width_mm / 25.4 * 72) < 1e-9
    boxes = np.array([box for _, _, box in page.texts])
    hit = np.triu(_overlaps(boxes, boxes, 0.05), 1)
    assert [(page.texts[i][1], page.texts[j][1]) for i, j in zip(*np.nonzero(hit), strict=True)] == []
    points = [boxes.reshape(-1, 2)]
    points += [p for group in (*page.lines.values(), *page.shapes.values()) for p in group]
    everything = np.concatenate(points)
    assert np.isfinite(everything).all()
    assert everything.min() >= 0
    assert everything[:, 0].max() <= page.width
    assert everything[:, 1].max() <= page.height
    assert everything[:, 1].min() < 9  # no empty band at the bottom
    named = np.array([box for role, _, box in page.texts if role == "name"]).reshape(-1, 4)
    for role in ("study", "filled-study", "bubble", "banner", "arc-estimate"):
        for shape in page.shapes.get(role, []):
            box = np.array([[*shape.min(axis=0), *shape.max(axis=0)]])
            assert not _overlaps(named, box, 0.3).any(), role
    for text in figure.texts:
        assert 7.0 <= text.get_fontsize() <= 8.0
    return page


def _overlaps(a: np.ndarray, b: np.ndarray, slack: float) -> np.ndarray:
    across = np.minimum(a[:, None, 2], b[None, :, 2]) - np.maximum(a[:, None, 0], b[None, :, 0])
    down = np.minimum(a[:, None, 3], b[None, :, 3]) - np.maximum(a[:, None, 1], b[None, :, 1])
    return (across > slack) & (down > slack)


def area(points: np.ndarray) -> float:
    """Return the area of a shape."""
    x, y = points[:-1].T if np.allclose(points[0], points[-1]) else points.T
    return abs(float(x @ np.roll(y, 1) - y @ np.roll(x, 1))) / 2


def made_up_fit(seed: int, *, k: int | None = None, measure: str | None = None, **options):
    """Return a fit of made-up studies; consecutive seeds go through sizes, scales and measures."""
    rng = np.random.default_rng(seed)
    k = SIZES[seed % len(SIZES)] if k is None else k
    ratio = measure == "RR" if measure else bool(seed % 2)
    spread = rng.choice([0.02, 0.4, 1.5, 6.0]) if ratio else 10.0 ** rng.uniform(-4, 6)
    sd = spread * rng.lognormal(0, 1.0, k)
    y = spread * rng.normal(0, 3) + sd * rng.normal(0, 1.5, k)
    labels = [f"{NAMES[int(rng.integers(len(NAMES)))]} {place}" for place in range(k)]
    return ev.pool(y, sd**2, labels=labels, measure=measure or ("RR" if ratio else "MD"), **options)


def bcg():
    """Return the counts of 13 trials of BCG vaccine (Colditz 1994; metafor's dat.bcg) and their log risk ratios."""
    import pandas as pd

    table = pd.DataFrame(
        {
            "study": [
                "Aronson 1948",
                "Ferguson & Simes 1949",
                "Rosenthal 1960",
                "Hart & Sutherland 1977",
                "Frimodt-Møller 1973",
                "Stein & Aronson 1953",
                "Vandiviere 1973",
                "TPT Madras 1980",
                "Coetzee & Berjak 1968",
                "Rosenthal 1961",
                "Comstock 1974",
                "Comstock & Webster 1969",
                "Comstock 1976",
            ],
            "events1": [4, 6, 3, 62, 33, 180, 8, 505, 29, 17, 186, 5, 27],
            "n1": [123, 306, 231, 13598, 5069, 1541, 2545, 88391, 7499, 1716, 50634, 2498, 16913],
            "events2": [11, 29, 11, 248, 47, 372, 10, 499, 45, 65, 141, 3, 29],
            "n2": [139, 303, 220, 12867, 5808, 1451, 629, 88391, 7277, 1665, 27338, 2341, 17854],
        }
    )
    return ev.effect_sizes(table, "RR")


def bcg_fit(**options):
    """Return the log risk ratios of the BCG trials, pooled."""
    table = bcg()
    chosen = {"tau2": "REML", "test": "z", **options}
    return ev.pool(table["yi"], table["vi"], labels=table["study"].tolist(), measure="RR", **chosen)
