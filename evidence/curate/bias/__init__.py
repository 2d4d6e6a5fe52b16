"""Risk of bias: from answers to proposals and judgements, by one assessor or several.

>>> from evidence.curate import bias
>>> found = bias.judge("RoB2", "parallel", {"1.1": "Y", "1.2": "PY", "1.3": "N"})
>>> found.domain("D1").judgement, found.domain("D2").shown, found.shown
('low', 'not assessed', 'not assessed')

Names are imported when they are first used, so that the package stays light.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from ...instruments import ANSWERS, FORMS, TOOLS, find_form

if TYPE_CHECKING:
    from .counting import of_outcome, settled, whole_of
    from .judgement import QUESTIONS, BiasJudgement, DomainJudgement, judge
    from .kappa import Agreement, agreement
    from .record import Recorded, record_form
    from .sheet import form_bytes
    from .study import judge_study, results_of
    from .traffic_lights import robvis

__all__ = [
    "ANSWERS",
    "FORMS",
    "QUESTIONS",
    "TOOLS",
    "Agreement",
    "BiasJudgement",
    "DomainJudgement",
    "Recorded",
    "agreement",
    "find_form",
    "form_bytes",
    "judge",
    "judge_study",
    "of_outcome",
    "record_form",
    "results_of",
    "robvis",
    "settled",
    "whole_of",
]

_HOMES = {
    "kappa": ("Agreement", "agreement"),
    "judgement": ("QUESTIONS", "BiasJudgement", "DomainJudgement", "judge"),
    "record": ("Recorded", "record_form"),
    "traffic_lights": ("robvis",),
    "counting": ("of_outcome", "settled", "whole_of"),
    "sheet": ("form_bytes",),
    "study": ("judge_study", "results_of"),
}
_HOME_OF = {name: module for module, names in _HOMES.items() for name in names}


def __getattr__(name: str) -> Any:
    """Import a public name from its module when it is first asked for."""
    if name not in _HOME_OF:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f".{_HOME_OF[name]}", __name__), name)
