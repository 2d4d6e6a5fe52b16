"""The evidence base for other programs: metafor, RevMan, robvis, archives, spreadsheets."""

from __future__ import annotations

from .escalc import escalc_csv
from .package import package_bytes
from .revman import fits_revman, revman_csv
from .robvis import robvis_csv
from .workbook import workbook_bytes

__all__ = ["escalc_csv", "fits_revman", "package_bytes", "revman_csv", "robvis_csv", "workbook_bytes"]
