"""metafor's side: the jobs are in metafor_speed.R; here is how each is scaled and what it leaves out."""

from __future__ import annotations

from dataclasses import dataclass

from jobs import SUBSETS

__all__ = ["NOT_DONE", "SCALES", "Scaled"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Scaled:
    """Factor on the seconds of one call, and what is said about it."""

    scale: float = 1.0
    note: str = ""


_SUBSETS = Scaled(scale=SUBSETS / 2000, note="2,000 subsets, scaled to all")
_PERMUTED = "arrangements whose REML fails are left out"
SCALES = {
    "single": Scaled(note="rma() alone"),
    "whole": Scaled(note="rma(), confint() with tol=1e-10, predict()"),
    "medium": Scaled(note="k × k matrices"),
    "many": Scaled(scale=1 / 100, note="100 fits in a loop; those that fail are not repeated"),
    "many_dl": Scaled(scale=1 / 100, note="100 fits in a loop"),
    "gosh_ee": _SUBSETS,
    "gosh_dl": _SUBSETS,
    "permutation_mean": Scaled(note=_PERMUTED),
    "permutation_moderator": Scaled(note=_PERMUTED),
    "glmm_random": Scaled(
        note="its standard error is 0.4 % lower and not compared: lme4 ends its inner iterations early"
    ),
    "selection": Scaled(note="one start"),
}
NOT_DONE = {"large": "forms k × k matrices: 80 GB each"}
