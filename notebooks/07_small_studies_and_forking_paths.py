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
# # Small studies and the garden of forking paths
#
# Two ways to be wrong with correct arithmetic. In the first, the trials you can find are not the trials that were
# done. In the second, the analysis you see is not the only one that was tried. After this notebook you can
#
# - tell the story of magnesium, and say what went wrong;
# - read a funnel plot, and know what its tests can and cannot find;
# - use trim and fill, PET-PEESE and a selection model as what they are: sensitivity analyses;
# - see how many defensible analyses our main question has, and how far apart they lie;
# - say why a protocol has to stand before the data.

# %%
import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from classroom import check, picture
from scipy import stats

import evidence as ev
from evidence.plot import theme

pd.set_option("display.width", 110)
magnesium = ev.datasets.load("egger2001")
magnesium["study"] = magnesium["study"] + " " + magnesium["year"].astype(str)
deaths = {"events1": "ai", "n1": "n1i", "events2": "ci", "n2": "n2i"}
magnesium[["study", "ai", "n1i", "ci", "n2i"]]

# %% [markdown]
# `ai` of `n1i` people with a heart attack died with magnesium into the vein, `ci` of `n2i` died without.
#
# ## 1. Magnesium
#
# In 1991 a meta-analysis of the first seven trials ([Teo and others](https://doi.org/10.1136/bmj.303.6816.1499))
# found far fewer deaths. In 1993, with LIMIT-2, the treatment was called "effective, safe, simple, and inexpensive"
# ([Yusuf and others](https://doi.org/10.1161/01.cir.87.6.2043)). In 1995 came
# [ISIS-4](https://doi.org/10.1016/S0140-6736(95)90865-X), with 58,050 people. Here are the three moments, by the
# method used then (Peto's):

# %%
moments = {
    "the seven trials of 1991": magnesium[:7],
    "with LIMIT-2, 1993": magnesium.iloc[[*range(7), 13]],
    "all but ISIS-4": magnesium[:15],
    "ISIS-4 alone": magnesium[15:],
    "all sixteen": magnesium,
}
story = {}
for name, rows in moments.items():
    fit = ev.peto(rows, **deaths)
    low, high = np.exp(fit.ci)
    people = rows["n1i"].sum() + rows["n2i"].sum()
    numbers = {"odds ratio": f"{np.exp(fit.estimate):.2f}", "low": f"{low:.2f}", "high": f"{high:.2f}"}
    story[name] = {"people": f"{people:,}", **numbers, "p": f"{fit.pvalue:.2g}"}
pd.DataFrame(story).T

# %% [markdown]
# Fifteen trials together: the odds of death nearly halved, p = 0.00000003. One trial of nearly thirteen times their
# people: no benefit. Was the arithmetic of 1991 and 1993 wrong? No. The trials were not a fair sample, or not of
# one thing, or both.
#
# Would random effects have helped? No. Look where they go when ISIS-4 comes in:

# %%
effects = ev.effect_sizes(magnesium, "OR", **deaths)
fifteen = effects[:15]
fits = {
    "without ISIS-4, equal effects": ev.pool(fifteen, tau2="EE", test="z", measure="OR"),
    "without ISIS-4, random effects": ev.pool(fifteen, measure="OR"),
    "with ISIS-4, equal effects": ev.pool(effects, tau2="EE", test="z", measure="OR"),
    "with ISIS-4, random effects": ev.pool(effects, measure="OR"),
}
pd.DataFrame(
    {name: np.exp([fit.estimate, *fit.ci]) for name, fit in fits.items()}, index=["odds ratio", "low", "high"]
).T.round(2)

