"""Cumulative and leave-one-out forest plots of syntheses: whole trials come and go, and every row is a pooled subset.

Reference numbers of proportions: R 4.2.2 with metafor 3.8-1, with ``xi <- c(3, 1, 0)`` and ``ni <- c(20, 30, 20)``:
``rma(yi, vi, method="REML", test="knha", data=escalc(measure="PFT", xi=xi, ni=ni))``, then ``transf.ipft.hm`` of the
rows of ``leave1out(fit)`` and ``cumul(fit)`` with the ``ni`` of the studies in each row.
"""

from __future__ import annotations

import math
from dataclasses import replace

import pytest

from evidence.errors import InputError, NotPooledError, OptionError, RowError
from evidence.plot import alt_text, forest
from evidence.plot.fit_plots.moderators import moderator_names
from evidence.plot.forest_plot.found_on import found_on
from evidence.plot.forest_plot.variants import cumulative_data, leave_one_out_data
from evidence.pool import pool
from evidence.protocol import Component

COUNTS = {
    "Ada": ("men", 17, 20, 9, 20, "verified"),
    "Bose": ("men", 16, 20, 6, 20, "verified"),
    "Cori": ("women", 12, 20, 11, 20, "verified"),
    "Fahd": ("women", 10, 20, 12, 20, "verified"),
}
YEARS = {"Ada": "2019", "Bose": "2004", "Cori": "2011"}


def reports(*extra: dict[str, str], **years: str) -> dict[str, list[dict[str, str]]]:
    rows = [
        {"report_id": f"{name}-1", "study_id": name, "role": "primary", "year": year, "pmid": f"1000{place}"}
        for place, (name, year) in enumerate(years.items())
    ]
    return {"reports": [*rows, *extra]}


@pytest.fixture(scope="module")
def result(make_base):
    """Return a synthesis of four trials, of one of which the year is not known."""
    later = {"report_id": "Ada-2", "study_id": "Ada", "role": "secondary", "year": "1990"}
    return make_base(COUNTS, more=reports(later, **YEARS)).synthesis("response")


def refitted(result, names):
    """Return estimate and interval of some trials, pooled by hand, as risk ratios."""
    effects = result.effects.set_index("study_id").loc[list(names)]
    spec = result.synthesis
    fit = pool(effects["yi"].tolist(), effects["vi"].tolist(), tau2=spec.tau2, test=spec.test, level=spec.level)
    return [math.exp(value) for value in (fit.estimate, *fit.ci)]


def test_trials_come_in_by_year_and_those_without_one_last(result) -> None:
    data = cumulative_data(result)
    assert [row.label for row in data.rows] == ["Bose 2020", "+ Cori 2020", "+ Ada 2020", "+ Fahd 2020"]
    assert [row.cells[:2] for row in data.rows] == [("2004", "1"), ("2011", "2"), ("2019", "3"), ("–", "4")]
    assert data.columns == ("Year", "Trials", "I²")
    assert "Year of the primary report not known, therefore last: Fahd 2020." in data.notes
    names = ["Bose", "Cori", "Ada", "Fahd"]
    for step in range(2, 5):
        row = data.rows[step - 1]
        assert (row.estimate, row.ci_low, row.ci_high) == pytest.approx(refitted(result, names[:step]), rel=1e-6)
        assert row.summarises
    first = data.rows[0]
    assert (first.estimate, first.summarises) == (pytest.approx(16 / 6), False)
    assert data.overall.estimate == pytest.approx(data.rows[-1].estimate)
    assert data.overall.label == "All trials"
    assert data.title.splitlines() == ["Needling added: response", "Cumulative, by year of the primary report"]
    assert "Subgroups are not kept apart." in data.notes
    assert data.subgroups == ("",)


def test_each_trial_is_left_out(result) -> None:
    data = leave_one_out_data(result)
    names = result.effects["study_id"].tolist()
    for row, name in zip(data.rows, names, strict=True):
        assert row.label == f"Without {name} 2020"
        others = [other for other in names if other != name]
        assert (row.estimate, row.ci_low, row.ci_high) == pytest.approx(refitted(result, others), rel=1e-6)
        assert row.cells[0] == "3"
    assert alt_text(data).startswith("Forest plot of 4 studies: risk ratio")
    assert (data.left_label, data.right_label) == ("Favours drug", "Favours needling + drug")
    by_year = leave_one_out_data(result, sort="year")
    assert [row.label.split()[1] for row in by_year.rows] == ["Bose", "Cori", "Ada", "Fahd"]
    assert any(note.startswith("Year of the primary report not known") for note in by_year.notes)


