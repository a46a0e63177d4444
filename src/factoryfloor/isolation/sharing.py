"""How a group's data is made beneath a test that has not begun, and what the test did to it."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

import psycopg
from psycopg.pq import TransactionStatus

from factoryfloor.errors import IsolationError

from .groups import Group
from .refusals import refuse_between_tests

if TYPE_CHECKING:
    from collections.abc import Iterator

    from .arbitration import Arbitration
    from .rows import RowChange
    from .turns import Turns


@contextmanager
def made(turns: Turns, key: object) -> Iterator[Group]:
    """A group whose rows the block writes, on the groups that the running test keeps.

    The block runs before the test's first statement, and commits what it has written. When it
    raises, nothing of it is left.
    """
    arbitration = turns.arbitration
    groups = arbitration.savepoints.groups
    with turns.wire.lock:
        _check_time(arbitration)
        groups.making = Group(key)
    try:
        yield groups.making
        with turns.wire.lock:
            _keep(arbitration, groups.making)
    except BaseException:
        with turns.wire.lock:
            _undo(arbitration)
        raise
    finally:
        groups.making = None
        turns.statements = 0
        turns.notify()


def changes(turns: Turns) -> list[tuple[Group, RowChange]]:
    """What the running test has changed of the rows of the groups that it stands on."""
    arbitration, wire = turns.arbitration, turns.wire
    kept = arbitration.savepoints.groups.kept
    if not (arbitration.begun and kept) or arbitration.escape or wire.broken:
        return []
    if wire.status == TransactionStatus.INERROR:
        arbitration.open_changes()  # what failed is undone by that
    if wire.status != TransactionStatus.INTRANS:
        return []  # it was left amid a COPY
    owners = {id(group.written): group for group in kept}
    try:
        found = arbitration.savepoints.groups.watch.changes([group.written for group in kept])
    except (psycopg.Error, IsolationError):
        return []  # its tables are gone, say, which other tests do not see
    return [(owners[id(written)], change) for written, change in found]


def _check_time(arbitration: Arbitration) -> None:
    if not arbitration.active:
        refuse_between_tests()
    if arbitration.begun:
        raise IsolationError(
            "the test has used the database, and shared data can only be made before: name the"
            " fixture in the test's arguments"
        )


def _keep(arbitration: Arbitration, group: Group) -> None:
    """Make the outermost savepoint of what was done the group's level."""
    wire, groups = arbitration.wire, arbitration.savepoints.groups
    if not arbitration.begun:
        wire.run(*groups.opening())
        arbitration.begun = True
    _release(arbitration)
    if wire.constraint_check:
        wire.run(*wire.constraint_check)
    group.written = groups.watch.read([each.written for each in groups.kept])
    groups.add(group)
    _begin_again(arbitration)


def _release(arbitration: Arbitration) -> None:
    """End the savepoints of transactions that only read; others should have been committed."""
    savepoints = arbitration.savepoints
    left = [str(one) for one in arbitration.open_changes() if not one.abandoned]
    if left:
        raise IsolationError(
            f"shared data was left uncommitted by {', '.join(left)}: commit it where it is made"
        )
    while (top := savepoints.top) is not None:
        if top.abandoned:
            arbitration.roll_back(top)
        else:
            savepoints.release(top, check=False)


def _undo(arbitration: Arbitration) -> None:
    wire, savepoints = arbitration.wire, arbitration.savepoints
    for one in savepoints.levels.opened():
        one.savepoint, one.lost = None, True
    if not arbitration.begun or arbitration.escape:
        return  # an escape is found at the end of the test
    try:
        if wire.broken or wire.status == TransactionStatus.ACTIVE:
            wire.close()  # lost, or left amid a COPY: the server rolls back
        else:
            wire.run(*savepoints.groups.ending())
    except psycopg.OperationalError:
        wire.close()
    except psycopg.Error:
        arbitration.escape = "of shared data, not known"
        return
    _begin_again(arbitration)


def _begin_again(arbitration: Arbitration) -> None:
    """The test has not begun yet."""
    arbitration.begun = False
    arbitration.savepoints.levels.clear()
    arbitration.limits.reset()
    arbitration.leftovers.reset()
