"""What single cells mean: years, languages, identifiers, days. ``CellFault`` says why not."""

import functools
import re
import unicodedata
from datetime import date, timedelta
from typing import TypeVar

from assessments.calendar import TEN_YEAR_SCHOOL_FROM
from assessments.roster.characters import name_fault, shown
from assessments.roster.models import Curriculum, SchoolForm

MANGLED = re.compile(r"[+-]?\d+(?:[.,]\d+)?E[+-]?\d+", re.IGNORECASE | re.ASCII)
DECIMAL_TAIL = re.compile(r"\d+[.,]0+", re.ASCII)
CLASS_WORD = re.compile(r"^(klass|årskurs|åk\.?)(?=[0-9f])")
COUNT = re.compile(r"\d{1,6}", re.ASCII)
DAY = re.compile(r"(\d{4})-(\d{2})-(\d{2})", re.ASCII)
# 2026-09-07, 20260907, and with the time of day that systems add.
DATED = re.compile(r"(\d{4})(-?)(\d{2})\2(\d{2})(?:[ T]\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?)?", re.ASCII)
# What is left of ż or Юлія in a file of Windows-1252, and of what could not be read at all.
LOST = re.compile(r"\ufffd|[^\W\d_]\?|\?[^\W\d_]|\?\?")
EXCEL_FIRST_DAY = date(1899, 12, 30)
LONGEST_CODE = 50
AS_TEXT = "Formatera kolumnen som text i Excel och skriv in värdet på nytt"

Kind = TypeVar("Kind")
PARTICLES = frozenset(
    ("af", "al", "bin", "bint", "da", "de", "del", "den", "der", "di", "do", "dos", "du", "el", "ibn", "la",
     "le", "van", "von", "zu")
)  # fmt: skip
NURSERY = frozenset(("f", "fk", "fsk", "fklass", "förskoleklass", "förskoleklassen", "0"))
NO_MARKING = frozenset(("", "nej", "n", "0", "ingen", "inte", "falskt", "false", "no"))
SCHOOL_FORMS = {
    "grundskola": SchoolForm.GRUNDSKOLA, "gr": SchoolForm.GRUNDSKOLA, "grundskolan": SchoolForm.GRUNDSKOLA,
    "förskoleklass": SchoolForm.GRUNDSKOLA, "anpassadgrundskola": SchoolForm.ANPASSAD,
    "anpassad": SchoolForm.ANPASSAD, "anpassadegrundskolan": SchoolForm.ANPASSAD, "angr": SchoolForm.ANPASSAD,
    "grundsärskola": SchoolForm.ANPASSAD,
}  # fmt: skip
CURRICULA = {
    "sv": Curriculum.SWEDISH, "svenska": Curriculum.SWEDISH, "sve": Curriculum.SWEDISH,
    "sva": Curriculum.SWEDISH_AS_SECOND_LANGUAGE,
    "svenskasomandraspråk": Curriculum.SWEDISH_AS_SECOND_LANGUAGE,
}  # fmt: skip
LANGUAGES = {
    "svenska": "sv", "engelska": "en", "finska": "fi", "arabiska": "ar", "somaliska": "so", "ukrainska": "uk",
    "persiska": "fa", "farsi": "fa", "dari": "fa", "tigrinska": "ti", "tigrinja": "ti", "polska": "pl",
    "turkiska": "tr", "sorani": "ckb", "bosniska": "bs",
}  # fmt: skip
OTHER_LANGUAGE = "und"  # one that we do not print: which one is nobody's business here


class CellFault(ValueError):
    """Why a cell cannot be used, and what to do about it."""

    def __init__(self, reason: str, remedy: str) -> None:
        self.reason, self.remedy = reason, remedy
        super().__init__(reason)


def folded(text: str) -> str:
    """A word as it is compared: without case and spaces."""
    return "".join(text.casefold().split())


@functools.lru_cache(maxsize=4096)
def name(text: str, called: str = "namnet") -> str:
    """A name as it is kept: NFC, one space between words, nothing in it that acts on a screen or a page."""
    kept = re.sub(r"[ \u00a0]+", " ", unicodedata.normalize("NFC", text)).strip(" ")
    if fault := name_fault(kept):
        raise CellFault(fault, "Skriv om cellen för hand, utan kopierade tecken")
    if not kept:
        raise CellFault(f"{called} saknas", "Fyll i cellen")
    return kept


def persons_name(text: str) -> str:
    """``name`` of a pupil; refused where a program has lost its letters on the way."""
    if LOST.search(text):
        raise CellFault(
            f"bokstäver har gått förlorade i ”{shown(text)}”",
            "Spara listan på nytt som .xlsx eller CSV UTF-8, eller skriv namnet i cellen",
        )
    return name(text)


def whole_name(text: str) -> tuple[str, str]:
    """Given and family name out of "Efternamn, Förnamn" or of natural order."""
    family, comma, given = persons_name(text).partition(",")
    if not comma:
        words = family.split()
        split = len(words) - 1
        while split > 1 and words[split - 1].casefold() in PARTICLES:
            split -= 1
        given, family = " ".join(words[:split]), " ".join(words[split:])
    if not given.strip() or not family.strip():
        raise CellFault("för- och efternamn kan inte skiljas åt", "Skriv ”Efternamn, Förnamn”")
    return given.strip(), family.strip()


