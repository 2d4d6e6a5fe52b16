"""The L'Abbé plot: groups as they were counted, areas by weight, curves of the pooled effect.

Coordinates from metafor 3.8-1 under R 4.2.2::

    rr <- rma(measure="RR", ai=tpos, bi=tneg, ci=cpos, di=cneg, data=dat.bcg, method="EE")
    labbe(rr, transf=exp)
"""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest
from drawn_figures import NAMES, area, assert_laid_out, bcg, drawn
from pictures import assert_picture

import evidence as ev
from evidence.errors import InputError, NotPooledError, OptionError
from evidence.plot import LabbeData, LabbeStudy, labbe, labbe_data
from evidence.plot.page.save import figure_bytes

CONTROL = [0.079136690647, 0.095709570957, 0.05, 0.01927411207, 0.008092286501, 0.256374913853, 0.015898251192]
CONTROL += [0.005645371135, 0.006183866978, 0.039039039039, 0.005157656010, 0.001281503631, 0.001624285874]
TREATED = [0.032520325203, 0.019607843137, 0.012987012987, 0.004559494043, 0.006510159795, 0.116807268008]
TREATED += [0.003143418468, 0.005713251349, 0.003867182291, 0.009906759907, 0.003673421021, 0.002001601281]
TREATED += [0.001596405132]


def counts():
    table = bcg()
    return {**{name: table[name] for name in ("events1", "n1", "events2", "n2")}, "labels": table["study"]}


def ranked(data: LabbeData) -> list[LabbeStudy]:
    """Return the studies as they are drawn: the largest at the back."""
    return [study for _, study in sorted(zip(data.sizes(), data.studies, strict=True), key=lambda pair: -pair[0])]


def axes(page, data: LabbeData):
    """Return the two scales of a figure, worked out from where the middles of the bubbles were drawn."""
    points = page.middles("middle")
    rows = ranked(data)
    xs, ys = [study.second for study in rows], [study.first for study in rows]
    across, up = np.polyfit(xs, points[:, 0], 1), np.polyfit(ys, points[:, 1], 1)
    np.testing.assert_allclose(np.polyval(across, xs), points[:, 0], atol=0.01)
    np.testing.assert_allclose(np.polyval(up, ys), points[:, 1], atol=0.01)
    return across, up


def test_points_are_those_of_metafor() -> None:
    data = labbe_data(ev.mantel_haenszel(**counts(), measure="RR"))
    np.testing.assert_allclose([study.second for study in data.studies], CONTROL, rtol=1e-9)
    np.testing.assert_allclose([study.first for study in data.studies], TREATED, rtol=1e-9)
    across, up = axes(drawn(labbe(data)), data)
    # A square plot: a step to the right is as long as one upwards, and the diagonal is where groups are alike.
    assert across[0] == pytest.approx(up[0], rel=1e-4)


@pytest.mark.parametrize("weights", [True, False])
def test_areas_are_in_the_ratio_of_the_weights_or_of_the_people(weights) -> None:
    result = ev.mantel_haenszel(**counts()) if weights else ev.glmm(**counts(), measure="OR", model="UM.FS", tau2="EE")
    data = labbe_data(result)
    assert data.weighted is weights
    table = bcg()
    wanted = result.weights.to_numpy() if weights else (table["n1"] + table["n2"]).to_numpy()
    figure = labbe(data)
    page = drawn(figure)
    areas = np.array([area(points) for points in page.shapes["bubble"]])
    np.testing.assert_allclose(areas / areas.max(), np.sort(wanted)[::-1] / wanted.max(), rtol=1e-3, atol=1e-6)
    assert ("area: weight in the pooled estimate" if weights else "area: participants") in " ".join(
        page.words("legend")
    )


@pytest.mark.parametrize("measure", ["RR", "OR", "RD", "PETO"])
def test_the_curve_has_the_pooled_effect_everywhere(measure) -> None:
    result = ev.peto(**counts()) if measure == "PETO" else ev.mantel_haenszel(**counts(), measure=measure)
    data = labbe_data(result)
    assert data.measure == measure
    page = drawn(labbe(data))
    across, up = axes(page, data)
    curve = np.concatenate(page.lines["pooled"])
    two, one = (curve[:, 0] - across[1]) / across[0], (curve[:, 1] - up[1]) / up[0]
    inner = (two > 1e-3) & (one > 1e-3)
    one, two = one[inner], two[inner]
    effect = {
        "RR": lambda: np.log(one / two),
        "RD": lambda: one - two,
        "OR": lambda: np.log(one / (1 - one) / (two / (1 - two))),
    }[{"PETO": "OR"}.get(measure, measure)]()
    assert len(effect) > 50
    np.testing.assert_allclose(effect[5:], result.estimate, atol=0.01)
    diagonal = page.lines["diagonal"][0]
    np.testing.assert_allclose((diagonal[:, 0] - across[1]) / across[0], (diagonal[:, 1] - up[1]) / up[0], atol=1e-4)


