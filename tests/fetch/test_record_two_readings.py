"""Both readings of invented records, with markup, Unicode and missing parts at random: the same, and what was meant."""

from __future__ import annotations

import dataclasses
import os
import subprocess
import sys
from typing import TYPE_CHECKING
from xml.sax.saxutils import escape, quoteattr

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evidence.errors import AnswerError
from evidence.fetch.parse import parse_set, read_with_biopython
from evidence.fetch.parse.markup import squeezed

if TYPE_CHECKING:
    from pathlib import Path

XML = '<?xml version="1.0" encoding="utf-8"?>\n'
MATHML = "http://www.w3.org/1998/Math/MathML"

# every character that XML allows, those that it escapes more often
CHARACTERS = st.characters(exclude_categories=("Cs", "Cc"), exclude_characters="\ufffe\uffff") | st.sampled_from(
    "<>&\"' \n\t;]"
)
TEXT = st.text(CHARACTERS, max_size=12) | st.sampled_from(
    ["p < 0.05", "a<b>c</b>", "&lt;", "&amp;lt;", "]]>", "<i>", " "]
)
WORD = st.text(st.characters(categories=("L", "N", "P", "S")), min_size=1, max_size=8)


@dataclasses.dataclass(frozen=True)
class Marked:
    """Text with markup: how it is written, what is plain in it, and the one form that its markup has."""

    xml: str
    plain: str
    markup: str


def _joined(parts: list[Marked]) -> Marked:
    return Marked(*("".join(getattr(part, name) for part in parts) for name in ("xml", "plain", "markup")))


def _plain(text: str) -> Marked:
    return Marked(escape(text), text, escape(text))


def _tagged(tag: str, inner: Marked) -> Marked:
    return Marked(f"<{tag}>{inner.xml}</{tag}>", inner.plain, f"<{tag}>{inner.markup}</{tag}>")


def _math(name: str, value: str, bound: str) -> Marked:
    attribute = quoteattr(value, {'"': "&quot;"})
    form = value.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace('"', "&quot;")
    return Marked(
        f'<mml:math xmlns:mml="{MATHML}"><mml:mfenced open={attribute}><mml:mi>{escape(name)}</mml:mi>'
        f"<mml:mn>{escape(bound)}</mml:mn></mml:mfenced></mml:math>",
        name + bound,
        f'<math xmlns="{MATHML}"><mfenced open="{form}"><mi>{escape(name)}</mi>'
        f"<mn>{escape(bound)}</mn></mfenced></math>",
    )


LEAF = st.builds(_plain, TEXT)
TAGGED = st.recursive(
    LEAF,
    lambda inner: (
        st.builds(_tagged, st.sampled_from(["b", "i", "sup", "sub", "u"]), inner)
        | st.lists(inner, max_size=3).map(_joined)
    ),
    max_leaves=6,
)
MATH = st.builds(_math, WORD, st.sampled_from(["(", "<", "&", "|", '"', "a > b", ""]), WORD)
MARKED = st.lists(TAGGED | MATH, max_size=4).map(_joined)
MAYBE = st.none() | WORD


def _element(tag: str, text: str | None, **attributes: str) -> str:
    if text is None:
        return ""
    written = "".join(f" {name}={quoteattr(value)}" for name, value in attributes.items())
    return f"<{tag}{written}>{escape(text)}</{tag}>"


def _wrap(tag: str, inner: str, attributes: str = "") -> str:
    return f"<{tag}{attributes}>{inner}</{tag}>" if inner else ""


@st.composite
def people(draw: st.DrawFn) -> str:
    found = []
    for _ in range(draw(st.integers(0, 3))):
        names = (
            _element("LastName", draw(MAYBE)) + _element("ForeName", draw(MAYBE)) + _element("Initials", draw(MAYBE))
        )
        group = draw(st.booleans())
        name = (
            f"<CollectiveName>{draw(TAGGED).xml}</CollectiveName>" if group else names + _element("Suffix", draw(MAYBE))
        )
        orcid = _element(
            "Identifier", draw(st.none() | st.just("https://orcid.org/0000-0001-2345-678X")), Source="ORCID"
        )
        places = [f"<AffiliationInfo><Affiliation>{draw(TAGGED).xml}</Affiliation></AffiliationInfo>"] * draw(
            st.integers(0, 2)
        )
        valid = draw(st.sampled_from(["", ' ValidYN="Y"', ' ValidYN="N"']))
        found.append(f"<Author{valid}>{name}{orcid}{''.join(places)}</Author>")
    return _wrap("AuthorList", "".join(found), draw(st.sampled_from(["", ' CompleteYN="N"', ' CompleteYN="Y"'])))


