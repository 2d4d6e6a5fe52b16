"""One thread for linear algebra; imported before numpy, which reads these once."""

from __future__ import annotations

import os

__all__ = ["ONE_THREAD"]

ONE_THREAD = ("MKL_NUM_THREADS", "OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "VECLIB_MAXIMUM_THREADS")
for variable in ONE_THREAD:
    os.environ.setdefault(variable, "1")
