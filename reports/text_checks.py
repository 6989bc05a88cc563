"""Whether words for one home say what belongs to another child, or what no page for the home says."""

import functools
import re
import unicodedata
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from assessments.roster.cells import CellFault
from assessments.roster.personnummer import parse
from reports.wording import wording

HERE = Path(__file__).parent
CONTEXT = 40  # characters to each side of a word in doubt
MARKS = "\u0300-\u036f\u064b-\u065f\u0670"  # accents and vowel signs that are characters of their own
WORD = re.compile(rf"(?:[^\W\d_]|[{MARKS}])+(?:['’:\-](?:[^\W\d_]|[{MARKS}])+)*")
NUMBER = re.compile(r"(?<!\d)(?:\d{2})?\d{6} ?[-+–]? ?(?:\d{4}|TF\d{2})(?!\d)", re.ASCII | re.IGNORECASE)
LETTERS = str.maketrans({"ł": "l", "đ": "d", "ø": "o", "ı": "i", "ħ": "h", "æ": "ae", "œ": "oe", "ð": "d"})
# Parts of longer names that are nobody's name by themselves.
PARTICLES = {
    "abu", "af", "al", "av", "ben", "bin", "bint", "da", "de", "del", "den", "der", "di", "do", "dos", "du",
    "el", "ibn", "la", "le", "och", "ter", "van", "von", "zu",
}  # fmt: skip


@dataclass(frozen=True)
class Names:
    """What one pupil can be called: words that are names by themselves, and names of several words."""

    words: frozenset[str]
    phrases: frozenset[tuple[str, ...]]


@dataclass(frozen=True)
class Found:
    """Words of a text as they were typed: names of others, and words that may be."""

    others: tuple[str, ...]
    doubtful: tuple[str, ...]


def names_of(first_names: Iterable[str], family_name: str, alias: str | None = None) -> Names:
    """All that a pupil is called. A name of one letter is none; an alias of several words only as a whole."""
    given = [_split(name) for name in first_names]
    family = _split(family_name)
    words = {word for name in (*given, family) for word in _single(name)}
    phrases = {(*name, *family) for name in given if name and family}
    if alias:
        called = _split(alias)
        words |= set(called) if len(called) == 1 else set()
        phrases |= {called} if len(called) > 1 else set()
    return Names(frozenset(words), frozenset(phrases))


def others_named(text: str, own: Names, others: Collection[Names]) -> Found:
    """Whom the text names beside the child itself, compared by whole words, without case and accents.

    A word that is also the child's own name or an ordinary Swedish word is doubtful; a person must say.
    """
    known = frozenset().union(*(one.words for one in others))
    named: dict[str, bool] = {}  # word as typed: whether it is surely somebody else
    typed = [(word, _guises(word)) for word in words_in(text)]
    for word, guises in typed:
        if hits := guises & known:
            is_doubtful = folded(word) in ordinary_words() or hits <= own.words | ordinary_words()
            named[word] = named.get(word, False) or not is_doubtful
    for phrase in frozenset().union(*(one.phrases for one in others)) - own.phrases:
        for words in _runs(typed, phrase):
            named[" ".join(words)] = True
    sure = [word for word, is_sure in named.items() if is_sure]
    in_phrases = {word for phrase in sure if " " in phrase for word in phrase.split()}
    return Found(
        tuple(word for word in sure if word not in in_phrases),
        tuple(word for word, is_sure in named.items() if not is_sure),
    )


def words_in(text: str) -> list[str]:
    """The words of a text as they were typed."""
    return [word[0] for word in WORD.finditer(unicodedata.normalize("NFC", text))]


def where(text: str, words: Collection[str]) -> list[tuple[str, str, str]]:
    """Each place where one of the words stands: some of the text before it, the word, some after."""
    composed = unicodedata.normalize("NFC", text)
    return [
        (composed[: word.start()][-CONTEXT:], word[0], composed[word.end() :][:CONTEXT])
        for word in WORD.finditer(composed)
        if word[0] in words
    ]


def never_said(text: str) -> list[str]:
    """The words of the text that no page for the home says."""
    plain = " ".join(text.casefold().split())
    return [start for start in _never() if re.search(rf"(?<!\w){re.escape(start)}", plain)]


def has_personnummer(text: str, on: date) -> bool:
    """Whether something in the text can be read as a personnummer (also samordningsnummer and TF)."""
    for found in NUMBER.finditer(text):
        try:
            parse(found[0].replace("–", "-"), on)
        except CellFault:
            continue
        return True
    return False


def folded(word: str) -> str:
    """A word as names are compared: small letters, no accents; å, ä and ö are letters of their own."""
    signs = unicodedata.normalize("NFC", word.casefold())
    return "".join(sign if sign in "åäö" else _plain(sign) for sign in signs).translate(LETTERS)


def _plain(sign: str) -> str:
    return "".join(one for one in unicodedata.normalize("NFKD", sign) if not unicodedata.combining(one))


def _guises(word: str) -> frozenset[str]:
    """The names that a word can stand for: itself, its parts, and each without the s of possession."""
    whole = folded(word)
    parts = {whole, whole.replace(":", "").replace("'", "").replace("’", ""), *re.split(r"['’:\-]", whole)}
    return frozenset(one for part in parts for one in (part, part.removesuffix("s").rstrip("'’:")) if one)


def _runs(typed: list[tuple[str, frozenset[str]]], phrase: tuple[str, ...]) -> Iterator[list[str]]:
    """Where the words of the phrase stand one after the other."""
    for start in range(len(typed) - len(phrase) + 1):
        run = typed[start : start + len(phrase)]
        if all(part in guises for part, (_word, guises) in zip(phrase, run, strict=True)):
            yield [word for word, _guises in run]


def _split(name: str) -> tuple[str, ...]:
    return tuple(folded(word) for word in words_in(name))


def _single(name: tuple[str, ...]) -> Iterator[str]:
    """The words of a name that are names by themselves; of Anna-Lena also each half."""
    for word in name:
        halves = re.split(r"['’:\-]", word)
        for one in {word, *halves}:
            if len(one) > 1 and not (one in PARTICLES and (len(name) > 1 or len(halves) > 1)):
                yield one


@functools.cache
def ordinary_words() -> frozenset[str]:
    """Words that name nobody by themselves, though somebody may be called so."""
    listed = " ".join(_lines("names_that_are_words.txt"))
    return frozenset(folded(word) for word in words_in(f"{listed} {wording()}"))


@functools.cache
def _never() -> tuple[str, ...]:
    return tuple(_lines("never_said.txt"))


def _lines(file: str) -> list[str]:
    lines = (HERE / file).read_text("utf-8").splitlines()
    return [line for line in lines if line and not line.startswith("#")]
