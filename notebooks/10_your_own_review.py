# ---
# jupyter:
#   jupytext:
#     formats: ipynb,py:percent
#     text_representation:
#       extension: .py
#       format_name: percent
#   kernelspec:
#     display_name: Python 3
#     language: python
#     name: python3
# ---

# %% [markdown]
# # Your own review
#
# The toolkit knows nothing of needles or hair. A review is one folder: a question, written as data, and tables of what
# was printed. This notebook begins with an empty folder and ends with a forest plot that can explain itself.
#
# Afterwards you will be able to
#
# - start a review of your own and say its question so precisely that a program can answer it;
# - enter trials, and let the check find what you mistyped;
# - build it, explain its number, and see what one more trial changes;
# - say what belongs into git, and why.
#
# Does **humming** stop hiccups? It hardly matters. The treatment, the trials and every number below are **invented**
# for this lesson.

# %%
import shutil
import tempfile
from pathlib import Path

import pandas as pd
from classroom import check, quote, table, terminal
from classroom.notebook_10 import FOURTH, PAIRS, PROTOCOL, TRIALS, outcome_rows
from scipy import stats

import evidence as ev
from evidence.build import build
from evidence.project import Project
from evidence.protocol import load_protocol
from evidence.report.claims import judge_claims
from evidence.tables import write_table

scratch = tempfile.TemporaryDirectory()
desk = Path(scratch.name).resolve() / "desk"
desk.mkdir()

# %% [markdown]
# ## 1. An empty review

# %%
terminal('evidence new hiccups --title "Humming against hiccups (invented)"', folder=desk)

# %%
review = Project(root=desk / "hiccups")
for path in sorted(review.root.iterdir()):
    count = f"  {len(list(path.rglob('*.csv')))} tables" if path.name == "data" else ""
    print(f"{path.name}{'/' * path.is_dir()}{count}")

# %% [markdown]
# `protocol.toml` holds the question, `data/processed` the tables. These are what you write; the rest is made from them.
#
# ## 2. The question as data
#
# A new protocol is full of comments that say what each part is for. Ours is short enough to be read whole.

# %%
review.protocol.write_text(PROTOCOL, encoding="utf-8")
print(PROTOCOL)

# %% [markdown]
# The heart of it is the comparison. Arms are **sets of components**, and `add = ["humming"]` asks for pairs of arms in
# one trial whose sets differ by exactly that. Here are some pairs.

# %%
table(
    {"": letter, "one arm": " + ".join(sorted(one)), "the other": " + ".join(sorted(other))}
    for letter, (one, other) in PAIRS.items()
)

# %%
answer = ...  # a set of letters
check("10.1", answer)

# %% jupyter={"source_hidden": true, "outputs_hidden": true} tags=["hide-cell", "solution"]
asks = {
    letter
    for letter, (one, other) in PAIRS.items()
    if one - other == {"humming"} and not other - one and "water" in other
}
check("10.1", asks)

# %% [markdown]
# ## 3. Three trials
#
# Each fact has one row in one table. A page that was read (`sources`), a trial (`studies`), where it was published
# (`reports`), what its arms received (`arms`), what came out (`outcomes`). Most people fill these in a spreadsheet. In
# a notebook a few lines do it:


# %%
def enter(name: str, rows: list[dict]) -> None:
    """Write rows into a table of the review; what a row does not say is an empty cell."""
    declared = load_protocol(review.protocol).tables[name]
    write_table(review.processed / f"{name}.csv", pd.DataFrame(rows).reindex(columns=declared.names), declared)


page = {
    "source_id": "P1",
    "url": "no page: invented for a lesson",
    "kind": "invented",
    "extent_seen": "all",
    "trust": "none",
}


def rows_about(trial: dict) -> tuple[list[dict], list[dict], list[dict]]:
    """Return the rows of a trial in the tables of studies, reports and arms."""
    shared = {"study_id": trial["study_id"], "seen_at": "P1"}
    study = {"label": trial["label"], "eligibility": "included", "design": "parallel", "randomised": "yes"}
    people = {"condition": "hiccups", "sex": "both", "n_randomised": trial["n1"] + trial["n2"]}
    report = {"report_id": f"{trial['study_id']}-1", "role": "primary", "title": "Invented", "year": trial["year"]}
    given = {"A1": ("humming", "humming;water", trial["n1"]), "A2": ("water", "water", trial["n2"])}
    arms = [
        {**shared, "arm_id": arm, "label": label, "components": components, "n_analysed": n, "status": "verified"}
        for arm, (label, components, n) in given.items()
    ]
    return [{**shared, **study, **people}], [{**shared, **report}], arms


studies, reports, arms = ([row for rows in kind for row in rows] for kind in zip(*map(rows_about, TRIALS), strict=True))
arms[0]["components"] = "huming;water"
outcomes = [row for trial in TRIALS for row in outcome_rows(trial)]

for name, rows in {
    "sources": [page],
    "studies": studies,
    "reports": reports,
    "arms": arms,
    "outcomes": outcomes,
}.items():
    enter(name, rows)

table(pd.DataFrame(outcomes)[["row_id", "study_id", "arm_id", "events", "total", "percent", "p_value"]], digits=3)

# %% [markdown]
# Counts, percentages and p-values stand as they were printed. Nothing is computed by hand, and nothing is filled in.
# Before anything is pooled, ask whether it holds together.

# %%
terminal("evidence check", folder=review.root, fails=True)

# %% [markdown]
# Two faults, each with its table, line, column and what was probably meant. While there is a fault, nothing is built.
# The first is a slip of the keyboard. For the second, go back to the report. It says 25 of 30; you typed 28. Had you
# left the percentage out because the count was enough, nobody would ever have known.

