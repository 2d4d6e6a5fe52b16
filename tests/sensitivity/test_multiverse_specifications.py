"""Every specification of a small multiverse, worked out anew with nothing but formulas and the pooling function."""

from __future__ import annotations

import itertools
import math
from dataclasses import replace

import numpy as np
import pytest
import statsmodels.formula.api as smf
from statsmodels.stats.anova import anova_lm

import evidence as ev
from evidence.errors import InputError, OptionError, UnknownIdError
from evidence.sensitivity.choices import derivation_sets
from evidence.sensitivity.shares import variance_share


@pytest.fixture(scope="module")
def found(base):
    """Return the multiverse of the made-up score."""
    return base.multiverse("score")


def effects(trials, row) -> list[tuple[str, float, float]]:
    """Return (trial, yi, vi) of what a specification lets in, by hand."""
    admitted = set(row["derivations"].split(";"))
    out = []
    for name, (background, status, design, randomised, arms) in trials.items():
        if randomised != "yes" or (status == "secondary" and row["rules"] == "primary"):
            continue
        if row["background"] not in ("all", background):
            continue
        values = [spread(arm, admitted) for arm in arms]
        if None in values:
            continue
        out += [(name, y, v) for y, v in contrasts(values, design, row)]
    return out


def spread(arm, admitted):
    """Return mean, SD and n of an arm; None where its ± may not be read."""
    mean, value, kind, n = arm
    if kind == "sd":
        return mean, value, n
    if kind == "se" or "plus-minus-as-se" in admitted:
        return mean, value * math.sqrt(n), n
    return (mean, value, n) if "plus-minus-as-sd" in admitted else None


def contrasts(values, design, row):
    *treated, (mean2, sd2, n2) = values
    if design == "within-person":
        ((mean1, sd1, n1),) = treated
        yield mean1 - mean2, (sd1**2 + sd2**2 - 2 * row["r"] * sd1 * sd2) / n1
        return
    if row["multi_arm"] == "split":
        share = n2 / len(treated)
        for mean1, sd1, n1 in treated:
            yield mean1 - mean2, sd1**2 / n1 + sd2**2 / share
        return
    n1 = sum(n for _, _, n in treated)
    mean1 = sum(n * mean for mean, _, n in treated) / n1
    squares = sum((n - 1) * sd**2 + n * (mean - mean1) ** 2 for mean, sd, n in treated)
    yield mean1 - mean2, squares / (n1 - 1) / n1 + sd2**2 / n2


def test_every_specification_by_hand(found, trials) -> None:
    frame = found.to_frame()
    fitted = 0
    for row in frame.to_dict("records"):
        rows = effects(trials, row)
        assert (row["k"], row["trials"]) == (len(rows), len({name for name, _, _ in rows}))
        assert row["studies"] == ";".join(dict.fromkeys(name for name, _, _ in rows))
        if row["tau2"] == "EE" and row["test"] == "hksj":
            assert not row["admissible"]
            assert math.isnan(row["estimate"])
            continue
        assert row["admissible"]
        if row["trials"] < 2:
            assert math.isnan(row["estimate"])
            assert "is not a synthesis" in row["reason"]
            continue
        fit = ev.pool([y for _, y, _ in rows], [v for _, _, v in rows], tau2=row["tau2"], test=row["test"])
        assert row["reason"] == ""
        assert np.allclose(
            [row["estimate"], row["ci_low"], row["ci_high"]], [fit.estimate, *fit.ci], rtol=1e-7, atol=1e-9
        )
        side = "above" if fit.ci_low > 0 else "below" if fit.ci_high < 0 else "across"
        assert row["interval"] == side
        fitted += 1
    assert fitted == len(found.estimable) == 630


def test_the_grid_is_the_product_of_the_choices(found) -> None:
    frame = found.to_frame()
    expected = set(
        itertools.product(
            ("primary", "wide"),
            ("", "plus-minus-as-sd", "plus-minus-as-se"),
            (0.3, 0.5, 0.7),
            ("combine", "split"),
            ("all", "alpha", "beta"),
            ("REML", "PM", "DL", "EE"),
            ("hksj", "z"),
        )
    )
    columns = ["rules", "derivations", "r", "multi_arm", "background", "tau2", "test"]
    rows = list(frame[columns].itertuples(index=False, name=None))
    assert set(rows) == expected
    assert len(rows) == len(expected) == 864
    assert int(frame["admissible"].sum()) == 756


def test_equal_numbers_have_one_data_id(found, trials) -> None:
    frame = found.to_frame()
    by_hand: dict[int, set] = {}
    for row in frame.to_dict("records"):
        by_hand.setdefault(row["data"], set()).add(tuple(effects(trials, row)))
    assert all(len(sets) == 1 for sets in by_hand.values())
    assert len({next(iter(sets)) for sets in by_hand.values()}) == len(by_hand)
    assert list(dict.fromkeys(frame["data"])) == list(range(1, len(by_hand) + 1))