@pytest.mark.parametrize("order", ["given", "label", "estimate", "weight", "precision"])
def test_other_orders_end_in_the_same_total(result, order) -> None:
    data = cumulative_data(result, order=order)
    assert data.rows[-1].estimate == pytest.approx(result.display(result.estimate)[0])
    assert [row.cells[0] for row in data.rows] == ["1", "2", "3", "4"]
    names = [row.label.removeprefix("+ ").split()[0] for row in data.rows]
    effects = result.effects.set_index("study_id")
    keys = {
        "given": lambda name: list(effects.index).index(name),
        "label": lambda name: name,
        "estimate": lambda name: effects.loc[name, "yi"],
        "weight": lambda name: -effects.loc[name, "weight"],
        "precision": lambda name: effects.loc[name, "vi"],
    }
    assert names == sorted(COUNTS, key=keys[order])


def test_proportions_are_turned_back_with_the_sizes_of_their_own_rows(answers) -> None:
    result = answers["pain"].primary
    growing, without = cumulative_data(result, order="given"), leave_one_out_data(result)
    assert [row.label for row in growing.rows] == ["Ada 2020", "+ Bose 2020", "+ Eddo 2020"]
    assert [row.estimate for row in growing.rows[1:]] == pytest.approx([7.663677357, 4.228769926], rel=1e-5)
    assert (growing.rows[2].ci_low, growing.rows[2].ci_high) == pytest.approx((0, 33.60883613), rel=1e-4)
    assert [row.estimate for row in without.rows] == pytest.approx([1.408498609, 4.8939777, 7.663677357], rel=1e-5)
    assert [row.ci_high for row in without.rows] == pytest.approx([56.93381079, 100, 100], rel=1e-4)
    assert (growing.unit, growing.null, growing.columns) == ("%", None, ("Reports", "I²"))
    assert "The first row is one report alone, with its exact (Clopper–Pearson) interval." in growing.notes
    assert growing.rows[0].ci_low == pytest.approx(3.2070937185, rel=1e-8)
    assert growing.overall.facts.statistic is None


def test_rows_that_would_pool_zeros_say_so(make_base) -> None:
    harm = {
        "study_id": "Fahd", "arm_id": "A", "event": "pain", "events": "0", "n": "25", "n_status": "verified",
        "counting": "patients", "pooling": "yes", "source": "10.1000/made.up", "seen_at": "S1", "status": "verified",
        "harm_id": "H9",
    }  # fmt: skip
    result = make_base(COUNTS, more={"harms": [harm]}).synthesis("pain")
    data = cumulative_data(result, order="estimate")
    reasons = {row.cells[0]: row.reason for row in data.rows}
    assert reasons == {"1": "", "2": "no event: zeros are not pooled", "3": "", "4": ""}


def _apart(make_base, small, counts):
    """Return a synthesis in which Ada has a second pair of arms, on a serum too."""
    shared = {"study_id": "Ada", "status": "verified", "seen_at": "S1"}
    arms = [
        {**shared, "arm_id": "C", "label": "N+D+S", "components": "drug;needle;serum"},
        {**shared, "arm_id": "D", "label": "D+S", "components": "drug;serum"},
    ]
    cells = {
        "study_id": "Ada", "outcome": "response", "value_type": "responder", "unit": "patients", "time_weeks": "12",
        "n_status": "verified", "pooling": "yes", "source": "PMID:1", "seen_at": "S1", "status": "verified",
        "location": "abstract", "total": "30",
    }  # fmt: skip
    rows = [{**cells, "row_id": f"P{arm}", "arm_id": arm, "events": n} for arm, n in (("C", "12"), ("D", "10"))]
    components = {**small.protocol.components, "serum": Component(id="serum", label="serum", group="serum")}
    return make_base(counts, more={"arms": arms, "outcomes": rows}, components=components).synthesis("response")