# %% [markdown]
# With all sixteen trials the random-effects model *still* says that magnesium halves the odds of death, with an
# interval far from 1, against a trial of 58,050 people. It lets fifteen trials, with 7% of the people, hold most of
# the result. Where small trials are biased, random effects do not protect: they help the bias. (Exercise 7.1 asks
# for the weight.)
#
# ## 2. The funnel
#
# Could one have seen it coming? Plot each effect against its standard error, the large trials on top. If chance
# alone separates trials, they spread evenly to both sides and form a funnel. The shades tell where a trial would be
# significant.

# %%
others = fits["without ISIS-4, random effects"]
others.funnel(width_mm=174)

# %% [markdown]
# The lower right is empty: there is no small trial with many more deaths under magnesium. And the largest trial,
# LIMIT-2, lies to the right of nearly all others. There are tests for that:

# %%
tests = {
    "Egger: effect on its standard error": ev.egger(others),
    "Harbord: the same with scores, for 2×2 tables": ev.harbord(magnesium[:15], **deaths),
    "Peters: effect on 1/n": ev.peters(magnesium[:15], **deaths),
    "Begg: rank correlation": ev.begg(others),
}
pd.Series({name: test.pvalue for name, test in tests.items()}, name="p").round(3).to_frame()

# %% [markdown]
# Three say "asymmetric", one says "nothing to see". Who runs all four and tells of one can tell either story.
# Choose the test before the data, and for odds ratios not Egger's: the standard error of an odds ratio depends on
# the odds ratio, so that the funnel can lean without any bias. The toolkit's caution on all of them:

# %%
print(tests["Peters: effect on 1/n"].cautions[-1])

# %% [markdown]
# The causes are many: unpublished trials, unpublished *outcomes* of published trials, small trials done worse,
# small trials in sicker people or with higher doses, the measure, chance. A funnel plot cannot tell them apart.
# "Publication bias" is one explanation, never the finding.
#
# ### What the tests can find
#
# Let us hide trials on purpose and see who notices. True effects have a mean of 0.2 and a standard deviation of
# 0.1. A trial that is not significant in favour of the treatment is published always, or one time in five, or one
# time in twenty. Egger's regression for many meta-analyses at once takes few lines:


# %%
def egger(y, se):
    """Return the p-value of Egger's test for each row: z on precision, is the intercept 0?"""
    z, precision = y / se, 1 / se
    centred = precision - precision.mean(axis=1, keepdims=True)
    spread = (centred**2).sum(axis=1)
    slope = (centred * z).sum(axis=1) / spread
    intercept = z.mean(axis=1) - slope * precision.mean(axis=1)
    rest = ((z - intercept[:, None] - slope[:, None] * precision) ** 2).sum(axis=1)
    k = y.shape[1]
    error = np.sqrt(rest / (k - 2) * (1 / k + precision.mean(axis=1) ** 2 / spread))
    return 2 * stats.t.sf(abs(intercept / error), k - 2)


own = egger(fifteen[["yi"]].to_numpy().T, fifteen[["vi"]].to_numpy().T ** 0.5)[0]
print(f"magnesium: p = {own:.4f} by these lines, {tests['Egger: effect on its standard error'].pvalue:.4f} by ev.egger")

# %%
rng = np.random.default_rng(7)
rows = []
for shown, name in ((1.0, "every one"), (0.2, "one in 5"), (0.05, "one in 20")):
    for k in (5, 10, 20, 40):
        se = rng.uniform(0.1, 0.6, size=(2000, 15 * k + 60))
        y = rng.normal(rng.normal(0.2, 0.1, size=se.shape), se)
        published = (y / se > 1.96) | (rng.random(se.shape) < shown)
        first = np.argsort(~published, axis=1, kind="stable")[:, :k]
        y, se = np.take_along_axis(y, first, axis=1), np.take_along_axis(se, first, axis=1)
        pooled = ev.pool_many(y, se**2).estimate.mean()
        rows.append({"published": name, "k": k, "noticed": 100 * (egger(y, se) < 0.05).mean(), "pooled": pooled})
hidden = pd.DataFrame(rows)

