"""What the database lets happen only once, whoever writes it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from sqlalchemy import insert
from sqlalchemy.exc import IntegrityError

from app.models import SalesOrder

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from app.models import Item, ProductionOrder, Reservation, SalesOrderLine, ShipmentLine
    from tests.factories import (
        ProductFactory,
        ProductionOrderFactory,
        ReservationFactory,
        SalesOrderFactory,
        ShipmentLineFactory,
    )

pytestmark = pytest.mark.integration


def test_an_item_is_made_in_one_way(product_factory: type[ProductFactory]) -> None:
    product = product_factory.create(stocked=True)

    with pytest.raises(IntegrityError, match="uq_products_item_id"):
        product_factory.create(item=product.item)


def test_a_quote_becomes_an_order_once(
    db: Session, sales_order_factory: type[SalesOrderFactory]
) -> None:
    order = sales_order_factory.create(quoted=True)
    # the mapped class would take the quote from the first order
    again = insert(SalesOrder).values(
        code="SO-1", customer_id=order.customer_id, quote_id=order.quote_id
    )

    with pytest.raises(IntegrityError, match="uq_sales_orders_quote_id"):
        db.execute(again)


def test_a_printer_prints_one_order_at_a_time(
    production_order_factory: type[ProductionOrderFactory],
) -> None:
    order = production_order_factory.create(in_progress=True)

    with pytest.raises(IntegrityError, match="uq_production_orders_printer_at_work"):
        production_order_factory.create(in_progress=True, printer=order.printer)


def test_a_printer_has_printed_many_orders(
    production_order_factory: type[ProductionOrderFactory],
) -> None:
    order = production_order_factory.create(in_progress=True)

    done = production_order_factory.create_batch(2, completed=True, printer=order.printer)

    assert {each.printer for each in done} == {order.printer}


def test_a_line_has_one_reservation(
    reservation: Reservation, reservation_factory: type[ReservationFactory]
) -> None:
    with pytest.raises(IntegrityError, match="uq_reservations_sales_order_line_id"):
        reservation_factory.create(sales_order_line_id=reservation.sales_order_line_id)


def test_stock_is_promised_to_one_only(
    reservation_factory: type[ReservationFactory],
    sales_order_line: SalesOrderLine,
    production_order: ProductionOrder,
    item: Item,
) -> None:
    both = {"sales_order_line": sales_order_line, "production_order": production_order}

    for owners in (dict.fromkeys(both), both):
        with pytest.raises(IntegrityError, match="ck_reservations_one_owner"):
            reservation_factory.create(item=item, quantity=1, **owners)


def test_a_production_order_has_one_reservation_of_an_item(
    reservation_factory: type[ReservationFactory],
) -> None:
    first = reservation_factory.create(for_production=True)

    with pytest.raises(IntegrityError, match="uq_reservations_production_order_id"):
        reservation_factory.create(production_order_id=first.production_order_id)


def test_a_parcel_names_a_line_once(
    shipment_line: ShipmentLine, shipment_line_factory: type[ShipmentLineFactory]
) -> None:
    again = {"shipment_id": shipment_line.shipment_id, "quantity": 1}

    with pytest.raises(IntegrityError, match="uq_shipment_lines_shipment_id"):
        shipment_line_factory.create(sales_order_line_id=shipment_line.sales_order_line_id, **again)