# %%
arms[0]["components"] = "humming;water"
birch = next(row for row in outcomes if row["study_id"] == "Birch2020")
birch["events"] = 25
enter("arms", arms)
enter("outcomes", outcomes)

# %% [markdown]
# Not every mistake is yours. Cedar 2021 prints p = 0.004 for 41 of 60 against 30 of 58. Does it follow?

# %%
answer = ...  # a p-value
check("10.2", answer)

# %% jupyter={"source_hidden": true, "outputs_hidden": true} tags=["hide-cell", "solution"]
check("10.2", stats.fisher_exact([[41, 60 - 41], [30, 58 - 30]]).pvalue)

# %% [markdown]
# The check tries every test of two proportions that is in use, and reports only if none of them gives the printed
# value.

# %%
terminal("evidence check", folder=review.root)

# %% [markdown]
# No fault any more, and one **finding**: nothing is wrong with your tables, so nothing is forbidden. You are shown the
# arithmetic, and you judge. You would write to the authors. Until they answer, say what you do and why. It is kept
# beside the finding, with name and day.

# %%
(finding,) = ev.load(review.root).integrity().to_frame()["finding_id"]
terminal(
    f"evidence respond {finding} --as used-as-printed --by 'A. Reader' --on 2026-01-31"
    " --note 'Only the counts enter, and they agree with the text. Asked the authors.'",
    folder=review.root,
)

# %% [markdown]
# ## 4. Build, and ask
#
# `build` checks, pools every declared question, and writes tables, figures and a report: a site of plain files, which
# `evidence report --open` shows. On the command line it is `evidence build`.

# %%
built = build(review)
print(f"{len(built.written)} files; the report begins at {built.report.relative_to(review.root)}")
base = ev.load(review.root)
result = base.synthesis("humming-relief")
quote(result.cite())

# %%
result.forest()

# %% [markdown]
# Three trials, all for humming and alike to within chance, and an interval that leaves out no effect. You could write
# that down and stop. (The prediction interval is no wider than the confidence interval because τ² was estimated as 0.
# Its own interval reaches 0.23: three trials cannot promise that a fourth will agree.) Every number can be asked
# where it comes from:

# %%
terminal("evidence explain humming-relief", folder=review.root)

# %% [markdown]
# ## 5. One more trial
#
# Three years later there is a fourth, larger than any: 52 of 90 with humming, 55 of 92 without. Work out what it does
# before the program tells you. `result.effects` has the counts of the three, `ev.effect_sizes` turns counts into
# effects, `ev.pool` pools them.

# %%
answer = ...  # a risk ratio
check("10.3", answer)

# %% jupyter={"source_hidden": true, "outputs_hidden": true} tags=["hide-cell", "solution"]
counts = ["events1", "n1", "events2", "n2"]
four = pd.concat([result.effects[counts], pd.DataFrame([FOURTH])[counts]])
fit = ev.pool(ev.effect_sizes(four, "RR"), measure="RR")
print(fit.summary())
check("10.3", ev.back_transform(fit.estimate, "RR"))

# %% [markdown]
# Now into the tables. A copy of the review as it was stands in for what git would keep.

# %%
shutil.copytree(review.root, desk / "before")
more_studies, more_reports, more_arms = rows_about(FOURTH)
enter("studies", studies + more_studies)
enter("reports", reports + more_reports)
enter("arms", arms + more_arms)
enter("outcomes", outcomes + outcome_rows(FOURTH))
terminal("evidence diff ../before", folder=review.root)

# %% [markdown]
# One trial more, and the conclusion has changed. That is what *living* means, and why a base should say what moved
# whenever something moves.

# %%
base = ev.load(review.root)
base.plot("cumulative", "humming-relief", by="year")

# %% [markdown]
# And the claim? The rule of notebook [08](08_claims_against_evidence.ipynb) holds here too:

# %%
(verdict,) = judge_claims(base, base.answers())
quote(f"{verdict.claim.claim} {verdict.verdict.capitalize()}. {verdict.basis}")

# %% [markdown]
# ## 6. What git gives
#
# A review is text, all of it, so git can keep it:
#
# ```
# git init
# git add .
# git commit -m "Three trials"
# ```
#
# - **One changed cell is one changed line.** Tables are sorted and written byte for byte the same, so a difference is a
#   difference.
# - **Results are kept with the data.** `results/*.csv` are small and in git. A number that moves without a reason is
#   seen in review.
# - **`evidence diff v1.0.0`** says what has changed since a version, as it did between two folders above.
# - **A citation names its release** by a fingerprint of protocol and tables. With git that state can be had again.
# - **Another reader can propose a trial** as a change to be looked at, row by row, before it counts.
#
# The figures, the report and what databases sent stay out of git. The first two can be made again; the last may not be
# passed on.

# %%
scratch.cleanup()

# %% [markdown]
# ## What to remember
#
# - The question is data. What is not in the protocol cannot slip in later.
# - Enter what is printed, all of it, even what looks redundant: it is how slips are found.
# - A fault is yours to mend. A finding is the report's, and yours to judge and answer for.
# - The answer will change. Keep what is needed to say how, and why.
#
# ## Where to go from here
#
# - Start yours: [a review of your own](../docs/new-review.md). A complete small one to copy: `evidence new try-it
#   --from bcg-vaccine`.
# - Let PubMed fill the ledger: [refresh](../docs/refresh.md), [screening](../docs/screening.md),
#   [extraction](../docs/extraction.md).
# - Judge: [risk of bias](../docs/risk-of-bias.md), [certainty](../docs/certainty.md).
# - Keep it alive: [living](../docs/living.md).
#
# That was the last of ten. The [first](01_from_trials_to_answer.ipynb) reads differently now.
