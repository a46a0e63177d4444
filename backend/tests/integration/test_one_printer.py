"""Two people at one printer, production order or delivery: what happens, happens once."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from app.models import InventoryTransaction, Item, PrinterStatus, ProductionOrder
from app.services import inventory, printers, production, purchasing
from app.services.errors import RuleError

from .collisions import Person, collide, committed, crowd

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from app.models import Printer
    from tests.factories import (
        PrinterFactory,
        ProductFactory,
        ProductionOrderFactory,
        PurchaseOrderFactory,
    )

    from .collisions import Work

pytestmark = [pytest.mark.integration, pytest.mark.committed_db]


@pytest.fixture
def orders(
    db: Session,
    product_factory: type[ProductFactory],
    production_order_factory: type[ProductionOrderFactory],
) -> list[int]:
    """Two released orders of five pieces each."""
    product = product_factory.create(bom_lines=[{"item__with_stock": True}])
    made = production_order_factory.create_batch(2, product=product, quantity_ordered=5)
    return [production.release(db, order.id).id for order in made]


def started(order_id: int, printer_id: int) -> Work:
    return lambda db: production.start(db, order_id, printer_id).status


def reported(order_id: int, good: int) -> Work:
    return lambda db: production.report(db, order_id, good).quantity_completed


def test_one_of_two_orders_goes_on_a_printer(
    db: Session, orders: list[int], printer: Printer
) -> None:
    one, other = orders
    first, second = collide(started(one, printer.id), started(other, printer.id))

    assert first == "in_progress"
    assert isinstance(second, RuleError)
    assert "is printing; choose a printer that is idle" in str(second)
    assert db.get_one(ProductionOrder, other).status == "released"


def test_an_order_goes_on_one_of_two_printers(
    orders: list[int], printer_factory: type[PrinterFactory]
) -> None:
    printer, free = printer_factory.create_batch(2)

    _, second = collide(started(orders[0], printer.id), started(orders[0], free.id))

    assert isinstance(second, RuleError)
    assert (printer.status, free.status) == ("printing", "idle")


def test_no_order_goes_on_a_printer_that_is_being_taken_apart(
    orders: list[int], printer: Printer
) -> None:
    printer_id = printer.id

    _, second = collide(
        lambda db: printers.set_status(db, printer_id, PrinterStatus.MAINTENANCE).id,
        started(orders[0], printer_id),
    )

    assert isinstance(second, RuleError)
    assert printer.status == "maintenance"


def test_no_printer_is_taken_apart_while_an_order_goes_on_it(
    orders: list[int], printer: Printer
) -> None:
    printer_id = printer.id

    _, second = collide(
        started(orders[0], printer_id),
        lambda db: printers.set_status(db, printer_id, PrinterStatus.MAINTENANCE).id,
    )

    assert isinstance(second, RuleError)
    assert printer.status == "printing"


def test_the_last_pieces_are_reported_once(
    db: Session, orders: list[int], printer: Printer
) -> None:
    order = production.start(db, orders[0], printer.id)
    item = order.product.bill[0].item_id

    first, second = collide(reported(order.id, 3), reported(order.id, 3))

    assert first == 3
    assert isinstance(second, RuleError)
    assert "has 2 pieces open" in str(second)
    assert moved(db, item, order.code) == -3


def test_pieces_reported_at_once_add_up(db: Session, orders: list[int], printer: Printer) -> None:
    order = production.start(db, orders[0], printer.id)

    assert collide(reported(order.id, 2), reported(order.id, 3)) == [2, 5]
    assert (order.status, printer.status) == ("completed", "idle")


def test_nothing_is_made_of_an_order_that_is_being_cancelled(
    db: Session, orders: list[int], printer: Printer
) -> None:
    order = production.start(db, orders[0], printer.id)
    order_id, item = order.id, order.product.bill[0].item_id

    _, second = collide(lambda db: production.cancel(db, order_id).id, reported(order_id, 1))

    assert isinstance(second, RuleError)
    assert (order.status, printer.status) == ("cancelled", "idle")
    assert moved(db, item, order.code) == 0


def test_material_comes_back_once(db: Session, orders: list[int], printer: Printer) -> None:
    order = production.start(db, orders[0], printer.id)
    order_id, item = order.id, order.product.bill[0].item_id
    production.report(db, order_id, 5)

    def bring_back(db: Session) -> Decimal:
        return production.return_material(db, order_id, item, Decimal(4)).quantity

    first, second = collide(bring_back, bring_back)

    assert first == 4
    assert isinstance(second, RuleError)
    assert moved(db, item, order.code) == -1


def received(order_id: int, *lines: int) -> Work:
    quantities = dict.fromkeys(lines, Decimal(4))
    return lambda db: purchasing.receive(db, order_id, quantities).status


def test_a_delivery_is_received_once(
    db: Session, purchase_order_factory: type[PurchaseOrderFactory]
) -> None:
    order = purchase_order_factory.create(ordered=True, lines=[{"quantity": Decimal(7)}])
    item = order.lines[0].item_id

    first, second = collide(received(order.id, 1), received(order.id, 1))

    assert first == "partly_received"
    assert isinstance(second, RuleError)
    assert "has 3 ea open, not 4" in str(second)
    assert moved(db, item, order.code) == order.lines[0].quantity_received == 4


def test_two_halves_of_a_delivery_add_up(
    db: Session, purchase_order_factory: type[PurchaseOrderFactory]
) -> None:
    order = purchase_order_factory.create(ordered=True, lines=[{"quantity": Decimal(8)}])

    assert collide(received(order.id, 1), received(order.id, 1)) == ["partly_received", "received"]


def test_deliveries_of_the_same_items_in_opposite_order_do_not_wait_for_each_other(
    db: Session, purchase_order_factory: type[PurchaseOrderFactory]
) -> None:
    order = purchase_order_factory.create(ordered=True, lines=[{"quantity": Decimal(9)}] * 2)
    items = [line.item_id for line in order.lines]
    other = purchase_order_factory.create(
        ordered=True, lines=[{"quantity": 9, "item": line.item} for line in order.lines[::-1]]
    )
    people = [Person(committed(received(each.id, 1, 2))) for each in (order, other)]

    # a second item that was taken before the first would be waited for by the one who has that
    crowd(lambda db: db.get(Item, items[0], with_for_update=True), *people)

    assert [person.outcome for person in people] == ["partly_received"] * 2
    assert inventory.on_hand(db, items) == dict.fromkeys(items, Decimal(8))


def moved(db: Session, item_id: int, reference: str) -> Decimal:
    moves = select(InventoryTransaction.quantity).where(
        InventoryTransaction.item_id == item_id, InventoryTransaction.reference == reference
    )
    return sum(db.scalars(moves), Decimal(0))
