"""Math as MathML, made while the site is built: a page needs neither a script nor a network to show a formula.

What a reader of the page would see as damaged is a warning of the build, and the build fails on warnings: a command
that the converter does not know, a brace that nothing closes, an alignment mark outside an alignment.
"""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from html import escape
from typing import TYPE_CHECKING, Any

from docutils import nodes
from latex2mathml.converter import convert
from sphinx.util import logging
from sphinx.util.math import get_node_equation_number

if TYPE_CHECKING:
    from sphinx.application import Sphinx

__all__ = ["BrokenMathError", "render", "setup"]

logger = logging.getLogger(__name__)

# The converter knows the starred environment only; equations are numbered by their labels, so no number is lost.
_ALIGNED = re.compile(r"\\(begin|end)\{(?:aligned|align|gathered|gather\*?)\}")
_CHILDREN = {"mfrac": 2, "msub": 2, "msup": 2, "munder": 2, "mover": 2, "mroot": 2, "msubsup": 3, "munderover": 3}
_UNDER = {"max", "min", "lim", "sup", "inf", "arg max", "arg min"}
# First capital, first small letter and first digit of each alphabet, and for Greek the capital and the small alpha.
# Browsers draw these characters; the attribute `mathvariant`, which said the same, they ignore.
_LETTERS = {
    "bold": (0x1D400, 0x1D41A, 0x1D7CE, 0x1D6A8, 0x1D6C2),
    "bold-italic": (0x1D468, 0x1D482, 0x1D7CE, 0x1D71C, 0x1D736),
    "sans-serif": (0x1D5A0, 0x1D5BA, 0x1D7E2, None, None),
    "monospace": (0x1D670, 0x1D68A, 0x1D7F6, None, None),
}
_OPERATORS = {"~": "∼"}


class BrokenMathError(ValueError):
    """LaTeX that cannot be shown; the message says why."""


def render(latex: str, *, block: bool = False) -> str:
    r"""Return LaTeX as MathML.

    Examples
    --------
    >>> render(r"\tau^2")
    '<math><mrow><msup><mi>τ</mi><mn>2</mn></msup></mrow></math>'
    >>> render(r"\taus^2")
    Traceback (most recent call last):
    mathml.BrokenMathError: \taus is not a command known here
    """
    _check_braces(latex)
    try:
        text = convert(_ALIGNED.sub(r"\\\1{align*}", latex.strip()), display="block" if block else "inline")
        tree = ET.fromstring(re.sub(r' xmlns="[^"]*"', "", text))  # noqa: S314 - the converter wrote it just now
    except ET.ParseError:
        raise BrokenMathError("'&' stands outside an aligned formula") from None
    except Exception as error:  # the converter's errors have no common root
        words = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", type(error).__name__.removesuffix("Error")).lower()
        raise BrokenMathError(words) from None
    _check(tree)
    _mend(tree, block=block)
    if not block:
        tree.attrib.pop("display", None)
    return ET.tostring(tree, encoding="unicode")


def _check_braces(latex: str) -> None:
    depth = 0
    for mark in re.findall(r"(?<!\\)(?:\\\\)*([{}])", latex):
        depth += 1 if mark == "{" else -1
        if depth < 0:
            raise BrokenMathError("a closing brace without an opening one")
    if depth:
        raise BrokenMathError("a brace is not closed")


def _check(tree: ET.Element) -> None:
    for element in tree.iter():
        text = element.text or ""
        if text.startswith("\\") and len(text) > 1:
            raise BrokenMathError(f"{text} is not a command known here")
        if element.tag in _CHILDREN and len(element) != _CHILDREN[element.tag]:
            raise BrokenMathError(f"<{element.tag}> lacks a part")
        if element.get("linebreak") == "newline":
            raise BrokenMathError(r"'\\' stands outside an aligned formula; write \begin{aligned} … \end{aligned}")


