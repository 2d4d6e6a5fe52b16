"""The formulas on docs/methods/reported.md, written once more as plain functions of one row, against `ev.reported`."""

from __future__ import annotations

import math
import random
from statistics import NormalDist

import numpy as np
import pytest
from scipy import stats

import evidence as ev

rep = ev.reported
quantile = NormalDist().inv_cdf
SEEDS = range(5)


def t_of(p, df):
    return float(stats.t.isf(p / 2, df))


def z_of(p):
    return -quantile(p / 2)


def j_factor(m):
    return math.exp(math.lgamma(m / 2) - math.lgamma((m - 1) / 2)) / math.sqrt(m / 2)


def same(found, **expected):
    """Compare fields of a `Derived` to 1e-9."""
    assert {name: float(found[name]) for name in expected} == pytest.approx(expected, rel=1e-9)


# ---------------------------------------------------------------- one group


@pytest.mark.parametrize("seed", SEEDS)
def test_spread_of_one_group(seed):
    draw = random.Random(seed)
    se, n, mean = draw.uniform(0.1, 5), draw.randint(4, 90), draw.uniform(-9, 9)
    same(rep.sd_from_se(se, n), sd=se * math.sqrt(n))
    half = draw.uniform(0.1, 4)
    low, high = mean - half, mean + half
    sd = math.sqrt(n) * (high - low) / (2 * t_of(0.05, n - 1))
    same(rep.sd_from_ci(low, high, n), sd=sd, se=sd / math.sqrt(n), mean=mean)
    same(rep.sd_from_ci(low, high, n, dist="normal", level=0.9), sd=math.sqrt(n) * half / z_of(0.1))
    before, after, r = draw.uniform(2, 9), draw.uniform(2, 9), draw.uniform(-0.5, 0.95)
    change = math.sqrt(before**2 + after**2 - 2 * r * before * after)
    same(rep.sd_of_change(before, after, r), sd=change)
    same(rep.r_from_sds(before, after, change), r=(before**2 + after**2 - change**2) / (2 * before * after))
    moved, p = draw.uniform(1, 5), draw.uniform(0.001, 0.6)
    same(rep.sd_of_change_from_test(-moved, n, t=2.5), sd=math.sqrt(n) * moved / 2.5)
    same(rep.sd_of_change_from_test(moved, n, p=p), sd=math.sqrt(n) * moved / t_of(p, n - 1))


def five_numbers(n, a, q1, m, q3, b):
    """Mean, SD, statistic of skewness and its critical value of the three scenarios, as listed."""
    xi, eta = 2 * quantile((n - 0.375) / (n + 0.25)), 2 * quantile((0.75 * n - 0.125) / (n + 0.25))
    outer, inner = abs(a + b - 2 * m) / (b - a), abs(q1 + q3 - 2 * m) / (q3 - q1)
    w = 4 / (4 + n**0.75)
    one = (w * (a + b) / 2 + (1 - w) * m, (b - a) / xi, outer, 1 / math.log(n + 9) + 2.5 / (n + 1))
    w = 0.7 + 0.39 / n
    two = (w * (q1 + q3) / 2 + (1 - w) * m, (q3 - q1) / eta, inner, 2.65 / math.sqrt(n) - 6 / n**2)
    w1, w2, w = 2.2 / (2.2 + n**0.75), 0.7 - 0.72 / n**0.55, 1 / (1 + 0.07 * n**0.6)
    mean = w1 * (a + b) / 2 + w2 * (q1 + q3) / 2 + (1 - w1 - w2) * m
    test = max(2.65 * math.log(0.6 * n) / math.sqrt(n) * outer, inner)
    return one, two, (mean, w * (b - a) / xi + (1 - w) * (q3 - q1) / eta, test, 3 / math.sqrt(n) - 40 / n**3)


@pytest.mark.parametrize("seed", SEEDS)
def test_five_numbers(seed):
    draw = random.Random(seed)
    n = draw.randint(15, 200)
    a, q1, m, q3, b = (10 + 3 * z + draw.uniform(-0.1, 0.1) for z in (-2.2, -0.67, 0, 0.67, 2.2))
    none = None
    given = ({"minimum": a, "median": m, "maximum": b}, {"q1": q1, "median": m, "q3": q3})
    given = (*given, {"minimum": a, "q1": q1, "median": m, "q3": q3, "maximum": b})
    for numbers, (mean, sd, statistic, critical) in zip(given, five_numbers(n, a, q1, m, q3, b), strict=True):
        found = rep.mean_sd_from_five_numbers(n=n, **{name: numbers.get(name, none) for name in given[2]})
        same(found, mean=mean, sd=sd, skewness=statistic, skewness_critical=critical)
        assert statistic < critical


