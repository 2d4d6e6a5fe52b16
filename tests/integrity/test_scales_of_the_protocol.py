"""What the protocol says one person's value can be reaches the checks."""

from __future__ import annotations

import shutil

import evidence as ev


def test_a_mean_outside_the_protocols_scale_is_found(root, tmp_path):
    shutil.copytree(root / "data" / "processed", tmp_path / "data" / "processed")
    text = (root / "protocol.toml").read_text(encoding="utf-8")
    told = 'id = "hair-diameter"\nlabel = "hair diameter"\n'
    assert told in text
    outcomes = ev.load(root)["outcomes"]
    means = outcomes[(outcomes["outcome"] == "hair-diameter") & (outcomes["value_type"] == "final")]
    beyond = {f"outcomes:{name}" for name in means.loc[means["mean"] > 60, "row_id"]}
    assert beyond
    for scale, expected in (("minimum = 0\nmaximum = 60\n", beyond), ("", set())):
        (tmp_path / "protocol.toml").write_text(text.replace(told, told + scale), encoding="utf-8")
        found = ev.load(tmp_path).integrity(only=["mean-in-range"])
        assert {row for finding in found.findings for row in finding.rows} >= expected
        assert bool(found.findings) == bool(expected)
