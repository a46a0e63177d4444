"""How many clients the server has, asked in PostgreSQL's wire protocol 3.0.

https://www.postgresql.org/docs/current/protocol-message-formats.html
"""

from __future__ import annotations

import socket
import struct
from typing import TYPE_CHECKING

from .postmaster import socket_path

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

PROTOCOL = 3 << 16
PARAMETERS = b"user\0postgres\0database\0postgres\0application_name\0factoryfloor keeper\0\0"
QUESTION = (
    b"SELECT count(*) FROM pg_stat_activity"
    b" WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()\0"
)


class Census:
    """Counts the server's clients over one connection, which it does not count."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._socket: socket.socket | None = None

    def count(self) -> int | None:
        """The number of connected clients, or None if the server does not say."""
        try:
            if self._socket is None:
                self._connect()
            assert self._socket is not None
            self._socket.sendall(_framed(QUESTION, kind=b"Q"))
            rows = [body for kind, body in self._answer() if kind == b"D"]
        except OSError:
            self.close()
            return None
        # a row: the number of columns, the length of the first, its text
        return int(rows[0][6:])

    def close(self) -> None:
        """Disconnect; the next count connects anew."""
        if self._socket is not None:
            self._socket.close()
            self._socket = None

    def _connect(self) -> None:
        self._socket = socket.socket(socket.AF_UNIX)
        self._socket.settimeout(5)
        self._socket.connect(str(socket_path(self._folder)))
        self._socket.sendall(_framed(struct.pack("!I", PROTOCOL) + PARAMETERS))
        list(self._answer())

    def _answer(self) -> Iterator[tuple[bytes, bytes]]:
        """The messages up to ReadyForQuery."""
        while True:
            kind, size = struct.unpack("!cI", self._read(5))
            body = self._read(size - 4)
            if kind == b"E":
                raise ConnectionError(body)
            if kind == b"Z":
                return
            yield kind, body

    def _read(self, size: int) -> bytes:
        assert self._socket is not None
        found = b""
        while len(found) < size:
            part = self._socket.recv(size - len(found))
            if not part:
                raise ConnectionError("the server closed the connection")
            found += part
        return found


def _framed(body: bytes, *, kind: bytes = b"") -> bytes:
    return kind + struct.pack("!I", len(body) + 4) + body
