"""Files as the tools themselves write them, made up here by their documented forms."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from screened_records import decided, record_row

from evidence.errors import InputError, ProjectError, TableError
from evidence.screen.exchange import export_screening, read_decisions, screening_citations

if TYPE_CHECKING:
    from pathlib import Path

    from evidence.screen.standing import Decision

NOW = "2026-12-01T08:00:00Z"
ROWS = [record_row(number) for number in range(1, 7)]
ONE, TWO, THREE, FOUR, FIVE, SIX = ROWS


def read(path: Path, content: str, **options: object) -> tuple[Decision, ...]:
    path.write_text(content, encoding="utf-8")
    given = {"tables": {"records": ROWS}, "now": NOW, "reviewer": "C. Reader", **options}
    return read_decisions(path, **given)  # type: ignore[arg-type]


def short(decisions: tuple[Decision, ...]) -> list[tuple[str, str, str, str]]:
    return [(one.pmid, one.reviewer, one.decision, one.reason) for one in decisions]


def test_asreview_csv_with_its_own_columns(tmp_path: Path) -> None:
    content = (
        "record_id,title,authors,abstract,doi,asreview_label,asreview_time,asreview_note,asreview_user_name\n"
        f'0,"{ONE["title"]}",x,"two\nlines",{ONE["doi"]},1,2026-11-20 09:00:00.123456,worth a look,\n'
        f'1,"{TWO["title"]}",x,y,https://doi.org/{TWO["doi"].upper()},0,1795000000.5,not a trial,D. Reader\n'
        f'2,"{THREE["title"]}",x,y,{THREE["doi"]},,,,\n'
        f'3,"{FOUR["title"]}",x,y,{FOUR["doi"]},0.0,,,\n'
    )
    found = read(tmp_path / "asreview_dataset_relevant.csv", content)
    assert short(found) == [
        (ONE["pmid"], "C. Reader", "include", ""),
        (TWO["pmid"], "D. Reader", "exclude", "not a trial"),
        (FOUR["pmid"], "C. Reader", "exclude", ""),
    ]
    assert [one.decided_at for one in found] == ["2026-11-20T09:00:00Z", "2026-11-18T11:06:40Z", NOW]
    assert found[0].notes == "worth a look"
    assert {one.tool for one in found} == {"ASReview"}


def test_asreview_ris_with_notes_as_zotero_hands_them_on(tmp_path: Path) -> None:
    content = (
        f"1.\nTY  - JOUR\nT1  - {ONE['title']}\nDO  - {ONE['doi']}\nN1  - ASReview_relevant\n"
        'N1  - asreview_time: "2026-11-20T09:00:00"\nN1  - asreview_note: "look: \\"twice\\""\nER  - \n\n'
        f"2.\nTY  - JOUR\nTI  - {TWO['title']}\nAN  - {TWO['pmid']}\nN1  - <p>ASReview_irrelevant</p>\nER  - \n"
        f"TY  - JOUR\nTI  - {THREE['title']}\nDO  - {THREE['doi']}\nN1  - ASReview_not_seen\nER  - \n"
    )
    found = read(tmp_path / "asreview.ris", content)
    assert short(found) == [(ONE["pmid"], "C. Reader", "include", ""), (TWO["pmid"], "C. Reader", "exclude", "")]
    assert (found[0].decided_at, found[0].notes) == ("2026-11-20T09:00:00Z", 'look: "twice"')


def test_rayyan_csv(tmp_path: Path) -> None:
    header = (
        "key,title,year,month,day,journal,issn,volume,issue,pages,authors,url,language,publisher,location,abstract,notes,"
        "doi,keywords,pubmed_id,pmc_id\n"
    )
    cells = '{key},{title},{year},,,J,,,,,"Alder, A. and Roe, C.",,,,,text,{notes},{doi},,{pmid},\n'
    notes = (
        '"RAYYAN-INCLUSION: {""Ann""=>""Included"", ""Ben""=>""Excluded""} | RAYYAN-LABELS: a,b | '
        'RAYYAN-EXCLUSION-REASONS: wrong population,foreign language | USER-NOTES: {""Ben""=>[""why?""]}"'
    )
    content = (
        header
        + cells.format(key="rayyan-1", title=ONE["title"], year=2001, notes=notes, doi="", pmid=ONE["pmid"])
        + cells.format(
            key="rayyan-2",
            title=TWO["title"].upper(),
            year=2002,
            notes='"from the library | RAYYAN-INCLUSION: {""Ann""=>""Maybe""}"',
            doi=TWO["doi"],
            pmid="",
        )
        + cells.format(key="rayyan-3", title=THREE["title"], year=2003, notes="", doi=THREE["doi"], pmid="")
    )
    found = read(tmp_path / "articles.csv", content, reviewer="")
    assert short(found) == [
        (ONE["pmid"], "Ann", "include", ""),
        (ONE["pmid"], "Ben", "exclude", "wrong population, foreign language"),
        (TWO["pmid"], "Ann", "maybe", ""),
    ]
    assert found[1].notes == 'labels: a,b; notes: {"Ben"=>["why?"]}'
    assert {one.decided_at for one in found} == {NOW}


@pytest.mark.parametrize(
    ("listed", "stage", "expected"),
    [
        ("irrelevant", "title-abstract", "exclude"),
        ("select", "title-abstract", "include"),
        ("excluded", "title-abstract", "include"),
        ("included", "title-abstract", "include"),
        ("screen", "title-abstract", None),
        ("excluded", "full-text", "exclude"),
        ("included", "full-text", "include"),
        ("select", "full-text", None),
        ("irrelevant", "full-text", None),
    ],
)
def test_covidence_lists(listed: str, stage: str, expected: str | None, tmp_path: Path) -> None:
    content = (
        "Title,Authors,Abstract,Published Year,Published Month,Journal,Volume,Issue,Pages,Accession Number,DOI,Ref,"
        "Covidence #,Study,Notes,Tags\n"
        f'"{ONE["title"]}","Birch, AB; Roe, C",text,2001,,J Joints,1,2,11-20,,{ONE["doi"]},7,#12,Alder 2001,'
        '"Exclusion reason: Wrong study design; ",awaiting\n'
    )
    found = read(tmp_path / f"review_12345_{listed}_csv_20261120081215.csv", content, stage=stage)
    if expected is None:
        assert found == ()
    else:
        reason = "Wrong study design" if expected == "exclude" else ""
        assert short(found) == [(ONE["pmid"], "C. Reader", expected, reason)]
        assert (found[0].stage, found[0].tool, found[0].notes) == (stage, "Covidence", "tags: awaiting")


def test_covidence_ris_by_its_name_and_without(tmp_path: Path) -> None:
    content = f"TY  - JOUR\nTI  - {ONE['title']}\nPY  - 2001\nAU  - Birch, Ann\nN1  - Covidence ID: 12\nER  - \n"
    found = read(tmp_path / "review_1_included_ris.ris", content)
    assert short(found) == [(ONE["pmid"], "C. Reader", "include", "")]
    with pytest.raises(TableError, match="does not tell which of Covidence's lists"):
        read(tmp_path / "mine.ris", content, tool="covidence")


def test_zotero_csv_and_ris(tmp_path: Path) -> None:
    content = (
        '"Key","Item Type","Publication Year","Author","Title","Publication Title","DOI","Url","Abstract Note","Extra",'
        '"Notes","Manual Tags","Automatic Tags"\n'
        f'"AB12","journalArticle","2001","Alder, Ann; Roe, Cy","{ONE["title"]}","J","{ONE["doi"]}","","","","",'
        '"include; knees","screening reason: none"\n'
        f'"AB13","journalArticle","2002","Cedar, Ann","{TWO["title"]}","J","","","","PMID: {TWO["pmid"]}","",'
        '"screening: exclude; screening reason: not a trial","x"\n'
        f'"AB14","journalArticle","2003","Dahl, Ann","{THREE["title"]}","J","","","","","","knees",""\n'
    )
    assert short(read(tmp_path / "library.csv", content)) == [
        (ONE["pmid"], "C. Reader", "include", ""),
        (TWO["pmid"], "C. Reader", "exclude", "not a trial"),
    ]
    ris = f"TY  - JOUR\nTI  - {ONE['title']}\nDO  - {ONE['doi']}\nKW  - screening: maybe\nER  - \n"
    assert short(read(tmp_path / "library.ris", ris)) == [(ONE["pmid"], "C. Reader", "maybe", "")]


def sent(tool: str, form: str | None = None) -> str:
    decisions = [decided(ONE["pmid"], "include"), decided(TWO["pmid"], "exclude", reason="not a trial")]
    citations = screening_citations({"records": ROWS}, decisions, texts={}, reviewers=1)
    return export_screening(citations, tool=tool, form=form).decode()


def test_what_was_decided_there_is_told_from_what_went_out(tmp_path: Path) -> None:
    lines = sent("asreview").splitlines()
    labelled = [
        f"{lines[0]},asreview_label",
        *(f"{line},{label}" for line, label in zip(lines[1:], "100--1", strict=True)),
    ]
    content = "\n".join(labelled).replace(",-", ",")
    found = read(tmp_path / "back.csv", content)
    new = [one for one in found if one.tool == "ASReview"]
    assert short(tuple(new)) == [(THREE["pmid"], "C. Reader", "exclude", ""), (SIX["pmid"], "C. Reader", "include", "")]
    assert len(found) == 4


def test_a_change_of_mind_there_is_a_new_decision(tmp_path: Path) -> None:
    changed = sent("zotero").replace("screening: include", "screening: exclude")
    found = read(tmp_path / "back.ris", changed)
    assert [(one.reviewer, one.decision, one.decided_at) for one in found if one.pmid == ONE["pmid"]] == [
        ("A. Reader", "include", "2026-11-02T10:15:00Z"),
        ("C. Reader", "exclude", NOW),
    ]
    added = sent("rayyan").replace('{""A. Reader""=>""Included""}', '{""A. Reader""=>""Excluded"", ""Ben""=>""Maybe""}')
    found = read(tmp_path / "back.csv", added)
    assert [(one.reviewer, one.decision) for one in found if one.pmid == ONE["pmid"]] == [
        ("A. Reader", "include"),
        ("A. Reader", "exclude"),
        ("Ben", "maybe"),
    ]


def test_rayyan_appends_behind_what_it_was_given(tmp_path: Path) -> None:
    content = sent("rayyan").replace(
        '{""A. Reader""=>""Included""}"',
        '{""A. Reader""=>""Included""} | RAYYAN-INCLUSION: {""A. Reader""=>""Maybe""}"',
    )
    found = read(tmp_path / "back.csv", content)
    assert [one.decision for one in found if one.pmid == ONE["pmid"]] == ["include", "maybe"]


def test_reading_a_file_twice_adds_nothing(tmp_path: Path) -> None:
    content = f"title,doi,included\n{ONE['title']},{ONE['doi']},1\n{TWO['title']},{TWO['doi']},0\n"
    first = read(tmp_path / "a.csv", content)
    assert len(first) == 2
    assert read(tmp_path / "a.csv", content, known=first, now="2026-12-02T08:00:00Z") == ()


def test_every_fault_is_told_at_once_with_its_line(tmp_path: Path) -> None:
    content = (
        "title,authors,year,doi,pmid,included\n"
        f"{ONE['title']},Alder,2001,{ONE['doi']},,1\n"
        "Quite another thing about elbows,Nobody,1999,,,1\n"
        f"A wholly different title on elbows and wrists,Alder,2001,,{TWO['pmid']},0\n"
        f"{THREE['title']},Dahl,2003,,,yes\n"
        f"{FOUR['title']},Elm,2004,{FIVE['doi']},{FOUR['pmid']},1\n"
        ",,,,99999999,1\n"
        f"{SIX['title']},Gorse,2006\n"
    )
    with pytest.raises(TableError) as caught:
        read(tmp_path / "bad.csv", content)
    problems = {problem.row: problem.message for problem in caught.value.problems}
    assert list(problems) == [f"line {number}" for number in (3, 4, 5, 6, 7, 8)]
    assert problems["line 3"] == "the row is none of the records"
    assert "another title" in problems["line 4"]
    assert "'yes' is not a label" in problems["line 5"]
    assert "by its DOI" in problems["line 6"]
    assert "PMID 99999999 is not among the records" in problems["line 7"]
    assert problems["line 8"] == "3 cells under 6 columns"


def test_lines_are_right_behind_cells_of_several_lines(tmp_path: Path) -> None:
    content = f'title,abstract,doi,included\n{ONE["title"]},"a\nb\nc",{ONE["doi"]},1\nNobody knows this title,x,,1\n'
    with pytest.raises(TableError, match="line 5: the row is none of the records"):
        read(tmp_path / "lines.csv", content)


def test_ambiguous_rows_are_not_guessed(tmp_path: Path) -> None:
    twins = [record_row(1), record_row(2, title=ONE["title"], authors=ONE["authors"], year=ONE["year"], doi="")]
    row = f"title,authors,year,included\n{ONE['title']},Birch,{ONE['year']},1\n"
    with pytest.raises(TableError, match="those of several records, PMID 90000001, 90000002"):
        read(tmp_path / "a.csv", row, tables={"records": twins})
    bare = f"title,included\n{ONE['title']},1\n"
    with pytest.raises(TableError, match="none of the records"):
        read(tmp_path / "a.csv", bare)
    other_year = f"title,authors,year,included\n{ONE['title']},Birch,1970,1\n"
    with pytest.raises(TableError, match="none of the records"):
        read(tmp_path / "a.csv", other_year)


def test_the_number_of_another_database_is_not_taken_for_a_pmid(tmp_path: Path) -> None:
    content = (
        f"TY  - JOUR\nTI  - Elbows in winter: a survey of brachial pain\nAN  - {ONE['pmid']}\nPY  - 2001\n"
        "N1  - ASReview_relevant\nER  - \n"
    )
    with pytest.raises(TableError, match="none of the records"):
        read(tmp_path / "cinahl.ris", content)


def test_one_record_with_two_decisions_of_one_person(tmp_path: Path) -> None:
    content = f"title,doi,included\n{ONE['title']},{ONE['doi']},1\n{ONE['title']},{ONE['doi']},0\n"
    with pytest.raises(TableError, match=r"in lines 2, 3 with different decisions of C. Reader: include"):
        read(tmp_path / "a.csv", content)


def test_who_decided_must_be_told(tmp_path: Path) -> None:
    content = f"title,doi,included\n{ONE['title']},{ONE['doi']},1\n"
    with pytest.raises(TableError, match="does not tell who decided"):
        read(tmp_path / "a.csv", content, reviewer=" ")


def test_exclusions_at_full_text_need_a_reason(tmp_path: Path) -> None:
    content = (
        f"title,doi,asreview_label,asreview_note\n{ONE['title']},{ONE['doi']},0,\n"
        f"{TWO['title']},{TWO['doi']},0,single arm\n"
    )
    with pytest.raises(TableError, match=r"line 2.*without a reason"):
        read(tmp_path / "a.csv", content, stage="full-text")


def test_contradicting_tags(tmp_path: Path) -> None:
    ris = f"TY  - JOUR\nTI  - {ONE['title']}\nDO  - {ONE['doi']}\nKW  - included\nKW  - Excluded\nER  - \n"
    with pytest.raises(TableError, match="include and exclude"):
        read(tmp_path / "a.ris", ris, tool="zotero")


def test_torn_ris_is_refused_and_not_melted_together(tmp_path: Path) -> None:
    entry = "TY  - JOUR\nTI  - {title}\nDO  - {doi}\nN1  - ASReview_relevant\n"
    torn = entry.format(**ONE) + entry.format(**TWO) + "ER  - \n" + entry.format(**THREE)
    with pytest.raises(TableError) as caught:
        read(tmp_path / "torn.ris", torn)
    assert [problem.row for problem in caught.value.problems] == ["line 1", "line 10"]


def test_ris_with_one_blank_and_wrapped_lines(tmp_path: Path) -> None:
    first, second = ONE["title"].split(" for ")
    content = (
        f"TY - JOUR\r\nTI - {first}\r\n  for {second}\r\nAU - Birch, A\r\nPY - 2001/03/\r\n"
        "N1 - ASReview_relevant\r\nER -\r\n"
    )
    assert short(read(tmp_path / "odd.ris", content)) == [(ONE["pmid"], "C. Reader", "include", "")]


@pytest.mark.parametrize(
    ("name", "content", "error", "message"),
    [
        ("a.csv", b"", ProjectError, "empty"),
        ("a.csv", b"title\xe9,doi\n", ProjectError, "not UTF-8"),
        ("a.csv", b'title,"open\n', ProjectError, "not a CSV"),
        ("a.ris", b"no tags here\n", ProjectError, "holds no entry"),
        ("a.docx", b"x", InputError, "neither a RIS nor a CSV"),
        ("a.csv", b"title,doi\nx,y\n", InputError, "which tool wrote"),
    ],
)
def test_files_that_cannot_be_read(
    name: str, content: bytes, error: type[Exception], message: str, tmp_path: Path
) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(error, match=message):
        read_decisions(tmp_path / name, tables={"records": ROWS}, now=NOW)


def test_a_damaged_line_that_travelled_is_told(tmp_path: Path) -> None:
    content = sent("zotero").replace('"decisions"', '"decis')
    with pytest.raises(TableError, match="travelled with the record is damaged"):
        read(tmp_path / "a.ris", content)
