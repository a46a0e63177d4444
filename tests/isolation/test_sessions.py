"""The test's own sessions commit when another transaction begins."""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError, OperationalError
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column

from factoryfloor.isolation import PinnedConnection, track

if TYPE_CHECKING:
    from collections.abc import Callable

    Names = Callable[[], list[str]]


class Base(DeclarativeBase):
    pass


class Team(Base):
    __tablename__ = "team"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]


class Player(Base):
    __tablename__ = "player"
    id: Mapped[int] = mapped_column(primary_key=True)
    team_id: Mapped[int | None]


def rename(engine: sa.Engine, old: str, new: str) -> None:
    with Session(engine) as other, other.begin():
        other.scalars(sa.select(Team).where(Team.name == old)).one().name = new


def test_what_the_test_only_added_is_seen_by_others(db: Session, names: Names) -> None:
    db.add(Team(name="a"))

    assert names() == ["a"]


def test_its_objects_expire_when_another_transaction_begins(db: Session, engine: sa.Engine) -> None:
    team = Team(name="old")
    db.add(team)
    db.flush()

    rename(engine, "old", "new")

    assert team.name == "new"


def test_all_that_begin_at_once_see_what_the_test_added(db: Session, engine: sa.Engine) -> None:
    seen: list[object] = []

    @sa.event.listens_for(db, "before_flush")
    def slow(*_: object) -> None:
        time.sleep(0.02)

    def read() -> None:
        with engine.connect() as connection:
            seen.append(connection.scalar(sa.text("SELECT count(*) FROM team")))

    db.add(Team(name="a"))
    threads = [threading.Thread(target=read) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert seen == [1, 1, 1, 1]


def test_they_expire_too_with_expire_on_commit_false(
    pinned: PinnedConnection, engine: sa.Engine
) -> None:
    with Session(engine, expire_on_commit=False) as session:
        undo = track(pinned, session)
        team = Team(name="old")
        session.add(team)
        session.commit()
        assert team.name == "old"

        session.execute(sa.text("SELECT 1"))
        rename(engine, "old", "new")

        assert team.name == "new"
        undo()


def test_a_rollback_of_another_leaves_the_tests_rows(
    db: Session, engine: sa.Engine, names: Names
) -> None:
    db.add(Team(name="mine"))
    with Session(engine) as other:
        other.add(Team(name="theirs"))
        other.flush()
        other.rollback()

    assert names() == ["mine"]


def test_a_rollback_of_the_test_leaves_what_was_committed_before(
    db: Session, engine: sa.Engine, names: Names
) -> None:
    db.add(Team(name="before"))
    with Session(engine) as other, other.begin():
        other.add(Team(name="theirs"))
    db.add(Team(name="after"))
    db.flush()
    db.rollback()

    assert names() == ["before", "theirs"]


def test_a_begin_block_of_the_test_survives(db: Session, engine: sa.Engine, names: Names) -> None:
    with db.begin():
        db.add(Team(name="mine"))
        rename(engine, "mine", "renamed")
        db.add(Team(name="after"))

    assert names() == ["after", "renamed"]


def test_a_nested_block_of_the_test_survives(db: Session, engine: sa.Engine, names: Names) -> None:
    db.add(Team(name="first"))
    with db.begin_nested() as nested:
        db.add(Team(name="mine"))
        rename(engine, "mine", "renamed")
        db.add(Team(name="undone"))
        db.flush()
        nested.rollback()
    db.commit()

    assert names() == ["first", "renamed"]


def test_an_error_left_in_the_test_is_undone(db: Session, names: Names) -> None:
    db.add(Team(name="a"))
    db.commit()
    with pytest.raises(IntegrityError):
        db.execute(sa.insert(Team).values(name="a"))

    assert names() == ["a"]


def test_a_failed_flush_left_in_the_test_is_undone(db: Session, names: Names) -> None:
    db.add(Team(name="a"))
    db.commit()
    db.add(Team(name="a"))
    with pytest.raises(IntegrityError):
        db.flush()

    assert names() == ["a"]
    db.rollback()


def test_work_that_cannot_be_committed_is_an_error_of_the_tests_session(
    db: Session, engine: sa.Engine
) -> None:
    db.add_all([Team(name="a"), Team(name="a")])

    with (
        engine.connect() as other,
        pytest.raises(OperationalError, match="the test's session could not be committed"),
    ):
        other.execute(sa.text("SELECT 1"))
    db.rollback()


def test_an_event_that_uses_the_engine_amid_a_flush_does_not_commit(
    db: Session, engine: sa.Engine, names: Names
) -> None:
    @sa.event.listens_for(Team, "after_insert")
    def audit(_mapper: object, _connection: object, team: Team) -> None:
        with engine.begin() as other:
            other.execute(sa.insert(Team).values(name=f"{team.name} audited"))

    try:
        db.add(Team(name="a"))
        db.flush()
    finally:
        sa.event.remove(Team, "after_insert", audit)

    db.rollback()
    assert names() == []


def test_a_deferred_constraint_that_uncommitted_work_breaks_is_noted(
    db: Session, pinned: PinnedConnection
) -> None:
    db.add(Player(team_id=999))
    db.flush()
    db.rollback()

    assert "could not have committed" in pinned.notes[0]
    assert "player_team_id_fkey" in pinned.notes[0]


def test_an_untracked_session_is_left_alone(
    pinned: PinnedConnection, engine: sa.Engine, names: Names
) -> None:
    with Session(engine) as session:
        track(pinned, session)()
        session.add(Team(name="a"))
        session.flush()
        session.rollback()

    assert names() == []