@functools.lru_cache(maxsize=4096)
def year_index(text: str, academic_year: str) -> int:
    """The grade index of an årskurs as it is called that academic year: ``F``, ``2``, ``åk 2``."""
    word = re.sub(r"^(årskurs|åk\.?|klass)", "", folded(text))
    if word.replace("-", "") in NURSERY:
        return 0
    first = 1 if academic_year >= TEN_YEAR_SCHOOL_FROM else 0
    if word.isascii() and word.isdigit() and len(word) <= 2 and 1 <= int(word) <= 9 + first:
        return int(word) - first
    raise CellFault(f"årskursen ”{shown(text)}” finns inte", "Skriv F eller 1 till 9")


@functools.lru_cache(maxsize=4096)
def is_marked(text: str) -> bool:
    """Whether the row carries a sekretessmarkering. Anything but a plain no is one: better one too many."""
    return folded(text) not in NO_MARKING


@functools.lru_cache(maxsize=4096)
def school_form(text: str) -> SchoolForm:
    return _one_of(text, SCHOOL_FORMS, "skolformen", "Skriv grundskola eller anpassad grundskola")


@functools.lru_cache(maxsize=4096)
def curriculum(text: str) -> Curriculum:
    return _one_of(text, CURRICULA, "kursplanen", "Skriv sv eller sva")


@functools.lru_cache(maxsize=4096)
def language(text: str) -> str:
    """The code of a language of letters; one that exists and that we do not print is another language."""
    codes = {code: code for code in LANGUAGES.values()}
    if folded(text) not in LANGUAGES | codes and folded(text) in _other_languages():
        return OTHER_LANGUAGE
    return _one_of(text, LANGUAGES | codes, "brevspråket", "Skriv en språkkod: " + ", ".join(codes))


@functools.cache
def _other_languages() -> frozenset[str]:
    """Codes and Swedish names of every language that is written about in Swedish."""
    from babel import Locale  # only where a class list names another language

    names = {str(code): str(name) for code, name in Locale("sv").languages.items()}
    every = (*names, *names.values(), "annat", "annat språk")
    return frozenset(folded(one) for one in every)


def _one_of(text: str, known: dict[str, Kind], called: str, remedy: str) -> Kind:
    try:
        return known[re.sub(r"[_-]", "", folded(text))]
    except KeyError:
        raise CellFault(f"{called} ”{shown(text)}” känns inte igen", remedy) from None


@functools.lru_cache(maxsize=4096)
def code(text: str, called: str = "elev-id") -> str:
    """An identifier as it is kept; those that a spreadsheet has turned into numbers are refused."""
    kept = name(text, called)
    if len(kept) > LONGEST_CODE:
        raise CellFault(f"{called} är längre än {LONGEST_CODE} tecken", "Kontrollera att rätt kolumn är vald")
    if MANGLED.fullmatch(kept) or DECIMAL_TAIL.fullmatch(kept):
        raise CellFault(f"{called} ”{kept}” har gjorts om till ett tal av Excel", AS_TEXT)
    return kept


@functools.lru_cache(maxsize=4096)
def school_code(text: str) -> str:
    kept = code(text, "skolenhetskoden")
    if not (kept.isascii() and kept.isdigit() and len(kept) == 8):
        raise CellFault(
            "skolenhetskoden har inte åtta siffror", "Rätta koden, eller lämna cellen tom och skriv skola"
        )
    return kept


@functools.lru_cache(maxsize=4096)
def class_name(text: str) -> str:
    kept = name(text, "klassen")
    if DAY.match(kept):
        raise CellFault(f"klassen ”{kept}” har gjorts om till ett datum av Excel", AS_TEXT)
    return kept


def class_key(text: str) -> str:
    """A class name as it is compared with others: ``Klass 1 A`` and ``åk 1A`` are ``1a``."""
    return CLASS_WORD.sub("", folded(text))


def count(text: str) -> int:
    """How many: a whole number, not below zero."""
    if not COUNT.fullmatch(text):
        raise CellFault(f"”{shown(text)}” är inte ett helt tal", "Skriv ett antal med siffror")
    return int(text)


@functools.lru_cache(maxsize=4096)
def day(text: str, latest: date) -> date:
    """A date as 2026-09-07, not later than ``latest``; Excel's day numbers are told apart."""
    found = DATED.fullmatch(text)
    if not found and re.fullmatch(r"[34]\d{4}|5[0-5]\d{3}", text, re.ASCII):
        meant = EXCEL_FIRST_DAY + timedelta(days=int(text))
        raise CellFault(
            f"”{text}” är Excels dagnummer för {meant}", "Formatera kolumnen som datum eller skriv datumet"
        )
    try:
        if not found:
            raise ValueError
        told = date(*map(int, found.group(1, 3, 4)))
    except ValueError:
        raise CellFault(f"”{shown(text)}” är inte ett datum", "Skriv datum som 2026-09-07") from None
    if told > latest:
        raise CellFault(f"datumet {told} ligger i framtiden", "Rätta datumet")
    return told
