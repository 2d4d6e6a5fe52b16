"""Sensitivity analyses that run by themselves: which there are, on what they rest, and that none counts twice."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

import evidence as ev
from evidence.curate import select
from evidence.errors import UnknownIdError
from evidence.sensitivity import automatic_analyses
from evidence.sensitivity.automatic import RIVALS, derivation_title
from evidence.sensitivity.models import left_out_numbers, model_numbers
from evidence.vocabulary import Derivation, allowed


def test_they_are_those_that_change_something_each_on_the_narrowest_rules(base) -> None:
    built = base.answer("score").automatic
    assert {name: (entry.kind, entry.value, entry.based_on) for name, entry in built.items()} == {
        "with-plus-minus-as-sd": ("derivation", "plus-minus-as-sd", "primary"),
        "with-plus-minus-as-se": ("derivation", "plus-minus-as-se", "primary"),
        "r-0.3": ("correlation", "0.3", "primary"),
        "r-0.7": ("correlation", "0.7", "primary"),
    }
    assert built["r-0.3"].analysis.label == "verified rows, values of the same people correlating by 0.3"
    assert built["with-plus-minus-as-se"].analysis.label == "verified rows, also with unlabelled ± read as an SE"


def test_a_reading_takes_the_place_of_the_one_that_it_excludes(make) -> None:
    second_hand = (
        "alpha",
        "secondary",
        "parallel",
        "yes",
        ((10.0, 2.5, "plus_minus", 16), (9.5, 2.0, "plus_minus", 16)),
    )
    entry = make({"Cori": second_hand}).answer("score").automatic["with-plus-minus-as-se"]
    assert entry.based_on == "wide"
    assert "plus-minus-as-sd" not in entry.analysis.derivations
    assert entry.analysis.label == "also secondary sources, but with unlabelled ± read as an SE instead"


def test_no_number_is_counted_twice(base) -> None:
    answer = base.answer("score")
    distinct = [repr(result.selected) for name, result in answer.results.items() if name not in answer.same_as]
    assert len(set(distinct)) == len(distinct)
    for name, twin in answer.same_as.items():
        assert repr(answer.results[name].selected) == repr(answer.results[twin].selected)
        assert twin not in answer.same_as


def test_the_result_shown_is_never_an_automatic_one(base, make) -> None:
    answer = base.answer("event")
    assert answer.results["with-percent-to-events"].pooled
    assert answer.shown.analysis.id == "primary"
    only_percentages = make({}, {"Hahn": ("implied", 5, 25, 10, 25), "Jung": ("implied", 6, 30, 12, 30)})
    found = only_percentages.answer("event")
    assert (found.shown.analysis.id, found.shown.k) == ("primary", 0)
    assert found.sensitivity.sentence == (
        "The rules shown give no number; only with-percent-to-events gives a number, which is not shown as the result."
    )


def test_what_does_not_depend_on_r_is_not_run_again(base) -> None:
    assert not [name for name in base.answer("event").automatic if name.startswith("r-")]


def test_a_declared_analysis_of_that_name_stands(make, base) -> None:
    own = replace(base.protocol.analyses["wide"], id="r-0.3", label="our own")
    answer = make(analyses={**base.protocol.analyses, "r-0.3": own}).answer("score")
    assert answer.results["r-0.3"].analysis.label == "our own"
    assert "r-0.3" not in answer.automatic


def test_they_are_found_by_their_ids(base) -> None:
    result = base.synthesis("score", analysis="r-0.7")
    assert result.analysis.correlation == 0.7
    assert "correlating by 0.7" in result.cite()
    assert "r = 0.7" in str(base.explain("score", analysis="r-0.7").to_dict())
    with pytest.raises(UnknownIdError, match=r"r-0\.7"):
        base.synthesis("score", analysis="r-0.8")


def brute_force(base, synthesis, results) -> dict[str, str]:
    """Return derivation → narrowest analysis, by trying each alone on the whole base."""
    usual = synthesis.admitted(base.protocol.primary)
    found: dict[str, str] = {}
    for name in allowed(Derivation):
        for base_name, result in results.items():
            admitted = synthesis.admitted(result.analysis)
            if name in usual or name in admitted or name in found:
                continue
            kept = [other for other in admitted if other not in RIVALS.get(name, ())]
            rules = replace(result.analysis, primary=False, derivations=(*kept, name))
            selection = select(base.index, base.protocol, replace(synthesis, derivations=()), rules)
            if repr(selection.contrasts) != repr(result.selected):
                found[name] = base_name
    return found


def test_the_short_cuts_miss_nothing(real) -> None:
    questions = list(real.protocol.syntheses.values())[::4]
    seen = 0
    for synthesis in questions:
        answer = real.answer(synthesis.id)
        declared = {name: result for name, result in answer.results.items() if name not in answer.automatic}
        expected = brute_force(real, synthesis, declared)
        built = {entry.value: entry.based_on for entry in answer.automatic.values() if entry.kind == "derivation"}
        assert built == expected, synthesis.id
        seen += len(expected)
    assert seen >= 2


def test_the_order_of_derivations_in_a_protocol_plays_no_part(make, base) -> None:
    turned = {
        name: replace(entry, derivations=tuple(reversed(entry.derivations)))
        for name, entry in base.protocol.analyses.items()
    }
    first, second = base.sensitivity("score").to_frame(), make(analyses=turned).sensitivity("score").to_frame()
    numbers = ["estimate", "ci_low", "ci_high", "verdict", "moved"]
    assert first.set_index("analysis")[numbers].equals(second.set_index("analysis")[numbers])


def test_nothing_to_try_where_no_trial_makes_the_comparison(make, base) -> None:
    empty = make({}, {})
    answer = empty.answer("score")
    assert answer.automatic == {}
    assert automatic_analyses(empty.index, empty.protocol, answer.synthesis, {}, reference="primary") == ()


def test_every_derivation_has_a_title() -> None:
    for name in allowed(Derivation):
        assert derivation_title(name)


def test_models_are_those_of_the_pooling_function(base) -> None:
    result = base.synthesis("score")
    found = {name: numbers for name, _, numbers in model_numbers(result)}
    assert list(found) == ["tau2-PM", "tau2-DL", "test-z"]
    yi, vi = result.effects["yi"], result.effects["vi"]
    for name, options in {
        "tau2-PM": {"tau2": "PM", "test": "hksj"},
        "tau2-DL": {"tau2": "DL", "test": "hksj"},
        "test-z": {"tau2": "REML", "test": "z"},
    }.items():
        fit = ev.pool(yi, vi, **options)
        values = (found[name].estimate, found[name].ci_low, found[name].ci_high)
        assert np.allclose(values, (fit.estimate, *fit.ci), rtol=1e-9)
        assert found[name].shown == pytest.approx(values)


def test_trials_are_left_out_whole(base) -> None:
    """Under a split control Eddo has two comparisons, which leave together."""
    synthesis = replace(base.protocol.syntheses["score"], multi_arm="split")
    from evidence.synthesis import synthesise

    result = synthesise(base.tables, base.protocol, synthesis, index=base.index)
    assert (result.trials, result.k) == (4, 5)
    for study, (name, label, numbers) in zip(
        dict.fromkeys(result.effects["study_id"]), left_out_numbers(result), strict=True
    ):
        kept = result.effects[result.effects["study_id"] != study]
        fit = ev.pool(kept["yi"], kept["vi"])
        assert (name, label) == (f"without-{study}", f"without {study} 2020")
        assert np.allclose((numbers.estimate, numbers.ci_low, numbers.ci_high), (fit.estimate, *fit.ci), rtol=1e-8)
        assert (numbers.trials, numbers.k) == (3, len(kept))


def test_no_trial_is_left_out_of_two(real) -> None:
    result = real.synthesis("addon-minoxidil-response", analysis="secondary")
    assert result.trials == 2
    assert list(left_out_numbers(result)) == []


def test_ratios_are_shown_as_ratios(real) -> None:
    result = real.synthesis("addon-minoxidil-response", analysis="secondary")
    for _, _, numbers in model_numbers(result):
        assert np.allclose(np.exp([numbers.estimate, numbers.ci_low, numbers.ci_high]), numbers.shown)
