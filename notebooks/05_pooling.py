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
# # Pooling: what the diamond knows
#
# The diamond at the foot of a forest plot is a weighted mean. All the art is in the weights, and in the width of
# the diamond. After this notebook you can
#
# - pool trials by hand, and get the number that the toolkit gets;
# - say which question a fixed and a random model answer;
# - explain why the interval here is Hartung–Knapp's and not the usual one, and what it costs;
# - tell a confidence interval from a prediction interval;
# - pool rare events without inventing any.
#
# Two trials, which is what our own literature offers, are too few to learn on. So most of the lesson is on a
# classic: thirteen trials of the BCG vaccine against tuberculosis. The base comes back at the end.

# %%
import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from classroom import check, picture
from scipy import stats

import evidence as ev
from evidence.plot import theme

bcg = ev.datasets.load("bcg")
bcg["study"] = bcg["author"] + " " + bcg["year"].astype(str)
cells = {"events1": "tpos", "nonevents1": "tneg", "events2": "cpos", "nonevents2": "cneg"}
trials = ev.effect_sizes(bcg, "RR", **cells)
trials[["study", "ablat", "tpos", "tneg", "cpos", "cneg", "yi", "vi"]].round(3)

# %% [markdown]
# `tpos` of the vaccinated fell ill and `tneg` did not; `cpos` and `cneg` are the controls. `yi` is the log of the
# risk ratio: below 0 the vaccine protects. `vi` is its variance. Ratios are pooled as logs, since on that scale a
# halving and a doubling are equally far from no effect.
#
# ## 1. Five lines
#
# A precise trial should count for more. Of all weighted means of unbiased estimates, the one with weights $1/v_i$
# has the smallest variance. That is all that "inverse variance" means.

# %%
weight = 1 / trials["vi"]
estimate = (weight * trials["yi"]).sum() / weight.sum()
se = (1 / weight.sum()) ** 0.5
low, high = estimate - 1.96 * se, estimate + 1.96 * se
print(f"RR {np.exp(estimate):.3f}, 95% interval {np.exp(low):.3f} to {np.exp(high):.3f}")

equal = ev.pool(trials, tau2="EE", test="z", measure="RR")
print(equal)

q = (weight * (trials["yi"] - estimate) ** 2).sum()
print(f"Q = {q:.1f} on {len(trials) - 1} degrees of freedom")

# %% [markdown]
# The same number. But look at what was assumed: that all thirteen trials, between 13° and 55° of latitude, estimate
# **one and the same** risk ratio and differ by chance alone. Cochran's Q measures by how much they differ: it sums
# the weighted squared distances from the mean. Under chance alone it would be about 12, its degrees of freedom.
#
# ## 2. Two questions, two sets of weights
#
# | model | what it asks | weight of a trial |
# |---|---|---|
# | equal effects | What is the one effect that all trials share? | $1/v_i$ |
# | fixed effects | What is the weighted average effect of *these* trials? | $1/v_i$ |
# | random effects | What is the mean effect in trials like these, and how far do effects spread? | $1/(v_i + \tau^2)$ |
#
# The first two are the same arithmetic read in two ways. The third has a new quantity, $\tau^2$: the variance of
# the true effects between trials. It enters every weight. What it does is easy to see.

# %%
random = ev.pool(trials, measure="RR")
people = bcg[list(cells.values())].sum(axis=1)
shares = pd.DataFrame(
    {
        "people": 100 * people.to_numpy() / people.sum(),
        "equal effects": equal.weights.to_numpy(),
        "random effects": random.weights.to_numpy(),
    },
    index=bcg["study"],
).sort_values("equal effects")

with theme(width_mm=150) as colours:
    figure, axes = plt.subplots(figsize=(6.6, 3.9), layout="constrained", dpi=110)
    rows = np.arange(len(shares))
    axes.hlines(rows, shares["equal effects"], shares["random effects"], color="0.8", zorder=1)
    axes.scatter(shares["equal effects"], rows, color=colours[0], label="equal effects: 1/v", zorder=3)
    axes.scatter(shares["random effects"], rows, color=colours[1], label="random effects: 1/(v + τ²)", zorder=3)
    axes.scatter(shares["people"], rows, marker="|", s=60, color="0.35", label="share of all people", zorder=2)
    axes.set(yticks=rows, yticklabels=shares.index, xlabel="share in percent", xlim=(0, None))
    axes.legend(loc="lower right", frameon=False)
    picture(
        "Shares of thirteen trials. Under equal effects Madras holds 41 and Stein & Aronson 24 percent; under "
        "random effects all hold between 4 and 10 percent. Shares of people lie elsewhere: Madras 49, Stein & "
        "Aronson 1 percent."
    )

