"""Which transactions can no longer run a statement, and what to do about it."""

from __future__ import annotations

from typing import TYPE_CHECKING, NoReturn

import psycopg

from factoryfloor.errors import IsolationError

from .work import current_owner

if TYPE_CHECKING:
    from .transaction import VirtualTransaction
    from .work import Epoch


def refuse_late(transaction: VirtualTransaction, epoch: Epoch) -> None:
    """Raise an error where the transaction, or whose it is, belongs to an earlier test."""
    if transaction.begun and transaction.epoch is not epoch:
        raise _of_an_ended_test("this transaction", transaction.epoch)
    refuse_late_work(epoch)


def refuse_late_work(epoch: Epoch | None) -> None:
    """Raise an error where what runs here belongs to an earlier test than this."""
    owner = current_owner()
    if owner.epoch is not None and owner.epoch is not epoch:
        raise _of_an_ended_test(repr(str(owner)), owner.epoch)


def refuse_lost(transaction: VirtualTransaction) -> None:
    """Raise an error where the transaction was rolled back, as the application is to know."""
    if transaction.lost:
        raise IsolationError(
            "the transaction around this one was rolled back, and this one with it: mark the test"
            " committed_db if they must be independent"
        )
    if transaction.failed or transaction.parked_in_error:
        raise psycopg.errors.InFailedSqlTransaction(
            "current transaction is aborted, commands ignored until end of transaction block"
        )


def refuse_between_tests() -> NoReturn:
    """Raise the error that says why the database cannot be used now."""
    raise IsolationError(
        "the database is used while no test is running: use it in a test, or in a fixture that the"
        " test asks for"
    )


def refuse_after_escape(statement: str) -> NoReturn:
    """Raise the error that names the statement which ended the test's transaction."""
    raise IsolationError(
        f"the statement {statement!r} has ended the test's transaction: send COMMIT and ROLLBACK"
        " by themselves, or mark the test committed_db"
    )


def refuse_forked() -> NoReturn:
    """Raise the error that says why a child process cannot use its parent's connection."""
    raise IsolationError(
        "a forked process cannot join the test's transaction: use a thread instead, or give the"
        " process a database of its own (`scratch_database`)"
    )


def refuse_two_phase() -> NoReturn:
    """Raise the error that says why there is no two-phase commit."""
    raise IsolationError(
        "two-phase commit cannot be part of a test's transaction: mark the test committed_db"
    )


def _of_an_ended_test(what: str, epoch: Epoch | None) -> IsolationError:
    test = f" ({epoch.label})" if epoch and epoch.label else ""
    return IsolationError(
        f"the test in which {what} began has ended{test}: end it within that test, or begin it in a"
        " fixture wider than one"
    )