@pytest.mark.parametrize("measure", ["RD", "IRD", "AS"])
def test_a_small_difference_is_not_told_as_none(measure) -> None:
    studies = (
        LabbeStudy(label="A", events1=0, total1=50_000, events2=3, total2=50_000),
        LabbeStudy(label="B", events1=2, total1=80_000, events2=9, total2=80_000),
    )
    data = LabbeData(studies=studies, measure=measure, estimate=-7e-5, ci_low=-1.4e-4, ci_high=-1.2e-5)
    figure = labbe(data, width_mm=84)
    assert "−0.00007 (95% CI −0.00014 to −0.00001)" in figure.description
    if measure == "RD":
        assert "3 of 50\u202f000 (0.006%)" in figure.description
    assert "−0.00014 to −0.00001" in " ".join(drawn(figure).words("legend"))


@pytest.mark.parametrize("measure", ["IRR", "IRD"])
def test_rates(measure) -> None:
    found = ev.mantel_haenszel(
        events1=[0, 12, 30],
        time1=[120.0, 400.0, 900.0],
        events2=[4, 20, 28],
        time2=[118.0, 390.0, 905.0],
        labels=["A", "B", "C"],
        measure=measure,
    )
    data = labbe_data(found, time_unit="person-years")
    figure = labbe(data)
    page = drawn(figure)
    across, up = axes(page, data)
    curve = np.concatenate(page.lines["pooled"])[3:]
    two, one = (curve[:, 0] - across[1]) / across[0], (curve[:, 1] - up[1]) / up[0]
    effect = np.log(one / two) if measure == "IRR" else one - two
    np.testing.assert_allclose(effect[5:], found.estimate, atol=0.01 if measure == "IRR" else 1e-4)
    assert "A: 0 in 120 person-years against 4 in 118 person-years" in figure.description
    assert any("Events per person-year" in text for text in page.words("axis-label"))


def test_no_events_stand_at_nought_and_nothing_is_added() -> None:
    studies = (
        LabbeStudy(label="A", events1=0, total1=20, events2=3, total2=22),
        LabbeStudy(label="B", events1=4, total1=30, events2=0, total2=28),
        LabbeStudy(label="C", events1=0, total1=15, events2=0, total2=15),
        LabbeStudy(label="D", events1=9, total1=20, events2=19, total2=20),
    )
    data = LabbeData(studies=studies, measure="OR", estimate=-1.0, ci_low=-2.0, ci_high=0.0)
    figure = labbe(data, width_mm=84)
    page = assert_laid_out(figure, 84)
    across, up = axes(page, data)
    zero = np.array([across[1], up[1]])
    at = {study.label: point for study, point in zip(ranked(data), page.middles("middle"), strict=True)}
    assert at["A"][1] == pytest.approx(zero[1], abs=0.01)
    assert at["B"][0] == pytest.approx(zero[0], abs=0.01)
    np.testing.assert_allclose(at["C"], zero, atol=0.01)
    # 0 is a tick of both axes, inside them: no bubble is cut.
    assert page.words("tick").count("0%") == 2
    assert "A: 0 of 20 (0.0%) against 3 of 22 (13.6%)" in figure.description


def test_what_has_no_counts_is_refused() -> None:
    with pytest.raises(InputError, match="PooledResult holds none"):
        labbe(ev.pool([0.1, 0.3], [0.02, 0.05], measure="RR"))
    with pytest.raises(InputError, match="more events than people"):
        LabbeData(studies=(LabbeStudy(label="A", events1=5, total1=4, events2=1, total2=4),), measure="RR")
    with pytest.raises(InputError, match="must be known"):
        LabbeData(studies=(LabbeStudy(label="A", events1=math.nan, total1=4, events2=1, total2=4),), measure="RR")
    with pytest.raises(InputError, match="at least one"):
        LabbeData(studies=(), measure="RR")
    with pytest.raises(OptionError):
        LabbeData(studies=(LabbeStudy(label="A", events1=1, total1=4, events2=1, total2=4),), measure="SMD")
    with pytest.raises(NotPooledError):
        labbe(ev.glmm(**counts(), measure="OR", model="UM.FS", mods=np.arange(13.0)))


