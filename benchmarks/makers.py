"""The same tree made in several ways, each as its users would write it."""

from __future__ import annotations

from decimal import Decimal
from itertools import count
from typing import TYPE_CHECKING, Any

import factory
from factory.alchemy import SQLAlchemyModelFactory

from benchmarks.models import Customer, Line, Order, Product
from factoryfloor import Children, ModelFactory, use_session

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy.orm import Session

LINES = 3
PRICE = Decimal("9.90")


class CustomerFactory(ModelFactory[Customer]):
    """A customer."""

    name = factory.Sequence(lambda n: f"Customer {n}")
    email = factory.Sequence(lambda n: f"customer{n}@example.com")


class ProductFactory(ModelFactory[Product]):
    """A product."""

    sku = factory.Sequence(lambda n: f"SKU-{n}")
    price = PRICE


class OrderFactory(ModelFactory[Order]):
    """An order with three lines."""

    code = factory.Sequence(lambda n: f"SO-{n}")
    customer = factory.SubFactory(CustomerFactory)
    lines = Children("benchmarks.makers.LineFactory", "order", size=LINES)


class LineFactory(ModelFactory[Line]):
    """Two of a product."""

    order = factory.SubFactory(OrderFactory)
    product = factory.SubFactory(ProductFactory)
    quantity = 2
    total = factory.LazyAttribute(lambda o: o.product.price * o.quantity)


def factoryfloor_trees(session: Session, trees: int) -> None:
    """One `create` a tree: one flush each."""
    with use_session(session):
        for _ in range(trees):
            OrderFactory.create()


def factoryfloor_batch(session: Session, trees: int) -> None:
    """One `create_batch`: one flush for all."""
    with use_session(session):
        OrderFactory.create_batch(trees)


def factory_boy_trees(session: Session, trees: int) -> None:
    """factory_boy with a flush for each object, its documented way of having ids."""
    make = _factory_boy(session)
    for _ in range(trees):
        make()


def by_hand(session: Session, trees: int) -> None:
    """`create_…` functions that flush each object, as projects write them for themselves."""
    for _ in range(trees):
        n = next(_numbers)
        customer = _saved(session, Customer(name=f"Customer {n}", email=f"hand{n}@example.com"))
        order = _saved(session, Order(code=f"HAND-{n}", customer=customer))
        for i in range(LINES):
            product = _saved(session, Product(sku=f"HAND-{n}-{i}", price=PRICE))
            line = Line(order=order, product=product, quantity=2, total=product.price * 2)
            _saved(session, line)


_numbers = count(1)


def _saved(session: Session, row: Any) -> Any:
    session.add(row)
    session.flush()
    return row


def _factory_boy(session: Session) -> Callable[[], object]:
    options = {"sqlalchemy_session": session, "sqlalchemy_session_persistence": "flush"}

    def derived(model: type, **declarations: object) -> Any:
        meta = type("Meta", (), {"model": model, **options})
        return type(
            f"Peer{model.__name__}", (SQLAlchemyModelFactory,), {"Meta": meta, **declarations}
        )

    customers = derived(
        Customer,
        name=factory.Sequence(lambda n: f"Customer {n}"),
        email=factory.Sequence(lambda n: f"peer{n}@example.com"),
    )
    products = derived(Product, sku=factory.Sequence(lambda n: f"PEER-{n}"), price=PRICE)
    lines = derived(
        Line,
        product=factory.SubFactory(products),
        quantity=2,
        total=factory.LazyAttribute(lambda o: o.product.price * o.quantity),
    )
    orders = derived(
        Order,
        code=factory.Sequence(lambda n: f"PEER-{n}"),
        customer=factory.SubFactory(customers),
        lines=factory.RelatedFactoryList(lines, "order", size=LINES),
    )
    make: Callable[[], object] = orders
    return make
