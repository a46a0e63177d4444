"""What a statement's text tells of things that one connection shows differently, or keeps."""

from __future__ import annotations

import re
from enum import Enum
from typing import Final


class Hint(Enum):
    """Something that the text of a statement mentions."""

    CLOCK = "the time or the id of the transaction"
    ROW_LOCK = "locks on rows or tables"
    ADVISORY_LOCK = "an advisory lock"
    LASTING_LOCK = "an advisory lock that outlives the transaction"
    UNLOCK = "the end of such a lock"
    CONNECTION_ID = "the id of the connection"
    NEW_VALUE = "a new value of an enumeration"
    NOTIFY = "NOTIFY or LISTEN"
    ON_COMMIT = "a temporary table that ends with the transaction"
    OUTSIDE = "what PostgreSQL does only outside of transactions"
    TEMPORARY = "a temporary table"


_PATTERNS: Final = {
    hint: re.compile(pattern, re.IGNORECASE | re.DOTALL)
    for hint, pattern in {
        Hint.CLOCK: r"\bnow\s*\(\s*\)|\b(?:current_|local)time(?:stamp)?\b"
        r"|\btransaction_timestamp\s*\(|\bpg_current_xact_id|\btxid_current",
        Hint.ROW_LOCK: r"\bfor\s+(?:no\s+key\s+)?update\b|\bfor\s+(?:key\s+)?share\b|^\s*lock\b",
        Hint.ADVISORY_LOCK: r"\bpg_(?:try_)?advisory_(?:xact_)?lock",
        Hint.LASTING_LOCK: r"\bpg_(?:try_)?advisory_lock",
        Hint.UNLOCK: r"\bpg_advisory_unlock",
        Hint.CONNECTION_ID: r"\bpg_backend_pid\s*\(",
        Hint.NEW_VALUE: r"^\s*alter\s+type\b.*\badd\s+value\b",
        Hint.NOTIFY: r"^\s*(?:notify|listen)\b|\bpg_notify\s*\(",
        Hint.ON_COMMIT: r"\bon\s+commit\s+(?:drop|delete\s+rows)\b",
        Hint.OUTSIDE: r"^\s*(?:vacuum\b|alter\s+system\b"
        r"|(?:create|drop)\s+(?:database|tablespace)\b"
        r"|(?:create(?:\s+unique)?|drop)\s+index\s+concurrently\b|reindex\b.*\bconcurrently\b"
        r"|reindex\s+(?:\(.*\)\s*)?(?:database|system|schema)\b|discard\s+all\b|cluster\s*;?\s*$"
        r"|(?:create|drop)\s+subscription\b)",
        Hint.TEMPORARY: r"^\s*create\s+(?:(?:global|local)\s+)?temp(?:orary)?\b|\binto\s+temp",
    }.items()
}
_EDGE: Final = 1_000  # characters; what lies between in a longer text is bulk data
_INSERT: Final = re.compile(r'\s*insert\s+into\s+(?:"?\w+"?\s*\.\s*)?"?(\w+)', re.IGNORECASE)


def hints_in(text: str) -> frozenset[Hint]:
    """What the text of a statement mentions."""
    return frozenset(hint for hint, pattern in _PATTERNS.items() if pattern.search(text))


def edges(text: str) -> str:
    """The beginning and the end of a text, which tell what there is to tell of a long one."""
    return text if len(text) <= 2 * _EDGE else f"{text[:_EDGE]} {text[-_EDGE:]}"


def table_filled(text: str) -> str:
    """The name of the table that the statement inserts into; empty for another statement."""
    found = _INSERT.match(text)
    return found[1] if found else ""
