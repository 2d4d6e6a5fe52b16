"""The direction of dependencies, the public surface, and what importing costs."""

from __future__ import annotations

import ast
import importlib
import pkgutil
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

import evidence

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

LAYERS = (
    ("errors", "vocabulary", "numbers", "number_style"),
    ("card", "instruments"),
    ("tables", "protocol", "protocol_check", "protocol_columns", "protocol_parts", "project"),
    ("fingerprint",),
    ("provenance",),
    ("curate", "datasets", "effects", "fetch", "reported"),
    ("practice", "screen"),
    ("pool",),
    ("counts",),
    ("diagnose", "simulation"),
    ("synthesis",),
    ("certainty", "sensitivity"),
    ("plot",),
    ("answers", "base"),
    ("living",),
    ("report",),
    ("export",),
    ("build", "doctor", "extract", "refresh", "starter"),
    ("cli",),
)
RANK = {part: rank for rank, layer in enumerate(LAYERS) for part in layer}
# Results draw, explain and cite themselves: they import upwards, inside the method that does so and nowhere else.
PRESENTS = {
    "base": {"report"},
    "diagnose": {"plot"},
    "pool": {"plot", "report"},
    "screen": {"plot"},
    "sensitivity": {"plot"},
    "synthesis": {"plot", "report"},
}
NETWORK = {"socket", "urllib.request", "http.client", "requests", "httpx", "Bio.Entrez", "aiohttp"}
# The PubMed for practice listens on loopback, and can ask nobody.
LISTENING = {"http.server", "socketserver"}


def _modules(root: Path) -> Iterator[tuple[str, Path]]:
    for path in sorted((root / "evidence").rglob("*.py")):
        if "shipped" not in path.parts and path.name != "__main__.py":
            yield path.relative_to(root / "evidence").parts[0].removesuffix(".py"), path


def _statements(node: ast.AST, *, inside: bool) -> Iterator[tuple[ast.AST, bool]]:
    """Yield every statement that runs, not those for type checkers, and whether it stands in a function."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.If) and isinstance(child.test, ast.Name) and child.test.id == "TYPE_CHECKING":
            continue
        if isinstance(child, ast.stmt | ast.excepthandler | ast.match_case):
            yield child, inside
            function = isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef)
            yield from _statements(child, inside=inside or function)


def _imports(path: Path, package_depth: int) -> Iterator[tuple[str, bool]]:
    """Yield (part of the package imported, whether inside a function)."""
    for node, inside in _statements(ast.parse(path.read_text(encoding="utf-8")), inside=False):
        names: list[str] = []
        if isinstance(node, ast.ImportFrom) and node.level == package_depth + 1:
            names = [node.module] if node.module else [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.level == 0 and node.module:
            names = [node.module.removeprefix("evidence.")] if node.module.startswith("evidence.") else []
        for name in names:
            yield name.split(".")[0], inside


def test_dependencies_point_down(root: Path) -> None:
    wrong = []
    for part, path in _modules(root):
        if part == "__init__":
            continue
        depth = len(path.relative_to(root / "evidence").parts) - 1
        for target, inside in _imports(path, depth):
            if target == part or target not in RANK:
                continue
            presents = inside and target in PRESENTS.get(part, set())
            if RANK[target] > RANK[part] and not presents:
                wrong.append(f"{path.relative_to(root)} imports {target}")
    assert wrong == []


def test_every_part_has_a_layer(root: Path) -> None:
    parts = {part for part, _ in _modules(root)} - {"__init__"}
    assert parts == set(RANK)


def test_nothing_but_fetch_can_reach_the_network(root: Path) -> None:
    wrong = []
    for part, path in _modules(root):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        for node in ast.walk(tree):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            names += [node.module or ""] if isinstance(node, ast.ImportFrom) and node.level == 0 else []
            wrong += [f"{path.name}: {name}" for name in names if name in NETWORK and part != "fetch"]
            wrong += [f"{path.name}: {name}" for name in names if name in LISTENING and part != "practice"]
    assert wrong == []


def _order(name: str) -> tuple[int, str]:
    """Constants first, then classes, then functions: the order that the linter keeps."""
    return (0 if name.isupper() else 1 if name[0].isupper() else 2), name


def _module_names() -> list[str]:
    return ["evidence", *(info.name for info in pkgutil.walk_packages(evidence.__path__, "evidence."))]


@pytest.mark.parametrize("name", _module_names())
def test_public_surface_is_sorted_and_complete(name: str) -> None:
    module = importlib.import_module(name)
    exported = module.__all__
    assert list(exported) == sorted(exported, key=_order)
    assert len(set(exported)) == len(exported)
    for entry in exported:
        value = getattr(module, entry)
        if callable(value) and getattr(value, "__module__", "").startswith("evidence"):
            assert value.__doc__, f"{name}.{entry} has no docstring"
    defined = {
        entry
        for entry, value in vars(module).items()
        if not entry.startswith("_")
        and getattr(value, "__module__", None) == name
        and (isinstance(value, type) or callable(value))
    }
    assert defined <= set(exported), f"{name} defines public names outside __all__: {sorted(defined - set(exported))}"


def test_lazy_names_are_the_public_names() -> None:
    assert set(evidence._HOME_OF) | {"__version__"} == set(evidence.__all__)
    assert dir(evidence) == evidence.__all__


def test_unknown_attribute_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="no attribute 'poool'"):
        evidence.poool  # noqa: B018


@pytest.mark.parametrize(
    "module",
    [
        "evidence",
        "evidence.cli",
        "evidence.curate",
        "evidence.datasets",
        "evidence.doctor",
        "evidence.extract",
        "evidence.fetch",
        "evidence.plot",
        "evidence.practice",
        "evidence.refresh",
        "evidence.report",
        "evidence.screen",
    ],
)
def test_importing_is_light(module: str) -> None:
    code = f"import sys, {module}; print(*sorted(sys.modules))"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()
    heavy = {
        "numpy",
        "pandas",
        "scipy",
        "statsmodels",
        "matplotlib",
        "seaborn",
        "pandera",
        "Bio",
        "pint",
        "jinja2",
        "sklearn",
        "rispy",
    }
    assert heavy & set(loaded) == set()


def test_no_machine_paths_or_package_hosts(root: Path) -> None:
    import re

    listed = subprocess.run(["git", "ls-files"], cwd=root, capture_output=True, text=True, check=True).stdout.split(
        "\n"
    )
    pattern = re.compile(r"(^|[\"' (=])/(root|home|tmp|srv|mnt|work)/[A-Za-z]|(index-url|find-links)[ =]/?h")
    wrong = [
        f"{name}:{number}"
        for name in listed
        if name.endswith((".py", ".md", ".toml", ".txt", ".j2", ".css", ".cff", ".ipynb", "Makefile", "run", "floors"))
        and name != "tests/test_architecture.py"
        and (root / name).is_file()
        for number, line in enumerate((root / name).read_text(encoding="utf-8").splitlines(), start=1)
        if pattern.search(line)
    ]
    assert wrong == []
