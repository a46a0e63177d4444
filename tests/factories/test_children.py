"""Children take a number, overrides, or objects."""

from __future__ import annotations

from typing import Any

import factory
import pytest
import sqlalchemy as sa
from factory.builder import BuildStep, StepBuilder
from factory.declarations import PostGenerationContext
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column, relationship

from factoryfloor.errors import RefusedRowError
from factoryfloor.factories import Children, ModelFactory, definition_problems


class Base(DeclarativeBase):
    pass


class Order(Base):
    __tablename__ = "orders"
    id: Mapped[int] = mapped_column(primary_key=True)
    lines: Mapped[list[Line]] = relationship(back_populates="order")


class Line(Base):
    __tablename__ = "lines"
    id: Mapped[int] = mapped_column(primary_key=True)
    order_id: Mapped[int] = mapped_column(sa.ForeignKey("orders.id"))
    number: Mapped[int]
    product: Mapped[str]
    quantity: Mapped[int]
    order: Mapped[Order] = relationship(back_populates="lines")


class Note(Base):
    __tablename__ = "notes"
    id: Mapped[int] = mapped_column(primary_key=True)
    text: Mapped[str]


class LineFactory(ModelFactory[Line]):
    order = factory.SubFactory(f"{__name__}.OrderFactory")
    number = factory.LazyAttribute(lambda o: len(o.order.lines) + 1)
    product = "widget"
    quantity = 1


class NoteFactory(ModelFactory[Note]):
    text = "nothing"


class OrderFactory(ModelFactory[Order]):
    class Params:
        pieces = ("nut",)
        stocked = factory.Trait(lines=2)
        listed = factory.Trait(
            lines=factory.LazyAttribute(lambda o: [{"product": piece} for piece in o.pieces])
        )
        mixed = factory.Trait(lines=[{"product": "nut"}, {"product": "bolt"}])
        bulky = factory.Trait(lines__quantity=100)

    lines = Children(LineFactory, "order", product="gadget")


def products(order: Order) -> list[tuple[str, int]]:
    return [(line.product, line.quantity) for line in order.lines]


def test_there_are_none_unless_asked_for(session: Session) -> None:
    assert OrderFactory.create().lines == []


@pytest.mark.parametrize("nothing", [0, [], None, ()])
def test_nothing_makes_none(session: Session, nothing: Any) -> None:
    assert OrderFactory.create(stocked=True, lines=nothing).lines == []


def test_a_number_makes_that_many(session: Session) -> None:
    assert products(OrderFactory.create(lines=2)) == [("gadget", 1), ("gadget", 1)]


def test_overrides_make_one_child_each(session: Session) -> None:
    order = OrderFactory.create(lines=[{"product": "nut", "quantity": 10}, {}])

    assert products(order) == [("nut", 10), ("gadget", 1)]


def test_an_object_is_attached_and_written(session: Session, flushes: list[int]) -> None:
    line = LineFactory.build(order=None, number=1, product="given")

    order = OrderFactory.create(lines=[line, {"product": "made"}])

    assert products(order) == [("given", 1), ("made", 1)]
    assert flushes == [3]
    assert line.order_id == order.id


def test_a_row_of_another_parent_moves(session: Session) -> None:
    line = LineFactory.create()

    order = OrderFactory.create(lines=[line])

    assert line.order_id == order.id


def test_parameters_apply_to_each_child(session: Session) -> None:
    order = OrderFactory.create(lines=[{}, {"quantity": 7}], lines__quantity=5)

    assert [line.quantity for line in order.lines] == [5, 7]


def test_children_can_count_their_siblings(session: Session) -> None:
    assert [line.number for line in OrderFactory.create(lines=3).lines] == [1, 2, 3]


def test_the_size_may_be_computed(session: Session) -> None:
    sizes = iter([2, 0])

    class SizedFactory(OrderFactory):
        lines = Children(LineFactory, "order", size=lambda: next(sizes))

    assert [len(one.lines) for one in SizedFactory.create_batch(2)] == [2, 0]


def test_a_built_parent_has_built_children() -> None:
    order = OrderFactory.build(lines=2)

    assert products(order) == [("gadget", 1)] * 2
    assert sa.inspect(order.lines[0]).transient


