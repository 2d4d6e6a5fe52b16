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
# # Claims against evidence
#
# A popular article calls needling a revolution. We found seventeen claims in it. Each can be put beside what trials
# measured. None of them comes out as *supported*, and none as *contradicted*. This notebook shows why, and why that is
# not a way of saying nothing.
#
# Afterwards you will be able to
#
# - say what would have to be true before a claim may be called supported;
# - tell three kinds of *no evidence* from one another;
# - find a pooled result that cannot be, in a published review, with school arithmetic;
# - tell a patient what the numbers bear, and stop there.

# %%
import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from classroom import check, picture, quote, table, terminal
from classroom.notebook_08 import STATEMENTS
from scipy import stats

import evidence as ev
from evidence.plot import claims_figure, theme
from evidence.report import summary_of_findings
from evidence.report.claims import DOUBTS, REASONS, VERDICTS, Facts, claims_data, claims_view, decide, judge_claims
from evidence.starter.examples import example_project

base = ev.load()

# %% [markdown]
# ## 1. What is claimed
#
# Each claim stands in the protocol, in our own words, with the questions (syntheses) whose answers would test it. That
# has to be written down first. A claim that is matched with its evidence afterwards finds some.

# %%
claims = pd.DataFrame(
    [
        {
            "claim": claim.claim,
            "questions": len(claim.syntheses),
            "no question tests": claim.untested,
            "article": "yes" if claim.from_article else "no",
        }
        for claim in base.protocol.claims.values()
    ]
)
table(claims)

# %%
print(f"{len(claims)} claims, {(claims['article'] == 'yes').sum()} of them in the article")
print(f"no question of this review tests {(claims['questions'] == 0).sum()} of them")

# %% [markdown]
# Some claims have no question at all. No trial of the base has a row on blood flow in a needled scalp, and
# whether a regulator approved something is not a matter for trials.
#
# ## 2. Judge one before you know the rule
#
# *Patients are satisfied with it.* Two questions would test this, one in men and one in women. Only one has a number
# that can be used. Here it is, with the way back to its source.

# %%
satisfied = base.synthesis("addon-minoxidil-patient-men", analysis="secondary")
quote(satisfied.cite())

# %%
terminal("evidence explain addon-minoxidil-patient-men --analysis secondary")

# %% [markdown]
# 41 of 50 men against 2 of 44. If you were writing the article, you would quote that. Decide what you would call the
# claim, before you read on.

# %%
answer = ...  # "supported", "contradicted", "uncertain" or "untested"
check("8.1", answer)

# %% jupyter={"source_hidden": true, "outputs_hidden": true} tags=["hide-cell", "solution"]
listed = base.protocol.claims["patients-satisfied"]
(verdict,) = judge_claims(base, {name: base.answer(name) for name in listed.syntheses}, claims=[listed])
check("8.1", verdict.verdict)

# %% [markdown]
# ## 3. The rule
#
# The rule was fixed before any claim was judged, and it is the same for all. It has four words.

# %%
table({"verdict": verdict, "when": rule} for verdict, rule in VERDICTS.items())

# %% [markdown]
# *Supported* asks for a lot. To see how much, climb to it step by step. `decide` is the rule itself. It takes bare
# facts on each question that a claim lists, so we can invent some. Suppose a claim lists one question in men and one in
# women.


# %%
def asked(population: str, **known) -> Facts:
    """Return the facts on one question; what is not said is not known."""
    return Facts(synthesis=population, population=population, outcome="response", **{"usable": False, **known})


striking = {"usable": True, "shown": ("good",)}  # one trial, its interval far on the good side
wider = {**striking, "wider": True}  # two trials, pooled in a sensitivity analysis
across = {"usable": True, "pooled": True}  # two trials in the primary analysis, the interval includes no effect
clear = {**across, "side": "good", "shown": ("good",)}  # the same, and the interval excludes it
ladder = {
    "nothing can be used": [asked("men"), asked("women")],
    "one striking trial in men": [asked("men", **striking), asked("women")],
    "a second one, from a secondary source": [asked("men", **wider), asked("women")],
    "both by the primary rules; no effect not excluded": [asked("men", **across), asked("women")],
    "no effect excluded; nobody judged the certainty": [
        asked("men", **clear, doubts=("not-assessed",)),
        asked("women"),
    ],
    "certainty judged": [asked("men", **clear), asked("women")],
    "the same in women": [asked("men", **clear), asked("women", **clear)],
    "and one small trial in women that went the other way": [
        asked("men", **clear),
        asked("women", **clear, elsewhere=("bad",)),
    ],
}
rulings = {step: decide(facts) for step, facts in ladder.items()}
table({"step": step, "verdict": ruling.verdict, "because": REASONS[ruling.reason]} for step, ruling in rulings.items())

# %% [markdown]
# One step of eight is *supported*, and the last row takes it away again. A result on the other side bars the word
# however doubtful that result is. The reverse does not hold: nothing doubtful can earn it. This is deliberate. Whoever
# reads *supported* will stop reading, so the word must not be cheap.
#
# Between the numbers and the verdict stand the **doubts**. Each can take a verdict away; none can give one.

