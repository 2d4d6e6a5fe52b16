"""The raw archive: exact bytes, once; a manifest that only grows; every fault seen; nothing half stored."""

from __future__ import annotations

import gzip
import hashlib
import json
import os
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
from dying import dies_at

from evidence.errors import InputError, ProjectError
from evidence.fetch.answer import Answer
from evidence.fetch.archive import Archive
from evidence.fetch.durable import append_bytes, make_folder, write_durably
from evidence.fetch.manifest import software

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

FIRST = Answer(
    tool="efetch",
    body=b"<PubmedArticleSet>\r\n\xc3\xa9</PubmedArticleSet>",
    request={"db": "pubmed", "id": "1,2", "api_key": "0123456789abcdef", "email": "a@example.org", "tool": "evidence"},
    content_type="text/xml; charset=UTF-8",
    asked_at="2026-11-22T10:15:00Z",
    answered_at="2026-11-22T10:15:01Z",
    tries=2,
)
SECOND = Answer(tool="esearch", body=b"\xef\xbb\xbf \n<eSearchResult/>", answered_at="2026-11-22T10:15:02Z")


@pytest.fixture(autouse=True)
def quick_disk(monkeypatch: pytest.MonkeyPatch) -> None:
    """Do not wait for the disk: what is tested is the order of the steps, and fsync still counts as one."""
    monkeypatch.setattr(os, "fsync", lambda descriptor: None)


@pytest.fixture
def archive(tmp_path: Path) -> Archive:
    return Archive(tmp_path / "data" / "raw")


def path_of(archive: Archive, answer: Answer) -> Path:
    (path,) = archive.batches.rglob(f"{answer.sha256}.*")
    return path


