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
# # The search and the screening
#
# A pooled number is only as good as the trials that were found. This notebook finds some: it builds a search, runs it,
# reads what comes with two pairs of eyes, and then lets three weeks pass in which the literature changes behind the
# review's back.
#
# After it you can
#
# - test a search before you trust it, with trials that it must find;
# - say why an update asks for two kinds of dates, and for a week too much;
# - compute Cohen's kappa and say what it does not tell;
# - count a PRISMA flow from a ledger instead of from memory;
# - see a retraction arrive, and know what it touches.
#
# It needs no network. **PubMed is played by the toolkit, and every record in it is invented**: an oscillating comb
# against restless elbows. The client, the refresh and the tables are the real ones. The review of this project, on
# microneedling, declares its search in the same place, `protocol.toml`; its own tables of searches and records are
# still empty, because no search has been run with this toolkit for it yet.

# %%
import re
import tempfile
import textwrap
from pathlib import Path

import matplotlib.pyplot as plt
from classroom import check, picture, quote, table, terminal
from classroom.notebook_02 import AGAINST, AGAINST_IN_FULL, READERS

import evidence as ev
from evidence import practice
from evidence.fetch.archive import Archive
from evidence.plot import theme
from evidence.project import Project
from evidence.refresh.run import refresh
from evidence.screen.desk import open_desk
from evidence.screen.ledger import record_decisions
from evidence.screen.standing import Decision
from evidence.starter import practice_review

plt.rcParams["figure.dpi"] = 130

desk = Path(tempfile.mkdtemp())
project = Project(root=practice_review(desk / "elbows").root)
pubmed = practice.story(week=1)
print(f"{len(pubmed)} records in PubMed, on {pubmed.day}. One of them:\n")
print(pubmed["90000002"].title)

# %% [markdown]
# ## 1. A query is an instrument: test it
#
# The question: *in adults with restless elbows, does an oscillating comb lower the tingle score, against an idle
# comb?* A search joins one group of words for each part of the question that authors cannot avoid, here the comb and
# the elbows. It leaves out what they may not mention, such as the comparator and the outcome.
#
# Four trials are known already. A search that misses one of them misses others too. So each candidate is asked two
# things: how much there is to read, and which known trials it loses.

# %%
known = {"90000001", "90000002", "90000003", "90000004"}
candidates = {
    "comb, any ending": "comb*[tiab]",
    "elbow, any ending": "elbow*[tiab]",
    "both": "comb*[tiab] AND elbow*[tiab]",
    "either": "comb*[tiab] OR elbow*[tiab]",
    "both, in the title": "comb*[ti] AND elbow*[ti]",
    "the exact phrases, in the title": '"oscillating comb"[ti] AND "restless elbows"[ti]',
    "both, typed as trial": "comb*[tiab] AND elbow*[tiab] AND randomized controlled trial[pt]",
}


def found(query: str, store: practice.Store = pubmed) -> set[str]:
    """Return the PMIDs that a query finds."""
    answer = practice.in_process(store).search(query)
    return set(re.findall(r"<Id>(\d+)</Id>", answer.body.decode()))


table(
    {
        "what is asked": words,
        "query": query,
        "records": len(found(query)),
        "known trials lost": ", ".join(sorted(known - found(query))) or "none",
    }
    for words, query in candidates.items()
)

# %% [markdown]
# The last row looks perfect: six records, no known trial lost. It is a trap. PubMed gives a record its publication
# type when somebody indexes it, months later or never. The newest trials have none:

# %%
typed = found(candidates["both, typed as trial"])
table(
    {
        "PMID": pmid,
        "added": str(pubmed[pmid].added),
        "status": pubmed[pmid].status,
        "title": pubmed[pmid].title,
    }
    for pmid in sorted(found(candidates["both"]) - typed)
    if "randomi" in pubmed[pmid].title
)

# %% [markdown]
# An update looks for exactly those. So the review asks for *both words, anywhere in title and abstract*, with no
# filter: 19 records are no burden. That is what its protocol says:

# %%
protocol = project.protocol.read_text(encoding="utf-8")
print(protocol[protocol.index("[search]") : protocol.index("[[components]]")].rstrip())

# %%
answer = ...
check("2.1", answer)

# %% jupyter={"source_hidden": true, "outputs_hidden": true} tags=["hide-cell", "solution"]
answer = known - found("comb*[tiab] AND elbow*[tiab] AND randomized[tiab]")
check("2.1", answer)

