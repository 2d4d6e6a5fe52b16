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
# # Effect sizes, units and split scalps
#
# Before anything is pooled, each trial has to become two numbers: an effect, `yi`, and its sampling variance, `vi`.
# Most of what goes wrong in evidence synthesis goes wrong here, quietly, and no model repairs it later.
#
# After this notebook you can
#
# - choose between the common measures, and say why an odds ratio is not a risk ratio;
# - see where a unit is lost, and why a standardised difference does not protect you;
# - get a standard deviation out of a report that prints none, or decide to leave it;
# - analyse a trial in which each person is both arms;
# - spot a control group that is counted twice, and an effect that belongs to a bundle.

# %%
from itertools import combinations

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from classroom import check, picture, quote, table
from IPython.display import display

import evidence as ev
from evidence.curate.derive import DERIVATIONS, derive_arms
from evidence.plot import theme

pd.set_option("display.max_colwidth", 110, "display.max_rows", 100, "display.width", 110)
plt.rcParams["figure.dpi"] = 130

base = ev.load()

# %% [markdown]
# ## 1. One table, several measures
#
# Responders in five comparisons from three trials, with needling against without on an equal background. (They come
# from a wider analysis of the base: some counts are implied by percentages, and Jha 2019 does not say how it
# allocated. A trial with nobody in one cell is left out here.) The same four numbers of a row can be put as a **ratio
# of risks**, a **ratio of odds** or a **difference of risks**. Ratios are pooled as logarithms; `ev.back_transform`
# brings them back.

# %%
parts = [
    base.synthesis(name, analysis="allocation-not-stated").effects.assign(outcome=outcome)
    for name, outcome in (
        ("addon-any-response", "response"),
        ("addon-prp-pull-test", "pull test"),
        ("addon-prp-response-unclear-rater", "improvement"),
    )
]
counts = pd.concat(parts).query("events2 > 0")[["study", "outcome", "events1", "n1", "events2", "n2"]]
counts = counts.reset_index(drop=True)
for measure in ("RR", "OR", "RD"):
    sized = ev.effect_sizes(counts[["events1", "n1", "events2", "n2"]], measure)
    counts[measure] = [ev.back_transform(effect, measure) for effect in sized["yi"]]
display(table(counts))

with theme(width_mm=140) as ink:
    figure, axes = plt.subplots(figsize=(6.2, 2.3))
    for height, row in enumerate(counts.itertuples()):
        axes.plot([row.RR, row.OR], [height, height], color="0.75", lw=2, zorder=1)
        axes.plot(row.RR, height, "s", color=ink[0], ms=6)
        axes.plot(row.OR, height, "D", color=ink[1], ms=5)
    axes.text(counts["RR"][0], -0.35, "risk ratio", color=ink[0], ha="center", fontsize="small")
    axes.text(counts["OR"][0], -0.35, "odds ratio", color=ink[1], ha="center", fontsize="small")
    axes.axvline(1, color="0.3", lw=0.8)
    axes.set_xscale("log")
    axes.set_xticks([1, 2, 3, 5, 8], ["1", "2", "3", "5", "8"])
    axes.minorticks_off()
    labels = [
        f"{row.study}, {row.outcome}: {row.events1:.0f}/{row.n1:.0f} v {row.events2:.0f}/{row.n2:.0f}"
        for row in counts.itertuples()
    ]
    axes.set_yticks(range(len(counts)), labels)
    axes.set(ylim=(len(counts) - 0.5, -0.8), xlabel="the same counts, as two ratios")
    picture(
        "Five comparisons, each as risk ratio and as odds ratio on one logarithmic axis. The odds ratio is "
        "further from 1 in every row: 6.9 against 1.9 in the first."
    )

# %% [markdown]
# The odds ratio is always further from 1, and the more so the more common the outcome. Where half of the controls
# respond it is no approximation to anything that a reader means by "times". It has its uses: it does not change when
# success and failure change places, and it is what logistic regression gives. But whoever writes "seven times as
# likely" of an odds ratio of 6.9 has written something false.
#
# The difference of risks is what a patient asks about: of 100 people, how many more? But it depends on how many
# respond anyway, and so travels badly from one trial to the next. A common way: pool a ratio, then show the
# difference that it makes at a stated risk.
#
# ### Exercise 4.1

# %%
answer = ...  # FPHL trial: 17 of 20 women against 9 of 20. By how many times was response more frequent?
check("4.1", answer)

# %% jupyter={"source_hidden": true, "outputs_hidden": true} tags=["hide-cell", "solution"]
answer = (17 / 20) / (9 / 20)
check("4.1", answer)

