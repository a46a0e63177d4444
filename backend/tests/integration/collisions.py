"""Two people at once, each in a session of their own: one comes while the other is at it."""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING, Any, TypeAlias

from sqlalchemy import text

from app.database import SessionLocal, engine

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy.orm import Session

    Work: TypeAlias = Callable[[Session], Any]

PATIENCE = 10
"""Seconds after which somebody who neither waits for a lock nor ends fails the test."""
WAITING = text(
    "SELECT count(*) FROM pg_stat_activity"
    " WHERE datname = current_database() AND wait_event_type = 'Lock'"
)


class Person(threading.Thread):
    """Somebody who works in a thread; `outcome` is what came of it, be it an error."""

    outcome: Any = None

    def __init__(self, work: Callable[[], Any]) -> None:
        super().__init__(daemon=True)
        self._work = work

    def run(self) -> None:
        try:
            self.outcome = self._work()
        except Exception as error:  # a refusal, or a deadlock: the test is to see it
            self.outcome = error


def committed(work: Work) -> Callable[[], Any]:
    """The work, done and committed in a session of its own."""

    def do() -> Any:
        with SessionLocal() as session:
            outcome = work(session)
            session.commit()
        return outcome

    return do


def collide(first: Work, second: Work, *, first_commits: bool = True) -> list[Any]:
    """What comes of two people's work.

    The second begins when the first has done it and not committed. The first commits, or changes
    its mind, when the second waits for a lock, or has ended without.
    """
    person = Person(committed(second))
    with SessionLocal() as session:
        outcome = first(session)
        person.start()
        _until_waiting(person, 1)
        if first_commits:
            session.commit()
    person.join(PATIENCE)
    return [outcome, person.outcome]


def crowd(hold: Work, *people: Person) -> None:
    """These people come one after another to what `hold` has locked; when all wait, it is free."""
    with SessionLocal() as session:
        hold(session)
        for number, person in enumerate(people, start=1):
            person.start()
            _until_waiting(person, number)
    for person in people:
        person.join(PATIENCE)


def _until_waiting(person: Person, number: int) -> None:
    """Return when so many wait for a lock, or the person is done."""
    deadline = time.monotonic() + PATIENCE
    with engine.connect() as connection:
        observer = connection.execution_options(isolation_level="AUTOCOMMIT")
        while person.is_alive() and observer.scalar(WAITING) < number:
            assert time.monotonic() < deadline, "they neither wait nor end"
            time.sleep(0.005)
