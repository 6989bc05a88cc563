"""The providers that the settings name: ``LASSPAR_OIDC_EKBY_ISSUER`` and its like, one group for each.

LASSPAR_OIDC_EKBY_ISSUER=https://login.ekby.se       as the provider calls itself, to the letter
LASSPAR_OIDC_EKBY_CLIENT_ID=lasspar
LASSPAR_OIDC_EKBY_CLIENT_SECRET=...
LASSPAR_OIDC_EKBY_LABEL=Ekby kommun                  on the sign-in page; else Ekby
LASSPAR_OIDC_EKBY_ACR=http://id.elegnamnden.se/loa/1.0/loa3   no code of ours after these
"""

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

from flask import Flask, current_app

from assessments.access.transport import is_loopback
from assessments.refusals import Refused

SETTING = re.compile(r"LASSPAR_OIDC_([A-Z0-9]+)_(ISSUER|CLIENT_ID|CLIENT_SECRET|LABEL|ACR)")
CONFIG = "LASSPAR_OIDC"


@dataclass(frozen=True)
class Provider:
    """``name`` stands in addresses. ``acr``: the provider's words for a sign-in by more than a password."""

    name: str
    label: str
    issuer: str
    client_id: str
    client_secret: str | None
    acr: frozenset[str]


def init_app(app: Flask) -> None:
    """Read the settings at the start: what is wrong with them is told then, not to whoever signs in first."""
    app.config.setdefault(CONFIG, from_environment(os.environ))


def from_environment(environment: Mapping[str, str]) -> dict[str, Provider]:
    """Every provider by its name. Refused where a setting is unknown, missing or in the open."""
    groups: dict[str, dict[str, str]] = {}
    for setting, value in environment.items():
        if setting.startswith("LASSPAR_OIDC_") and value:
            found = SETTING.fullmatch(setting)
            if found is None:
                raise Refused(f"{setting} är ingen inställning. Skriv som LASSPAR_OIDC_EKBY_ISSUER.")
            groups.setdefault(found[1], {})[found[2]] = value
    return {name.lower(): _provider(name, told) for name, told in sorted(groups.items())}


def providers() -> list[Provider]:
    """In the order of their names."""
    return list(_known().values())


def provider_called(name: str) -> Provider | None:
    """The provider by its name in addresses."""
    return _known().get(name)


def _known() -> dict[str, Provider]:
    if CONFIG not in current_app.config:
        init_app(current_app)  # a command starts without what only pages need
    known: dict[str, Provider] = current_app.config[CONFIG]
    return known


def _provider(name: str, told: Mapping[str, str]) -> Provider:
    for needed in ("ISSUER", "CLIENT_ID"):
        if needed not in told:
            raise Refused(f"LASSPAR_OIDC_{name}_{needed} saknas.")
    issuer = told["ISSUER"]
    address = urlsplit(issuer)
    if address.scheme != "https" and not (address.scheme == "http" and is_loopback(address.netloc)):
        raise Refused(f"LASSPAR_OIDC_{name}_ISSUER ska börja med https://, inte {issuer[:60]}.")
    return Provider(
        name=name.lower(),
        label=told.get("LABEL", name.capitalize()),
        issuer=issuer,
        client_id=told["CLIENT_ID"],
        client_secret=told.get("CLIENT_SECRET"),
        acr=frozenset(told.get("ACR", "").split()),
    )
