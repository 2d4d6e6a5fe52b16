"""Every form by tool and variant."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..errors import OptionError
from .rob2 import ADHERENCE, ASSIGNMENT
from .rob2_variants import CLUSTER, CLUSTER_ADHERENCE, CROSSOVER, CROSSOVER_ADHERENCE
from .robins_2016 import ROBINS_2016, ROBINS_2016_ADHERENCE
from .robins_v2 import ROBINS_V2, ROBINS_V2_ADHERENCE

if TYPE_CHECKING:
    from .form import Form

__all__ = ["FORMS", "TOOLS", "find_form"]

FORMS: dict[tuple[str, str], Form] = {
    (form.tool, form.variant): form
    for form in (
        ASSIGNMENT,
        ADHERENCE,
        CROSSOVER,
        CROSSOVER_ADHERENCE,
        CLUSTER,
        CLUSTER_ADHERENCE,
        ROBINS_2016,
        ROBINS_2016_ADHERENCE,
        ROBINS_V2,
        ROBINS_V2_ADHERENCE,
    )
}
TOOLS: dict[str, tuple[str, ...]] = {
    tool: tuple(variant for name, variant in FORMS if name == tool) for tool in dict.fromkeys(name for name, _ in FORMS)
}


def find_form(tool: str, variant: str = "") -> Form:
    """Return a form; without a variant the tool's first one.

    Parameters
    ----------
    tool : str
        ``RoB2`` or ``ROBINS-I``, in any case and with any hyphens.
    variant : str
        One of the tool's variants.

    Raises
    ------
    OptionError
        If there is no such tool, or it has no such variant.

    Examples
    --------
    >>> find_form("rob2").variant, find_form("ROBINS-I").variant
    ('parallel', '2016')
    """
    names = {_plain(name): name for name in TOOLS}
    if _plain(str(tool)) not in names:
        raise OptionError("tool", tool, TOOLS)
    found = names[_plain(str(tool))]
    chosen = variant or TOOLS[found][0]
    if chosen not in TOOLS[found]:
        raise OptionError("variant", variant, TOOLS[found])
    return FORMS[found, chosen]


def _plain(name: str) -> str:
    return "".join(mark for mark in name.lower() if mark.isalnum())
