"""How things stand: the installation, the review and the work on it, and what to do next.

>>> from evidence.doctor import examine
>>> examine().broken
False
"""

from __future__ import annotations

from .diagnosis import Diagnosis
from .examine import examine
from .observation import GROUPS, STATES, Observation, State, Step, looked_at

__all__ = ["GROUPS", "STATES", "Diagnosis", "Observation", "State", "Step", "examine", "looked_at"]
