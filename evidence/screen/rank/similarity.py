"""How like the text of a record is to reports that are known to matter: cosine of TF-IDF weights."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .ranked import Part
from .weights import SIMILARITY

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from ...fetch.record import Record
    from .rules import Sight

__all__ = ["similarity_parts"]

_NAME = "like known items"


def similarity_parts(sights: Sequence[Sight], known: Collection[Record]) -> tuple[Part, ...]:
    """Return for each record how like it is to the known item that it is most like, itself left aside.

    Words of title, abstract and keywords are weighted by how rare they are among all records given. Where this cannot
    be computed, the part says why and is worth nothing.

    Parameters
    ----------
    sights : sequence of Sight
        The records to be ranked.
    known : collection of Record
        Records of included reports and known items; those without an abstract are left aside.
    """
    from .rules import sight_of

    items = sorted(
        (one for one in {one.pmid: one for one in known}.values() if one.abstract), key=lambda x: int(x.pmid)
    )
    if not items or not sights:
        return _all(sights, "not computed: no known item has its abstract here")
    try:
        from sklearn.feature_extraction.text import TfidfVectorizer
    except ImportError:
        return _all(sights, "not computed: scikit-learn is not installed (the extra `ranking` brings it)")
    texts = [sight.text for sight in sights]
    vectoriser = TfidfVectorizer(sublinear_tf=True, stop_words="english")
    try:
        weights = vectoriser.fit_transform([*texts, *(sight_of(one).text for one in items)])
    except ValueError:  # nothing but stop words
        return _all(sights, "not computed: the texts have no words")
    cosines = (weights[: len(texts)] @ weights[len(texts) :].T).toarray()
    return tuple(_part(sight.record.pmid, row, items) for sight, row in zip(sights, cosines.tolist(), strict=True))


def _all(sights: Sequence[Sight], because: str) -> tuple[Part, ...]:
    return tuple(Part(name=_NAME, points=0.0, because=because) for _ in sights)


def _part(pmid: str, row: Sequence[float], items: Sequence[Record]) -> Part:
    others = [(round(cosine, 2), -place) for place, cosine in enumerate(row) if items[place].pmid != pmid]
    if not others:
        return Part(name=_NAME, points=0.0, because="not computed: it is the only known item")
    cosine, place = max(others)
    itself = "; itself a known item" if len(others) < len(items) else ""
    because = f"{cosine:.2f} to PMID {items[-place].pmid}{itself}"
    return Part(name=_NAME, points=round(SIMILARITY * cosine, 1), because=because)
