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
# # Heterogeneity: why trials disagree, and how rarely we can say
#
# Trials of one treatment give different answers. Some of that is chance. The rest is heterogeneity, and the wish to
# explain it has produced more wrong findings than any other part of meta-analysis. After this notebook you can
#
# - say what Q, I² and τ² are each of, and why I² does not measure how different the effects are;
# - compare subgroups by a test of their difference, and not by two p-values;
# - read a meta-regression, and know how easily one succeeds on noise;
# - see which trial drives a result, and what to do with studies that belong together;
# - say why no subgroup question can be answered on needling today.

# %%
import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from classroom import check, picture
from scipy import stats

import evidence as ev
from evidence.plot import theme

pd.set_option("display.width", 110)
bcg = ev.datasets.load("bcg").rename(columns={"ablat": "latitude"})
bcg["study"] = bcg["author"] + " " + bcg["year"].astype(str)
trials = ev.effect_sizes(bcg, "RR", events1="tpos", nonevents1="tneg", events2="cpos", nonevents2="cneg")
random = ev.pool(trials, measure="RR")
print(random.summary())

# %% [markdown]
# ## 1. Three numbers, three questions
#
# | number | what it is | unit | what moves it |
# |---|---|---|---|
# | Q | weighted squared distances from the mean, added up | none | the effects, the trials' number and size |
# | I² | share of the variance *of the results* that is not sampling error | percent | the effects, the trials' size |
# | τ | standard deviation *of the true effects* | that of the effect | the effects alone |
#
# Q is a test statistic, I² a ratio of signal to noise. Only τ says how different the effects are. All three by
# hand:

# %%
weight = 1 / trials["vi"]
mean = (weight * trials["yi"]).sum() / weight.sum()
q, df = (weight * (trials["yi"] - mean) ** 2).sum(), len(trials) - 1
typical = df * weight.sum() / (weight.sum() ** 2 - (weight**2).sum())
i2 = 100 * random.tau2 / (random.tau2 + typical)
print(f"Q {q:.1f} on {df} df, p = {stats.chi2.sf(q, df):.0e}; I² {i2:.1f}%; τ {random.tau2**0.5:.2f} (log risk ratio)")

# %% [markdown]
# ### I² grows with the trials
#
# The denominator of I² holds the sampling variance of the trials at hand. Larger trials make that smaller, and I²
# larger, with nothing changed about the effects. Watch it: a thousand sets of 15 made-up trials for each size. The
# true effects always come from one distribution, with a mean of 0.3 and a standard deviation of τ = 0.2. Only the
# number of people in each arm changes.

# %%
rng = np.random.default_rng(6)
rows = []
for n in (10, 20, 40, 80, 160, 320, 640):
    variance = 2 / n  # of a standardised difference, nearly
    true = rng.normal(0.3, 0.2, size=(1000, 15))
    many = ev.pool_many(rng.normal(true, variance**0.5), np.full(true.shape, variance))
    share = 100 * many.tau2 / (many.tau2 + variance)
    low, high = np.percentile(share, [10, 90])
    rows.append({"people per arm": n, "I²": share.mean(), "low": low, "high": high, "τ": np.sqrt(many.tau2).mean()})
grown = pd.DataFrame(rows)

with theme(width_mm=174) as colours:
    figure, (left, right) = plt.subplots(1, 2, figsize=(7.4, 2.8), sharex=True, layout="constrained", dpi=110)
    left.fill_between(grown["people per arm"], grown["low"], grown["high"], color=colours[0], alpha=0.15, lw=0)
    left.plot(grown["people per arm"], grown["I²"], "o-", color=colours[0])
    left.set(ylabel="I², % (band: 8 of 10 sets)", ylim=(0, 100), xscale="log", xticks=[10, 40, 160, 640])
    right.axhline(0.2, color="0.5", lw=0.8)
    right.plot(grown["people per arm"], grown["τ"], "o-", color=colours[1])
    right.set(ylabel="mean estimate of τ (line: truth)", ylim=(0, 0.4))
    right.xaxis.set_major_formatter("{x:g}")
    right.xaxis.set_minor_formatter("")
    figure.supxlabel("people per arm", fontsize="medium")
    picture(
        "Left: the mean I² rises with the people per arm, from 17 percent at 10 to 92 percent at 640. Right: the "
        "mean estimate of τ stays near the truth of 0.2, a little below it in small trials."
    )

grown.set_index("people per arm").round(2)

