"""How numbers are printed in abstracts, and what they are as plain numbers."""

from __future__ import annotations

import re
import unicodedata

__all__ = ["COUNT", "DASH", "NUMBER", "WORDS", "number_note", "plain_number", "word_number"]

_POINTS = ".·∙⋅•‧"
_THIN = "\u2009\u202f\u00a0"
_POWER = r"(?:\s?[×x]\s?10(?:\^\s?[-−–]?\d+|[-−–]\d+|[⁻⁺]?[⁰¹²³⁴⁵⁶⁷⁸⁹]+)|[eE][-−+]?\d+(?![\w]))"
_THOUSANDS = rf"(?<!\d,)\d{{1,3}}(?:(?:,\d{{3}})+|(?:[{_THIN}]\d{{3}})+)(?!\d|,\d)(?:[{_POINTS}]\d+)?"
_COMMA = r"(?<!\d,)(?:0,\d+|\d+,(?:\d{1,2}|\d{4,}))(?!\d|,\d)"
_BOTH = r"(?<!\d[.,])\d{1,3}(?:\.\d{3})+,\d+(?!\d|[.,]\d)"
_POINT = rf"\d+[{_POINTS}]\d+"
_BARE_POINT = r"(?<![\w.)\]%])[.·]\d+"
_SIGN = r"(?:(?<![\w.)\]%±])[-−–+])?"

COUNT = rf"(?<!\d[{_POINTS},])(?:{_THOUSANDS}|\d+)(?![{_POINTS},]?\d)"
"""A whole number, as a regular expression."""

NUMBER = rf"(?:{_SIGN}(?:{_BOTH}|{_THOUSANDS}|{_POINT}|{_COMMA}|\d+|{_BARE_POINT}){_POWER}?)"
"""Any number, as a regular expression: signs, thousands, decimal points, commas and middle dots, powers of ten."""

DASH = r"(?:\s?[-–—−~～]\s?|\s+to\s+)"
"""What stands between the ends of a range."""

_UNITS = (
    *("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve", "thirteen"),
    *("fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen"),
)
_TENS = ("twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
_VALUES = {word: value for value, word in enumerate(_UNITS, start=1)}
_VALUES |= {word: 10 * value for value, word in enumerate(_TENS, start=2)}
_WORD = "(?:" + "|".join(sorted(_VALUES, key=len, reverse=True)) + ")"

WORDS = rf"(?:(?:a|{_WORD})[\s-]hundred(?:[\s-](?:and[\s-])?{_WORD}(?:[\s-]{_WORD})?)?|{_WORD}(?:[\s-]{_WORD})?)"
"""A number below a thousand in words, as a regular expression (letter case ignored)."""

_SUPERSCRIPTS = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁻⁺", "0123456789-+")


def plain_number(printed: str) -> str:
    """Return a printed number as tables hold it; decimals stay as printed.

    Examples
    --------
    >>> [plain_number(text) for text in ("121.90", "−0·5", "12,5", "59,290", ".03", "+4", "2 × 10⁻³")]
    ['121.90', '-0.5', '12.5', '59290', '0.03', '4', '2e-3']
    >>> [plain_number(text) for text in ("1.234,5", "10-4", "10⁻⁴")]
    ['1234.5', '1e-4', '1e-4']
    """
    text = "".join(str(unicodedata.decimal(mark)) if mark.isdecimal() else mark for mark in printed.strip())
    if power := re.fullmatch(r"10\^?([-−–⁻][\d⁰¹²³⁴⁵⁶⁷⁸⁹]+)", text):
        return "1e-" + power.group(1).translate(_SUPERSCRIPTS)[1:]
    text = re.sub(r"\s?[×x]\s?10\^?\s?(?=[-−–⁻⁺⁰¹²³⁴⁵⁶⁷⁸⁹\d])", "e", text).translate(_SUPERSCRIPTS)
    text = re.sub(rf"[{_THIN}]", "", re.sub("[−–]", "-", text)).removeprefix("+")
    if re.fullmatch(r"-?\d{1,3}(\.\d{3})+,\d+(e\S*)?", text):
        text = text.replace(".", "")
    if "," in text:
        thousands = re.fullmatch(r"-?[1-9]\d{0,2}(,\d{3})+(\D.*)?", text)
        text = text.replace(",", "" if thousands else ".")
    text = re.sub(f"[{_POINTS}]", ".", text)
    return re.sub(r"^(-?)\.", r"\g<1>0.", text)


def number_note(printed: str) -> str:
    """Return what is uncertain in the reading of a printed number; empty if nothing is.

    Examples
    --------
    >>> number_note("12,5"), number_note("59,290"), number_note("12.5")
    ('comma read as a decimal mark', 'comma read as a mark of thousands', '')
    """
    if "," not in printed:
        return ""
    if re.search(r"\.\d+,", printed):
        return "points read as marks of thousands, the comma as a decimal mark"
    kind = "a decimal mark" if "." in plain_number(printed) and "." not in printed else "a mark of thousands"
    return f"comma read as {kind}"


def word_number(words: str) -> int:
    """Return the value of a number in words.

    Examples
    --------
    >>> word_number("Forty-two"), word_number("one hundred and five"), word_number("a hundred")
    (42, 105, 100)
    """
    total = 0
    for word in re.split(r"[\s-]+", words.lower()):
        if word == "hundred":
            total = 100 * max(total, 1)
        else:
            total += _VALUES.get(word, 0)
    return total
