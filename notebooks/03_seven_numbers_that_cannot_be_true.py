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
# # Seven numbers that cannot be true
#
# A report prints means, percentages, p-values and numbers of people. They come from the same people, so they
# constrain one another, and the constraints are arithmetic. You need no data and nobody's permission to check them.
#
# After this notebook you can
#
# - test a percentage and a mean against the number of people behind it;
# - compute again a p-value from counts;
# - tell when a standard deviation is probably a standard error, and say what depends on it;
# - catch a lost unit, and a total that its own parts rule out;
# - write a finding down so that it says what is wrong and nothing about anybody.
#
# The title promises a little too much. Most of the seven *could* be true alone; it is together with what stands
# beside them that they cannot, or hardly. The base grades that in four steps, and so should you:

# %%
import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from classroom import check, picture, terminal
from IPython.display import Markdown, display
from scipy import stats

import evidence as ev
from evidence.curate.integrity import SEVERITIES
from evidence.curate.integrity.granularity import grim, grimmer
from evidence.plot import theme

pd.set_option("display.max_colwidth", 60, "display.max_rows", 100, "display.width", 110)
plt.rcParams["figure.dpi"] = 130

base = ev.load()
findings = base["findings"]
findings["severity"].value_counts().reindex(SEVERITIES).rename("findings in this base").to_frame()

# %% [markdown]
# *Impossible*: no data could give these numbers. *Inconsistent*: two printed numbers do not follow from one another.
# *Unusual*: possible, but rare enough to look at before use. *Note*: worth knowing; nothing is wrong.
#
# None of this is about honesty. Abstracts have 250 words; people drop out, tables are retyped, editors round. For
# each number below we ask four things: **what is printed, why it does not add up, what may innocently explain it, and
# what the base does about it.** Two small functions fetch the first and the last; a finding has a name of ten
# characters, which lasts.


# %%
def printed(name: str, columns: str) -> pd.DataFrame:
    """Return the rows of the base on which a finding rests, and where each was printed."""
    rows = []
    for place in findings.set_index("finding_id").loc[name, "rows"].split(";"):
        table, key = place.split(":")
        whole = base[table]
        rows.append(whole[whole.iloc[:, 0] == key].iloc[0].reindex(columns.split()).rename(key))
    return pd.DataFrame(rows).astype(object).fillna("")


def decided(name: str) -> Markdown:
    """Return what the base says of a finding, and the answer to it."""
    finding = findings.set_index("finding_id").loc[name]
    return Markdown(
        f"**The base says:** {finding['severity']}, by the check `{finding['check']}` (finding `{name}`).  \n"
        f"**Done about it:** {finding['response']}. {finding['response_note']}"
    )


# %% [markdown]
# ## 1. A percentage of nobody
#
# Forty participants, 28.57% of them men. People come in whole numbers, so with 40 of them a share moves in steps of
# 2.5%.

# %%
display(printed("e47efc49d6", "characteristic percent n source location"))

for men in (11, 12):
    print(f"{men} of 40 = {men / 40:.2%}")

shares = ["28.57", "71.43"]
fitting = [n for n in range(1, 41) if ev.reported.counts_from_percent(shares, [n, n]).candidates.all()]
print("Both shares fit", fitting, "people.")
decided("e47efc49d6")

# %% [markdown]
# 28.57% is two sevenths, and nothing else will do: the denominator is a multiple of seven. This is the only finding
# in the base that is *impossible*.
#
# *Innocent explanation:* 40 were recruited and, say, 35 or 28 finished, and the shares are of those who finished. The
# abstract does not say how many did. That is why the size of each arm stays empty in the base rather than being
# guessed.
#
# ## 2. Means that give away how many
#
# The same abstract prints means without arm sizes. A hair count is a whole number, so a mean of $n$ counts is a whole
# number divided by $n$. Which $n$ can give 14.71 at all? This is the GRIM test ([Brown and Heathers
# 2017](https://doi.org/10.1177/1948550616673876)); GRIMMER asks the same of the standard deviation.

# %%
arm = base["outcomes"].query("study_id == 'JCD2025_PRProute' and outcome == 'hair-density'").sort_values("arm_id")
reported = [
    (row.arm_id, when, mean, spread)
    for row in arm.itertuples()
    for when, mean, spread in (
        ("before", row.baseline_mean, row.baseline_plus_minus),
        ("after", row.mean, row.plus_minus),
    )
]

