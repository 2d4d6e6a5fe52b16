"""Every number of every sentence, in every style, is read back and found in what was computed, rounded anew here."""

from __future__ import annotations

import itertools
import math
import re
from pathlib import Path

import numpy as np
import pytest
from statsmodels.stats.proportion import proportion_confint

import evidence as ev
from evidence.errors import OptionError
from evidence.number_style import NUMBER_STYLES
from evidence.pool import pool
from evidence.report import cite, cite_synthesis
from evidence.report.wording import question, where_and_when

STYLES = tuple(NUMBER_STYLES)
SUPERSCRIPTS = str.maketrans("⁻⁰¹²³⁴⁵⁶⁷⁸⁹", "-0123456789")
NUMBER = re.compile(
    r"(?P<bound>[<>]?)(?P<sign>−?)(?P<digits>\d[\d\u202f,]*(?:\.\d+)?|\.\d+)(?P<power> × 10[⁻⁰¹²³⁴⁵⁶⁷⁸⁹]+)?"
)
LIMITS = {
    "house": r"{words} (.+?) to (.+?)(?=[;)])",
    "vancouver": r"{words} (.+?) to (.+?)(?=[;)])",
    "ama": r"{words}, (.+?)(?: to |-)(.+?)(?=[;)])",
    "apa": r"{words} \[(.+?), (.+?)\]",
    "revman": r"{words} \[(.+?), (.+?)\]",
    "bmj": r"{words} (.+?) to (.+?)(?=[;)])",
}
EXP = ("RR", "OR", "ROM", "IRR", "PETO")


def parts_of(text: str) -> tuple[float, float, str]:
    """Return a printed number: its value, half a unit of its last figure, and ``<`` or ``>`` where it is a bound."""
    found = NUMBER.fullmatch(text.rstrip("%"))
    assert found, f"not a number: {text!r}"
    digits = re.sub("[\u202f,]", "", found["digits"])
    scale = 10.0 ** int(found["power"][5:].translate(SUPERSCRIPTS)) if found["power"] else 1.0
    half = 0.5 * 10.0 ** -len(digits.partition(".")[2]) * scale
    return (-1 if found["sign"] else 1) * float(digits) * scale, half, found["bound"]


def agrees(text: str, value: float) -> bool:
    """Whether a printed number is the value rounded, or a bound that it keeps."""
    if text == "n/e":
        return math.isnan(value)
    if text in ("∞", "−∞"):
        return value == (math.inf if text == "∞" else -math.inf)
    number, half, bound = parts_of(text)
    if bound:
        return value < number if bound == "<" else value > number
    return abs(value - number) <= half * (1 + 1e-6) + 1e-12 * abs(value)


def limits(sentence: str, style: str, level: str, *, prediction: bool = False) -> tuple[str, str] | None:
    name = ("prediction interval" if style == "bmj" else "PI") if prediction else "confidence interval"
    if not prediction and style != "bmj":
        name = "CI"
    found = re.search(LIMITS[style].format(words=f"{level} {name}"), sentence)
    return (found[1].removesuffix("%"), found[2].removesuffix("%")) if found else None


def back(measure: str, value: float) -> float:
    """Turn a value back by the textbook, without the code under test."""
    if math.isnan(value):
        return value
    if measure in EXP:
        return math.exp(value) if value < 700 else math.inf
    if measure == "PLO":
        return 100 / (1 + math.exp(-value))
    if measure == "PR":
        return 100 * value
    return math.tanh(value) if measure == "ZCOR" else value


def double_arcsine(value: float, n: float) -> float:
    """Miller 1978: the proportion whose double arcsine is the value, with n the harmonic mean of the sizes; in %."""
    low, high = math.asin(math.sqrt(1 / (n + 1))) / 2, (math.asin(math.sqrt(n / (n + 1))) + math.pi / 2) / 2
    if not low < value < high:
        return 0.0 if value <= low else 100.0
    sine = math.sin(2 * value)
    root = 1 - (sine + (sine - 1 / sine) / n) ** 2
    return 100 * 0.5 * (1 - math.copysign(1, math.cos(2 * value)) * math.sqrt(max(0.0, root)))


