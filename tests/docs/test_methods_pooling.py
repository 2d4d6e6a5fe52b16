"""The formulas of docs/methods/pooling.md, written once more in plain arithmetic, against the code on random data.

That every option and every public function of pooling and what follows it has its place on a page, and that the
examples print what the pages show, is held at the end.
"""

from __future__ import annotations

import contextlib
import importlib
import inspect
import io
import math
import re

import numpy as np
import pytest
from doc_pages import DOCS, prose
from plain_pooling import (
    EXACT,
    ROOT,
    alike,
    column,
    dl,
    log_likelihood,
    near,
    p_matrix,
    q_of,
    studies,
    tau2_of,
    wls,
)
from scipy import integrate, optimize, stats

import evidence as ev
from evidence import diagnose, sensitivity, simulation
from evidence import pool as pool_package
from evidence import vocabulary as vocab
from evidence.diagnose import selection, small_study
from evidence.errors import InputError
from evidence.vocabulary import allowed

CLOSED = ("EE", "FE", "DL", "HE", "HS", "HSk", "SJ", "GENQ")


@pytest.mark.parametrize("method", allowed(vocab.Tau2Method))
@pytest.mark.parametrize("slope", [False, True], ids=["mean", "slope"])
def test_tau2(method, slope):
    for seed in (3, 4):
        y, v = studies(seed, tau2=0.4)
        z = np.random.default_rng(seed + 50).normal(size=len(y))
        x = np.column_stack([np.ones(len(y)), z]) if slope else column(len(y))
        a = np.sqrt(1 / v)
        given = {"weights": a} if method in ("GENQ", "GENQM") else {}
        fit = ev.pool(y, v, tau2=method, test="z", mods=z if slope else None, **given)
        near(fit.tau2, tau2_of(method, y, v, x, a), rel=EXACT if method in CLOSED else ROOT)
        assert method in ("EE", "FE") or fit.tau2 > 0


@pytest.mark.parametrize("method", [name for name in allowed(vocab.Tau2Method) if name not in ("EE", "FE", "SJ")])
def test_tau2_of_effects_that_are_alike_is_0(method):
    y, v = alike(1)
    given = {"weights": 1 / v} if method.startswith("GENQ") else {}
    assert ev.pool(y, v, tau2=method, test="z", **given).tau2 == 0
    near(tau2_of(method, y, v, column(len(y)), 1 / v), 0.0, abs_=1e-6)
    assert ev.pool(y, v, tau2="SJ", test="z").tau2 > 0


def moment_se(y, v, x, t, method, a):
    k, df = len(y), len(y) - x.shape[1]
    start = ((y - y.mean()) ** 2).mean()
    a = {"HE": np.ones_like(v), "SJ": 1 / (v + start), "GENQ": a, "GENQM": a}.get(method, 1 / v)
    p = p_matrix(a, x)
    divisor = {"SJ": df / start, "HS": a.sum(), "HSk": a.sum() * df / k}.get(method, np.trace(p))
    pm_ = p @ np.diag(v + t)
    return math.sqrt(2 * np.trace(pm_ @ pm_)) / divisor


@pytest.mark.parametrize("method", allowed(vocab.Tau2Method))
def test_the_standard_error_of_tau2(method):
    y, v = studies(3)
    x, a = column(len(y)), np.sqrt(1 / v)
    given = {"weights": a} if method.startswith("GENQ") else {}
    fit = ev.pool(y, v, tau2=method, test="z", **given)
    k, t = len(y), fit.tau2
    w, p = 1 / (v + t), p_matrix(1 / (v + t), x)
    expected = {
        "ML": math.sqrt(2 / (w**2).sum()),
        "REML": math.sqrt(2 / np.trace(p @ p)),
        "EE": math.nan,
        "FE": math.nan,
    }
    if method in ("PM", "PMM", "EB", "DLIT", "SJIT"):
        near(fit.tau2_se, math.sqrt(2 * k**2 / (k - 1)) / w.sum())
    else:
        near(fit.tau2_se, expected.get(method, moment_se(y, v, x, t, method, a)))


# ---------------------------------------------------------------- docs/methods/pooling.md: tests


def kenward_roger(w):
    s1, s2, s3 = w.sum(), (w**2).sum(), (w**3).sum()
    p = p_matrix(w, column(len(w)))
    information = 0.5 * np.trace(p @ p)
    variance = 1 / s1 + 2 * (s3 - s2**2 / s1) / (s1**2 * information)
    return variance, 2 * information / (variance * s2) ** 2