# %% [markdown]
# The same spread of effects is "I² 17%, nothing to worry about" among trials of 10 per arm, and "92%, do not pool"
# among trials of 640. The percentage says how much of what you *see* is not noise. It does not say how much the
# effects differ.
#
# ### The prediction interval says it
#
# Whoever asks "how different?" should get an answer in the unit of the effect. That is the prediction interval:
# where the true effect of a new study like these is expected. Three classic sets, all of ratios:

# %%
smoking = ev.pool(ev.datasets.load("hackshaw1998"), measure="OR")
diuretics = ev.effect_sizes(
    ev.datasets.load("collins1985b"), "OR", events1="pre_xti", n1="pre_nti", events2="pre_xci", n2="pre_nci"
)
diuretics = ev.pool(diuretics, measure="OR")
sets = {"passive smoking, lung cancer": smoking, "diuretics, pre-eclampsia": diuretics, "BCG, tuberculosis": random}
honest = pd.DataFrame(
    {
        name: {"k": f.k, "I², %": f.i2, "ratio": np.exp(f.estimate), "low": np.exp(f.pi_low), "high": np.exp(f.pi_high)}
        for name, f in sets.items()
    }
).T
honest.assign(**{"high / low": honest["high"] / honest["low"]}).astype({"k": int}).round(2)

# %% [markdown]
# `low` and `high` are the prediction interval. By I² the BCG trials are the most heterogeneous set. By what a
# reader may expect in a new place, the diuretics are the most uncertain: the ends of their interval lie 16-fold
# apart. (Their trials are also the fewest, and the interval knows that.)
#
# ## 2. Subgroups: test the difference
#
# Some BCG trials drew lots (`random`), some alternated, some allocated by another system. Does it matter? The
# tempting way is to pool each group and look for stars:

# %%
groups = ev.subgroups(trials, "alloc", measure="RR")
groups.to_frame()[["k", "estimate", "ci_low", "ci_high", "pvalue"]].round(3)

# %% [markdown]
# "BCG works where lots were drawn (p = 0.009) and not where allocation was systematic (p = 0.33)." Every number in
# that sentence is right, and the sentence is wrong. That one interval includes no effect and the other does not is
# no difference *between* them. The question of difference has its own test:

# %%
print(groups.summary())

# %% [markdown]
# p = 0.36: chance alone would often make groups differ as much. That is not proof that they are alike: with groups of
# 7, 2 and 4 trials the test would miss much, and the two trials that alternated have an interval that says nothing at
# all. The mistake is easiest to see with invented numbers, the same effect in two groups:

# %%
same = pd.DataFrame(
    {"yi": [-0.30, -0.30], "sei": [0.10, 0.20], "group": ["large trials", "small trials"]},
)
same["p"] = 2 * stats.norm.sf(abs(same["yi"] / same["sei"]))
difference = same["yi"].diff().iloc[1]
print(same.round(4).to_string(index=False))
print(f"difference {difference:.2f}, p = {2 * stats.norm.sf(abs(difference) / np.hypot(*same['sei'])):.2f}")

# %% [markdown]
# ### A subgroup with a reason
#
# Teachers were told that some pupils, drawn by lot, were about to bloom. Did the pupils' IQ rise? In some
# experiments the teachers had known the pupils for weeks. A teacher who knows a child is hard to fool, so one would
# expect less there. That was the question of the review ([Raudenbush
# 1984](https://doi.org/10.1037/0022-0663.76.1.85)).

# %%
teachers = ev.datasets.load("raudenbush1985")
teachers["contact before"] = np.where(teachers["weeks"] > 1, "more than a week", "a week or less")
contact = ev.subgroups(teachers, "contact before", measure="SMD")

with theme(width_mm=150) as colours:
    figure, axes = plt.subplots(figsize=(6.0, 3.0), layout="constrained", dpi=110)
    areas = 12 / teachers["vi"] ** 0.5
    axes.scatter(teachers["weeks"], teachers["yi"], s=areas, color=colours[0], alpha=0.7, lw=0)
    for (name, fit), (start, end) in zip(contact.groups.items(), ((1.5, 25), (-0.5, 1.5)), strict=True):
        axes.fill_between([start, end], *fit.ci, color=colours[1], alpha=0.15, lw=0)
        axes.hlines(fit.estimate, start, end, color=colours[1], lw=1.2)
        axes.annotate(name, (max(start, 0) + 1.6, fit.estimate + 0.07), color=colours[1])
    axes.axhline(0, color="0.5", lw=0.8)
    axes.set(xlabel="weeks that teacher and pupils had known each other", ylabel="gain of the bloomers, SD")
    picture(
        "Gain against weeks of contact, nineteen experiments. Pooled, the eight with a week or less gain 0.37 "
        "standard deviations, the eleven with more gain nothing."
    )

