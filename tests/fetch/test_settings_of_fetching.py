"""Where settings come from, what is refused, and that secrets stay hidden."""

from __future__ import annotations

import copy
import dataclasses
import os
import pickle
import traceback
from typing import TYPE_CHECKING, Any

import pytest

from evidence.errors import InputError
from evidence.fetch.address import NCBI
from evidence.fetch.redact import Secret
from evidence.fetch.settings import Settings, default_config, read_settings

if TYPE_CHECKING:
    from pathlib import Path

EMAIL, KEY = "ann.reader@example.org", "f00dfeedf00dfeedf00dfeedf00dfeed1234"


def _file(folder: Path, text: str, mode: int = 0o600) -> Path:
    path = folder / "config.toml"
    path.write_text(text, encoding="utf-8")
    path.chmod(mode)
    return path


def _texts(settings: Settings) -> tuple[str, str, str]:
    return settings.email.reveal(), settings.api_key.reveal(), settings.base_url


def test_options_go_before_environment_before_file_before_defaults(tmp_path: Path) -> None:
    config = _file(
        tmp_path,
        '[ncbi]\nemail="file@example.org"\napi_key="keyoffile00"\nbase_url="https://file.example.org/e"\ntries=3\n',
    )
    environ = {
        "NCBI_EMAIL": "environ@example.org",
        "NCBI_API_KEY": "keyofenviron",
        "EVIDENCE_EUTILS_URL": "http://localhost:8080/e/",
    }
    options = read_settings("option@example.org", "keyofoption", environ, config)
    assert _texts(options) == ("option@example.org", "keyofoption", "http://localhost:8080/e/")
    assert _texts(read_settings(environ=environ, config=config)) == (
        "environ@example.org",
        "keyofenviron",
        "http://localhost:8080/e/",
    )
    file = read_settings(environ={}, config=config)
    assert _texts(file) == ("file@example.org", "keyoffile00", "https://file.example.org/e/")
    assert file.tries == 3
    empty = read_settings(environ={}, config=_file(tmp_path, ""))
    assert _texts(empty) == ("", "", NCBI)
    assert (empty.per_second, file.per_second) == (3, 10)


def test_blank_values_are_no_values_and_blanks_around_are_cut(tmp_path: Path) -> None:
    config = _file(tmp_path, '[ncbi]\nemail=" file@example.org\\n"\n')
    environ = {"NCBI_EMAIL": "  ", "NCBI_API_KEY": f" {KEY}\n", "EVIDENCE_EUTILS_URL": ""}
    assert _texts(read_settings("", environ=environ, config=config)) == ("file@example.org", KEY, NCBI)


def test_environment_names_the_file(tmp_path: Path) -> None:
    config = _file(tmp_path, f'[ncbi]\nemail="{EMAIL}"\n')
    assert read_settings(environ={"EVIDENCE_CONFIG": str(config)}).email.reveal() == EMAIL


def test_a_file_that_is_named_must_be_there_the_users_own_need_not(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "none"))
    assert default_config().name == "config.toml"
    assert not default_config().exists()
    assert read_settings(environ={}).email.reveal() == ""
    with pytest.raises(InputError, match=r"missing\.toml is not there"):
        read_settings(environ={"EVIDENCE_CONFIG": str(tmp_path / "missing.toml")})
    with pytest.raises(InputError, match="cannot be read: Is a directory"):
        read_settings(environ={}, config=tmp_path)


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ({"email": "ann-reader"}, "option --email"),
        ({"email": "ann@two@example.org"}, "option --email"),
        ({"email": "ann reader@example.org"}, "option --email"),
        ({"email": "ann@example.org\r\nX: y"}, "option --email"),
        ({"environ": {"NCBI_EMAIL": "ann-reader"}}, "environment variable NCBI_EMAIL"),
        ({"api_key": "two words of it"}, "option --api-key"),
        ({"api_key": "schlüsselwort"}, "option --api-key"),
        ({"environ": {"NCBI_API_KEY": "short77"}}, "environment variable NCBI_API_KEY"),
        ({"environ": {"NCBI_API_KEY": "long" * 100}}, "environment variable NCBI_API_KEY"),
    ],
)
def test_bad_values_are_named_by_their_place_and_never_shown(arguments: dict[str, Any], says: str) -> None:
    value = next(
        value for entry in arguments.values() for value in (entry.values() if isinstance(entry, dict) else [entry])
    )
    with pytest.raises(InputError, match=says) as caught:
        read_settings(**{"environ": {}, "config": os.devnull, **arguments})
    assert value not in "".join(traceback.format_exception(caught.value))


