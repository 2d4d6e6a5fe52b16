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
# # From trials to an answer
#
# Does needling the scalp help against hair loss? Popular articles are sure of it. This notebook walks from the trials to what
# may be concluded, with one rule: **every number must be able to say where it comes from.**
#
# You will see what the literature is like, pool one question, take one number apart down to the sentence in which it was
# printed, and put the result into plain words. It needs no network and takes a few seconds.

# %%
import matplotlib.pyplot as plt
import pandas as pd
import seaborn as sns

import evidence as ev

sns.set_theme(context="notebook", style="whitegrid")
pd.set_option("display.max_colwidth", 90)

base = ev.load()
base

# %% [markdown]
# ## 1. What the literature is like
#
# The base holds one row per **trial**, not per publication: a paper that appeared online in one year and in print in another
# is one trial. For each trial it says what was decided, and why.

# %%
studies = base["studies"]
decided = studies["eligibility"].value_counts().rename("trials").to_frame()
decided

# %% [markdown]
# Included does not mean usable. A trial can be eligible and still print nothing that can be pooled: a p-value without a
# mean, a mean without a spread, a percentage without a denominator. So let us ask of the outcome rows what they carry.


# %%
def carries(row: pd.Series) -> str:
    """Say what a row prints, in the terms that a synthesis cares about."""
    if pd.notna(row["events"]) and pd.notna(row["total"]):
        return "count and denominator"
    if pd.notna(row["events"]):
        return "count without denominator"
    if pd.notna(row["percent"]):
        return "percentage only"
    if pd.notna(row["mean"]) and pd.notna(row["sd"]):
        return "mean and SD"
    if pd.notna(row["mean"]) and pd.notna(row["plus_minus"]):
        return "mean ± something unlabelled"
    if pd.notna(row["mean"]):
        return "mean without spread"
    return "words"


outcomes = base["outcomes"]
printed = pd.concat(
    [outcomes.apply(carries, axis=1), pd.Series(["p-value or direction only"] * len(base["contrasts"]))]
)
order = printed.value_counts()

figure, axes = plt.subplots(figsize=(8, 3.6))
sns.barplot(x=order.to_numpy(), y=order.index, color="#2b6cb0", ax=axes)
axes.set(xlabel="rows", ylabel="", title="What the reports print for a result")
axes.bar_label(axes.containers[0], padding=3)
axes.grid(visible=False, axis="y")
sns.despine(left=True)
plt.show()

# %% [markdown]
# A standard deviation that the report calls by its name is the exception. This is abstract-level evidence: no results table
# of any trial could be read, and the base says so.
#
# Sources also disagree, with each other or with themselves. The base keeps both versions:

# %%
base["conflicts"][["study_id", "what", "version_1", "version_2"]].head(6)

# %% [markdown]
# ## 2. One question
#
# The main question is an **addition**: what does needling add to minoxidil? Arms are sets of components, so the trials that
# ask it are those whose arms differ by exactly *needling*. A bundle of needling, plasma and minoxidil against minoxidil is
# another question, and cannot slip in.

# %%
arms = base["arms"]
arms.loc[arms["study_id"].isin(["Dhurat2013", "Shah2017"]), ["study_id", "label", "components"]]

# %% [markdown]
# The protocol declares the question once, with its rules. Ask for the answer by name:

# %%
primary = base.synthesis("addon-minoxidil-response")
print(primary.cite())

# %% [markdown]
# Nothing is pooled, and that is an answer. Under the primary rules (values verified in the primary report, randomised trials)
# no trial gets in. Here is why, trial by trial:

# %%
left_out = [entry for entry in primary.exclusions if entry.compared]
pd.DataFrame({"why not": [entry.reason for entry in left_out]}, index=[entry.study_label for entry in left_out])

# %% [markdown]
# ## 3. What if we are less strict?
#
# The protocol names wider rules, one step at a time: counts implied by a percentage, then secondary sources, and so on. None
# of them is hidden, and none replaces the primary analysis.

# %%
answer = base.answer("addon-minoxidil-response")
pd.DataFrame(
    [
        {"analysis": name, "trials": result.k, "people": result.n, "rows that enter": result.analysis.label}
        for name, result in answer.distinct.items()
    ]
).set_index("analysis")

# %%
wider = answer.shown
wider.forest()

# %% [markdown]
# Look at the two trials before you look at the diamond. In one, 40 of 50 men responded with needling and none of 44 without;
# in the other, 17 of 20 women against 9 of 20. These are not two measurements of one thing: other people, another needle
# depth, another strength of minoxidil, another idea of what a responder is, another time.
#
# The Hartung–Knapp interval takes that seriously. With two trials it has one degree of freedom, and its width says: *from
# this, nobody can know*.

# %%
print(wider.fit.summary())

# %% [markdown]
# A different model looks more certain. Compare the usual normal (Wald) interval on the very same data:

# %%
table = wider.effects[["study", "yi", "vi"]]
rows = []
for test in ("hksj", "z"):
    fit = ev.pool(table, test=test, measure="RR")
    low, high = ev.back_transform(list(fit.ci), "RR")
    rows.append({"interval": test, "RR": ev.back_transform(fit.estimate, "RR"), "low": low, "high": high})
pd.DataFrame(rows).set_index("interval").map(lambda value: f"{value:,.3g}")

# %% [markdown]
# The estimate is the same; only the honesty of the interval differs. Wald's interval knows two trials as if they were two
# hundred.

# %% [markdown]
# ## 4. Where does a number come from?
#
# Take the 40 of 50. Who says so, and where?

# %%
print(wider.explain().render())

# %% [markdown]
# Read the first branch. The 40 is printed in the abstract. The **50 is not**: it stands in a note of low trust that says how
# many men completed each arm. That is why this trial enters only where secondary sources are admitted. The zero in the other
# arm needs a correction, which is named as well.
#
# The same from the command line: `evidence explain addon-minoxidil-response --analysis secondary`.

# %% [markdown]
# ## 5. In plain words
#
# What may be said, and what not?
#
# - Two randomised trials report responders by arm for needling added to minoxidil. Both favour needling, by very different
#   amounts.
# - No pooled estimate from verified rows exists. The pooled number from wider rules is compatible with anything.
# - No report seen says that patients were blinded to the needling, and what a responder is differs from trial to trial.
# - So: **promising, unproven, and far from a revolution.** Whoever quotes a single pooled ratio from this literature claims
#   more than it can bear.
#
# ### Try it yourself
#
# 1. `base.synthesis("addon-prp-pull-test", analysis="allocation-not-stated")`: which two trials enter, and why not under
#    the primary rules?
# 2. `base.syntheses()` lists every question. Find one whose answer surprises you, and explain it down to the source.

# %%
base.syntheses()[["id", "label"]].head(12)
