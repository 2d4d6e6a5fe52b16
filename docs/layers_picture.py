"""Draw docs/design-layers.svg: run ``python docs/layers_picture.py`` after changing the order of the layers."""

from __future__ import annotations

import ast
from pathlib import Path
from xml.sax.saxutils import escape

__all__ = ["PICTURE", "layers", "picture"]

ROOT = Path(__file__).resolve().parent.parent
PICTURE = ROOT / "docs" / "design-layers.svg"
# What the parts of a layer are there for; a layer is known by its first part.
MEANING = {
    "cli": "commands: parse, call, print",
    "build": "jobs: what a command does, in one call",
    "export": "files for other programs, and for archives",
    "report": "sentences, tables, verdicts, the site",
    "living": "what changed between two bases, and why",
    "answers": "every question answered; the way in, ev.load()",
    "plot": "figures",
    "certainty": "how sure; what a conclusion depends on",
    "synthesis": "one question: select, size, pool, explain",
    "diagnose": "influence, small studies; coverage and power",
    "counts": "models that need counts, not effects",
    "pool": "models of effects with their variances",
    "practice": "an invented PubMed; the ledger of decisions",
    "curate": "rows to contrasts; effect sizes; PubMed; printed statistics",
    "provenance": "the way back, as a tree",
    "fingerprint": "what a result depends on, as a hash",
    "tables": "declarations of tables, the question, where things are",
    "card": "how results show themselves; forms for risk of bias",
    "errors": "words that all others share",
}
NUMBERS = {"counts", "diagnose", "effects", "pool", "reported", "simulation"}
OUTSIDE = {"fetch", "practice"}
_WIDTH, _LEFT, _MEANING = 940, 12, 545
_LETTER, _HIGH, _GAP, _ROW = 6.65, 20, 6, 30
_CODE = 'font-family="ui-monospace, Menlo, Consolas, \'DejaVu Sans Mono\', monospace" font-size="11.5"'
_FILLS = {"numbers": "#dbe8f5", "outside": "#f7e3c4", "": "#f3f1ec"}


def layers() -> list[tuple[str, ...]]:
    """Return the layers, the lowest first, as the test of the architecture has them."""
    tree = ast.parse((ROOT / "tests" / "test_architecture.py").read_text(encoding="utf-8"))
    for node in tree.body:
        if isinstance(node, ast.Assign) and any(getattr(target, "id", "") == "LAYERS" for target in node.targets):
            return [tuple(layer) for layer in ast.literal_eval(node.value)]
    raise SystemExit("tests/test_architecture.py has no LAYERS")


def picture() -> str:
    """Return the picture as SVG: a line for each layer, the highest on top."""
    lines, top = [], 10.0
    for layer in reversed(layers()):
        placed = _placed(sorted(layer))
        rows = max(row for _, _, row in placed) + 1
        for name, x, row in placed:
            lines += _part(name, x, top + row * (_HIGH + _GAP))
        lines.append(_text(_MEANING, top + 14, MEANING[layer[0]], 'fill="#3c444c"'))
        top += _ROW + (rows - 1) * (_HIGH + _GAP)
        lines.append(f'<path d="M{_LEFT} {top - 5:g}H{_WIDTH - 12}" stroke="#d9dcdf"/>')
    lines.pop()
    lines += _legend(top + 6)
    order = "; ".join(", ".join(sorted(layer)) for layer in reversed(layers()))
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" width="{_WIDTH}" height="{top + 38:g}" '
            f'viewBox="0 0 {_WIDTH} {top + 38:g}" role="img" font-size="12.5" '
            "font-family=\"system-ui, 'Segoe UI', Roboto, 'DejaVu Sans', sans-serif\">",
            "<title>The layers of the package</title>",
            f"<desc>From the highest to the lowest: {escape(order)}.</desc>",
            f'<rect width="{_WIDTH}" height="{top + 38:g}" fill="#ffffff"/>',
            *lines,
            "</svg>\n",
        ]
    )


def _placed(names: list[str]) -> list[tuple[str, float, int]]:
    """Return where each part begins, and in which row, so that they end before what is said of them."""
    found, x, row = [], float(_LEFT), 0
    for name in names:
        if x + _wide(name) > _MEANING - 12:
            x, row = float(_LEFT), row + 1
        found.append((name, x, row))
        x += _wide(name) + _GAP
    return found


def _wide(name: str) -> float:
    return len(name) * _LETTER * 1.06 + 16


def _part(name: str, x: float, y: float) -> list[str]:
    kind = "numbers" if name in NUMBERS else "outside" if name in OUTSIDE else ""
    return [
        f'<rect x="{x:g}" y="{y:g}" width="{_wide(name):g}" height="{_HIGH}" rx="3" fill="{_FILLS[kind]}"/>',
        _text(x + 8, y + 14, name, _CODE),
    ]


def _text(x: float, y: float, words: str, style: str = "") -> str:
    return f'<text x="{x:g}" y="{y:g}" {style}>{escape(words)}</text>'


def _legend(y: float) -> list[str]:
    lines, x = [], float(_LEFT)
    for kind, words in (
        ("numbers", "knows numbers alone: no files, protocols or trials"),
        ("outside", "fetch asks the network, practice listens on loopback; nothing else does"),
    ):
        lines.append(f'<rect x="{x:g}" y="{y:g}" width="14" height="14" rx="3" fill="{_FILLS[kind]}"/>')
        lines.append(_text(x + 21, y + 11.5, words, 'fill="#575f68" font-size="11.5"'))
        x += 360
    return lines


if __name__ == "__main__":
    PICTURE.write_text(picture(), encoding="utf-8")
