"""Files between the page that previews them and the one that confirms: in the database, since the two pages
may be answered by two machines, and since a name that is protected must be gone from both at once."""

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from assessments.database import Model, Recorded


class WaitingFile(Recorded, Model):
    """What somebody is about to confirm. Encrypted: only the token in that person's page opens it."""

    __table_args__ = (sa.CheckConstraint("length(name_hash) = 64", name="name_is_sha256"),)

    name_hash: Mapped[str] = mapped_column(primary_key=True)
    content: Mapped[bytes]