def said_by(test, y, v, t, level=0.95):
    """Return the standard error and the critical value of a test."""
    k, w = len(y), 1 / (v + t)
    mean, total = (w * y).sum() / w.sum(), w.sum()
    scale = (w * (y - mean) ** 2).sum() / (k - 1)
    z, c = stats.norm.ppf((1 + level) / 2), stats.t.ppf((1 + level) / 2, k - 1)
    usual = z / math.sqrt((1 / (v + dl(y, v, column(k)))).sum())
    match test:
        case "z":
            return 1 / math.sqrt(total), z
        case "t":
            return 1 / math.sqrt(total), c
        case "hksj":
            return math.sqrt(scale / total), c
        case "adhoc":
            return math.sqrt(max(1, scale) / total), c
        case "adhoc-ci":
            return (1 / math.sqrt(total), z) if c * math.sqrt(scale) < z else (math.sqrt(scale / total), c)
        case "adhoc-iqwig6":
            narrow = c * math.sqrt(scale / total) < usual
            return math.sqrt((max(1, scale) if narrow else scale) / total), c
    variance, df = kenward_roger(w)
    return math.sqrt(variance), stats.t.ppf((1 + level) / 2, df)


@pytest.mark.parametrize("test", allowed(vocab.TestName))
def test_tests_of_the_mean(test):
    narrowed = 0
    for y, v in (studies(1), studies(2), studies(4, k=3), alike(1), alike(2)):
        fit = ev.pool(y, v, tau2="REML", test=test)
        w = 1 / (v + fit.tau2)
        near(fit.estimate, (w * y).sum() / w.sum())
        se, c = said_by(test, y, v, fit.tau2)
        near(fit.se, se)
        near(fit.ci, (fit.estimate - c * se, fit.estimate + c * se))
        near(fit.statistic, fit.estimate / se)
        tail = stats.norm.sf(abs(fit.statistic)) if math.isinf(fit.df) else stats.t.sf(abs(fit.statistic), fit.df)
        near(fit.pvalue, 2 * tail)
        plain, knapp = (float(np.prod(said_by(name, y, v, fit.tau2))) for name in ("z", "hksj"))
        narrowed += knapp < plain
    assert narrowed >= 1


def test_names_from_elsewhere_are_the_same_test():
    y, v = studies(1)
    assert {ev.pool(y, v, test=name).se for name in ("hksj", "knha", "hk")} == {ev.pool(y, v).se}


def test_given_weights():
    y, v = studies(5)
    a = np.random.default_rng(5).uniform(1, 4, len(y))
    for weights, used in ((a, a), ("equal", np.ones_like(a))):
        for test in ("z", "hksj"):
            fit = ev.pool(y, v, tau2="DL", test=test, weights=weights)
            mean = (used * y).sum() / used.sum()
            w = 1 / (v + fit.tau2)
            scale = (w * (y - (w * y).sum() / w.sum()) ** 2).sum() / (len(y) - 1) if test == "hksj" else 1
            near(fit.estimate, mean)
            near(fit.se**2, scale * (used**2 * (v + fit.tau2)).sum() / used.sum() ** 2)


def test_likelihoods_and_criteria():
    y, v = studies(6)
    z = np.arange(len(y)) / 3
    x = np.column_stack([np.ones(len(y)), z])
    for method in ("ML", "REML"):
        fit = ev.pool(y, v, mods=z, tau2=method)
        value = log_likelihood(y, v + fit.tau2, x, method == "REML")
        n = len(y) - 2 * (method == "REML")
        near(fit.loglik, value)
        near((fit.aic, fit.bic), (-2 * value + 6, -2 * value + 3 * math.log(n)))
        near(fit.aicc, -2 * value + 6 * n / (n - 4))


def test_henmi_and_copas():
    y, v = studies(7)
    fit = ev.pool(y, v)
    found, w = ev.henmi_copas(fit), 1 / v
    w1, t = w.sum(), dl(y, v, column(len(y)))
    w2, w3, w4 = ((w**power).sum() / w1 for power in (2, 3, 4))
    near(found.estimate, (w * y).sum() / w1)
    near(found.se**2, (1 + t * w2) / w1)
    r, k = 1 + t * w2, len(y)

    def mean(z2):
        return k - 1 + t * (w1 - w2) + t**2 * (w3 - w2**2) * (z2 - 1) / r

    def variance(z2):
        return (
            2 * (k - 1)
            + 4 * t * (w1 - w2)
            + 2 * t**2 * (w1 * w2 - 2 * w3 + w2**2)
            + 4 * (t**2 * (w3 - w2**2) + t**3 * (w4 - 2 * w2 * w3 + w2**3)) * (z2 - 1) / r
            + 2 * t**4 * (w3 - w2**2) ** 2 * (1 - 2 * z2) / r**2
        )

    def tail(x):
        def integrand(z):
            m, s = mean(z * z), variance(z * z)
            bound = (w1 / w2 - 1) * ((z / x) ** 2 - 1) + k - 1
            return stats.gamma.cdf(bound, m * m / s, scale=s / m) * stats.norm.pdf(z)

        return integrate.quad(integrand, x, x + 9, epsabs=1e-13)[0]

    x = optimize.brentq(lambda value: tail(value) - 0.025, 0.3, 4)
    near(found.critical_value, x * math.sqrt(r), rel=ROOT)
    near(found.ci_high, found.estimate + found.critical_value * found.se)