shares.iloc[::-1].head(3).round(1)

# %% [markdown]
# Under equal effects two trials hold 65% of the result. Weight is not size, though: Madras followed half of all the
# people; Stein & Aronson followed fewer than one in a hundred and still holds a quarter of the weight, because so
# many of them fell ill. What a risk ratio knows, it knows from events.
#
# Under random effects no trial has more than 10.2% or less than 3.8%. Each is now one draw from the spread of
# effects, and $\tau^2$ is larger than most of the variances. That cuts both ways: a small and careless trial gains
# what a large and careful one loses. Notebook 07 shows what that can do.

# %%
pd.DataFrame(
    {
        name: {
            "RR": np.exp(fit.estimate),
            "low": np.exp(fit.ci_low),
            "high": np.exp(fit.ci_high),
            "largest weight, %": fit.weights.max(),
            "smallest, %": fit.weights.min(),
            "τ²": fit.tau2,
        }
        for name, fit in {"equal effects": equal, "random effects": random}.items()
    }
).T.round(2)

# %% [markdown]
# ## 3. τ² is an estimate too, and a poor one
#
# There are more than a dozen ways to estimate the variance between trials. Here are seven: those of Hunter and Schmidt
# (HS), maximum likelihood (ML) and restricted maximum likelihood (REML), and those of DerSimonian and Laird (DL), Paule
# and Mandel (PM), Sidik and Jonkman (SJ) and Hedges (HE). On the BCG trials they agree well enough. On the nineteen
# experiments on teacher expectancy (does a pupil's IQ rise because the teacher was told it would?) they do not.

# %%
teachers = ev.datasets.load("raudenbush1985")
methods = ["HS", "ML", "REML", "DL", "PM", "SJ", "HE"]
on_bcg = [ev.pool(trials, tau2=method).tau2 for method in methods]
print(f"BCG trials: τ² from {min(on_bcg):.2f} to {max(on_bcg):.2f}")
fits = {method: ev.pool(teachers, tau2=method) for method in methods}
spread = pd.DataFrame(
    {
        method: {"τ²": f.tau2, "mean": f.estimate, "low": f.ci_low, "high": f.ci_high, "p": f.pvalue, "I², %": f.i2}
        for method, f in fits.items()
    }
).T

with theme(width_mm=174) as colours:
    figure, (left, right) = plt.subplots(1, 2, figsize=(7.4, 2.7), sharey=True, layout="constrained", dpi=110)
    left.axvspan(*fits["REML"].tau2_ci, color="0.93")
    left.scatter(spread["τ²"], methods, color=colours[0], zorder=3)
    left.set(xlabel="τ² (grey: its 95% interval, Q-profile)", xlim=(0, None))
    for method, f in fits.items():
        right.plot(f.pi, [method, method], color=colours[1], lw=1)
        right.plot(f.ci, [method, method], color=colours[0], lw=3)
        right.plot(f.estimate, method, "o", color=colours[0])
    right.axvline(0, color="0.5", lw=0.8)
    right.set(xlabel="mean difference in SD: confidence (blue), prediction (red)")
    right.invert_yaxis()
    picture(
        "Left: seven estimates of τ² between 0.013 and 0.080, all inside a wide interval. Right: the "
        "confidence intervals of the mean are much alike, the prediction intervals are not."
    )

spread.round(3)

