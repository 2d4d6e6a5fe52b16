"""A reading session as a state machine: a key goes in, the next state and perhaps something to do come out.

There is no input and no output here. Who drives it writes each decision before going on, so that nothing is lost
whenever it is left.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

from .standing import CONSENSUS, FULL_TEXT, TITLE_ABSTRACT

__all__ = ["KEYS", "Act", "Session", "Step", "press"]

KEYS = {
    "i": "include",
    "e": "exclude, then a reason by its number or in your words",
    "m": "maybe",
    "u": "undo: take the latest decision back",
    "s": "skip for now",
    "o": "show the addresses of the record",
    "w": "show why it stands here",
    "?": "help",
    "q": "quit; every decision is written already",
}
_PANELS = {"o": "address", "w": "why", "?": "help", "h": "help"}
_ENTER = ("\r", "\n")
_BACK = ("\x7f", "\x08")
_ESCAPE = "\x1b"
_LONGEST = 200
_ONE_DIGIT = 9

Mode = Literal["reading", "reason", "over"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Act:
    """Something to do: write a decision, take one back, or end.

    Attributes
    ----------
    kind : str
        ``decide``, ``undo`` or ``quit``.
    pmid, decision, reason : str
        For a decision; `pmid` also for taking back.
    """

    kind: Literal["decide", "undo", "quit"]
    pmid: str = ""
    decision: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """Where a session is.

    Attributes
    ----------
    queue : tuple of str
        PMIDs still to be read, the present one first.
    stage, role : str
        Where, and whether own decisions or a consensus are made.
    reasons : tuple of str
        Reasons for exclusion that are offered by number.
    history : tuple of str
        PMIDs on which this reviewer has a decision that holds, the latest last.
    skipped : tuple of str
        PMIDs that were put aside.
    decided : int
        Decisions made in this session and not taken back.
    mode : str
        ``reading``; ``reason`` while one is being given; ``over`` when nothing is left.
    panel : str
        What is shown below the record: ``why``, ``address``, ``help`` or nothing.
    typed : str
        The reason as far as it is typed.
    message : str
        What the last key led to, where that needs a word.
    """

    queue: tuple[str, ...]
    stage: str = TITLE_ABSTRACT
    role: str = "reviewer"
    reasons: tuple[str, ...] = ()
    history: tuple[str, ...] = ()
    skipped: tuple[str, ...] = ()
    decided: int = 0
    mode: Mode = "reading"
    panel: str = ""
    typed: str = ""
    message: str = ""

    @property
    def current(self) -> str:
        """The record that is being read; empty when none is left."""
        return self.queue[0] if self.queue else ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """What a key leads to: the state after it, and what has to be done for that."""

    session: Session
    act: Act | None = None


def press(session: Session, key: str) -> Step:
    r"""Return what a key leads to.

    Parameters
    ----------
    session : Session
        The state before.
    key : str
        One character, or the sequence of a special key.

    Examples
    --------
    >>> start = Session(queue=("7", "8"), reasons=("not a trial",))
    >>> press(start, "i").act.decision, press(start, "i").session.current
    ('include', '8')
    >>> asked = press(start, "e").session
    >>> asked.mode, press(asked, "1").act.reason
    ('reason', 'not a trial')
    """
    session = replace(session, message="")
    if session.mode == "reason":
        return _reason(session, key)
    key = key.lower() if len(key) == 1 else key
    if key == "q":
        return Step(session=session, act=Act(kind="quit"))
    if key == "u":
        return _undo(session)
    if key in _PANELS:
        panel = "" if session.panel == _PANELS[key] else _PANELS[key]
        return Step(session=replace(session, panel=panel))
    if not session.queue:
        return _told(session, "nothing is left to read; u takes the latest decision back, q quits")
    if key == "s":
        skipped = (*session.skipped, session.current)
        return Step(session=_next(replace(session, skipped=skipped)))
    if key == "m" and session.role == CONSENSUS:
        return _told(session, "a consensus includes or excludes")
    if key in ("i", "m"):
        return _decide(session, KEYS[key], "")
    if key == "e":
        return Step(session=replace(session, mode="reason", typed="", panel=""))
    return _told(session, "no such key; ? shows them all")


def _told(session: Session, message: str) -> Step:
    return Step(session=replace(session, message=message))


def _next(session: Session) -> Session:
    """Return the state with the next record before the reader."""
    queue = session.queue[1:]
    return replace(session, queue=queue, mode="reading" if queue else "over", panel="", typed="")


def _decide(session: Session, decision: str, reason: str) -> Step:
    pmid = session.current
    after = replace(session, history=(*session.history, pmid), decided=session.decided + 1)
    return Step(session=_next(after), act=Act(kind="decide", pmid=pmid, decision=decision, reason=reason))


def _undo(session: Session) -> Step:
    if not session.history:
        return _told(session, "there is no decision of yours to take back")
    pmid = session.history[-1]
    after = replace(
        session,
        history=session.history[:-1],
        queue=(pmid, *(other for other in session.queue if other != pmid)),
        skipped=tuple(other for other in session.skipped if other != pmid),
        decided=max(0, session.decided - 1),
        mode="reading",
        panel="",
        message="taken back",
    )
    return Step(session=after, act=Act(kind="undo", pmid=pmid))


def _reason(session: Session, key: str) -> Step:
    """Return what a key leads to while a reason is being given."""
    count = len(session.reasons)
    if key == _ESCAPE:
        return Step(session=replace(session, mode="reading", typed="", message="not excluded"))
    if key in _BACK:
        return Step(session=replace(session, typed=session.typed[:-1]))
    if key in _ENTER:
        return _given(session)
    if len(key) != 1 or not key.isprintable():
        return Step(session=session)
    if not session.typed and key in "0123456789" and count <= _ONE_DIGIT:
        return _numbered(session, key)
    return Step(session=replace(session, typed=(session.typed + key)[:_LONGEST]))


def _numbered(session: Session, number: str) -> Step:
    count = len(session.reasons)
    if 1 <= int(number) <= count:
        return _decide(session, "exclude", session.reasons[int(number) - 1])
    known = f"reasons go from 1 to {count}" if count else "no reasons are numbered"
    return _told(session, f"{known}; or type one and press Enter")


def _given(session: Session) -> Step:
    reason = " ".join(session.typed.split())
    if reason.isascii() and reason.isdigit() and session.reasons:
        return _numbered(replace(session, typed=""), reason)
    if not reason and session.stage == FULL_TEXT:
        return _told(session, "an exclusion at full text needs a reason; Escape goes back")
    same = (known for known in session.reasons if known.casefold() == reason.casefold())
    return _decide(session, "exclude", next(same, reason))
