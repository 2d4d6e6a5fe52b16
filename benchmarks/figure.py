"""The picture docs/benchmarks.svg: how many times as long each peer takes, on a logarithmic axis."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Any

from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.ticker import FuncFormatter, LogLocator, NullFormatter
from page import NAMES, peers_of, ratio_of, show_number, show_time

from evidence.plot import save_figure
from evidence.plot.page.canvas import DescribedFigure, own_settings

if TYPE_CHECKING:
    from pathlib import Path

    from matplotlib.axes import Axes

__all__ = ["write_figure"]

# Okabe and Ito's colours, and a shape each, so that neither is needed to read the other
MARKS = {
    "metafor": ("#0072B2", "o"),
    "statsmodels": ("#E69F00", "s"),
    "PyMARE": ("#009E73", "D"),
    "PyMetaAnalysis": ("#CC79A7", "^"),
    "pimeta": ("#D55E00", "v"),
}
INK, MUTED, FAINT, BAND = "#1b1f24", "#5a636e", "#dde2e8", "#f6f8fa"
TOO_NEAR, SHIFT = 1.2, 0.21
ROW = 0.235
TOP, BOTTOM, LEFT, RIGHT, WIDTH = 0.78, 0.48, 3.62, 0.22, 8.6


def write_figure(found: dict[str, Any], path: Path) -> None:
    """Draw the ratios and write them to a file."""
    rows = []
    for job in found["jobs"]:
        own = job["contenders"]["evidence"]
        peers = peers_of(job, found["jobs"])
        ratios = {name: ratio_of(peers[name], own) for name in NAMES if "median" in peers.get(name, {})}
        if ratios:
            rows.append((job["name"], own["median"], ratios))
    height = TOP + BOTTOM + ROW * len(rows)
    with own_settings():
        figure = DescribedFigure(figsize=(WIDTH, height), dpi=150, facecolor="#ffffff")
        FigureCanvasAgg(figure)
        figure.heading = "Time that other packages take, as a multiple of the time taken here"
        figure.description = _description(rows)
        axes = figure.add_axes(
            (LEFT / WIDTH, BOTTOM / height, (WIDTH - LEFT - RIGHT) / WIDTH, 1 - (TOP + BOTTOM) / height)
        )
        _draw_rows(axes, rows)
        _dress(axes, rows)
        figure.text(
            0.12 / WIDTH, 1 - 0.2 / height, figure.heading, size=10.5, weight="bold", color=INK, va="center", ha="left"
        )
        _legend(figure, axes, rows, height)
        save_figure(figure, path)


def _draw_rows(axes: Axes, rows: list[tuple[str, float, dict[str, float]]]) -> None:
    for place, (name, own, ratios) in enumerate(rows):
        if place % 2 == 0:
            axes.axhspan(place - 0.5, place + 0.5, color=BAND, zorder=0, linewidth=0)
        low, high = min(1.0, *ratios.values()), max(ratios.values())
        axes.plot([low, high], [place, place], color=FAINT, linewidth=1.2, zorder=2, solid_capstyle="round")
        for peer, shift in _shifts(ratios).items():
            color, marker = MARKS[peer]
            axes.plot(
                [ratios[peer]], [place + shift], marker=marker, color=color, markersize=5.6, markeredgecolor="white",
                markeredgewidth=0.6, linestyle="none", zorder=4,
            )  # fmt: skip
        inches = axes.figure.get_figwidth() * axes.get_position().width
        axes.text(
            -(LEFT - 0.12) / inches, place, name, transform=axes.get_yaxis_transform(), size=7.8, color=INK,
            va="center", ha="left", clip_on=False,
        )  # fmt: skip
        axes.text(
            -0.08 / inches, place, show_time(own), transform=axes.get_yaxis_transform(), size=7.8, color=MUTED,
            va="center", ha="right", clip_on=False,
        )  # fmt: skip


def _shifts(ratios: dict[str, float]) -> dict[str, float]:
    """Return how far down each mark moves, so that neighbours that would cover each other stand apart."""
    ordered = sorted(ratios, key=lambda peer: ratios[peer])
    shifts = dict.fromkeys(ordered, 0.0)
    for one, other in pairwise(ordered):
        if ratios[other] / ratios[one] < TOO_NEAR:
            shifts[one] = shifts[one] or -SHIFT
            shifts[other] = -shifts[one]
    return shifts


def _dress(axes: Axes, rows: list[tuple[str, float, dict[str, float]]]) -> None:
    values = [ratio for _, _, ratios in rows for ratio in ratios.values()]
    axes.set_xscale("log")
    axes.set_xlim(min(0.7, 0.7 * min(values)), 1.6 * max(values))
    axes.set_ylim(len(rows) - 0.5, -0.5)
    axes.set_yticks([])
    axes.xaxis.set_major_locator(LogLocator(base=10, numticks=12))
    axes.xaxis.set_minor_formatter(NullFormatter())
    axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:,g} ×"))
    axes.tick_params(axis="x", which="both", colors=MUTED, labelsize=7.6, length=3, width=0.6)
    axes.tick_params(axis="x", which="minor", length=0)
    axes.grid(axis="x", which="major", color=FAINT, linewidth=0.6, zorder=1)
    axes.axvline(1.0, color=INK, linewidth=1.0, zorder=3)
    axes.set_xlabel(
        "times as long as evidence, on a logarithmic axis; left of the line the other one is faster",
        size=7.8,
        color=MUTED,
    )
    for side in ("top", "right", "left"):
        axes.spines[side].set_visible(False)
    axes.spines["bottom"].set_color(FAINT)


def _legend(figure: Any, axes: Axes, rows: list[tuple[str, float, dict[str, float]]], height: float) -> None:
    from matplotlib.lines import Line2D

    present = [name for name in NAMES if any(name in ratios for _, _, ratios in rows)]
    handles = [
        Line2D([], [], linestyle="none", marker=MARKS[name][1], color=MARKS[name][0], markersize=5.6,
               markeredgecolor="white", markeredgewidth=0.6, label=name)
        for name in present
    ]  # fmt: skip
    figure.legend(
        handles=handles, loc="center left", bbox_to_anchor=(LEFT / WIDTH - 0.01, 1 - 0.56 / height), ncols=len(present),
        frameon=False, fontsize=7.8, handletextpad=0.15, columnspacing=1.1, borderpad=0, labelcolor=INK,
    )  # fmt: skip
    inches = WIDTH - LEFT - RIGHT
    axes.text(
        -0.08 / inches, 1 + 0.1 / (height - TOP - BOTTOM), "evidence", transform=axes.transAxes, size=7.8, color=MUTED,
        va="center", ha="right",
    )  # fmt: skip


def _description(rows: list[tuple[str, float, dict[str, float]]]) -> str:
    said = (
        f"{name}: {show_time(own)} here; "
        + ", ".join(f"{peer} {show_number(ratio)} times as long" for peer, ratio in ratios.items())
        for name, own, ratios in rows
    )
    return ". ".join(said) + "."
