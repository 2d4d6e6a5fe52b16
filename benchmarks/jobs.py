"""The jobs, what they should take, and what is said about all contenders."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["JOBS", "MEMORY_JOBS", "SUBSETS", "Job"]

SUBSETS = 2**20 - 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """One job.

    Attributes
    ----------
    key, name : str
        Its key, and what it is in words.
    target : float, optional
        Seconds that it should take at most.
    peers_of : str
        The job whose peers this one is compared with, where it is the same in another way.
    """

    key: str
    name: str
    target: float | None = None
    peers_of: str = ""


JOBS = (
    Job(key="single", name="one fit, k = 10, REML with HKSJ", target=0.3e-3),
    Job(key="single_pm", name="one fit, k = 10, Paule–Mandel with HKSJ"),
    Job(key="whole", name="the REML fit with intervals of τ², I², prediction"),
    Job(key="medium", name="one fit, k = 1,000, REML with HKSJ"),
    Job(key="large", name="one fit, k = 100,000, REML with HKSJ", target=50e-3),
    Job(key="many", name="10,000 fits of k = 10, REML with HKSJ, each", target=5e-6),
    Job(key="many_numba", name="the same, engine numba, each", target=1e-6, peers_of="many"),
    Job(key="many_dl", name="10,000 fits of k = 10, DL with HKSJ, each"),
    Job(key="leave_one_out", name="leave-one-out, k = 48, REML", target=3e-3),
    Job(key="influence", name="influence, k = 48, REML", target=3e-3),
    Job(key="gosh_ee", name="GOSH, all 2²⁰ subsets of 20, equal effects", target=0.2),
    Job(key="gosh_dl", name="GOSH, all 2²⁰ subsets of 20, DL", target=0.2),
    Job(key="permutation_mean", name="1,000 permutations of a mean, k = 13, REML", target=10e-3),
    Job(key="permutation_moderator", name="1,000 permutations, one moderator, k = 13, REML", target=10e-3),
    Job(key="selection", name="three-parameter selection model, k = 37", target=20e-3),
    Job(key="trim_and_fill", name="trim and fill, k = 37, REML", target=3e-3),
    Job(key="effects_smd", name="standardised mean differences of 1,000 rows"),
    Job(key="mantel_haenszel", name="Mantel–Haenszel odds ratio, k = 13"),
    Job(key="glmm_fixed", name="GLMM, fixed study effects, k = 13"),
    Job(key="glmm_random", name="GLMM, random study effects, k = 13"),
    Job(key="glmm_conditional", name="GLMM, conditional, approximate, k = 13"),
)
MEMORY_JOBS = ("medium", "large")
