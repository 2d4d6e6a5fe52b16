"""The page on clusters runs on a cluster of one worker within this process, and prints what it says."""

from __future__ import annotations

import contextlib
import io
import pickle
import re

import pytest
from doc_pages import DOCS, ROOT

import evidence as ev

PAGE = (DOCS / "cluster.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"^```python\n(.*?)^```\n\n```text\n(.*?)^```", PAGE, flags=re.DOTALL | re.MULTILINE)


@pytest.mark.filterwarnings("ignore:Couldn't detect a suitable IP address")
def test_every_block_prints_what_the_page_says(monkeypatch: pytest.MonkeyPatch) -> None:
    import distributed

    asked, true_client = [], distributed.Client
    with distributed.LocalCluster(
        protocol="inproc://", processes=False, n_workers=1, threads_per_worker=2, dashboard_address=None
    ) as cluster:

        def client(address: str) -> distributed.Client:
            asked.append(address)
            return true_client(cluster)

        monkeypatch.setattr(distributed, "Client", client)
        space: dict[str, object] = {}
        assert len(BLOCKS) == PAGE.count("```python\n") == 3
        for block, shown in BLOCKS:
            said = io.StringIO()
            with contextlib.redirect_stdout(said):
                exec(compile(block, "docs/cluster.md", "exec"), space)
            assert said.getvalue() == shown
    assert asked == ["tcp://scheduler:8786"] * 2


def test_a_fit_travels() -> None:
    fit = ev.pool([0.1, 0.3, 0.35], [0.03, 0.03, 0.05])
    assert pickle.loads(pickle.dumps(fit)).summary() == fit.summary()


def test_the_extras_are_those_of_the_project() -> None:
    import tomllib

    extras = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["optional-dependencies"]
    assert [name.partition(">")[0] for name in extras["cluster"] + extras["fast"]] == ["distributed", "numba"]
    assert '".[cluster,fast]"' in PAGE