with theme(width_mm=174) as colours:
    figure, (left, right) = plt.subplots(1, 2, figsize=(7.4, 2.8), layout="constrained", dpi=110)
    for colour, (name, group) in zip(["0.6", *colours[:2]], hidden.groupby("published", sort=False), strict=True):
        left.plot(group["k"], group["noticed"], "o-", color=colour, label=name)
        right.plot(group["k"], group["pooled"], "o-", color=colour)
    left.axhline(5, color="0.5", lw=0.8)
    left.set(xlabel="trials that can be found", ylabel="Egger's p below 0.05, %", ylim=(0, 100), xticks=[5, 10, 20, 40])
    left.legend(title="published of the others", title_fontsize="small", frameon=False)
    right.axhline(0.2, color="0.5", lw=0.8)
    right.set(xlabel="trials that can be found", ylabel="mean pooled effect (line: truth)", ylim=(0, 0.6))
    right.set(xticks=[5, 10, 20, 40])
    picture(
        "Left: how often Egger's test notices. With one in 20 of the others published it rises from 22 percent of"
        " the time with five trials to 84 with forty; with one in 5 it stays below 15. Right: the pooled effect, "
        "whose truth is 0.2, comes out as 0.33 and more, or 0.41 and more."
    )

hidden.pivot_table(index="k", columns="published", values=["noticed", "pooled"]).round(2)

# %% [markdown]
# The right panel is the damage, the left what the test sees of it. Where one in five of the unsuccessful trials is
# published, the pooled effect is two thirds too large, and the test hardly notices, even with forty trials. Where
# one in twenty is, the effect doubles, and with ten trials the test notices about one time in three. **A test that
# finds nothing is no evidence that nothing is missing.** Below ten trials it should not be run at all, and the
# toolkit does not, unless forced:

# %%
try:
    ev.egger(ev.pool(fifteen[:7], measure="OR"))
except ev.InputError as error:
    print(error)

# %% [markdown]
# On needling no question has ten trials, or even five (notebook 06). Nobody can tell from a funnel plot whether
# trials are missing. What can be done is to look in trial registers for those that were begun and never reported.
#
# ## 3. Corrections are sensitivity analyses
#
# Several methods say what the pooled effect *would* be under some idea of the bias. Here we know what the large
# trial found, and can mark them. All see only the other fifteen trials. What each assumes stands in [small-study
# effects](../docs/methods/small-study.md) and [selection models](../docs/methods/selection.md).

# %%
adjusted = {
    "random effects, nothing done": others,
    "trim and fill: mirror what sticks out": ev.trim_and_fill(others).filled,
    "PEESE: to a trial of no variance": ev.peese(others),
    "PET: to a trial of no error": ev.pet(others),
    "limit meta-analysis": ev.limit_meta_analysis(others),
    "selection model, one step at p = 0.025": ev.selection_model(others, "3PSM", alternative="less"),
    "ISIS-4 itself": ev.pool(effects[15:], test="z", measure="OR"),
}
table = pd.DataFrame({name: np.exp([f.estimate, *f.ci]) for name, f in adjusted.items()}, index=["OR", "low", "high"]).T

with theme(width_mm=150) as colours:
    figure, axes = plt.subplots(figsize=(6.4, 2.7), layout="constrained", dpi=110)
    for row, (name, values) in enumerate(table.iterrows()):
        colour = colours[1] if name.startswith("ISIS") else colours[0]
        axes.plot(values[["low", "high"]], [row, row], color=colour)
        axes.plot(values["OR"], row, "o", color=colour)
    axes.set(xscale="log", xlabel="odds ratio of death", yticks=range(len(table)), yticklabels=table.index)
    axes.set(xticks=[0.3, 0.5, 0.7, 1.0, 1.4])
    axes.xaxis.set_major_formatter("{x:g}")
    axes.xaxis.set_minor_formatter("")
    axes.axvline(1, color="0.5", lw=0.8)
    axes.invert_yaxis()
    picture(
        "Odds ratios with intervals: 0.42 with nothing done, from 0.60 to 0.86 after five corrections, and 1.06 "
        "in ISIS-4 itself."
    )

