"""What the surroundings decide: paths, database, secrets, hosts. Read from LASSPAR_* once, at start."""

import difflib
import os
import re
import secrets
from datetime import timedelta
from pathlib import Path
from typing import Any

import click
import sqlalchemy as sa

from assessments.clock import is_set, today
from assessments.refusals import Refused

PROJECT = Path(__file__).parent.parent
SHORTEST_SECRET = 32
# A name, a dot before it for all below it, or an address of numbers; a port, which is not looked at.
HOST = re.compile(r"\.?\w[\w-]*(\.\w[\w-]*)*(:\d+)?|\[[0-9a-f:.]+\](:\d+)?", re.IGNORECASE)
# A server's own words to its web processes: where they hand over saves, and what is to be drawn.
WRITER = "LASSPAR_WRITER"
DRAWER = "LASSPAR_DRAWER"

KNOWN = (
    "LASSPAR_INSTANCE_PATH", "LASSPAR_DATABASE_URL", "LASSPAR_SECRET_KEY", "LASSPAR_DATA_KEY",
    "LASSPAR_QUEUE_URL", "LASSPAR_TRUSTED_HOSTS", "LASSPAR_PROXIES", "LASSPAR_PRINTS_PATH",
    "LASSPAR_SS12000_FILE", "LASSPAR_TODAY", "LASSPAR_IS_DEMO", WRITER, DRAWER,
)  # fmt: skip
# A misspelt provider of sign-ins is refused by itself; secrets of SS 12000 are called as one likes.
OF_OTHERS = ("LASSPAR_OIDC_", "LASSPAR_SS12000_")

# How libpq learns that PostgreSQL's machine is gone. One that loses power says no goodbye, and what is sent
# to it would be sent again for a quarter of an hour; who waits long asks whether it is still there.
ANSWERS_WITHIN: dict[str, Any] = {
    "connect_timeout": 5,  # seconds, as the others but one
    "tcp_user_timeout": 5000,  # milliseconds
    "keepalives_idle": 5,
    "keepalives_interval": 2,
    "keepalives_count": 2,
}


def instance_path() -> Path:
    """Where the database, the data key and the demo live."""
    return Path(os.environ.get("LASSPAR_INSTANCE_PATH") or PROJECT / "instance").resolve()


def from_environment() -> dict[str, Any]:
    """Flask's configuration. A missing secret is made up for commands; ``require_secret`` guards serving.

    Raises Refused where a setting is written so that it cannot be understood.
    """
    today()  # a clock set wrong is told at the start, not by the first page that needs it
    _refuse_a_short_data_key()
    url = database_url()
    return {
        "SECRET_KEY": os.environ.get("LASSPAR_SECRET_KEY") or secrets.token_urlsafe(48),
        "SQLALCHEMY_DATABASE_URI": url,
        "SQLALCHEMY_ENGINE_OPTIONS": _over_the_network(url),
        "TRUSTED_HOSTS": _hosts(os.environ.get("LASSPAR_TRUSTED_HOSTS") or "") or None,
        "MAX_CONTENT_LENGTH": 6 * 1024 * 1024,
        "MAX_FORM_MEMORY_SIZE": 2 * 1024 * 1024,
        "WTF_CSRF_TIME_LIMIT": None,  # as long as the session
        "WTF_CSRF_SSL_STRICT": False,  # no referrer is sent (Referrer-Policy); the token is the check
        "PERMANENT_SESSION_LIFETIME": timedelta(hours=12),
        "BOOTSTRAP_SERVE_LOCAL": True,
        "LASSPAR_PROXIES": _proxies(os.environ.get("LASSPAR_PROXIES") or "0"),
        "LASSPAR_QUEUE_URL": os.environ.get("LASSPAR_QUEUE_URL") or None,
        "LASSPAR_PRINTS_PATH": os.environ.get("LASSPAR_PRINTS_PATH") or str(instance_path() / "prints"),
        WRITER: os.environ.get(WRITER),
        DRAWER: os.environ.get(DRAWER),
        "LASSPAR_IS_DEMO": os.environ.get("LASSPAR_IS_DEMO") == "1",
    }


def database_url() -> str:
    """``LASSPAR_DATABASE_URL``, with psycopg 3 for PostgreSQL; a SQLite file in the instance by default."""
    url = os.environ.get("LASSPAR_DATABASE_URL")
    if not url:
        return f"sqlite:///{instance_path() / 'lasspar.sqlite'}"
    for plain in ("postgresql://", "postgres://"):
        if url.startswith(plain):
            url = f"postgresql+psycopg://{url.removeprefix(plain)}"
    try:
        kind = sa.make_url(url).get_backend_name()
    except (sa.exc.ArgumentError, ValueError):
        kind = ""
    if kind not in ("sqlite", "postgresql"):  # the address itself is not shown: it may hold a password
        raise Refused("LASSPAR_DATABASE_URL går inte att läsa. Skriv som postgresql://namn@dator/databas.")
    return url