def test_a_trial_with_two_rows_comes_and_goes_whole(make_base, small) -> None:
    result = _apart(make_base, small, {name: COUNTS[name] for name in ("Ada", "Bose", "Cori")})
    assert (result.k, result.trials) == (4, 3)
    growing = cumulative_data(result, order="given")
    assert [row.label for row in growing.rows] == ["Ada 2020", "+ Bose 2020", "+ Cori 2020"]
    assert (growing.rows[0].estimate, growing.rows[0].reason) == (None, "one trial with 2 comparisons: not pooled")
    assert not growing.rows[0].summarises
    effects, spec = result.effects, result.synthesis

    def by_hand(names):
        part = effects[effects["study_id"].isin(names)]
        fit = pool(part["yi"].tolist(), part["vi"].tolist(), tau2=spec.tau2, test=spec.test, level=spec.level)
        return [math.exp(value) for value in (fit.estimate, *fit.ci)]

    two = growing.rows[1]
    assert (two.estimate, two.ci_low, two.ci_high) == pytest.approx(by_hand({"Ada", "Bose"}), rel=1e-6)
    without = leave_one_out_data(result)
    for row, name in zip(without.rows, ("Ada", "Bose", "Cori"), strict=True):
        kept = {"Ada", "Bose", "Cori"} - {name}
        assert (row.label, row.cells[0]) == (f"Without {name} 2020", "2")
        assert (row.estimate, row.ci_low, row.ci_high) == pytest.approx(by_hand(kept), rel=1e-6)
    for order in ("estimate", "precision"):
        with pytest.raises(InputError, match="Ada 2020 has several rows, and no single effect"):
            cumulative_data(result, order=order)
    heaviest = effects.groupby("study_id")["weight"].sum().idxmax()
    assert cumulative_data(result, order="weight").rows[0].label == f"{heaviest} 2020"


def test_two_trials_are_too_few_to_leave_one_out(make_base) -> None:
    result = make_base({name: COUNTS[name] for name in ("Ada", "Bose")}).synthesis("response")
    assert result.pooled
    with pytest.raises(InputError, match="at least three trials, and response has 2"):
        leave_one_out_data(result)
    assert len(cumulative_data(result).rows) == 2


def test_what_was_not_pooled_has_no_variants(answers) -> None:
    for make in (cumulative_data, leave_one_out_data):
        with pytest.raises(NotPooledError, match=r"density \(primary\) was not pooled: one trial"):
            make(answers["density"].primary)


def test_figures_of_too_few_trials_say_what_there_is(answers) -> None:
    one = answers["density"].primary
    with pytest.raises(
        InputError, match=r"'funnel' needs at least 2 trials, .*; density \(primary\) has 1 trial; one trial"
    ):
        one.plot("funnel")
    with pytest.raises(InputError, match="`evidence sensitivity density` shows whether another analysis has more"):
        one.plot("gosh")
    with pytest.raises(InputError, match="events of two groups"):
        one.plot("labbe")
    assert one.plot("forest").description.count("No pooled estimate.") == 1
    for kind in ("cumulative", "drapery"):
        with pytest.raises(NotPooledError, match="no event in 60 people"):
            answers["scar"].primary.plot(kind)


def test_a_moderator_that_is_not_known_of_all_trials_is_refused_with_their_names(result, make_base) -> None:
    with pytest.raises(InputError, match="by='year' is not known of 1 of 4 trials: Fahd 2020"):
        result.plot("bubble", by="year")
    assert moderator_names(result) == ("sex",)
    figure = result.plot("bubble", by="sex", width_mm=120)
    assert "4 studies" in figure.heading
    alike = make_base({name: ("men", *row[1:]) for name, row in COUNTS.items()}).synthesis("response")
    with pytest.raises(InputError, match="something is known that is not the same in all; response"):
        alike.plot("bubble", by="sex")


def test_an_unknown_order_lists_those_there_are(result) -> None:
    with pytest.raises(OptionError, match="'precision', 'refresh'"):
        cumulative_data(result, order="date")


def test_derived_rows_stay_marked_where_they_come_in(answers) -> None:
    data = cumulative_data(answers["response"].results["wide"], order="given")
    assert [row.mark for row in data.rows] == ["", "†", "†"]
    assert any(note.startswith("† Not entered as printed. Bose 2020") for note in data.notes)
    assert data.title.splitlines()[1] == "Sensitivity analysis: with implied counts"


