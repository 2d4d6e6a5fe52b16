"""The installation and what surrounds it: versions, fonts, terminal, settings of the user."""

from __future__ import annotations

import os
import re
import sys
from importlib import metadata, util
from pathlib import Path
from typing import TYPE_CHECKING

from .observation import Observation, Step

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

__all__ = ["pins_beside", "see_extras", "see_fonts", "see_libraries", "see_python", "see_settings", "see_terminal"]

_DISTRIBUTION = "microneedling-evidence"
_OLDEST = (3, 11)
_FONTS = ("DejaVuSans.ttf", "DejaVuSans-Bold.ttf", "DejaVuSans-Oblique.ttf", "DejaVuSans-BoldOblique.ttf")
_FOR_USERS = ("cluster", "fast", "notebooks", "ranking", "tables")
_REQUIREMENT = re.compile(r"(?P<name>[A-Za-z0-9_.-]+)(?:\[[^]]*\])?(?P<limits>[^;]*)(?:;(?P<marker>.*))?")
_LIMIT = re.compile(r"(>=|<)\s*([0-9][0-9.]*)")
_EXTRA = re.compile(r"extra\s*==\s*['\"]([^'\"]+)['\"]")
_MEND = 0


def see_python(package: str) -> Observation:
    """Return the versions of Python and of this package.

    Parameters
    ----------
    package : str
        The version that runs.
    """
    running = sys.version_info[:3]
    text = f"evidence {package}, Python {'.'.join(map(str, running))}"
    facts = {"evidence": package, "python": ".".join(map(str, running)), "executable": sys.executable}
    if running[:2] < _OLDEST:
        oldest = ".".join(map(str, _OLDEST))
        steps = (Step(command=f"python{oldest} -m venv .venv", why=f"Python {oldest} or newer is needed", rank=_MEND),)
        text += f"; {oldest} or newer is needed"
        return _seen("python", "versions", "broken", text, facts=facts, steps=steps)
    return _seen("python", "versions", "ok", text, facts=facts)


def see_libraries(pins: Path | None = None) -> Observation:
    """Return whether the libraries that the package needs are there, in versions that it can work with.

    Parameters
    ----------
    pins : Path, optional
        A file with the versions with which it is tested, ``name==version`` a line.
    """
    wanted = [(name, limits) for name, limits, extra in _requirements() if not extra]
    pinned = _pinned(pins)
    wrong: list[str] = []
    mend: list[str] = []
    other: list[str] = []
    facts: dict[str, dict[str, str]] = {}
    for name, limits in wanted:
        found = _version(name)
        bounds = ",".join(f"{sign}{number}" for sign, number in limits)
        tested = pinned.get(_plain(name), ())
        facts[name] = {"found": found, "allowed": bounds, "pinned": " or ".join(tested)}
        if not found or not _allowed(found, limits):
            wrong.append(f"{name}: {found or 'not installed'}; {bounds} is needed")
            mend.append(f'"{name}{bounds}"')
        elif tested and found not in tested:
            other.append(f"{name} {found}; tested with {' or '.join(tested)}")
    if wrong:
        steps = (Step(command=f"python -m pip install {' '.join(mend)}", why="libraries that do not fit", rank=_MEND),)
        text = f"{len(wrong)} of {len(wanted)} do not fit"
        return _seen("libraries", "libraries", "broken", text, details=wrong, facts=facts, steps=steps)
    if not wanted:
        return _seen(
            "libraries", "libraries", "note", "the package was not installed: which versions it needs is unknown"
        )
    if other:
        text = f"all {len(wanted)} fit; {len(other)} {'has' if len(other) == 1 else 'have'} other versions than tested"
        return _seen("libraries", "libraries", "note", text, details=other, facts=facts)
    as_tested = ", in the versions tested" if pinned else ""
    return _seen("libraries", "libraries", "ok", f"all {len(wanted)} fit{as_tested}", facts=facts)


def see_extras() -> Observation:
    """Return which optional parts are installed whole."""
    members: dict[str, list[str]] = {name: [] for name in _FOR_USERS}
    for name, _, extra in _requirements():
        if extra in members:
            members[extra].append(name)
    there = [extra for extra, names in members.items() if names and all(map(_version, names))]
    away = [extra for extra, names in members.items() if names and extra not in there]
    facts = {"present": there, "absent": away}
    text = f"{', '.join(there) or 'none'}{f'; not installed: {_listed(away)}' if away else ''}"
    return _seen("extras", "optional", "ok", text, facts=facts)


def see_fonts() -> Observation:
    """Return whether the typeface of the figures is there; matplotlib brings it and is not loaded for this."""
    found = util.find_spec("matplotlib")
    if found is None or found.origin is None:
        return _seen("fonts", "fonts", "broken", "matplotlib is not installed: no figure can be drawn")
    folder = Path(found.origin).parent / "mpl-data" / "fonts" / "ttf"
    missing = [name for name in _FONTS if not (folder / name).is_file()]
    if missing:
        step = Step(command="python -m pip install --force-reinstall matplotlib", why="fonts are missing", rank=_MEND)
        text = f"{_listed(missing)} {'is' if len(missing) == 1 else 'are'} missing from matplotlib"
        return _seen("fonts", "fonts", "broken", text, facts={"missing": missing}, steps=(step,))
    return _seen("fonts", "fonts", "ok", "DejaVu Sans, in all four styles", facts={"missing": []})