@st.composite
def abstracts(draw: st.DrawFn) -> tuple[str, list[tuple[str, str, Marked]]]:
    parts = [
        (draw(st.none() | TEXT), draw(st.sampled_from([None, "METHODS", "RESULTS"])), draw(MARKED))
        for _ in range(draw(st.integers(0, 3)))
    ]
    written = "".join(
        f"<AbstractText{f' Label={quoteattr(label)}' if label is not None else ''}"
        f"{f' NlmCategory={quoteattr(category)}' if category else ''}>{text.xml}</AbstractText>"
        for label, category, text in parts
    )
    return _wrap("Abstract", written), [(label or "", category or "", text) for label, category, text in parts]


@st.composite
def articles(draw: st.DrawFn) -> tuple[str, Marked, list[tuple[str, str, Marked]]]:
    title, (abstract, parts) = draw(MARKED), draw(abstracts())
    date = draw(
        st.sampled_from(
            [
                "<Year>2020</Year>",
                "<Year>2020</Year><Month>Feb</Month><Day>30</Day>",
                "<Year>2020</Year><Season>Fall</Season>",
                "<MedlineDate>2020 Dec-2021 Jan</MedlineDate>",
            ]
        )
    )
    links = "".join(
        f'<CommentsCorrections RefType="{kind}">{_element("RefSource", draw(WORD))}'
        f"{draw(st.sampled_from(['', '<PMID>5</PMID>']))}{_element('Note', draw(MAYBE))}</CommentsCorrections>"
        for kind in draw(st.lists(st.sampled_from(["CommentIn", "ErratumIn", "RetractionIn", "Cites"]), max_size=3))
    )
    keywords = "".join(
        _wrap("KeywordList", "".join(f"<Keyword>{draw(TAGGED).xml}</Keyword>" for _ in range(n)), f' Owner="{owner}"')
        for owner, n in draw(st.lists(st.tuples(st.sampled_from(["NOTNLM", "NLM"]), st.integers(1, 2)), max_size=2))
    )
    mesh = "".join(
        f'<MeshHeading><DescriptorName UI="D1" MajorTopicYN="{draw(st.sampled_from("YN"))}">{escape(draw(WORD))}'
        f"</DescriptorName>{_element('QualifierName', draw(MAYBE), UI='Q1')}</MeshHeading>"
        for _ in range(draw(st.integers(0, 2)))
    )
    ids = [_element("ArticleId", draw(WORD), IdType=kind) for kind in draw(st.permutations(["doi", "pmc", "pii"]))]
    history = '<PubMedPubDate PubStatus="entrez"><Year>2020</Year><Month>1</Month><Day>2</Day></PubMedPubDate>'
    article = (
        f"<Journal>{_element('ISSN', draw(MAYBE), IssnType='Print')}<JournalIssue CitedMedium='Print'>"
        f"{_element('Volume', draw(MAYBE))}<PubDate>{date}</PubDate></JournalIssue>"
        f"{_element('Title', draw(MAYBE))}</Journal>"
        f"<ArticleTitle>{title.xml}</ArticleTitle>{_wrap('Pagination', _element('MedlinePgn', draw(MAYBE)))}"
        f"{_element('ELocationID', draw(MAYBE), EIdType='doi', ValidYN=draw(st.sampled_from('YN')))}{abstract}"
        f"{draw(people())}<Language>eng</Language>"
        f"<VernacularTitle>{draw(TAGGED).xml}</VernacularTitle>"
    )
    references = (
        "<ReferenceList><Reference><Citation>C</Citation><ArticleIdList>"
        "<ArticleId IdType='doi'>10.1/not-ours</ArticleId></ArticleIdList></Reference></ReferenceList>"
    )
    whole = (
        f"<PubmedArticle><MedlineCitation Status='Publisher'><PMID Version='1'>{draw(st.integers(1, 999999999))}</PMID>"
        f"<Article PubModel='Print'>{article}</Article>"
        "<MedlineJournalInfo><MedlineTA>J</MedlineTA></MedlineJournalInfo>"
        f"{_wrap('CommentsCorrectionsList', links)}{_wrap('MeshHeadingList', mesh)}{keywords}</MedlineCitation>"
        f"<PubmedData>{draw(st.sampled_from(['', f'<History>{history}</History>']))}"
        f"<PublicationStatus>epublish</PublicationStatus>{_wrap('ArticleIdList', ''.join(ids))}{references}"
        "</PubmedData></PubmedArticle>"
    )
    return whole, title, parts


@settings(max_examples=40)
@given(st.lists(articles(), min_size=1, max_size=4))
def test_both_readings_give_what_was_written(made: list[tuple[str, Marked, list[tuple[str, str, Marked]]]]) -> None:
    body = f"{XML}<PubmedArticleSet>{''.join(whole for whole, _, _ in made)}</PubmedArticleSet>".encode()
    records = parse_set(body).records
    assert read_with_biopython(body) == records
    assert len(records) == len(made)
    for record, (_, title, parts) in zip(records, made, strict=True):
        assert (record.title, record.title_markup) == (squeezed(title.plain), squeezed(title.markup))
        kept = [
            (squeezed(label), category, squeezed(text.plain), squeezed(text.markup))
            for label, category, text in parts
            if squeezed(label) or squeezed(text.markup)
        ]
        assert [(part.label, part.category, part.text, part.markup) for part in record.abstract] == kept
        assert "not-ours" not in record.doi


