"""Every check finds what is planted for it, and is silent where nothing is wrong."""

from __future__ import annotations

import importlib.util
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from evidence.curate.integrity import EvidenceTables, all_checks
from evidence.tables import check_tables
from evidence.tables.io import write_table

_spec = importlib.util.spec_from_file_location("_integrity_proof", Path(__file__).with_name("proof.py"))
proof = importlib.util.module_from_spec(_spec)
__import__("sys").modules["_integrity_proof"] = proof
_spec.loader.exec_module(proof)

REPETITIONS, SEED = 20, 20261122  # of 20, one may be missed
PLANTED_AMONG = 8  # a fault is in one trial: more trials around it take time and try nothing else
LEAST_POWER, MOST_FALSE_ALARMS = 0.95, 0.01


@pytest.fixture(scope="module")
def scores() -> dict:
    """Return the score of every check."""
    return proof.measure(all_checks(), repetitions=REPETITIONS, seed=SEED, planted_among=PLANTED_AMONG)


@pytest.fixture(scope="module")
def shared() -> dict:
    """Return clean tables that several tests copy."""
    return proof.load(proof.HERE / "clean.py").clean_tables(np.random.default_rng(11))


def test_every_check_has_a_fault_to_find() -> None:
    assert sorted(set(all_checks()) ^ set(proof.plants())) == []


@pytest.mark.parametrize("name", list(all_checks()))
def test_planted_faults_are_found(scores, name) -> None:
    score = scores[name]
    assert score.planted == REPETITIONS
    assert score.power >= LEAST_POWER, f"{score.found} of {score.planted}"


@pytest.mark.parametrize("name", list(all_checks()))
def test_clean_tables_give_almost_no_alarm(scores, name) -> None:
    score = scores[name]
    assert score.units >= REPETITIONS * 4
    assert score.false_alarms <= MOST_FALSE_ALARMS, f"{score.alarms} in {score.units}"


def test_all_checks_together_are_almost_silent(scores) -> None:
    alarms = sum(score.alarms for score in scores.values())
    assert alarms / (REPETITIONS * proof.TRIALS) <= MOST_FALSE_ALARMS


def test_clean_tables_are_the_same_for_the_same_seed() -> None:
    clean = proof.load(proof.HERE / "clean.py")
    one, other, third = (clean.clean_tables(np.random.default_rng(seed), trials=4) for seed in (5, 5, 6))
    for name, frame in one.items():
        pd.testing.assert_frame_equal(frame, other[name])
    assert not one["outcomes"].equals(third["outcomes"])


def test_clean_tables_are_tables_without_a_fault(tmp_path) -> None:
    clean = proof.load(proof.HERE / "clean.py")
    for name, frame in clean.clean_tables(np.random.default_rng(3), trials=12).items():
        write_table(tmp_path / f"{name}.csv", frame, name)
    assert [str(problem) for problem in check_tables(tmp_path)] == []


def test_a_plant_leaves_the_clean_tables_alone(shared) -> None:
    clean = proof.copied(shared)
    before = {name: frame.copy() for name, frame in clean.items()}
    for plant in proof.plants().values():
        plant(proof.copied(clean), np.random.default_rng(1))
    for name, frame in clean.items():
        pd.testing.assert_frame_equal(frame, before[name])


@pytest.mark.parametrize("name", list(all_checks()))
def test_the_order_of_rows_changes_nothing(shared, name) -> None:
    damaged = proof.copied(shared)
    proof.plants()[name](damaged, np.random.default_rng(2))
    turned = {table: frame.iloc[::-1].reset_index(drop=True) for table, frame in damaged.items()}
    one, other = (
        sorted((found.finding_id, found.severity) for found in all_checks()[name].run(tables))
        for tables in (EvidenceTables(damaged), EvidenceTables(turned))
    )
    assert one == other
