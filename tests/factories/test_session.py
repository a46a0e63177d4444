"""Which session is active, and what is said where there is none."""

from __future__ import annotations

import asyncio
import threading
from typing import TYPE_CHECKING

import factory
import pytest
import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession, create_async_engine
from sqlalchemy.orm import (
    DeclarativeBase,
    Mapped,
    Session,
    mapped_column,
    relationship,
    scoped_session,
    sessionmaker,
)

from factoryfloor.errors import NoActiveSessionError
from factoryfloor.factories import ModelFactory, activate, active_session, use_session

if TYPE_CHECKING:
    from collections.abc import AsyncIterator


class Base(DeclarativeBase):
    pass


class Customer(Base):
    __tablename__ = "customers"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]


class Order(Base):
    __tablename__ = "orders"
    id: Mapped[int] = mapped_column(primary_key=True)
    customer_id: Mapped[int] = mapped_column(sa.ForeignKey("customers.id"))
    customer: Mapped[Customer] = relationship()


class CustomerFactory(ModelFactory[Customer]):
    name = factory.Sequence(lambda n: f"Customer {n}")


class OrderFactory(ModelFactory[Order]):
    customer = factory.SubFactory(CustomerFactory)


@pytest.fixture
async def async_session(engine: sa.Engine) -> AsyncIterator[AsyncSession]:
    async_engine = create_async_engine(engine.url)
    async with AsyncSession(async_engine) as session:
        yield session
    await async_engine.dispose()


def test_without_a_session_the_error_names_factory_and_remedy() -> None:
    with pytest.raises(NoActiveSessionError, match=r"CustomerFactory .*use_session"):
        CustomerFactory.create()


def test_an_inner_session_wins_and_gives_way_again(engine: sa.Engine) -> None:
    with Session(engine) as outer, Session(engine) as inner, use_session(outer):
        with use_session(inner):
            made = CustomerFactory.create()

        assert made in inner
        assert active_session() is outer


def test_a_scoped_session_is_a_session_too(engine: sa.Engine) -> None:
    scoped = scoped_session(sessionmaker(engine))

    with use_session(scoped):
        assert CustomerFactory.create() in scoped

    scoped.remove()


def test_a_provider_is_asked_once_and_late(engine: sa.Engine) -> None:
    opened: list[Session] = []

    def open_session() -> Session:
        opened.append(Session(engine))
        return opened[-1]

    undo = activate(open_session)
    assert opened == []
    CustomerFactory.create_batch(2)
    CustomerFactory.create()
    undo()

    assert len(opened) == 1
    with pytest.raises(NoActiveSessionError):
        active_session()
    opened[0].close()


def test_undoing_an_outer_activation_keeps_the_inner(session: Session, engine: sa.Engine) -> None:
    with Session(engine) as other:
        undo_first = activate(lambda: session)
        undo_second = activate(lambda: other)

        undo_first()

        assert active_session() is other
        undo_second()


def test_other_threads_see_the_active_session(session: Session) -> None:
    seen: list[Session] = []

    thread = threading.Thread(target=lambda: seen.append(active_session()))
    thread.start()
    thread.join()

    assert seen == [session]


def test_each_thread_keeps_to_its_own_block(session: Session, engine: sa.Engine) -> None:
    both_are_in, done = threading.Barrier(2), threading.Barrier(2)
    seen: list[bool] = []

    def work() -> None:
        with Session(engine) as own, use_session(own):
            both_are_in.wait()
            seen.append(active_session() is own)
            done.wait()

    threads = [threading.Thread(target=work) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert seen == [True, True]
    assert active_session() is session


async def test_tasks_create_in_one_session_one_after_the_other(
    async_session: AsyncSession,
) -> None:
    with use_session(async_session):
        made = await asyncio.gather(*(CustomerFactory.acreate() for _ in range(3)))

    assert len({one.id for one in made}) == 3


async def test_acreate_writes_to_the_async_session(async_session: AsyncSession) -> None:
    with use_session(async_session):
        order = await OrderFactory.acreate(customer__name="Ada")

    assert order in async_session
    assert await async_session.scalar(sa.select(Customer.name)) == "Ada"


async def test_an_async_batch_is_written_by_one_flush(async_session: AsyncSession) -> None:
    seen: list[int] = []
    sa.event.listen(
        async_session.sync_session, "before_flush", lambda s, *_: seen.append(len(s.new))
    )

    with use_session(async_session):
        orders = await OrderFactory.acreate_batch(3)

    assert seen == [6]
    assert len({order.customer_id for order in orders}) == 3


async def test_a_provider_may_open_the_async_session_by_awaiting(
    async_session: AsyncSession,
) -> None:
    async def provide() -> AsyncSession:
        return async_session

    undo = activate(None, provide)
    customer = await CustomerFactory.acreate()
    undo()

    assert customer in async_session


async def test_create_beside_an_async_session_says_acreate(async_session: AsyncSession) -> None:
    with use_session(async_session), pytest.raises(NoActiveSessionError, match="acreate"):
        CustomerFactory.create()


async def test_acreate_without_an_async_session_says_so(session: Session) -> None:
    with pytest.raises(NoActiveSessionError, match="needs an AsyncSession"):
        await CustomerFactory.acreate()
