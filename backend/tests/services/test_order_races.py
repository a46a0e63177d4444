"""Two people act on the same orders at once: the second sees what the first has done."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from app.database import SessionLocal
from app.models import Item, SalesOrder
from app.services import production, quotes, sales_orders, shipping
from app.services.errors import RuleError, StockError
from app.services.inventory import Stock
from tests.factories import QuoteFactory

from . import farm
from .order_truths import broken
from .racing import meet

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy.orm import Session

pytestmark = [pytest.mark.integration, pytest.mark.committed_db]


@pytest.fixture(autouse=True)
def right_in_the_end(db: Session) -> Iterator[None]:
    yield
    db.rollback()
    assert broken(db) == []


def test_a_quote_that_two_convert_becomes_one_order(db: Session) -> None:
    quote = QuoteFactory.create(status="accepted", lines=1)
    quote_id = quote.id
    db.commit()

    refused = meet(lambda s: quotes.convert(s, quote_id), lambda s: quotes.convert(s, quote_id))

    assert isinstance(refused, RuleError)
    assert db.scalars(select(SalesOrder.quote_id)).all() == [quote_id]


def test_the_last_piece_is_promised_to_one_of_two_orders(db: Session) -> None:
    vase = farm.product("VASE", (farm.material("PLA"), 10), item=farm.shelf("VASE", 5))
    first, second = farm.ordered((vase, 3)), farm.ordered((vase, 4))
    ids = first.id, second.id
    db.commit()

    refused = meet(
        lambda s: sales_orders.confirm(s, ids[0]), lambda s: sales_orders.confirm(s, ids[1])
    )

    assert refused is None
    assert farm.promised(first) == [3]
    assert farm.promised(second) == [2]
    assert [made.quantity_ordered for made in second.production_orders] == [2]


def test_two_orders_for_what_was_never_in_stock_share_one_item(db: Session) -> None:
    vase = farm.product("VASE", (farm.material("PLA"), 10))
    ids = farm.ordered((vase, 3)).id, farm.ordered((vase, 4)).id
    db.commit()

    refused = meet(
        lambda s: sales_orders.confirm(s, ids[0]), lambda s: sales_orders.confirm(s, ids[1])
    )

    assert refused is None
    assert db.scalars(select(Item.sku).order_by(Item.sku)).all() == ["PLA", "VASE"]


def test_material_for_one_release_is_not_reserved_for_two(db: Session) -> None:
    pla = farm.material("PLA", 150)
    vase = farm.product("VASE", (pla, 10))
    ids = [production.create(db, vase.id, 10).id for _ in range(2)]
    db.commit()

    refused = meet(lambda s: production.release(s, ids[0]), lambda s: production.release(s, ids[1]))

    assert isinstance(refused, StockError)
    assert farm.stock_of(db, pla) == Stock(Decimal(150), Decimal(100))


def test_a_printer_is_started_once(db: Session) -> None:
    vase = farm.product("VASE", (farm.material("PLA", 500), 10))
    ids = [production.release(db, production.create(db, vase.id, 10).id).id for _ in range(2)]
    printer_id = farm.printer().id
    db.commit()

    refused = meet(
        lambda s: production.start(s, ids[0], printer_id),
        lambda s: production.start(s, ids[1], printer_id),
    )

    assert isinstance(refused, RuleError)
    assert "is printing; choose a printer that is idle" in str(refused)


def test_the_last_pieces_are_reported_once(db: Session) -> None:
    vase = farm.product("VASE", (farm.material("PLA", 500), 10))
    made_id = farm.begun(db, production.create(db, vase.id, 10)).id
    db.commit()

    refused = meet(
        lambda s: production.report(s, made_id, good=6),
        lambda s: production.report(s, made_id, good=6),
    )

    assert isinstance(refused, RuleError)
    assert "has 4 pieces open; 6 were reported" in str(refused)


def test_pieces_of_two_parts_reported_at_once_are_both_handed_over(db: Session) -> None:
    pla = farm.material("PLA", 500)
    arm, leg = farm.part("ARM", (pla, 1)), farm.part("LEG", (pla, 1))
    order = farm.confirmed(db, (farm.product("ROBOT", (arm, 1), (leg, 1)), 3))
    ids = [farm.begun(db, farm.made_for(order, sku)).id for sku in ("ARM", "LEG")]
    db.commit()

    refused = meet(
        lambda s: production.report(s, ids[0], good=3),
        lambda s: production.report(s, ids[1], good=3),
    )

    assert refused is None
    assert farm.reserved_of(farm.made_for(order, "ROBOT")) == {"ARM": 3, "LEG": 3}


def test_nothing_is_reported_on_an_order_cancelled_meanwhile(db: Session) -> None:
    order = farm.order_in(db, "in_production")
    order_id, made_id = order.id, order.production_orders[0].id
    db.commit()

    refused = meet(
        lambda s: sales_orders.cancel(s, order_id),
        lambda s: production.report(s, made_id, good=2),
    )

    assert isinstance(refused, RuleError)
    assert order.status == "cancelled"
    assert farm.promised(order) == [0]


def test_a_parcel_is_packed_once(db: Session) -> None:
    order_id = farm.order_in(db, "ready").id
    db.commit()

    refused = meet(lambda s: shipping.ship(s, order_id), lambda s: shipping.ship(s, order_id))

    assert isinstance(refused, RuleError)


def test_what_was_read_before_another_shipped_is_read_again(db: Session) -> None:
    order_id = farm.order_in(db, "ready").id
    db.commit()

    with SessionLocal() as slow, SessionLocal() as quick:
        (line,) = slow.get_one(SalesOrder, order_id).lines
        assert (line.quantity_shipped, line.reservation is None) == (0, False)
        shipping.ship(quick, order_id, {1: 1})
        quick.commit()
        shipping.ship(slow, order_id, {1: 1})

        assert (line.quantity_shipped, line.reservation) == (2, None)
        slow.commit()


def test_production_raised_by_another_is_cancelled_with_the_order(db: Session) -> None:
    order_id = farm.order_in(db, "pending").id
    db.commit()

    with SessionLocal() as slow, SessionLocal() as quick:
        order = slow.get_one(SalesOrder, order_id)
        assert order.production_orders == []
        sales_orders.confirm(quick, order_id)
        quick.commit()
        sales_orders.cancel(slow, order_id)

        assert farm.orders_for(order) == [("VASE", 2, "cancelled")]
        slow.commit()