print(contact.summary())

# %% [markdown]
# Here the difference is plain, it lies in the direction that was reasoned for, and within the groups little
# heterogeneity is left. Even so, nobody drew lots on how long a teacher knew a class. A subgroup compares *trials*,
# and trials differ in a hundred ways at once: it is an observational finding, however well each trial was
# randomised. Where to cut the weeks was a choice, too.
#
# ## 3. Meta-regression
#
# BCG seems to do better far from the equator. A meta-regression makes the effect a straight line in the latitude:

# %%
by_latitude = ev.pool(trials, mods="~ latitude", measure="RR")
by_latitude.plot("bubble", width_mm=140)

# %%
print(f"τ² {random.tau2:.3f} without the latitude, {by_latitude.tau2:.3f} with it: R² {by_latitude.r2:.0f}%")
shuffled = ev.permutation_test(by_latitude, iterations=2000, seed=6)
print(shuffled.summary())

# %% [markdown]
# Each degree multiplies the risk ratio by 0.971. Of the variance between trials, 76% goes with the latitude. Note
# what R² is a share of: of the variance of the *true* effects, as estimated, and not of what you see in the plot.
#
# The p-value of the model, 0.005, rests on normal effects and thirteen trials. The permutation test rests on less:
# deal the latitudes out anew among the trials, many times, and see how often chance does as well. It says 0.010.
#
# ### How easily noise succeeds
#
# Let us explain the same thirteen BCG trials by moderators that are pure noise, a thousand times, with one of them
# or several at once.

# %%
rng = np.random.default_rng(66)
effects, variances = (np.tile(trials[name], (1000, 1)) for name in ("yi", "vi"))
shares, found = {}, {}
for number in (1, 2, 3, 4, 6):
    design = np.concatenate([np.ones((1000, 13, 1)), rng.normal(size=(1000, 13, number))], axis=2)
    many = ev.pool_many(effects, variances, design)
    shares[number] = 100 * np.clip(1 - many.tau2 / random.tau2, 0, None)
    found[number] = (many.pvalue[:, 1:] < 0.05).any(axis=1).mean()

with theme(width_mm=150) as colours:
    figure, axes = plt.subplots(figsize=(6.0, 3.0), layout="constrained", dpi=110)
    ink = {"color": colours[0]}
    axes.boxplot(list(shares.values()), whis=(5, 95), showfliers=False, medianprops=ink, boxprops=ink, whiskerprops=ink)
    axes.set_xticks(range(1, 1 + len(shares)), shares)
    axes.axhline(by_latitude.r2, color=colours[1])
    axes.annotate("latitude alone", (0.6, by_latitude.r2 + 2), color=colours[1])
    axes.set(
        xlabel="moderators made of noise, thirteen trials", ylabel="R², % (whiskers: 5 to 95 of 100)", ylim=(0, 100)
    )
    picture(
        "Boxes of R² for one to six moderators of noise. The medians are at 0; the upper ends of the whiskers "
        "rise from 36 to 82 percent. A line marks the 76 percent of latitude alone."
    )

pd.DataFrame(
    {
        "R² above 30%": {number: 100 * (share > 30).mean() for number, share in shares.items()},
        "R² above that of latitude": {
            number: 100 * (share > by_latitude.r2).mean() for number, share in shares.items()
        },
        "some p below 0.05": {number: 100 * share for number, share in found.items()},
    }
).rename_axis("moderators").round(1).add_suffix(", % of tries")

# %% [markdown]
# Half of the tries or more explain nothing: the medians lie at 0. But with three moderators about one try in five
# "explains" more than 30% of the heterogeneity, and with six about one in three; one in five then also has some
# coefficient with p below 0.05. Nobody reports the other tries. Hence the rule of thumb of **ten trials for each
# moderator**. Latitude alone stands well apart from noise. Latitude, year and allocation together are too much for
# thirteen trials, and the toolkit says so:

# %%
print(*ev.pool(trials, mods="~ latitude + year + C(alloc)", measure="RR").cautions, sep="\n")

# %% [markdown]
# ### What a slope between trials does not say
#
# Latitude itself protects nobody. It can only stand for something that goes with it: climate, the year of the
# trial, who was enrolled. For moderators that are *averages of people*, such as mean age or the share of women,
# there is a worse trap: the slope between trials need not be the slope within them. Eight made-up trials:

