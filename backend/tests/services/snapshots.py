"""What a database holds, compared without regard to ids and to the numbers of sequences.

Rows, and texts that hold a number, are the nodes of a graph; foreign keys and the columns that hold
such a text are its edges. Two databases hold the same if each row of one has its like in the other,
with the same neighbours, and those with the same neighbours in turn.
"""

from __future__ import annotations

import hashlib
import re
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any, TypeAlias

from sqlalchemy import select

from app.database import Base
from factoryfloor import reset_sequences

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from sqlalchemy import Column
    from sqlalchemy.orm import Session

Key: TypeAlias = tuple[str, Any]

UNCOMPARED = {"id", "hashed_password"}  # of which no two are the same
STEPS = 8  # no two rows that belong together are further apart


@dataclass
class Node:
    """A row or a text, and the nodes that it names, by column."""

    label: str
    out: list[tuple[str, Key]] = field(default_factory=list)


Snapshot: TypeAlias = dict[Key, Node]


def left_by(db: Session, make: Callable[[], object]) -> Snapshot:
    """What the database holds after something was made in it, which is then undone."""
    reset_sequences()
    with db.begin_nested() as savepoint:
        make()
        db.flush()
        found = snapshot(db)
        savepoint.rollback()
    db.expire_all()
    return found


def snapshot(db: Session) -> Snapshot:
    """All rows of the database."""
    found: Snapshot = {}
    for table in Base.metadata.sorted_tables:
        for row in db.execute(select(table)).mappings():
            node = found[table.name, row["id"]] = Node(table.name)
            for column in table.columns:
                if column.name not in UNCOMPARED:
                    _read(found, node, column, row[column])
    return found


def _read(found: Snapshot, node: Node, column: Column[Any], value: Any) -> None:
    if value is not None and column.foreign_keys:
        (reference,) = column.foreign_keys
        node.out.append((column.name, (reference.column.table.name, value)))
    elif isinstance(value, str) and re.search(r"\d", value):
        found.setdefault(("text", value), Node(re.sub(r"\d+(?=\D*$)", "#", value)))
        node.out.append((column.name, ("text", value)))
    else:
        shown = "set" if isinstance(value, datetime) else value
        node.label += f" {column.name}={shown}"


def differences(left: Snapshot, right: Snapshot) -> list[str]:
    """What is only in one of two databases, `-` for the left one and `+` for the right one.

    The rows that differ by themselves; if none do, those whose neighbours differ, and so on.
    """
    for steps in range(STEPS):
        ours, theirs = Counter(_shown(left, steps)), Counter(_shown(right, steps))
        if ours != theirs:
            lost, gained = ours - theirs, theirs - ours
            return [f"- {line}" for line in lost.elements()] + [
                f"+ {line}" for line in gained.elements()
            ]
    return []


def _shown(nodes: Snapshot, steps: int) -> Iterator[str]:
    """Each node with the labels of its neighbours and a digest of all within so many steps."""
    if steps == 0:
        return (node.label for node in nodes.values())
    around = _neighbours(nodes)
    digests = {key: node.label for key, node in nodes.items()}
    for _ in range(steps - 1):
        digests = {
            key: _digest(node.label, *sorted(f"{way} {digests[near]}" for way, near in around[key]))
            for key, node in nodes.items()
        }
    return ("\n    ".join(_cited(nodes, key, around[key], digests)) for key in nodes)


def _cited(
    nodes: Snapshot, key: Key, around: list[tuple[str, Key]], digests: dict[Key, str]
) -> Iterator[str]:
    """A node's label, and its neighbours' with their digests."""
    yield nodes[key].label
    for way, near in sorted(around, key=lambda link: (link[0], digests[link[1]])):
        label, digest = nodes[near].label, digests[near]
        yield f"{way} {label}" if digest == label else f"{way} {label} ({digest})"


def _neighbours(nodes: Snapshot) -> dict[Key, list[tuple[str, Key]]]:
    around: defaultdict[Key, list[tuple[str, Key]]] = defaultdict(list)
    for key, node in nodes.items():
        for name, near in node.out:
            around[key].append((f"{name} >", near))
            around[near].append((f"< {key[0]}.{name}", key))
    return around


def _digest(*parts: str) -> str:
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:8]
