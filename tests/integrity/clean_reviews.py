"""Honest published syntheses: they pool simulated trials, in subgroups and as a network too."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np
from scipy import stats

if TYPE_CHECKING:
    from numpy.random import Generator

Rows = dict[str, list[dict[str, Any]]]


def pool(effects: np.ndarray, variances: np.ndarray) -> dict[str, float]:
    """Return the random-effects synthesis after DerSimonian and Laird, with Q and I²."""
    weights = 1 / variances
    k = len(effects)
    fixed = float(weights @ effects / weights.sum())
    q = float(weights @ (effects - fixed) ** 2)
    tau2 = max(0.0, (q - (k - 1)) / (weights.sum() - weights @ weights / weights.sum())) if k > 1 else 0.0
    weights = 1 / (variances + tau2)
    estimate, se = float(weights @ effects / weights.sum()), float(1 / math.sqrt(weights.sum()))
    i2 = max(0.0, 100 * (q - (k - 1)) / q) if k > 1 and q > 0 else 0.0
    z = abs(estimate) / se
    return {"estimate": estimate, "se": se, "z": z, "p": float(2 * stats.norm.sf(z)), "i2": i2, "tau2": tau2, "k": k}


def write_reviews(rng: Generator, trials: list[Any], rows: Rows) -> None:
    """Write published syntheses: of these trials, of others, in subgroups, of proportions, and a network's SUCRAs."""
    review_of_trials(rng, trials, rows)
    for number in range(max(2, len(trials) // 5)):
        review_of_others(rng, f"Review{number + 2}", rows)
    review_of_network(rng, rows)


def review_of_trials(rng: Generator, trials: list[Any], rows: Rows) -> None:
    """Write a synthesis of this base's parallel trials, and what it prints for each of them."""
    effects, variances, sizes = [], [], []
    for trial in trials:
        arms = trial.printed.get("hair-density", [])
        if trial.design != "parallel" or len(arms) != 2 or not all("sd" in arm for arm in arms):
            continue
        first, second = arms
        effects.append(first["mean"] - second["mean"])
        variances.append(first["sd"] ** 2 / first["n"] + second["sd"] ** 2 / second["n"])
        sizes.append(first["n"] + second["n"])
        shown = {
            f"{name}_{side}": f"{arm[name]:g}"
            for side, arm in ((1, first), (2, second))
            for name in ("n", "mean", "sd")
        }
        rows["review_inputs"].append(
            {
                "input_id": f"I{len(rows['review_inputs']) + 1:03d}",
                "level": "review-table",
                "review_id": "Review1",
                "plot": "A",
                "study": trial.study,
                "study_id": trial.study,
                "outcome": f"hair density, {first['value_type']}",
                "unit": "hairs/cm2",
                **shown,
            }
        )
    write_report(rows, "Review1", k=len(effects), n=sum(sizes), measure="MD")
    if len(effects) > 1:
        result = pool(np.array(effects), np.array(variances))
        write_result(rng, rows, "Review1", "A", {"outcome": "hair density", "measure": "MD", "n": sum(sizes)}, result)


def review_of_others(rng: Generator, review: str, rows: Rows) -> None:
    """Write a synthesis of trials that are not in this base: overall, and in two subgroups."""
    measure = str(rng.choice(["MD", "SMD", "RR", "OR", "proportion"]))
    k = int(rng.integers(4, 13))
    sizes = rng.integers(20, 120, k)
    centre, spread, scale = {
        "MD": (10, 4, 30.0),
        "SMD": (0.6, 0.3, 2.0),
        "RR": (0.4, 0.2, 2.5),
        "OR": (0.8, 0.3, 4.2),
        "proportion": (1, 0.4, 2.4),
    }[measure]
    variances = scale**2 / sizes * rng.uniform(0.8, 1.25, k)
    effects = rng.normal(rng.normal(centre, spread), np.sqrt(variances + rng.choice([0.0, spread]) ** 2))
    write_report(rows, review, k=k, n=int(sizes.sum()), measure=measure)
    cut = int(rng.integers(2, k - 1))
    parts = [("overall", slice(None)), ("12 weeks", slice(0, cut)), ("24 weeks", slice(cut, None))]
    for position, (subgroup, part) in enumerate(parts if measure != "proportion" else parts[:1]):
        named = {
            "outcome": f"outcome of {review}",
            "measure": measure,
            "subgroup": subgroup,
            "n": int(sizes[part].sum()),
        }
        write_result(rng, rows, review, f"B{position + 1}", named, pool(effects[part], variances[part]))


def write_report(rows: Rows, review: str, *, k: int, n: int, measure: str) -> None:
    """Write the review itself."""
    sizes = {"n_studies": str(k), "n_studies_pooled": str(k), "n_participants": str(n), "measure": measure}
    named = {"review_id": review, "citation": f"{review}, simulated", "kind": "SR + pairwise MA", "condition": "AGA"}
    rows["review_reports"].append({**named, "comparison": f"comparison of {review}", **sizes, "access": "full text"})


def write_result(
    rng: Generator, rows: Rows, review: str, plot: str, named: dict[str, Any], result: dict[str, float]
) -> None:
    """Write a pooled result as it is printed: on the natural scale, rounded, some with z and I²."""
    digits = 2 if named["measure"] != "MD" or rng.random() < 0.5 else 1
    half = 1.959963985 * result["se"]
    limits = {
        "estimate": result["estimate"],
        "ci_low": result["estimate"] - half,
        "ci_high": result["estimate"] + half,
    }
    if named["measure"] in ("RR", "OR"):
        limits = {name: math.exp(value) for name, value in limits.items()}
    shown: dict[str, Any] = {"ci_level": 0.95, "i2": round(result["i2"], int(rng.integers(0, 2)))}
    if named["measure"] == "proportion":
        limits = {name: 1 / (1 + math.exp(-value)) for name, value in limits.items()}
    else:
        p = result["p"]
        shown["p_as_printed"] = "<0.00001" if p < 1e-5 else "<0.001" if p < 0.001 else f"{p:.{rng.integers(2, 4)}f}"
        if rng.random() < 0.5:
            shown["z"] = round(result["z"], 2)
        if rng.random() < 0.3:
            shown["tau2"] = round(result["tau2"], 2)
    rows["reviews"].append(
        {
            "result_id": f"{review}-{plot}",
            "review_id": review,
            "plot": plot,
            "comparison": f"comparison of {review}",
            "k": int(result["k"]),
            **named,
            **{name: round(value, digits) for name, value in limits.items()},
            **shown,
            "model": "random effects",
        }
    )


def review_of_network(rng: Generator, rows: Rows) -> None:
    """Write the SUCRAs of a network, from simulated ranks: they average 50."""
    treatments = int(rng.integers(4, 9))
    draws = rng.normal(rng.normal(0, 1, treatments), rng.uniform(0.3, 1.2, treatments), (2000, treatments))
    ranks = draws.argsort(axis=1).argsort(axis=1)
    write_report(rows, "Network1", k=20, n=1200, measure="MD")
    for position, sucra in enumerate(100 * ranks.mean(axis=0) / (treatments - 1), start=1):
        named = {"result_id": f"Network1-S{position}", "review_id": "Network1", "plot": "S", "outcome": "SUCRA %"}
        value = {"comparison": f"treatment {position}", "measure": "SUCRA", "estimate": round(sucra, 1)}
        rows["reviews"].append({**named, **value, "model": "Bayesian NMA"})
