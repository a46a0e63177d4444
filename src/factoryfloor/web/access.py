"""Who may use the test endpoints: this machine, and elsewhere who knows the token."""

from __future__ import annotations

import hmac
import ipaddress
import os
from http import HTTPStatus
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from .problems import Problem

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator

    from starlette.types import Scope

TOKEN: Final = "TEST_ENDPOINTS_TOKEN"  # noqa: S105 - the variable's name
HEADER: Final = "X-Test-Endpoints-Token"
_PROXIES: Final = frozenset({"forwarded", "via", "x-real-ip"})
_UNSPECIFIED: Final = frozenset({"0.0.0.0", "::"})  # noqa: S104 - nothing is bound to them


def check_access(scope: Scope, also_near: Collection[str] = ()) -> None:
    """Raise `Problem` where a request is not from this machine and lacks the token.

    `also_near` are names of hosts that count as this machine.
    """
    reason = next(_reasons(scope, also_near), None)
    if reason is None:
        return
    wanted = os.environ.get(TOKEN, "").strip().encode(errors="surrogateescape")
    if not wanted:
        raise Problem(
            HTTPStatus.FORBIDDEN,
            f"{reason}, and the test endpoints then need a token. Set {TOKEN} in the server's "
            f"environment and send it in the header {HEADER}, or ask from the server's own machine "
            "by http://localhost.",
        )
    if not any(hmac.compare_digest(token, wanted) for token in _tokens(scope)):
        raise Problem(
            HTTPStatus.UNAUTHORIZED,
            f"{reason}, and it holds no valid token. Send the server's {TOKEN} in the header "
            f"{HEADER}, or as `Authorization: Bearer …`.",
            headers={"WWW-Authenticate": "Bearer"},
        )


def _reasons(scope: Scope, also_near: Collection[str]) -> Iterator[str]:
    """Why a request may be from elsewhere, whoever sends it on.

    A page of another site can have a browser of this machine send it; then its Origin names that
    site, or the Host does where the site's name leads to this machine.
    """
    client = scope.get("client")
    if client is not None and not _is_near(client[0], also_near):
        yield f"the request comes from {client[0]}"
    for name, value in _headers(scope):
        if name in _PROXIES or name.startswith("x-forwarded-"):
            yield f"the request was sent on by a proxy (header {name})"
        if name == "origin" and not _is_served_near(value, also_near):
            yield f"the request is made by a page of {value}"
        if name == "host" and not _is_served_near(f"//{value}", also_near):
            yield f"the request is for the host {value}"


def _is_served_near(url: str, also_near: Collection[str]) -> bool:
    try:
        host = urlsplit(url).hostname
    except ValueError:  # no URL at all
        return False
    # who listens on all addresses is asked at this one too
    return host is not None and (_is_near(host, also_near) or host in _UNSPECIFIED)


def _is_near(host: str, also_near: Collection[str]) -> bool:
    name = host.lower().rstrip(".")
    if name in also_near or name == "localhost" or name.endswith(".localhost"):
        return True
    try:
        address = ipaddress.ip_address(name)
    except ValueError:
        return False
    mapped = address.ipv4_mapped if isinstance(address, ipaddress.IPv6Address) else None
    return (mapped or address).is_loopback


def _tokens(scope: Scope) -> Iterator[bytes]:
    for name, value in scope["headers"]:
        if name.lower() == HEADER.lower().encode():
            yield value.strip()
        scheme, _, token = value.partition(b" ")
        if name.lower() == b"authorization" and scheme.lower() == b"bearer":
            yield token.strip()


def _headers(scope: Scope) -> Iterable[tuple[str, str]]:
    for name, value in scope["headers"]:
        yield name.decode("latin-1").lower(), value.decode("latin-1")
