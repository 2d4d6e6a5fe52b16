"""Appraisal instruments as data: questions, allowed answers, and the flow charts from answers to judgements.

Nothing here reads a table or loads a library: tables check themselves against the instruments, and so can anybody.
"""

from __future__ import annotations

from .catalogue import FORMS, TOOLS, find_form
from .chart import Chart, Walk
from .form import Domain, Form
from .question import ANSWERS, Question

__all__ = ["ANSWERS", "FORMS", "TOOLS", "Chart", "Domain", "Form", "Question", "Walk", "find_form"]