def test_a_trait_may_give_a_number(session: Session) -> None:
    assert len(OrderFactory.create(stocked=True).lines) == 2


def test_a_trait_may_give_overrides(session: Session) -> None:
    assert products(OrderFactory.create(mixed=True)) == [("nut", 1), ("bolt", 1)]


def test_a_trait_may_give_parameters(session: Session) -> None:
    assert products(OrderFactory.create(stocked=True, bulky=True)) == [("gadget", 100)] * 2
    assert products(OrderFactory.create(stocked=True)) == [("gadget", 1)] * 2


def test_a_trait_may_compute_them_from_the_parent(session: Session) -> None:
    order = OrderFactory.create(listed=True, pieces=["nut", "bolt"])

    assert products(order) == [("nut", 1), ("bolt", 1)]
    assert OrderFactory.create(pieces=["nut"]).lines == []


@pytest.mark.parametrize("traits,made", [(["stocked"], 2), (["stocked", "listed"], 1)])
def test_a_computed_value_and_a_given_one_take_turns(
    session: Session, traits: list[str], made: int
) -> None:
    order = OrderFactory.create(**dict.fromkeys(traits, True))

    assert len(order.lines) == made
    assert OrderFactory.create(**dict.fromkeys(traits, True), lines=0).lines == []


def test_the_size_may_be_computed_from_the_parent(session: Session) -> None:
    class ListedFactory(OrderFactory):
        lines = Children(LineFactory, "order", size=factory.LazyAttribute(lambda o: len(o.pieces)))

    assert len(ListedFactory.create(pieces=["nut", "bolt"]).lines) == 2
    assert len(ListedFactory.create(lines=1).lines) == 1


def test_rows_may_follow_from_a_parent_at_which_they_do_not_point(
    session: Session, flushes: list[int]
) -> None:
    class NotedFactory(OrderFactory):
        notes = Children(
            NoteFactory, text=factory.LazyAttribute(lambda n: n.factory_parent.pieces[0])
        )

    taken = NoteFactory.build(text="taken")
    NotedFactory.create(notes=[{}, {"text": "own"}, taken], pieces=["nut"])

    assert session.scalars(sa.select(Note.text).order_by(Note.text)).all() == [
        "nut",
        "own",
        "taken",
    ]
    assert flushes == [4]
    assert definition_problems(NotedFactory) == []


def test_the_caller_wins_over_a_trait(session: Session) -> None:
    assert len(OrderFactory.create(stocked=True, lines=1).lines) == 1


def test_a_trait_of_a_subclass_wins_over_its_parents(session: Session) -> None:
    class BusyFactory(OrderFactory):
        class Params:
            stocked = factory.Trait(lines=5)

    assert len(BusyFactory.create(stocked=True).lines) == 5


@pytest.mark.parametrize("wrong", [True, -1, "3", 2.5, {"product": "nut"}, [7], [None]])
def test_anything_else_is_refused_by_name(session: Session, wrong: Any) -> None:
    with pytest.raises(RefusedRowError, match="Children of LineFactory cannot be made of"):
        OrderFactory.create(lines=wrong)


def test_children_attach_to_a_parent_that_a_hook_wrote_before(session: Session) -> None:
    def check(order: Order, create: bool, extracted: Any) -> None:
        assert order.id

    class HookedFactory(OrderFactory):
        checking = factory.PostGeneration(check)
        later = Children(LineFactory, "order", size=2, number=7)

    order = HookedFactory.create()

    assert "lines" in vars(order)
    assert len(order.lines) == 2


def test_pytest_factoryboy_passes_the_declaration_where_nothing_was_given(
    session: Session, flushes: list[int]
) -> None:
    order = OrderFactory.create()
    step = BuildStep(StepBuilder(OrderFactory._meta, {}, factory.CREATE_STRATEGY), sequence=1)
    declaration = OrderFactory._meta.post_declarations.declarations["lines"]
    flushes.clear()

    given_nothing = declaration.call(order, step, PostGenerationContext(True, declaration, {}))
    given_two = declaration.call(order, step, PostGenerationContext(True, 2, {}))

    assert given_nothing == []
    assert [line.id for line in given_two] == [line.id for line in order.lines] == [1, 2]
    assert flushes == [2]
