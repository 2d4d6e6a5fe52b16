"""Each data set's example runs as it stands, and prints the numbers that were published, or that metafor gives.

Numbers below were typed from the publications, and else are those of metafor 3.8-1 under R 4.2.2, with dat the set:

- bcg: Colditz 1994, abstract, doi:10.1001/jama.1994.03510330076038; rma(yi, vi, mods=~ablat)
- berkey1998: rma(yi, vi, subset=outcome=="PD") and "AL"; rma(yi[PD]-yi[AL], vi[PD]+vi[AL]-2*v2i[PD])
- bangertdrowns2004: rma(yi, vi); rma(yi, vi, mods=~length)
- collins1985b: rma.peto of pre-eclampsia and of stillbirths; 37 stillbirths: abstract, doi:10.1136/bmj.290.6461.17
- curtin2002: rma(mean, sei=SE, method="DL"), without Patki et al. too
- egger2001: rma.peto of rows 1:7 (55% lower odds: Teo 1991, abstract, doi:10.1136/bmj.303.6816.1499) and of all;
  regtest(rma(measure="OR"), model="lm"): t = -5.7846
- hackshaw1998: Hackshaw 1997, abstract, doi:10.1136/bmj.315.7114.980; doi:10.1016/j.lungcan.2005.11.004
- hart1999: abstract, doi:10.7326/0003-4819-131-7-199910050-00003; rma(measure="IRR")
- hine1989: Normand 1999, doi:10.1002/(SICI)1097-0258(19990215)18:3<321::AID-SIM28>3.0.CO;2-P
- konstantopoulos2011: Table 4, page 70, doi:10.1002/jrsm.35, read in the metafor project's test of it
- lee2004: rma(measure="RR", method="DL"), limits as in the abstract, doi:10.1002/14651858.CD003281.pub2; Henmi 2010,
  page 2978, doi:10.1002/sim.4029
- linde2005: rma.mh(measure="RR", subset=group==1) and so on
- molloy2014: abstract, doi:10.1007/s12160-013-9524-4
- morris2008: Table 5, doi:10.1177/1094428106291059; rma of those
- nielweise2007: Stijnen 2010, Table III, doi:10.1002/sim.4040
- normand1999: Table IX, doi as hine1989
- pagliaro1992: abstract, doi:10.7326/0003-4819-117-1-59, for beta blockers; rma.mh for sclerotherapy
- pritz1997: rma(measure="PLO"), rma.glmm(measure="PLO"), both by plogis
- raudenbush1985: Raudenbush 2009, Handbook of research synthesis, pages 301-302, Tables 16.2 and 16.3
- yusuf1985: Table 6, doi:10.1016/S0033-0620(85)80003-7; rma.peto of Tables 9 and 10
"""

from __future__ import annotations

import contextlib
import io

import pytest

from evidence import datasets

PUBLISHED = {
    "bangertdrowns2004": ("0.2219 (SE 0.0460), τ² 0.0499", "0.0149 (SE 0.0073)"),
    "bcg": ("RR 0.49 (95% CI 0.34 to 0.70)", "-0.0291 (SE 0.0072)"),
    "berkey1998": ("PD 0.361 mm (SE 0.059)", "AL -0.346 mm (SE 0.088)", "PD − AL 0.690 mm (SE 0.074)"),
    "collins1985b": ("0.66 (0.56 to 0.79)", "0.68 (0.35 to 1.31)", "stillbirths: 37"),
    "curtin2002": ("-2.38 mmHg (-4.76 to -0.01)", "-1.72 mmHg (-2.87 to -0.56)"),
    "egger2001": ("seven trials: 0.45 (0.28 to 0.71)", "all sixteen:        1.01 (0.95 to 1.07)", "t = -5.78"),
    "hackshaw1998": ("OR 1.24 (95% CI 1.13 to 1.36)", "fill adds: 7"),
    "hart1999": ("0.38 (0.28 to 0.52)", "IRR 0.36 (95% CI 0.26 to 0.50); τ² 0.0000"),
    "hine1989": ("2.94 more deaths of 100 (0.4 to 5.5)", "τ² 0.0"),
    "konstantopoulos2011": ("0.128 (SE 0.044), τ² 0.088", "0.005 (SE 0.004)"),
    "lee2004": ("RR 0.73 (95% CI 0.59 to 0.89); τ² 0.0659", "-0.5145 (-0.9994 to -0.0295)"),
    "linde2005": ("2.06 (1.65 to 2.59)", "1.15 (1.02 to 1.29)", "6.33 (3.71 to 10.81)", "1.71 (1.40 to 2.09)"),
    "molloy2014": ("r = 0.15 (0.09 to 0.21)",),
    "morris2008": (
        "[0.7421, 0.9524, 1.8054, 1.1514, 0.505]",
        "[0.1138, 0.0426, 0.2833, 0.1458, 0.1667]",
        "0.9492 (SE 0.1434)",
    ),
    "nielweise2007": ("-0.980 (SE 0.243)", "-1.353 (SE 0.351)"),
    "normand1999": (
        "EE -3.49 days (-5.03 to -1.96)",
        "DL -14.10 days (-24.45 to -3.75)",
        "REML -15.12 days (-32.67 to 2.43)",
    ),
    "pagliaro1992": ("beta-blockers 0.54 (0.39 to 0.74)", "sclerotherapy 0.59 (0.48 to 0.73)"),
    "pritz1997": ("normal 0.757 (0.661 to 0.834)", "exact 0.798 (0.692 to 0.875)"),
    "raudenbush1985": ("0.084 (SE 0.052), τ² 0.019", "0.407", "-0.157"),
    "yusuf1985": ("table 6 0.93 (0.74 to 1.18)", "table 9 0.94 (0.77 to 1.14)", "table 10 0.77 (0.70 to 0.85)"),
}


def printed(example: str) -> str:
    """Return what an example prints."""
    said = io.StringIO()
    with contextlib.redirect_stdout(said):
        exec(example, {"__name__": "example"})
    return said.getvalue()


def test_all_sets_have_published_numbers() -> None:
    assert set(PUBLISHED) == set(datasets.names())


@pytest.mark.parametrize("name", PUBLISHED)
def test_an_example_prints_what_was_published(name: str) -> None:
    dataset = datasets.describe(name)
    found = printed(dataset.example)
    for expected in PUBLISHED[name]:
        assert expected in found
    assert [line.rstrip() for line in found.splitlines()] == [line.rstrip() for line in dataset.output.splitlines()]
    assert f'load("{name}")' in dataset.example
