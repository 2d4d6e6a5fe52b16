"""Flow charts as data: from node to node by the answers, until a judgement or a missing answer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ..errors import InputError

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["Chart", "Walk", "chart", "question_of"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Walk:
    """One way through a chart.

    Attributes
    ----------
    judgement : str or None
        Where it ended; None where an answer was missing.
    path : tuple of (str, str)
        The questions that led there, with their answers, in order.
    missing : tuple of str
        The question at which it had to stop.
    """

    judgement: str | None
    path: tuple[tuple[str, str], ...] = ()
    missing: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Chart:
    """A flow chart.

    Attributes
    ----------
    start : str
        The first node.
    nodes : mapping of str to mapping of str to str
        For every node, where each answer leads: to another node or to a judgement. A node is called after its
        question; a second node of the same question has a word after a colon (``1.3:unclear``).
    """

    start: str
    nodes: Mapping[str, Mapping[str, str]]

    def walk(self, answers: Mapping[str, str]) -> Walk:
        """Follow the answers; an answer that the chart has no branch for counts as missing.

        Examples
        --------
        >>> plan = chart("1", {"1": {"Y PY": "low", "PN N": "2"}, "2": {"Y PY PN N": "high"}})
        >>> plan.walk({"1": "N"})
        Walk(judgement=None, path=(('1', 'N'),), missing=('2',))
        >>> plan.walk({"1": "N", "2": "PY"}).judgement
        'high'
        """
        node = self.start
        path: list[tuple[str, str]] = []
        while node in self.nodes:
            question = question_of(node)
            answer = answers.get(question, "")
            if answer not in self.nodes[node]:
                return Walk(judgement=None, path=tuple(path), missing=(question,))
            path.append((question, answer))
            node = self.nodes[node][answer]
        return Walk(judgement=node, path=tuple(path))

    @property
    def ends(self) -> frozenset[str]:
        """Every judgement that the chart can reach."""
        return frozenset(end for branches in self.nodes.values() for end in branches.values()) - set(self.nodes)


def question_of(node: str) -> str:
    """Return the question that a node looks at."""
    return node.partition(":")[0]


def chart(start: str, branches: Mapping[str, Mapping[str, str]]) -> Chart:
    """Return a chart from branches whose answers stand in groups parted by blanks.

    Raises
    ------
    InputError
        If an answer has two branches at one node, or the start is no node.
    """
    nodes: dict[str, dict[str, str]] = {}
    for node, groups in branches.items():
        nodes[node] = {}
        for group, target in groups.items():
            for answer in group.split():
                if answer in nodes[node]:
                    raise InputError(f"node {node} has two branches for {answer}")
                nodes[node][answer] = target
    if start not in nodes:
        raise InputError(f"the chart starts at {start!r}, which is not one of its nodes")
    return Chart(start=start, nodes=nodes)
