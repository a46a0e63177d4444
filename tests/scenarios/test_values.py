"""What a scenario returned: kept in JSON, told in JSON, and had back in another session."""

from __future__ import annotations

import enum
import json
from dataclasses import dataclass, field, replace
from datetime import UTC
from typing import TYPE_CHECKING, Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import ForeignKey, UniqueConstraint, create_engine, event
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column

from factoryfloor.errors import MissingRowError, ScenarioDefinitionError
from factoryfloor.scenarios import data_of, decode, encode

if TYPE_CHECKING:
    from collections.abc import Iterator


class Base(DeclarativeBase):
    """The base."""


class Order(Base):
    __tablename__ = "orders"
    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(unique=True)
    status: Mapped[str] = mapped_column(default="open")
    note: Mapped[str] = mapped_column(default="")


class Line(Base):
    __tablename__ = "lines"
    __table_args__ = (UniqueConstraint("order_id", "number"),)
    order_id: Mapped[int] = mapped_column(ForeignKey("orders.id"), primary_key=True)
    uid: Mapped[UUID] = mapped_column(primary_key=True)
    number: Mapped[int]


class Colour(enum.Enum):
    RED = "red"


@dataclass(frozen=True)
class Login:
    username: str
    password: str


@dataclass(frozen=True, slots=True)
class Made:
    order: Order
    lines: list[Line]
    login: Login
    colour: Colour = Colour.RED
    by_code: dict[str, Order] = field(default_factory=dict)


@dataclass
class Chosen:
    order: Order | None = None
    note: str = ""


UID = UUID("12345678-1234-5678-1234-567812345678")
PLAIN = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.text(st.characters(exclude_categories=["Cs"]))
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.decimals(allow_nan=False)
    | st.dates()
    | st.datetimes(timezones=st.none() | st.just(UTC))
    | st.times()
    | st.uuids()
    | st.just(Colour.RED)
)
VALUES = st.recursive(
    PLAIN,
    lambda inner: st.lists(inner) | st.tuples(inner, inner) | st.dictionaries(st.text(), inner),
    max_leaves=8,
)


@pytest.fixture
def session(url: str) -> Iterator[Session]:
    engine = create_engine(url)
    Base.metadata.create_all(engine)
    with Session(engine) as session:
        yield session
    engine.dispose()


@pytest.fixture
def made(session: Session) -> Made:
    order = Order(code="SO-1")
    session.add(order)
    session.flush()
    line = Line(order_id=order.id, uid=UID, number=1)
    session.add(line)
    session.flush()
    return Made(order, [line], Login("admin", "secret"), by_code={"SO-1": order})


@given(VALUES)
def test_plain_values_come_back_as_they_were(value: Any) -> None:
    kept = json.loads(json.dumps(encode(value)))

    assert decode(kept, Session()) == value


def test_rows_come_back_as_objects_of_the_session(made: Made, session: Session) -> None:
    kept = json.loads(json.dumps(encode(made)))
    session.commit()

    with Session(session.get_bind()) as other:
        found = decode(kept, other)

        assert isinstance(found, Made)
        assert found.order in other
        assert found.order.code == "SO-1"
        assert found.lines[0].uid == UID
        assert found.by_code["SO-1"] is found.order
        assert found.login == Login("admin", "secret")
        assert found.colour is Colour.RED


def test_rows_are_read_when_they_are_asked_for(made: Made, session: Session) -> None:
    kept = encode(made)
    session.commit()
    read: list[str] = []

    with Session(session.get_bind()) as other:
        event.listen(other.get_bind(), "before_cursor_execute", lambda *a: read.append(a[2]))
        found = decode(kept, other)
        before = list(read)
        assert found.order.code == "SO-1"

    assert before == []
    assert len(read) == 1


def test_rows_in_fields_with_defaults_are_read_when_they_are_asked_for(
    made: Made, session: Session
) -> None:
    kept = encode(Chosen(made.order))
    session.commit()
    read: list[str] = []

    with Session(session.get_bind()) as other:
        event.listen(other.get_bind(), "before_cursor_execute", lambda *a: read.append(a[2]))
        found = decode(kept, other)
        assert (vars(found), read) == ({"note": ""}, [])
        assert found == Chosen(other.get(Order, made.order.id))
        assert replace(found, note="new") == Chosen(found.order, "new")


def test_a_row_that_is_gone_is_told(made: Made, session: Session) -> None:
    kept = encode(made)
    session.delete(made.lines[0])
    session.commit()

    with pytest.raises(MissingRowError, match=f"the Line with the key 1, {UID} is not there"):
        _ = decode(kept, session).lines


def test_a_row_is_told_by_its_keys_its_name_and_its_status(made: Made) -> None:
    assert data_of(made) == {
        "order": {"id": 1, "code": "SO-1", "status": "open"},
        "lines": [{"order_id": 1, "uid": str(UID), "number": 1}],
        "login": {"username": "admin", "password": "secret"},
        "colour": "red",
        "by_code": {"SO-1": {"id": 1, "code": "SO-1", "status": "open"}},
    }


def test_a_row_that_was_deleted_is_refused_with_its_place(made: Made, session: Session) -> None:
    session.delete(made.lines[0])
    refused = pytest.raises(
        ScenarioDefinitionError, match=r"made\.lines\[0\] is a Line that was deleted: leave it out"
    )

    with refused:
        encode(made, "made")
    session.flush()
    with refused:
        encode(made, "made")
    session.commit()
    with refused:
        encode(made, "made")
