"""What the text of a statement would do to a transaction."""

from __future__ import annotations

import re
from enum import Enum, auto
from typing import TYPE_CHECKING, Any, NamedTuple

from psycopg.sql import Composable

if TYPE_CHECKING:
    from psycopg.abc import AdaptContext


class Kind(Enum):
    """The statements that a virtual transaction carries out itself, and all others."""

    PLAIN = auto()
    EMPTY = auto()
    BEGIN = auto()
    COMMIT = auto()
    ROLLBACK = auto()
    SAVEPOINT = auto()
    RELEASE = auto()
    ROLLBACK_TO = auto()
    ISOLATION_LEVEL = auto()
    TWO_PHASE = auto()


SAVEPOINTS = frozenset({Kind.SAVEPOINT, Kind.RELEASE, Kind.ROLLBACK_TO})


class Statement(NamedTuple):
    """A recognised statement; `settings` are what it sets until the transaction ends."""

    kind: Kind
    text: str = ""
    name: str = ""
    settings: tuple[str, ...] = ()


_BLANK = r"(?:\s|--[^\n]*(?:\n|$)|/\*.*?\*/)*"
_END = rf"(?:{_BLANK};)*{_BLANK}$"
_WORK = r"(?:\s+(?:work|transaction))?"
_NAME = r'\s+("(?:[^"]|"")+"|\w+)'
_FIRST_WORD = re.compile(rf"{_BLANK}([a-z]*)", re.IGNORECASE | re.DOTALL)


def _forms(*forms: tuple[str, Kind]) -> list[tuple[re.Pattern[str], Kind]]:
    return [(re.compile(form, re.IGNORECASE | re.DOTALL), kind) for form, kind in forms]


_CHAIN = r"(?:\s+and\s+(?:no\s+)?chain)?"
_COMMIT = _forms(
    (rf"\w+{_WORK}{_CHAIN}{_END}", Kind.COMMIT),
    (r"\w+\s+prepared\b", Kind.TWO_PHASE),
)
_ROLLBACK = _forms(
    (rf"\w+{_WORK}{_CHAIN}{_END}", Kind.ROLLBACK),
    (rf"\w+{_WORK}\s+to(?:\s+savepoint)?{_NAME}{_END}", Kind.ROLLBACK_TO),
    (r"\w+\s+prepared\b", Kind.TWO_PHASE),
)
# By first word, tried in order.
_CONTROL = {
    "": _forms((_END, Kind.EMPTY)),
    "begin": _forms((rf"\w+[^;]*{_END}", Kind.BEGIN)),
    "start": _forms((rf"\w+\s+transaction\b[^;]*{_END}", Kind.BEGIN)),
    "commit": _COMMIT,
    "end": _COMMIT,
    "rollback": _ROLLBACK,
    "abort": _ROLLBACK,
    "savepoint": _forms((rf"\w+{_NAME}{_END}", Kind.SAVEPOINT)),
    "release": _forms((rf"\w+(?:\s+savepoint)?{_NAME}{_END}", Kind.RELEASE)),
    "prepare": _forms((r"\w+\s+transaction\b", Kind.TWO_PHASE)),
    "set": _forms(
        (r"\w+\s+transaction\b[^;]*\bisolation\s+level\b", Kind.ISOLATION_LEVEL),
        (r"\w+\s+(?:local\s+)?transaction_isolation\b", Kind.ISOLATION_LEVEL),
    ),
}


def recognise(text: str, params: Any = None) -> Statement:
    """What this statement does to its transaction."""
    head = _FIRST_WORD.match(text)
    assert head is not None  # it matches the empty text too
    for form, kind in _CONTROL.get(head[1].lower(), ()):
        found = form.match(text, head.start(1))
        if found:
            return Statement(kind, text, _identifier(found[1]) if found.groups() else "")
    return Statement(Kind.PLAIN, text, settings=tuple(_local_settings(text, params)))


def text_of(query: Any, context: AdaptContext) -> str:
    """The text of a query in any of the forms that psycopg takes; empty for a template string."""
    if isinstance(query, str):
        return query
    if isinstance(query, bytes):
        return query.decode(errors="replace")
    return query.as_string(context) if isinstance(query, Composable) else "template string"


def quoted(name: str) -> str:
    """An identifier as SQL."""
    return '"' + name.replace('"', '""') + '"'


def _identifier(token: str) -> str:
    return token[1:-1].replace('""', '"') if token.startswith('"') else token.lower()


_SET_LOCAL = re.compile(
    r'\bset\s+local\s+(?!transaction\b)(time\s+zone|session\s+authorization|"?[\w.]+"?)',
    re.IGNORECASE,
)
_VALUE = r"('[^']*'|%\(\w+\)s|%s|true|false)(?:::\w+)?"
_SET_CONFIG = re.compile(
    rf"\bset_config\s*\(\s*{_VALUE}\s*,.*,\s*{_VALUE}\s*\)", re.IGNORECASE | re.DOTALL
)
# SET has names of its own for these settings.
_ALIASES = {
    "time zone": "timezone",
    "session authorization": "session_authorization",
    "schema": "search_path",
    "names": "client_encoding",
}


def _local_settings(text: str, params: Any) -> list[str]:
    """The settings that SET LOCAL and set_config(…, true) in this text change."""
    if "local" not in text and "LOCAL" not in text and "set_config" not in text:
        return []
    spelled = [" ".join(found[1].lower().strip('"').split()) for found in _SET_LOCAL.finditer(text)]
    names = [_ALIASES.get(name, name) for name in spelled]
    for found in _SET_CONFIG.finditer(text):
        name, local = (_argument(text, found, group, params) for group in (1, 2))
        if isinstance(name, str) and local not in (False, "false"):
            names.append(name.lower())
    return names


def _argument(text: str, found: re.Match[str], group: int, params: Any) -> Any:
    """The value of an argument, be it a literal or a parameter."""
    written = found[group]
    if not written.startswith("%"):
        return written.strip("'").lower()
    place = text.count("%s", 0, found.start(group))
    try:
        return params[place if written == "%s" else written[2:-2]]
    except (LookupError, TypeError):
        return None  # the driver will say what is wrong with the parameters