@pytest.mark.parametrize("name", ["addon-minoxidil-response", "addon-any-response", "addon-prp-pull-test"])
def test_declared_analyses_stand_in_it_with_their_own_numbers(real, name) -> None:
    result = real.multiverse(name)
    rows = result.specifications[result.specifications["declared"] != ""]
    assert set(rows["declared"]) == set(real.protocol.analyses) - set(result.apart)
    assert rows["declared"].is_unique
    for row in rows.to_dict("records"):
        expected = real.synthesis(name, analysis=row["declared"])
        assert (row["k"], row["n"], row["trials"]) == (expected.k, expected.n, expected.trials)
        if expected.pooled:
            values = (row["estimate"], row["ci_low"], row["ci_high"])
            assert np.allclose(values, (expected.estimate, *expected.ci), rtol=1e-7)
            shown = (row["display_estimate"], row["display_ci_low"], row["display_ci_high"])
            assert np.allclose(shown, expected.display(*values), rtol=1e-9)
        else:
            assert math.isnan(row["estimate"])


def test_the_primary_specification_is_the_primary_analysis(base, found) -> None:
    primary, expected = found.primary, base.synthesis("score")
    assert primary is not None
    assert int(found.specifications["primary"].sum()) == 1
    assert primary["estimate"] == pytest.approx(expected.estimate, rel=1e-8)
    assert primary["declared"] == "primary"


def test_the_order_of_rows_and_of_analyses_plays_no_part(make, base, found, trials, events) -> None:
    turned = make(
        dict(reversed(trials.items())),
        dict(reversed(events.items())),
        analyses=dict(reversed(base.protocol.analyses.items())),
    ).multiverse("score")
    columns = ["rules", "derivations", "r", "multi_arm", "background", "tau2", "test"]
    first, second = (one.to_frame().set_index(columns).sort_index() for one in (found, turned))
    assert (first.index == second.index).all()
    for name in ("estimate", "ci_low", "ci_high"):
        assert np.allclose(first[name], second[name], rtol=1e-8, atol=1e-10, equal_nan=True)
    assert first["n"].tolist() == second["n"].tolist()
    assert found.shares == pytest.approx(turned.shares, rel=1e-6)
    assert found.sentence == turned.sentence


def test_distinct_keeps_one_of_each_computation_in_order(found) -> None:
    once = found.distinct
    assert not once.duplicated(["data", "tau2", "test"]).any()
    assert len(once) == len(found.estimable.drop_duplicates(["data", "tau2", "test"]))
    assert np.all(np.diff(once["estimate"]) >= -1e-9)
    assert once["primary"].sum() == 1


def test_shares_are_those_of_an_analysis_of_variance(found) -> None:
    frame = found.estimable.assign(sd=found.estimable["derivations"] == "plus-minus-as-sd")
    names = {
        "what enters": "rules",
        "background": "background",
        "several arms": "multi_arm",
        "kind of interval": "test",
    }
    names |= {"estimator of τ²": "tau2", "r within people": "r", "unlabelled ± read as an SD": "sd"}
    for title, column in names.items():
        fit = smf.ols(f"estimate ~ C({column})", data=frame[["estimate", column]]).fit()
        table = anova_lm(fit)
        share = table["sum_sq"].iloc[0] / table["sum_sq"].sum()
        assert found.shares[title] == pytest.approx(share, abs=1e-9)
    assert list(found.shares.values()) == sorted(found.shares.values(), reverse=True)
    assert next(iter(found.shares)) == "background"


def test_shares_do_not_depend_on_unit_or_origin() -> None:
    rng = np.random.default_rng(7)
    y, levels = rng.normal(size=60), rng.integers(0, 4, size=60).tolist()
    share = variance_share(y, levels)
    assert 0 < share < 1
    assert variance_share(1e-9 * y, levels) == pytest.approx(share, rel=1e-6)
    assert variance_share(y + 1000, levels) == pytest.approx(share, rel=1e-6)
    assert math.isnan(variance_share([0.1 + 0.2, 0.3], ["a", "b"]))
    assert math.isnan(variance_share([2.0], ["a"]))


def test_what_changes_nothing_is_not_varied_and_said(real) -> None:
    result = real.multiverse("addon-minoxidil-response")
    assert result.fixed == ("r", "multi_arm")
    assert set(result.specifications["r"]) == {real.protocol.primary.correlation}
    assert "Not varied, because nothing that enters depends on it: r within people and several arms." in result.notes


def test_other_trials_altogether_are_not_in_it(found) -> None:
    assert found.apart == ("apart",)
    assert "Gold" not in set(";".join(found.specifications["studies"]).split(";"))


def test_sets_of_derivations_are_limited_openly(base) -> None:
    limited = base.multiverse("score", most_sets=1, tau2=[], test=[])
    assert limited.choices.limited
    assert len(limited.choices.sets) == 3
    assert any(note.startswith("3 of 4 sets of derivations were tried: none, each alone") for note in limited.notes)


@pytest.mark.parametrize("count", range(9))
def test_sets_in_full_are_all_subsets_without_contradiction(count) -> None:
    names = ["plus-minus-as-sd", "plus-minus-as-se", *"abcdefg"][:count]
    sets, possible = derivation_sets(names, [], most=2**count)
    expected = {
        frozenset(chosen)
        for size in range(count + 1)
        for chosen in itertools.combinations(names, size)
        if not {"plus-minus-as-sd", "plus-minus-as-se"} <= set(chosen)
    }
    assert {frozenset(chosen) for chosen in sets} == expected
    assert len(sets) == len(expected)
    assert possible == 2**count