table.round(2)

# %% [markdown]
# Every method moves towards ISIS-4, and they disagree on how far: from 0.60 to 0.86. Of five corrected intervals
# two include 1. Nothing in the data says which to believe. Used honestly they say: *this result depends on the
# small trials; do not act on it before a large one.* That would have been enough.
#
# ## 4. The garden of forking paths
#
# So far trials were missing. Now nothing is missing but the other analyses. Whoever analyses a trial, in good
# faith, takes many small decisions. Density or diameter? At 12 or at 24 weeks? What of the two people with odd
# values, beyond two standard deviations? Men, women, all? Here are four thousand invented trials with 20 people in
# each arm, in which needling does nothing:

# %%
rng = np.random.default_rng(77)
person = rng.normal(size=(4000, 2, 20, 1, 1))  # trials, arms, people, outcomes, times
outcome = rng.normal(size=(4000, 2, 20, 2, 1))
data = (person + outcome + rng.normal(size=(4000, 2, 20, 2, 2))) / 3**0.5
men = np.arange(20) < 10


def p_values(values, keep):
    """Return Welch's p-value between the arms of each trial, of the people kept."""
    n = keep.sum(axis=2)
    mean = np.where(keep, values, 0).sum(axis=2) / n
    variance = np.where(keep, (values - mean[:, :, None]) ** 2, 0).sum(axis=2) / (n - 1) / n
    error = variance.sum(axis=1)
    df = error**2 / (variance**2 / (n - 1)).sum(axis=1)
    return 2 * stats.t.sf(abs(mean[:, 0] - mean[:, 1]) / error**0.5, df)


tried = []
for people in (np.ones(20, dtype=bool), men, ~men):
    for cut in (np.inf, 2.0):
        for measured in (0, 1):
            for week in (0, 1):
                values = data[:, :, people, measured, week]
                spread = values.std(axis=2, ddof=1, keepdims=True)
                tried.append(p_values(values, abs(values - values.mean(axis=2, keepdims=True)) < cut * spread))
tried = np.array(tried)
paths = {
    "as planned": tried[:1],
    "or at the other time": tried[:2],
    "or the other outcome": tried[:4],
    "or without outliers": tried[:8],
    "or men or women only": tried,
}
garden = pd.DataFrame(
    {
        name: {"analyses": len(p), "some p below 0.05, %": 100 * (p < 0.05).any(axis=0).mean()}
        for name, p in paths.items()
    }
).T

with theme(width_mm=150) as colours:
    figure, axes = plt.subplots(figsize=(6.0, 2.3), layout="constrained", dpi=110)
    bars = axes.barh(garden.index, garden.iloc[:, 1], color=[colours[0], *[colours[1]] * 4], height=0.65)
    axes.bar_label(bars, fmt="%.0f%%", padding=3)
    axes.axvline(5, color="0.5", lw=0.8)
    axes.set(xlabel="trials of no effect that find one, %", xlim=(0, 60))
    axes.invert_yaxis()
    picture(
        "Trials of no effect that find one: 5 percent as planned, then 8, 15, 32 and 55 percent as further "
        "choices are allowed."
    )

print(f"the planned analysis without outliers, alone: {100 * (tried[4] < 0.05).mean():.0f}%")
garden.astype({"analyses": int}).round(1)

# %% [markdown]
# The plan alone is wrong in 5 of 100, as promised. Whoever may choose among 24 related analyses finds an effect in
# **more than half** of the trials of nothing. (Leaving out outliers is the worst single choice: it takes away the
# very spread that the test measures by, and doubles the false findings on its own.) Nobody needs to cheat. It is
# enough that the analysis is chosen with the result in view, and that each choice can be defended.
#
# ## 5. The paths of our own question
#
# A meta-analysis is a garden of its own: which trials, which rows, which derivation, which estimator, which
# interval. The toolkit walks **all** admissible paths and shows them side by side.

