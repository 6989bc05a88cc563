import unicodedata

import pytest

from assessments.access import passwords

ABOUT_ASTRID = ["Astrid Ask", "astrid", "Lässpår", "Ekbackens skola", "Ekby"]


@pytest.mark.parametrize(
    "password",
    [
        "sju bokst"[:7],
        "x" * 257,
        "password",
        "Lösenord1",
        "l0senord",
        "losenord!!",
        "Sommar2026!",
        "2026sommar",
        "hejhejhej",
        "12345678",
        "87654321",
        "qwertyui",
        "asdfghjk",
        "aaaaaaaa",
        "abcabcabc",
        "20262026",
        "Lasspar2026",
    ],
)
def test_a_password_that_others_guess_is_refused(password):
    assert passwords.faults(password)


@pytest.mark.parametrize(
    "password", ["Astrid2026", "astridask", "Ask.Astrid!", "ekbackens skola", "EkbackenEkby1", "läsSpår-AsK"]
)
def test_a_password_made_of_what_others_know_is_refused(password):
    assert passwords.faults(password, ABOUT_ASTRID)


@pytest.mark.parametrize(
    "password",
    [
        "tallkottar-i-regn",
        "åtta ord",
        "x7#kQ9!m",
        "kaffe på rasten",
        "blå cykel astrid",
        "x9" + "y" * 254,
        "密码很长很长很长",
    ],
)
def test_words_in_a_row_and_any_characters_will_do(password):
    assert passwords.faults(password, ABOUT_ASTRID) == []


def test_a_password_fits_whichever_way_the_keyboard_wrote_the_letters():
    kept = passwords.hash_password(unicodedata.normalize("NFD", "blåbärsöl i maj"))
    assert passwords.is_right(kept, unicodedata.normalize("NFC", "blåbärsöl i maj"))


def test_hashes_are_argon2id_at_the_parameters_that_were_decided():
    assert passwords.hash_password("tallkottar").startswith("$argon2id$v=19$m=19456,t=2,p=1$")


@pytest.mark.parametrize("kept", [None, "", "no hash at all"])
def test_without_a_hash_nothing_fits(kept):
    assert not passwords.is_right(kept, "nobody")


def test_a_megabyte_of_password_is_not_even_hashed():
    assert not passwords.is_right(passwords.hash_password("x" * 256), "x" * 1_000_000)
