"""Authors, identifiers, links and journals in forms that are old, rare or doubtful."""

from __future__ import annotations

import pytest

from evidence.fetch.parse import parse_set, read_with_biopython
from evidence.fetch.parse.people import bare_orcid
from evidence.fetch.record import Link, Record

OLD = b"<!DOCTYPE PubmedArticleSet PUBLIC '-//NLM//DTD' 'http://www.ncbi.nlm.nih.gov/corehtml/query/DTD/pubmed_%d.dtd'>"
REF_TYPES = [
    "AssociatedDataset",
    "AssociatedPublication",
    "CommentIn",
    "CommentOn",
    "CorrectedandRepublishedIn",
    "CorrectedandRepublishedFrom",
    "ErratumIn",
    "ErratumFor",
    "ExpressionOfConcernIn",
    "ExpressionOfConcernFor",
    "RepublishedIn",
    "RepublishedFrom",
    "RetractedandRepublishedIn",
    "RetractedandRepublishedFrom",
    "RetractionIn",
    "RetractionOf",
    "UpdateIn",
    "UpdateOf",
    "SummaryForPatientsIn",
    "OriginalReportIn",
    "ReprintIn",
    "ReprintOf",
    "Cites",
]


def read(article: str = "", *, citation: str = "", data: str = "", before: bytes = b"") -> Record:
    """Return the record of an article, after a look whether both readings agree on it."""
    body = (
        "<PubmedArticleSet><PubmedArticle><MedlineCitation Status='MEDLINE'><PMID Version='1'>90000001</PMID>"
        f"<Article PubModel='Print'><ArticleTitle>A comb.</ArticleTitle>{article}</Article>{citation}</MedlineCitation>"
        f"<PubmedData>{data}</PubmedData></PubmedArticle></PubmedArticleSet>"
    ).encode()
    body = b'<?xml version="1.0"?>' + before + body
    record = parse_set(body).records[0]
    assert read_with_biopython(body) == (record,)
    return record


def test_an_author_of_the_old_form_has_one_affiliation() -> None:
    name = "<LastName>Doe</LastName><Initials>J</Initials>"
    author = f"<Author ValidYN='Y'>{name}<Affiliation>A &amp; B.</Affiliation></Author>"
    record = read(f"<AuthorList>{author}</AuthorList>", before=OLD % 140101)
    assert [(author.short, author.affiliations) for author in record.authors] == [("Doe J", ("A & B.",))]


def test_an_article_of_the_oldest_form_has_one_address_that_of_its_first_author() -> None:
    authors = (
        "<AuthorList><Author><LastName>Doe</LastName></Author><Author><LastName>Roe</LastName></Author></AuthorList>"
    )
    record = read(f"<Affiliation>Harrowdale.</Affiliation>{authors}", before=OLD % 130101)
    assert [(author.last, author.affiliations) for author in record.authors] == [("Doe", ("Harrowdale.",)), ("Roe", ())]


def test_affiliations_keep_their_order_without_empty_ones() -> None:
    places = "".join(
        f"<AffiliationInfo><Affiliation>{text}</Affiliation></AffiliationInfo>"
        for text in ("Z.", "", " A<sup>1</sup>. ")
    )
    record = read(f"<AuthorList><Author><LastName>Doe</LastName>{places}</Author></AuthorList>")
    assert record.authors[0].affiliations == ("Z.", "A1.")


def test_names_that_were_corrected_and_names_that_are_none_are_left_out() -> None:
    people = (
        "<Author ValidYN='N'><LastName>Deo</LastName></Author><Author ValidYN='Y'><LastName>Doe</LastName></Author>"
        "<Author><Initials>X</Initials></Author><Author><ForeName>Mononym</ForeName></Author>"
    )
    record = read(f"<AuthorList CompleteYN='N'>{people}</AuthorList>")
    assert [(author.last, author.fore) for author in record.authors] == [("Doe", ""), ("", "Mononym")]
    assert record.authors_complete is False


@pytest.mark.parametrize(
    ("written", "bare"),
    [
        ("0000-0002-1825-0097", "0000-0002-1825-0097"),
        ("https://orcid.org/0000-0002-1825-009X", "0000-0002-1825-009X"),
        ("http://orcid.org/0000-0002-1825-009x", "0000-0002-1825-009X"),
        ("orcid.org/0000000218250097", "0000-0002-1825-0097"),
        ("0000 0002 1825 0097", "0000-0002-1825-0097"),
        (" http://orcid.org/0000-0002-1825-0097/ ", "0000-0002-1825-0097"),
        ("0000-0002-1825", ""),
        ("0000-0002-1825-00970", ""),
        ("", ""),
    ],
)
def test_orcids_become_bare(written: str, bare: str) -> None:
    assert bare_orcid(written) == bare
    person = f"<Author><LastName>Doe</LastName><Identifier Source='ORCID'>{written}</Identifier></Author>"
    assert read(f"<AuthorList>{person}</AuthorList>").authors[0].orcid == bare


def test_identifiers_of_another_kind_are_no_orcid() -> None:
    person = "<Author><LastName>Doe</LastName><Identifier Source='ISNI'>0000 0002 1825 0097</Identifier></Author>"
    assert read(f"<AuthorList>{person}</AuthorList>").authors[0].orcid == ""