def test_location_scale():
    y, v = studies(8, k=14, tau2=0.5)
    z = np.tile([0.0, 1.0], 7)
    y = y + z * np.linspace(-1, 1, 14)
    x = np.column_stack([np.ones(14), z])
    for restricted in (True, False):
        fit = ev.location_scale(y, v, scale=z, method="REML" if restricted else "ML", test="z")
        alpha = fit.scale_coefficients["estimate"].to_numpy()
        near(fit.tau2, np.exp(x @ alpha))

        def height(a, restricted=restricted):
            return log_likelihood(y, v + np.exp(x @ a), column(14), restricted)

        near(fit.loglik, height(alpha))
        steps = 1e-3 * np.eye(2)
        assert all(height(alpha + sign * step) < fit.loglik for step in steps for sign in (1, -1))
        curve = np.array(
            [
                [
                    sum(s1 * s2 * height(alpha + s1 * a + s2 * b) for s1 in (1, -1) for s2 in (1, -1)) / 4e-6
                    for a in steps
                ]
                for b in steps
            ]
        )
        near(fit.scale_coefficients["se"].to_numpy(), np.sqrt(np.diag(np.linalg.inv(-curve))), rel=1e-4)
    straight = ev.location_scale(y, v, scale=z, link="identity", test="z")
    near(straight.tau2, x @ straight.scale_coefficients["estimate"].to_numpy())


def test_likelihood_ratio_and_wald():
    y, v = studies(9, k=12)
    z = np.random.default_rng(9).normal(size=(12, 2))
    x = np.column_stack([np.ones(12), z])
    full, reduced = ev.pool(y, v, mods=z, tau2="ML"), ev.pool(y, v, tau2="ML")
    found = ev.likelihood_ratio_test(full, reduced)
    twice = 2 * (log_likelihood(y, v + full.tau2, x, False) - log_likelihood(y, v + reduced.tau2, column(12), False))
    near((found.statistic, found.pvalue), (twice, stats.chi2.sf(twice, 2)), rel=ROOT)
    edge = ev.likelihood_ratio_test(reduced, ev.pool(y, v, tau2="EE"))
    near(edge.boundary_pvalue, 0.5 * stats.chi2.sf(edge.statistic, 1))
    beta, inverse = wls(y, 1 / (v + full.tau2), x)
    scale = q_of(y, v, full.tau2, x) / 9
    rows = np.array([[0, 1, -1.0]])
    wald = ev.wald_test(full, L=rows, rhs=0.2)
    difference = rows @ beta - 0.2
    statistic = (difference @ np.linalg.inv(rows @ (scale * inverse) @ rows.T) @ difference).item()
    near((wald.statistic, wald.pvalue), (statistic, stats.f.sf(statistic, 1, 9)))


def test_compare_tests_what_shares_no_study():
    one, other = (
        ev.pool(*studies(seed), labels=[f"{seed}.{i}" for i in range(9)], test="z", measure="MD") for seed in (1, 2)
    )
    pair = ev.compare(one, other).pairs[0]
    z = (one.estimate - other.estimate) / math.hypot(one.se, other.se)
    near((pair.statistic, pair.pvalue), (z, 2 * stats.norm.sf(abs(z))))
    overlapping = ev.compare(one, ev.pool(*studies(3), labels=[f"1.{i}" for i in range(9)])).pairs[0]
    assert math.isnan(overlapping.pvalue)