# %%
base = ev.load()
universe = base.multiverse("addon-minoxidil-response")
print(universe.sentence)

# %%
base.plot("multiverse", "addon-minoxidil-response", width_mm=140)

# %%
shown = ["tau2", "test", "k", "display_estimate", "display_ci_low", "display_ci_high", "interval"]
universe.distinct[shown].set_index(["tau2", "test"]).map(
    lambda value: f"{value:.3g}" if isinstance(value, float) else value
)

# %% [markdown]
# Of 210 combinations 189 cannot be pooled at all: no trial or one trial is left. The others are seven different
# computations on the **same two trials**, and with two trials three of the estimators of τ² agree, so that there
# are three results. Two of them include nearly anything. The third, equal effects, says "twice as many responders,
# interval 1.28 to 3.56". It is the one that would make a headline, and it rests on the assumption that the two
# trials measured the same thing.
#
# What moves the estimate is not the data but a choice:

# %%
pd.Series(universe.shares, name="share of the variance of the estimates, %").mul(100).round(0).to_frame()

# %% [markdown]
# The shares overlap: equal effects come with one kind of interval only, so that the kind of interval seems to explain a
# part, though it moves no estimate. *What enters* explains nothing, since the same two trials enter every time.
#
# This is what a protocol is for. Ours names one analysis as primary: verified rows of randomised trials, REML,
# Hartung–Knapp. Under it nothing can be pooled today, and that is the answer that stands first. Wider rules are
# shown as wider rules, by name. The multiverse is shown whole, so that nobody can pick from it, we included. The
# choice has to stand before the data come in: afterwards nobody can prove, not even to themselves, that the result
# had no part in it.
#
# Two cautions. How many paths agree is no vote: all rest on the same trials, and a bias of those is in every path.
# And a path is only as good as its defence: a multiverse padded with foolish analyses proves nothing.
#
# ## Your turn

# %%
answer = ...
check("7.1", answer)

# %% jupyter={"source_hidden": true, "outputs_hidden": true} tags=["hide-cell", "solution"]
answer = fits["with ISIS-4, random effects"].weights.iloc[-1]
check("7.1", answer)

# %%
answer = ...
check("7.2", answer)

# %% jupyter={"source_hidden": true, "outputs_hidden": true} tags=["hide-cell", "solution"]
se = fifteen["vi"] ** 0.5
slope, answer = np.polyfit(1 / se, fifteen["yi"] / se, 1)
check("7.2", answer)

# %%
answer = ...
check("7.3", answer)

# %% jupyter={"source_hidden": true, "outputs_hidden": true} tags=["hide-cell", "solution"]
answer = next(looks for looks in range(1, 100) if 1 - 0.95**looks > 0.5)
check("7.3", answer)

# %%
answer = ...
check("7.4", answer)

# %% jupyter={"source_hidden": true, "outputs_hidden": true} tags=["hide-cell", "solution"]
wider = base.multiverse("addon-any-response").distinct
answer = int((wider["interval"] != "across").sum())
check("7.4", answer)

# %% [markdown]
# ## What to remember
#
# - The trials that can be found may not be the trials that were done. Random effects make that worse, not better.
# - A funnel test finds asymmetry, not its cause. Below ten trials do not run it, and never take silence for health.
# - Corrections show what a result depends on. They do not repair it.
# - Every p-value assumes that the analysis was chosen before the result. With 24 defensible paths, more than half
#   of all trials of nothing find something.
# - So: the protocol first, every admissible path shown, none picked.
#
# How the toolkit does this: [what a conclusion depends on](../docs/sensitivity.md). The tests: [the statistical
# core](../docs/statistics.md). Next: [Claims against evidence](08_claims_against_evidence.ipynb).
