"""The pages of the public names: docs/reference/api.md lists them; a page for each package is made with the site."""

from __future__ import annotations

import ast
import inspect
import re
from dataclasses import fields, is_dataclass
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .page import markdown, note, paragraphs, table

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["PAGES", "PRIVATE", "api_page", "home_of", "members", "public_names", "summary", "write_pages"]

# Page → the modules on it. A package that exports nothing by itself shows the modules that one builds on.
PAGES: dict[str, tuple[str, ...]] = {
    "base": ("base", "synthesis"),
    "protocol": ("protocol",),
    "tables": ("tables",),
    "provenance": ("provenance",),
    "project": ("project",),
    "effects": ("effects",),
    "reported": ("reported",),
    "counts": ("counts",),
    "pool": ("pool",),
    "diagnose": ("diagnose", "diagnose.small_study", "diagnose.selection"),
    "simulation": ("simulation",),
    "curate": ("curate", "curate.derive", "curate.integrity", "curate.bias"),
    "sensitivity": ("sensitivity", "sensitivity.multiverse", "sensitivity.multiverse_result"),
    "certainty": ("certainty",),
    "instruments": ("instruments",),
    "plot": ("plot",),
    "report": ("report",),
    "export": ("export",),
    "living": ("living",),
    "fetch": ("fetch.client", "fetch.search", "fetch.archive", "fetch.parse", "fetch.record", "fetch.settings"),
    "practice": ("practice",),
    "screen": (
        "screen.ledger",
        "screen.queue",
        "screen.rank",
        "screen.duplicates",
        "screen.agreement",
        "screen.exchange",
        "screen.prisma",
        "screen.status",
    ),
    "extract": ("extract",),
    "refresh": ("refresh.run", "refresh.result", "refresh.rebuild"),
    "build": ("build",),
    "datasets": ("datasets",),
    "starter": ("starter",),
    "doctor": ("doctor",),
}
# Parts of the package that nobody outside calls, and where what they do is described instead.
PRIVATE = {
    "answers": "every answer of a review at once, for the build and the report",
    "card": "how results print themselves",
    "cli": "the command line: its own page",
    "errors": "the exceptions: their own page",
    "fingerprint": "how the build knows that nothing changed",
    "number_style": "the journals' ways of writing numbers: `number_style=` of the functions that take one",
    "numbers": "how numbers are written",
    "protocol_check": "the faults of a protocol",
    "protocol_columns": "the faults of a protocol's own columns",
    "protocol_parts": "the parts of a protocol: public in `evidence.protocol`",
    "vocabulary": "the options' allowed values: with the functions that take them",
}

_HEAD = """# The Python interface

`import evidence as ev` brings the names of the first table; the others are imported from their packages, as in
`from evidence.living import compare_bases`. Importing loads nothing heavy: libraries are loaded by the functions that
use them. Functions take a table or arrays first and options by keyword; they return frozen results with `summary()`,
`to_dict()` and, where there are rows, `to_frame()`. What they refuse they refuse by [exceptions](exceptions.md) that
say what to do.

Every name here is described with its parameters, results and an example by `help(name)`, and on the site on the page of
its package.
"""


def public_names(module: str) -> list[str]:
    """Return what a module exports, functions first."""
    found = import_module(f"evidence.{module}")
    return sorted(found.__all__, key=lambda name: (not name[0].islower(), name.isupper(), name.lower()))


def home_of() -> dict[str, str]:
    """Return where each name of ``ev.`` is described: name → module."""
    import evidence

    described = {module for modules in PAGES.values() for module in modules}
    homes = {name: module for module, names in evidence._HOMES.items() for name in names}
    # A module that is on no page is shown by the package that it is part of.
    return {
        name: module if module in described or "." not in module else module.rpartition(".")[0]
        for name, module in homes.items()
    }


def summary(module: str, name: str) -> str:
    """Return one line on a public name."""
    value = getattr(import_module(f"evidence.{module}"), name)
    if inspect.isclass(value) or inspect.isroutine(value) or inspect.ismodule(value):
        return markdown(paragraphs(value.__doc__)[0])
    return _constant(value)


def _constant(value: Any) -> str:
    args = getattr(value, "__args__", ())
    if args and all(isinstance(item, str) for item in args):
        return f"One of {', '.join(f'`{item}`' for item in args)}."
    if isinstance(value, dict | tuple | frozenset | list | set):
        words = [f"`{item}`" for item in value if isinstance(item, str)]
        if words and len(words) == len(value):
            return f"{', '.join(words)}."
        return f"A {type(value).__name__} of {len(value)}."
    return f"`{value!r}`." if isinstance(value, str | int | float) else "A constant."