def _over_the_network(url: str) -> dict[str, Any]:
    """A server that is started anew, or does not answer, is told in seconds and not by the next who asks."""
    if url.startswith("sqlite"):
        return {}
    told = sa.make_url(url).query
    waits = {name: value for name, value in ANSWERS_WITHIN.items() if name not in told}
    return {"pool_pre_ping": True, "connect_args": waits}


def _proxies(told: str) -> int:
    if not (told.isascii() and told.isdigit() and int(told) < 10):
        raise Refused(
            f"LASSPAR_PROXIES är inget antal: {told}. Skriv hur många webbservrar som står emellan."
        )
    return int(told)


def _hosts(told: str) -> list[str]:
    """Names with a comma between them. One that no browser asks for would be refused page by page."""
    hosts = [host for host in map(str.strip, told.split(",")) if host]
    if wrong := [host for host in hosts if not HOST.fullmatch(host)]:
        raise Refused(
            f"LASSPAR_TRUSTED_HOSTS: {wrong[0]} är inget datornamn. Skriv namnen utan https:// och utan"
            " sökväg, med komma emellan: lasspar.ekby.se,127.0.0.1"
        )
    return hosts


def _refuse_a_short_data_key() -> None:
    """Whoever has a copy of the database can try every short key."""
    if 0 < len(os.environ.get("LASSPAR_DATA_KEY", "")) < SHORTEST_SECRET:
        raise Refused(
            f"LASSPAR_DATA_KEY är kortare än {SHORTEST_SECRET} tecken. Finns data.key i instansen: ange det"
            " som står där. Annars skapa en med:"
            ' python3 -c "import secrets; print(secrets.token_urlsafe(48))"'
        )


def unknown() -> list[str]:
    """A sentence for each variable that is called as ours are and that nobody reads: one that is
    misspelt is one that is missing. Whoever runs beside a server has been told by it."""
    if DRAWER in os.environ:
        return []
    told = []
    for name in sorted(os.environ):
        if name.startswith("LASSPAR_") and name not in KNOWN and not name.startswith(OF_OTHERS):
            meant = difflib.get_close_matches(name, KNOWN[: -len((WRITER, DRAWER))], n=1, cutoff=0.8)
            told.append(
                f"Obs: {name} är ingen inställning och läses inte."
                + (f" Menade du {meant[0]}?" if meant else "")
            )
    return told


def tell_what_is_for_examples() -> None:
    """Say on stderr what a server for real pupils is not to have: it serves all the same, as tests ask it."""
    if is_set():
        click.echo(
            f"VARNING: LASSPAR_TODAY är satt. Servern tror att det är {today()}, i dag och alla dagar:"
            " perioder, frister, uppdrag, inloggningar och gallring räknas från den dagen, och loggen får"
            " den. Det är för exempel och prov. Ta bort inställningen och starta om, om elever är riktiga.",
            err=True,
        )
    if os.environ.get("LASSPAR_IS_DEMO") == "1":
        click.echo(
            "VARNING: LASSPAR_IS_DEMO är satt. Ingen engångskod frågas vid inloggning. Det är för exemplet."
            " Ta bort inställningen och starta om, om elever är riktiga.",
            err=True,
        )


def require_data_key() -> None:
    """Refuse to make up a key beside a database that other machines use too: each would have its own, and
    nobody could read what the others have written."""
    if not os.environ.get("LASSPAR_DATA_KEY") and not database_url().startswith("sqlite"):
        raise Refused(
            "LASSPAR_DATA_KEY saknas. Databasen ligger i PostgreSQL, och alla datorer som använder den"
            " behöver samma nyckel. Finns data.key i instansen: ange det som står där. Annars skapa en med:"
            ' python3 -c "import secrets; print(secrets.token_urlsafe(48))"'
        )


def require_secret() -> None:
    """Refuse to serve with a missing or short secret: sessions and links would be guessable."""
    if len(os.environ.get("LASSPAR_SECRET_KEY", "")) < SHORTEST_SECRET:
        raise Refused(
            f"LASSPAR_SECRET_KEY saknas eller är kortare än {SHORTEST_SECRET} tecken. Skapa en med: "
            'python3 -c "import secrets; print(secrets.token_urlsafe(48))"'
        )