@pytest.mark.parametrize(
    "url",
    [
        "http://eutils.ncbi.nlm.nih.gov/entrez/eutils/",
        "http://127.0.0.1.example.org/",
        "http://localhost.example.org/",
        "http://10.0.0.1/",
        "http://127.1/",
        "http://[::ffff:127.0.0.1]/",
        "ftp://127.0.0.1/",
        "file:///etc/hosts",
        "eutils",
        "//127.0.0.1/",
        "https://",
        "https://ann:sesame@example.org/",
        "https://ann@example.org/",
        "http://localhost@example.org/",
        "https://example.org/?api_key=sesame",
        "https://example.org/?",
        "https://example.org/#there",
        "https://example.org:port/",
        "https://example.org:0/",
        "https://exam ple.org/",
        "https://example.org\\@127.0.0.1/",
        "https://[::1/",
    ],
)
def test_addresses_that_are_refused(url: str) -> None:
    with pytest.raises(InputError, match="environment variable EVIDENCE_EUTILS_URL") as caught:
        read_settings(environ={"EVIDENCE_EUTILS_URL": url}, config=os.devnull)
    assert "sesame" not in str(caught.value)
    with pytest.raises(InputError):
        Settings(base_url=url)


@pytest.mark.parametrize(
    "url",
    [
        "https://example.org/e/",
        "https://example.org:8443/e",
        "http://127.9.9.9:1/",
        "http://[::1]:8/e/",
        "http://LOCALHOST/",
    ],
)
def test_addresses_that_are_taken(url: str) -> None:
    taken = read_settings(environ={"EVIDENCE_EUTILS_URL": url}, config=os.devnull).base_url
    assert taken.rstrip("/") == url.rstrip("/")
    assert taken.endswith("/")


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ('[ncbi]\napi_key = "KEY\n', "not TOML at line 2"),
        ("[ncbi]\napi_key = KEY\n", "not TOML at line 2"),
        ('[ncbi]\napi_kee = "KEY"\n', "api_kee .* is not an entry; allowed: email, api_key"),
        ('ncbi = "KEY"\n', "needs ncbi as a table"),
        ("[ncbi]\napi_key = 12345678901\n", "must be a text in quotes"),
        ("[ncbi]\ntries = 2.5\n", "must be a whole number above 0"),
        ("[ncbi]\ntries = true\n", "must be a whole number above 0"),
        ("[ncbi]\ntimeout_seconds = 0\n", "must be a number above 0"),
        ("[ncbi]\nbudget_seconds = inf\n", "must be a number above 0"),
        ("[ncbi]\nbudget_seconds = nan\n", "must be a number above 0"),
    ],
)
def test_damaged_files_are_named_without_what_stands_in_them(tmp_path: Path, text: str, says: str) -> None:
    config = _file(tmp_path, text.replace("KEY", KEY))
    with pytest.raises(InputError, match=says) as caught:
        read_settings(environ={}, config=config)
    assert str(config) in str(caught.value)
    assert KEY not in "".join(traceback.format_exception(caught.value))
    assert caught.value.__context__ is None
    frames = [frame.f_locals for frame, _ in traceback.walk_tb(caught.value.__traceback__)][1:]  # but this test
    assert KEY not in repr(frames)


def test_a_file_that_is_no_utf8_is_refused(tmp_path: Path) -> None:
    config = tmp_path / "config.toml"
    config.write_bytes(b'[ncbi]\nemail="m\xfcller@example.org"\n')
    with pytest.raises(InputError, match="is not UTF-8"):
        read_settings(environ={}, config=config)