def intro(module: str) -> str:
    """Return the docstring that stands in a module's file; one module shows its function's instead."""
    source = inspect.getsourcefile(import_module(f"evidence.{module}"))
    assert source is not None
    return inspect.cleandoc(ast.get_docstring(ast.parse(Path(source).read_text(encoding="utf-8"))) or "")


def api_page() -> str:
    """Return the page that lists every public name."""
    import evidence

    lines = [note("the docstrings of the package"), "", _HEAD, "## ev", ""]
    homes = home_of()
    names = sorted(set(evidence.__all__) - {"__version__"}, key=lambda name: (not name[0].islower(), name.lower()))
    rows = [(f"`ev.{name}`", summary(homes[name], name)) for name in names]
    lines += table(("name", ""), [*rows, ("`ev.__version__`", "The version of the package.")])
    named = ", ".join(f"`ev.{name}`" for name in evidence._PACKAGES)
    lines += [f"Packages that are called by way of `ev`: {named}.", ""]
    for page, modules in PAGES.items():
        lines += [f"## evidence.{page}", ""]
        for module in modules:
            if module != page:
                lines += [f"### evidence.{module}", ""]
            lines += [markdown(paragraphs(intro(module))[0]), ""]
            rows = [(f"`evidence.{module}.{name}`", summary(module, name)) for name in public_names(module)]
            lines += table(("name", ""), rows)
    lines += ["```{toctree}", ":hidden:", "", *(f"api/{page}" for page in PAGES), "```"]
    return "\n".join(lines).rstrip() + "\n"


def write_pages(folder: Path) -> None:
    """Write a page for each package, in reStructuredText as docstrings are; what did not change is left alone."""
    folder.mkdir(parents=True, exist_ok=True)
    wanted = {f"{page}.rst": _package(page, modules) for page, modules in PAGES.items()}
    for path in folder.iterdir():
        if path.name not in wanted:
            path.unlink()
    for name, text in wanted.items():
        path = folder / name
        if not path.is_file() or path.read_text(encoding="utf-8") != text:
            path.write_text(text, encoding="utf-8")


def _package(page: str, modules: tuple[str, ...]) -> str:
    lines = _title(f"evidence.{page}", "=")
    for module in modules:
        if module != page:
            lines += _title(f"evidence.{module}", "-")
        lines += [f".. py:module:: evidence.{module}", "", _plain_intro(intro(module)), ""]
        for name in public_names(module):
            lines += _entry(module, name)
    return "\n".join(lines)


def _title(text: str, mark: str) -> list[str]:
    return [text, mark * len(text), ""]


def _plain_intro(text: str) -> str:
    """Return a module's docstring without what stands there for doctest; what is set in is code."""
    parts = re.split(r"\n\n(?=>>>)", text)[0].split("\n\n")
    for place in range(len(parts) - 1, 0, -1):
        before, here = parts[place - 1], parts[place]
        if here.startswith(" ") and not before.startswith(" ") and not before.endswith("::"):
            parts.insert(place, "::")
    return "\n\n".join(parts)


def _entry(module: str, name: str) -> list[str]:
    value = getattr(import_module(f"evidence.{module}"), name)
    if inspect.isclass(value):
        named = ", ".join(members(value))
        return [f".. autoclass:: evidence.{module}.{name}", *([f"   :members: {named}"] if named else []), ""]
    if inspect.isroutine(value):
        return [f".. autofunction:: evidence.{module}.{name}", ""]
    return [f".. py:data:: evidence.{module}.{name}", "", f"   {_constant(value).replace('`', '``')}", ""]


def members(shape: type) -> Iterator[str]:
    """Yield the public methods and properties of a class that are this package's, inherited ones among them."""
    own = {entry.name for entry in fields(shape)} if is_dataclass(shape) else set()
    for name in dir(shape):
        home = next((base for base in shape.__mro__ if name in vars(base)), object)
        value = inspect.getattr_static(shape, name)
        shown = isinstance(value, property | classmethod | staticmethod) or inspect.isfunction(value)
        if shown and not name.startswith("_") and name not in own and home.__module__.startswith("evidence"):
            yield name
