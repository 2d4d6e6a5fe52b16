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
# Does needling the scalp help against hair loss? Popular articles are sure of it. This notebook walks from the trials
# to what may be concluded, with one rule: **every number must be able to say where it comes from.**
#
# After it you can
#
# - read a forest plot, and know five questions to put to any of them;
# - say why "nothing can be pooled" is an answer;
# - tell an honest interval from a flattering one;
# - take a number apart, down to the sentence in which it was printed.
#
# You need no statistics and no network. Run the cells from top to bottom. An exercise is a cell with `answer = ...`:
# put your answer in the place of the dots and run it; it tells you why an answer is wrong. The solution is folded
# below it.

# %%
import matplotlib.pyplot as plt
import pandas as pd
import seaborn as sns
from classroom import check, picture, quote

import evidence as ev
from evidence.plot import theme

pd.set_option("display.max_colwidth", 100, "display.width", 110)
plt.rcParams["figure.dpi"] = 130

base = ev.load()
base

# %% [markdown]
# ## 1. How to read a forest plot
#
# Begin with a famous one that is not about hair. Thirteen trials asked whether a vaccine, BCG, prevents tuberculosis
# ([Colditz and others 1994](https://doi.org/10.1001/jama.1994.03510330076038)).

# %%
trials = ev.datasets.load("bcg")
counts = {"events1": "tpos", "nonevents1": "tneg", "events2": "cpos", "nonevents2": "cneg"}
sized = ev.effect_sizes(trials, "RR", **counts)
sized["study"] = trials["author"] + " " + trials["year"].astype(str)
vaccine = ev.pool(sized, measure="RR")
vaccine.forest()

# %% [markdown]
# - **Each row is a trial.** The square is its estimate: here a *risk ratio*, the risk of tuberculosis with vaccine
#   divided by the risk without. At 0.5 vaccination halves the risk; at 1 it does nothing. The larger the square, the
#   more the trial weighs.
# - **The line through it** is the 95% confidence interval: the values with which the trial's data get along. A line
#   that crosses 1 is compatible with no effect. That is not the same as *showing* no effect.
# - **The axis is logarithmic**, so that halving and doubling are equally far from 1.
# - **The diamond** is the pooled estimate. Its middle is the average effect, its tips are the interval of *that
#   average*.
# - **The red line** is the prediction interval: where the true effect of *the next* trial may lie. Here it crosses 1
#   although the diamond does not. On average the vaccine works; somewhere it may well not. (Much of that is explained
#   by the distance from the equator, which is a story for [notebook 6](06_heterogeneity.ipynb).)
#
# Five questions to ask of every forest plot, this one as well:
#
# 1. **Who is missing?** How many trials asked the question and are not in the picture, and why?
# 2. **Is it one question?** The same treatment, outcome, people and time in every row?
# 3. **Is the diamond as sure as it looks?** Which model, and where is the prediction interval?
# 4. **Who carries it?** What is left without the heaviest row, or the most extreme?
# 5. **Where do the numbers come from?** Printed, derived, guessed? By whom, from what?
#
# ### Exercise 1.1

# %%
answer = ...  # how many of the thirteen intervals are compatible with no effect
check("1.1", answer)

# %% jupyter={"source_hidden": true, "outputs_hidden": true} tags=["hide-cell", "solution"]
rows = vaccine.to_frame()
answer = int(((rows["ci_low"] < 0) & (rows["ci_high"] > 0)).sum())  # on the log scale no effect is 0
check("1.1", answer)

# %% [markdown]
# ## 2. What the literature on needling is like
#
# Now the question that this project is about. The base holds one row per **trial**, not per publication: a paper that
# came out online in one year and in print in another is one trial. It keeps what each report prints, as printed. So
# let us ask of every row with a result what it carries, in the terms that a synthesis cares about.

# %%
outcomes = base["outcomes"]
carries = pd.Series("words", index=outcomes.index)
for kind, holds in {
    "mean without spread": outcomes["mean"].notna(),
    "mean ± something unlabelled": outcomes["mean"].notna() & outcomes["plus_minus"].notna(),
    "mean and SD": outcomes["mean"].notna() & outcomes["sd"].notna(),
    "percentage only": outcomes["percent"].notna(),
    "count without denominator": outcomes["events"].notna(),
    "count and denominator": outcomes["events"].notna() & outcomes["total"].notna(),
}.items():
    carries[holds] = kind  # a later, better kind takes the place of an earlier one

tally = carries.value_counts()
tally["p-value or direction only"] = len(base["contrasts"])
tally = tally.sort_values(ascending=False)
usable = ["count and denominator", "mean and SD"]

with theme(width_mm=140) as ink:
    figure, axes = plt.subplots(figsize=(6.0, 2.4))
    colours = {kind: ink[0] if kind in usable else "0.75" for kind in tally.index}
    sns.barplot(x=tally, y=tally.index, hue=tally.index, palette=colours, legend=False, saturation=1, ax=axes)
    for bars in axes.containers:
        axes.bar_label(bars, padding=3, fontsize="small")
    axes.set(xlabel="results in the base (blue: enough to compute with, as printed)", ylabel="")
    axes.tick_params(left=False)
    axes.spines["left"].set_visible(False)
    picture(
        "Bars: how many results of the base carry what. Percentages alone, counts with a denominator, and "
        "p-values or a direction are most common, then means without a spread and means with an unlabelled ±. "
        "One mean has an SD."
    )

base["studies"]["eligibility"].value_counts().rename("trials").to_frame()