def test_other_tables_of_the_file_are_left_to_others(tmp_path: Path) -> None:
    assert read_settings(environ={}, config=_file(tmp_path, '[screen]\nreviewer="A"\n')).email.reveal() == ""


def test_notes_tell_of_a_missing_email_and_of_a_key_that_others_can_read(tmp_path: Path) -> None:
    key = f'[ncbi]\napi_key="{KEY}"\nemail="{EMAIL}"\n'
    assert read_settings(environ={}, config=_file(tmp_path, key)).notes == ()
    (note,) = read_settings(environ={}, config=_file(tmp_path, key, mode=0o640)).notes
    assert "chmod 600" in note
    assert KEY not in note
    assert read_settings(environ={}, config=_file(tmp_path, f'[ncbi]\nemail="{EMAIL}"\n', mode=0o644)).notes == ()
    (note,) = read_settings(environ={}, config=_file(tmp_path, "")).notes
    assert note.startswith("No email address is set.")
    assert "NCBI_EMAIL" in note


@pytest.mark.parametrize(
    "name", ["rate", "timeout_seconds", "deadline_seconds", "budget_seconds", "tries", "max_bytes"]
)
@pytest.mark.parametrize("value", [0, -1, float("nan"), float("inf")])
def test_numbers_that_are_refused(name: str, value: float) -> None:
    with pytest.raises(InputError, match=f"{name} is"):
        Settings(**{name: value})


def test_nothing_that_shows_settings_shows_secrets() -> None:
    settings = read_settings(EMAIL, KEY, {}, os.devnull)
    shown = [repr(settings), str(settings), f"{settings}", f"{settings.api_key:>50}", f"{settings.email}"]
    shown += [repr(dataclasses.asdict(settings)), repr(copy.deepcopy(settings)), repr([settings.api_key])]
    shown += [repr(dataclasses.replace(settings, tries=2)), ascii(settings.api_key), repr({settings.api_key: 1})]
    assert [text for text in shown if EMAIL in text or KEY in text] == []
    assert copy.deepcopy(settings) == settings
    assert copy.copy(settings.api_key).reveal() == KEY
    assert settings != read_settings(EMAIL, KEY[::-1], {}, os.devnull)


@pytest.mark.parametrize("protocol", range(pickle.HIGHEST_PROTOCOL + 1))
def test_secrets_are_not_pickled(protocol: int) -> None:
    for thing in (Secret(KEY), read_settings(EMAIL, KEY, {}, os.devnull)):
        with pytest.raises(TypeError, match="a secret is not pickled"):
            pickle.dumps(thing, protocol)


def test_a_file_that_begins_with_a_byte_order_mark_is_read(tmp_path: Path) -> None:
    config = _file(tmp_path, f'\ufeff[ncbi]\nemail = "{EMAIL}"\n')
    assert read_settings(environ={}, config=config).email.reveal() == EMAIL


@pytest.mark.parametrize("text", ['email = "{}"\n', '[NCBI]\nemail = "{}"\n'])
def test_what_would_be_ignored_is_refused(tmp_path: Path, text: str) -> None:
    with pytest.raises(InputError, match=r"outside the table \[ncbi\]") as caught:
        read_settings(environ={}, config=_file(tmp_path, text.format(EMAIL)))
    assert EMAIL not in str(caught.value)


def test_the_table_of_screening_may_stand_beside(tmp_path: Path) -> None:
    config = _file(tmp_path, '[screening]\nreviewer = "A. Reader"\n[ncbi]\ntries = 4.0\n')
    tries = read_settings(environ={}, config=config).tries
    assert (tries, type(tries)) == (4, int)


def test_more_haste_than_ncbi_allows_is_remarked_on(tmp_path: Path) -> None:
    config = _file(tmp_path, "[ncbi]\nrate = 9\n")
    assert any("rate = 9 is more than the 3" in note for note in read_settings(EMAIL, environ={}, config=config).notes)
    assert read_settings(EMAIL, KEY, environ={}, config=config).notes == ()
    own = {"EVIDENCE_EUTILS_URL": "http://127.0.0.1:8080/"}
    assert read_settings(EMAIL, environ=own, config=config).notes == ()