def shown(result, value: float) -> float:
    if result.synthesis.measure == "PFT":
        return double_arcsine(value, len(result.effects) / float((1 / result.effects["n1"].astype(float)).sum()))
    return back(result.synthesis.measure, value)


def words_of(result) -> list[str]:
    """Return every text of protocol and tables that a sentence may quote, longest first."""
    protocol, synthesis = result.protocol, result.synthesis
    comparison = protocol.comparisons[synthesis.comparison]
    texts = [comparison.label, comparison.arm_1, comparison.arm_2, protocol.outcomes[synthesis.outcome].label]
    texts += [protocol.populations[synthesis.population].label, result.analysis_label, *result.effects["unit"]]
    texts += [protocol.label_of("units", str(unit)) for unit in result.effects["unit"]]
    texts += [window.label for window in protocol.windows.values()]
    texts += [
        text for c in result.contrasts for text in (c.study_label, c.arm_1.label, c.arm_2.label if c.arm_2 else "")
    ]
    texts += [text for entry in result.exclusions for text in (entry.study_label, entry.reason)]
    texts += [notice.clause for notice in result.notices]
    texts += [note for notes in result.effects["effect_note"] for note in str(notes).split("; ")]
    return sorted({text for text in texts if re.search(r"\d", text)}, key=len, reverse=True)


def truths(result) -> list[float]:
    """Return every number that a sentence on a result may print, computed here."""
    effects, level = result.effects, result.synthesis.level
    values = [result.k, result.trials, result.n, 100 * level, sum(entry.compared for entry in result.exclusions)]
    for _, row in effects.iterrows():
        values += [shown(result, row[name]) for name in ("yi", "ci_low", "ci_high")]
        values += [row["n1"], row["n2"], row["events1"], row["events2"], row["time_weeks"]]
        if result.synthesis.measure == "PFT":
            low, high = proportion_confint(row["events1"], row["n1"], alpha=1 - level, method="beta")
            values += [100 * row["events1"] / row["n1"], 100 * low, 100 * high]
    if result.fit is not None:
        fit = result.fit
        values += [shown(result, value) for value in (fit.estimate, fit.ci_low, fit.ci_high, fit.pi_low, fit.pi_high)]
        values += [fit.i2, fit.tau2]
    if result.synthesis.measure == "PFT" and result.k:
        events, people = float(effects["events1"].sum()), float(effects["n1"].sum())
        values += [events, people, 1, 1 - level]
        if events == 0:
            _, high = proportion_confint(0, people, alpha=1 - level, method="beta")
            values += [0, 100 * high, 100 * (1 - (1 - level) ** (1 / people))]
    times = effects["time_weeks"].dropna()
    values += [times.min(), times.max()] if len(times) else []
    if "r" in effects:
        values += list(effects["r"].dropna())
    return [float(value) for value in values if not math.isnan(float(value))]


def quoted(result) -> re.Pattern[str]:
    """Return a pattern of all that is not a number of the sentence's own."""
    return re.compile("|".join([*map(re.escape, words_of(result)), "I²", "τ²", "χ²", "cm²"]))


@pytest.fixture(scope="module")
def every_result(answers, real_answers, make_base):
    bcg = ev.load(Path(__file__).resolve().parents[2] / "examples" / "bcg-vaccine").answers()
    odd = make_base(
        {
            "Ada": ("men", 0, 20, 0, 25, "verified"),
            "Bose": ("men", 0, 30, 9, 30, "verified"),
            "Cori": ("women", 19900, 20000, 3, 20000, "verified"),
        }
    ).answers()
    found = [r for several in (answers, real_answers, bcg, odd) for a in several.values() for r in a.results.values()]
    assert len(found) > 500
    assert {r.synthesis.measure for r in found} >= {"RR", "OR", "RD", "MD", "SMD", "PFT"}
    assert {min(r.trials, 3) for r in found} == {0, 1, 2, 3}
    return found