# %%
table({"doubt": name, "when": doubt.rule} for name, doubt in DOUBTS.items())

# %% [markdown]
# Does the rule ever say yes? Take a treatment that few doubt. The example review that comes with the package has the
# trials of BCG vaccine against tuberculosis, with the claim *BCG vaccination protects against tuberculosis.*

# %%
bcg = ev.load(example_project("bcg-vaccine").root)
quote(bcg.synthesis("tuberculosis").cite())

# %%
answer = ...  # a set of names from the table of doubts
check("8.2", answer)

# %% jupyter={"source_hidden": true, "outputs_hidden": true} tags=["hide-cell", "solution"]
protects = judge_claims(bcg, bcg.answers())[0]
check("8.2", set(protects.ruling.doubts))

# %% [markdown]
# ## 4. Twenty claims
#
# Now all of them. Of each claim the figure draws the one result with the most behind it; what that result says plays no
# part in the choice.

# %%
verdicts = judge_claims(base, base.answers())
print(claims_view(base, verdicts).summary)
claims_figure(claims_data(base, verdicts))  # at once: base.plot("claims")

# %% [markdown]
# Three things to see.
#
# **The same result again and again.** Claims look many, and the numbers behind them are few:

# %%
behind = pd.Series([test.synthesis for entry in verdicts for test in entry.tests if test.kind != "none"], name="result")
table(behind.value_counts().rename("claims that list it").head(4).to_frame())

# %% [markdown]
# **Every drawn interval belongs to a sensitivity analysis.** Not one primary analysis pools trials. That is why the
# signs are open and grey.
#
# **What would be needed is said as well.** A verdict that only shrugs helps nobody; this one can be used to plan a
# trial:

# %%
needs = pd.Series([need.split(":")[0] for entry in verdicts for need in entry.needed], name="what would be needed")
table(needs.value_counts().rename("claims").to_frame())

# %% [markdown]
# ## 5. But there are published meta-analyses
#
# There are, and they stand in the base as printed. They never enter a verdict. Look at those on hair count:

# %%
base.plot("reviews", "hair count", by="SMD")

# %% [markdown]
# One of the squares does not sit with the others. A standardised mean difference of 15.82 says that the groups lie
# almost sixteen standard deviations apart. The same abstract prints the subgroups.

# %%
answer = ...  # a number
check("8.3", answer)

# %% jupyter={"source_hidden": true, "outputs_hidden": true} tags=["hide-cell", "solution"]
printed = base["reviews"].set_index("result_id")["estimate"]
check("8.3", printed[["Xu2024-D3", "Xu2024-D4"]].max())

# %% [markdown]
# What may have happened is innocent: a difference in hairs, labelled as a standardised one. It is printed all the same,
# and a reader who takes the largest number will take this one.
#
# Another review prints an odds ratio of 1.61 (0.52 to 2.70). The interval of a ratio is symmetric after taking
# logarithms, so the estimate is the *geometric* middle of its limits. The interval of a difference is symmetric as it
# stands.

# %%
low, high = 0.52, 2.70
print(f"middle of a difference  ({low} + {high}) / 2 = {(low + high) / 2:.2f}")
print(f"middle of a ratio       √({low} × {high}) = {np.sqrt(low * high):.2f}")

# %% [markdown]
# It sits in the middle of a difference. If it is one, its null is 0 and the interval excludes it; if it is an odds
# ratio, its null is 1 and the interval includes it. The printed numbers do not settle whether anything was found.
#
# Reviews also disagree with one another. Hair diameter, in the three that print a standardised difference (the last has
# a finding against it too: its interval has the width of a raw difference):

# %%
diameter = base["reviews"].query("outcome == 'hair diameter' and measure == 'SMD'")
table(diameter[["review_id", "estimate", "ci_low", "ci_high"]])

# %% [markdown]
# One excludes no effect and two do not. Counting reviews settles nothing: as a rule they share trials, and since no
# review shows its whole list of trials in a text that was seen, nobody can say how many. Ten reviews of the same five
# trials are five trials.

# %% [markdown]
# ## 6. Three kinds of *no evidence*
#
# *No evidence that it works* is said of three different things.
#
# 1. **Nobody looked.** No trial measured it. That is *untested*.
# 2. **Somebody looked, and could not have seen it.** A small trial ends with *no significant difference*.
# 3. **Somebody looked, and saw none.** Nobody was harmed, of so many.
#
# Take the second. One trial treated two halves of the scalp of 19 men, and measured the diameter of hairs in
# micrometres:

# %%
thickness = base.answer("addon-minoxidil-rf-diameter").shown
(trial,) = thickness.effects.to_dict("records")
quote(thickness.cite())

# %% [markdown]
# *Compatible with no effect.* It is exactly as compatible with hair that is thicker by 10 µm, which is as far from 5 as
# none is. What would such a trial have seen, had the true difference been the 5 µm that it found? Its standard error
# decides:

# %%
se = np.sqrt(trial["vi"])
z = stats.norm.ppf(0.975)