def _article(pmid: int, title: str = "A comb.") -> str:
    return (
        f"<PubmedArticle><MedlineCitation Status='Publisher'><PMID Version='1'>{pmid}</PMID><Article PubModel='Print'>"
        f"<ArticleTitle>{title}</ArticleTitle></Article></MedlineCitation></PubmedArticle>"
    )


def _book(pmid: int) -> str:
    return (
        f"<PubmedBookArticle><BookDocument><PMID Version='1'>{pmid}</PMID><Book><BookTitle>Combs</BookTitle></Book>"
        "</BookDocument></PubmedBookArticle>"
    )


def test_articles_and_books_keep_their_order_over_batches() -> None:
    parts = [_book(n) if n % 3 == 0 else _article(n) for n in range(1, 451)]
    body = f"{XML}<PubmedArticleSet>{''.join(parts)}</PubmedArticleSet>".encode()
    records = read_with_biopython(body)
    assert [record.pmid for record in records] == [str(n) for n in range(1, 451)]
    assert records == parse_set(body).records


def test_markup_of_mathml_is_lost_by_biopython_in_one_place_alone() -> None:
    math = f'<mml:math xmlns:mml="{MATHML}" display="block"><mml:mi mathvariant="bold">p</mml:mi></mml:math>'
    body = f"{XML}<PubmedArticleSet>{_article(1, math)}</PubmedArticleSet>".encode()
    ours, theirs = parse_set(body).records[0], read_with_biopython(body)[0]
    inner = '<mi mathvariant="bold">p</mi></math>'
    assert ours.title_markup == f'<math xmlns="{MATHML}" display="block">{inner}'
    assert theirs.title_markup == f'<math xmlns="{MATHML}">{inner}'
    assert dataclasses.replace(ours, title_markup="") == dataclasses.replace(theirs, title_markup="")


def test_comments_and_sections_of_characters_do_not_cut_text() -> None:
    title = "A <!-- no <i> --><i>comb</i><?no?> of <![CDATA[<b> & 5 <]]> mm"
    body = f"{XML}<PubmedArticleSet>{_article(1, title)}</PubmedArticleSet>".encode()
    record = parse_set(body).records[0]
    assert record.title == "A comb of <b> & 5 < mm"
    assert record.title_markup == "A <i>comb</i> of &lt;b&gt; &amp; 5 &lt; mm"
    assert read_with_biopython(body) == (record,)


def test_what_biopython_cannot_place_is_an_error_and_no_loss() -> None:
    article = _article(1).replace("<ArticleTitle>", "<Year>2020</Year><ArticleTitle>")
    body = f"{XML}<PubmedArticleSet>{article}</PubmedArticleSet>"
    with pytest.raises(AnswerError, match="Biopython cannot read the record set"):
        read_with_biopython(body.encode())
    assert parse_set(body.encode()).records[0].title == "A comb."


_LEAVES_NO_TRACE = """
import sys, urllib.request
{before}
from Bio import Entrez
cache = Entrez.local_cache
from evidence.fetch.parse import read_with_biopython
opened = []
sys.addaudithook(lambda event, found: opened.append(event) if event.startswith(("socket.", "urllib.")) else None)
assert read_with_biopython(sys.argv[1].encode())[0].pmid == "1"
from Bio.Entrez import Parser
assert Entrez.local_cache == cache
assert Parser.urlopen is urllib.request.urlopen
print(opened, Parser.DataHandler._directory, Parser.DataHandler.local_dtd_dir)
"""


@pytest.mark.parametrize("imported_before", [False, True])
def test_nothing_is_fetched_and_nothing_stays_changed(tmp_path: Path, imported_before: bool) -> None:
    home = tmp_path / "home"
    home.mkdir()
    # with the parser imported beforehand, its folder is the one that it was given then
    before = f"from Bio import Entrez; Entrez.local_cache = {str(home / 'own')!r}; import Bio.Entrez.Parser"
    code = _LEAVES_NO_TRACE.format(before=before if imported_before else "")
    unknown = "<!DOCTYPE PubmedArticleSet SYSTEM 'https://dtd.nlm.nih.gov/ncbi/pubmed/out/pubmed_310101.dtd'>"
    body = f"{XML}{unknown}<PubmedArticleSet>{_article(1)}</PubmedArticleSet>"
    environment = {**os.environ, "HOME": str(home), "TMPDIR": str(tmp_path)}
    command = [sys.executable, "-c", code, body]
    found = subprocess.run(command, capture_output=True, text=True, check=True, env=environment)
    folder = f"{home / 'own'} {home / 'own' / 'Bio' / 'Entrez' / 'DTDs'}" if imported_before else "None None"
    assert found.stdout.strip() == f"[] {folder}"
    assert sorted(path.name for path in home.iterdir()) == (["own"] if imported_before else [])
    assert [path.name for path in tmp_path.iterdir()] == ["home"]
