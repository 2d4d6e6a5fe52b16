"""What makes the site stands beside it, not in the package."""

from __future__ import annotations

import sys

from doc_pages import DOCS

sys.path[:0] = [str(DOCS), str(DOCS / "_ext")]
