"""What can be read of a record before a person does: sentences, hints, named components and outcomes, candidates."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from .candidates import Candidate, find_candidates
from .design import Hint, design_hints, plain_values
from .named import Mention, component_words, find_mentions
from .sentences import Sentence, split_sentences

if TYPE_CHECKING:
    from ..fetch.record import Record
    from ..protocol import Protocol
    from .linking import Linked

__all__ = ["Reading", "read_text"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What was read of a record.

    Attributes
    ----------
    pmid, extractor, study_id : str
        Which record, who extracts it, and into which trial.
    record : dict
        Its row in records.
    linked : Linked or None
        How the trial is known in the base; None for a new trial.
    has_raw : bool
        Whether the raw archive has the record.
    abstract : str
        Its text; offsets of candidates count in it.
    sentences, hints, components, outcomes, candidates : tuple
        What was found in it.
    plain : dict of str to str
        Columns of studies that it fills plainly.
    cautions : tuple of str
        What to know before the work begins.
    """

    pmid: str
    extractor: str
    study_id: str
    record: dict[str, str]
    linked: Linked | None
    has_raw: bool
    abstract: str
    sentences: tuple[Sentence, ...]
    hints: tuple[Hint, ...]
    components: tuple[Mention, ...]
    outcomes: tuple[Mention, ...]
    candidates: tuple[Candidate, ...]
    plain: dict[str, str]
    cautions: tuple[str, ...] = ()


def read_text(
    row: dict[str, str],
    record: Record | None,
    protocol: Protocol,
    *,
    extractor: str,
    study_id: str,
    linked: Linked | None,
    cautions: tuple[str, ...] = (),
) -> Reading:
    """Return what can be read of a record.

    Parameters
    ----------
    row : dict
        Its row in records; the title and publication types come from there.
    record : Record, optional
        As the raw archive has it, with the abstract.
    protocol : Protocol
        Whose components, outcomes, conditions and designs are looked for.
    extractor, study_id : str
        Who extracts it, and into which trial.
    linked : Linked, optional
        How the trial is known in the base.
    cautions : tuple of str
        What to know before the work begins.
    """
    abstract = record.abstract_text if record is not None else ""
    sentences = split_sentences(abstract)
    by_number = {sentence.number: sentence.text for sentence in sentences}
    texts = {0: row["title"], **by_number}
    types = tuple(part for part in row["publication_types"].split(";") if part)
    hints = design_hints(row["title"], by_number, types, protocol)
    common = [
        *(part for name, entry in protocol.conditions.items() for part in (name, entry.label)),
        *(sentence.section for sentence in sentences),
    ]
    components = [(name, entry.label) for name, entry in protocol.components.items()]
    outcomes = [(name, entry.label) for name, entry in protocol.outcomes.items()]
    return Reading(
        pmid=row["pmid"],
        extractor=extractor,
        study_id=study_id,
        record=row,
        linked=linked,
        has_raw=record is not None,
        abstract=abstract,
        sentences=sentences,
        hints=hints,
        components=find_mentions(texts, components, common=common),
        outcomes=find_mentions(texts, outcomes, common=common),
        candidates=find_candidates(abstract, dose_words=component_words(label for _, label in components)),
        plain=plain_values(hints),
        cautions=cautions,
    )