def test_skewed_summaries_are_withheld_unless_asked_for():
    skewed = {"q1": 4, "median": 5, "q3": 12, "n": 40}
    withheld, kept = rep.mean_sd_from_five_numbers(**skewed), rep.mean_sd_from_five_numbers(**skewed, skewed="keep")
    assert math.isnan(withheld.mean)
    assert not math.isnan(kept.mean)
    assert "the data are skewed" in withheld.notes[0]
    assert math.isnan(rep.mean_sd_from_five_numbers(q1=4, median=5, q3=6, n=4).sd)
    assert math.isnan(rep.mean_sd_from_five_numbers(q1=4, q3=6, n=40).mean)
    for method in ("wan2014", "blue", "qe", "bc"):
        assert math.isfinite(rep.mean_sd_from_five_numbers(q1=4, median=5, q3=6.1, n=40, method=method).sd)
    for method in ("hozo2005", "walter2007"):
        assert math.isfinite(rep.mean_sd_from_five_numbers(minimum=1, median=5, maximum=9.2, n=40, method=method).sd)


# ---------------------------------------------------------------- groups and effects


@pytest.mark.parametrize("seed", SEEDS)
def test_groups(seed):
    rng = np.random.default_rng(seed)
    people = [rng.normal(rng.uniform(8, 12), rng.uniform(1, 3), rng.integers(4, 20)) for _ in range(3)]
    numbers = {"mean": [x.mean() for x in people], "sd": [x.std(ddof=1) for x in people], "n": [len(x) for x in people]}
    together = np.concatenate(people)
    same(rep.combine_groups(**numbers), mean=together.mean(), sd=together.std(ddof=1), n=len(together))
    squares = sum(((x - x.mean()) ** 2).sum() for x in people)
    same(rep.pooled_sd(numbers["sd"], numbers["n"]), sd=math.sqrt(squares / (len(together) - 3)), df=len(together) - 3)
    same(rep.split_group(31, 2, events=20), n=15.5, events=10)


@pytest.mark.parametrize("seed", SEEDS)
def test_tests_of_two_groups(seed):
    draw = random.Random(seed)
    n1, n2, gap, t, p = (
        draw.randint(4, 60),
        draw.randint(4, 60),
        draw.uniform(1, 9),
        draw.uniform(0.5, 4),
        draw.uniform(0.001, 0.4),
    )
    b = 1 / n1 + 1 / n2
    same(rep.sd_from_test(gap, n1, n2, t=t), sd=gap / t / math.sqrt(b))
    same(rep.sd_from_test(gap, n1, n2, f=t**2), sd=gap / t / math.sqrt(b))
    same(rep.sd_from_test(gap, n1, n2, se=1.3), sd=1.3 / math.sqrt(b))
    same(rep.sd_from_test(-gap, n1, n2, p=p), sd=gap / t_of(p, n1 + n2 - 2) / math.sqrt(b))
    m, n = n1 + n2 - 2, n1 + n2
    d, j = t * math.sqrt(b), j_factor(n1 + n2 - 2)
    g = j * d
    variances = {
        "LS": b + g**2 / (2 * n),
        "LS2": j**2 * (b + d**2 / (2 * n)),
        "UB": b + (1 - (m - 2) / (m * j**2)) * g**2,
    }
    for vtype, v in variances.items():
        same(rep.smd_from_statistic(n1, n2, t=t, vtype=vtype), yi=g, vi=v, d=d)
    same(rep.smd_from_statistic(n1, n2, f=-(t**2)), yi=-g)
    same(rep.smd_from_statistic(n1, n2, p=p), d=t_of(p, m) * math.sqrt(b))
    r, j = draw.uniform(-0.3, 0.9), j_factor(n1 - 1)
    for measure, base in (("SMCC", 1 / n1), ("SMCR", 2 * (1 - r) / n1)):
        g = j * t * math.sqrt(base)
        same(rep.smd_from_paired_statistic(n1, t=t, r=r, measure=measure), yi=g, vi=base + g**2 / (2 * n1))
    found = t / math.sqrt(t**2 + n1 - 2)
    same(rep.r_from_statistic(n1, t=t), r=found, vi=(1 - found**2) ** 2 / (n1 - 1))
    same(rep.r_from_statistic(n1, t=t, measure="ZCOR"), yi=math.atanh(found), vi=1 / (n1 - 3))
    same(rep.r_from_statistic(n1, chi2=-2.1), r=-math.sqrt(2.1 / n1))