with theme(width_mm=150) as ink:
    figure, axes = plt.subplots(figsize=(6.6, 1.9))
    sizes = range(2, 41)
    for height, (_, _, mean, spread) in enumerate(reported):
        for n in sizes:
            both = grimmer(mean, spread, n, mean_decimals=2, sd_decimals=3)
            colour = ink[0] if both else "#b8cbe3" if grim(mean, 2, n) else "#efefef"
            axes.scatter(n, height, marker="s", s=55, color=colour)
    axes.set(xlabel="number of people in the arm", xlim=(1, 41), ylim=(3.6, -0.6), xticks=[2, *range(5, 41, 5), 7])
    axes.set_yticks(range(4), [f"{name}, {when}: {mean:.2f} ± {spread:.3f}" for name, when, mean, spread in reported])
    axes.tick_params(length=0)
    axes.spines[["left", "bottom"]].set_visible(False)
    axes.set_title("Pale: the mean is possible. Dark: the mean and its spread are possible.", loc="left")
    picture(
        "Squares for arms of 2 to 40 people. Both lines of arm A1 are possible with their spread for 7 people "
        "only; the first line of A2 for 5 only; its second line for 31 or 34 only."
    )
decided("28a83830e2")

# %% [markdown]
# Of all sizes up to 40, the first two lines allow exactly one: **seven** people. The third allows **five**. Were
# there twenty in each arm, none of the four lines would be possible.
#
# A third clue comes from the p-value. The abstract calls the difference in thickness, 92.00 ± 16.31 (A2) against
# 74.14 ± 22.42 (A1), not significant. If ± is an SD, a t-test shows for which sizes that can be:

# %%
for a2, a1 in ((20, 20), (5, 7)):
    p = stats.ttest_ind_from_stats(92.00, 16.31, a2, 74.14, 22.42, a1).pvalue
    print(f"With {a2} and {a1} people p = {p:.3f}.")

# %% [markdown]
# Now be suspicious of the suspicion. The last line fits 31 or 34 people and not five. Five and seven are twelve, and
# twelve is no multiple of seven, which the first number asked for. No single story explains everything. *Innocent
# explanation:* if each person's count is an average over several fields, counts are not whole numbers and GRIM does
# not apply. So the finding is *unusual*, not impossible, and what it does is keep the trial out of every primary
# analysis until somebody reads the paper.
#
# ## 3. Denominators that shift
#
# Sixty people were randomised to plasma with needling (A1) or without (A2). Arm sizes are not printed, but four
# percentages are: of people whose hair-pull test was negative, and of people who seemed improved.

# %%
rows = printed("eb7647e4e4", "arm_id outcome percent source location")
display(rows)

with theme(width_mm=150) as ink:
    figure, axes = plt.subplots(figsize=(6.6, 1.7))
    for height, share in enumerate(rows["percent"]):
        for n in range(15, 41):
            possible = ev.reported.counts_from_percent(f"{share:.1f}", [n]).candidates[0] > 0
            axes.scatter(n, height, marker="s", s=75, color=ink[0] if possible else "#efefef")
    axes.axvline(30, color=ink[1], lw=0.8, zorder=0)
    axes.set(xlabel="number of people behind the share (red: half of those randomised)", ylim=(3.6, -0.6))
    axes.set_yticks(
        range(4), [f"{row.arm_id}, {row.outcome.replace('-', ' ')}: {row.percent:.1f}%" for row in rows.itertuples()]
    )
    axes.tick_params(length=0)
    axes.spines[["left", "bottom"]].set_visible(False)
    picture(
        "Squares for 15 to 40 people. The share 82.1% fits 28 and 39 people, 88.0% fits 25, 51.9% fits 27 and "
        "73.9% fits 23. None fits 30."
    )
decided("eb7647e4e4")