# %% [markdown]
# ## 2. The first refresh
#
# `evidence refresh` searches, fetches, and compares what came with what was asked. Here the client gets the invented
# PubMed in place of the network, and a clock that stands at ten in the morning of its day; all else is what the
# command does.


# %%
def refresh_in_week(week: int, faults=()):
    """Run the refresh of the review in a week of the story."""
    store = practice.story(week)
    client = practice.in_process(store, faults, on_wait=lambda reason, seconds: print(f"waiting: {reason}"))
    return refresh(project, client, clock=lambda: store.now)


# %% [markdown]
# First on a bad day: from the third request on, the server answers 503. What becomes of the tables?

# %%
before = {path.name: path.read_bytes() for path in project.processed.glob("*.csv")}
try:
    refresh_in_week(1, [practice.Fault("status-503", nth=3, times=None)])
except ev.EvidenceError as error:
    print(textwrap.fill(f"{type(error).__name__}: {error}"))
after = {path.name: path.read_bytes() for path in project.processed.glob("*.csv")}
print("\nTables changed:", sum(before[name] != after[name] for name in before))

# %% [markdown]
# A refresh is complete or changes nothing: half a search that looks like a whole one would be the worst of answers.
# On a better day:

# %%
first = refresh_in_week(1)
print("\n".join(first.lines()))

# %% [markdown]
# Every answer is kept as it came, compressed, under the hash of its bytes, with a line of what was asked; the first
# two are those of the bad day. Whoever doubts a record can read what PubMed really sent. And whoever changes a byte
# is found out:

# %%
archive = Archive(project.raw)
print(f"Faults in the archive: {len(archive.verify())}")
table(
    {
        "asked": entry.tool,
        "for": entry.purpose,
        "PMIDs": len(entry.ids),
        "bytes": entry.size,
        "hash": entry.sha256[:12],
    }
    for entry in archive.entries()
)

# %%
sent = archive.read(next(entry.sha256 for entry in archive.entries() if entry.tool == "efetch")).decode()
print(textwrap.fill(sent[sent.index("<MedlineCitation") :][:260]), "…")

stored = min(project.raw.rglob("*.xml.gz"))
whole = stored.read_bytes()
stored.write_bytes(whole[:-9] + b"X" + whole[-8:])
print("\nAfter one byte was changed:", len(archive.verify()), "fault")
_ = stored.write_bytes(whole)

# %% [markdown]
# ## 3. Are two records one?
#
# A trial appears as preprint and article, and again years later as a follow-up. Counted twice, its people weigh
# twice. The toolkit looks for likenesses; a person decides.

# %%
terminal("evidence duplicates", folder=project.root)

# %%
decide = "evidence duplicates decide"
terminal(f"{decide} 90000007 90000005 --as same-publication --by 'A. Reader'", folder=project.root)
terminal(f"{decide} 90000015 90000001 --as same-trial --by 'A. Reader'", folder=project.root)

# %% [markdown]
# A *same publication* is read once. A *same trial* stays a report of its own, and never a second trial.
#
# ## 4. In which order to read
#
# Each record gets points for what makes it likely to be a trial of the question, and every point says why:

# %%
terminal("evidence screen --why 90000005", folder=project.root)

# %% [markdown]
# The order excludes nothing. What it buys shows when a search is broad. Suppose that we had joined the two words by
# *or*: 41 records instead of 19. How far must one read to have met every record that a reader would want in full?

# %%
broad = Project(root=practice_review(desk / "broad").root)
text = broad.protocol.read_text(encoding="utf-8")
broad.protocol.write_text(text.replace("comb*[tiab] AND elbow", "comb*[tiab] OR elbow"), encoding="utf-8")
refresh(broad, practice.in_process(pubmed), clock=lambda: pubmed.now)

ranking = [entry.pmid for entry in open_desk(broad).ranking]
newest_first = sorted(ranking, key=lambda pmid: (pubmed[pmid].added, pmid), reverse=True)
wanted = {pmid for pmid, (one, other) in AGAINST.items() if not (one and other)}