def test_a_synthesis_knows_its_counts_and_groups(root) -> None:
    base = ev.load(root / "examples" / "bcg-vaccine")
    for name, measure in (("tuberculosis", "RR"), ("tuberculosis-odds", "OR"), ("tuberculosis-difference", "RD")):
        result = base.synthesis(name)
        data = labbe_data(result)
        assert data.measure == measure
        assert data.arm_labels == ("BCG", "no BCG")
        found = {(study.events1, study.total1, study.events2, study.total2) for study in data.studies}
        assert found == set(bcg()[["events1", "n1", "events2", "n2"]].itertuples(index=False, name=None))
        assert math.fsum(study.weight for study in data.studies) == pytest.approx(100.0)
        assert (data.estimate, data.ci_low, data.ci_high) == (result.estimate, *result.ci)
    without = replace(result, effects=result.effects.assign(events2=math.nan))
    with pytest.raises(InputError, match="of 13 studies, and 0 of them with events"):
        labbe(without)
    some = result.effects.assign(events2=[math.nan, *result.effects["events2"][1:]])
    page = drawn(labbe(replace(result, effects=some)))
    assert len(page.shapes["bubble"]) == 12
    assert "1 study without events of both groups is not drawn." in page.words("note")


def test_one_study_is_no_pooled_result() -> None:
    figure = labbe(ev.mantel_haenszel(events1=[4], n1=[30], events2=[9], n2=[31]))
    page = drawn(figure)
    assert "pooled" not in page.lines
    assert "ooled" not in figure.description.replace("nothing is pooled", "")
    assert "One study: nothing is pooled." in page.words("note")


@pytest.mark.parametrize("width", [84, 120, 174])
@pytest.mark.parametrize("seed", range(18))
def test_layout(seed, width) -> None:
    rng = np.random.default_rng(seed)
    k = (1, 2, 5, 12, 30, 60)[seed % 6]
    rates = seed % 3 == 2
    top = 10.0 ** rng.uniform(-3, 0)
    n1, n2 = rng.integers(5, 4000, k), rng.integers(5, 4000, k)
    p = rng.uniform(0, top, (2, k))
    studies = tuple(
        LabbeStudy(
            label=f"{NAMES[int(rng.integers(len(NAMES)))]} {i}",
            events1=int(rng.binomial(n1[i], p[0, i])),
            total1=int(n1[i]),
            events2=int(rng.binomial(n2[i], p[1, i])),
            total2=int(n2[i]),
            weight=float(rng.lognormal(0, 2)) if seed % 2 else None,
        )
        for i in range(k)
    )
    measure = (("OR", "RR", "RD", "AS")[seed % 4]) if not rates else ("IRR", "IRD", "IRSD")[seed % 9 // 3]
    effect = float(rng.normal(0, 0.8 if measure in ("OR", "RR", "IRR") else 0.1))
    long = ("A treatment with a long name, twice daily for 24 weeks", "Placebo of the same look and smell")
    data = LabbeData(
        studies=studies,
        measure=measure,
        estimate=effect,
        ci_low=effect - 0.3,
        ci_high=effect + 0.3,
        arm_labels=long if seed % 2 else ("New", "Old"),
    )
    preset = ("house", "revman5", "jama", "bmj", "cochrane")[seed % 5]
    page = assert_laid_out(labbe(data, width_mm=width, preset=preset, title="T" if seed % 4 == 0 else None), width)
    assert len(page.shapes["bubble"]) == k


def test_the_same_data_give_the_same_bytes() -> None:
    found = ev.mantel_haenszel(**counts())
    assert figure_bytes(labbe(found)) == figure_bytes(labbe(found))


def test_pictures() -> None:
    assert_picture(labbe(ev.mantel_haenszel(**counts(), measure="RR")), "labbe-risks")
    zero = ev.mantel_haenszel(events1=[0, 4, 12, 7], n1=[20, 30, 40, 20], events2=[3, 1, 20, 18], n2=[22, 28, 41, 19])
    figure = labbe(zero, width_mm=84, preset="cochrane")
    assert "Pooled odds ratio 0.35 (95% CI [0.18, 0.68])" in drawn(figure).words("legend")
    assert_picture(figure, "labbe-zero-cells")