# %%
rng = np.random.default_rng(8)
centre = np.linspace(30, 58, 8)
with theme(width_mm=150) as colours:
    figure, axes = plt.subplots(figsize=(6.0, 3.0), layout="constrained", dpi=110)
    means = []
    for place in centre:
        age = rng.normal(place, 4, size=40)
        benefit = 0.5 + 0.025 * (place - 44) - 0.04 * (age - place) + rng.normal(0, 0.12, size=40)
        slope, start = np.polyfit(age, benefit, 1)
        ends = np.array([age.min(), age.max()])
        axes.scatter(age, benefit, s=4, color="0.8", zorder=1)
        axes.plot(
            ends, start + slope * ends, color=colours[0], lw=1.2, label=None if means else "people within a trial"
        )
        means.append((age.mean(), benefit.mean()))
    means = np.array(means)
    slope, start = np.polyfit(*means.T, 1)
    axes.scatter(*means.T, s=36, color=colours[1], zorder=3)
    axes.plot([24, 64], start + slope * np.array([24, 64]), color=colours[1], lw=1.6, label="means of the trials")
    axes.set(xlabel="age", ylabel="benefit", ylim=(-0.4, 1.5))
    axes.legend(frameon=False, loc="upper left")
    picture(
        "Eight trials, benefit against age. Within each trial the line of the people falls; the line through the "
        "means of the trials rises."
    )

# %% [markdown]
# In each trial older people benefit less. Across trials, those with older people show more benefit. A
# meta-regression on mean age sees only the large points and would advise the wrong patients. This is the ecological
# fallacy. The cure is data from within the trials: effects by age group in each, or the records of the people.
#
# ## 4. Which trial makes the result?
#
# Before explaining, look at who disagrees. To the right stand trials that add to heterogeneity, at the top those
# without which the pooled result would be another one. The plot is made under equal effects, where Madras alone has
# 41% of the weight and Hart & Sutherland 8%. Under random effects they have 10% each, and the table below it, which
# leaves each trial out in turn, looks different.

# %%
ev.baujat(ev.pool(trials, tau2="EE", test="z")).plot(width_mm=120)

# %%
left_out = ev.leave_one_out(random).to_frame()
np.exp(left_out[["estimate", "ci_low", "ci_high"]]).sort_values("estimate").iloc[[0, 1, -2, -1]].round(2)

# %% [markdown]
# These are the two lowest and the two highest results when one trial is left out. Hart & Sutherland (52° from the
# equator, much benefit) and Madras (13°, none) pull in opposite directions, and yet no single trial makes the
# result: the risk ratio stays between 0.45 and 0.53. That is robustness against *one* trial. It is no licence to
# leave one out: the most extreme trial may be the only good one.
#
# ## 5. Studies that belong together
#
# Fifty-six schools tried another calendar, in eleven districts. Schools of one district are alike in many ways. Are
# they 56 witnesses or 11?

# %%
schools = ev.datasets.load("konstantopoulos2011")
naive = ev.pool(schools, measure="SMD")

# all schools, but a standard error from the sums of each district (cluster-robust, CR1)
weight = 1 / (schools["vi"] + naive.tau2)
per_district = (weight * (schools["yi"] - naive.estimate)).groupby(schools["district"]).sum()
clusters = len(per_district)
se = (per_district**2).sum() ** 0.5 / weight.sum() * (clusters / (clusters - 1)) ** 0.5
half = stats.t.ppf(0.975, clusters - 1) * se

# one result for each district, then the eleven
rows = {name: ev.pool(group, test="z") for name, group in schools.groupby("district")}
districts = ev.pool(
    pd.DataFrame({"yi": [f.estimate for f in rows.values()], "sei": [f.se for f in rows.values()]}), sei="sei"
)

pd.DataFrame(
    {
        "56 schools as if alone": [naive.estimate, naive.se, *naive.ci],
        "56 schools, errors by district": [naive.estimate, se, naive.estimate - half, naive.estimate + half],
        "11 districts": [districts.estimate, districts.se, *districts.ci],
    },
    index=["estimate", "se", "low", "high"],
).T.round(3)

# %% [markdown]
# Taken for 56 witnesses, the schools exclude 0. With errors by district the same mean has nearly twice the standard
# error, and the interval includes 0. Pooling by district also moves the mean, since a district of eleven schools no
# longer counts eleven times. A three-level model does both at once. The toolkit has none yet; metafor in R, with
# `rma.mv(yi, vi, random = ~ 1 | district/school)`, gives 0.185 with a standard error of 0.085.
#
# The same thing happens nearer to home: two papers on one trial, three arms with one control, two sides of one
# scalp. The base holds trials, not papers, for this reason.
#
# ## 6. Our own base: why no subgroup question can be answered
#
# Does depth matter? The device? Men or women? How often? Everybody asks. Here is what there is: for each of the
# questions that the protocol declares, the largest number of results that any of its analyses can pool or, for harms,
# count, the widest rules included.