def see_terminal(
    environ: Mapping[str, str], *, is_terminal: bool, width: int, encoding: str, colour: bool
) -> Observation:
    """Return what the terminal can show.

    Parameters
    ----------
    environ : mapping of str to str
        The environment.
    is_terminal : bool
        Whether standard output is one.
    width : int
        Its columns.
    encoding : str
        How letters are written there.
    colour : bool
        Whether colours are printed.
    """
    reasons = [
        ("not a terminal", not is_terminal),
        ("NO_COLOR is set", "NO_COLOR" in environ),
        ("TERM is dumb", environ.get("TERM", "").lower() in ("", "dumb", "unknown")),
    ]
    against = next((reason for reason, holds in reasons if holds), "the terminal has none")
    utf8 = encoding.lower().replace("-", "").startswith("utf")
    facts = {"terminal": is_terminal, "columns": width, "colour": colour, "encoding": encoding}
    text = f"{width} columns, {'colour' if colour else f'no colour ({against})'}, {encoding}"
    details = []
    if not utf8:
        details.append(f"{encoding} lacks signs such as − and τ²: set PYTHONUTF8=1")
    if width < 60:
        details.append("tables need 60 columns, and read well from 80 on")
    return _seen(
        "terminal", "terminal", "note" if details else "ok", text, group="surroundings", details=details, facts=facts
    )


def see_settings(environ: Mapping[str, str]) -> Observation:
    """Return whether an email address, a key and a name are set; none of them is shown.

    Parameters
    ----------
    environ : mapping of str to str
        The environment.
    """
    from ..fetch.settings import read_settings
    from ..screen.reviewer import reviewer_name

    settings = read_settings(environ=environ)
    reviewer = bool(reviewer_name(None, environ=environ, required=False))
    facts = {"email": bool(settings.email), "api_key": bool(settings.api_key), "reviewer": reviewer}
    words = {"email": "email for PubMed", "api_key": "PubMed key", "reviewer": "reviewer's name"}
    text = ", ".join(f"{words[name]} {'set' if there else 'not set'}" for name, there in facts.items())
    details = list(settings.notes)
    if not reviewer:
        details.append("EVIDENCE_REVIEWER names whoever screens, else --reviewer does.")
    state = "ok" if settings.email and not settings.notes else "note"
    return _seen("settings", "settings", state, text, group="surroundings", details=details, facts=facts)


def _seen(
    name: str,
    title: str,
    state: str,
    text: str,
    *,
    group: str = "installation",
    details: Iterable[str] = (),
    facts: Mapping[str, object] | None = None,
    steps: tuple[Step, ...] = (),
) -> Observation:
    return Observation(
        id=name,
        group=group,
        title=title,
        state=state,  # type: ignore[arg-type]  # one of the four
        text=text,
        details=tuple(details),
        facts=facts or {},
        steps=steps,
    )


def _requirements() -> list[tuple[str, list[tuple[str, str]], str]]:
    """Return what the distribution requires: name, limits, and the extra that asks for it; nothing if it is none."""
    try:
        lines = metadata.requires(_DISTRIBUTION) or []
    except metadata.PackageNotFoundError:
        return []
    found = []
    for line in lines:
        parts = _REQUIREMENT.match(line)
        if parts is None:
            continue
        extra = _EXTRA.search(parts["marker"] or "")
        found.append((parts["name"], _LIMIT.findall(parts["limits"]), extra[1] if extra else ""))
    return found


def _pinned(path: Path | None) -> dict[str, tuple[str, ...]]:
    """Return the tested versions by name: one for each range of Python where they differ between these."""
    if path is None or not path.is_file():
        return {}
    lines = re.findall(r"^([A-Za-z0-9_.-]+)(?:\[[^]]*\])?==([^\s;\\]+)", path.read_text(encoding="utf-8"), flags=re.M)
    found: dict[str, tuple[str, ...]] = {}
    for name, version in lines:
        found[_plain(name)] = (*found.get(_plain(name), ()), version)
    return found


def _plain(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def _version(name: str) -> str:
    try:
        return metadata.version(name) or ""
    except metadata.PackageNotFoundError:
        return ""


def _numbers(version: str) -> tuple[int, ...]:
    """Return the numbers of a release, without a label such as rc1, and without zeros at its end."""
    head = re.match(r"\d+(?:\.\d+)*", version)
    parts = [int(part) for part in head[0].split(".")] if head else []
    while parts and parts[-1] == 0:
        parts.pop()
    return tuple(parts)


def _allowed(version: str, limits: Iterable[tuple[str, str]]) -> bool:
    own = _numbers(version)
    return all(own >= _numbers(number) if sign == ">=" else own < _numbers(number) for sign, number in limits)


def _listed(names: Iterable[str]) -> str:
    return ", ".join(names)


def pins_beside(package: Path) -> Path | None:
    """Return the file of tested versions where the package runs from its own repository."""
    path = package.parent / "requirements" / "run.txt"
    return path if path.is_file() and os.access(path, os.R_OK) else None