with theme(width_mm=140) as ink:
    figure, axes = plt.subplots()
    for name, order, colour, place in (
        ("by score", ranking, ink[0], (24, 10.4)),
        ("newest first", newest_first, ink[3], (30.5, 6.2)),
    ):
        met = [len(wanted & set(order[:read])) for read in range(len(order) + 1)]
        last = met.index(len(wanted))
        axes.step(range(len(met)), met, where="post", color=colour, linewidth=1.8)
        axes.plot(last, len(wanted), "o", color=colour)
        axes.text(*place, f"{name}: all met after {last}", color=colour, ha="center")
    axes.plot([0, len(wanted), len(ranking)], [0, len(wanted), len(wanted)], color="0.7", linestyle=":")
    axes.set(xlabel="records read", ylabel="worth reading in full, met so far", xlim=(0, len(ranking)))
    axes.set_ylim(0, len(wanted) + 1.3)
    picture(
        "Records worth reading in full that were met, against records read. Ordered by score the last of them is met "
        "far earlier than newest first; a reader who knew the answer would be faster still."
    )

# %% [markdown]
# The dotted line is a reader who knows the answer beforehand. Two warnings. The weights are judgement, not fitted, so
# another topic may rank worse. And the curve tells where the last one was only because everything *was* read: nobody
# who stops early sees what came after. A good order makes a sensitive search bearable; it is no reason to stop.
#
# ## 5. Two readers
#
# Title and abstract of each record are read by two people, neither of whom sees what the other decided. An exclusion
# names its reason. We tell the protocol that there are two, and put their decisions into the ledger.

# %%
text = project.protocol.read_text(encoding="utf-8")
project.protocol.write_text(text.replace("reviewers = 1", "reviewers = 2"), encoding="utf-8")


def decide(pmid: str, reader: str, reason: str, *, stage: str = "title-abstract", **more: str) -> Decision:
    """Return a decision: without a reason against a record, it is included."""
    verdict = "exclude" if reason else "include"
    asked = {"decided_at": "2026-01-06T09:00:00Z"} | more
    return Decision(pmid=pmid, stage=stage, reviewer=reader, decision=verdict, reason=reason, **asked)


decisions = [
    decide(pmid, reader, reason)
    for pmid, reasons in AGAINST.items()
    for reader, reason in zip(READERS, reasons, strict=True)
]
record_decisions(project, decisions)

table(
    {
        "PMID": pmid,
        "title": pubmed[pmid].title.removeprefix("Invented: "),
        **{name: reason or "include" for name, reason in zip(READERS, reasons, strict=True)},
        "": "differ" if bool(reasons[0]) != bool(reasons[1]) else "",
    }
    for pmid, reasons in AGAINST.items()
)

# %%
both = sum(not one and not other for one, other in AGAINST.values())
only_a = sum(not one and bool(other) for one, other in AGAINST.values())
only_b = sum(bool(one) and not other for one, other in AGAINST.values())
neither = len(AGAINST) - both - only_a - only_b
one, other = READERS
print(f"both include {both}, only {one} {only_a}, only {other} {only_b}, both exclude {neither}")

answer = ...
check("2.2", answer)

# %% jupyter={"source_hidden": true, "outputs_hidden": true} tags=["hide-cell", "solution"]
n = both + only_a + only_b + neither
observed = (both + neither) / n
chance = ((both + only_a) * (both + only_b) + (neither + only_b) * (neither + only_a)) / n**2
answer = (observed - chance) / (1 - chance)
check("2.2", answer)

# %%
terminal("evidence screen --agreement", folder=project.root)
terminal("evidence screen --conflicts", folder=project.root)

# %% [markdown]
# The interval is as wide as 18 records make it. And kappa says how alike two people read, not whether they read
# rightly: two who share a misunderstanding agree perfectly.
#
# A third person settles the three. The protocol goes on, because a trial hides behind it; the bundle of comb and lamp
# cannot say what the comb does; and who chose their comb was not randomised.

# %%
settled = {"90000008": "", "90000012": "another comparison", "90000016": "not randomised"}
later = {"role": "consensus", "decided_at": "2026-01-07T09:00:00Z"}
record_decisions(project, [decide(pmid, "C. Chair", reason, **later) for pmid, reason in settled.items()])

in_full = {"stage": "full-text", "decided_at": "2026-01-08T09:00:00Z"}
decisions = [decide(pmid, reader, reason, **in_full) for pmid, reason in AGAINST_IN_FULL.items() for reader in READERS]
record_decisions(project, decisions)
terminal("evidence screen --status", folder=project.root)

# %% [markdown]
# ## 6. The flow, counted
#
# Most flow diagrams are typed, and many do not add up. This one is counted from the ledger; a number that is not the
# sum it must be stops the drawing.

# %%
ev.load(project.root).plot("prisma")

