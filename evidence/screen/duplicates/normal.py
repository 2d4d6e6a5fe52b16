"""Titles, names and identifiers in a form in which two spellings of one thing are equal."""

from __future__ import annotations

import functools
import html
import re
import unicodedata

__all__ = [
    "is_notice_title",
    "plain_doi",
    "plain_registration",
    "plain_text",
    "plain_title",
    "surname",
    "telling_words",
]

_TAG = re.compile(r"</?[A-Za-z][^<>]*>")
_COPYRIGHT = re.compile(
    r"(©|\(c\)\s*(?=\d{4})|\bcopyright\b\s*(?=©|\(c\)|\d{4})).*$|\ball rights reserved\b.*$", re.IGNORECASE | re.DOTALL
)
_GREEK = {
    letter: unicodedata.name(letter).rsplit(" ", 1)[1].lower()
    for letter in map(chr, range(0x03B1, 0x03CA))
    if letter != "ς"
} | {"ς": "sigma", "λ": "lambda", "µ": "mu"}
_LETTERS = {"ß": "ss", "ø": "o", "ł": "l", "đ": "d", "æ": "ae", "œ": "oe", "ı": "i", "þ": "th", "ð": "d"}
_SPELLED = str.maketrans(_GREEK | _LETTERS)
_RETRACTED = re.compile(r"^\W*(?:retracted(?:\s+article)?|withdrawn)\s*[:.\-–—\]]\s*", re.IGNORECASE)
_NOTICE = re.compile(
    r"^\W*(?:(?:(?:author|publisher|editor)(?:s|['’]s|s['’]|ial)?\s+)?(?:erratum|errata|corrigend(?:um|a)|correction|"
    r"addendum|retraction(?:\s+not(?:e|ice))?|withdrawal|expression of concern|notice of (?:retraction|correction)|"
    r"comments?|commentary|response|reply)"
    r"\s*(?:to|on|for|of|from|by|regarding|re)?\b\s*(?:[:.\"“'‘«]|\W*$)|"
    r"re\s*:|in (?:reply|response)\b\s*(?:[:.]|\W*$|to\s+(?:the\s+)?(?:letter|comment|[\"“'‘«]))|"
    r"letters? to (?:the )?editors?\b|"
    r"(?:erratum|corrigendum|correction|retraction|retraction notice|expression of concern|reply|comments?|commentary)"
    r"\s+(?:to|on|for|re|regarding)\b|"
    r"response\s+(?:to|from)\s+(?:the\s+|an?\s+)?(?:letter|comments?|editor|author|article|commentary|[\"“'‘«]))",
    re.IGNORECASE,
)
_SUFFIXES = frozenset({"jr", "sr", "ii", "iii", "2nd", "3rd"})
# Scripts that part no words: two letters say about as much as a word.
_WITHOUT_BLANKS = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff]")
_REGISTRATION = re.compile(
    r"NCT\s?\d{8}|ISRCTN\s?\d{8}|(?:EudraCT\s*)?\d{4}-\d{6}-\d{2}|IRCT\s?\w{8,}|ChiCTR[-\w]*\d{8,}|ChiCTR-\w+-\d+|"
    r"CTRI[/_]?\d{4}[/_]\d{2,3}[/_]?\d{3,6}|ACTRN\s?\d{14}p?|DRKS\s?\d{8}|UMIN\s?\d{9}|KCT\s?\d{7}|TCTR\s?\d{11}|"
    r"PACTR\s?\d{15,16}|RBR-\w{5,8}|SLCTR/\d{4}/\d{3}|jRCTs?\d{9,10}|JPRN-\w+|NTR\s?\d{3,5}|RPCEC\d{8}|PER-\d{3}-\d{2}",
    re.IGNORECASE,
)


def telling_words(title: str) -> int:
    """Return how many words a title in the form of `plain_title` has; in Chinese and Japanese two letters count as one.

    Examples
    --------
    >>> telling_words("knee pain"), telling_words("针灸治疗膝关节疼痛")
    (2, 4)
    """
    bare, letters = _WITHOUT_BLANKS.subn("", title)
    return len(bare.split()) + letters // 2


