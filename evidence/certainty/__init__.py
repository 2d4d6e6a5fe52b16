"""Certainty of evidence (GRADE): what the numbers propose, domain by domain, and what people decided.

The program proposes and never decides. Where it lacks what a domain asks for, the domain is not assessed and it says
what is missing. The rules are written out in the functions of each domain and in ``docs/certainty.md``.
"""

from __future__ import annotations

from .domain import DOMAINS, DomainProposal
from .judged import Judged, certainty_text, judged, last_judged
from .ois import optimal_information_size
from .proposal import CertaintyProposal, propose
from .standing import evidence_fingerprint

__all__ = [
    "DOMAINS",
    "CertaintyProposal",
    "DomainProposal",
    "Judged",
    "certainty_text",
    "evidence_fingerprint",
    "judged",
    "last_judged",
    "optimal_information_size",
    "propose",
]
