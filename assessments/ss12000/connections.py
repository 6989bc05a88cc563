"""How each municipality's school administration is reached: a file of secrets beside the server, no page.

``LASSPAR_SS12000_FILE`` (else ``ss12000.toml`` in the instance) holds a table for each municipality:

    [Ekby]
    url = "https://skolregister.example/ss12000/v2"
    token_url = "https://inloggning.example/oauth2/token"
    client_id = "lasspar"
    client_secret = "…"          # or client_secret_variable = "NAME" of an environment variable
    scope = "ss12000"            # where the service asks for one
    elev_id = "id"               # or "eppn", or "external:CONTEXT": what an elev-id is there
    personnummer = false         # fetched only where this says true
"""

import os
import tomllib
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from assessments.refusals import Refused, because
from assessments.roster.places import municipality_key
from assessments.settings import instance_path

LOOPBACK = {"127.0.0.1", "::1", "localhost"}
WORDS = {"url", "token_url", "client_id", "client_secret"}
CHOICES = {"client_secret_variable", "scope", "elev_id", "personnummer", "basic"}


@dataclass(frozen=True)
class Connection:
    """One municipality's. ``is_basic``: the client signs in by a header, as OAuth2 would rather have it; else
    in the form. What is secret is in no repr."""

    municipality: str
    url: str
    token_url: str
    client_id: str
    client_secret: str = field(repr=False)
    scope: str = ""
    elev_id: str = "id"
    takes_personnummer: bool = False
    is_basic: bool = True

    @property
    def host(self) -> str:
        return urlsplit(self.url).hostname or ""


def settings_file() -> Path:
    return Path(os.environ.get("LASSPAR_SS12000_FILE") or instance_path() / "ss12000.toml")


def connections() -> dict[str, Connection]:
    """Every connection by the municipality's key; none where there is no file. Raises Refused with words."""
    path = settings_file()
    try:
        if not path.exists():
            return {}
        if path.stat().st_mode & 0o077:
            raise Refused(f"{path} kan läsas av andra än den som kör Lässpår. Ändra med: chmod 600 {path}")
        told = tomllib.loads(path.read_text("utf-8"))
    except OSError as error:
        raise Refused(f"{path} kan inte läsas ({because(error)}).") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise Refused(f"{path} är inte skriven som TOML: {_where(error)}.") from error
    return {municipality_key(name): _connection(path, name, table) for name, table in told.items()}


def connection_of(municipality: str) -> Connection:
    """The municipality's own. Refuses where there is none."""
    found = connections().get(municipality_key(municipality))
    if found is None:
        raise Refused(f"{municipality} har ingen anslutning. Skriv den i {settings_file()}.")
    return found


def _connection(path: Path, name: str, table: Any) -> Connection:
    where = f"{path}, [{name}]"
    if not isinstance(table, dict):
        raise Refused(f"{where}: varje kommun skrivs som en tabell.")
    if unknown := sorted(table.keys() - WORDS - CHOICES):
        raise Refused(f"{where}: {unknown[0]} känns inte igen.")
    variable = table.get("client_secret_variable")
    secret = os.environ.get(str(variable), "") if variable else table.get("client_secret", "")
    if variable and not secret:
        raise Refused(f"{where}: miljövariabeln {variable}, som client_secret_variable nämner, är tom här.")
    told: dict[str, Any] = {**table, "client_secret": secret}
    for word in sorted(WORDS):
        if not isinstance(told.get(word), str) or not told[word]:
            raise Refused(f"{where}: {word} saknas.")
    for word in ("url", "token_url"):
        _check_address(f"{where}: {word}", told[word])
    elev_id = table.get("elev_id", "id")
    if elev_id not in ("id", "eppn") and not str(elev_id).startswith("external:"):
        raise Refused(f'{where}: elev_id är "id", "eppn" eller "external:" och ett sammanhang.')
    return Connection(
        municipality=name,
        url=told["url"].rstrip("/"),
        token_url=told["token_url"],
        client_id=told["client_id"],
        client_secret=secret,
        scope=str(table.get("scope", "")),
        elev_id=str(elev_id),
        takes_personnummer=table.get("personnummer") is True,
        is_basic=table.get("basic") is not False,
    )


def _check_address(where: str, address: str) -> None:
    """Only https leaves the machine; plain http serves tests on it."""
    try:
        told = urlsplit(address)
        host, has_more = told.hostname, bool(told.username or told.fragment or told.query)
    except ValueError:
        host, has_more = None, True
    if not host or has_more or told.scheme not in ("https", "http"):
        raise Refused(f"{where} är ingen adress.")
    if told.scheme == "http" and host not in LOOPBACK:
        raise Refused(f"{where} börjar inte med https.")


def _where(error: tomllib.TOMLDecodeError | UnicodeDecodeError) -> str:
    """The line and no more: the rest of the message may quote a secret."""
    line = getattr(error, "lineno", None)
    return f"rad {line}" if line else "ett tecken kan inte läsas"