# %% [markdown]
# For means there are three common measures: the **mean difference** (MD) in the unit of the outcome, the
# **standardised mean difference** (SMD, Hedges' $g$) in standard deviations, and the **ratio of means** (ROM). The
# numbers below are one trial's gain in hairs per cm², with plasma and needling and with plasma alone. [Notebook
# 3](03_seven_numbers_that_cannot_be_true.ipynb) asked whether its ± is an SD or an SE; look at what that does to each
# measure.

# %%
rows = base["outcomes"].set_index("row_id").loc[["R044", "R045"], ["mean", "plus_minus", "n"]].astype(float)
one, two = rows.itertuples(index=False)
trial = pd.DataFrame(
    [
        {"read as": "SD", "mean1": one.mean, "sd1": one.plus_minus, "n1": one.n},
        {"read as": "SE", "mean1": one.mean, "sd1": one.plus_minus * one.n**0.5, "n1": one.n},
    ]
).assign(mean2=two.mean, n2=two.n, sd2=[two.plus_minus, two.plus_minus * two.n**0.5])

measured = {}
for measure in ("MD", "SMD", "ROM"):
    sized = ev.effect_sizes(trial.drop(columns="read as"), measure)
    measured[measure, "effect"] = [ev.back_transform(effect, measure) for effect in sized["yi"]]
    measured[measure, "SE"] = np.sqrt(sized["vi"]).tolist()
pd.DataFrame(measured, index=trial["read as"]).round(2)

# %% [markdown]
# MD keeps its effect and loses certainty, and so does ROM all but a trifle (its SE is on the log scale). The SMD
# changes the *effect itself*, by a factor of six: the SD is in its denominator. An SE taken for an SD
# makes a mean difference too sure, and a standardised one too large as well.
#
# ## 2. A square inch is 6.45 square centimetres
#
# Three trials of needling added to minoxidil print means of a hair count at 12 weeks. None prints an SD. Convert
# before you compare; the conversion is a derivation with a name, and leaves a record.

# %%
density = base["outcomes"].query(
    "outcome == 'hair-density' and row_id in ['R001', 'R002', 'R009', 'R010', 'R020', 'R022']"
)
density = density.set_index("row_id")[["study_id", "arm_id", "n", "mean", "sd", "unit"]]
converted = derive_arms(density, admit=["unit"], unit="hairs/cm2", units=base.protocol.pint_units)
shown = density.assign(step=converted["steps"], obstacles=converted["obstacles"]).drop(columns=["sd", "unit"])
display(table(shown))

wide = density.pivot_table(index="study_id", columns="arm_id", values="mean").diff(axis=1)["A2"].mul(-1)
square_inch = 2.54**2

with theme(width_mm=140) as ink:
    figure, axes = plt.subplots(figsize=(6.2, 1.6))
    for height, (study, difference) in enumerate(wide.items()):
        if study == "Kumar2018":
            axes.plot(difference, height, "o", mfc="white", mec=ink[1], ms=6)
            axes.annotate(
                "",
                (difference / square_inch + 0.6, height),
                (difference - 0.8, height),
                arrowprops={"arrowstyle": "->", "color": ink[1]},
            )
            axes.text(
                difference + 1.5, height, "as printed, per square inch", va="center", fontsize="small", color=ink[1]
            )
            difference /= square_inch
        axes.plot(difference, height, "s", color=ink[0], ms=6)
    axes.axvline(0, color="0.3", lw=0.8)
    axes.set_yticks(range(len(wide)), wide.index)
    axes.set(
        ylim=(len(wide) - 0.5, -0.5), xlabel="difference between the arms, hairs per cm² (no interval can be given)"
    )
    picture(
        "Differences between the arms of three trials in hairs per cm²: about 43, 69 and 2. The last one "
        "would be about 11 if its square inches were read as square centimetres."
    )

# %% [markdown]
# Even in one unit they do not agree: 69, 43 and 1.65 hairs per cm². (For the 43, the abstracts disagree on whether it
# is a gain or a level.) A pool of these would be a pool of different questions.
#
# **"Then standardise it: the unit cancels."** It does, and that is the trouble. Here are *made-up* numbers: one
# trial, counted per cm² and per square inch.

# %%
made_up = pd.DataFrame({"mean1": [20.0], "sd1": [20.0], "n1": [30], "mean2": [10.0], "sd2": [20.0], "n2": [30]})
lengths = ["mean1", "sd1", "mean2", "sd2"]
per_inch = made_up.assign(**{name: made_up[name] * square_inch for name in lengths})
similar_people = made_up.assign(sd1=8.0, sd2=8.0)

