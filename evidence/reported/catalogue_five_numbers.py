"""The entries of the catalogue for means and standard deviations from five-number summaries."""

from __future__ import annotations

__all__ = ["FIVE_NUMBER_ENTRIES"]

_NORMAL = "The data are normally distributed."
_LOG_NORMAL = "The data are log-normally distributed."
_LESS_PRECISE = (
    "The estimates are less precise than a reported mean and SD; formulas of sampling variances do not take that into "
    "account."
)
_LUO = "Luo D and others, Statistical Methods in Medical Research 2018;27:1785–1805, doi:10.1177/0962280216669183"
_WAN = "Wan X and others, BMC Medical Research Methodology 2014;14:135, doi:10.1186/1471-2288-14-135"
_SHI = "Shi J and others, Research Synthesis Methods 2020;11:641–654, doi:10.1002/jrsm.1429"
_SHI_LOG = "Shi J and others, Statistics and Its Interface 2020;13:519–531, doi:10.4310/SII.2020.v13.n4.a9"
_MCGRATH = (
    "McGrath S and others, Statistical Methods in Medical Research 2020;29:2520–2537, doi:10.1177/0962280219889080"
)
_MEAN_AND_SD = "mean and standard deviation from a five-number summary"

FIVE_NUMBER_ENTRIES: dict[str, tuple[str, str, str, tuple[str, ...]]] = {
    "five-number-luo-wan-shi": (
        f"{_MEAN_AND_SD}, by weights that are optimal for normal data",
        "mean: Luo, equations 7, 11, 15; SD: Wan, equations 9 and 16, and Shi, equation 10",
        f"{_LUO}; {_WAN}; {_SHI}",
        (_NORMAL, _LESS_PRECISE),
    ),
    "five-number-lognormal": (
        f"{_MEAN_AND_SD} of log-normal data",
        "Luo, Wan and Shi on the logarithms, then the bias-corrected way back",
        f"{_SHI_LOG}; {_LUO}; {_WAN}; {_SHI}",
        (_LOG_NORMAL, _LESS_PRECISE),
    ),
    "five-number-closed": (
        f"{_MEAN_AND_SD}, by the two methods that are named",
        "as the two methods' own entries say",
        f"{_LUO}; {_WAN}; {_SHI}; and the entries of the older methods",
        (_NORMAL, _LESS_PRECISE),
    ),
    "five-number-hozo2005": (
        "mean and standard deviation from a median and a range",
        "mean (min + 2 median + max)/4 for n ≤ 25, else the median; SD by n: moments, range/4 to 70 people, range/6",
        "Hozo SP, Djulbegovic B, Hozo I, BMC Medical Research Methodology 2005;5:13, doi:10.1186/1471-2288-5-13",
        ("The data are roughly symmetric.", _LESS_PRECISE),
    ),
    "five-number-wan2014": (
        f"{_MEAN_AND_SD}, without weights for the mean",
        "mean: average of the numbers, inner ones twice beside a range; SD: range/ξ(n) and IQR/η(n), averaged",
        _WAN,
        (_NORMAL, _LESS_PRECISE),
    ),
    "five-number-bland2015": (
        f"{_MEAN_AND_SD}, by moments",
        "mean (min + 2 q1 + 2 median + 2 q3 + max)/8; SD² from the same four intervals",
        "Bland M, International Journal of Statistics in Medical Research 2015;4:57–64, "
        "doi:10.6000/1929-6029.2015.04.01.6",
        ("A quarter of the people lies evenly in each interval.", _LESS_PRECISE),
    ),
    "five-number-walter2007": (
        "mean and standard deviation from a median and a range",
        "mean: the median; SD = range / E[range of n standard normal numbers]",
        "Walter SD, Yao X, Journal of Clinical Epidemiology 2007;60:849–852, doi:10.1016/j.jclinepi.2006.11.003",
        (_NORMAL, _LESS_PRECISE),
    ),
    "five-number-blue": (
        f"{_MEAN_AND_SD}, by best linear unbiased estimation",
        "generalised least squares of the numbers on the expected normal order statistics",
        "Yang X, Hutson AD, Wang D, Journal of Applied Statistics 2022;49:3846–3867, "
        "doi:10.1080/02664763.2021.1967890; David FN, Johnson NL, Biometrika 1954;41:228–240, "
        "doi:10.1093/biomet/41.1-2.228",
        (_NORMAL, _LESS_PRECISE),
    ),
    "five-number-qe": (
        f"{_MEAN_AND_SD} of the best-fitting of several distributions",
        "least squares of the numbers on the quantiles of normal, log-normal, gamma, Weibull (and beta) distributions",
        _MCGRATH,
        ("The data follow one of these distributions.", _LESS_PRECISE),
    ),
    "five-number-bc": (
        f"{_MEAN_AND_SD}, by a Box–Cox transformation to symmetry",
        "λ from symmetry; Luo and Wan on the transformed numbers; moments of the way back by quadrature",
        _MCGRATH,
        ("The data are normal after a Box–Cox transformation.", _LESS_PRECISE),
    ),
}
