"""What the text of a statement would do to a transaction."""

from __future__ import annotations

import functools
import re
from enum import Enum, auto
from typing import TYPE_CHECKING, Any, NamedTuple

from psycopg.sql import Composable

from .hints import Hint, edges, hints_in, table_filled

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


_LASTING = frozenset({Hint.TEMPORARY, Hint.LASTING_LOCK})


class Statement(NamedTuple):
    """A recognised statement.

    `name` is that of its savepoint, `table` what it inserts into; `settings` are what it sets until
    the transaction ends, `lasting` what it sets beyond that.
    """

    kind: Kind
    text: str = ""
    name: str = ""
    table: str = ""
    settings: tuple[str, ...] = ()
    lasting: tuple[str, ...] = ()
    hints: frozenset[Hint] = frozenset()

    @property
    def leaves_something(self) -> bool:
        """Whether something is to be looked at before it is sent."""
        return bool(self.settings or self.lasting or self.hints & _LASTING)


_BLANK = r"(?:\s|--[^\n]*(?:\n|$)|/\*.*?\*/)*"
_END = rf"(?:{_BLANK};)*{_BLANK}$"
_WORK = r"(?:\s+(?:work|transaction))?"
_NAME = r'\s+("(?:[^"]|"")+"|\w+)'
_FIRST_WORD = re.compile(rf"{_BLANK}([a-z]*)", re.IGNORECASE | re.DOTALL)


_LONGEST_KEPT = 100_000  # characters of a text worth remembering


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
    read = _recognise if len(text) <= _LONGEST_KEPT else _recognise.__wrapped__
    statement = read(text)
    if "set_config" in text:  # what it sets may be said by parameters
        local, lasting = _configured(text, params)
        statement = statement._replace(
            settings=(*statement.settings, *local), lasting=(*statement.lasting, *lasting)
        )
    return statement


@functools.lru_cache(maxsize=512)
def _recognise(text: str) -> Statement:
    head = _FIRST_WORD.match(text)
    assert head is not None  # it matches the empty text too
    for form, kind in _CONTROL.get(head[1].lower(), ()):
        found = form.match(text, head.start(1))
        if found:
            return Statement(kind, text, _identifier(found[1]) if found.groups() else "")
    body = edges(text[head.start(1) :])
    return Statement(
        Kind.PLAIN,
        text,
        table=table_filled(body),
        settings=tuple(_set_local(body)),
        lasting=tuple(_set_for_good(body)),
        hints=hints_in(body),
    )


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


_SETTING = r'(time\s+zone|session\s+authorization|"?[\w.]+"?)'
_SET_LOCAL = re.compile(rf"\bset\s+local\s+(?!transaction\b){_SETTING}", re.IGNORECASE)
_SET_FOR_GOOD = re.compile(
    rf"set\s+(?:session\s+(?!authorization\b|characteristics\b))?"
    rf"(?!local\b|transaction\b|constraints\b|session\s+characteristics\b){_SETTING}",
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


def _set_local(text: str) -> list[str]:
    """The settings that SET LOCAL in this text changes."""
    return [_setting(found[1]) for found in _SET_LOCAL.finditer(text)]


def _set_for_good(text: str) -> list[str]:
    """The setting that this text, being a SET, changes beyond the transaction."""
    found = _SET_FOR_GOOD.match(text)
    return [_setting(found[1])] if found else []


def _setting(spelled: str) -> str:
    name = " ".join(spelled.lower().strip('"').split())
    return _ALIASES.get(name, name)


def _configured(text: str, params: Any) -> tuple[list[str], list[str]]:
    """The settings that set_config changes until the transaction ends, and those beyond that."""
    local: list[str] = []
    lasting: list[str] = []
    for found in _SET_CONFIG.finditer(text):
        name, until_the_end = (_argument(text, found, group, params) for group in (1, 2))
        if isinstance(name, str):
            kept = until_the_end in (False, "false")
            (lasting if kept else local).append(name.lower())
    return local, lasting


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