@pytest.mark.parametrize("seed", SEEDS)
def test_printed_effects(seed):
    draw = random.Random(seed)
    effect, factor, p = draw.uniform(1.1, 3), draw.uniform(1.2, 4), draw.uniform(0.001, 0.6)
    y, v = math.log(effect), (math.log(factor) / z_of(0.05)) ** 2
    low, high = effect / factor, effect * factor
    same(rep.effect_from_ci(low, high, estimate=effect, scale="log"), yi=y, vi=v, sei=math.sqrt(v))
    same(rep.effect_from_ci(2, 5, df=12), yi=3.5, sei=1.5 / t_of(0.05, 12))
    same(rep.effect_from_p(effect, p, scale="log"), yi=y, sei=y / z_of(p))
    same(rep.effect_from_p(effect, p, df=9), yi=effect, sei=effect / t_of(p, 9))
    same(rep.effect_from_z(effect, 1.7), yi=effect, vi=(effect / 1.7) ** 2)
    same(rep.wald_effect(effect, ci_low=low, ci_high=high, z=1.7, transf="log"), yi=y, vi=v)
    same(rep.wald_effect(effect, z=1.7, p=p, transf="log"), vi=(y / 1.7) ** 2)
    same(rep.wald_effect(effect, p=p), vi=(effect / z_of(p)) ** 2)


def test_a_bound_is_not_a_value():
    for found in (
        rep.effect_from_p(2.0, 0.001, operator="<"),
        rep.sd_from_test(3.0, 20, 20, p=0.001, operator="<"),
        rep.sd_of_change_from_test(3.0, 20, p=0.001, operator="<"),
        rep.log_hr_from_hr_p(0.7, 0.001, operator="<"),
    ):
        assert found.cautions[0].startswith("p is a bound: this is the largest")
    assert (
        rep.smd_from_statistic(20, 20, p=0.001, operator="<")
        .cautions[0]
        .startswith("p is a bound: this is the smallest")
    )
    with pytest.raises(ev.OptionError):
        rep.effect_from_p(2.0, 0.05, operator=">")


# ---------------------------------------------------------------- counts


@pytest.mark.parametrize("seed", SEEDS)
def test_cells_from_margins(seed):
    draw = random.Random(seed)
    a, b, c, d = (draw.randint(8, 60) for _ in range(4))
    n, n1, n2 = a + b + c + d, a + b, a + c
    spread = math.sqrt(n1 * (n - n1) * n2 * (n - n2))
    phi = (a * d - b * c) / spread
    p1, p2 = n1 / n, n2 / n
    ratio = a * d / (b * c)
    share = a / n
    assert (ratio - 1) * share**2 - (1 + (ratio - 1) * (p1 + p2)) * share + ratio * p1 * p2 == pytest.approx(
        0, abs=1e-12
    )
    assert p1 * p2 + phi * math.sqrt(p1 * (1 - p1) * p2 * (1 - p2)) == pytest.approx(share, rel=1e-12)
    risks = (a / n1) / (c / (n - n1))
    assert risks * p1 * p2 / (1 - p1 + risks * p1) == pytest.approx(share, rel=1e-12)
    yates = math.copysign(n * (abs(phi) - n / (2 * spread)) ** 2, phi)
    for given in (
        {"odds_ratio": ratio},
        {"phi": phi},
        {"risk_ratio": risks},
        {"chi2": math.copysign(n * phi**2, phi), "correct": False},
        {"chi2": yates},
    ):
        if given == {"chi2": yates} and abs(phi) < n / (2 * spread):
            continue
        same(rep.table_from_margins(n, n1, n2, **given), a=a, b=b, c=c, d=d, a_exact=a)
    found = rep.log_or_from_chi2(math.copysign(n * phi**2, phi), n, n1, n2, correct=False)
    same(found, yi=math.log(ratio), vi=1 / a + 1 / b + 1 / c + 1 / d)