@pytest.fixture(scope="module")
def said():
    """Return `cite_synthesis`, which writes each sentence once for all tests."""
    written: dict[tuple[int, str, str], str] = {}

    def write(result, style: str = "house", form: str = "short") -> str:
        key = (id(result), style, form)
        if key not in written:
            written[key] = cite_synthesis(result, style=style, form=form)
        return written[key]

    return write


def test_every_number_of_every_sentence_is_one_that_was_computed(every_result, said) -> None:
    seen: set[str] = set()
    numbers = 0
    for result in every_result:
        known = names = None
        # Where nothing entered there are counts and a date alone: one style as they are, and one that parts thousands.
        styles = STYLES if result.k else ("house", "apa")
        for style, form in itertools.product(styles, ("short", "full")):
            sentence = said(result, style, form)
            if sentence in seen:
                continue
            seen.add(sentence)
            if known is None:
                known, names = truths(result), quoted(result)
            for text in {found[0] for found in NUMBER.finditer(names.sub("…", sentence))}:
                numbers += 1
                assert any(agrees(text, value) for value in known), f"{text} in {sentence}"
    assert numbers > 6_000


def test_effect_and_intervals_stand_in_their_places_in_every_style(every_result, said) -> None:
    checked = set()
    for result, style in itertools.product((r for r in every_result if r.pooled), STYLES):
        sentence, fit, level = said(result, style), result.fit, result.ci_level
        low, high = limits(sentence, style, level)
        assert agrees(low, shown(result, fit.ci_low)), sentence
        assert agrees(high, shown(result, fit.ci_high)), sentence
        predicted = limits(sentence, style, level, prediction=True)
        assert (predicted is not None) == math.isfinite(fit.pi_low)
        if predicted:
            assert agrees(predicted[0], shown(result, fit.pi_low)), sentence
            assert agrees(predicted[1], shown(result, fit.pi_high)), sentence
        effect = re.search(
            r"(?:was|of) (?:[^()]*? )?((?:[<>]?−?[\d.][\d\u202f,.]*(?: × 10\S+)?))%?(?: \S+)? \(95%", sentence
        )
        assert effect, sentence
        assert agrees(effect[1], shown(result, fit.estimate)), sentence
        checked.add((result.synthesis.measure, style))
    assert {style for _, style in checked} == set(STYLES)


MEASURES = ("MD", "SMD", "RR", "OR", "RD", "ROM", "PR", "PLO", "ZCOR", "IRR")


@pytest.mark.parametrize("measure", MEASURES)
def test_generated_fits_read_back(measure: str) -> None:
    rng = np.random.default_rng(MEASURES.index(measure))
    scales = (1e-6, 0.01, 0.3, 3.0, 1e3, 1e8) if measure == "MD" else (1e-4, 0.05, 0.4, 3.0, 12.0)
    for scale, k, style in itertools.product(scales, (1, 2, 3, 12), STYLES):
        yi = rng.normal(-0.5, 1, k) * scale
        if measure == "PR":
            yi = rng.uniform(0.01, 0.6, k)
        vi = (rng.uniform(0.1, 1.0, k) * scale) ** 2
        fit = pool(yi, vi, measure=measure, level=rng.choice([0.9, 0.95, 0.99]))
        sentence = cite(fit, style=style, form="full")
        level = f"{100 * fit.level:g}%"
        got = limits(sentence, style, level)
        assert got, sentence
        for text, value in zip(got, fit.ci, strict=True):
            assert agrees(text, back(measure, value)), sentence
        predicted = limits(sentence, style, level, prediction=True)
        if predicted:
            for text, value in zip(predicted, fit.pi, strict=True):
                assert agrees(text, back(measure, value)), sentence
        if k > 1:
            assert agrees(re.search(r"I² ?= ?([\d.]+)%", sentence)[1], fit.i2)
            assert agrees(re.search(rf"τ² ?= ?({NUMBER.pattern.replace('?P<', '?P<x')})", sentence)[1], fit.tau2)
            assert sentence.startswith(f"In {k} studies")
        else:
            assert "a single study, not a synthesis" in sentence


