"""Columns and value lists that several tables share."""

from __future__ import annotations

from typing import Any

from ..schema import Column, Reference

__all__ = [
    "ARM",
    "LOCATION",
    "LOCATOR",
    "NOTES",
    "P_OPERATORS",
    "P_SCOPES",
    "SEEN_AT",
    "SOURCE",
    "STATUS",
    "STATUSES",
    "STUDY",
    "category",
    "identifier",
    "integer",
    "number",
    "text",
]

STATUSES = ("verified", "secondary", "implied", "conflict", "assumed")
P_OPERATORS = ("=", "<", "≤", ">", "≥", "not-significant", "significant")
P_SCOPES = ("between-arms", "within-arm", "unclear")


def text(name: str, meaning: str, **options: Any) -> Column:
    """Return a free-text column."""
    return Column(name=name, type="text", meaning=meaning, **options)


def identifier(name: str, meaning: str, **options: Any) -> Column:
    """Return a column of short names."""
    return Column(name=name, type="id", meaning=meaning, **options)


def category(name: str, meaning: str, allowed: tuple[str, ...] = (), **options: Any) -> Column:
    """Return a column with a closed list of values: `allowed`, or those of a `vocabulary` of the protocol."""
    return Column(name=name, type="category", meaning=meaning, allowed=allowed, **options)


def number(name: str, meaning: str, **options: Any) -> Column:
    """Return a column of real numbers."""
    return Column(name=name, type="number", meaning=meaning, **options)


def integer(name: str, meaning: str, **options: Any) -> Column:
    """Return a column of whole numbers, none of them negative."""
    return Column(name=name, type="integer", meaning=meaning, **({"minimum": 0} | options))


STUDY = identifier(
    "study_id",
    "The trial, not the report.",
    example="Smith2013",
    required=True,
    reference=Reference(table="studies"),
)
ARM = identifier(
    "arm_id",
    "The arm of the trial; empty where the report does not say which.",
    example="A1",
    reference=Reference(table="arms", with_study=True),
)
SOURCE = text(
    "source",
    "The primary report that the value belongs to: PMID, DOI or registration, in that order of preference; "
    "else the citation.",
    example="PMID:12345678",
    required=True,
)
SEEN_AT = Column(
    name="seen_at",
    type="list",
    meaning="The pages on which the value was seen; a mirror stands here, never in `source`.",
    example="S01;S03",
    required=True,
    reference=Reference(table="sources"),
)
LOCATION = text("location", "The part of the page that holds the value.", example="abstract, results")
LOCATOR = text("locator", "The sentence or cell, in our words.", example="sentence on the change of the score")
STATUS = category(
    "status",
    "How sure the value is: `verified` in the primary report or a word-for-word copy of its abstract; `secondary` only in a "
    "review, news report or summary; `implied` worked out from a printed percentage; `conflict` sources disagree or the "
    "source contradicts itself; `assumed` read off the design.",
    STATUSES,
    example="verified",
    required=True,
)
NOTES = text("notes", "What a reader of the number must know.", example="")