# %% [markdown]
# From the same data, the largest estimate is more than six times the smallest. All of them lie within the interval,
# so none is wrong: nineteen studies cannot say more. The mean moves little, the prediction interval much. The
# toolkit takes REML, as the protocol of the base says, and its sensitivity analyses show others beside it. What
# nobody may do is try them all and report the one that suits.
#
# ## 4. The usual interval is too short; Hartung–Knapp is the default
#
# The usual interval (Wald's) is the estimate ± 1.96 standard errors. It treats $\tau^2$ as known. Hartung, Knapp,
# Sidik and Jonkman ask instead how far the trials really lie from their mean, and take Student's *t* with $k - 1$
# degrees of freedom:

# %%
k = len(trials)
weight = 1 / (trials["vi"] + random.tau2)
mean = (weight * trials["yi"]).sum() / weight.sum()
scale = (weight * (trials["yi"] - mean) ** 2).sum() / (k - 1)
se = (scale / weight.sum()) ** 0.5
t = stats.t.ppf(0.975, k - 1)
print(f"by hand    {mean - t * se:.4f} to {mean + t * se:.4f}")
print(f"ev.pool    {random.ci_low:.4f} to {random.ci_high:.4f}")

# %% [markdown]
# Does it matter? Make ten thousand meta-analyses of which we know the truth, and count how often each interval
# holds it. In one set-up all variances are 0.1; in the other they differ widely, from 0.009 to 0.6 ([Brockwell and
# Gordon 2001](https://doi.org/10.1002/sim.650)). In both $\tau^2 = 0.3$, about that of the BCG trials.

# %%
counts = [2, 3, 4, 5, 6, 8, 10]
options = {"tau2": 0.3, "estimators": "REML", "tests": ("hksj", "z"), "replications": 10_000, "seed": 5}
unequal = ev.simulate(counts, **options).to_frame().assign(sizes="unequal")
alike = pd.concat([ev.simulate(k, vi=[0.1] * k, **options).to_frame() for k in counts]).assign(sizes="alike")
simulated = pd.concat([alike, unequal])
simulated["test"] = simulated["test"].map({"hksj": "Hartung–Knapp", "z": "Wald"})

with theme(width_mm=174) as colours:
    figure, (left, right) = plt.subplots(1, 2, figsize=(7.4, 3.2), layout="constrained", dpi=110)
    for (test, sizes), rows in simulated.groupby(["test", "sizes"]):
        style = {"color": colours[test == "Wald"], "ls": "-" if sizes == "alike" else "--", "marker": "o", "ms": 3}
        left.plot(rows["k"], 100 * rows["coverage"], label=f"{test}, sizes {sizes}", **style)
        right.plot(rows["k"], rows["width"], **style)
    left.axhline(95, color="0.5", lw=0.8)
    left.set(xlabel="trials", ylabel="intervals that hold the truth, %", ylim=(70, 100))
    left.legend(frameon=False, loc="lower right")
    right.set(xlabel="trials", ylabel="mean width on the log scale", yscale="log", yticks=[0.5, 1, 2, 5, 10])
    right.yaxis.set_major_formatter("{x:g}")
    right.yaxis.set_minor_formatter("")
    picture(
        "Left: coverage of Hartung–Knapp stays near 95 percent, a little lower where sizes are unequal; that "
        "of Wald rises from about 80 percent at two trials to about 91 at ten. Right: with two trials the "
        "Hartung–Knapp interval is more than five times as wide; with ten the widths are close."
    )

simulated.pivot_table(index="k", columns=["sizes", "test"], values="coverage").mul(100).round(1)

# %% [markdown]
# Read it slowly.
#
# - Wald's "95%" interval misses the truth in 8 to 21 of 100 of these meta-analyses, where 5 were promised. As often
#   a p-value below 0.05 finds an effect that is not there.
# - Hartung–Knapp keeps the promise where trials are of like size, and nearly keeps it where they are not: it misses
#   in 6 to 8 of 100.
# - The price is on the right. With two trials the interval is more than five times as wide. That is no defect of
#   the method. Two trials say next to nothing about the spread between trials, and the width says so.
#
# One caution the other way: where trials agree better than chance would have them, as these three made-up ones do,
# Hartung–Knapp is *narrower* than Wald. The toolkit then says so, and `test="adhoc"` keeps the scale at 1 or more.

# %%
lucky = ev.pool([0.49, 0.50, 0.51], [0.04, 0.05, 0.06])
print(lucky)
print(lucky.cautions[0])

