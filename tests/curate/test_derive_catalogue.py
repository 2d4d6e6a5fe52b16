"""The catalogue of derivations, the vocabulary, the arithmetic behind it and the page that describes it agree."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from evidence.curate.derive import DERIVATIONS, describe_derivations
from evidence.reported import METHODS
from evidence.vocabulary import Derivation, allowed

if TYPE_CHECKING:
    from pathlib import Path


def test_catalogue_and_vocabulary_are_the_same() -> None:
    assert set(DERIVATIONS) == set(allowed(Derivation))


@pytest.mark.parametrize("name", DERIVATIONS)
def test_every_derivation_is_fully_described(name) -> None:
    entry = DERIVATIONS[name]
    assert entry.id == name
    assert entry.title
    assert entry.formula
    assert entry.refuses
    assert entry.source
    assert all(method in METHODS for method in entry.computed_by)
    # what does the arithmetic names the same source
    dois = set(re.findall(r"doi:(10\.[^\s,;]+)", entry.source))
    for method in entry.computed_by[:1]:
        assert dois & set(re.findall(r"doi:(10\.[^\s,;]+)", METHODS[method].source)), method


def test_sentences_come_in_the_order_of_the_catalogue() -> None:
    sentences = describe_derivations(["p-to-sd", "se-to-sd", "p-to-sd"])
    assert len(sentences) == 2
    assert sentences[0].startswith("SD from an SE: SD = SE × √n. Source:")
    assert "Assumes that the p-value" in sentences[1]
    with pytest.raises(KeyError, match="no-such"):
        describe_derivations(["no-such"])


def test_the_page_describes_every_derivation_in_the_words_of_the_catalogue(root: Path) -> None:
    page = (root / "docs" / "derivations.md").read_text(encoding="utf-8")
    headings = re.findall(r"^### `([a-z-]+)`", page, flags=re.MULTILINE)
    assert headings == list(DERIVATIONS)
    for name, entry in DERIVATIONS.items():
        part = page.split(f"### `{name}`", 1)[1].split("\n### ", 1)[0]
        text = " ".join(part.split())
        for words in (entry.title, entry.formula, entry.assumption, entry.refuses, entry.source):
            assert words in text, (name, words)
