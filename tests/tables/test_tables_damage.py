"""Every kind of damage names table, row, column, study, value and what is allowed; nothing else is blamed."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from evidence.tables import check_tables


@dataclass(frozen=True, kw_only=True)
class Damage:
    """Cells to change in one row, and the one problem that must come of it."""

    name: str
    table: str
    key: str
    cells: dict[str, str]
    column: str
    message: str
    allowed: str = ""


def outcome(name, key, cells, column, message, allowed="") -> Damage:
    return Damage(name=name, table="outcomes", key=key, cells=cells, column=column, message=message, allowed=allowed)


def cell(name, table, key, column, value, message, allowed="", blamed="") -> Damage:
    """One cell is changed; the problem stands there too, or in the column `blamed`."""
    cells = {column: value}
    return Damage(
        name=name, table=table, key=key, cells=cells, column=blamed or column, message=message, allowed=allowed
    )


NUMBER = "a number such as 12.5"
COUNT = "a whole number, at least 0"

TYPES = [
    cell("decimal comma", "outcomes", "R1", "mean", "12,5", "decimal mark is a point ('12.5'?)", NUMBER),
    cell("letter in a count", "outcomes", "R3", "events", "1O", "not a number", COUNT),
    cell("unit in the cell", "outcomes", "R1", "time_weeks", "12 weeks", "words after the number", NUMBER),
    cell("cut-off exponent", "outcomes", "R1", "sd", "1.2e", "not a number", NUMBER),
    cell("fraction of a person", "outcomes", "R3", "total", "20.5", "not a whole number", COUNT),
    cell("date from a spreadsheet", "outcomes", "R1", "mean", "5-Jan", "a spreadsheet made", NUMBER),
    cell("date in a text", "reports", "Ada2020-1", "volume_pages", "11-Jun", "a spreadsheet made", "text"),
    cell("infinite", "outcomes", "R1", "mean", "inf", "not finite", NUMBER),
    cell("too large for a float", "outcomes", "R1", "mean", "1e999", "not finite", NUMBER),
    cell("NaN as text", "outcomes", "R1", "mean", "NaN", "a missing value is an empty cell", NUMBER),
    cell("NA as text", "arms", "Ada2020/A1", "sessions", "NA", "a missing value is an empty cell", COUNT),
    cell("null as text", "studies", "Ada2020", "country", "null", "a missing value is an empty cell", "text"),
    cell("None as text", "outcomes", "R5", "notes", "None", "a missing value is an empty cell", "text"),
    cell("spreadsheet error", "outcomes", "R1", "sd", "#DIV/0!", "a spreadsheet error", NUMBER),
    cell("typographic minus", "outcomes", "R1", "mean", "−9.6", "not a plain hyphen ('-9.6'?)", NUMBER),
    cell("sign before p", "outcomes", "R4", "p_value", "<0.001", "a column of its own", "at most 1"),
    cell("percent sign", "outcomes", "R3", "percent", "75%", "percent sign", "at most 100"),
    cell("too long for a count", "searches", "run-1", "count", "1234567890123456789", "too long", COUNT),
    cell("date instead of a time", "searches", "run-1", "run_at", "2026-01-02", "not a time in UTC", "T10:15:00Z"),
    cell("no such day", "searches", "run-1", "run_at", "2026-02-30T00:00:00Z", "not a time in UTC", "T10:15:00Z"),
    cell("blank in an id", "reviews", "Rev-1", "result_id", "Rev 1", "a blank inside a name", "a name without blanks"),
]

CLEAN = [
    cell("blank after", "studies", "Ada2020", "label", "Ada 2020 ", "blanks stand before or after", "text"),
    cell("blank before a number", "outcomes", "R1", "mean", " 21.9", "blanks stand before or after", NUMBER),
    cell("no-break space", "studies", "Ada2020", "severity", "III\u00a0", "blanks stand before or after", "text"),
    cell("line break", "outcomes", "R1", "notes", "one\ntwo", "a line break", "text"),
    cell("control character", "outcomes", "R1", "notes", "one\x07two", "a line break, a tab", "text"),
    cell("zero-width space", "studies", "Ada2020", "label", "Ada\u200b2020", "invisible", "text"),
    *(
        cell(
            f"mark of direction U+{mark:04X}", "studies", "Ada2020", "label", f"Ada{chr(mark)}2020", "invisible", "text"
        )
        for mark in (*range(0x202A, 0x202F), *range(0x2066, 0x206A))
    ),
    cell("broken u-umlaut", "studies", "Ada2020", "label", "MÃ¼ller 2020", "broken characters ('Ã¼')", "text"),
    cell("broken dash", "outcomes", "R1", "notes", "1 â€“ 2", "broken characters", "text"),
    cell("broken plus-minus", "outcomes", "R1", "notes", "12 Â± 3", "broken characters ('Â±')", "text"),
    cell("replacement character", "outcomes", "R1", "notes", "M\ufffdller", "broken characters", "text"),
    cell("list not sorted", "arms", "Ada2020/A1", "components", "x-5;needling", "'needling;x-5' is", "sorted names"),
    cell("list member twice", "arms", "Ada2020/A1", "components", "x-5;x-5", "stands twice", "sorted names"),
    cell("list with blanks", "arms", "Ada2020/A1", "seen_at", "S1; S2", "parted by ';' alone", "sorted names"),
    cell("list with a gap", "arms", "Ada2020/A1", "seen_at", "S1;;S2", "parted by ';' alone", "sorted names"),
]

VALUES = [
    cell("misspelt unit", "outcomes", "R1", "unit", "hairs/cm", "did you mean 'hairs/cm2'?", "hairs/cm2, hairs/inch2"),
    cell("wrong case", "outcomes", "R1", "status", "Verified", "did you mean 'verified'?", "verified, secondary"),
    cell("unknown design", "studies", "Bose2021", "design", "split-fase", "did you mean 'split-face'?", "parallel"),
    cell("unknown value type", "outcomes", "R1", "value_type", "delta", "not an allowed value", "change, final"),
    cell("negative SD", "outcomes", "R1", "sd", "-9.4", "the number is negative", "at least 0"),
    cell("negative count", "arms", "Curie2022/A1", "n_analysed", "-1", "the number is negative", "at least 0"),
    cell("no time between", "arms", "Curie2022/A1", "interval_weeks", "0", "too small", "above 0"),
    cell("level in percent", "outcomes", "R6", "ci_level", "95", "too large", "above 0 and at most 1"),
    cell("unknown condition", "studies", "Ada2020", "condition", "mixd", "did you mean 'mixed'?", "baldness, mixed"),
    cell("unknown threshold", "outcomes", "R3", "threshold", "halves", "did you mean 'half'?", "half, not-defined"),
    cell("percent above 100", "outcomes", "R7", "percent", "105", "too large", "at most 100"),
    cell("p above 1", "outcomes", "R4", "p_value", "3", "too large", "at most 1"),
    cell("year of another age", "reports", "Bose2021-1", "year", "202", "too small", "at least 1800"),
    cell("no unit", "outcomes", "R1", "unit", "", "must not be empty", "hairs/cm2"),
    cell("no source", "outcomes", "R1", "seen_at", "", "must not be empty", "sorted names"),
    cell("no label", "studies", "Ada2020", "label", "", "must not be empty", "text"),
]

REFERENCES = [
    cell("no such study", "review_inputs", "I1", "study_id", "Ada2002", "did you mean 'Ada2020'?", "Ada2020, Bose2021"),
    cell("no such arm", "outcomes", "R1", "arm_id", "A3", "'A3' is not in arms of Ada2020", "A1, A2"),
    cell("an arm of another study", "harms", "H1", "arm_id", "P1", "not in arms of Ada2020", "A1, A2"),
    cell("no such page", "outcomes", "R1", "seen_at", "S1;S9", "'S9' is not in sources", "S1, S2"),
    cell("no such row", "outcomes", "R1", "conflicts_with", "R99", "'R99' is not in outcomes", "R1, R10"),
    cell("no such review", "reviews", "Rev-1", "review_id", "Rev2042", "did you mean 'Rev2024'?", "Rev2024"),
    cell("no such search", "records", "101", "search_id", "run-2", "did you mean 'run-1'?", "run-1"),
    cell(
        "no such record",
        "screening",
        "101/title-abstract/AB/2026-01-03T00:00:00Z",
        "pmid",
        "111",
        "'111' is not in records",
        "101, 102",
    ),
    cell("unknown component", "arms", "Ada2020/A1", "components", "nedling;x-5", "did you mean 'needling'?", "x-5"),
    cell("unknown outcome", "outcomes", "R7", "outcome", "thicknes", "did you mean 'thickness'?", "density, itch"),
    cell("unknown harm", "harms", "H3", "event", "scar", "not among the protocol's outcomes", "density, itch"),
    cell("unknown claim", "claims", "C1", "claim", "cures", "not among the protocol's claims", "works"),
]

COUNTS = [
    outcome(
        "events above the total", "R3", {"events": "25", "percent": ""}, "events", "25 of 20", "at most total = 20"
    ),
    outcome(
        "events above n",
        "R3",
        {"events": "19", "total": "", "percent": "", "n": "18", "n_status": "verified"},
        "events",
        "19 of n = 18",
        "at most n = 18",
    ),
    outcome(
        "denominator above n",
        "R3",
        {"n": "19", "n_status": "secondary"},
        "total",
        "20 is above n = 19",
        "at most n = 19",
    ),
    outcome("nobody", "R1", {"n": "0"}, "n", "nobody stands behind", "at least 1"),
    outcome("percent of no count", "R3", {"events": "", "percent": "77"}, "percent", "no whole number", "15/20 = 75%"),
    outcome(
        "percent of no count, implied denominator",
        "R4",
        {"events_implied": "", "total_implied": "", "n": "20", "n_status": "verified", "percent": "85.1"},
        "percent",
        "no whole number of n = 20 people is 85.1%",
        "17/20 = 85.0%, 18/20 = 90.0%",
    ),
    outcome("percent is another count", "R3", {"percent": "80"}, "percent", "15/20 = 75.0% is not the printed 80%"),
    outcome(
        "implied count is another percent",
        "R4",
        {"events_implied": "16"},
        "events_implied",
        "16/20 = 80.0% is not the printed 85%",
        "17/20 = 85%",
    ),
    outcome(
        "implied count above its denominator", "R4", {"events_implied": "27"}, "events_implied", "27 of 20", "at most"
    ),
    outcome("implied count alone", "R4", {"total_implied": ""}, "total_implied", "go together", "both or neither"),
    outcome(
        "implied denominator alone", "R4", {"events_implied": ""}, "events_implied", "go together", "both or neither"
    ),
    outcome(
        "implied denominator above n",
        "R4",
        {"n": "19", "n_status": "secondary"},
        "total_implied",
        "20 is above n = 19",
        "at most n = 19",
    ),
    outcome("implied by nothing", "R4", {"percent": ""}, "events_implied", "no percentage is printed"),
    Damage(
        name="harms above n",
        table="harms",
        key="H1",
        cells={"events": "21", "percent": ""},
        column="events",
        message="21 of n = 20",
        allowed="at most n = 20",
    ),
    cell(
        "harm percent of another count", "harms", "H1", "percent", "10", "5.0% is not the printed 10%", blamed="events"
    ),
    cell("none stated, some counted", "harms", "H2", "events", "2", "there was none, yet some", "0"),
    cell("mentioned, yet counted", "harms", "H3", "events", "2", "counting is 'mentioned'", "an empty cell"),
    Damage(
        name="counted, yet no count",
        table="harms",
        key="H3",
        cells={"counting": "patients"},
        column="counting",
        message="nothing is counted",
        allowed="mentioned",
    ),
]
NUMBERS = [
    outcome("mean outside its interval", "R6", {"ci_low": "64"}, "mean", "mean is below ci_low = 64", "at least 64"),
    outcome("interval upside down", "R6", {"ci_low": "66", "ci_high": "60", "mean": ""}, "ci_high", "below ci_low"),
    outcome("interval without a level", "R6", {"ci_level": ""}, "ci_level", "both its limits and its level"),
    outcome("one limit", "R6", {"ci_high": ""}, "ci_high", "both its limits and its level"),
    outcome("median outside the quartiles", "R7", {"median": "15"}, "q3", "q3 is below median = 15", "at least 15"),
    outcome("mean outside the range", "R7", {"mean": "35"}, "maximum", "maximum is below mean = 35", "at least 35"),
    outcome(
        "minimum above the maximum", "R7", {"minimum": "21", "q1": "", "median": "", "q3": ""}, "maximum", "minimum"
    ),
    outcome("p without a sign", "R4", {"p_operator": ""}, "p_operator", "p-value 0.03 has no sign", "=, <, ≤, >, ≥"),
    outcome("sign without a p", "R4", {"p_value": ""}, "p_value", "should follow '='", "above 0, at most 1"),
    outcome("not significant with a p", "R10", {"p_value": "0.4"}, "p_value", "'not-significant' stands alone"),
    outcome("p of zero", "R4", {"p_value": "0.000"}, "p_value", "never 0", "'<'"),
    outcome("time runs backwards", "R1", {"time_weeks_max": "6"}, "time_weeks_max", "before its beginning", "above 12"),
    outcome("n of unknown worth", "R1", {"n_status": ""}, "n_status", "how sure", "verified, secondary"),
    outcome("worth of no n", "R5", {"n_status": "verified"}, "n", "n_status is given without n"),
    outcome("SD of no mean", "R7", {"sd": "3"}, "sd", "a spread without a mean"),
    outcome("SD at baseline of no mean", "R7", {"baseline_sd": "3"}, "baseline_sd", "at baseline without a mean"),
    outcome("SD of zero", "R1", {"sd": "0"}, "sd", "a spread of 0", "pooling = no"),
    outcome("SE that is an SD", "R1", {"se": "9.4"}, "se", "a standard error of 2.1", "2.04 to 2.16"),
    outcome("size in a unit of people", "R7", {"unit": "percent-of-patients"}, "unit", "not measured in", "um, points"),
    outcome("threshold of a mean", "R7", {"threshold": "half"}, "threshold", "with the value type 'change'"),
    outcome("responders of what", "R3", {"threshold": ""}, "threshold", "is not said", "not-defined"),
    outcome("events of a mean", "R7", {"events": "4"}, "events", "'change' has no events"),
    outcome("mean of events", "R3", {"mean": "4"}, "mean", "'responder' has no mean"),
    cell(
        "statistic without its value",
        "contrasts",
        "K1",
        "statistic",
        "t",
        "the value of t is missing",
        "a number",
        blamed="statistic_value",
    ),
    cell(
        "value of no statistic",
        "contrasts",
        "K1",
        "statistic_value",
        "2.5",
        "2.5 is the value of a statistic",
        "t, F, z, chi2, U",
        blamed="statistic",
    ),
    Damage(
        name="estimate outside its interval",
        table="contrasts",
        key="K1",
        cells={"estimate": "5"},
        column="ci_high",
        message="ci_high is below estimate = 5",
        allowed="at least 5",
    ),
]

TRIALS = [
    outcome(
        "arms in two units",
        "R2",
        {"unit": "hairs/inch2"},
        "unit",
        "other arms of the comparison have hairs/cm2 (R1)",
        "hairs/cm2",
    ),
    outcome(
        "a change against a final value",
        "R6",
        {"value_type": "change"},
        "value_type",
        "other arms of the comparison have final (R5)",
    ),
    outcome("more people than the arm", "R1", {"n": "21"}, "n", "more than the arm's n_randomised = 20", "at most 20"),
    cell("more people than the study", "contrasts", "K1", "n", "41", "the study's n_randomised = 40", "at most 40"),
    outcome("conflict with itself", "R1", {"conflicts_with": "R1"}, "conflicts_with", "with itself"),
    outcome("conflict with another study", "R1", {"conflicts_with": "R5"}, "conflicts_with", "another study, Bose2021"),
    outcome("one-sided conflict", "R1", {"conflicts_with": "R2"}, "conflicts_with", "R2 does not name this row"),
    outcome("conflict with nothing", "R1", {"status": "conflict"}, "status", "nothing says with what", "conflicts"),
    cell("randomised cohort", "studies", "Ada2020", "design", "cohort", "is not randomised", "no", blamed="randomised"),
    cell("a reason is missing", "studies", "Curie2022", "eligibility_reason", "", "no reason is given", "a reason"),
    cell("more analysed than allocated", "arms", "Ada2020/A1", "n_analysed", "22", "22 of 20", "at most"),
    cell("arms above the study", "studies", "Ada2020", "n_randomised", "30", "20 + 20 = 40", "at least 40"),
    cell("sides above the people", "arms", "Bose2021/A1", "n_randomised", "38", "than the study, 19", "at most 19"),
    cell("an arm against itself", "contrasts", "K1", "arm_id_2", "A1", "compared with itself", "another arm"),
    cell("a conflict about no row", "conflicts", "X1", "rows", "R8;R99", "'R99' is not a row of", "ids of rows"),
    cell("a conflict about another study", "conflicts", "X1", "rows", "R1;R8", "another study, Ada2020", "Darwin2023"),
]
LITERATURE = [
    cell("PMID with letters", "reports", "Bose2021-1", "pmid", "PMID:5", "not a PMID", "digits only"),
    cell("PMCID without PMC", "reports", "Bose2021-1", "pmcid", "3746236", "not a PMCID", "PMC and digits"),
    cell("DOI with its resolver", "reports", "Bose2021-1", "doi", "https://doi.org/10.1/x", "not a DOI", "10., digits"),
    cell("DOI without a slash", "records", "102", "doi", "10.1000", "not a DOI", "10., digits"),
    cell("DOI a spreadsheet shortened", "records", "102", "doi", "1.01E+11", "a spreadsheet shortened", "a name"),
    cell("NCT number cut off", "studies", "Darwin2023", "registration", "NCT0123456", "'NCT0123456' is not", "eight"),
    cell(
        "overlap with itself", "reports", "Darwin2023-1", "related_study", "Darwin2023", "with itself", "another study"
    ),
    cell("overlap with what", "reports", "Darwin2023-1", "related_study", "", "is not said", "a study, or a note"),
    cell("one paper, two trials", "reports", "Bose2021-1", "pmid", "101", "primary report of Ada2020", "one study"),
    cell(
        "no such report",
        "duplicates",
        "102/Bose2021-1/2026-01-03T00:00:00Z",
        "other",
        "Bose",
        "'Bose' is neither",
        "PMID:",
    ),
    cell(
        "the same record", "duplicates", "102/PMID:101/2026-01-03T00:00:00Z", "other", "PMID:102", "itself", "another"
    ),
    cell("no such other", "duplicates", "102/PMID:101/2026-01-03T00:00:00Z", "other", "PMID:7", "is neither", "PMID:"),
    cell("saved at no time", "extractions", "101/AB", "saved_at", "", "saved at no time", "the time"),
    cell(
        "verified by nobody",
        "extractions",
        "101/AB",
        "status",
        "verified",
        "verified by nobody",
        "another",
        "verified_by",
    ),
    cell(
        "excluded without a reason",
        "screening",
        "102/full-text/AB/2026-01-03T00:00:00Z",
        "reason",
        "",
        "without a reason",
        "a reason",
    ),
    cell(
        "domain of another tool",
        "risk_of_bias",
        "Ada2020/all/RoB2/parallel/D4/AB",
        "domain",
        "D7",
        "has no such",
        "D1, D2",
    ),
    cell(
        "judgement of another tool",
        "risk_of_bias",
        "Ada2020/all/RoB2/parallel/D4/AB",
        "judgement",
        "serious",
        "has no such",
        "low",
    ),
    cell("judged on no day", "certainty", "main/primary/overall", "judged_on", "3.2.2026", "not a date", "2026-11-22"),
    cell("levels of the whole", "certainty", "main/primary/overall", "levels", "-1", "has levels", "an empty cell"),
    cell("start of a domain", "certainty", "main/primary/imprecision", "start", "low", "has start", "an empty cell"),
    cell("no start", "certainty", "main/primary/overall", "start", "", "has no start", "a value in start"),
    cell(
        "certainty above its domains", "certainty", "main/primary/overall", "certainty", "moderate", "make low", "low"
    ),
]

BASELINES = [
    cell("an age in words", "baselines", "B1", "mean", "34.2 years", "words after the number", NUMBER),
    cell("an unknown kind", "baselines", "B1", "kind", "means", "did you mean 'mean'?", "mean, count, percent"),
    cell("no such arm at baseline", "baselines", "B2", "arm_id", "A9", "'A9' is not in arms of Ada2020", "A1, A2"),
    cell("no such page at baseline", "baselines", "B2", "seen_at", "S7", "'S7' is not in sources", "S1, S2"),
    cell("a mean without its mean", "baselines", "B1", "mean", "", "the kind 'mean' without its mean", "the number"),
    cell("a mean that counts", "baselines", "B1", "events", "3", "the kind 'mean' has no events", "an empty cell"),
    cell("a spread twice", "baselines", "B1", "plus_minus", "8.1", "the spread stands twice", "not both"),
    cell("more men than people", "baselines", "B3", "events", "41", "41 of 40", "at most total = 40"),
    cell("nobody at baseline", "baselines", "B2", "n", "0", "nobody stands behind", "at least 1"),
    cell("a p of no sign", "baselines", "B4", "p_operator", "", "without its p_operator", blamed="p_operator"),
    cell("a mean below its range", "baselines", "B1", "minimum", "40", "mean is below minimum = 40", blamed="mean"),
    cell("a mean above its range", "baselines", "B1", "maximum", "30", "mean is above maximum = 30", blamed="mean"),
    cell("n of unknown sureness", "baselines", "B2", "n_status", "", "without saying how sure", "verified"),
    cell(
        "an untold conflict", "baselines", "B1", "status", "conflict", "nothing says with what", "an entry in conflicts"
    ),
]

FINDINGS = [
    cell("a finding of no row", "findings", "0af81c22d9", "rows", "", "must not be empty", "sorted names"),
    cell("an unknown severity", "findings", "0af81c22d9", "severity", "grave", "not an allowed value", "impossible"),
    cell("a severity misspelt", "findings", "0af81c22d9", "severity", "unusal", "did you mean 'unusual'?", "note"),
    cell("an answer of another kind", "findings", "1b2c3d4e5f", "response", "explaind", "'explained'?", "false-alarm"),
    cell("an answer to an open finding", "findings", "0af81c22d9", "response", "explained", "no answer yet", "nothing"),
    cell("a name on an open finding", "findings", "0af81c22d9", "responded_by", "AB", "no answer yet", "nothing"),
    cell("answered by nobody", "findings", "1b2c3d4e5f", "responded_by", "", "its answer is not whole", "a value"),
    cell("answered without why", "findings", "1b2c3d4e5f", "response_note", "", "its answer is not whole", "a value"),
    cell("answered on no day", "findings", "1b2c3d4e5f", "responded_on", "22.11.2026", "not a date", "2026-11-22"),
    cell("rows out of order", "findings", "1b2c3d4e5f", "rows", "outcomes:R4;outcomes:R3", "not sorted", "sorted"),
    cell("rows not parted", "findings", "1b2c3d4e5f", "rows", "outcomes:R3; outcomes:R4", "blanks or empty", "';'"),
]

ROB, ANSWER = "Ada2020/all/RoB2/parallel", "Ada2020/all/RoB2/parallel"


def judged(name, domain, column, value, message, allowed="", blamed="") -> Damage:
    return cell(name, "risk_of_bias", f"{ROB}/{domain}/AB", column, value, message, allowed, blamed)


def answered(name, question, column, value, message, allowed="", blamed="") -> Damage:
    return cell(name, "bias_answers", f"{ANSWER}/{question}/AB", column, value, message, allowed, blamed)


BIAS = [
    judged("variant of another tool", "D4", "variant", "v2", "RoB2 has no such variant", "parallel"),
    judged("domain of another variant", "D4", "domain", "DS", "RoB2 (parallel) has no such domain", "D1, D2"),
    judged("proposal of another tool", "D1", "proposed", "moderate", "has no such judgement", "low, some-concerns"),
    judged(
        "proposal that does not follow", "D1", "proposed", "low", "the answers give 'some-concerns'", "some-concerns"
    ),
    judged("proposal without answers", "D4", "proposed", "low", "the answers give none: missing 4.1", "an empty cell"),
    judged("overridden without a reason", "D3", "override_reason", "", "'some-concerns' without a reason", "a reason"),
    judged(
        "a low without answers", "D4", "judgement", "low", "answers are missing (4.1)", "a reason", "override_reason"
    ),
    judged("milder without a reason", "D1", "judgement", "low", "give 'some-concerns'", "a reason", "override_reason"),
    judged("a reason for nothing", "D1", "override_reason", "I think so", "nothing is overridden", "an empty cell"),
    judged("unknown outcome of bias", "D4", "seen_at", "S1;S7", "'S7' is not in sources", "S1, S2"),
    answered("question of another domain", "3.1", "domain", "D4", "question 3.1 is one of D3", "D3"),
    answered("question of another variant", "3.1", "question", "3.1a", "has no such question", "3.1, 3.2"),
    answered(
        "answer of another question", "1.1", "answer", "SN", "question 1.1 has no such answer", "Y, PY, PN, N, NI"
    ),
    answered("no information where there is none", "3.2", "answer", "NI", "question 3.2 has no such answer", "Y, PY"),
    answered("answer in words", "1.1", "answer", "yes", "not an allowed value", "NI"),
    answered("answered though not asked", "3.2", "answer", "N", "asked only if PN, N or NI to 3.1", "NA, or no row"),
    answered("not applicable though asked", "1.1", "answer", "NA", "question 1.1 has no such answer", "Y, PY"),
    answered("answer left out", "1.1", "answer", "", "must not be empty", "Y, PY"),
]

ALL = [*FINDINGS, *TYPES, *CLEAN, *VALUES, *REFERENCES, *COUNTS, *NUMBERS, *TRIALS, *LITERATURE, *BASELINES, *BIAS]


def test_there_are_many_kinds_of_damage():
    assert len(ALL) >= 120
    assert len({damage.name for damage in ALL}) == len(ALL)


@pytest.mark.parametrize("damage", ALL, ids=lambda damage: damage.name.replace(" ", "-"))
def test_damage_is_named_and_nothing_else_is(base, vocabularies, damage):
    row = base.row(damage.table, damage.key)
    position = base.rows[damage.table].index(row)
    row.update(damage.cells)
    problems = check_tables(base.write(), vocabularies=vocabularies)
    place = f"line {position + 2})"
    (problem,) = [found for found in problems if damage.message in found.message and found.row.endswith(place)]
    assert {(found.table, found.column) for found in problems} == {(damage.table, damage.column)}, problems
    assert problem.study == row.get("study_id", "")
    assert problem.value == row[damage.column]
    assert damage.allowed in problem.allowed
    assert str(problem).startswith(f"{damage.table} · row {problem.row} · column {damage.column}")