@functools.lru_cache(maxsize=65536)
def plain_text(text: str) -> str:
    """Return words in lower case with single blanks: no tags, entities, accents or punctuation; Greek letters spelled.

    Letters of other scripts stay as they are.

    Examples
    --------
    >>> plain_text("TGF-<i>β</i>&nbsp;in <b>Müller</b> cells: p&lt;0.05")
    'tgf beta in muller cells p 0 05'
    """
    # twice, because some exports escape what was escaped already
    unescaped = html.unescape(html.unescape(_TAG.sub("", text)))
    lowered = unicodedata.normalize("NFKC", _TAG.sub("", unescaped)).casefold()
    bare = "".join(
        mark for mark in unicodedata.normalize("NFKD", lowered) if not unicodedata.combining(mark)
    ).translate(_SPELLED)
    return " ".join("".join(mark if mark.isalnum() else " " for mark in bare).split())


def plain_title(title: str) -> str:
    """Return a title as `plain_text`, without a publisher's copyright line and without a mark of retraction.

    Examples
    --------
    >>> plain_title("RETRACTED: Drug A for knee pain. © 2020 Example Press. All rights reserved.")
    'drug a for knee pain'
    >>> plain_title("[Drug A for Knee Pain].") == plain_title("Drug A for knee pain")
    True
    """
    return plain_text(_RETRACTED.sub("", _COPYRIGHT.sub("", title)))


def is_notice_title(title: str) -> bool:
    """Return whether a title is that of a notice, comment or reply, and not of an article.

    Examples
    --------
    >>> is_notice_title("Correction to: Drug A for knee pain"), is_notice_title("Response to the letter on drug A")
    (True, True)
    >>> is_notice_title("Response to drug A in knee pain"), is_notice_title("RETRACTED: Drug A for knee pain")
    (False, False)
    """
    return bool(_NOTICE.match(title))


def plain_doi(text: str) -> str:
    """Return a DOI in lower case, without a resolver, a prefix or a full stop; empty if there is none.

    Examples
    --------
    >>> plain_doi("https://doi.org/10.1000/ABC.12."), plain_doi("doi: 10.1000/x"), plain_doi("none")
    ('10.1000/abc.12', '10.1000/x', '')
    """
    found = re.search(r"10\.\d{4,9}/\S+", html.unescape(text))
    return found.group().rstrip(".,;)]}>\"'").casefold() if found else ""


def plain_registration(text: str) -> tuple[str, ...]:
    """Return the trial registrations in a text, in upper case without blanks and marks, each once.

    Examples
    --------
    >>> plain_registration("Registered as nct 01234567 (ISRCTN12345678); NCT01234567")
    ('NCT01234567', 'ISRCTN12345678')
    """
    found = (re.sub(r"[^A-Z0-9]|^EUDRACT", "", match.upper()) for match in _REGISTRATION.findall(text))
    return tuple(dict.fromkeys(found))


def surname(authors: str) -> str:
    """Return the first author's family name as `plain_text`; of a group, its name; empty where nobody is named.

    Examples
    --------
    >>> surname("Müller-Lee AB; Roe C"), surname("Muller-Lee, Ann B. and Roe, C."), surname("Ann B. Roe")
    ('muller lee', 'muller lee', 'roe')
    """
    first = re.split(r";|\n|\s+and\s+|\s+&\s+", authors.strip(), maxsplit=1)[0].strip()
    family, comma, _ = first.partition(",")
    words = [word for word in family.split() if word.casefold().rstrip(".") not in _SUFFIXES]
    is_initials = [re.fullmatch(r"(?:[^\W\d_a-z]\.?-?){1,4}", word) is not None for word in words]
    if len(words) > 1 and is_initials[-1] and not is_initials[0]:
        words = [word for word, initials in zip(words, is_initials, strict=True) if not initials]
    elif not comma and len(words) > 1 and any(is_initials[:-1]):
        words = words[-1:]
    return plain_text(" ".join(words))