def test_a_hyphen_never_stands_between_limits_that_it_would_garble() -> None:
    for yi in ([-0.6, -0.5, -0.4], [0.1, 0.5, 0.9], [-20.0, 0.0, 20.0], [1e9, 4e9, -2e9]):
        for measure in ("MD", "RR"):
            sentence = cite(pool(yi, [0.04, 0.05, 0.06], measure=measure), style="ama")
            assert not re.search(r"-[−<>]|[−<>][\d.]+-| 10[⁻⁰-⁹]+-|- ", sentence), sentence


def test_styles_write_the_same_result_each_in_its_way() -> None:
    # By hand: Q = 6.487, τ² = 4.487/40.54 = 0.1107; weights 6.637, 6.224, 5.859; 0.4834 ± 1.96 × 0.2311.
    fit = pool([0.1, 0.5, 0.9], [0.04, 0.05, 0.06], measure="RR", tau2="DL", test="z")
    said = {style: cite(fit, style=style) for style in STYLES}
    assert "was RR 1.62 (95% CI 1.03 to 2.55;" in said["house"]
    assert "was RR 1.62 (95% CI 1.03 to 2.55;" in said["vancouver"]
    assert "I²=69%" in said["vancouver"]
    assert "was a risk ratio of 1.62 (95% CI, 1.03-2.55;" in said["ama"]
    assert "was RR = 1.62 (95% CI [1.03, 2.55];" in said["apa"]
    assert "was a risk ratio of 1.62 (95% confidence interval 1.03 to 2.55; 95% prediction interval" in said["bmj"]
    assert "95% CI [1.03, 2.55]" in said["revman"]
    assert all("certainty: not assessed" in text for text in said.values())


def test_apa_drops_the_zero_of_a_correlation_and_of_nothing_else() -> None:
    correlation = cite(pool([0.3, 0.4, 0.5], [0.01, 0.02, 0.03], measure="ZCOR"), style="apa")
    assert re.search(r"correlation = \.\d\d \(95% CI \[\.\d\d, \.\d\d\]", correlation)
    assert "= 0." in cite(pool([0.3, 0.4, 0.5], [0.01, 0.02, 0.03], measure="SMD"), style="apa")


def test_a_fixed_effect_model_is_named_in_the_short_form_too() -> None:
    assert "equal-effects model" in cite(pool([0.3, 0.5, 0.4], [0.04, 0.05, 0.05], tau2="EE", test="z"))
    assert "fixed-effects model" in cite(pool([0.3, 0.5, 0.4], [0.04, 0.05, 0.05], tau2="FE", test="z"))
    assert "effects model" not in cite(pool([0.3, 0.5, 0.4], [0.04, 0.05, 0.05]))


@pytest.mark.parametrize("form", ["short", "full"])
def test_the_short_form_begins_the_full_one_and_loses_no_guard(every_result, said, form: str) -> None:
    for result in every_result:
        sentence = said(result, form=form)
        short = said(result)
        assert sentence.startswith(short)
        assert ("sensitivity analysis: " in short) == (
            bool(result.k or "cannot enter" in short) and not result.analysis.primary
        )
        assert ("not a synthesis" in short) == (result.trials == 1)
        assert all(f"Note that {notice.clause}." in short for notice in result.notices)
        assert "searched to" in short or "no search recorded" in short
        if form == "full" and result.pooled:
            assert "Details: " in sentence


