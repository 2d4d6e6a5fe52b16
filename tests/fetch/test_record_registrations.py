"""Numbers of trial registries: every form that writers use becomes one, and words that look alike stay words."""

from __future__ import annotations

import pytest

from evidence.fetch.parse import parse_set
from evidence.fetch.parse.registrations import REGISTRIES, find_registrations, listed_registrations

WRITTEN = {
    "NCT09000001": ["NCT09000001", "nct09000001", "NCT 09000001", "NCT-09000001", "NCT: 09000001", "NCT no. 09000001"],
    "ISRCTN90000001": [
        "ISRCTN90000001",
        "ISRCTN 90000001",
        "ISRCTN: ISRCTN90000001",
        "ISRCTN, number 90000001",
        "ISRCTN, 90000001, and",
        "isrctn.com/ISRCTN90000001",
        "ISRCTN registry number (90000001)",
    ],
    "2012-001234-56": [
        "EudraCT 2012-001234-56",
        "EudraCT number: 2012-001234-56.",
        "EUCTR2012-001234-56-NL",
        "(2012\u2013001234\u201356)",
    ],
    "2022-500123-12": ["EU CT 2022-500123-12-00", "EUCT number 2022-500123-12-01", "2022-500123-12"],
    "ChiCTR2000030145": [
        "ChiCTR2000030145",
        "ChiCTR-2000030145",
        "CHICTR 2000030145",
        "Chictr.org.cn ChiCTR2000030145",
    ],
    "ChiCTR-TRC-12001234": ["ChiCTR-TRC-12001234", "ChiCTR\u2010TRC\u201012001234", "chictr-trc-12001234"],
    "CTRI/2018/02/011664": [
        "CTRI/2018/02/011664",
        "CTRI No. CTRI/2018/02/011664",
        "CTRI/2018/02/011,664",
        "CTRI registration number: 2018/02/011664",
    ],
    "IRCT20190506043492N3": ["IRCT20190506043492N3", "IRCT 20190506043492N3", "IRCT: IRCT20190506043492N3."],
    "ACTRN12617000863336": [
        "ACTRN12617000863336",
        "ACTRN 12617000863336.",
        "(ACTRN): 12617000863336;",
        "ANZCTR12617000863336",
    ],
    "UMIN000021353": [
        "UMIN000021353",
        "UMIN 000021353",
        "UMIN-CTR: UMIN000021353",
        "UMIN-CTR 000021353",
        "UMIN ID: 000021353",
    ],
    "jRCTs031180123": ["jRCTs031180123", "JRCTs031180123", "jRCTs 031180123"],
    "jRCT1030200123": ["jRCT1030200123", "jRCT 1030200123"],
    "JapicCTI-123456": ["JapicCTI-123456", "JapicCTI 123456"],
    "JMA-IIA00123": ["JMA-IIA00123"],
    "KCT0001234": ["KCT0001234", "CRiS: KCT0001234", "KCT 0001234"],
    "DRKS00013972": ["DRKS00013972", "DRKS-ID: DRKS00013972", "(DRKS)-DRKS00013972 (date", "DRKS 00013972"],
    "NTR6977": ["NTR6977", "NTR 6977", "(NTR: 6977)"],
    "NL6791": ["Netherlands Trial Register NL6791", "registered as NL 6791"],
    "NL-OMON12345": ["NL-OMON12345"],
    "PACTR201805003381361": ["PACTR201805003381361", "PACTR 201805003381361"],
    "TCTR20190101001": ["TCTR20190101001", "TCTR 20190101001"],
    "SLCTR/2015/012": ["SLCTR/2015/012", "SLCTR 2015/012"],
    "RBR-6g7f8k": ["RBR-6g7f8k", "RBR-6G7F8K", "ReBEC (RBR-6g7f8k)"],
    "RBR-hfdgvx": ["ReBEC trial RBR-hfdgvx"],
    "PER-012-18": ["PER-012-18"],
    "LBCTR2019010123": ["LBCTR2019010123"],
    "ITMCTR2022000123": ["ITMCTR2022000123"],
    "RPCEC00000123": ["RPCEC00000123"],
    "U1111-1234-5678": ["U1111-1234-5678", "UTN: U1111\u20111234\u20115678", "U1111 1234 5678"],
}
CASES = [(number, written) for number, forms in WRITTEN.items() for written in forms]
NOT_REGISTRATIONS = (
    "The receptors NTR1, NTR2 and NTR3 and the enzyme NTR 12",
    "HCoV-NL63 and the isolate NL4321 of the virus",
    "METC NL12345.018.17, a trial",
    "PER-ir and per-100-50 and NIPER-A",
    "the RBR-family and RBR-type ligases",
    "NCT0900001 and NCT090000012 and DISTINCT09000001",
    "ISRCTN registry",
    "from 2012-001234 to 2013, call 555-2012-001234-56",
    "control, only, entries; strict, direct",
    "UMIN centre in 2019",
)