# %% [markdown]
# An SD that a report calls by its name is the exception, and a trial may be eligible and still print nothing that can
# be pooled (`numbers-missing`). One caution of our own: these rows were read from abstracts, review tables and news
# reports; no results table of any trial could be read. Full papers will print more.
#
# ## 3. One question
#
# The main question is an **addition**: what does needling add to minoxidil? In the base each arm is a set of
# components, so the trials that ask it are those whose arms differ by exactly *needling*. The protocol declared the
# question and its rules in advance. Ask for the answer by name:

# %%
primary = base.synthesis("addon-minoxidil-response")
quote(primary.cite())

# %% [markdown]
# Nothing is pooled, **and that is an answer.** Under the primary rules (values verified in the trial's own report,
# randomised trials) no trial gets in. The protocol also names wider rules, one step at a time. None of them is
# hidden, and none takes the place of the primary analysis. The first of them under which two trials enter also takes
# secondary sources:

# %%
answers = base.answer("addon-minoxidil-response")
wider = answers.shown
wider.forest()

# %% [markdown]
# Put the five questions to it.
#
# **Who is missing?** Nearly everybody. The grey rows are trials that made the comparison; what they found is in no
# text that was seen, or is printed so that it cannot be used.
#
# **Is it one question?** In one row 40 of 50 men responded with needling and none of 44 without; in the other 17 of
# 20 women against 9 of 20. Other people, another needle depth, another strength of minoxidil, another time, and
# another idea of what a responder is. The lines under the plot name the last two.
#
# **Is the diamond as sure as it looks?** It looks anything but sure. Let us see what a less careful model would have
# said of the same two rows:

# %%
rows = []
for name, test in (("Hartung–Knapp, as above", "hksj"), ("Wald, from the normal curve", "z")):
    fit = ev.pool(wider.effects[["study", "yi", "vi"]], test=test, measure="RR")
    low, high = ev.back_transform(list(fit.ci), "RR")
    rows.append({"interval": name, "RR": ev.back_transform(fit.estimate, "RR"), "low": low, "high": high})
pd.DataFrame(rows).set_index("interval").map(lambda value: f"{value:,.3g}")

# %% [markdown]
# The estimate is the same. Wald's interval takes the variance between trials as known, though it was estimated from
# two. Hartung–Knapp's knows that two trials leave one degree of freedom, and its width says: *from this, nobody can
# know.*
#
# **Who carries it?** Each row about half. Take either away, and a single trial is left, which is not a synthesis.
#
# ### Exercise 1.2

# %%
answer = ...  # how many trials made this comparison and are left out of the plot above
check("1.2", answer)

# %% jupyter={"source_hidden": true, "outputs_hidden": true} tags=["hide-cell", "solution"]
answer = sum(trial.compared for trial in wider.exclusions)  # `exclusions` also lists trials that asked something else
check("1.2", answer)

# %% [markdown]
# ## 4. Where does a number come from?
#
# The fifth question. Every result can explain itself:

# %%
print(wider.explain().render())

# %% [markdown]
# ### Exercise 1.3
#
# Read the branch of Dhurat 2013. Four numbers of people went into its row of the plot: 40 of 50, and 0 of 44.

# %%
answer = ...  # a set of numbers such as {40, 44}: those that the trial's abstract does not print
check("1.3", answer)

# %% jupyter={"source_hidden": true, "outputs_hidden": true} tags=["hide-cell", "solution"]
answer = {50, 44}  # each stands under a step `n-from-elsewhere`
check("1.3", answer)

# %% [markdown]
# ## In plain words
#
# - Two randomised trials report responders by arm for needling added to minoxidil. Both favour needling, by very
#   different amounts. Eleven more made the comparison and cannot be used.
# - No pooled estimate from verified rows exists. The pooled number from wider rules is compatible with anything.
# - No report seen says that patients were blinded to the needling.
# - So: **promising, unproven, and far from a revolution.** Whoever quotes a single pooled ratio from this literature
#   claims more than it can bear.
#
# ## To remember
#
# - Look at the rows before the diamond, and ask who is missing.
# - An interval is only as honest as its model.
# - "Nothing can be pooled" is an answer. "No effect was shown" is not "there is no effect".
# - A number without a source is a rumour.
#
# ## The ten notebooks
#
# 1. **From trials to an answer.** To read a forest plot with suspicion.
# 2. [The search and the screening](02_search_and_screening.ipynb). How trials are found, and who decides what counts.
# 3. [Seven numbers that cannot be true](03_seven_numbers_that_cannot_be_true.ipynb). To check a report against itself.
# 4. [Effect sizes, units and split scalps](04_effect_sizes_units_and_split_scalps.ipynb). From a report to an effect
#    and its variance.
# 5. [Pooling](05_pooling.ipynb). Fixed, random, Hartung–Knapp, prediction.
# 6. [Heterogeneity](06_heterogeneity.ipynb). Why trials differ, and when that may be explained.
# 7. [Small studies and forking paths](07_small_studies_and_forking_paths.ipynb). What is missing, and what else could
#    have been computed.
# 8. [Claims against evidence](08_claims_against_evidence.ipynb). To hold a popular sentence against the base.
# 9. [Writing results](09_writing_results.ipynb). A results section whose numbers lead back.
# 10. [Your own review](10_your_own_review.ipynb). To start one on another question.
#
# Every command and function: [the documentation](../docs/index.md). Quoting a result: [citing](../docs/citing.md).
# Next: [search and screening](02_search_and_screening.ipynb).
