"""What git remembers of a project, read without touching the working tree, the index or the network."""

from __future__ import annotations

import difflib
import os
import subprocess
from dataclasses import dataclass
from pathlib import Path

from ..errors import ProjectError

__all__ = ["Commit", "Repository", "find_repository"]

# No prompt, no lock file, messages in one language, and no object fetched from elsewhere.
_SETTINGS = {"GIT_TERMINAL_PROMPT": "0", "GIT_OPTIONAL_LOCKS": "0", "GIT_NO_LAZY_FETCH": "1", "LC_ALL": "C"}
# Set by hooks; they would lead away from the project's own repository.
_ELSEWHERE = ("GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_PREFIX")
_FILE = ("100644", "100755", "100664")
_MANY = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class Commit:
    """One state that git remembers.

    Attributes
    ----------
    sha : str
        Its full name.
    date : str
        The day on which it was committed, as ``2026-11-22``.
    """

    sha: str
    date: str


def _run(folder: Path, *arguments: str, given: bytes | None = None) -> subprocess.CompletedProcess[bytes]:
    """Run git in a folder; raises ProjectError where there is no git."""
    try:
        return subprocess.run(  # noqa: S603
            ["git", "-C", str(folder), *arguments],  # noqa: S607
            input=given,
            capture_output=True,
            check=False,
            env={name: value for name, value in os.environ.items() if name not in _ELSEWHERE} | _SETTINGS,
        )
    except FileNotFoundError:
        raise ProjectError("git was not found; install it, or compare two folders instead of revisions") from None


def _said(run: subprocess.CompletedProcess[bytes]) -> str:
    lines = run.stderr.decode("utf-8", "replace").strip().splitlines()
    return lines[0].removeprefix("fatal: ") if lines else f"git stopped with code {run.returncode}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Repository:
    """The git repository around a project.

    Attributes
    ----------
    root : Path
        Its top folder.
    prefix : str
        The project's place below it, as ``reviews/knee/``; empty if the project is the top.
    """

    root: Path
    prefix: str

    def _git(self, *arguments: str, given: bytes | None = None) -> bytes:
        run = _run(self.root, *arguments, given=given)
        if run.returncode:
            raise ProjectError(f"git {arguments[0]} failed in {self.root}: {_said(run)}")
        return run.stdout

    def has(self, name: str) -> bool:
        """Return whether git knows a commit, branch or tag by this name."""
        return bool(name) and _run(self.root, *_verify(name)).returncode == 0

    def commit(self, name: str) -> Commit:
        """Return the commit that a name stands for.

        Raises
        ------
        ProjectError
            If git knows no such revision; near names of tags and branches are told.
        """
        run = _run(self.root, *_verify(name))
        if not name or run.returncode:
            raise ProjectError(self._unknown(name))
        sha = run.stdout.decode().strip()
        date = self._git("show", "--no-patch", "--format=%cs", "--end-of-options", sha).decode().strip()
        return Commit(sha=sha, date=date)

    def merge_base(self, one: str, two: str) -> Commit:
        """Return the latest commit that two revisions have in common.

        Raises
        ------
        ProjectError
            If one of them is unknown, or they have none.
        """
        first, second = self.commit(one), self.commit(two)
        run = _run(self.root, "merge-base", first.sha, second.sha)
        if run.returncode:
            raise ProjectError(f"{one!r} and {two!r} have no commit in common; compare them directly: {one} {two}")
        return self.commit(run.stdout.decode().strip())

    def files(self, commit: Commit, names: tuple[str, ...]) -> dict[str, bytes]:
        """Return files of the project as they were at a commit, by their path in the project.

        Parameters
        ----------
        commit : Commit
            The state to read.
        names : tuple of str
            Paths of files, or of folders whose files are wanted; those that were not there are left out.

        Raises
        ------
        ProjectError
            If a file is a link, which cannot be followed in the past, or its content is not in this clone.
        """
        wanted = [self.prefix + name for name in names]
        listed = self._git("ls-tree", "-r", "-z", "--full-tree", commit.sha, "--", *wanted)
        objects: dict[str, str] = {}
        for entry in filter(None, listed.decode("utf-8", "surrogateescape").split("\0")):
            facts, path = entry.split("\t", 1)
            mode, kind, sha = facts.split()
            name = path.removeprefix(self.prefix)
            if kind == "blob" and mode not in _FILE:
                raise ProjectError(f"{name} is a link at {commit.sha[:10]}; only plain files can be read from the past")
            if kind == "blob":
                objects[name] = sha
        return self._contents(objects)

    def _contents(self, objects: dict[str, str]) -> dict[str, bytes]:
        """Return the content of each object, all asked for at once."""
        answer = self._git("cat-file", "--batch", given="".join(f"{sha}\n" for sha in objects.values()).encode())
        found: dict[str, bytes] = {}
        place = 0
        for name in objects:
            end = answer.index(b"\n", place)
            header = answer[place:end].split()
            if len(header) != 3:
                raise ProjectError(f"the content of {name} is not in this clone; fetch it with git first")
            size = int(header[2])
            found[name] = answer[end + 1 : end + 1 + size]
            place = end + size + 2
        return found

    def first_with(self, name: str) -> Commit | None:
        """Return the first commit of the present branch that has a file of the project; None if none has."""
        run = _run(self.root, "log", "--diff-filter=A", "--format=%H %cs", "--reverse", "--", self.prefix + name)
        lines = run.stdout.decode().split("\n") if not run.returncode else []
        return Commit(sha=lines[0].split()[0], date=lines[0].split()[1]) if lines and lines[0] else None

    def _unknown(self, name: str) -> str:
        listed = _run(self.root, "for-each-ref", "--format=%(refname:short)").stdout.decode("utf-8", "replace").split()
        near = difflib.get_close_matches(name, listed, n=3, cutoff=0.5)
        if near:
            hint = f"did you mean {' or '.join(repr(option) for option in near)}?"
        elif listed:
            more = f" and {len(listed) - _MANY} more" if len(listed) > _MANY else ""
            hint = f"known names: {', '.join(listed[:_MANY])}{more}"
        else:
            hint = "the repository has no commit yet"
        shallow = _run(self.root, "rev-parse", "--is-shallow-repository").stdout.strip() == b"true"
        cut = "; this clone is shallow, so older revisions are missing (git fetch --unshallow)" if shallow else ""
        return f"no revision is called {name!r}, and there is no such folder; {hint}{cut}"


def _verify(name: str) -> tuple[str, ...]:
    return ("rev-parse", "--verify", "--quiet", "--end-of-options", f"{name}^{{commit}}")


def find_repository(folder: Path) -> Repository:
    """Return the git repository around a project's folder.

    Raises
    ------
    ProjectError
        If there is none, or git refuses to read it.
    """
    run = _run(folder, "rev-parse", "--show-toplevel", "--show-prefix")
    if run.returncode:
        said = _said(run)
        if "not a git repository" in said:
            raise ProjectError(f"{folder} is not in a git repository; compare two folders instead of revisions")
        raise ProjectError(f"git cannot read the repository around {folder}: {said}")
    lines = run.stdout.decode("utf-8", "surrogateescape").split("\n")
    return Repository(root=Path(lines[0]), prefix=lines[1])