# %% [markdown]
# Up to thirty people, each share has one place to go, and within an arm the places differ: 28 and 27 people for the
# pull test, 25 and 23 for the improvement. And the hair count, a gain of 24.53 ± 9.49 percent against 17.88 ± 10.15,
# is printed with p = 0.011. If ± is an SD, a t-test gives that with 30 and 30 people (0.0112), and not with 28 and 27
# (0.0151).
#
# *Innocent explanation:* three sets of people. All for the count; those whose pull test was positive at the start,
# since the others cannot turn negative; those who answered the question. That is sensible practice. But each set
# should be printed, because whoever is left out may differ from whoever stays.
#
# ### Exercise 3.1
#
# A single-arm series of 16 men (Wan 2025) prints shares of 80% and 87%. Of sixteen men 12 are 75%, 13 are 81.25% and
# 14 are 87.5%. So 80% cannot be had, and 87% only by cutting off.

# %%
answer = ...  # the smallest number of people of whom both 80% and 87% can be, printed without decimals
check("3.1", answer)

# %% jupyter={"source_hidden": true, "outputs_hidden": true} tags=["hide-cell", "solution"]
answer = next(n for n in range(1, 101) if ev.reported.counts_from_percent(["80", "87"], [n, n]).candidates.all())
check("3.1", answer)

# %% [markdown]
# ## 4. A p-value that does not follow
#
# A review's table gives, for one trial, 100% against 88% improved, with 25 people in each arm and p = 0.004. Counts
# are the friendliest thing that a report can print: every test can be done again.

# %%
display(printed("186532b87f", "arm_id percent n p_as_printed location"))

counts = [[25, 0], [22, 3]]  # improved, not improved: 100% and 88% of 25
again = {
    "χ²": stats.chi2_contingency(counts, correction=False).pvalue,
    "χ², Yates's correction": stats.chi2_contingency(counts).pvalue,
    "G": stats.chi2_contingency(counts, correction=False, lambda_="log-likelihood").pvalue,
    "Fisher's exact test": stats.fisher_exact(counts).pvalue,
}
display(pd.Series(again, name="p").round(3).to_frame())
decided("186532b87f")

# %% [markdown]
# Three people differ between the arms. The check tries every test in common use, with all the room that rounding
# leaves, and speaks only if none of them gives the printed value.
#
# *Innocent explanation, and here the one that was found:* improvement was rated on a graded scale, and the p-value
# compares the grades, not the two shares beside it. Nothing is misprinted; two true numbers stand side by side that
# do not belong together. The finding is therefore answered *explained*. The lesson remains: whoever computes a
# standard error back from that p-value and those shares gets a wrong one.
#
# ### Exercise 3.2
#
# Before treatment, 12 of 20 people were men in one arm and 5 of 20 in the other (Indus J Biosci Res 2025; shares of
# 60% and 25%). The abstract prints p = 0.12.

# %%
answer = ...  # the two-sided p of Fisher's exact test for 12 of 20 against 5 of 20
check("3.2", answer)

# %% jupyter={"source_hidden": true, "outputs_hidden": true} tags=["hide-cell", "solution"]
answer = stats.fisher_exact([[12, 8], [5, 15]]).pvalue
check("3.2", answer)

# %% [markdown]
# ## 5. Plus or minus what?
#
# A gain of 22.1 hairs per cm² ± 4.5, in 40 people. The abstract does not say whether 4.5 is the standard deviation
# (how much *people* differ) or the standard error (how well the *mean* is known, which is the SD divided by √n).

# %%
display(printed("f20098f80b", "arm_id mean plus_minus unit n p_as_printed location"))

as_sd, as_se = 4.5, ev.reported.sd_from_se([4.5], [40]).sd[0]
with theme(width_mm=120) as ink:
    figure, axes = plt.subplots(figsize=(5.4, 2.3))
    gain = np.linspace(-50, 95, 600)
    for spread, colour, name in ((as_sd, ink[1], "4.5 is an SD"), (as_se, ink[0], f"4.5 is an SE: SD {as_se:.1f}")):
        axes.fill_between(gain, stats.norm.pdf(gain, 22.1, spread), color=colour, alpha=0.35, lw=0)
        axes.plot(gain, stats.norm.pdf(gain, 22.1, spread), color=colour, lw=1.2, label=name)
    axes.axvline(0, color="0.3", lw=0.8)
    axes.set(xlabel="gain of one person, hairs per cm²", yticks=[], ylim=(0, None), xlim=(-50, 95))
    axes.spines["left"].set_visible(False)
    axes.legend(frameon=False)
    picture(
        "Two curves of the gains of single people around 22.1. With an SD of 4.5 the curve is narrow and lies "
        "wholly above 0; with an SD of 28.5 it is flat, and a good part lies below 0."
    )