def test_one_model_is_one_model(base) -> None:
    own = base.multiverse("score", tau2=[], test=[])
    assert set(own.specifications["tau2"]) == {"REML"}
    assert set(own.specifications["test"]) == {"hksj"}
    assert "estimator of τ²" not in own.shares


def test_progress_counts_up(base) -> None:
    calls: list[tuple[int, int]] = []
    base.multiverse("score", progress=lambda done, total: calls.append((done, total)))
    assert [done for done, _ in calls] == list(range(len(calls)))
    assert {total for _, total in calls} == {len(calls)}


def test_bad_options_are_named(base) -> None:
    with pytest.raises(OptionError, match="tau2='RML'"):
        base.multiverse("score", tau2=["RML"])
    with pytest.raises(OptionError, match="test='hk'"):
        base.multiverse("score", test=["hk"])
    with pytest.raises(UnknownIdError, match="scor"):
        base.multiverse("scor")


def test_too_many_specifications_are_refused(base, monkeypatch) -> None:
    from evidence.sensitivity import multiverse as module

    monkeypatch.setattr(module, "_MOST_SPECIFICATIONS", 800)
    with pytest.raises(InputError, match="864 specifications"):
        base.multiverse("score")


def test_nothing_to_pool_is_said(make, real) -> None:
    empty = make({}, {}).multiverse("score")
    assert empty.primary is None
    assert empty.estimable.empty
    assert empty.shares == {}
    assert empty.sentence == "None of 14 specifications can be pooled: no trial enters (14)."
    one = real.multiverse("areata-vs-laser-regrowth")
    assert one.sentence.startswith("None of ")
    assert "is not a synthesis" in one.sentence


def test_proportions_have_no_value_of_no_effect(base) -> None:
    result = base.multiverse("pain")
    assert set(result.specifications["interval"]) == {""}
    # metafor 3.8: rma(method = "EE") of escalc(measure = "PFT"), predict(transf = transf.ipft.hm), of 2 and of 3 trials
    assert result.distinct["display_estimate"].min() == pytest.approx(0.08175609, abs=5e-9)
    assert result.distinct["display_estimate"].max() == pytest.approx(0.1425313, abs=5e-8)
    assert result.sentence.endswith("their estimates run from 8.2% to 14.3%.")
    expected = base.synthesis("pain")
    assert result.primary["display_estimate"] == pytest.approx(expected.display(expected.estimate)[0], rel=1e-9)
    assert "exclude null" not in result.summary()


def test_what_people_read(found) -> None:
    text = found.summary()
    assert max(len(line) for line in text.splitlines()) <= 80
    assert "2.43 (0.92 to 3.94)" in text
    assert "a description, not a test" in " ".join(text.split())
    data = found.to_dict()
    assert data["distinct"] == len(found.distinct)
    assert len(data["specifications"]) == 864
    assert all(row["estimate"] is None or isinstance(row["estimate"], float) for row in data["specifications"])
    assert "Multiverse" in repr(found)


def test_frames_are_copies(found) -> None:
    frame = found.to_frame()
    frame["estimate"] = 0.0
    assert found.specifications["estimate"].nunique() > 1


@pytest.mark.parametrize("test", ["adhoc-ci", "kr"])
def test_tests_for_single_fits_are_taken_too(base, found, test) -> None:
    both = base.multiverse("score", tau2=[], test=[test])
    rows = both.estimable[both.estimable["test"] == test]
    assert len(rows) == len(both.estimable) / 2
    row = rows[rows["rules"] == "primary"].iloc[0]
    assert row["derivations"] == ""
    result = base.synthesis("score")
    fit = ev.pool(result.effects["yi"], result.effects["vi"], test=test)
    assert (row["r"], row["multi_arm"], row["background"]) == (0.5, "combine", "all")
    assert np.allclose([row["estimate"], row["ci_low"], row["ci_high"]], [fit.estimate, *fit.ci], rtol=1e-9)
    assert len(found.estimable) == 630


@pytest.mark.parametrize("test", ["adhoc-ci", "kr", "t"])
def test_every_test_of_a_protocol_has_its_sensitivity(make, base, test) -> None:
    own = replace(base.protocol.syntheses["score"], test=test)
    sensitivity = make(syntheses={**base.protocol.syntheses, "score": own}).sensitivity("score")
    assert {entry.kind for entry in sensitivity.variations} >= {"model", "left-out"}


def test_a_synthesis_with_its_own_model_has_it_among_the_others(make, base) -> None:
    own = replace(base.protocol.syntheses["score"], tau2="SJ", test="adhoc")
    result = make(syntheses={**base.protocol.syntheses, "score": own}).multiverse("score")
    assert result.choices.tau2[0] == "SJ"
    assert result.choices.test[0] == "adhoc"
    assert result.primary["tau2"] == "SJ"
