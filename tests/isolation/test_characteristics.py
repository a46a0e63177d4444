"""Constraints, settings and characteristics of a virtual transaction."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError, IntegrityError, OperationalError

if TYPE_CHECKING:
    from collections.abc import Callable

    from factoryfloor.isolation import PinnedConnection

    Add = Callable[[sa.Connection, str], None]
    Names = Callable[[], list[str]]

pytestmark = pytest.mark.usefixtures("pinned")


def test_a_deferred_constraint_is_checked_at_commit(engine: sa.Engine) -> None:
    with engine.connect() as connection:
        connection.execute(sa.text("INSERT INTO player (team_id) VALUES (999)"))

        with pytest.raises(IntegrityError, match="player_team_id_fkey"):
            connection.commit()

        connection.rollback()
        assert connection.scalar(sa.text("SELECT count(*) FROM player")) == 0


def test_a_deferred_constraint_may_be_broken_meanwhile(engine: sa.Engine) -> None:
    with engine.begin() as connection:
        connection.execute(sa.text("INSERT INTO player (team_id) VALUES (999)"))
        connection.execute(sa.text("INSERT INTO team (id, name) VALUES (999, 'late')"))

    with engine.begin() as connection:
        connection.execute(sa.text("INSERT INTO player (team_id) VALUES (998)"))
        connection.execute(sa.text("DELETE FROM player WHERE team_id = 998"))


def test_constraints_deferred_by_hand_are_checked_at_commit(engine: sa.Engine) -> None:
    insert = sa.text("INSERT INTO player (captain_id) VALUES (999)")
    with engine.connect() as connection:
        connection.execute(sa.text("SET CONSTRAINTS ALL DEFERRED"))
        connection.execute(insert)
        with pytest.raises(IntegrityError, match="player_captain_id_fkey"):
            connection.commit()

    with engine.connect() as connection, pytest.raises(IntegrityError):
        connection.execute(insert)


def test_two_phase_commit_is_refused(engine: sa.Engine) -> None:
    def prepare() -> None:
        with engine.connect() as connection:
            transaction = connection.begin_twophase()
            connection.execute(sa.text("SELECT 1"))
            transaction.prepare()

    with pytest.raises(OperationalError, match="two-phase commit cannot be part"):
        prepare()


def test_an_isolation_level_is_ignored_with_a_note(
    engine: sa.Engine, pinned: PinnedConnection
) -> None:
    with engine.connect().execution_options(isolation_level="SERIALIZABLE") as connection:
        found = connection.scalar(sa.text("SHOW transaction_isolation"))

    assert found == "read committed"
    (note,) = pinned.notes
    assert note.startswith("an isolation level was ignored")


def test_a_read_only_transaction_cannot_write(engine: sa.Engine, add: Add, names: Names) -> None:
    reading = engine.execution_options(postgresql_readonly=True)
    with (
        reading.connect() as connection,
        pytest.raises(DBAPIError, match="read-only transaction"),
    ):
        add(connection, "a")

    with engine.begin() as connection:
        add(connection, "b")

    assert names() == ["b"]


@pytest.mark.parametrize(
    "setting",
    [
        "SET LOCAL app.tenant = '7'",
        "SET LOCAL \"app.tenant\" TO '7'",
        "SELECT set_config('app.tenant', '7', true)",
    ],
)
def test_set_local_ends_with_its_transaction(engine: sa.Engine, setting: str) -> None:
    shown = sa.text("SELECT nullif(current_setting('app.tenant', true), '')")
    with engine.connect() as connection:
        connection.execute(sa.text(setting))
        during = connection.scalar(shown)
        connection.commit()
        after = connection.scalar(shown)

    assert (during, after) == ("7", None)


def test_set_config_by_parameters_ends_with_its_transaction(engine: sa.Engine) -> None:
    with engine.connect() as connection:
        connection.execute(sa.select(sa.func.set_config("app.tenant", "7", True)))
        connection.commit()

        assert connection.scalar(sa.text("SELECT current_setting('app.tenant', true)")) == ""


def test_set_config_for_the_session_stays(engine: sa.Engine) -> None:
    with engine.connect() as connection:
        connection.execute(sa.select(sa.func.set_config("app.tenant", "7", False)))
        connection.commit()

        assert connection.scalar(sa.text("SELECT current_setting('app.tenant', true)")) == "7"


def test_set_local_is_private_to_a_transaction_that_gives_way(engine: sa.Engine) -> None:
    shown = sa.text("SELECT current_setting('app.tenant', true)")
    with engine.connect() as mine, engine.connect() as other:
        mine.execute(sa.text("SET LOCAL app.tenant = '7'"))

        assert other.scalar(shown) in (None, "")
        assert mine.scalar(shown) == "7"


def test_set_local_time_zone_ends_with_its_transaction(engine: sa.Engine) -> None:
    with engine.connect() as connection:
        before = connection.scalar(sa.text("SHOW timezone"))
        connection.execute(sa.text("SET LOCAL TIME ZONE 'Asia/Tokyo'"))
        during = connection.scalar(sa.text("SHOW timezone"))
        connection.commit()

        assert during == "Asia/Tokyo"
        assert connection.scalar(sa.text("SHOW timezone")) == before