readings = {"± is an SD": "conflicting", "± is an SE": "with-plus-minus-as-se"}
trial = {read: base.synthesis("addon-prp-density", analysis=name).effects.iloc[0] for read, name in readings.items()}
display(pd.DataFrame(trial).T[["yi", "vi", "ci_low", "ci_high"]].astype(float).round(1))
decided("f20098f80b")

# %% [markdown]
# Read as an SD, nearly everybody gained between 13 and 31 hairs; people are rarely so alike. Read as an SE, about one
# in five lost hair, and the SD of 28.5 would be the largest of hair density that the base holds in this unit. So other
# trials do not settle it. The printed p < 0.001 would, if it said what it compares. Between the arms it fits the first
# reading only; before against after in this arm, either.
#
# A great deal hangs on it. The table gives the difference to plasma alone, `yi`, and its variance, `vi`, both ways:
# read as an SD, the trial weighs 35 times as much, and would drown every other trial in a pool. *Innocent
# explanation:* unusually similar patients, or a label that fell out when the abstract was cut to length. The base
# stores the figure under a column of its own, `plus_minus`, and never under `sd`. No primary analysis reads it; the
# wider ones say which way they read it, and the other way is run beside it.
#
# ### Exercise 3.3
#
# The other direction. Dhurat 2013 prints gains of 91.4 (n = 50) and 22.2 (n = 44) hairs per cm² and no spread at all.
# A review adds p = 0.039. If that is the p of a two-sided t-test, it fixes the SD. Of the five other spreads in this
# unit here, most of them an unlabelled ±, the largest is 19.5.

# %%
answer = ...  # the SD, the same in both arms, that these means, sizes and this p imply
check("3.3", answer)

# %% jupyter={"source_hidden": true, "outputs_hidden": true} tags=["hide-cell", "solution"]
t = stats.t.isf(0.039 / 2, 50 + 44 - 2)
answer = (91.4 - 22.2) / (t * (1 / 50 + 1 / 44) ** 0.5)  # or ev.reported.sd_from_test(91.4 - 22.2, 50, 44, p=0.039).sd
check("3.3", answer)

# %% [markdown]
# ## 6. Where did the square inch go?
#
# One trial counts hairs per square *inch*. A review's table prints its numbers without any unit, next to a trial that
# counts per square centimetre.

# %%
display(printed("62948778eb", "arm_id mean mean_2 unit source review_id"))

square_inch = 2.54**2  # in cm²
pair = base["outcomes"].set_index("row_id").loc[["R009", "R010"], "mean"]
table = pd.DataFrame({"per square inch, as printed": pair, "per cm²": pair / square_inch})
table.loc["difference"] = table.iloc[0] - table.iloc[1]
display(table.round(2))
decided("62948778eb")

# %% [markdown]
# A square inch is 6.45 square centimetres. A difference of 1.65 hairs per cm², which the authors themselves call
# cosmetically not significant, becomes one of 10.63 as soon as the unit is lost. (The review also prints 12.82 where
# the abstract has 12.52. That is finding number eight.)
#
# *Innocent explanation:* a table with one column for "count" and many trials. It happens in good reviews. The base
# keeps number and unit as printed and converts when it compares, as a step with a name. [The next
# notebook](04_effect_sizes_units_and_split_scalps.ipynb) takes that up.
#
# ## 7. Sixteen standard deviations
#
# Reviews can be checked as well. This one pools a *standardised* mean difference: the difference between the groups
# in standard deviations. It prints an overall result, and results by needle depth and by duration.

# %%
results = base["reviews"].query("review_id == 'Xu2024' and outcome.str.startswith('hair count')")

