"""Passwords: argon2id at OWASP's smaller parameters, and which passwords are refused."""

import functools
import re
import unicodedata
from collections.abc import Iterable
from pathlib import Path

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

# 19 MiB, two passes, one lane (OWASP): 200 sign-ins at 08:00 take seconds on two cores.
HASHER = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
SHORTEST, LONGEST = 8, 256
COMMON = Path(__file__).with_name("common_passwords.txt")
SAME_LETTERS = str.maketrans("013457@$!", "oieastasi")  # l0senord is lösenord to anybody who guesses
KEYBOARD = ("abcdefghijklmnopqrstuvwxyzåäö", "qwertyuiopå", "asdfghjklöä", "zxcvbnm", "01234567890")
ENDS = re.compile(r"^[\W\d_]+|[\W\d_]+$")  # Sommar2026! is guessed as soon as sommar
LEAST_BESIDES = 4  # letters there must be besides names and common words


def hash_password(password: str) -> str:
    """The hash to keep."""
    return HASHER.hash(_as_typed(password))


def is_right(password_hash: str | None, password: str) -> bool:
    """Whether the password fits. Without a hash the answer is no, and takes as long as with one."""
    if len(password) > LONGEST:
        return False
    try:
        HASHER.verify(password_hash or _hash_of_nobody(), _as_typed(password))
    except (VerificationError, InvalidHashError):
        return False
    return bool(password_hash)


def faults(password: str, context: Iterable[str] = ()) -> list[str]:
    """Why the password cannot be used, in Swedish. ``context``: what others know about its owner."""
    password = _as_typed(password)
    if len(password) < SHORTEST:
        return [f"Lösenordet är för kort. Välj minst {SHORTEST} tecken, gärna några ord efter varandra."]
    if len(password) > LONGEST:
        return [f"Lösenordet är för långt. Det får ha högst {LONGEST} tecken."]
    plain, core = _plain(password), _plain(ENDS.sub("", password))
    if plain in _common() or core in _common() or _is_a_run(plain):
        return ["Lösenordet är bland de första som andra gissar på. Välj några ord efter varandra."]
    if _is_mostly(plain, context):
        return [
            "Lösenordet liknar ditt namn, din skola eller Lässpår. Välj något som andra inte kan räkna ut."
        ]
    return []


def _as_typed(password: str) -> str:
    """The same letters whichever keyboard typed them: å is one character, not a with a ring."""
    return unicodedata.normalize("NFC", password)


@functools.cache
def _hash_of_nobody() -> str:
    return HASHER.hash("nobody")


@functools.cache
def _common() -> frozenset[str]:
    lines = COMMON.read_text("utf-8").splitlines()
    return frozenset(_plain(line) for line in lines if line and not line.startswith("#"))


def _plain(text: str) -> str:
    """Lower case without accents, digits that stand for letters read as those letters."""
    split = unicodedata.normalize("NFD", text.casefold().strip())
    letters = "".join(letter for letter in split if not unicodedata.combining(letter))
    return letters if letters.isdigit() else letters.translate(SAME_LETTERS)


def _is_a_run(plain: str) -> bool:
    """One character or a short piece over and over, or keys that lie side by side."""
    if any(plain == (plain[:size] * len(plain))[: len(plain)] for size in (1, 2, 3, 4)):
        return True
    rows = [_plain(row) for row in KEYBOARD]
    return any(plain in row * 2 or plain[::-1] in row * 2 for row in rows)


def _is_mostly(plain: str, context: Iterable[str]) -> bool:
    parts = {_plain(part) for text in context for part in re.split(r"[\W\d_]+", text)}
    words = {word for part in parts for word in (part, part.removesuffix("s")) if len(word) > 2}
    rest = plain
    for word in sorted(words, key=len, reverse=True):
        rest = rest.replace(word, "")
    return rest != plain and len(re.sub(r"[\W\d_]", "", rest)) < LEAST_BESIDES