def _searched(make_base, *, screened=(), presence="in-query", without=()):
    """Return a base whose reports were found by two searches; those of `screened` are known of the ledger alone."""
    places = {name: f"1000{place}" for place, name in enumerate(COUNTS) if name not in without}
    runs = {"Ada": "S-2", "Bose": "S-1", "Cori": "S-1", "Fahd": "S-2"}
    shared = {"database": "PubMed", "query": "q", "count": "1", "raw_hash": "h"}
    more = {
        **reports(**dict.fromkeys(COUNTS, "2001")),
        "searches": [
            {**shared, "search_id": "S-1", "run_at": "2025-03-01T23:59:59Z"},
            {**shared, "search_id": "S-2", "run_at": "2025-06-01T10:00:00Z"},
        ],
        "records": [
            {"pmid": pmid, "search_id": runs[name], "presence": presence}
            for name, pmid in places.items()
            if name not in screened
        ],
        "screening": [
            {"pmid": places[name], "stage": "full-text", "reviewer": "A", "decision": "include", "role": "reviewer",
             "decided_at": f"2025-0{month}-02T08:00:00Z"}
            for name in screened
            for month in (7, 5)
        ],
    }  # fmt: skip
    return make_base(COUNTS, more=more).synthesis("response")


def test_trials_come_in_with_the_refresh_that_found_them(make_base) -> None:
    result = _searched(make_base)
    data = cumulative_data(result, order="refresh")
    assert data.columns == ("Found on", "Trials", "I²")
    assert [(row.label, row.cells[:2], row.stands_for) for row in data.rows] == [
        ("Bose 2020, Cori 2020", ("2025-03-01", "2"), 2),
        ("+ Ada 2020, Fahd 2020", ("2025-06-01", "4"), 2),
    ]
    first = data.rows[0]
    assert (first.estimate, first.ci_low, first.ci_high) == pytest.approx(refitted(result, ["Bose", "Cori"]), rel=1e-6)
    assert first.summarises
    assert not any("alone" in note for note in data.notes)
    assert alt_text(data).startswith("Forest plot of 4 studies")
    assert forest(data, width_mm=84).description


def test_what_no_search_found_counts_from_its_first_decision(make_base) -> None:
    result = _searched(make_base, screened=("Fahd",))
    assert found_on(result.tables, ["Fahd", "Ada"]) == {"Fahd": "2025-05-02", "Ada": "2025-06-01"}
    rows = cumulative_data(result, order="refresh").rows
    assert [row.cells[0] for row in rows] == ["2025-03-01", "2025-05-02", "2025-06-01"]


@pytest.mark.parametrize("options", [{"without": ("Ada", "Cori")}, {"presence": "not-in-query"}])
def test_trials_of_which_no_table_knows_are_listed(make_base, options) -> None:
    result = _searched(make_base, **options)
    with pytest.raises(RowError, match="nobody knows when they were found") as caught:
        cumulative_data(result, order="refresh")
    unknown = list(options.get("without", COUNTS))
    assert [problem.study for problem in caught.value.problems] == unknown
    assert "order by year instead" in str(caught.value)


def test_many_trials_of_one_day_are_not_all_named(make_base) -> None:
    counts = {**COUNTS, "Gita": ("men", 9, 20, 8, 20, "verified")}
    result = make_base(counts).synthesis("response")
    shared = {"database": "PubMed", "query": "q", "count": "1", "raw_hash": "h", "run_at": "2025-03-01T10:00:00Z"}
    more = {
        **reports(**dict.fromkeys(counts, "2001")),
        "searches": [{**shared, "search_id": "S-1"}],
        "records": [{"pmid": f"1000{place}", "search_id": "S-1", "presence": "in-query"} for place in range(5)],
    }
    result = replace(result, tables=make_base(counts, more=more).tables)
    (row,) = cumulative_data(result, order="refresh").rows
    assert (row.label, row.stands_for) == ("Ada 2020 and 4 more trials", 5)


def test_every_pooled_answer_has_a_cumulative_plot(real_answers) -> None:
    drawn = 0
    for answer in real_answers.values():
        for result in answer.distinct.values():
            if not result.pooled:
                continue
            data = cumulative_data(result, order="label")
            drawn += 1
            last = data.rows[-1]
            if last.estimate is not None:
                shown = result.display(result.estimate, *result.ci)
                factor = 100 if data.unit == "%" else 1
                assert (last.estimate, last.ci_low, last.ci_high) == pytest.approx([value * factor for value in shown])
    assert drawn >= 3
