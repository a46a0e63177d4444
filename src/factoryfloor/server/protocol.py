"""What the layers above know of a PostgreSQL server."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from .address import Address


class Server(Protocol):
    """A server on which test databases can be made, once `ensure` has returned.

    `maintenance` is the database to connect to for CREATE DATABASE, `strategy` the quickest
    STRATEGY for it.
    """

    @property
    def address(self) -> Address:
        """Where it is; known before it runs."""

    @property
    def maintenance(self) -> str:
        """The database from which others are made."""

    @property
    def strategy(self) -> str:
        """`FILE_COPY` or `WAL_LOG`."""

    def ensure(self) -> None:
        """Return once the server can be used; cheap when it is, safe in threads and forks."""

    def describe(self) -> str:
        """One line for a report's header, without secrets."""
