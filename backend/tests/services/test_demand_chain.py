"""The demand chain links a sales order to all that it waits for, down to the vendor."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest

from app.services import production, quotes, sales_orders, shipping
from app.services.demand import ChainComponent, chain
from app.services.errors import NotFoundError
from tests.factories import QuoteFactory, VendorFactory

from . import farm

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy.orm import Session

    from app.models import Item, Product, ProductionOrder, SalesOrder

pytestmark = pytest.mark.integration


@pytest.fixture
def pla() -> Item:
    return farm.material("PLA", 100)


@pytest.fixture
def vase(pla: Item) -> Product:
    return farm.product("VASE", (pla, "25.5"), item=farm.shelf("VASE", 2))


def component(db: Session, made: ProductionOrder, sku: str = "PLA") -> ChainComponent:
    """What a production order takes of an item, as the chain of its sales order shows it."""
    assert made.sales_order_id is not None
    lines = chain(db, made.sales_order_id).lines
    shown = [shown for line in lines for shown in line.production_orders if shown.id == made.id]
    (found,) = [found for found in shown[0].components if found.sku == sku]
    return found


def sources(found: ChainComponent) -> dict[str, Decimal]:
    return {source.document or source.kind.value: source.quantity for source in found.sources}


def test_an_order_that_does_not_exist_has_no_chain(db: Session) -> None:
    with pytest.raises(NotFoundError, match="no sales order has the id 0"):
        chain(db, 0)


def test_the_chain_begins_with_the_customer_and_the_quote(db: Session, vase: Product) -> None:
    line = {"product": vase, "quantity": 5}
    quote = QuoteFactory.create(status="accepted", customer__name="Ada", lines=[line])
    order = quotes.convert(db, quote.id)

    found = chain(db, order.id)

    assert (found.customer_id, found.customer) == (quote.customer_id, "Ada")
    assert (found.quote, found.sales_order_id, found.sales_order) == (
        quote.code,
        order.id,
        order.code,
    )
    assert (found.status, found.ship_date) == ("pending", order.ship_date)


def test_an_order_without_a_quote_has_none(db: Session, vase: Product) -> None:
    assert chain(db, farm.ordered((vase, 1)).id).quote is None


def test_nothing_of_a_pending_order_is_planned(db: Session, vase: Product) -> None:
    (line,) = chain(db, farm.ordered((vase, 5)).id).lines

    assert (line.sku, line.quantity, line.quantity_open) == ("VASE", 5, 5)
    assert line.unplanned == 5
    assert line.reserved == 0
    assert line.production_orders == []


def test_a_line_is_reserved_shipped_and_made(db: Session, vase: Product) -> None:
    order = farm.confirmed(db, (vase, 6))
    shipping.ship(db, order.id, {1: 1})

    (line,) = chain(db, order.id).lines

    assert (line.quantity, line.quantity_shipped, line.quantity_open) == (6, 1, 5)
    assert line.reserved == 1
    assert line.unplanned == 0
    assert [made.quantity_open for made in line.production_orders] == [4]


def test_scrapped_pieces_are_unplanned_until_the_order_is_planned_again(
    db: Session, vase: Product
) -> None:
    order = farm.confirmed(db, (vase, 5))
    farm.printed(db, order.production_orders[0], good=1, scrapped=1)

    assert chain(db, order.id).lines[0].unplanned == 1
    sales_orders.plan(db, order.id)
    assert chain(db, order.id).lines[0].unplanned == 0


def test_parts_on_their_way_are_no_pieces_of_the_line(db: Session, pla: Item) -> None:
    order = farm.confirmed(db, (farm.product("JAR", (farm.part("LID", (pla, 2)), 1)), 3))
    production.cancel(db, farm.made_for(order, "JAR").id)

    assert chain(db, order.id).lines[0].unplanned == 3


def test_a_production_order_shows_how_far_it_is_and_where(db: Session, vase: Product) -> None:
    order = farm.confirmed(db, (vase, 5))
    made = farm.printed(db, order.production_orders[0], good=1, scrapped=1)
    assert made.printer is not None

    (shown,) = chain(db, order.id).lines[0].production_orders

    assert (shown.code, shown.status, shown.printer) == (
        made.code,
        "in_progress",
        made.printer.name,
    )
    assert (shown.quantity_ordered, shown.quantity_completed, shown.quantity_scrapped) == (3, 1, 1)
    assert (shown.quantity_open, shown.due_date, shown.sku) == (1, order.ship_date, "VASE")


def test_each_line_shows_its_own_production(db: Session, vase: Product) -> None:
    order = farm.confirmed(db, (vase, 3), (vase, 4))

    shown = [line.production_orders for line in chain(db, order.id).lines]

    assert [[made.quantity_ordered for made in each] for each in shown] == [[1], [4]]


def test_production_that_is_over_takes_nothing(db: Session, vase: Product) -> None:
    order = farm.confirmed(db, (vase, 5))
    production.cancel(db, order.production_orders[0].id)

    (shown,) = chain(db, order.id).lines[0].production_orders

    assert (shown.status, shown.components) == ("cancelled", [])


def test_material_comes_from_stock_vendors_or_nowhere(
    db: Session, vase: Product, pla: Item
) -> None:
    purchase = farm.on_order(pla, 200, vendor=VendorFactory.create(name="Filament Ltd"))
    (made,) = farm.confirmed(db, (vase, 14)).production_orders

    found = component(db, made)

    assert found.required == 12 * Decimal("25.5")
    assert (found.on_hand, found.missing) == (Decimal(100), Decimal(6))
    assert sources(found) == {"stock": 100, purchase.code: 200, "missing": 6}
    bought = found.sources[1]
    assert (bought.vendor, bought.on, bought.document_id) == (
        "Filament Ltd",
        purchase.expected_date,
        purchase.id,
    )


@pytest.mark.parametrize("days,late", [(7, False), (8, True)])
def test_what_comes_after_it_is_needed_is_late(
    db: Session, vase: Product, pla: Item, days: int, late: bool
) -> None:
    farm.on_order(pla, 500, days=days)
    (made,) = farm.confirmed(db, (vase, 12)).production_orders

    assert [source.late for source in component(db, made).sources] == [False, late]


def test_what_is_overdue_comes_today_at_the_earliest(db: Session, vase: Product, pla: Item) -> None:
    farm.on_order(pla, 500, days=-5)
    order = farm.confirmed(db, (vase, 12))
    (made,) = order.production_orders
    made.due_date = date.today() - timedelta(days=2)

    _, bought = component(db, made).sources

    assert (bought.on, bought.late) == (date.today(), True)


def test_reserved_material_is_a_source_of_its_own(db: Session, vase: Product) -> None:
    (made,) = farm.confirmed(db, (vase, 4)).production_orders
    production.release(db, made.id)

    assert sources(component(db, made)) == {"reserved": 51}


def test_a_part_comes_from_the_order_that_makes_it(db: Session, pla: Item) -> None:
    jar = farm.product("JAR", (farm.part("LID", (pla, 2), quantity=1), 1))
    order = farm.confirmed(db, (jar, 3))

    lids = component(db, farm.made_for(order, "JAR"), "LID")

    assert sources(lids) == {"reserved": 1, farm.made_for(order, "LID").code: 2}
    assert sources(component(db, farm.made_for(order, "LID"))) == {"stock": 4}


def test_what_others_take_first_is_missing(db: Session, vase: Product) -> None:
    production.create(db, vase.id, 3, farm.day(1))
    (made,) = farm.confirmed(db, (vase, 4), ship_date=farm.day(2)).production_orders

    assert sources(component(db, made)) == {"stock": Decimal("23.5"), "missing": Decimal("27.5")}


def test_a_purchase_order_that_was_not_placed_is_named_but_brings_nothing(
    db: Session, pla: Item
) -> None:
    draft = farm.on_order(pla, 70, status="draft")
    screw = farm.material("SCREW", unit="ea")
    farm.on_order(screw, 70, status="draft")
    robot = farm.product("ROBOT", (pla, "25.5"), (screw, 4))
    (made,) = farm.confirmed(db, (robot, 4)).production_orders

    found = component(db, made)

    assert found.missing == 2
    assert {each.document: each.quantity for each in found.drafts} == {draft.code: 70}


def test_what_the_session_has_not_written_yet_counts(db: Session, vase: Product) -> None:
    order = farm.ordered((vase, 1), (vase, 2))
    db.delete(order.lines[1])
    db.expire(order)

    assert [line.quantity for line in chain(db, order.id).lines] == [1]


def test_more_lines_and_orders_cost_no_more_statements(
    db: Session, pla: Item, query_counter: Callable[[], int]
) -> None:
    lid = farm.part("LID", (pla, 2), quantity=1)
    jar = farm.product("JAR", (lid, 1), (pla, 10))

    def statements(order: SalesOrder) -> int:
        db.expire_all()
        order_id, before = order.id, query_counter()
        assert len(chain(db, order_id).lines) == len(order.lines)
        return query_counter() - before

    counts = [statements(farm.confirmed(db, *[(jar, 2)] * lines)) for lines in (1, 9)]

    assert counts[0] == counts[1]