cases = {"per cm²": made_up, "per square inch": per_inch, "per cm², very similar people": similar_people}
pd.DataFrame(
    {name: {m: ev.effect_sizes(one, m)["yi"].item() for m in ("MD", "SMD")} for name, one in cases.items()}
).T.round(2)

# %% [markdown]
# The SMD cannot tell the first two lines apart. So nobody who pools SMDs *notices* that one trial counted six times
# as much scalp, and the error comes back when the result is translated into hairs: 0.5 SD is 10 hairs if you multiply
# by 20, and 64 if the SD at hand is per square inch. It also calls the third line a different effect, though the
# needle did exactly the same; only the people were more alike. The base asks for mean differences in one unit; where
# it asks for an SMD, that is a question of its own, named "on a common scale".
#
# ### Exercise 4.2
#
# A made-up report: mean gain 30 hairs per square inch, **SE** 8.0, 16 people.

# %%
answer = ...  # the SD of the gain in hairs per cm²
check("4.2", answer)

# %% jupyter={"source_hidden": true, "outputs_hidden": true} tags=["hide-cell", "solution"]
report = pd.DataFrame({"n": [16], "mean": [30.0], "se": [8.0], "unit": ["hairs/inch2"]})
derived = derive_arms(report, admit=["se-to-sd", "unit"], unit="hairs/cm2", units=base.protocol.pint_units)
answer = float(derived["sd"].iloc[0])  # 8 × √16 / 6.4516
check("4.2", answer)

# %% [markdown]
# ## 3. A mean without its spread
#
# How often does a mean of density or diameter come with a spread at all? There are many ways to get one from
# something else, and each assumes something. The protocol says which of them an analysis admits. What it does not
# admit stays out of that analysis and is tried by itself, in the open.

# %%
means = base["outcomes"].query("outcome in ['hair-density', 'hair-diameter']").dropna(subset=["mean"])
spread = np.select(
    [means["sd"].notna(), means["se"].notna() | means["ci_low"].notna(), means["plus_minus"].notna()],
    ["SD", "SE or interval", "± without a label"],
    "nothing",
)
has_p = np.where(means["p_value"].notna(), "a p-value as well", "no p-value")
display(pd.crosstab(pd.Series(spread, name="printed with the mean"), pd.Series(has_p, name="")))

admitted = {name: set(base.protocol.analyses[name].derivations) for name in ("primary", "implied")}
table(
    [
        {
            "derivation": name,
            "assumes that": DERIVATIONS[name].assumption or "nothing beyond arithmetic",
            "admitted by": next((a for a in admitted if name in admitted[a]), "only tried by itself"),
        }
        for name in ("se-to-sd", "ci-to-sd", "plus-minus-as-sd", "plus-minus-as-se", "five-numbers", "p-to-sd")
    ]
)

# %% [markdown]
# Two p-values, two fates. One trial of alopecia areata prints means of 66.36 and 69.75 percent regrowth, 30 people
# each, and p = 0.664. Another prints gains of 91.4 and 22.2 hairs, and a review adds p = 0.039. The same formula serves
# both:

# %%
both = ev.reported.sd_from_test([69.75 - 66.36, 91.4 - 22.2], n1=[30, 50], n2=[30, 44], p=[0.664, 0.039])
display(
    pd.DataFrame({"SD from p": both.sd.round(1), "unit": ["% of the patch", "hairs/cm²"]}, ["Arora2022", "Dhurat2013"])
)
quote(base.synthesis("areata-triamcinolone-route-percent", analysis="with-p-to-sd").cite())

# %% [markdown]
# Thirty percentage points are plausible. 160 hairs per cm² are not (exercise 3.3), so there nothing is derived. A
# formula that always gives an answer is a danger; the judgement whether to use it is yours, and has to be written
# down.
#
# ## 4. Split scalps: each person is both arms
#
# In a split-scalp trial one half of each head is treated and the other is the control. The two halves are alike, and
# that is what makes the design strong: what is peculiar to the person cancels. With the correlation $r$ between the
# halves
#
# $$\mathrm{SE}^2 = \frac{SD_1^2 + SD_2^2 - 2\,r\,SD_1\,SD_2}{n}$$
#
# Reports rarely print $r$. To take the halves for separate people means $r = 0$. Here is the radiofrequency trial of
# the base: 19 men, hair diameter 71 ± 15 µm on the treated side and 66 ± 14 on the other (± read as SD).
#
# The protocol states an $r$ of 0.5, and the base computes every result that depends on it with others as well. Is 0.5
# a good guess? The base holds no measured correlation of two halves of a scalp. But for another question, potassium
# and blood pressure, [Curtin and colleagues (2002)](https://doi.org/10.1002/sim.1205) list it for 21 cross-over
# trials, in which each person is both arms as well.

