"""A notebook whose text is no longer what is stored is found, with the cell that differs."""

from __future__ import annotations

import pytest
from nbformat import v4
from notebook_checks import differences


def notebook(*cells):
    return v4.new_notebook(
        cells=[v4.new_code_cell(source, outputs=list(outputs)) for source, outputs in cells],
    )


def printed(text, name="stdout"):
    return v4.new_output("stream", name=name, text=text)


def shown(**data):
    return v4.new_output("execute_result", data={kind.replace("_", "/"): content for kind, content in data.items()})


STORED = notebook(
    ("1 + 1", [shown(text_plain="2", text_html="<b>2</b>")]),
    ("show()", [printed("k = 3\ntau² = 0.1\n"), shown(image_png="AAAA", text_plain="<Figure>")]),
)


def test_the_same_text_has_no_difference_whatever_the_pictures_are() -> None:
    fresh = notebook(
        ("1 + 1", [shown(text_plain="2", text_html="<b>2</b>")]),
        ("show()", [printed("k = 3\ntau² = 0.1\n"), shown(image_png="BBBB", text_plain="<Figure>")]),
    )
    assert list(differences(STORED, fresh)) == []


@pytest.mark.parametrize(
    ("fresh", "told"),
    [
        ([printed("k = 3\ntau² = 0.2\n"), shown(image_png="AAAA", text_plain="<Figure>")], "+stdout: tau² = 0.2"),
        ([printed("k = 3\ntau² = 0.1\n"), shown(text_plain="<Figure>")], "-image/png: picture"),
        (
            [printed("k = 3\ntau² = 0.1\n"), shown(image_png="A", text_plain="<Figure>"), printed("Careful", "stderr")],
            "on stderr: Careful",
        ),
        ([printed("k = 3\ntau² = 0.1\n"), v4.new_output("error", ename="KeyError", evalue="x")], "+error: KeyError: x"),
    ],
)
def test_a_difference_names_its_cell_and_what_is_new(fresh, told) -> None:
    found = list(
        differences(STORED, notebook(("1 + 1", [shown(text_plain="2", text_html="<b>2</b>")]), ("show()", fresh)))
    )
    assert found[0] == "cell 1 (show()):"
    assert told in [line.strip() for line in found]


def test_what_only_the_html_says_counts() -> None:
    fresh = notebook(("1 + 1", [shown(text_plain="2", text_html="<b>3</b>")]), ("show()", STORED.cells[1].outputs))
    assert next(iter(differences(STORED, fresh))) == "cell 0 (1 + 1):"


def test_other_cells_are_a_difference() -> None:
    assert list(differences(STORED, notebook(("1 + 2", [])))) == [
        "the script and the notebook no longer have the same cells"
    ]


def test_a_warning_counts_even_where_it_is_stored() -> None:
    warned = notebook(("warn()", [printed("Careful", "stderr")]))
    assert list(differences(warned, warned)) == ["cell 0 (warn()):", "    on stderr: Careful"]
