"""Speaking with a provider: authorization code with PKCE, by Authlib.

What is trusted is the ID token alone: signed by a key of the issuer, made by it for us, for this very sign-in
and now. Authlib checks signature, ``nonce``, ``exp`` and ``iat``; issuer and audience are told to it here.
"""

import time
from typing import TYPE_CHECKING, Any

import structlog
from flask import Response, current_app

from assessments.access.providers.known import Provider

if TYPE_CHECKING:
    from authlib.integrations.flask_client.apps import FlaskOAuth2App

PATIENCE = 5  # seconds for each answer: somebody sits and waits
FRESH = 3600  # seconds that a provider's description of itself is believed
SIGNATURES = {f"{kind}{bits}" for kind in ("RS", "PS", "ES") for bits in (256, 384, 512)} | {"EdDSA"}
SAID_NO = {"access_denied", "login_required", "interaction_required", "consent_required"}
CLIENTS = "lasspar.oidc"
log = structlog.get_logger()


class Unreachable(Exception):
    """The provider does not answer, or not as one."""


class Untrusted(Exception):
    """It answered, and what it says cannot be believed, or is meant for somebody else."""


class Declined(Exception):
    """The person, or the provider, said no."""


def send_there(provider: Provider, back: str) -> Response:
    """To the provider's sign-in; it sends the person ``back``. Raises Unreachable."""
    answer: Response = _asked(provider, lambda client: client.authorize_redirect(back))
    return answer


def claims_of(provider: Provider) -> dict[str, Any]:
    """What the provider says of whoever comes back with this request. Raises all three."""
    told = {
        "iss": {"essential": True, "value": provider.issuer},
        "aud": {"essential": True, "value": provider.client_id},
        "sub": {"essential": True},
    }
    token = _asked(provider, lambda client: client.authorize_access_token(claims_options=told))
    claims = token.get("userinfo")
    if not claims or not isinstance(claims.get("sub"), str):
        raise Untrusted("no identity in the answer")
    return dict(claims)


def sign_out_address(provider: Provider, back: str) -> str | None:
    """Where one signs out at the provider too, if it has such a page and answers."""
    try:
        out = _asked(
            provider, lambda one: one.create_logout_url(back, client_id=provider.client_id, state="utloggad")
        )
    except (Unreachable, Untrusted, Declined):
        return None
    return str(out["url"])


def _asked(provider: Provider, question: Any) -> Any:
    """The answer to the question, or why there is none, in the three words of this module."""
    from authlib.integrations.base_client.errors import MismatchingStateError, OAuthError
    from joserfc.errors import JoseError
    from requests import RequestException

    try:
        return question(_client(provider))
    except MismatchingStateError as error:
        raise Untrusted("state") from error
    except OAuthError as error:
        if error.error in SAID_NO:
            raise Declined(error.error) from error
        log.warning("sign-in refused by the provider", provider=provider.name, error=error.error)
        raise Untrusted(error.error or "") from error
    except JoseError as error:
        log.warning("id token refused", provider=provider.name, error=error.error)
        raise Untrusted(error.error) from error
    except (RequestException, RuntimeError, ValueError, KeyError, TypeError) as error:
        log.warning("provider out of reach", provider=provider.name, error=type(error).__name__)
        raise Unreachable(type(error).__name__) from error


def _client(provider: Provider) -> "FlaskOAuth2App":
    """Made anew every hour: a provider that has moved or changed its keys is followed."""
    clients = current_app.extensions.setdefault(CLIENTS, {})
    client, made_at = clients.get(provider.name, (None, 0.0))
    if client is None or time.monotonic() - made_at > FRESH:
        client = _new_client(provider)
        clients[provider.name] = client, time.monotonic()
    return client


def _new_client(provider: Provider) -> "FlaskOAuth2App":
    # Authlib brings requests: only where somebody signs in this way.
    from authlib.integrations.flask_client import FlaskIntegration, FlaskOAuth2App

    secret = {} if provider.client_secret else {"token_endpoint_auth_method": "none"}  # PKCE alone
    client = FlaskOAuth2App(
        FlaskIntegration(provider.name),
        name=provider.name,
        client_id=provider.client_id,
        client_secret=provider.client_secret,
        server_metadata_url=f"{provider.issuer.rstrip('/')}/.well-known/openid-configuration",
        client_kwargs={
            "scope": "openid",
            "code_challenge_method": "S256",
            "default_timeout": PATIENCE,
            **secret,
        },
    )
    described = client.load_server_metadata()
    if described.get("issuer") != provider.issuer:
        raise Untrusted(f"it calls itself {described.get('issuer')}")
    offered = described.get("id_token_signing_alg_values_supported") or ["RS256"]
    described["id_token_signing_alg_values_supported"] = sorted(SIGNATURES & set(offered))
    return client
