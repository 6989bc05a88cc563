"""Passwords: argon2id at the parameters of OWASP for small servers."""

from argon2 import PasswordHasher

HASHER = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)


def hash_password(password: str) -> str:
    """The hash to keep."""
    return HASHER.hash(password)