# %% [markdown]
# ## 5. Confidence is about the mean, prediction about the next trial
#
# The diamond is an interval for the *mean* of the effects. It shrinks with every trial. The prediction interval is
# for the effect in a *new* setting like these. It does not shrink to nothing, since the world does not become more
# uniform by being studied.

# %%
random.forest(width_mm=140)

# %%
next_one = random.predict(threshold=0.0)
low, high = np.exp(random.pi)
print(f"mean: RR {np.exp(random.estimate):.2f}, confidence {np.exp(random.ci_low):.2f} to {np.exp(random.ci_high):.2f}")
print(f"new setting: prediction {low:.2f} to {high:.2f}")
print(f"probability that the effect in a new setting is above 1: {100 * next_one['probability_above'].iloc[0]:.0f}%")

# %% [markdown]
# "On average BCG halves the risk" and "in a new place BCG may do nothing" are both true of these data. A reader who
# sees only the diamond learns the first. Notebook 06 asks what sets the places apart.
#
# ## 6. Our own two trials
#
# Here is what the base has for its main question, once secondary sources are admitted: responders with needling
# added to minoxidil, against minoxidil alone.

# %%
base = ev.load()
own = base.answer("addon-minoxidil-response").shown
own.effects[["study", "events1", "n1", "events2", "n2", "yi", "vi", "effect_note"]]

# %%
table = own.effects[["study", "yi", "vi"]]
rows = {}
for tau2, test in (("EE", "z"), ("REML", "z"), ("REML", "hksj")):
    fit = ev.pool(table, tau2=tau2, test=test, measure="RR")
    low, high = ev.back_transform(list(fit.ci), "RR")
    rows[f"{tau2}, {test}"] = {"RR": ev.back_transform(fit.estimate, "RR"), "low": low, "high": high, "p": fit.pvalue}
pd.DataFrame(rows).T.map(lambda value: f"{value:.3g}")

# %% [markdown]
# The same two trials say "twice as many responders, p = 0.003", or "nine times as many, perhaps", or "from this,
# nobody can know". The first answer assumes that risk ratios of 71 and 1.9 measure one thing. The second treats a
# variance estimated from two trials as known. The simulation above supports the third.
#
# ## 7. Rare events, and why adding ½ is not innocent
#
# One of those risk ratios is 71 because nobody in the control group responded. The ratio of 40/50 to 0/44 is
# infinite, so half a person was added to each cell. How much of the "71" is data?

# %%
dhurat = pd.DataFrame({"events1": [40], "n1": [50], "events2": [0], "n2": [44]})
for half in (0.5, 0.25, 0.1, 0.01):
    effect = ev.effect_sizes(dhurat, "RR", add=half)
    print(f"add {half:<5} risk ratio {np.exp(effect['yi'].iloc[0]):8,.0f}")

# %% [markdown]
# The number is the correction's. What the counts say is a difference of risks, 80 against 0 percent, and a ratio
# that is large and otherwise unknown.
#
# With groups of unequal size the correction even chooses a side:

# %%
lopsided = pd.DataFrame({"events1": [0, 0], "n1": [50, 50], "events2": [0, 1], "n2": [200, 200]})
effect = ev.effect_sizes(lopsided, "OR", drop00=False)
lopsided.assign(odds_ratio=np.exp(effect["yi"]).round(2))

# %% [markdown]
# No event in either group becomes an odds ratio of 4. No event in the treated group and one among the controls
# still comes out as *harm*. There are methods that need no correction. Eighteen trials of catheters coated against
# infection of the blood show what they do. In six of them nobody with a coated catheter was infected, in one nobody
# at all.

# %%
catheters = ev.datasets.load("nielweise2007")
print(
    (catheters["ai"] == 0).sum(),
    "with no infection in the first group,",
    catheters.eval("ai + ci == 0").sum(),
    "with none",
)
named = {"events1": "ai", "n1": "n1i", "events2": "ci", "n2": "n2i"}
found = {}
for half, to in ((0.5, "only0"), (0.5, "all"), (1.0, "all"), (0.01, "only0")):
    effects = ev.effect_sizes(catheters, "OR", add=half, to=to, **named)
    where = "zero cells" if to == "only0" else "all cells"
    found[f"inverse variance, {half:g} to {where}"] = ev.pool(
        effects, tau2="EE", test="z", missing="drop", measure="OR"
    )