# %% [markdown]
# It also says what is still open. The trial of 2025 (PMID 90000005) was included, and nobody has taken its numbers in
# yet. What is open is not hidden in a finished-looking diagram.
#
# ## 7. A week later: two windows that overlap
#
# A search is never finished. An update need not fetch everything again; but what is *new* to a review is of two
# kinds, and each has its date: records **added** to PubMed, and records **revised** in it. It asks for both, each
# from a week before the last complete run, because clocks differ and PubMed announces late what it did early. What
# comes twice is recognised; what never comes is lost.

# %%
second = refresh_in_week(2)
print("\n".join(second.lines()))

# %%
table({"asked for because": reason, "records": number} for reason, number in second.asked.items())

# %% [markdown]
# Twelve records; one may have several reasons. *Watched* is what the review rests on, the known items and all that
# was included: it is fetched in every run, whatever its dates say.
#
# The correction matters. A trial of the review had a misprinted standard deviation, and every number that rests on it
# now carries a mark until somebody has compared the new abstract with what was taken in.

# %%
answer = ...
check("2.3", answer)

# %% jupyter={"source_hidden": true, "outputs_hidden": true} tags=["hide-cell", "solution"]
query, since = "(comb*[tiab] AND elbow*[tiab])", "2025/12/29:3000"
added = found(f"{query} AND {since}[crdt]", practice.story(2))
revised = found(f"{query} AND ({since}[mdat] OR {since}[lr])", practice.story(2))
answer = (added | revised) - added
check("2.3", answer)

# %% [markdown]
# ## 8. The week in which a trial is retracted
#
# Before it, the review can say this:

# %%
quote(ev.load(project.root).synthesis("comb-tingle").cite())

# %%
third = refresh_in_week(3)
lines = third.lines()
print("\n".join(lines[lines.index(next(line for line in lines if line.startswith("Retracted"))) :]))

# %% [markdown]
# Nobody threw the trial out: that is for a person to decide, who has read the notice. But from this moment every
# number that rests on it says so, in sentences, tables, figures and files, and the record is back on the desk of both
# readers.

# %%
base = ev.load(project.root)
combs = base.synthesis("comb-tingle")
quote(combs.cite())

# %%
combs.forest()

# %%
terminal("evidence screen --list --stage full-text --reviewer 'A. Reader'", folder=project.root)

# %% [markdown]
# How much rests on that one trial? Here are the four differences and their variances.

# %%
effects = combs.fit.to_frame()
effects

# %%
answer = ...
check("2.4", answer)

# %% jupyter={"source_hidden": true, "outputs_hidden": true} tags=["hide-cell", "solution"]
outcomes = base["outcomes"]
others = outcomes[outcomes["study_id"] != "Dovetail2023"]
comb, idle = others[others["arm_id"] == "A1"], others[others["arm_id"] == "A2"]
yi = comb["mean"].to_numpy() - idle["mean"].to_numpy()
vi = (comb["sd"] ** 2 / comb["n"]).to_numpy() + (idle["sd"] ** 2 / idle["n"]).to_numpy()
answer = ev.pool(yi, vi, tau2="REML", test="hksj").ci_high
check("2.4", answer)

# %% [markdown]
# ## 9. Nothing may vanish in silence
#
# Each PMID that a run asks for must be explained: it came, it was merged into another record, or it did not come. In
# the fourth week that is put to the test.

# %%
fourth = refresh_in_week(4)
table({"asked for because": reason, "records": number} for reason, number in fourth.asked.items())

# %%
answer = ...
check("2.5", answer)

# %% jupyter={"source_hidden": true, "outputs_hidden": true} tags=["hide-cell", "solution"]
print("\n".join(fourth.lines()[:12]))
answer = {event.pmid for event in fourth.events if event.event in ("absent", "merged")}
check("2.5", answer)

# %% [markdown]
# ## What to remember
#
# - Test a query with trials that it must find, before anybody reads. A filter that looks free loses the newest ones.
# - A run is complete or it did not happen. Keep what was sent, byte for byte.
# - Two readers, reasons for exclusions, a third for what they differ on. Kappa measures agreement, not truth.
# - Ranking makes a broad search bearable. It does not say when to stop.
# - Count the flow. Say what is open.
# - Ask again for what you have: trials are corrected and retracted after you included them.
#
# To do the same at a terminal, with a server and its faults: [practise a refresh without touching
# PubMed](../docs/practice.md). What to do when a trial is retracted: [retractions](../docs/retraction.md). More:
# [screening](../docs/screening.md), [PRISMA](../docs/prisma.md), [a refresh](../docs/refresh.md).
#
# Next: [seven numbers that cannot be true](03_seven_numbers_that_cannot_be_true.ipynb).