def contents(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_what_is_stored_is_read_back(archive: Archive) -> None:
    entry = archive.store(FIRST, run="r1", purpose="records", ids=["1", "2"])
    assert archive.read(entry.sha256) == FIRST.body
    assert entry.sha256 == hashlib.sha256(FIRST.body).hexdigest()
    assert archive.entries() == (entry,)
    assert (entry.run, entry.purpose, entry.tool, entry.ids) == ("r1", "records", "efetch", ("1", "2"))
    assert (entry.asked_at, entry.answered_at, entry.tries) == (FIRST.asked_at, FIRST.answered_at, 2)
    assert (entry.content_type, entry.size) == (FIRST.content_type, len(FIRST.body))
    assert archive.verify() == ()


def test_the_file_is_ordinary_gzip_named_by_the_hash(archive: Archive) -> None:
    archive.store(FIRST, run="r1", purpose="records")
    path = path_of(archive, FIRST)
    assert path.relative_to(archive.folder).as_posix() == f"batches/{FIRST.sha256[:2]}/{FIRST.sha256}.xml.gz"
    shell = subprocess.run(f"gzip -dc {path} | sha256sum", shell=True, capture_output=True, text=True, check=True)
    assert shell.stdout.split()[0] == FIRST.sha256


def test_the_same_answer_gives_the_same_file(tmp_path: Path) -> None:
    one, two = Archive(tmp_path / "one"), Archive(tmp_path / "two")
    for archive in (one, two):
        archive.store(FIRST, run="r1", purpose="records")
    packed = path_of(one, FIRST).read_bytes()
    assert packed == path_of(two, FIRST).read_bytes()
    assert packed[3] == 0  # flags: no name of a file
    assert packed[4:8] == bytes(4)  # no time


@pytest.mark.parametrize(
    ("body", "suffix"),
    [(b" <a/>", "xml"), (b'{"a": 1}', "json"), (b"\n[1]", "json"), (b"PMID- 1", "txt"), (b"", "txt")],
)
def test_kinds_of_answers(archive: Archive, body: bytes, suffix: str) -> None:
    answer = Answer(tool="efetch", body=body)
    archive.store(answer, run="r1", purpose="records")
    assert path_of(archive, answer).name == f"{answer.sha256}.{suffix}.gz"
    assert archive.read(answer.sha256) == body


def test_no_key_no_email_in_any_file(archive: Archive) -> None:
    archive.store(FIRST, run="r1", purpose="records")
    assert json.loads(archive.manifest.read_text())["request"] == {"db": "pubmed", "id": "1,2"}
    for content in contents(archive.folder).values():
        assert b"0123456789abcdef" not in content
        assert b"example.org" not in content


def test_the_same_bytes_twice_are_one_file_and_two_lines(archive: Archive) -> None:
    archive.store(FIRST, run="r1", purpose="records")
    before = path_of(archive, FIRST).stat()
    archive.store(FIRST, run="r2", purpose="records")
    after = path_of(archive, FIRST).stat()
    assert (before.st_ino, before.st_mtime_ns) == (after.st_ino, after.st_mtime_ns)
    assert [entry.run for entry in archive.entries()] == ["r1", "r2"]
    assert archive.verify() == ()


def test_nothing_that_stands_is_rewritten(archive: Archive) -> None:
    archive.store(FIRST, run="r1", purpose="records")
    before = contents(archive.folder)
    archive.store(SECOND, run="r2", purpose="search")
    after = contents(archive.folder)
    assert after["manifest.jsonl"].startswith(before.pop("manifest.jsonl"))
    assert before.items() <= after.items()


def test_an_empty_archive(archive: Archive) -> None:
    assert archive.entries() == ()
    assert archive.verify() == ()
    assert archive.recover() == ()
    assert archive.record("1") is None
    assert not archive.folder.exists()
    with pytest.raises(ProjectError, match="has no answer"):
        archive.read("0" * 64)


@pytest.mark.parametrize("name", ["", "../../etc/passwd", "A" * 64, "0" * 63, "0" * 64 + "\n"])
def test_only_hashes_name_files(archive: Archive, name: str) -> None:
    with pytest.raises(InputError, match="no SHA-256"):
        archive.read(name)


def test_what_ran_is_named(archive: Archive) -> None:
    from Bio import __version__ as biopython

    said = archive.store(FIRST, run="r1", purpose="records").software
    assert said == software()
    assert f"Biopython {biopython}" in said
    assert said.endswith("Python {}.{}.{}".format(*sys.version_info))
    assert said.startswith("evidence ")


def damage(path: Path, how: str) -> None:
    content = path.read_bytes()
    if how == "bytes":
        path.write_bytes(gzip.compress(b"<other/>"))
    elif how == "cut":
        path.write_bytes(content[:-9])
    elif how == "bit":
        path.write_bytes(content[:20] + bytes([content[20] ^ 1]) + content[21:])
    elif how == "empty":
        path.write_bytes(b"")
    else:
        path.unlink()


@pytest.mark.parametrize("how", ["bytes", "cut", "bit", "empty", "gone"])
def test_damaged_answers_are_seen_and_mended_by_the_same_answer(archive: Archive, how: str) -> None:
    archive.store(FIRST, run="r1", purpose="records")
    archive.store(SECOND, run="r1", purpose="search")
    damage(path_of(archive, FIRST), how)
    with pytest.raises(ProjectError, match=FIRST.sha256):
        archive.read(FIRST.sha256)
    (fault,) = archive.verify()
    assert FIRST.sha256 in fault
    assert archive.read(SECOND.sha256) == SECOND.body
    archive.store(FIRST, run="r2", purpose="records")
    assert archive.verify() == ()
    assert archive.read(FIRST.sha256) == FIRST.body


def test_verify_lists_every_fault(archive: Archive) -> None:
    for number in range(4):
        archive.store(Answer(tool="efetch", body=b"<a>%d</a>" % number), run="r1", purpose="records")
    paths = sorted(archive.batches.rglob("*.gz"))
    paths[0].unlink()
    damage(paths[1], "cut")
    loose = archive.batches / "00" / f"{'0' * 64}.txt.gz"
    for stray in (loose, archive.batches / "notes.txt", archive.batches / "ab" / f".{'a' * 64}.xml.gz.part"):
        stray.parent.mkdir(exist_ok=True)
        stray.write_bytes(b"")
    faults = "\n".join(archive.verify())
    assert faults.count("\n") == 4
    assert "is missing" in faults
    assert "cannot be read" in faults
    assert "notes.txt is no file of the archive" in faults
    assert f"{loose.name} is in no line of the manifest" in faults
    assert "is the part of an answer that was never stored" in faults


def test_a_size_that_differs_is_a_fault(archive: Archive) -> None:
    archive.store(FIRST, run="r1", purpose="records")
    text = archive.manifest.read_text()
    archive.manifest.write_text(text.replace(f'"size":{len(FIRST.body)}', '"size":7'))
    (fault,) = archive.verify()
    assert "the manifest says 7" in fault


def stored_lines(archive: Archive) -> list[bytes]:
    for number in range(3):
        archive.store(Answer(tool="esearch", body=b"<a>%d</a>" % number), run=f"r{number}", purpose="search")
    return archive.manifest.read_bytes().splitlines(keepends=True)


def test_a_line_torn_at_any_byte_is_ignored_and_ended_by_the_next(archive: Archive) -> None:
    lines = stored_lines(archive)
    for length in range(len(lines[2])):
        torn = lines[0] + lines[1] + lines[2][:length]
        archive.manifest.write_bytes(torn)
        runs = [entry.run for entry in archive.entries()]
        whole = length == len(lines[2]) - 1  # only the line break is missing
        assert runs == (["r0", "r1", "r2"] if whole else ["r0", "r1"])
        archive.store(FIRST, run="next", purpose="records")
        assert [entry.run for entry in archive.entries()] == [*runs, "next"]
        assert archive.manifest.read_bytes().startswith(torn)


def test_ending_a_torn_line_may_be_torn_too(archive: Archive) -> None:
    lines = stored_lines(archive)
    torn = lines[0] + lines[1][:50]
    archive.manifest.write_bytes(torn)
    archive.store(FIRST, run="next", purpose="records")
    ended = archive.manifest.read_bytes()
    for length in range(len(torn), len(ended)):
        archive.manifest.write_bytes(ended[:length])
        archive.store(FIRST, run="last", purpose="records")
        runs = [entry.run for entry in archive.entries()]
        assert runs in (["r0", "last"], ["r0", "next", "last"])
        assert (len(runs) == 3) == (length == len(ended) - 1)


def test_zeros_at_the_end_after_a_power_cut(archive: Archive) -> None:
    lines = stored_lines(archive)
    archive.manifest.write_bytes(lines[0] + bytes(300))
    assert [entry.run for entry in archive.entries()] == ["r0"]
    archive.store(FIRST, run="next", purpose="records")
    assert [entry.run for entry in archive.entries()] == ["r0", "next"]


@pytest.mark.parametrize("number", [0, 1, 2])
@pytest.mark.parametrize(
    "harm",
    [
        lambda line: line[:40] + b"\n",
        lambda line: b"\n",
        lambda line: b"[]\n",
        lambda line: line.replace(b'"run":', b'"ran":'),
        lambda line: line.replace(b'"tries":1', b'"tries":"1"'),
        lambda line: line.replace(b'"tries":1', b'"tries":true'),
        lambda line: line.replace(b'"ids":[]', b'"ids":[1]'),
        lambda line: line.replace(b'"sha256":"', b'"sha256":"../'),
        lambda line: b"\xff" + line,
    ],
)
def test_any_other_damaged_line_is_named(archive: Archive, number: int, harm: Callable[[bytes], bytes]) -> None:
    lines = stored_lines(archive)
    lines[number] = harm(lines[number])
    archive.manifest.write_bytes(b"".join(lines))
    with pytest.raises(ProjectError, match=rf"line {number + 1} of .*manifest\.jsonl is damaged"):
        archive.entries()
    (fault,) = archive.verify()
    assert f"line {number + 1} of" in fault


def test_facts_of_a_later_version_are_left_aside(archive: Archive) -> None:
    entry = archive.store(FIRST, run="r1", purpose="records")
    archive.manifest.write_text(archive.manifest.read_text().replace('{"run"', '{"later":[1],"run"'))
    assert archive.entries() == (entry,)


def test_a_long_line_is_ended_too(archive: Archive) -> None:
    archive.store(FIRST, run="r0", purpose="search", ids=map(str, range(1, 40_000)))
    whole = archive.manifest.read_bytes()
    archive.manifest.write_bytes(whole[:-1])
    archive.store(SECOND, run="r1", purpose="search")
    assert [entry.run for entry in archive.entries()] == ["r0", "r1"]
    archive.manifest.write_bytes(whole[:-5])
    archive.store(SECOND, run="r1", purpose="search")
    assert [entry.run for entry in archive.entries()] == ["r1"]


@pytest.mark.parametrize("half", [False, True], ids=["not at all", "by half"])
def test_killed_at_any_step_of_storing(tmp_path: Path, half: bool) -> None:
    step, done = 0, False
    seen = set()
    while not done:
        archive = Archive(tmp_path / str(step))
        archive.store(FIRST, run="r1", purpose="records")
        with dies_at(step, half=half) as steps:
            archive.store(SECOND, run="r2", purpose="search")
            done = True
        runs = [entry.run for entry in archive.entries()]
        assert runs == ["r1", "r2"] if done else runs in (["r1"], ["r1", "r2"])
        assert archive.read(FIRST.sha256) == FIRST.body
        if len(runs) == 2:
            assert archive.read(SECOND.sha256) == SECOND.body
        seen.add((len(runs), steps[-1]))

        if step % 2:
            archive.recover()
            assert archive.verify() == ()
        archive.store(SECOND, run="r3", purpose="search")
        archive.recover()
        assert archive.verify() == ()
        assert archive.read(SECOND.sha256) == SECOND.body
        assert [entry.run for entry in archive.entries() if entry.run] == [*runs, "r3"]
        step += 1
    assert step > 10
    assert {"replace", "fsync", "open", "write"} <= {name for _, name in seen}


def test_killed_at_any_step_of_recovering(tmp_path: Path) -> None:
    step, done = 0, False
    while not done:
        archive = Archive(tmp_path / str(step))
        archive.store(FIRST, run="r1", purpose="records")
        archive.store(SECOND, run="r2", purpose="search")
        archive.manifest.write_bytes(archive.manifest.read_bytes().splitlines(keepends=True)[0])
        part = archive.batches / "ab" / f".{'a' * 64}.xml.gz.part"
        part.parent.mkdir(exist_ok=True)
        part.write_bytes(b"half")
        with dies_at(step):
            assert len(archive.recover()) == 2
            done = True
        archive.recover()
        assert archive.verify() == ()
        assert [(entry.run, entry.purpose) for entry in archive.entries()] == [("r1", "records"), ("", "recovered")]
        assert archive.read(SECOND.sha256) == SECOND.body
        step += 1


def test_a_disk_that_refuses_is_an_error_and_leaves_nothing(archive: Archive, monkeypatch: pytest.MonkeyPatch) -> None:
    archive.store(FIRST, run="r1", purpose="records")
    before = contents(archive.folder)

    def full(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", full)
        with pytest.raises(ProjectError, match=r"could not be stored .* No space left"):
            archive.store(SECOND, run="r2", purpose="search")
    assert contents(archive.folder) == before


def test_a_name_reaches_the_disk_after_its_content(tmp_path: Path) -> None:
    with dies_at(1000) as steps:
        make_folder(tmp_path / "new")
    assert steps == ["mkdir", "open", "fsync"]
    with dies_at(1000) as steps:
        write_durably(tmp_path / "new" / "file", b"content")
    assert [step for step in steps if step != "mkdir"] == ["open", "fsync", "replace", "open", "fsync"]
    with dies_at(1000) as steps:
        append_bytes(tmp_path / "new" / "file", b" and more")
    assert steps == ["open", "write", "fsync"]
    assert (tmp_path / "new" / "file").read_bytes() == b"content and more"


_WRITER = """
import sys
from pathlib import Path
from evidence.fetch.answer import Answer
from evidence.fetch.archive import Archive

archive = Archive(Path(sys.argv[1]))
for number in range(25):
    body = b"<a>%d</a>" % (number % 5 if number % 2 else number * 1000 + int(sys.argv[2]))
    archive.store(Answer(tool="esearch", body=body), run=sys.argv[2], purpose="search", ids=[str(number + 1)] * 500)
"""


def test_several_processes_store_at_once(archive: Archive) -> None:
    writers = [
        subprocess.Popen([sys.executable, "-c", _WRITER, str(archive.folder), str(number)]) for number in range(3)
    ]
    assert [writer.wait(60) for writer in writers] == [0, 0, 0]
    entries = archive.entries()
    for run in ("0", "1", "2"):
        assert [entry.ids[0] for entry in entries if entry.run == run] == [str(n) for n in range(1, 26)]
    assert archive.verify() == ()