# %%
treated, other = base["outcomes"].set_index("row_id").loc[["R017", "R019"]].itertuples()
sides = pd.DataFrame(
    {"mean1": [treated.mean], "sd1": [treated.plus_minus], "mean2": [other.mean], "sd2": [other.plus_minus], "n": [19]}
)


def interval(r: float) -> dict[str, float]:
    """Return difference, standard error and interval at a correlation (MC: the same people twice)."""
    sized = ev.effect_sizes(sides.assign(r=r), "MC")
    effect, error = sized["yi"].item(), sized["vi"].item() ** 0.5
    return {"r": r, "MD": effect, "SE": error, "low": effect - 1.96 * error, "high": effect + 1.96 * error}


parallel = ev.effect_sizes(sides.rename(columns={"n": "n1"}).assign(n2=19), "MD")
print(f"As two groups of 19 different men, the standard error is {parallel['vi'].item() ** 0.5:.2f}.")
pd.DataFrame([interval(r) for r in (0, 0.5, 0.8)]).round(2)

# %%
other_field = ev.datasets.load("curtin2002")["corr"]
stated = [base.protocol.analyses["primary"].correlation, *base.protocol.review.correlations]

with theme(width_mm=140) as ink:
    figure, (top, bottom) = plt.subplots(2, 1, figsize=(6.2, 3.6), sharex=True, height_ratios=[3, 1])
    band = pd.DataFrame([interval(r) for r in np.linspace(0, 0.97, 98)])
    top.fill_between(band["r"], band["low"], band["high"], color=ink[0], alpha=0.2, lw=0)
    top.plot(band["r"], band["MD"], color=ink[0], lw=1.2)
    for r in sorted(set(stated)):
        at = interval(r)
        top.plot([r, r], [at["low"], at["high"]], color=ink[0], lw=2.4 if r == stated[0] else 1.0)
        top.text(r, at["high"] + 0.5, f"r = {r}", ha="center", fontsize="small")
    top.plot([0, 0], [interval(0)["low"], interval(0)["high"]], color=ink[1], lw=2.4, clip_on=False)
    top.text(0.012, 15.1, "as parallel groups", color=ink[1], fontsize="small")
    top.axhline(0, color="0.3", lw=0.8)
    top.set(ylabel="difference, µm (95% CI)", ylim=(-6, 17), xlim=(0, 1))
    exact = other_field == 0.5
    bins, paint = np.arange(0, 1.01, 0.05), {"color": ["0.82", "0.5"], "edgecolor": "white"}
    bottom.hist([other_field[exact], other_field[~exact]], bins=bins, stacked=True, **paint)
    bottom.set(xlabel="correlation of the two sides (pale below: exactly 0.50)", ylabel="cross-over\ntrials")
    picture(
        "Above: the interval of the difference shrinks as the assumed correlation grows, and leaves zero "
        "behind at about 0.7. Below: correlations of 21 cross-over trials, of which seven are exactly 0.50."
    )

print(base.sensitivity("addon-minoxidil-rf-diameter").summary())

# %% [markdown]
# Seven of the 21 stand at exactly 0.50, which looks more like an assumption than a measurement; the others run from
# 0.29 to 0.88. So nobody can say that 0.5 is right, and the estimate does not move with it; only its interval does.
# The base's own account, below the figure, says so analysis by analysis.
#
# The interval leaves zero behind only if the two sides correlate by more than about 0.7. That is neither proof nor
# disproof: it is the statement that this report, as printed, does not decide. One printed number, the SD of the
# differences, would have settled it.
#
# ### Exercise 4.3
#
# The same men's hair *counts*: 73.14 ± 25.45 on the treated side and 63.21 ± 19.22 on the other, n = 19.

# %%
answer = ...  # the standard error of the difference if the sides correlate by 0.7
check("4.3", answer)

# %% jupyter={"source_hidden": true, "outputs_hidden": true} tags=["hide-cell", "solution"]
answer = ((25.45**2 + 19.22**2 - 2 * 0.7 * 25.45 * 19.22) / 19) ** 0.5
check("4.3", answer)

# %% [markdown]
# ## 5. Two arms, one control
#
# Jha 2019 has three arms of 31: minoxidil; minoxidil and plasma; minoxidil, plasma and needling. Suppose the question
# is what plasma, with or without needling, adds to minoxidil. Two comparisons, one control. To enter both as they are
# counts the 31 controls twice, and the result is surer than it may be. Either the control is divided, or the two arms
# are taken together.

