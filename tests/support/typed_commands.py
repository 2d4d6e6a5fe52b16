"""Commands run in this process, as a person types them: where another process would prove nothing more, and costs."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING
from unittest import mock

from evidence.cli import main

if TYPE_CHECKING:
    import pytest

__all__ = ["typed"]


def typed(capfd: pytest.CaptureFixture[str], *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run ``evidence`` with these arguments; errors become messages and codes, as they do for a person."""
    capfd.readouterr()
    code: object = 0
    with mock.patch.object(sys, "argv", ["evidence", *arguments]):
        try:
            main()
        except SystemExit as end:
            code = end.code or 0
    said = capfd.readouterr()
    assert isinstance(code, int)
    return subprocess.CompletedProcess(arguments, code, said.out, said.err)
