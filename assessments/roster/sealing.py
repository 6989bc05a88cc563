"""Text kept so that nobody reads or searches it in the database: encrypted by the key of the instance.

The key is made out of ``LASSPAR_DATA_KEY``: a copied database alone tells nothing.
"""

import base64
import hmac

from assessments.roster.personnummer import data_key


def sealed(text: str, purpose: str) -> str:
    """The text as it is kept. The same text never looks the same twice."""
    from cryptography.fernet import Fernet  # loads OpenSSL: only where something is really sealed

    return Fernet(_key(purpose)).encrypt(text.encode()).decode()


def unsealed(token: str, purpose: str) -> str:
    """The text again."""
    from cryptography.fernet import Fernet

    return Fernet(_key(purpose)).decrypt(token.encode()).decode()


def _key(purpose: str) -> bytes:
    return base64.urlsafe_b64encode(hmac.digest(data_key(), purpose.encode(), "sha256"))