def test_the_first_sentence_is_short_enough_to_read(every_result, said) -> None:
    own, whole = [], []
    for result in every_result:
        sentence = re.split(r"(?<=[a-z)])\. ", said(result))[0]
        whole.append(len(sentence.split()))
        for text in (question(result), where_and_when(result), result.analysis_label):
            sentence = sentence.replace(text, "")
        if result.pooled:
            own.append(len(sentence.split()))
    assert max(own) <= 55
    assert sorted(whole)[len(whole) // 2] <= 60


def test_unknown_styles_and_forms_are_refused(answers) -> None:
    with pytest.raises(OptionError, match="style"):
        cite_synthesis(answers["response"].primary, style="nature")
    with pytest.raises(OptionError, match="form"):
        cite_synthesis(answers["response"].primary, form="long")


# ---------------------------------------------------------------- how far was searched


def _search(name: str, database: str, run_at: str) -> dict[str, str]:
    return {"search_id": name, "database": database, "query": "x", "run_at": run_at, "count": "3", "raw_hash": "0"}


def _record(pmid: str, presence: str = "in-query", **cells: str) -> dict[str, str]:
    return {"pmid": pmid, "presence": presence, "search_id": "a", **cells}


def _decision(pmid: str) -> dict[str, str]:
    return {
        "pmid": pmid, "stage": "title-abstract", "reviewer": "AB", "decision": "exclude",
        "decided_at": "2026-01-01T00:00:00Z",
    }  # fmt: skip


def test_the_date_is_that_to_which_every_database_was_searched(make_base) -> None:
    runs = [
        _search("a", "PubMed", "2026-02-01T00:00:00Z"),
        _search("b", "PubMed", "2026-11-22T10:15:00Z"),
        _search("c", "Embase", "2026-03-09T00:00:00Z"),
    ]
    result = make_base(more={"searches": runs}).synthesis("response")
    assert "participants; searched to 2026-03-09)" in cite_synthesis(result)
    assert "searched to March 9, 2026)" in cite_synthesis(result, style="ama")
    assert "searched to 9 March 2026)" in cite_synthesis(result, style="bmj")


def test_records_that_nobody_has_looked_at_are_counted_as_the_flow_counts_them(make_base) -> None:
    rng = np.random.default_rng(7)
    for _ in range(12):
        pmids = [str(number) for number in range(101, 131)]
        presence = rng.choice(["in-query", "left-query", "gone", "not-in-query"], 30, p=[0.7, 0.1, 0.1, 0.1])
        screened = [_decision(pmid) for pmid in rng.choice(pmids, 10, replace=False)]
        first, other = rng.choice(pmids, 2, replace=False)
        relation = str(rng.choice(["same-publication", "different"]))
        pair = {"pmid": first, "other": f"PMID:{other}", "relation": relation, "decided_at": "2026-01-01T00:00:00Z"}
        there = dict(zip(pmids, presence, strict=True))
        if relation == "same-publication" and {there[first], there[other]} != {"in-query"}:
            continue
        base = make_base(
            more={
                "searches": [_search("a", "PubMed", "2026-02-01T00:00:00Z")],
                "records": [_record(pmid, str(kind)) for pmid, kind in zip(pmids, presence, strict=True)],
                "screening": screened,
                "duplicates": [{**pair, "decided_by": "AB", "found_by": "eye"}],
            }
        )
        waiting = base.flow().waiting
        assert f"searched to 2026-02-01, {waiting} records not screened yet)" in cite_synthesis(
            base.synthesis("response")
        )


# ---------------------------------------------------------------- what must not mislead


def test_a_limit_that_rounds_to_no_effect_is_said_to_exclude_it_before_rounding(make_base) -> None:
    # By hand: log RR 0.1 ± 1.959964 × √(0.0078/3) = 0.00006 to 0.19994, so 1.00006 to 1.22134.
    fit = pool([0.1, 0.1, 0.1], [0.0078] * 3, measure="RR", test="z")
    assert "RR 1.11 (95% CI 1.00 to 1.22;" in cite(fit)
    assert cite(fit).endswith(": the interval excludes the null before rounding.")
    assert "before rounding" not in cite(pool([0.1, 0.1, 0.1], [0.0079] * 3, measure="RR", test="z"))
    assert cite(pool([0.1], [0.0026], measure="RR")).count("excludes the null before rounding; a single study") == 1
    # By hand: log(50/36) ± 1.959964 × √(1/50 − 1/100 + 1/36 − 1/100) = 0.00184 to 0.65516; 49 in place of 36 crosses 0.
    counts = {control: {"Ada": ("men", 50, 100, control, 100, "verified")} for control in (36, 35, 49)}
    said = {control: make_base(trial).synthesis("response").cite() for control, trial in counts.items()}
    assert "RR 1.39 (95% CI 1.00 to 1.93; certainty" in said[36]
    assert "): the interval excludes the null before rounding, in favour of needling + drug; a single" in said[36]
    assert "): the interval excludes the null, in favour of needling + drug; a single" in said[35]
    assert "compatible with no effect" in said[49]


def test_a_measure_that_is_not_known_is_no_name_for_its_logarithm() -> None:
    for style in STYLES:
        sentence = cite(pool([0.1, 0.3, 0.2], [0.01, 0.1, 0.1], measure="HR"), style=style)
        assert "on the scale on which “HR” was entered, not transformed back" in sentence
        assert not re.search(r"HR (?:= )?[−\d]", sentence)
    assert "entered" in cite(pool([0.1], [0.01], measure="HR"))
    assert "entered" not in cite(pool([0.1, 0.3, 0.2], [0.01, 0.1, 0.1]))


def test_what_was_added_and_an_interval_too_narrow_are_told_in_the_short_form(make_base) -> None:
    none = make_base({"Ada": ("men", 0, 20, 0, 20, "verified"), "Bose": ("men", 0, 30, 0, 30, "verified")})
    sentence = none.synthesis("response").cite()
    assert "No events in either arm in 2 of 2 trials: the value comes from what was added." in sentence
    assert "no interval can be given" in sentence
    assert "the interval rests" not in sentence
    some = make_base({"Ada": ("men", 20, 20, 20, 20, "verified"), "Bose": ("men", 6, 30, 3, 30, "verified")})
    assert "Everyone had the event in both arms in 1 of 2 trials:" in some.synthesis("response").cite()
    # Three nearly equal ratios: the Hartung–Knapp half-width is t(0.975, 2) = 4.30 times nearly nothing.
    narrow = "The Hartung–Knapp interval is narrower than the normal one."
    alike = pool([0.30, 0.31, 0.32], [0.1, 0.1, 0.1], measure="RR")
    assert narrow in cite(alike)
    assert narrow not in cite(pool([0.30, 0.31, 0.32], [0.1, 0.1, 0.1], measure="RR", test="z"))
    assert narrow not in cite(pool([-1.0, 0.31, 2.0], [0.1, 0.1, 0.1], measure="RR"))


def test_what_is_rare_or_tiny_is_not_printed_as_nothing(make_base) -> None:
    many = {
        "harm_id": "X", "study_id": "Bose", "arm_id": "A", "event": "scar", "events": "2", "n": "90000",
        "n_status": "verified", "counting": "patients", "pooling": "yes", "source": "10.1000/a", "seen_at": "S1",
        "status": "verified",
    }  # fmt: skip
    result = make_base(more={"harms": [many]}).synthesis("scar")
    sentence = cite_synthesis(result)
    assert "was counted in 2 of 90\u202f060 people" in sentence
    low, high = limits(sentence, "house", "95%")
    assert len(high.partition(".")[2]) >= 3
    assert agrees(low, shown(result, result.fit.ci_low))
    assert agrees(high, shown(result, result.fit.ci_high))
    # By Miller 1978 with a harmonic mean of 40 people the pooled value lies below what 0 of 40 is: none, despite two.
    assert shown(result, result.fit.estimate) == 0
    assert "Note that the transformation is turned back to 0.000%, which the counts contradict" in sentence
    assert "turned back to" not in cite_synthesis(make_base().synthesis("pain"))
    tiny = pool([1e-9, 2e-9, 1.5e-9], [1e-20] * 3, measure="MD", test="z")
    assert "MD 1.50 × 10⁻⁹ (95% CI 9.34 × 10⁻¹⁰ to 2.07 × 10⁻⁹" in cite(tiny)


def test_apa_writes_a_bound_with_its_sign_alone_and_a_risk_difference_without_a_zero() -> None:
    assert "was RR < 0.01 (95% CI [<0.01, <0.01];" in cite(
        pool([-7, -7, -7], [0.01] * 3, measure="RR", test="z"), style="apa"
    )
    difference = cite(pool([0.1, 0.2, 0.3], [0.01] * 3, measure="RD", test="z"), style="apa")
    assert "was RD = .20 (95% CI [.09, .31];" in difference
    assert "RD 0.20" in cite(pool([0.1, 0.2, 0.3], [0.01] * 3, measure="RD", test="z"))