def test_counts_from_percent():
    draw = random.Random(1)
    for _ in range(200):
        n, places = draw.randint(2, 400), draw.randint(0, 2)
        last_digits = round(draw.uniform(0, 100) * 10**places)
        printed = f"{last_digits / 10**places:.{places}f}"
        # in whole numbers: twice the distance of 100 k/n from what is printed, in units of its last digit
        fits = [k for k in range(n + 1) if 2 * abs(100 * 10**places * k - last_digits * n) <= n]
        found = rep.counts_from_percent(printed, n)
        assert found.alternatives[0] == tuple(fits)
        assert math.isnan(found.events) != (len(fits) == 1)


# ---------------------------------------------------------------- survival


@pytest.mark.parametrize("seed", SEEDS)
def test_hazard_ratios(seed):
    draw = random.Random(seed)
    o, v, hr, p = draw.uniform(-20, 20), draw.uniform(5, 60), draw.uniform(0.4, 0.9), draw.uniform(0.001, 0.4)
    same(rep.log_hr_from_oe(o, v), yi=o / v, vi=1 / v, o_minus_e=o, hr=math.exp(o / v))
    o1, o2, e1 = draw.randint(10, 60), draw.randint(10, 60), draw.uniform(20, 40)
    e2 = o1 + o2 - e1 if o1 + o2 > e1 + 1 else 5.0
    found = rep.log_hr_from_observed_expected(o1, e1, o2, e2)
    same(found, yi=math.log(o1 / e1 / (o2 / e2)), vi=1 / e1 + 1 / e2)
    same(rep.log_hr_from_ci(hr, hr / 1.4, hr * 1.5), yi=math.log(hr), sei=math.log(1.4 * 1.5) / (2 * z_of(0.05)))
    same(rep.log_hr_from_se(0.2, hr=hr), yi=math.log(hr), vi=0.04)
    same(rep.log_hr_from_hr_p(hr, p), sei=abs(math.log(hr)) / z_of(p))
    same(rep.log_hr_from_hr_p(hr, p, sides=1), sei=abs(math.log(hr)) / z_of(2 * p))
    n1, n2 = draw.randint(80, 120), draw.randint(80, 120)
    variances = {
        o1 * o2 / (o1 + o2): {"events1": o1, "events2": o2},
        60 * n1 * n2 / (n1 + n2) ** 2: {"events": 60, "n1": n1, "n2": n2},
        60 / 4: {"events": 60},
    }
    for v, given in variances.items():
        same(rep.log_hr_from_events(hr, **given), yi=math.log(hr), vi=1 / v, v=v)
        same(rep.log_hr_from_logrank_p(p, -1, **given), yi=-z_of(p) / math.sqrt(v), o_minus_e=-z_of(p) * math.sqrt(v))


def test_what_contradicts_itself_is_refused_or_withheld():
    with pytest.raises(ev.RowError):
        rep.effect_from_ci(1.0, 2.0, estimate=3.0)
    with pytest.raises(ev.RowError):
        rep.split_group(10, 2, events=11)
    assert "they need r = −1.15" in rep.r_from_sds(6.4, 7.1, 14.0).notes[0]
    assert "contradict each other" in rep.table_from_margins(100, 90, 80, phi=-0.9).notes[0]
    assert math.isnan(rep.effect_from_p(2.0, 1.0).vi)
    assert "halfway between the limits" in rep.effect_from_ci(1.0, 9.0, estimate=2.0).cautions[0]


def test_the_middle_of_walter_and_yao():
    """The expected range of n standard normal numbers, by its definition."""
    n = 12
    spread = 2 * expected_maximum(n)
    found = rep.mean_sd_from_five_numbers(minimum=1, median=5, maximum=9.2, n=n, method="walter2007")
    assert (found.mean, found.sd) == pytest.approx((5, 8.2 / spread), rel=1e-7)


def expected_maximum(n):
    x = np.arange(-9, 9, 0.001)
    return float(np.sum(x * n * stats.norm.cdf(x) ** (n - 1) * stats.norm.pdf(x)) * 0.001)