@pytest.mark.parametrize(("number", "written"), CASES)
def test_each_way_of_writing_gives_the_one_form(number: str, written: str) -> None:
    assert find_registrations(f"We combed 40 adults ({written}) in 2021.") == (number,)


def test_every_registry_is_written_somewhere_above() -> None:
    numbers = " ".join(WRITTEN)
    assert {registry.name for registry in REGISTRIES if registry.name.removeprefix("UTN") not in numbers} == set()
    assert len(WRITTEN) == 29


@pytest.mark.parametrize("text", NOT_REGISTRATIONS)
def test_what_looks_alike_is_no_registration(text: str) -> None:
    assert find_registrations(text) == ()


def test_order_of_the_text_and_each_once() -> None:
    text = "DRKS00013972, NCT09000001; again DRKS 00013972 and nct09000001, EudraCT 2012-001234-56"
    assert find_registrations(text) == ("DRKS00013972", "NCT09000001", "2012-001234-56")


@pytest.mark.parametrize(
    ("bank", "entry", "numbers"),
    [
        ("ClinicalTrials.gov", "NCT09000001", ("NCT09000001",)),
        ("ClinicalTrials.gov", "nct 09000001", ("NCT09000001",)),
        ("ClinicalTrials.gov", "09000001", ("NCT09000001",)),
        ("ISRCTN", "90000001", ("ISRCTN90000001",)),
        ("ISRCTN", "ISRCTN474042962", ("ISRCTN474042962",)),
        ("NTR", "NTR12", ("NTR12",)),
        ("NTR", "12", ("NTR12",)),
        ("ANZCTR", "12617000863336", ("ACTRN12617000863336",)),
        ("UMIN CTR", "000021353", ("UMIN000021353",)),
        ("UMIN-CTR", "UMIN000021353", ("UMIN000021353",)),
        ("EudraCT", "2012-001234-56", ("2012-001234-56",)),
        ("ReBec", "RBR-hfdgvx", ("RBR-hfdgvx",)),
        ("GENBANK", "MW123456", ()),
        ("figshare", "10.6084/m9.figshare.1", ()),
        ("ISRCTN", "", ()),
    ],
)
def test_entries_of_the_list_of_databases(bank: str, entry: str, numbers: tuple[str, ...]) -> None:
    assert listed_registrations(bank, entry) == numbers


def test_listed_before_told_and_labels_count() -> None:
    body = b"""<PubmedArticleSet><PubmedArticle><MedlineCitation><PMID Version="1">90000001</PMID><Article>
    <ArticleTitle>A comb (NCT09000003), ISRCTN</ArticleTitle><Abstract>
    <AbstractText>90000002 bristles.</AbstractText>
    <AbstractText Label="REGISTRATION DRKS00013972">On <i>NCT</i>09000002.</AbstractText></Abstract>
    <DataBankList><DataBank><DataBankName>GENBANK</DataBankName><AccessionNumberList><AccessionNumber>MW123456
    </AccessionNumber></AccessionNumberList></DataBank><DataBank><DataBankName>ClinicalTrials.gov</DataBankName>
    <AccessionNumberList><AccessionNumber>NCT09000001</AccessionNumber><AccessionNumber>NCT09000002</AccessionNumber>
    </AccessionNumberList></DataBank></DataBankList></Article></MedlineCitation></PubmedArticle></PubmedArticleSet>"""
    record = parse_set(body).records[0]
    assert record.registrations == ("NCT09000001", "NCT09000002", "NCT09000003", "DRKS00013972")