def power(difference, standard_error):
    """Return how often a two-sided test at 5% comes out significant."""
    return stats.norm.sf(z - difference / standard_error) + stats.norm.cdf(-z - difference / standard_error)


print(f"standard error {se:.2f} µm; a true {trial['yi']:g} µm is found {power(trial['yi'], se):.0%} of the time")

# %% [markdown]
# Two times in three this trial would have missed an effect of this size. *No significant difference* was the likely
# end from the start. (A power that is computed after the trial, at its own result, knows nothing that the interval
# does not know: read the interval first. To plan a trial, take the smallest difference that would matter. The
# standard error itself rests on an assumed correlation between the two halves; notebook
# [04](04_effect_sizes_units_and_split_scalps.ipynb) has that story.)
#
# Now the third kind. Three reports say that nobody had a severe or serious adverse event.

# %%
serious = base.synthesis("harm-serious")
quote(serious.cite())

# %%
answer = ...  # per cent
check("8.4", answer)

# %% jupyter={"source_hidden": true, "outputs_hidden": true} tags=["hide-cell", "solution"]
check("8.4", 100 * (1 - 0.05 ** (1 / serious.n)))

# %% [markdown]
# Both kinds in one figure. What is not found, and what was not seen, depend on how many people were looked at.

# %%
people = np.geomspace(8, 1500, 200)
harms = {name: base.answer(name).shown for name in ("harm-scarring", "harm-serious", "harm-any")}
with theme("house", width_mm=190):
    figure, (left, right) = plt.subplots(1, 2, figsize=(9, 3.7), layout="constrained")
    left.plot(people, 100 * power(trial["yi"], se * np.sqrt(trial["n1"] / people)))
    left.axhline(80, color="grey", linewidth=0.8, linestyle="--")
    left.plot(trial["n1"], 100 * power(trial["yi"], se), "o")
    left.annotate("the trial", (trial["n1"], 100 * power(trial["yi"], se)), (8, -4), textcoords="offset points")
    left.set(title=f"A true difference of {trial['yi']:g} µm is found", ylabel="% of such trials", ylim=(0, 103))
    right.plot(people, 100 * (1 - 0.05 ** (1 / people)))
    for harm in harms.values():
        limit = 100 * (1 - 0.05 ** (1 / harm.n))
        right.plot(harm.n, limit, "o")
        name = base.protocol.outcomes[harm.synthesis.outcome].label
        right.annotate(f"{name}\n0 of {harm.n}", (harm.n, limit), (8, 0), textcoords="offset points")
    right.set(title="None in n still allows", ylabel="% of people, upper 95% limit", yscale="log")
    right.set_yticks([0.2, 0.5, 1, 2, 5, 10, 20], ["0.2", "0.5", "1", "2", "5", "10", "20"])
    for axes in (left, right):
        axes.set(xscale="log", xlabel="people")
        axes.set_xticks([10, 30, 100, 300, 1000], ["10", "30", "100", "300", "1000"])
    picture(
        "Left: how often a true difference of 5 µm is found. The trial of 19 people lies at 32 percent; 80 "
        "percent are reached at about 66 people. Right: what none in n still allows: 16 percent with 17 people, "
        "4.4 with 67, 0.7 with 420."
    )

# %% [markdown]
# *Any adverse event, 0 of 420* looks best of all. It is the least to be trusted: those zeros enter only under rules
# that admit doubtful ones, and a secondary source tells of pain in seven of the twenty people of a case series. A
# zero that nobody looked for is not a zero.
#
# ## 7. What may a patient be told?
#
# Not nothing. The summary of findings puts each result into one plain sentence, by rules that depend on how certain it
# is and on what the interval holds.

# %%
findings = summary_of_findings(base, ids=["addon-minoxidil-response", "harm-serious"])
table(
    {"outcome": row.label, "people": row.n, "effect": row.effect_text, "meaning": row.meaning} for row in findings.rows
)

# %% [markdown]
# Such sentences are safe, and dry. Here are six in plainer words. Some go further than the base does.

# %%
table({"": letter, "statement": statement} for letter, (statement, _) in STATEMENTS.items())

# %%
answer = ...  # a set of letters
check("8.5", answer)

# %% jupyter={"source_hidden": true, "outputs_hidden": true} tags=["hide-cell", "solution"]
holds = {letter: borne() for letter, (_, borne) in STATEMENTS.items()}
print(holds)
check("8.5", {letter for letter, borne in holds.items() if borne})

# %% [markdown]
# ## What to remember
#
# - Write down what would test a claim before you look. The rule comes first, the numbers second.
# - An interval tells of chance. It knows nothing of bias, of missing trials, or of who knew what they were given.
# - *Untested*, *too small to tell* and *none seen* are three things. Say which one you mean.
# - A published meta-analysis is a number like any other: compute again what can be computed again.
# - *Uncertain* is a finding. It says what would have to be measured next.
#
# The rule in full: [claims](../docs/claims.md). Printed reviews: [reviews](../docs/reviews.md), and what was found in
# them: [findings](../docs/findings.md). The same from the command line: `evidence claims`, `evidence reviews`.
#
# Next: [writing results](09_writing_results.ipynb).