def test_one_tau2_for_all():
    y, v = studies(10, k=6)
    found = ev.equal_tau2_tests(ev.pool(y, v))
    x, t = column(6), tau2_of("REML", y, v, column(6))
    p = p_matrix(1 / (v + t), x)
    u = p @ y
    scores, information = 0.5 * (u**2 - np.diag(p)), 0.5 * p * p
    score = scores @ np.linalg.inv(information) @ scores
    near((found.tau2, found.score, found.score_pvalue), (t, score, stats.chi2.sf(score, 5)), rel=1e-6)
    own, top = found.study_tau2, log_likelihood(y, v + found.study_tau2, x, True)
    near(found.lrt, 2 * (top - log_likelihood(y, v + t, x, True)), rel=1e-6)
    rng = np.random.default_rng(10)
    assert all(log_likelihood(y, v + own * rng.uniform(0.8, 1.25, 6), x, True) <= top + 1e-9 for _ in range(50))
    p = p_matrix(1 / (v + own), x)
    covariance = np.linalg.inv(0.5 * p * p)
    near(found.study_tau2_se, np.sqrt(np.diag(covariance)), rel=1e-6)
    contrasts = np.eye(6)[1:] - np.eye(6)[0]
    wald = (contrasts @ own) @ np.linalg.inv(contrasts @ covariance @ contrasts.T) @ (contrasts @ own)
    near(found.wald, wald, rel=1e-6)


def test_many_fits_are_the_single_ones():
    y, v = (np.array(part) for part in zip(*(studies(seed, k=6) for seed in (1, 2, 3)), strict=True))
    v[0, 5] = np.inf
    many = ev.pool_many(y, v, tau2="PM", test="adhoc")
    for row in range(3):
        inside = np.isfinite(v[row])
        one = ev.pool(y[row, inside], v[row, inside], tau2="PM", test="adhoc")
        near((many.estimate[row], many.se[row, 0], many.tau2[row]), (one.estimate, one.se, one.tau2), rel=1e-8)


def test_simulated_performance():
    made = np.random.default_rng(1)
    v = made.uniform(0.05, 0.2, (400, 5))
    y = made.normal(0.3, np.sqrt(v + 0.05))

    def again(rng, size, scenario):
        return y, v

    row = ev.simulate(5, effect=0.3, tau2=0.05, data=again, estimators="DL", tests="z", replications=400).table.iloc[0]
    means, halves, taus = [], [], []
    for effects, variances in zip(y, v, strict=True):
        taus.append(dl(effects, variances, column(5)))
        w = 1 / (variances + taus[-1])
        means.append((w * effects).sum() / w.sum())
        halves.append(stats.norm.ppf(0.975) / math.sqrt(w.sum()))
    error, halves = np.array(means) - 0.3, np.array(halves)
    covered = (np.abs(error) <= halves).mean()
    near(
        row[["bias", "rmse", "coverage", "coverage_mcse", "width", "tau2"]].astype(float).to_numpy(),
        [
            error.mean(),
            math.sqrt((error**2).mean()),
            covered,
            math.sqrt(covered * (1 - covered) / 400),
            2 * halves.mean(),
            np.mean(taus),
        ],
    )
    near(row["rejected"], (np.abs(means) > halves).mean())
    near(row["tau2_zero"], np.mean([t == 0 for t in taus]))


def test_what_is_said_at_the_edges():
    y, v = studies(1)
    one = ev.pool(y[:1], v[:1])
    assert (one.estimate, one.se, one.test) == (y[0], math.sqrt(v[0]), "z")
    assert np.isnan([one.tau2, one.i2, one.h2]).all()
    assert "One study is not a synthesis" in one.cautions[0]
    assert "Two studies say next to nothing" in ev.pool(y[:2], v[:2]).cautions[0]
    same = ev.pool(np.full(4, 0.3), v[:4])
    assert np.isnan(same.ci).all()
    assert np.isfinite(ev.pool(np.full(4, 0.3), v[:4], test="adhoc").ci).all()
    assert any("not meant for equal-effects models" in said for said in ev.pool(y, v, tau2="EE").cautions)
    with pytest.raises(InputError, match="goes with tau2='REML'"):
        ev.pool(y, v, tau2="DL", test="kr")
    with pytest.raises(InputError, match="for a mean"):
        ev.pool(y, v, mods=np.arange(9.0), test="adhoc-ci")
    with pytest.raises(InputError, match="made of weights"):
        ev.pool(y, v, tau2="GENQ")
    x = np.arange(9.0)
    with pytest.raises(InputError, match="likelihood"):
        ev.likelihood_ratio_test(ev.pool(y, v, mods=x), ev.pool(y, v))
    assert ev.likelihood_ratio_test(ev.pool(y, v, mods=x), ev.pool(y, v), refit=True).kind == "ML"


# ---------------------------------------------------------------- the pages