# %%
responders = base["outcomes"].query("study_id == 'Jha2019' and outcome == 'response-investigator'").set_index("arm_id")
a, b, c = (int(responders.loc[arm, "events"]) for arm in "ABC")
n = 31
half = ev.reported.split_group([n], [2], events=[a])


def pooled(counts: pd.DataFrame) -> pd.Series:
    """Return the common risk ratio, with its standard error on the log scale."""
    fit = ev.pool(ev.effect_sizes(counts, "RR"), tau2="EE", test="z", measure="RR")
    return pd.Series(
        {"people": counts[["n1", "n2"]].sum().sum(), "RR": ev.back_transform(fit.estimate, "RR"), "SE": fit.se}
    )


twice = pd.DataFrame({"events1": [b, c], "n1": [n, n], "events2": [a, a], "n2": [n, n]})
divided = twice.assign(events2=half.events.item(), n2=half.n.item())
together = pd.DataFrame({"events1": [b + c], "n1": [2 * n], "events2": [a], "n2": [n]})
cases = {"control counted twice": twice, "control divided": divided, "arms taken together": together}
table(pd.DataFrame({name: pooled(counts) for name, counts in cases.items()}).T, digits=3)

# %% [markdown]
# There were 93 people, not 124. Taking arms together is exact where the question allows it, and is what this protocol
# does; dividing keeps two comparisons apart, nearly independent. Models for dependent effects do better than both
# when there are many such trials.
#
# ## 6. What exactly was compared?
#
# Here is that trial again, arm by arm. A *bundle* against minoxidil is not an effect of needling. In the base each
# arm is a **set of components**, and a comparison is the difference of two sets. Below it: how often trials in the
# base, eligible or not, compare needling alone, and how often something else changes with it. A trial with three arms
# may stand in two of the lines.

# %%
sets = {row.arm_id: set(row.components.split(";")) for row in base["arms"].query("study_id == 'Jha2019'").itertuples()}
share = {"A": a / n, "B": b / n, "C": c / n}
steps = [("A", "B"), ("B", "C"), ("A", "C")]
added = [
    {"from": x, "to": y, "added": " + ".join(sorted(sets[y] - sets[x])), "RR": share[y] / share[x]} for x, y in steps
]
display(pd.DataFrame(added).round(2))

kinds: dict[str, set[str]] = {}
for study, arms in base["arms"].groupby("study_id"):
    for x, y in combinations([set(filter(None, text.split(";"))) for text in arms["components"]], 2):
        more, less = (x - y, y - x) if "microneedling" in x else (y - x, x - y)
        if "microneedling" in more:
            kind = "needling in the place of something" if less else "needling and more, added to the same"
            kind = "needling alone, added to the same" if more == {"microneedling"} and not less else kind
            kinds.setdefault(kind, set()).add(study)
pd.Series({kind: len(studies) for kind, studies in kinds.items()}, name="trials").sort_index().to_frame()

# %% [markdown]
# The ratios multiply. Of the 2.6 that a headline on "microneedling with PRP" would quote, plasma has 1.70 and
# needling, on top of plasma, 1.53. What needling would do without plasma this trial cannot say.
#
# ### Exercise 4.4
#
# Of two arms that are both needled, what is the difference worth for the question "what does needling add"? Look at
# Sanchez-Meza: needling with dutasteride, needling with saline. 9 of 17 responded, and 3 of 17.

# %%
print(base["arms"].query("study_id == 'SanchezMeza'")[["arm_id", "components"]].to_string(index=False))
answer = ...  # the component or components whose effect this trial estimates, as a set of ids
check("4.4", answer)

# %% jupyter={"source_hidden": true, "outputs_hidden": true} tags=["hide-cell", "solution"]
with_drug, with_saline = (
    set(text.split(";")) for text in base["arms"].query("study_id == 'SanchezMeza'")["components"]
)
answer = with_drug - with_saline
check("4.4", answer)

# %% [markdown]
# ## To remember
#
# - Each trial becomes `yi` and `vi`. Ask of both where they come from.
# - An odds ratio is not a risk ratio; the more common the outcome, the less.
# - Convert units before you compare. Standardising hides what it does not solve.
# - A spread can often be derived. Each way assumes something: name it, admit it or not, and try the alternatives.
# - Halves of one head are not two people. State $r$, and show what depends on it.
# - Count no control twice, and credit no single component with what a bundle did.
#
# More: [every derivation, with formula, assumption and source](../docs/derivations.md); [what can be
# computed](../docs/statistics.md); [what a conclusion depends on](../docs/sensitivity.md).
#
# Next: [pooling](05_pooling.ipynb).