# %%
base = ev.load()
names = base.syntheses()["id"]
behind = pd.Series({name: max(result.k for result in base.answer(name).results.values()) for name in names})

with theme(width_mm=150) as colours:
    figure, axes = plt.subplots(figsize=(6.0, 2.2), layout="constrained", dpi=110)
    counts = behind.value_counts().reindex(range(11), fill_value=0)
    bars = axes.bar(counts.index, counts, color=colours[0], width=0.7)
    axes.bar_label(bars, labels=[str(count) if count else "" for count in counts], padding=2)
    axes.axvline(10, color=colours[1], lw=1.2)
    axes.annotate("ten: one moderator", (9.85, 0.8 * counts.max()), color=colours[1], ha="right")
    axes.set(xlabel="results pooled or counted", ylabel="questions", xticks=range(11), ylim=(0, 1.15 * counts.max()))
    picture(
        "Bars: how many questions have how many results. 61 questions have none, 23 have one, 3 have two, 3 have "
        "three and 1 has four. A line at ten marks what one moderator needs."
    )

print(f"{(behind <= 1).sum()} of {len(behind)} questions have one result or none; the most is {behind.max()}.")

# %% [markdown]
# No question has half of what one moderator would need. The toolkit refuses to draw the line (first answer below).
#
# Depth could be asked in another way, which needs far fewer trials: *within* them. A trial that draws lots between
# two depths answers the question directly, with no ecological trap. The protocol declares just that (second
# answer).

# %%
try:
    base.answer("addon-minoxidil-response").shown.plot("bubble", by="year")
except ev.InputError as error:
    print(error, end="\n\n")

print(base.synthesis("depth-density").cite())

# %% [markdown]
# Three trials made this comparison, and none can be used. One needled everybody's right half to 0.5 mm and the left
# to 0.3 mm. It prints a larger rise in density on the right (19 against 12 hairs/cm², p < 0.05), but nobody drew
# lots, and no spread is printed. One set each of two depths against minoxidil alone, in the investigators' assessment
# with p = 0.007 at 0.6 mm and p = 0.04 at 1.2 mm. No text that was seen sets the two depths against each other, and
# two p-values do not (section 2). The third is known from a forum alone. Whoever writes today that one depth works
# better than another has no more than this.
#
# ## Your turn

# %%
answer = ...
check("6.1", answer)

# %% jupyter={"source_hidden": true, "outputs_hidden": true} tags=["hide-cell", "solution"]
answer = 100 * 0.02 / (0.02 + 0.02 / 4)
check("6.1", answer)

# %%
answer = ...
check("6.2", answer)

# %% jupyter={"source_hidden": true, "outputs_hidden": true} tags=["hide-cell", "solution"]
aware, blind = (ev.pool(teachers[teachers["tester"] == kind]) for kind in ("aware", "blind"))
z = (aware.estimate - blind.estimate) / np.hypot(aware.se, blind.se)
answer = 2 * stats.norm.sf(abs(z))
check("6.2", answer)

# %%
answer = ...
check("6.3", answer)

# %% jupyter={"source_hidden": true, "outputs_hidden": true} tags=["hide-cell", "solution"]
intercept, slope = by_latitude.coefficients["estimate"]
answer = np.exp(intercept + slope * 30)
check("6.3", answer)

# %%
answer = ...
check("6.4", answer)

# %% jupyter={"source_hidden": true, "outputs_hidden": true} tags=["hide-cell", "solution"]
without = ev.leave_one_out(random).to_frame()
answer = (without["estimate"] - random.estimate).abs().idxmax()
check("6.4", answer)

# %% [markdown]
# ## What to remember
#
# - Q is a test, I² a share of what you see, τ the spread of the effects. Report the prediction interval.
# - "Significant here, not there" is no difference. Test the difference.
# - Subgroups and meta-regressions compare trials, and nobody randomised those. Ten trials for each moderator,
#   declared beforehand.
# - R² comes easily: noise gets it too.
# - Count the witnesses, not the rows.
#
# The functions: [the statistical core](../docs/statistics.md), and how each computes:
# [heterogeneity](../docs/methods/heterogeneity.md), [influence](../docs/methods/influence.md). What the base's
# results depend on: [sensitivity](../docs/sensitivity.md). Next: [Small studies and the garden of forking
# paths](07_small_studies_and_forking_paths.ipynb).