found["Peto"] = ev.peto(catheters, **named)
found["Mantel–Haenszel"] = ev.mantel_haenszel(catheters, "OR", **named)
found["binomial mixed model"] = ev.glmm(catheters, "OR", model="UM.FS", **named)
found["exact conditional mixed model"] = ev.glmm(catheters, "OR", model="CM.EL", **named)

odds = pd.DataFrame({name: np.exp([f.estimate, *f.ci]) for name, f in found.items()}, index=["OR", "low", "high"]).T
with theme(width_mm=150) as colours:
    figure, axes = plt.subplots(figsize=(6.6, 2.8), layout="constrained", dpi=110)
    for row, (name, values) in enumerate(odds.iterrows()):
        colour = colours[0] if name.startswith("inverse") else colours[1]
        axes.plot(values[["low", "high"]], [row, row], color=colour)
        axes.plot(values["OR"], row, "o", color=colour)
    axes.set(xscale="log", xlabel="odds ratio of infection, coated against plain", yticks=range(len(odds)))
    axes.set(yticklabels=odds.index, xticks=[0.125, 0.25, 0.5, 1], xlim=(0.11, 1.15))
    axes.xaxis.set_major_formatter("{x:g}")
    axes.xaxis.set_minor_formatter("")
    axes.axvline(1, color="0.5", lw=0.8)
    axes.invert_yaxis()
    picture(
        "Odds ratios of infection by eight methods. Inverse variance with added constants gives 0.38 to 0.46; "
        "Peto, Mantel–Haenszel and the mixed models give 0.26 to 0.33."
    )

odds.round(2)

# %% [markdown]
# Here every correction pulls towards no effect, and how far depends on a number that somebody chose. A tiny one is
# no way out: with 0.01 the trials with a zero get next to no weight, and those are the ones with the largest
# effects. Mantel–Haenszel needs no correction: it sums before it divides. The mixed models take the counts for what
# they are, binomial; they also let the effect vary between trials, which none of the rows above them does. Peto's
# method is for small effects and groups of like size; here its result carries a caution, since the effect is large.
# On such data the method has to be chosen before anyone sees which one gives what.
#
# ## Your turn

# %%
answer = ...
check("5.1", answer)

# %% jupyter={"source_hidden": true, "outputs_hidden": true} tags=["hide-cell", "solution"]
weight = 1 / trials["vi"]
answer = 100 * weight[bcg["study"] == "TPT Madras 1980"].sum() / weight.sum()
check("5.1", answer)

# %%
answer = ...
check("5.2", answer)

# %% jupyter={"source_hidden": true, "outputs_hidden": true} tags=["hide-cell", "solution"]
answer = stats.t.ppf(0.975, 2 - 1)
check("5.2", answer)

# %%
answer = ...
check("5.3", answer)

# %% jupyter={"source_hidden": true, "outputs_hidden": true} tags=["hide-cell", "solution"]
answer = np.exp(random.pi_high)
check("5.3", answer)

# %%
answer = ...
check("5.4", answer)

# %% jupyter={"source_hidden": true, "outputs_hidden": true} tags=["hide-cell", "solution"]
a, c = catheters["ai"], catheters["ci"]
b, d = catheters["n1i"] - a, catheters["n2i"] - c
n = catheters["n1i"] + catheters["n2i"]
answer = (a * d / n).sum() / (b * c / n).sum()
check("5.4", answer)

# %% [markdown]
# ## What to remember
#
# - A pooled estimate is a weighted mean. Ask who holds the weight.
# - Fixed and random models answer different questions. Neither is the safe one.
# - With few trials, Wald's interval is too short. Hartung–Knapp's is the honest one, and of two trials it says:
#   nobody knows.
# - The diamond is about the mean. Whoever treats the next patient needs the prediction interval.
# - A ratio over a zero is the correction's number, not the trial's.
#
# The methods and their options: [the statistical core](../docs/statistics.md). Next:
# [Heterogeneity](06_heterogeneity.ipynb).
