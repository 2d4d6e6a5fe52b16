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
# # Writing results
#
# A wrong number in a paper was often right once. It was copied from a printout to a table, from the table to a
# sentence, rounded, and not updated when a trial was added. This notebook writes a results section in which no number
# is typed.
#
# Afterwards you will be able to
#
# - get a sentence, a methods paragraph, a figure, a table and references from one result, in the style of a journal;
# - put them into one file that can be made again whenever the base changes;
# - report a question that has no good answer, which is harder than one that has;
# - see what is wrong with a sentence whose every number is right.

# %%
import tempfile
import textwrap
from pathlib import Path

from classroom import check, quote, table, terminal
from classroom.notebook_09 import DRAFT, REASONS, WHY, tempting
from IPython.display import Markdown

import evidence as ev
from evidence.report import summary_of_findings
from evidence.report.citation import citation_of
from evidence.report.citation_text import citation_text
from evidence.report.references import as_bibtex, formatted, missing_words

base = ev.load()
scratch = tempfile.TemporaryDirectory()
paper = Path(scratch.name)

# %% [markdown]
# ## 1. The question, before any number
#
# The protocol holds it. A results section that begins with its question cannot drift to the outcome that came out best.

# %%
answer_to = base.answer("addon-minoxidil-response")
asked = answer_to.synthesis
table(
    [
        {"part": "people", "what the protocol says": base.protocol.populations[asked.population].label},
        {"part": "comparison", "what the protocol says": base.protocol.comparisons[asked.comparison].label},
        {"part": "outcome", "what the protocol says": base.protocol.outcomes[asked.outcome].label},
        {"part": "time", "what the protocol says": base.protocol.windows[asked.window].label},
        {"part": "measure", "what the protocol says": asked.measure},
        {"part": "primary analysis", "what the protocol says": answer_to.primary.analysis.label},
    ]
)

# %% [markdown]
# ## 2. One sentence
#
# The primary analysis comes first, whatever it says.

# %%
quote(answer_to.primary.cite())

# %% [markdown]
# That is the result. It belongs into the abstract, and it is easily left out. Only then comes the wider analysis, by
# its name:

# %%
wider = answer_to.shown
quote(wider.cite())

# %% [markdown]
# Nothing in it is decoration. *No search recorded*, because none was run yet. *Certainty: not assessed*, because nobody
# did. Two cautions, because two trials cannot carry more. You may shorten it; then you know what you cut.
#
# Those who ask for details get a second sentence (`form="full"`). The digits are the same in every style, while
# brackets, signs and words follow the journal:

# %%
full = wider.cite(form="full")
quote(full[full.index("Details:") :])

# %%
styles = ("house", "ama", "apa", "bmj", "vancouver")
between = {style: wider.cite(style=style).split(" weeks was ")[1].split("; sensitivity")[0] for style in styles}
table({"style": style, "the numbers": words} for style, words in between.items())

# %% [markdown]
# ## 3. Every number explains itself
#
# Somebody typed this draft:

# %%
quote(DRAFT)

# %% [markdown]
# Behind each number stands the way back to its source. The table of effects is the short form of it, `wider.explain()`
# the long one.

# %%
table(wider.effects[["study", "arm_1", "events1", "n1", "arm_2", "events2", "n2", "time_weeks"]], digits=0)

# %%
answer = ...  # a number
check("9.1", answer)

# %% jupyter={"source_hidden": true, "outputs_hidden": true} tags=["hide-cell", "solution"]
terminal("evidence explain addon-minoxidil-response-women --analysis implied")
check("9.1", wider.effects.set_index("study").loc["FPHL trial, Shanghai 2022", "n2"])

# %% [markdown]
# A typed number is checked once, by a tired person. So do not type it: keep the code that makes the sentence.
#
# ## 4. The methods paragraph
#
# It says what was done, clause by clause, and no more. (Versions of libraries are left out here, since yours differ. In
# a paper, leave `versions` away and they are named.)

# %%
citation = citation_of(base, [wider], style="vancouver", versions={"evidence": ev.__version__})
quote(citation.methods.text)

# %% [markdown]
# Read it as a referee would. *How the reports were found, and what was missed, cannot be said. Nobody judged the
# overall risk of bias.* An author is tempted to put this kindly, or not at all. The paragraph cannot, since it is made
# from the ledgers of search, screening and judgement, and they hold nothing else.
#
# ## 5. The figure
#
# In the layout of a journal, at the width of its page. JAMA sets the numbers left of the plot and leaves out weights
# and counts; `house`, `bmj`, `revman5` and `cochrane` show them.

# %%
figure = wider.forest(preset="jama", width_mm=174)
ev.save_figure(figure, paper / "forest.pdf")
ev.save_figure(figure, paper / "forest.png", dpi=100)
figure

# %% [markdown]
# The text for those who cannot see it comes with the figure, and is in the file too:

# %%
quote(figure.description)

