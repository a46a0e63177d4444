"""What every source of a schema can do."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Final, Protocol

if TYPE_CHECKING:
    from collections.abc import Iterable

# raised when templates of an older factoryfloor no longer serve
_FORMAT: Final = "1"


class SchemaSource(Protocol):
    """Builds a schema with its reference data."""

    def digest(self) -> str:
        """The same for the same schema, in every process.

        The server's major version is no part of it: where one server may be upgraded, the caller
        adds it.
        """

    def build(self, conninfo: str) -> None:
        """Build the schema on the empty database at this libpq address.

        Meanwhile the caller directs engines that the application makes to the same database.
        Raises `SchemaError`, `SettingsError` or `InsufficientPrivilegeError`.
        """


def digest_of(parts: Iterable[str]) -> str:
    """The SHA-256 of these texts, and of the format of templates."""
    digest = hashlib.sha256(_FORMAT.encode())
    for part in parts:
        digest.update(b"\0" + part.encode())
    return digest.hexdigest()