def _mend(parent: ET.Element, *, block: bool) -> None:
    """Mend in place what browsers show otherwise than LaTeX does."""
    for element in parent:
        _mend(element, block=block)
        variant = element.attrib.pop("mathvariant", "")
        if variant in _LETTERS:
            element.text = "".join(_letter(mark, _LETTERS[variant]) for mark in element.text or "")
        elif variant:
            element.set("mathvariant", variant)
        elif element.tag == "mi" and len(element.text or "") == 1 and "Α" <= (element.text or "") <= "Ω":
            element.set("mathvariant", "normal")  # Greek capitals stand upright, as in LaTeX
        if element.text in _OPERATORS and element.tag == "mi":
            element.tag, element.text = "mo", _OPERATORS[element.text]
        if block and element.tag == "msub" and (element[0].text or "") in _UNDER:
            element.tag = "munder"
    _join_upright(parent)
    _space_functions(parent)


def _letter(mark: str, first: tuple[int | None, ...]) -> str:
    ranges = (("A", "Z"), ("a", "z"), ("0", "9"), ("Α", "Ω"), ("α", "ω"))
    for start, (low, high) in zip(first, ranges, strict=True):
        if start is not None and low <= mark <= high:
            return chr(start + ord(mark) - ord(low))
    return mark


def _join_upright(parent: ET.Element) -> None:
    r"""Make one word of the letters of ``\mathrm{SE}``."""
    letters = list(parent)
    if len(letters) > 1 and all(item.tag == "mi" and item.get("mathvariant") == "normal" for item in letters):
        word = ET.Element("mi")
        word.text = "".join(item.text or "" for item in letters)
        parent[:] = [word]


def _space_functions(parent: ET.Element) -> None:
    r"""Set a thin space after the name of a function, as in ``\log x``, unless a bracket follows."""
    mended: list[ET.Element] = []
    for index, element in enumerate(parent):
        core = element[0] if element.tag in ("msub", "msup", "munder", "msubsup") else element
        name = core.text or ""
        function = core.tag in ("mi", "mo") and len(name) > 1 and name.isascii() and name.replace(" ", "").isalpha()
        if function and core.tag == "mo":
            core.tag = "mi"
        mended.append(element)
        if function and parent.tag in ("mrow", "mtd", "math") and index + 1 < len(parent):
            following = parent[index + 1]
            mark = following[0] if following.tag == "mrow" and len(following) else following
            if (known := _is_function(name)) and mark.tag != "mo":
                mended.append(ET.Element("mspace", {"width": "0.167em"}))
            elif known:
                mended.append(_apply())
    parent[:] = mended


def _is_function(name: str) -> bool:
    return name in {"exp", "log", "ln", "sin", "cos", "tan", "arcsin", "sinh", "cosh", "tanh", "det", "Pr"} | _UNDER


def _apply() -> ET.Element:
    element = ET.Element("mo")
    element.text = "\u2061"
    return element


def _shown(writer: Any, node: nodes.math | nodes.math_block, *, block: bool) -> str:
    latex = node.astext()
    try:
        return render(latex, block=block)
    except BrokenMathError as error:
        logger.warning("math: %s: %s", error, latex, location=node, type="mathml")
        return f"<code>{escape(latex)}</code>"


def _inline(writer: Any, node: nodes.math) -> None:
    writer.body.append(_shown(writer, node, block=False))
    raise nodes.SkipNode


def _display(writer: Any, node: nodes.math_block) -> None:
    writer.body.append(writer.starttag(node, "div", CLASS="math"))
    if node.get("number"):
        writer.body.append(f'<span class="eqno">({get_node_equation_number(writer, node)})')
        writer.add_permalink_ref(node, "Link to this equation")
        writer.body.append("</span>")
    writer.body.append(_shown(writer, node, block=True))
    writer.body.append("</div>\n")
    raise nodes.SkipNode


def setup(app: Sphinx) -> dict[str, Any]:
    """Register the renderer; as the only one beside Sphinx's own, it is chosen."""
    app.add_html_math_renderer("mathml", inline_renderers=(_inline, None), block_renderers=(_display, None))
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