with theme(width_mm=140) as ink:
    figure, axes = plt.subplots(figsize=(6.2, 2.2))
    for height, row in enumerate(results.itertuples()):
        colour = ink[1] if row.subgroup == "overall" else ink[0]
        axes.plot([row.ci_low, row.ci_high], [height, height], color=colour, lw=1.4)
        axes.plot(row.estimate, height, "s", color=colour, ms=5)
        label = f"{row.estimate:.2f} ({row.ci_low:.2f} to {row.ci_high:.2f})"
        beside = {"va": "center", "fontsize": "small"}
        if row.subgroup == "overall":
            axes.text(row.ci_low - 0.4, height, label, ha="right", **beside)
        else:
            axes.text(row.ci_high + 0.4, height, label, **beside)
    axes.axvline(0, color="0.3", lw=0.8)
    axes.set_yticks(range(len(results)), results["subgroup"])
    axes.set(xlabel="standardised mean difference, as printed (Xu 2024)", ylim=(len(results) - 0.5, -0.5))
    picture(
        "The overall result of a review stands at 15.82 standard deviations, far to the right of its four "
        "subgroups, which all lie between 0.5 and 1.2."
    )

for smd in (0.52, 1.16, 3, 15.82):
    print(f"SMD {smd}: {stats.norm.cdf(smd):.1%} of the needled would lie above the mean of the others")
display(decided("e3629fc4fb"))
decided("e3d9c49e27")

# %% [markdown]
# A pooled result is a weighted mean of its parts and lies between them. No weights take 0.52, 0.64, 1.08 and 1.16 to
# 15.82. And at three standard deviations all but one in a thousand lie beyond the other group's mean already; sixteen
# would be two different species. The size alone is only *unusual*: an SMD of 16 needs people who are all but alike. It
# is beside its parts that it cannot stand.
#
# *Innocent explanation:* 15.82 looks like a difference in *hairs*, a sensible number, under the wrong heading. Two
# words in a table. But anybody who quotes it as an effect size quotes what the review's own parts rule out.
#
# ### Exercise 3.4
#
# Your turn to find one. Below are the first number that each report gives for its people, and the sum of its arms.
# When must the two agree? (`evidence check --check arms-sum` would tell, but look yourself first.)

# %%
sizes = base["studies"].set_index("study_id")[["design", "n_randomised_as_reported"]].copy()
sizes["people"] = sizes.pop("n_randomised_as_reported").str.extract(r"^(\d+)", expand=False).astype("Int64")
sizes["sum of arms"] = base["arms"].groupby("study_id")["n_randomised"].sum()
sizes.query("design in ['parallel', 'split-scalp'] and `sum of arms` > 0")

# %%
answer = ...  # a set of study ids from this table, such as {"Jha2019"}: printed totals that contradict printed arms
check("3.4", answer)

# %% jupyter={"source_hidden": true, "outputs_hidden": true} tags=["hide-cell", "solution"]
different = sizes.query("design == 'parallel' and `sum of arms` > 0 and `sum of arms` != people")
answer = set(different.index)
check("3.4", answer)

# %% [markdown]
# ## All of them, and what becomes of them
#
# People answer a finding, with a reason: `evidence respond e47efc49d6 --as explained --note "…" --by "…"`. An answer
# stays until the printed number changes. An open finding of an impossible or inconsistent number is a caution on
# every result that takes one of its rows; so is one answered *kept-out-of-primary*, where a wider analysis takes the
# row all the same.

# %%
terminal("evidence check --study Shah2017 --check p-counts")

# %%
order = list(SEVERITIES)
grave = findings["severity"].map(order.index)
whole = findings.assign(answer=findings["response"].replace("", "open")).iloc[grave.argsort(kind="stable")]
whole.set_index("finding_id")[["severity", "study", "check", "value", "answer"]]

# %% [markdown]
# ## To remember
#
# - Percentages, means and p-values must follow from the people behind them. Try before you believe.
# - Leave room for rounding, for every test that could have been meant, for both readings of a ±. A check that cries
#   wolf is switched off.
# - A finding is arithmetic. "These numbers do not follow from one another" is true; "they made it up" is a guess.
# - Keep what is printed. Write the doubt beside it. Never repair a number silently.
# - Checks see only slips that show. A report without contradictions may be wrong from end to end.
#
# Every finding of this base, one by one: [findings](../docs/findings.md). Every check, with its formula, its source,
# and how often it is right on planted faults: [integrity checks](../docs/integrity.md). Your own table: `evidence
# check mine.csv --like outcomes --column mean=m_trt`.
#
# Next: [effect sizes, units and split scalps](04_effect_sizes_units_and_split_scalps.ipynb).