# %% [markdown]
# ## 6. What it means for a thousand people
#
# A risk ratio multiplies. What it means depends on what it multiplies.

# %%
answer = ...  # people of 1000
check("9.2", answer)

# %% jupyter={"source_hidden": true, "outputs_hidden": true} tags=["hide-cell", "solution"]
women = base.synthesis("addon-minoxidil-response-women", analysis="implied")
risk = wider.effects["events2"].sum() / wider.effects["n2"].sum()
check("9.2", 1000 * risk * (women.trial_display(0)[0] - 1))

# %% [markdown]
# The summary of findings does this for each outcome, with its notes. The same table goes into Word, LaTeX or a web
# page.

# %%
findings = summary_of_findings(base, ids=["addon-minoxidil-response", "harm-serious"])
findings.to_docx(paper / "findings.docx")
Markdown(findings.to_markdown())

# %% [markdown]
# Look at the row of the response once more. With minoxidil alone 141 of 1000 respond. Times 8.93 that is more than a
# thousand of a thousand, which no risk can be; so the program prints no number, and why. Do the same in your own text:
# write *not known*.
#
# There is one more trap, in the trial of men. Nobody responded without needling.

# %%
answer = ...  # a risk ratio
check("9.3", answer)

# %% jupyter={"source_hidden": true, "outputs_hidden": true} tags=["hide-cell", "solution"]
men = wider.effects.iloc[[0]][["events1", "n1", "events2", "n2"]]
check("9.3", ev.back_transform(ev.effect_sizes(men, "RR", add=0.1)["yi"].iloc[0], "RR"))

# %% [markdown]
# ## 7. References, and what they lack

# %%
print(*formatted(citation.trials, "vancouver"), sep="\n\n")
print()
print(*missing_words(citation.trials), sep="\n")

# %% [markdown]
# No author was invented for the second. The same for a reference manager:

# %%
print(as_bibtex(citation.trials[:1]))

# %% [markdown]
# ## 8. Where the trials came from
#
# The flow diagram is counted from the ledgers. On the left, where a search would stand, it has nothing to show yet, and
# says so.

# %%
flow = base.plot("prisma")
ev.save_figure(flow, paper / "prisma.png", dpi=100)
flow

# %% [markdown]
# ## 9. One file
#
# Now everything together, in Markdown, which `pandoc` turns into whatever the journal wants.


# %%
def results_section() -> str:
    """Return the section as it follows from the base today."""
    rest = citation_text(citation, "markdown")
    return "\n\n".join(
        [
            "# Results",
            answer_to.primary.cite(style="vancouver"),
            wider.cite(style="vancouver"),
            "![Forest plot](forest.png)",
            findings.to_markdown(),
            "![PRISMA 2020 flow diagram](prisma.png)",
            rest[rest.index("## Methods") :],
        ]
    )


(paper / "results.md").write_text(results_section(), encoding="utf-8")
print(*sorted(path.name for path in paper.iterdir()), sep="\n")

# %%
lines = [textwrap.shorten(line, 100, placeholder=" …") for line in results_section().splitlines() if line]
print(*lines[:8], "…", *lines[-18:], sep="\n")

# %% [markdown]
# The last line of it is the **release**: the state of the base by its fingerprint, and what was asked of it. Whoever
# has it finds these very numbers again, and sees whether the base has changed since. When it has, run the cell again
# and read the difference.
#
# From the command line the same is one line: `evidence cite addon-minoxidil-response -a secondary --what all --style
# vancouver --format markdown --out results.md`.
#
# ## 10. What must not be written
#
# Eight sentences. Each number in them stands in the base.

# %%
table({"": letter, "sentence": sentence} for letter, sentence in tempting().items())

# %%
table({"word": word, "the sentence": reason} for word, reason in REASONS.items())

# %%
answer = ...  # {"a": "…", "b": "…", …}
check("9.4", answer)

# %% jupyter={"source_hidden": true, "outputs_hidden": true} tags=["hide-cell", "solution"]
for letter, sentence in tempting().items():
    print(f"{letter}  {sentence}\n   {REASONS[WHY[letter]]}")
check("9.4", WHY)

# %%
scratch.cleanup()

# %% [markdown]
# ## What to remember
#
# - The question first, then the primary analysis, then the wider one by its name.
# - An estimate never stands without its interval, a ratio never without a starting risk, a zero never without its n.
# - Do not type numbers. Keep the code that writes the sentence, and the release that finds it again.
# - The methods tell what was done. Where nobody judged or searched, they say so.
# - Right numbers make wrong sentences easily. Read each once more and ask what it makes the reader believe.
#
# How-tos: [citing](../docs/citing.md), [summary of findings](../docs/summary-of-findings.md),
# [figures](../docs/figures.md), [PRISMA](../docs/prisma.md), [exports](../docs/exports.md).
#
# Next, and last: [your own review](10_your_own_review.ipynb).
