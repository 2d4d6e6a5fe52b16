"""Trial registrations: from the list of databases of a record, and from its words.

Each registry has its own form of number, and writers have theirs: ``ISRCTN 15535800``, ``ISRCTN, number 96169987``,
``ACTRN: 12614000310662``. All forms of one number become one, so that two reports of a trial can be found by it. What
does not tell itself apart from other words (``NL1234``, letters alone behind ``RBR-``) needs words around it that speak
of a registration.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

__all__ = ["REGISTRIES", "Registry", "find_registrations", "listed_registrations", "registrations_of"]

_PLAIN = dict.fromkeys(map(ord, "\u2010\u2011\u2012\u2013\u2014\u2212"), "-")
_PLAIN |= dict.fromkeys(map(ord, "\u00a0\u2009\u202f"), " ")
# What may stand between a registry's name and the number: marks and words that say that a number follows.
_GAP = (
    r"(?:[\s:;,#=()\[\]./_-]++|(?:clinical|trials?|study|regist(?:ry|er|ered|ration)|reg|identification|identifier|ident|"
    r"id|code|numbers?|num|no|nr|n°|nº|№|as|is|was)(?![A-Za-z])){0,8}?"
)
_FLAGS = re.IGNORECASE | re.ASCII
_AROUND = re.compile(r"trial|regist|netherlands|dutch|nederland|\bNTR\s?\d{3}|rebec|ensaios", _FLAGS)
_NEAR = 80


@dataclass(frozen=True, slots=True, kw_only=True)
class Registry:
    """A registry and the form of its numbers.

    Attributes
    ----------
    name : str
        Its short name.
    mark : str
        Letters that stand in every number as it is written, in lower case unless the case counts: a text without them
        has no such number.
    is_long : bool
        Whether every number has five digits in a row: a text without such a row has none.
    pattern : re.Pattern
        A number as writers write it.
    form : callable
        Makes the one form of a number from a match.
    needs_context : callable, optional
        Tells of a match that it counts only near words that speak of a registration.
    """

    name: str
    mark: str
    pattern: re.Pattern[str]
    form: Callable[[re.Match[str]], str]
    is_long: bool = True
    needs_context: Callable[[re.Match[str]], bool] | None = None


def _digits(prefix: str, count: str, *, names: str = "", mark: str = "") -> Registry:
    """Return a registry whose numbers are its name and so many digits."""
    pattern = rf"(?<![A-Za-z])(?:{names or prefix}){_GAP}(?<!\d)(\d{{{count}}})(?!\d)"
    return Registry(
        name=prefix,
        mark=mark or prefix.lower(),
        pattern=re.compile(pattern, _FLAGS),
        form=lambda match: prefix + match.group(1),
    )


def _registry(
    name: str, mark: str, pattern: str, form: Callable[[re.Match[str]], str], *, is_long: bool = True
) -> Registry:
    return Registry(name=name, mark=mark, pattern=re.compile(pattern, _FLAGS), form=form, is_long=is_long)


def _chinese(match: re.Match[str]) -> str:
    kind = match.group(1)
    return f"ChiCTR-{kind.upper()}-{match.group(2)}" if kind else f"ChiCTR{match.group(2)}"


def _has_no_digit(match: re.Match[str]) -> bool:
    return not any(mark.isdigit() for mark in match.group(1))


def _always(match: re.Match[str]) -> bool:
    return True


REGISTRIES: tuple[Registry, ...] = (
    _digits("NCT", "8"),
    _digits("ISRCTN", "8"),
    _registry("ChiCTR", "chictr", rf"ChiCTR{_GAP}(?:([A-Z]{{2,4}})[\s-]?)?(?<!\d)(\d{{8,10}})(?!\d)", _chinese),
    _registry(
        "CTRI",
        "ctri",
        rf"CTRI{_GAP}(?<!\d)(\d{{4}})[/_-](\d{{2,3}})[/_-](\d{{3}}),?(\d{{3}})(?!\d)",
        lambda match: f"CTRI/{match.group(1)}/{match.group(2)}/{match.group(3)}{match.group(4)}",
        is_long=False,
    ),
    _registry(
        "IRCT",
        "irct",
        rf"IRCT{_GAP}(?<!\d)(\d{{8,18}})\s?(?:N\s?(\d{{1,3}})(?!\d))?(?!\d)",
        lambda match: f"IRCT{match.group(1)}" + (f"N{match.group(2)}" if match.group(2) else ""),
    ),
    _digits("ACTRN", "14"),
    _digits("ACTRN", "14", names="ANZCTRN?", mark="anzctr"),
    _digits("UMIN", "9", names="UMIN(?:-CTR)?"),
    _registry(
        "jRCT",
        "jrct",
        rf"jRCT(s?){_GAP}(?<!\d)(\d{{9,10}})(?!\d)",
        lambda match: f"jRCT{match.group(1).lower()}{match.group(2)}",
    ),
    _registry("JapicCTI", "japiccti", rf"JapicCTI{_GAP}(?<!\d)(\d{{6}})(?!\d)", lambda m: f"JapicCTI-{m.group(1)}"),
    _registry("JMA-IIA", "jma-iia", r"JMA-IIA\s?(\d{5})(?!\d)", lambda match: f"JMA-IIA{match.group(1)}"),
    _digits("KCT", "7"),
    _digits("DRKS", "8"),
    # fewer digits are receptors: NTR1, NTR2
    Registry(
        name="NTR",
        is_long=False,
        mark="NTR",
        pattern=re.compile(r"(?<![A-Za-z0-9])NTR[\s:#-]{0,2}(\d{3,5})(?![\d.])", re.ASCII),
        form=lambda match: f"NTR{match.group(1)}",
    ),
    _registry("NL-OMON", "nl-omon", r"NL-OMON\s?(\d{5,6})(?!\d)", lambda match: f"NL-OMON{match.group(1)}"),
    # with a point behind it is a number of an ethics committee
    Registry(
        name="NL",
        is_long=False,
        mark="NL",
        pattern=re.compile(r"(?<![A-Za-z0-9])NL[\s-]?(\d{3,5})(?!\d|\.\d)", re.ASCII),
        form=lambda match: f"NL{match.group(1)}",
        needs_context=_always,
    ),
    _digits("PACTR", "15,16"),
    _digits("TCTR", "11"),
    _registry(
        "SLCTR",
        "slctr",
        rf"SLCTR{_GAP}(?<!\d)(\d{{4}})[/_-](\d{{3}})(?!\d)",
        lambda match: f"SLCTR/{match.group(1)}/{match.group(2)}",
        is_long=False,
    ),
    Registry(
        name="RBR",
        is_long=False,
        mark="rbr-",
        pattern=re.compile(r"(?<![A-Za-z0-9])RBR-\s?([0-9a-z]{5,8})(?![0-9a-z])", _FLAGS),
        form=lambda match: f"RBR-{match.group(1).lower()}",
        needs_context=_has_no_digit,
    ),
    Registry(
        name="PER",
        is_long=False,
        mark="PER-",
        pattern=re.compile(r"(?<![A-Za-z0-9-])PER-(\d{3})-(\d{2})(?![\d-])", re.ASCII),
        form=lambda match: f"PER-{match.group(1)}-{match.group(2)}",
    ),
    _digits("LBCTR", "10"),
    _digits("ITMCTR", "10"),
    _digits("RPCEC", "8"),
    _registry(
        "UTN",
        "u1111",
        r"(?<![A-Za-z0-9])U1111[\s-]?(\d{4})[\s-]?(\d{4})(?!\d)",
        lambda match: f"U1111-{match.group(1)}-{match.group(2)}",
        is_long=False,
    ),
)
_LONG = [registry for registry in REGISTRIES if registry.is_long]
_SHORT = [registry for registry in REGISTRIES if not registry.is_long]
_FIVE_DIGITS = re.compile(r"[0-9][0-9]{4}")  # so written, twice as fast as with {5}
# EudraCT, and its successor CTIS, whose fourth part counts submissions of the same trial. Its numbers have no letters.
_EUROPEAN = _registry(
    "EudraCT",
    "",
    r"(?<![\d/-])((?:19|20)\d\d-\d{6}-\d\d)(?:-\d\d)?(?!\d|-\d)",
    lambda match: match.group(1),
)
_EUROPEAN_MARK = re.compile(r"[-\u2010\u2011\u2012\u2013\u2014\u2212]\d{6}")
# DataBankName of registries of trials, in letters alone, and what their numbers begin with where that is not the name.
_BANKS = {
    "clinicaltrialsgov": "NCT",
    "isrctn": "ISRCTN",
    "eudract": "",
    "euctr": "",
    "ctis": "",
    "anzctr": "ACTRN",
    "chictr": "ChiCTR",
    "cris": "",
    "ctri": "CTRI",
    "drks": "DRKS",
    "irct": "IRCT",
    "itmctr": "ITMCTR",
    "japiccti": "JapicCTI",
    "jmacct": "",
    "jmaccct": "",
    "jrct": "jRCT",
    "kct": "KCT",
    "lbctr": "LBCTR",
    "ntr": "NTR",
    "onderzoekmetmensen": "",
    "pactr": "PACTR",
    "rebec": "",
    "repec": "",
    "rpcec": "RPCEC",
    "slctr": "SLCTR",
    "tctr": "TCTR",
    "umin": "UMIN",
    "uminctr": "UMIN",
    "utn": "",
}


def find_registrations(text: str) -> tuple[str, ...]:
    """Return the trial registrations in a text, each in the one form of its registry, once, in the order of the text.

    Examples
    --------
    >>> find_registrations("Registered (ISRCTN, number 96169987; NCT 01909453) and EudraCT number 2013-001176-38.")
    ('ISRCTN96169987', 'NCT01909453', '2013-001176-38')
    >>> find_registrations("NL63 and NL4321 bind the receptors NTR1 and NTR2.")
    ()
    """
    lowered = text.lower()
    present = [registry for registry in _SHORT if registry.mark in (lowered if registry.mark.islower() else text)]
    if _FIVE_DIGITS.search(text):
        present += [registry for registry in _LONG if registry.mark in lowered]
        if _EUROPEAN_MARK.search(text):
            present.append(_EUROPEAN)
    if not present:
        return ()
    if not text.isascii():
        text = text.translate(_PLAIN)
    found = sorted(hit for registry in present for hit in _hits(registry, text))
    return tuple(dict.fromkeys(number for _, number in found))


def listed_registrations(name: str, number: str) -> tuple[str, ...]:
    """Return what an entry of a record's list of databases says; nothing if the database is no registry of trials.

    A number that is not in its registry's form stays as it is.

    Parameters
    ----------
    name : str
        The database, such as ``ClinicalTrials.gov`` or ``GENBANK``.
    number : str
        The number there.

    Examples
    --------
    >>> listed_registrations("ISRCTN", "15535800"), listed_registrations("GENBANK", "MW123456")
    (('ISRCTN15535800',), ())
    >>> listed_registrations("ISRCTN", "ISRCTN474042962")
    ('ISRCTN474042962',)
    """
    found = find_registrations(number)
    if found:
        return found
    prefix = _BANKS.get("".join(mark for mark in name.lower() if mark.isalpha()))
    if prefix is None or not number:
        return ()
    if prefix in ("NTR", "") or not number[0].isdigit():
        return (f"{prefix}{number}",) if number.isdigit() and prefix else (number,)
    return find_registrations(f"{prefix}{number}") or (f"{prefix}{number}",)


def registrations_of(listed: Iterable[tuple[str, str]], texts: Iterable[str]) -> tuple[str, ...]:
    """Return a record's registrations: those of its list of databases first, then those in its texts, each once.

    Parameters
    ----------
    listed : iterable of (str, str)
        Databases and numbers.
    texts : iterable of str
        Title, labels and abstract.
    """
    found = [number for name, entry in listed for number in listed_registrations(name, entry)]
    # the bar keeps apart what stands at the end of one text and at the beginning of the next
    found += find_registrations("\n|\n".join(texts))
    return tuple(dict.fromkeys(found))


def _hits(registry: Registry, text: str) -> Iterator[tuple[int, str]]:
    for match in registry.pattern.finditer(text):
        unsure = registry.needs_context is not None and registry.needs_context(match)
        around = text[max(0, match.start() - _NEAR) : match.start()] + " " + text[match.end() : match.end() + _NEAR]
        if not unsure or _AROUND.search(around):
            yield match.start(), registry.form(match)
