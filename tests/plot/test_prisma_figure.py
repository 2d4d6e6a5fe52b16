"""The PRISMA 2020 flow: every number of the flow is in its box, arrows join boxes, what does not close is refused.

The template's wording is that of Page et al. 2021 (doi:10.1136/bmj.n71), as its forms for new and for updated reviews
that searched databases, registers and other sources have it.
"""

from __future__ import annotations

import re
from dataclasses import replace

import numpy as np
import pytest
from drawn_figures import assert_laid_out, drawn
from pictures import assert_picture

import evidence as ev
from evidence.errors import EvidenceError, InputError
from evidence.plot import prisma_flow
from evidence.plot.page.save import figure_bytes
from evidence.screen.prisma import Flow, ReasonCount, SourceCount, app_csv, check_sums

REASONS = (
    "not controlled",
    "comparison confounded",
    "wrong population, as the authors say in a letter",
    "随机分组不明",
    "x",
)
WORDS = (
    "Records identified from:",
    "Databases",
    "Registers",
    "Records removed before screening:",
    "Duplicate records removed",
    "Records marked as ineligible by automation tools",
    "Records removed for other reasons",
    "Records screened",
    "Records excluded",
    "Reports sought for retrieval",
    "Reports not retrieved",
    "Reports assessed for eligibility",
    "Reports excluded",
    "Websites",
    "Organisations",
    "Citation searching",
)


