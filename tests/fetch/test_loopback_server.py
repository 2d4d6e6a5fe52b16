"""The small PubMed of the tests, asked by the real Bio.Entrez: it must be as strict and as odd as the real one."""

from __future__ import annotations

import datetime as dt
import io
import json
import time
from typing import TYPE_CHECKING, Any

import pytest

from evidence import practice
from evidence.practice import Heading, Section, Server, Store, Synthetic

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

TODAY = dt.date(2026, 11, 22)


class Asking:
    """Bio.Entrez with its base address swapped, its waiting left out and no way to a DTD of the network."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, cache: Path) -> None:
        from Bio import Entrez
        from Bio.Entrez import Parser

        self.entrez, self._url = Entrez, ""
        real = Entrez.urlopen

        def redirected(request: Any) -> Any:
            request.full_url = request.full_url.replace("https://eutils.ncbi.nlm.nih.gov/entrez/eutils/", self._url)
            return real(request)

        def refused(*_: object) -> None:
            raise AssertionError("a DTD was asked of the network")

        ticks = iter(range(0, 10**6, 10))
        clock = type("Clock", (), {"time": staticmethod(lambda: next(ticks)), "sleep": staticmethod(lambda _: None)})
        monkeypatch.setattr(Entrez, "urlopen", redirected)
        monkeypatch.setattr(Entrez, "time", clock)
        monkeypatch.setattr(Entrez, "email", "reader@example.org")
        monkeypatch.setattr(Entrez, "max_tries", 1)
        monkeypatch.setattr(Entrez, "local_cache", str(cache))
        monkeypatch.setattr(Parser, "urlopen", refused)

    def of(self, server: Server) -> Asking:
        self._url = server.url
        return self

    def read(self, tool: str, **params: Any) -> Any:
        with getattr(self.entrez, tool)(**params) as handle:
            return self.entrez.read(handle)

    def body(self, tool: str, **params: Any) -> Any:
        with getattr(self.entrez, tool)(**params) as handle:
            return handle.read()

    def search(self, term: str, **params: Any) -> Any:
        return self.read("esearch", db="pubmed", term=term, **params)

    def found(self, term: str, **params: Any) -> set[str]:
        return {str(pmid) for pmid in self.search(term, retmax=9999, **params)["IdList"]}

    def fetch(self, ids: list[str]) -> Any:
        return self.read("efetch", db="pubmed", id=ids, retmode="xml")


@pytest.fixture
def asking(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Asking:
    return Asking(monkeypatch, tmp_path)


@pytest.fixture
def store() -> Store:
    return Store(practice.make_records(50, seed=1), today=TODAY)


@pytest.fixture
def server(store: Store) -> Iterator[Server]:
    with Server(store, per_second=None, per_second_with_key=None) as running:
        yield running


def _pmids(read: Any) -> list[str]:
    return [str(article["MedlineCitation"]["PMID"]) for article in read["PubmedArticle"]]


# ---------------------------------------------------------------- esearch


def test_a_search_answers_newest_first_and_twenty_unless_told(asking: Asking, server: Server) -> None:
    answer = asking.of(server).search(practice.QUERY)
    assert (answer["Count"], answer["RetMax"], answer["RetStart"]) == ("50", "20", "0")
    assert list(answer["IdList"]) == [str(90000050 - i) for i in range(20)]
    assert "ErrorList" in answer  # no record is on animals: the phrase is not found, and that is no error
    assert answer["QueryTranslation"].startswith('("oscillating comb"[Title/Abstract] OR ')


def test_pages_together_are_the_whole(asking: Asking, server: Server) -> None:
    asking.of(server)
    pages = [asking.search(practice.QUERY, retstart=start, retmax=20)["IdList"] for start in (0, 20, 40)]
    assert [len(page) for page in pages] == [20, 20, 10]
    assert {str(pmid) for page in pages for pmid in page} == {str(90000001 + i) for i in range(50)}


def test_long_terms_come_by_post_and_short_ones_by_get(asking: Asking, server: Server) -> None:
    asking.of(server).search("comb[ti]")
    asking.search(" OR ".join(f"comb{i}[ti]" for i in range(200)))
    assert [seen.method for seen in server.seen] == ["GET", "POST"]
    assert server.seen[1].params["term"].endswith("comb199[ti]")
    assert server.seen[0].params["email"] == "reader@example.org"


def test_search_as_json(asking: Asking, server: Server) -> None:
    result = json.loads(asking.of(server).body("esearch", db="pubmed", term="nonesuch[ti]", retmode="json"))
    assert result["esearchresult"]["count"] == "0"
    assert result["esearchresult"]["errorlist"]["phrasesnotfound"] == ["nonesuch[ti]"]
    assert result["esearchresult"]["warninglist"]["outputmessages"] == ["No items found."]


def test_count_alone(asking: Asking, server: Server) -> None:
    assert asking.of(server).search(practice.QUERY, rettype="count") == {"Count": "50"}


def test_the_window_of_a_search_ends_at_9999_and_uid_ranges_reach_the_rest(asking: Asking) -> None:
    begin = time.perf_counter()
    store = Store(practice.make_records(25_000, seed=2, minimal=True))
    with Server(store, per_second=None) as server:
        answer = asking.of(server).search(practice.QUERY, retmax=100_000)
        assert answer["Count"] == "25000"
        assert len(answer["IdList"]) == 9999
        assert answer["WarningList"]["OutputMessage"] == ["Restrictions achieved. start and count adjusted to 0, 9999"]
        with pytest.raises(RuntimeError, match=r"Search Backend failed: Exception:\sPosition 9999 is out of accept"):
            asking.search(practice.QUERY, retstart=9999)
        ranges = [(1, 90008000), (90008001, 90016000), (90016001, 99999999)]
        parts = [asking.found(f"({practice.QUERY}) AND {low}:{high}[uid]") for low, high in ranges]
    assert [len(part) for part in parts] == [8000, 8000, 9000]
    assert set().union(*parts) == set(store.pmids)
    assert time.perf_counter() - begin < 20


LANGUAGE = (
    Synthetic(
        pmid="90000001",
        title="Oscillating combs for hum.",
        abstract=(Section(label="RESULTS", text="The copper lamp hummed; naïve façade."),),
        publication_types=("Journal Article", "Randomized Controlled Trial"),
        mesh=(Heading(descriptor="Humans"), Heading(descriptor="Tingling", qualifiers=(("drug therapy", False),))),
    ),
    Synthetic(
        pmid="90000002",
        title="A lamp of copper.",
        keywords=("oscillating comb",),
        mesh=(Heading(descriptor="Animals"),),
    ),
    Synthetic(
        pmid="90000003",
        title_markup="Micro-combs with <i>p</i> &lt; 0.05.",
        mesh=(Heading(descriptor="Animals"), Heading(descriptor="Humans")),
        languages=("ger",),
    ),
    Synthetic(pmid="90000004", title="Oscillating. Comb.", publication_types=("Letter",)),
)
QUERIES = {
    "comb[ti]": {4},
    "comb*[ti]": {1, 3, 4},
    '"oscillating comb"[tiab]': {2, 4},
    "oscillating comb*[tiab]": {1, 2, 4},
    '"copper lamp"[tiab]': {1},
    "copper lamp": {1, 2},
    "copper[tiab] lamp[tiab]": {1, 2},
    "micro-comb*[tiab]": {3},
    "naive facade[tiab]": {1},
    "results[tiab]": {1},
    "i[ti]": set(),
    "randomized controlled trial[pt]": {1},
    "controlled trial[pt]": set(),
    "drug therapy[sh]": {1},
    '"Humans"[Mesh]': {1, 3},
    "animals[mh] NOT humans[mh]": {2},
    "comb*[tiab] NOT (animals[mh] NOT humans[mh])": {1, 3, 4},
    "comb*[tiab] NOT animals[mh] NOT humans[mh]": {4},
    "lamp[tiab] OR micro*[tiab] AND humans[MeSH Terms]": {1, 3},  # from left to right
    "lamp[tiab] OR (micro*[tiab] AND letter[pt])": {1, 2},
    "90000002[pmid] OR 90000004[uid]": {2, 4},
    "90000002:90000003[uid]": {2, 3},
    "ger[la]": {3},
    "lamp[ti] or[ti]": set(),  # small letters are a word, no operator
}


@pytest.mark.parametrize("query", QUERIES)
def test_query_language(query: str, asking: Asking) -> None:
    with Server(Store(LANGUAGE)) as server:
        assert asking.of(server).found(query) == {f"9000000{i}" for i in QUERIES[query]}


def test_what_is_not_found_is_said(asking: Asking, server: Server) -> None:
    answer = asking.of(server).search('comb*[tiab] OR zzz[tiab] OR "no such phrase"[ti] OR comb[foo]')
    assert int(answer["Count"]) > 0
    assert answer["ErrorList"]["PhraseNotFound"] == ["zzz[tiab]"]
    assert answer["ErrorList"]["FieldNotFound"] == ["foo"]
    assert answer["WarningList"]["QuotedPhraseNotFound"] == ['"no such phrase"']


@pytest.mark.parametrize(
    "query", ["(comb[ti]", "comb[ti])", '"comb', "comb[ti", "AND comb[ti]", "comb[ti] OR", "a:b[ti]", "1:2026/x[crdt]"]
)
def test_broken_queries_are_errors(query: str, asking: Asking, server: Server) -> None:
    with pytest.raises(RuntimeError, match="Search Backend failed"):
        asking.of(server).search(query)


def test_dates_are_searched_by_what_they_mean(asking: Asking) -> None:
    ordinary = Synthetic(pmid="90000001", title="Comb.", added=dt.date(2026, 1, 10), date="2026-02")
    late = Synthetic(
        pmid="90000002", title="Comb.", added=dt.date(2026, 11, 1), entered=dt.date(2010, 5, 1), date="2010"
    )
    store = Store([ordinary, late], today=TODAY)
    store.change("90000001", revised=dt.date(2026, 11, 20), title="Comb, changed.")
    with Server(store, per_second=None) as server:
        asking.of(server)
        window = {"mindate": "2026/10/01", "maxdate": "2026/12/31"}
        by_type = {kind: asking.found("comb", datetype=kind, **window) for kind in ("edat", "crdt", "mdat", "pdat")}
        by_field = {kind: asking.found(f"comb AND 2026/10/01:3000[{kind}]") for kind in ("edat", "crdt", "mdat", "lr")}
        assert asking.found("comb", datetype="mdat", reldate="7") == {"90000001"}
        assert asking.found('comb AND ("2010/01/01"[Date - Publication] : "2010"[Date - Publication])') == {"90000002"}
        assert asking.found("comb AND 2026/02[dp]") == {"90000001"}
    assert by_type == {"edat": set(), "crdt": {"90000002"}, "mdat": {"90000001", "90000002"}, "pdat": set()}
    assert by_field == {"edat": set(), "crdt": {"90000002"}, "mdat": {"90000001", "90000002"}, "lr": {"90000001"}}


# ---------------------------------------------------------------- efetch


def test_efetch_leaves_out_the_unknown_answers_for_the_merged_and_sends_each_record_once(
    asking: Asking, server: Server, store: Store
) -> None:
    store.remove("90000003")
    store.merge("90000004", into="90000040")
    asked = ["90000001", "90000003", "90000004", "90000040", "90000001", "90000002", "99999990"]
    assert _pmids(asking.of(server).fetch(asked)) == ["90000040", "90000002", "90000001"]
    with pytest.raises(Exception, match="400"):
        asking.fetch([""])


def test_efetch_as_medline_and_as_a_list(asking: Asking, server: Server, store: Store) -> None:
    from Bio import Medline

    ids = ["90000001", "90000007"]
    text = asking.of(server).body("efetch", db="pubmed", id=ids, rettype="medline", retmode="text")
    records = {record["PMID"]: record for record in Medline.parse(io.StringIO(text))}
    assert set(records) == set(ids)
    for pmid in ids:
        assert records[pmid]["TI"] == store[pmid].title
        assert records[pmid]["CRDT"] == [f"{store[pmid].added:%Y/%m/%d} 06:00"]
        assert records[pmid]["AU"] == [f"{person.last} {person.initials}" for person in store[pmid].authors]
    uids = asking.body("efetch", db="pubmed", id=ids, rettype="uilist", retmode="text")
    assert uids.split() == ids[::-1]


def test_posted_ids_and_kept_searches_are_fetched_by_history(asking: Asking, server: Server) -> None:
    posted = asking.of(server).read("epost", db="pubmed", id="90000001,90000002,what")
    assert posted["InvalidIdList"] == ["what"]
    by_post = {"WebEnv": posted["WebEnv"], "query_key": posted["QueryKey"]}
    assert _pmids(asking.read("efetch", db="pubmed", retmode="xml", **by_post)) == ["90000002", "90000001"]
    kept = asking.search(practice.QUERY, usehistory="y", retmax=0)
    by_search = {"WebEnv": kept["WebEnv"], "query_key": kept["QueryKey"]}
    pages = [
        _pmids(asking.read("efetch", db="pubmed", retmode="xml", retstart=start, retmax=30, **by_search))
        for start in (0, 30)
    ]
    assert [len(page) for page in pages] == [30, 20]
    assert len(set(pages[0]) | set(pages[1])) == 50


def test_history_expires(asking: Asking, store: Store) -> None:
    with Server(store, per_second=None, history_seconds=0.05) as server:
        kept = asking.of(server).search(practice.QUERY, usehistory="y")
        time.sleep(0.1)
        body = asking.body("efetch", db="pubmed", retmode="xml", WebEnv=kept["WebEnv"], query_key="1")
    assert b"<ERROR>Unable to obtain query #1</ERROR>" in body


def test_every_structural_case_is_read_by_the_real_parser(asking: Asking) -> None:
    cases = practice.structural_cases()
    with Server(Store(cases.values()), per_second=None) as server:
        read = asking.of(server).fetch([record.pmid for record in cases.values()])
    articles = {str(a["MedlineCitation"]["PMID"]): a["MedlineCitation"] for a in read["PubmedArticle"]}
    books = {str(a["BookDocument"]["PMID"]) for a in read["PubmedBookArticle"]}
    assert articles.keys() | books == {record.pmid for record in cases.values()}
    assert books == {cases["book-article"].pmid}

    def article(name: str) -> Any:
        return articles[cases[name].pmid]

    for name, record in cases.items():
        if record.pmid in books:
            continue
        found = article(name)
        links = [(c.attributes["RefType"], str(c.get("PMID", ""))) for c in found.get("CommentsCorrectionsList", [])]
        assert links == [(link.kind, link.pmid) for link in record.links], name
        assert [str(k) for k in found["Article"]["PublicationTypeList"]] == list(record.publication_types), name
        assert len(found["Article"].get("AuthorList", [])) == len(record.authors), name
    assert article("version-2")["PMID"].attributes["Version"] == "2"
    assert article("empty-title-with-vernacular")["Article"]["ArticleTitle"] == ""
    assert "<mrow><msup><mi>R</mi>" in str(article("mathml-title")["Article"]["ArticleTitle"])
    assert str(article("bare-less-than")["Article"]["ArticleTitle"]).startswith("Lamps with p < 0.05 & <i>a</i><<i>b")
    dates = {
        name: article(name)["Article"]["Journal"]["JournalIssue"]["PubDate"]
        for name in ("medline-date-months", "season", "month-as-number", "day-of-issue")
    }
    assert dates["medline-date-months"] == {"MedlineDate": "2020 Dec-2021 Jan"}
    assert dates["season"] == {"Year": "2023", "Season": "Summer"}
    assert dates["month-as-number"] == {"Year": "2024", "Month": "03", "Day": "05"}
    assert dates["day-of-issue"] == {"Year": "2024", "Month": "Mar", "Day": "05"}


def test_the_set_of_all_cases_has_a_pmid_twice_and_names_the_deleted(asking: Asking) -> None:
    read = asking.entrez.read(io.BytesIO(practice.structural_set()))
    pmids = _pmids(read)
    assert len(pmids) - len(set(pmids)) == 1
    assert tuple(str(pmid) for pmid in read["DeleteCitation"]) == practice.DELETED


def test_a_notice_links_both_ways(asking: Asking, server: Server, store: Store) -> None:
    store.retract("90000005", "90000900")
    store.concern("90000006", "90000901")
    store.erratum("90000007", "90000902")
    store.republish("90000008", "90000903")
    read = asking.of(server).fetch([*(f"9000000{i}" for i in (5, 6, 7, 8)), *(f"9000090{i}" for i in range(4))])
    links = {
        str(a["MedlineCitation"]["PMID"]): [
            (c.attributes["RefType"], str(c["PMID"])) for c in a["MedlineCitation"]["CommentsCorrectionsList"]
        ]
        for a in read["PubmedArticle"]
    }
    assert links["90000005"] == [("RetractionIn", "90000900")]
    assert links["90000900"] == [("RetractionOf", "90000005")]
    assert links["90000006"] == [("ExpressionOfConcernIn", "90000901")]
    assert links["90000007"] == [("ErratumIn", "90000902")]
    assert links["90000008"] == [("CorrectedandRepublishedIn", "90000903")]
    assert "Retracted Publication" in store["90000005"].publication_types
    assert asking.found("2026/11/22:3000[mdat]") == set(links)
    assert asking.found("2026/11/22:3000[crdt]") == {f"9000090{i}" for i in range(4)}


# ---------------------------------------------------------------- the other utilities


def test_summaries(asking: Asking, server: Server, store: Store) -> None:
    (summary,) = asking.of(server).read("esummary", db="pubmed", id="90000001")
    assert summary["Title"] == store["90000001"].title
    assert summary["DOI"] == "10.99999/inv.90000001"
    assert summary["AuthorList"] == [f"{person.last} {person.initials}" for person in store["90000001"].authors]
    with pytest.raises(RuntimeError, match="UID=99999990: cannot get document summary"):
        asking.read("esummary", db="pubmed", id="99999990")
    result = json.loads(asking.body("esummary", db="pubmed", id="90000002,99999990", retmode="json"))["result"]
    assert result["uids"] == ["90000002", "99999990"]
    assert result["90000002"]["title"] == store["90000002"].title
    assert result["99999990"]["error"] == "cannot get document summary"


def test_links_are_one_to_one_for_repeated_ids_and_together_for_joined_ones(asking: Asking, server: Server) -> None:
    def citing(pmid: str, *cited: str) -> Synthetic:
        return Synthetic(pmid=pmid, references=tuple(practice.Reference(citation="C.", pmid=p) for p in cited))

    server.store.add(citing("90000800", "90000001", "90000002"))
    server.store.add(citing("90000801", "90000001"))
    asking.of(server)
    one = asking.read("elink", dbfrom="pubmed", db="pubmed", id=["90000800", "90000801"], linkname="pubmed_pubmed_refs")
    found = [[str(link["Id"]) for link in part["LinkSetDb"][0]["Link"]] for part in one]
    assert [list(map(str, part["IdList"])) for part in one] == [["90000800"], ["90000801"]]
    assert found == [["90000001", "90000002"], ["90000001"]]
    (joined,) = asking.read(
        "elink", dbfrom="pubmed", db="pubmed", id="90000800,90000801", linkname="pubmed_pubmed_refs"
    )
    assert [str(link["Id"]) for link in joined["LinkSetDb"][0]["Link"]] == ["90000001", "90000002"]
    (cited,) = asking.read("elink", dbfrom="pubmed", db="pubmed", id="90000001", linkname="pubmed_pubmed_citedin")
    assert [str(link["Id"]) for link in cited["LinkSetDb"][0]["Link"]] == ["90000800", "90000801"]


def test_info_says_when_the_database_was_updated(asking: Asking, server: Server) -> None:
    info = asking.of(server).read("einfo", db="pubmed")["DbInfo"][0]
    assert (info["DbName"], info["Count"], info["LastUpdate"]) == ("pubmed", "50", "2026/11/22 04:15")
    assert {"UID", "CRDT", "MDAT", "TIAB"} <= {str(field["Name"]) for field in info["FieldList"]}
    assert asking.read("einfo")["DbList"] == ["pubmed"]
