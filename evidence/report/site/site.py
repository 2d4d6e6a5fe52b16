"""What all pages share: the base, its answers, and every synthesis ready to be set."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ..references import references
from .contradictions import with_contradictions
from .synthesis_view import Group, view_groups

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence

    from ...answers import Answer
    from ...base import EvidenceBase
    from ...protocol import Protocol
    from ..claims import ClaimVerdict
    from ..references import Reference
    from .synthesis_view import SynthesisView

__all__ = ["Site", "make_site"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """What the pages are made of.

    Attributes
    ----------
    base : EvidenceBase
        The evidence base.
    answers : mapping of str to Answer
        Every synthesis under every analysis.
    claims : tuple of ClaimVerdict
        The verdicts on the claims of the protocol.
    groups : tuple of Group
        The syntheses by comparison, ready to be set.
    references : mapping of str to tuple of Reference
        Synthesis id → the references of the trials in the result shown.
    """

    base: EvidenceBase
    answers: Mapping[str, Answer]
    claims: tuple[ClaimVerdict, ...]
    groups: tuple[Group, ...]
    references: Mapping[str, tuple[Reference, ...]]

    @property
    def protocol(self) -> Protocol:
        """The review as data."""
        return self.base.protocol

    @property
    def syntheses(self) -> Iterator[SynthesisView]:
        """Every synthesis, in the order of the comparisons."""
        return (view for group in self.groups for view in group.syntheses)

    @property
    def trial_labels(self) -> dict[str, str]:
        """Trial id → label."""
        studies = self.base.tables["studies"]
        return dict(zip(studies["study_id"], studies["label"], strict=True))


def make_site(
    base: EvidenceBase,
    answers: Mapping[str, Answer],
    claims: Sequence[ClaimVerdict],
    figures: Mapping[str, Collection[str]],
) -> Site:
    """Return what the pages are made of; parameters as in `write_site`."""
    groups = with_contradictions(view_groups(base.protocol, answers, figures), base, answers)
    cited = {name: references(base, answer.shown) for name, answer in answers.items() if answer.shown.k}
    return Site(base=base, answers=answers, claims=tuple(claims), groups=groups, references=cited)