PAGES = ("pooling", "intervals", "heterogeneity", "influence", "small-study", "selection")
TEXT = {name: (DOCS / "methods" / f"{name}.md").read_text(encoding="utf-8") for name in PAGES}
# Where each option has a heading or a row of a table.
ROWS = {
    "pooling": (vocab.Tau2Method, vocab.TestName, vocab.ScalePrediction),
    "intervals": (vocab.Tau2IntervalMethod, vocab.PredictionMethod),
    "heterogeneity": (vocab.Alternative, vocab.PValueDefinition, vocab.PermutationStatistic),
    "influence": (vocab.ResidualType, vocab.StandardizedType, vocab.HatType, vocab.CovarianceType),
    "small-study": (vocab.FunnelPredictor, vocab.TrimFillEstimator, vocab.FailSafeType, vocab.LimitAdjustment),
    "selection": (
        vocab.SelectionKind,
        vocab.SelectionPrecision,
        vocab.EmptyIntervals,
        vocab.PUniformMethod,
        vocab.ExcessTest,
    ),
}
# Where each option is named.
WORDS = {
    "pooling": (vocab.Engine, vocab.SimulatedData, vocab.LikelihoodKind, vocab.ScaleLink),
    "heterogeneity": (vocab.VifGrouping, vocab.ModelPart),
    "influence": (vocab.QuantileResidual,),
    "small-study": (
        vocab.FunnelSide,
        vocab.RegressionModel,
        vocab.MacaskillWeights,
        vocab.DebrayWeights,
        vocab.ArcsineModel,
    ),
    "selection": (vocab.Alternative,),
}


def names_in(text):
    """Return what stands in code marks: names, what is quoted in them, and the last part of dotted names."""
    spans = re.findall(r"`([^`\n]+)`", text)
    quoted = [found for span in spans for found in re.findall(r"\"([^\"]+)\"", span)]
    bare = [re.sub(r"\(.*", "", span) for span in spans]
    return {*quoted, *bare, *(span.rsplit(".", 1)[-1] for span in bare)}


def places(name):
    """Return the names in headings and in rows of tables."""
    prose_only = prose(TEXT[name])
    headings = re.findall(r"^#+ (.+)$", prose_only, flags=re.MULTILINE)
    rows = re.findall(r"^\|.*$", prose_only, flags=re.MULTILINE)
    words = {word for heading in headings for word in re.split(r"[ ,:]+", heading.replace("`", ""))}
    return words | names_in("\n".join(rows))


@pytest.mark.parametrize("name", ROWS)
def test_every_option_has_a_heading_or_a_row(name):
    wanted = {option for options in ROWS[name] for option in allowed(options)}
    assert sorted(wanted - places(name)) == []


@pytest.mark.parametrize("name", WORDS)
def test_every_other_option_is_named(name):
    wanted = {option for options in WORDS[name] for option in allowed(options)}
    assert sorted(wanted - names_in(prose(TEXT[name]))) == []


def test_every_public_function_has_its_place():
    packages = (pool_package, diagnose, small_study, selection, sensitivity, simulation)
    public = {name for package in packages for name in package.__all__ if inspect.isfunction(getattr(package, name))}
    assert {"henmi_copas", "rstudent", "egger", "selection_model", "judge", "simulate"} <= public
    found = set().union(*(places(name) for name in PAGES))
    assert sorted(public - found - {"pool"}) == []
    assert "pool" in names_in(TEXT["pooling"])


def test_every_name_of_the_package_exists():
    dotted = set(re.findall(r"`(?:ev|evidence)\.([a-z_.]+)", "".join(TEXT.values())))
    assert len(dotted) > 10
    for path in dotted:
        module, _, last = f"evidence.{path}".rpartition(".")
        assert hasattr(importlib.import_module(module), last), path


@pytest.mark.parametrize("name", PAGES)
def test_examples_print_what_the_page_shows(name):
    space = {"__name__": "page"}
    shown = re.findall(r"^```python\n(.*?)^```\n(?:\n```text\n(.*?)^```)?", TEXT[name], flags=re.DOTALL | re.MULTILINE)
    assert len(shown) > 4
    for code, output in shown:
        said = io.StringIO()
        with contextlib.redirect_stdout(said):
            exec(compile(code, name, "exec"), space)
        lines = [line.rstrip() for line in said.getvalue().rstrip().splitlines()]
        assert lines == output.rstrip().splitlines()


@pytest.mark.parametrize("name", PAGES)
def test_every_method_has_when_when_not_and_edges(name):
    for section in re.split(r"^##+ ", prose(TEXT[name]), flags=re.MULTILINE)[1:]:
        title = section.splitlines()[0]
        if "**Formula.**" in section and title != "Information criteria":
            missing = [part for part in ("When", "When not", "At the edges") if f"**{part}.**" not in section]
            assert missing == [], title