@pytest.mark.parametrize("kind", REF_TYPES)
def test_links_of_every_kind_are_kept(kind: str) -> None:
    begin = f"<CommentsCorrections RefType='{kind}'>"
    inner = "<RefSource>J. 2020;1:2</RefSource><PMID Version='1'>5</PMID><Note>n &lt; 2</Note>"
    whole = f"{begin}{inner}</CommentsCorrections>"
    bare = f"{begin}<RefSource>J. 2021</RefSource></CommentsCorrections>"
    record = read(citation=f"<CommentsCorrectionsList>{whole}{bare}</CommentsCorrectionsList>")
    assert record.links == (
        Link(kind=kind, source="J. 2020;1:2", pmid="5", note="n < 2"),
        Link(kind=kind, source="J. 2021"),
    )
    assert record.pmid == "90000001"


LOCATION = "<ELocationID EIdType='doi' ValidYN='{valid}'>10.1000/location</ELocationID>"
REFERENCES = (
    "<ReferenceList><Reference><Citation>C</Citation><ArticleIdList>"
    "<ArticleId IdType='doi'>10.1000/reference</ArticleId>"
    "<ArticleId IdType='pmc'>PMC5</ArticleId></ArticleIdList></Reference></ReferenceList>"
)


@pytest.mark.parametrize(
    ("ids", "location", "doi", "pmcid"),
    [
        ("<ArticleId IdType='doi'>10.1000/Own</ArticleId>", LOCATION.format(valid="Y"), "10.1000/Own", ""),
        ("<ArticleId IdType='doi'>https://doi.org/10.1000/Own</ArticleId>", "", "10.1000/Own", ""),
        ("<ArticleId IdType='pubmed'>5</ArticleId>", LOCATION.format(valid="Y"), "10.1000/location", ""),
        ("<ArticleId IdType='doi'></ArticleId>", LOCATION.format(valid="Y"), "10.1000/location", ""),
        ("<ArticleId>10.1000/of-no-kind</ArticleId>", LOCATION.format(valid="N"), "", ""),
        ("<ArticleId IdType='pmc'>PMC77</ArticleId>", "", "", "PMC77"),
        ("<ArticleId IdType='pmcid'>pmc-id: PMC78;</ArticleId>", "", "", "PMC78"),
        ("<ArticleId IdType='pmcid'>PMC78</ArticleId><ArticleId IdType='pmc'>PMC77</ArticleId>", "", "", "PMC77"),
        ("<ArticleId IdType='mid'>NIHMS5</ArticleId>", "", "", ""),
    ],
)
def test_identifiers_are_the_articles_own(ids: str, location: str, doi: str, pmcid: str) -> None:
    record = read(location, data=f"<ArticleIdList>{ids}</ArticleIdList>{REFERENCES}")
    assert (record.doi, record.pmcid) == (doi, pmcid)
    without = read(location, data=REFERENCES)
    assert without.doi == ("10.1000/location" if "ValidYN='Y'" in location else "")
    assert without.pmcid == ""


def test_a_journal_without_abbreviation_has_that_of_medline() -> None:
    medline = (
        "<MedlineJournalInfo><MedlineTA>J Comb</MedlineTA><ISSNLinking>9999-0001</ISSNLinking></MedlineJournalInfo>"
    )
    record = read("<Journal><Title>Journal of combs</Title></Journal>", citation=medline)
    assert (record.journal, record.journal_title, record.issn) == ("J Comb", "Journal of combs", "9999-0001")


@pytest.mark.parametrize(
    ("pages", "text"),
    [
        ("<MedlinePgn>187-94</MedlinePgn>", "187-94"),
        ("<StartPage>187</StartPage><EndPage>194</EndPage><MedlinePgn>187-94</MedlinePgn>", "187-94"),
        ("<StartPage>187</StartPage><EndPage>194</EndPage>", "187-194"),
        ("<StartPage>e5</StartPage>", "e5"),
        ("<StartPage>5</StartPage><EndPage>5</EndPage>", "5"),
        ("<MedlinePgn/>", ""),
    ],
)
def test_pages(pages: str, text: str) -> None:
    assert read(f"<Pagination>{pages}</Pagination>").pages == text


def test_lists_of_several_owners_and_grants_of_several_forms() -> None:
    keywords = (
        "<KeywordList Owner='NLM'><Keyword>lamp</Keyword></KeywordList>"
        "<KeywordList Owner='NOTNLM'><Keyword>H<sub>2</sub>O</Keyword><Keyword>lamp</Keyword></KeywordList>"
    )
    grants = (
        "<GrantList><Grant><GrantID>G1</GrantID><Agency>Comb Trust</Agency></Grant>"
        "<Grant><Agency>Lamp Fund</Agency></Grant><Grant><GrantID>G2</GrantID><Agency/></Grant></GrantList>"
    )
    record = read(grants, citation=keywords)
    assert record.keywords == ("lamp", "H2O")
    assert record.grants == ("G1 (Comb Trust)", "Lamp Fund", "G2")
