"""The reference names everything that the code offers, and says what the code says."""

from __future__ import annotations

import inspect
import pkgutil
import re
from dataclasses import fields
from importlib import import_module

import pytest
from _generate import api, cli, exceptions, protocol
from _generate.page import attributes_of, markdown, paragraphs
from doc_pages import DOCS, ROOT
from generate import FOLDER, PAGES

import evidence
import evidence.errors as errors
from evidence.tables import TABLES

REFERENCE = {name: (FOLDER / name).read_text(encoding="utf-8") for name in PAGES}
COMMANDS = dict(cli.commands())


def section(page: str, heading: str) -> str:
    """Return what stands under a heading, up to the next of the same or a higher level."""
    found = re.search(rf"^(#+) {re.escape(heading)}$(.*?)(?=^#{{1,3}} |\Z)", REFERENCE[page], re.DOTALL | re.MULTILINE)
    assert found, f"{page} has no heading {heading!r}"
    return found[2]


@pytest.mark.parametrize("name", PAGES)
def test_a_page_is_as_the_code_says(name) -> None:
    assert REFERENCE[name] == PAGES[name](), "run: python docs/generate.py"


@pytest.mark.parametrize("path", [path for path in COMMANDS if path != "evidence"])
def test_every_command_is_described(path) -> None:
    text, command = section("cli.md", path), COMMANDS[path]
    rows = dict(re.findall(r"^\| (`[^|]+`) \| ([^|]*)", text, flags=re.MULTILINE))
    for parameter in (one for one in command.params if not one.hidden):
        assert parameter.help, f"{path}: {parameter.name} is not explained"
        if parameter.param_type_name == "option":
            (said,) = [words for names, words in rows.items() if f"`{parameter.opts[0]}`" in names.split(", ")]
        else:
            shown = (parameter.metavar or parameter.name).upper()
            (said,) = [words for names, words in rows.items() if names.strip("`[]…") == shown]
        assert said.split()[0] in parameter.help
    assert len(paragraphs(command.help)) >= 1
    examples = cli.examples(command)
    assert examples, f"{path} has no example"
    assert [line for line in examples if line not in text] == []


def test_every_default_is_printed() -> None:
    printed = 0
    for path, command in COMMANDS.items():
        if path == "evidence":
            continue
        text = section("cli.md", path)
        for parameter in command.params:
            option = parameter.param_type_name == "option" and not parameter.is_flag
            if option and isinstance(parameter.default, str | int | float) and parameter.default:
                assert re.search(rf"`{parameter.opts[0]}`.*\| `{re.escape(str(parameter.default))}` \|", text), path
                printed += 1
    assert printed >= 15


def test_exit_codes_are_told_where_commands_set_them() -> None:
    setting = set()
    for path in sorted((ROOT / "evidence" / "cli").glob("*.py")):
        source = path.read_text(encoding="utf-8")
        if path.stem != "main" and re.search(r"typer\.Exit\(|sys\.exit\(", source):
            setting.add(f"evidence {path.stem}")
    assert setting == set(cli.EXIT_CODES)
    assert set(cli.EXIT_CODES) <= set(COMMANDS)


def test_every_key_of_the_protocol_is_explained() -> None:
    silent = []
    for part, shape in protocol.shapes().items():
        text, described = section("protocol.md", part), attributes_of(shape)
        for entry in fields(shape):
            meaning = markdown(described.get(entry.name, ("", ""))[1])
            row = re.search(rf"^\| `{entry.name}` \| ([^|]+) \| ([^|]+) \|", text, flags=re.MULTILINE)
            if not meaning or row is None or meaning.split()[0] not in row[2]:
                silent.append(f"{part}.{entry.name}")
    assert silent == []


def test_every_value_that_a_key_may_have_is_listed() -> None:
    from evidence.protocol_check import _CHOICES

    for values in _CHOICES.values():
        assert [value for value in values if f"`{value}`" not in REFERENCE["protocol.md"]] == []


def test_every_exception_says_when_it_is_raised_and_what_to_do() -> None:
    kinds = [getattr(errors, name) for name in errors.__all__ if name.endswith("Error")]
    assert set(kinds) == set(exceptions.exceptions())
    for kind in kinds:
        section("exceptions.md", kind.__name__)
        assert len(paragraphs(kind.__doc__)) >= 2, f"{kind.__name__} does not say what to do"
    assert set(re.findall(r"\w+Error\b", errors.__doc__ or "")) >= {kind.__name__ for kind in kinds}


def test_every_public_name_is_listed() -> None:
    page = REFERENCE["api.md"]
    names = [f"`ev.{name}`" for name in evidence.__all__]
    for modules in api.PAGES.values():
        names += [f"`evidence.{module}.{name}`" for module in modules for name in api.public_names(module)]
    assert [name for name in names if f"| {name} |" not in page] == []


def test_every_part_of_the_package_is_on_a_page_or_said_to_be_private() -> None:
    parts = {part.name for part in pkgutil.iter_modules(evidence.__path__)} - {"__main__"}
    assert set(api.PAGES).isdisjoint(api.PRIVATE)
    described = {module for modules in api.PAGES.values() for module in modules}
    assert parts == {*api.PRIVATE, *(module.partition(".")[0] for module in described)}
    assert set(api.home_of().values()) - {"errors"} <= described


def test_every_public_name_says_what_it_is() -> None:
    silent = []
    for modules in api.PAGES.values():
        for module in modules:
            for name in api.public_names(module):
                value = getattr(import_module(f"evidence.{module}"), name)
                callable_ = inspect.isclass(value) or inspect.isroutine(value)
                if not (inspect.getdoc(value) if callable_ else api.summary(module, name)):
                    silent.append(f"{module}.{name}")
    assert silent == []


def test_every_column_of_every_table_is_in_the_data_dictionary() -> None:
    page = (DOCS / "data-dictionary.md").read_text(encoding="utf-8")
    for name, table in TABLES.items():
        found = re.search(rf"^## {name}\b(.*?)(?=^## |\Z)", page, flags=re.DOTALL | re.MULTILINE)
        assert found, name
        assert [column for column in table.names if f"\n| `{column}` |" not in found[1]] == [], name
