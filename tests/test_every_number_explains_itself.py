"""Every number of the whole base, under every analysis and every derivation, leads back to its sources."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

import evidence as ev
from evidence.curate.derive import DERIVATIONS
from evidence.synthesis import synthesise
from evidence.vocabulary import Derivation, allowed

if TYPE_CHECKING:
    from collections.abc import Iterator

    from evidence.provenance import Node
    from evidence.synthesis import SynthesisResult

ENDS = {"source", "note", "step"}


@pytest.fixture(scope="module")
def base():
    """Return the base in this repository."""
    return ev.load(__file__)


@pytest.fixture(scope="module")
def results(base) -> list[SynthesisResult]:
    """Return every synthesis under every declared analysis, and the widest also with each derivation added."""
    analyses = list(base.protocol.analyses.values())
    widest = max(analyses, key=lambda rules: (len(rules.statuses), len(rules.pooling), "no" not in rules.randomised))
    graded = (*widest.pooling, "p-value-only", "no")
    analyses += [
        replace(
            widest, id=f"also-{name}", derivations=tuple(dict.fromkeys((*widest.derivations, name))), pooling=graded
        )
        for name in allowed(Derivation)
    ]
    found = []
    for name in base.protocol.syntheses:
        seen = set()
        for rules in analyses:
            result = synthesise(base.tables, base.protocol, name, analysis=rules, index=base.index)
            # the same numbers have the same tree
            if repr(result.selected) not in seen:
                found.append(result)
            seen.add(repr(result.selected))
    return found


@pytest.fixture(scope="module")
def trees(results) -> list[tuple[SynthesisResult, Node]]:
    """Return every result with its tree."""
    return [(result, result.explain()) for result in results]


def leaves(node: Node) -> Iterator[Node]:
    if not node.children:
        yield node
    for child in node.children:
        yield from leaves(child)


def contrasts(tree: Node) -> list[Node]:
    return [node for node in tree.walk() if node.kind == "contrast"]


def test_there_is_something_to_explain(results) -> None:
    assert sum(result.pooled for result in results) >= 5
    assert sum(result.k for result in results) >= 40


def test_every_contrast_is_explained_and_ends_in_sources(trees) -> None:
    for result, tree in trees:
        nodes = contrasts(tree)
        where = (result.id, result.analysis.id)
        assert len(nodes) == result.k, where
        for node in nodes:
            assert {leaf.kind for leaf in leaves(node)} <= ENDS, where
            assert [child for child in node.children if child.kind == "reported"], where


def test_every_reported_value_has_a_source(trees) -> None:
    for result, tree in trees:
        for node in tree.walk():
            if node.kind == "reported":
                sources = [child for child in node.children if child.kind == "source"]
                assert sources, (result.id, node.text)
                assert sources[0].data["source"], (result.id, node.text)


def test_every_row_that_entered_is_in_the_tree(trees) -> None:
    for result, tree in trees:
        for contrast, node in zip(result.contrasts, contrasts(tree), strict=True):
            told = {child.data["row"] for child in node.children if child.kind == "reported"}
            assert told == set(contrast.rows)


def test_every_step_is_admitted_described_and_assumes_what_it_must(results) -> None:
    for result in results:
        admitted = result.synthesis.admitted(result.analysis)
        for contrast in result.contrasts:
            for step in contrast.steps:
                assert step.method in admitted, (result.id, result.analysis.id, step.method)
                assert step.text
                assert bool(step.assumption) == bool(DERIVATIONS[step.method].assumption), step.method


def test_every_derivation_used_stands_in_the_text_of_methods(results) -> None:
    for result in results:
        text = result.methods()
        for contrast in result.contrasts:
            for step in contrast.steps:
                assert DERIVATIONS[step.method].formula in text
                assert contrast.study_label in text


def test_every_number_can_be_shown(results) -> None:
    for result in results:
        if result.k:
            assert len(result.forest_data().rows) >= result.k
            assert "nan" not in result.summary().casefold().split()
