"""The tree of an explanation, and how a row is put into words."""

from __future__ import annotations

from evidence.provenance import Node, describe_row, reported_node

ROW = {
    "arm_id": "A1", "mean": 73.14, "plus_minus": 25.45, "unit": "hairs/field", "value_type": "final", "n": 19,
    "n_status": "assumed", "status": "verified", "source": "citation", "seen_at": "S10;S11", "location": "abstract",
    "locator": "count sentence", "notes": "paired design", "p_as_printed": "0.01",
}  # fmt: skip


def test_a_row_in_words() -> None:
    assert describe_row(ROW) == ("mean 73.14 ± 25.45 hairs/field (final); n 19, assumed; p as printed: 0.01")
    assert (
        describe_row({"events": 40, "n": 50, "n_status": "secondary"}) == "40 (no denominator printed); n 50, secondary"
    )
    assert describe_row({"events": 27, "total": 31}) == "27 of 31"
    assert describe_row({"mean": -9.6, "unit": "points", "value_type": "change"}) == "mean −9.6 no SD points (change)"
    assert describe_row({"mean": 27.4, "sd": 5.1, "unit": "years"}) == "mean 27.4 SD 5.1 years"
    assert describe_row({"mean": 27.4, "value_type": "final"}) == "mean 27.4 no SD (final)"
    assert describe_row({}) == "nothing in numbers"


def test_a_reported_value_names_source_page_and_place() -> None:
    node = reported_node(ROW, key="R016", table="outcomes", pages={"S10": "https://example.org/a"})
    texts = [child.text for child in node.children]
    assert node.text.startswith("outcomes R016 A1: mean 73.14")
    assert texts[0] == "source citation, abstract, count sentence"
    assert texts[1] == "seen at S10: https://example.org/a"
    assert texts[-1] == "note: paired design"


def test_the_tree_renders_walks_and_becomes_a_dict() -> None:
    leaf = Node(text="leaf", kind="source", data={"page": "S1"})
    tree = Node(text="top", kind="result", children=(Node(text="a", kind="contrast", children=(leaf,)), leaf))
    assert tree.render().splitlines() == ["top", "├─ a", "│  └─ leaf", "└─ leaf"]
    assert [node.text for node in tree.walk()] == ["top", "a", "leaf", "leaf"]
    assert tree.to_dict()["children"][0]["children"] == [{"kind": "source", "text": "leaf", "data": {"page": "S1"}}]