def made_up(seed: int) -> Flow:
    """Return a flow that closes; consecutive seeds go through new and updated reviews, settled and open ones."""
    rng = np.random.default_rng(seed)
    updated, is_open, others, searched = bool(seed % 2), bool(seed // 2 % 2), bool(seed // 4 % 2), seed % 7 != 6

    def some(most: int) -> int:
        return int(rng.integers(0, most))

    def waits(most: int) -> int:
        return some(most) if is_open else 0

    def reasons(count: int) -> tuple[ReasonCount, ...]:
        names = rng.permutation(REASONS)[: int(rng.integers(1, 5))]
        return tuple(ReasonCount(reason=str(name), n=some(90) + 1) for name in names[:count])

    excluded, found = reasons(5), reasons(4)
    included, other_included = some(60), some(9) if others or not searched else 0
    numbers = {"maybe": waits(9), "conflicts": waits(9), "full_text_waiting": waits(20)}
    late = {"full_text_maybe": waits(5), "full_text_conflicts": waits(5)}
    assessed = sum(one.n for one in excluded) + included + sum(late.values())
    not_retrieved, out, waiting, duplicates, removed = some(30), some(30_000), waits(500), some(4000), some(5)
    sought = assessed + not_retrieved + numbers["full_text_waiting"]
    screened = sought + out + numbers["maybe"] + numbers["conflicts"]
    total = screened + waiting + duplicates + removed
    register = total // 9
    databases = {
        "sources": (
            SourceCount(name="PubMed", n=total - register - total // 3),
            SourceCount(name="Embase", platform="Ovid", n=total // 3),
            SourceCount(name="ClinicalTrials.gov", is_register=True, n=register),
        ),
        "identified": total - register,
        "identified_registers": register,
        "duplicates": duplicates,
        "removed_other": removed,
        "waiting": waiting,
        "screened": screened,
        "excluded": out,
        "sought": sought,
        "not_retrieved": not_retrieved,
        "assessed": assessed,
        "excluded_reports": excluded,
        "included_reports": included,
        **numbers,
        **late,
    }
    other: dict = {}
    if others or not searched:
        other_open, lost = waits(4), some(6)
        other_assessed = other_included + sum(one.n for one in found)
        whole = other_assessed + other_open + lost
        other = {
            "websites": whole - whole // 2,
            "organisations": whole // 4,
            "citations": whole // 2 - whole // 4,
            "other_sought": whole,
            "other_not_retrieved": lost,
            "other_assessed": other_assessed,
            "other_open": other_open,
            "other_excluded_reports": found,
            "other_included_reports": other_included,
        }
    new_reports = (included if searched else 0) + other_included
    new, before = new_reports * 2 // 3, some(50)
    flow = Flow(
        searched=searched,
        complete=False,
        **(databases if searched else {}),
        **other,
        previous_studies=before if updated else None,
        previous_reports=before + 3 if updated else None,
        new_studies=new,
        new_reports=new_reports,
        total_studies=new + (before if updated else 0),
        total_reports=new_reports + (before + 3 if updated else 0),
        notes=("A note on the numbers of this flow. " * 4,),
    )
    check_sums(flow)
    return flow


def plain(text: str) -> str:
    return text.replace("\u00a0", " ").replace("\u202f", "")


SEEDS = range(14)


@pytest.mark.parametrize("seed", SEEDS)
def test_layout_of_flows(seed: int) -> None:
    flow = made_up(seed)
    page = assert_laid_out(prisma_flow(flow), 174)
    boxes = [shape for role in ("step", "out", "open", "unknown") for shape in page.shapes.get(f"box-{role}", [])]
    # Each line of a box's text lies within one box, and no two boxes meet.
    ends = np.array([[*shape.min(axis=0), *shape.max(axis=0)] for shape in boxes])
    for role, text, box in page.texts:
        if role == "box":
            inside = (ends[:, :2] <= box[:2] + 0.1).all(axis=1) & (ends[:, 2:] >= box[2:] - 0.1).all(axis=1)
            assert inside.sum() == 1, text
    for first in range(len(ends)):
        for second in range(first):
            one, two = ends[first], ends[second]
            assert one[2] < two[0] or two[2] < one[0] or one[3] < two[1] or two[3] < one[1]


@pytest.mark.parametrize("seed", SEEDS)
def test_every_arrow_goes_from_box_to_box(seed: int) -> None:
    page = drawn(prisma_flow(made_up(seed)))
    boxes = [shape for role, shapes in page.shapes.items() if role.startswith("box-") for shape in shapes]
    ends = np.array([[*shape.min(axis=0), *shape.max(axis=0)] for shape in boxes if np.ptp(shape[:, 0]) > 20])

    def touched(x: float, y: float, slack: float) -> bool:
        inside = (ends[:, 0] - slack <= x) & (x <= ends[:, 2] + slack)
        return bool((inside & (ends[:, 1] - slack <= y) & (y <= ends[:, 3] + slack)).any())

    assert page.shapes["arrow-head"]
    for head in page.shapes["arrow-head"]:
        assert touched(*head[0], 0.2)
    # No shaft crosses a box: only its ends may touch one.
    for shaft in page.shapes["arrow"]:
        (left, bottom), (right, top) = shaft.min(axis=0), shaft.max(axis=0)
        middle = (left + right) / 2, (bottom + top) / 2
        assert not touched(*middle, -0.5)
    # Every step but those at the top is reached by an arrow.
    tips = np.array([head[0] for head in page.shapes["arrow-head"]])
    highest = max(shape[:, 1].max() for shape in page.shapes["box-step"])
    for shape in page.shapes["box-step"]:
        (left, bottom), (right, top) = shape.min(axis=0), shape.max(axis=0)
        if top < highest - 1:
            near = (left - 0.3 <= tips[:, 0]) & (tips[:, 0] <= right + 0.3)
            assert (near & (bottom - 0.3 <= tips[:, 1]) & (tips[:, 1] <= top + 0.3)).any()


@pytest.mark.parametrize("seed", SEEDS)
def test_every_number_of_the_flow_stands_in_its_box(seed: int) -> None:
    flow = made_up(seed)
    told = plain(prisma_flow(flow).description)
    # The template of PRISMA2020 for R holds the same boxes by key; its numbers are an independent reading of the flow.
    rows = [line.split(",") for line in app_csv(flow).decode().splitlines()[1:]]
    numbers = {row[0]: row[-1] for row in rows if row[-1].isdigit()}
    boxes = {
        "previous_studies": "Studies included in previous version of review",
        "previous_reports": "Reports of studies included in previous version of review",
        "database_results": "Databases",
        "register_results": "Registers",
        "duplicates": "Duplicate records removed",
        "excluded_automatic": "Records marked as ineligible by automation tools",
        "excluded_other": "Records removed for other reasons",
        "records_screened": "Records screened",
        "records_excluded": "Records excluded",
    }
    updated = flow.previous_studies is not None
    boxes["new_studies"] = "New studies included in review" if updated else "Studies included in review"
    boxes["new_reports"] = "Reports of new included studies" if updated else "Reports of included studies"
    if updated:
        boxes |= {
            "total_studies": "Total studies included in review",
            "total_reports": "Reports of total included studies",
        }
    checked = 0
    for key, words in boxes.items():
        if key in numbers and (flow.searched or key not in ("database_results", "register_results")):
            assert f"{words} (n = {int(numbers[key])})" in told, key
            checked += 1
    assert checked >= 2
    parts = told.split("via other methods: ")
    for part, prefix in ((parts[0], "dbr"), (parts[-1] if len(parts) > 1 else "", "other")):
        for key, words in (
            ("sought_reports", "Reports sought for retrieval"),
            ("notretrieved_reports", "Reports not retrieved"),
            ("assessed", "Reports assessed for eligibility"),
        ):
            number = numbers.get(f"{prefix}_{key}")
            if part and number is not None and (prefix == "other" or flow.searched):
                assert f"{words} (n = {int(number)})" in part
    for reason in (*flow.excluded_reports, *flow.other_excluded_reports):
        assert f"{reason.reason[1:]} (n = {reason.n})" in told
    for words, number in flow.open.items():
        assert f"{words}: {number}" in told


def test_the_wording_is_that_of_the_template() -> None:
    told = plain(prisma_flow(made_up(5)).description)
    for words in WORDS:
        assert words in told
    assert "Previous studies: Studies included in previous version of review" in told
    assert "Identification of new studies via databases and registers:" in told
    assert "Identification of new studies via other methods:" in told
    told = plain(prisma_flow(made_up(4)).description)
    assert "Identification of studies via other methods:" in told
    assert "previous" not in told
    words = drawn(prisma_flow(made_up(5))).words("phase")
    assert words == ["Identification", "Screening", "Included"]


def test_columns_without_content_are_left_out() -> None:
    headings = [" ".join(drawn(prisma_flow(made_up(seed))).words("heading")) for seed in (0, 1, 4, 5)]
    assert ["other methods" in heading for heading in headings] == [False, False, True, True]
    assert ["Previous" in heading for heading in headings] == [False, True, False, True]


def test_what_does_not_close_is_not_drawn() -> None:
    flow = made_up(5)
    for name in ("screened", "assessed", "duplicates", "other_sought", "total_studies"):
        broken = replace(flow, **{name: getattr(flow, name) + 1})
        with pytest.raises(EvidenceError, match="make"):
            prisma_flow(broken)


def test_a_base_without_a_search_says_so() -> None:
    flow = ev.load(__file__).flow()
    assert not flow.searched
    page = assert_laid_out(prisma_flow(flow), 174)
    assert len(page.shapes["box-unknown"]) == 1
    text = " ".join(page.words("box"))
    assert "No search of databases or registers has been run yet: nothing can be said of them." in text
    assert "Databases (n" not in text
    assert "Records screened" not in text
    # By hand from the tables: reports of eligible trials.
    base = ev.load(__file__)
    eligible = base["studies"].query("eligibility in ['included', 'sensitivity-only', 'numbers-missing']")["study_id"]
    assert f"Studies included in review (n = {len(eligible)})" in plain(text)
    assert flow.plot().description == prisma_flow(flow).description


def test_what_is_open_stands_in_broken_boxes() -> None:
    flow = made_up(7)
    assert flow.open
    page = drawn(prisma_flow(flow))
    assert len(page.shapes["box-open"]) >= 1
    assert any(text.startswith("Not settled yet:") for text in page.words("note"))
    settled = drawn(prisma_flow(made_up(5)))
    assert "box-open" not in settled.shapes
    assert not any(text.startswith("Not settled") for text in settled.words("note"))


@pytest.mark.parametrize("seed", [0, 1, 4, 5])
def test_a_narrow_page_says_how_wide_it_must_be(seed: int) -> None:
    flow = made_up(seed)
    try:
        assert_laid_out(prisma_flow(flow, width_mm=84), 84)
    except InputError as error:
        found = re.search(r"(\d) columns do not fit; give width_mm of at least (\d+)", str(error))
        assert found is not None
        least = int(found[2])
        assert 84 < least <= 174
        assert_laid_out(prisma_flow(flow, width_mm=least), least)
    else:
        assert seed == 0


def test_the_same_flow_gives_the_same_bytes() -> None:
    assert figure_bytes(prisma_flow(made_up(5)), "svg") == figure_bytes(prisma_flow(made_up(5)), "svg")


def test_pictures_of_flows() -> None:
    assert_picture(prisma_flow(replace(made_up(0), notes=()), width_mm=84), "prisma-databases")
    assert_picture(prisma_flow(replace(made_up(6), notes=()), width_mm=128), "prisma-no-search")
