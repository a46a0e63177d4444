"""What holds between documents, the movements made for them and the stock promised to them."""

from __future__ import annotations

from collections import defaultdict
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from sqlalchemy import select
from sqlalchemy.orm import Session, object_session

from app import models as m
from app.services.bills_of_materials import needed_for
from app.services.inventory import stock
from app.services.order_supply import lines_of
from app.services.sales_status import UNDER_WAY
from app.services.supply import OPEN_PRODUCTION

if TYPE_CHECKING:
    from collections.abc import Iterable

    Amounts = dict[tuple[str, int], Decimal]

RECEIVE, ISSUE, SCRAP, SHIP = (
    m.TransactionType.RECEIVE,
    m.TransactionType.ISSUE,
    m.TransactionType.SCRAP,
    m.TransactionType.SHIP,
)


def in_session(row: Any) -> Session:
    session = object_session(row)
    assert session is not None
    return session


def nothing_is_promised_that_is_not_there(item: m.Item) -> bool:
    there = stock(in_session(item), [item.id])[item.id]
    return 0 <= there.reserved <= there.on_hand


def summed(amounts: Iterable[tuple[str, int, Decimal]]) -> Amounts:
    sums: defaultdict[tuple[str, int], Decimal] = defaultdict(Decimal)
    for kind, item_id, quantity in amounts:
        sums[kind, item_id] += quantity
    return {key: quantity for key, quantity in sums.items() if quantity}


def moved(document: Any, *kinds: str) -> Amounts:
    """The movements of these types that name a document."""
    moves = select(m.InventoryTransaction).where(m.InventoryTransaction.reference == document.code)
    return summed(
        (move.transaction_type, move.item_id, move.quantity)
        for move in in_session(document).scalars(moves)
        if move.transaction_type in kinds
    )


def what_was_reported_moved(order: m.ProductionOrder) -> bool:
    lines = lines_of(in_session(order), order)
    good = needed_for(lines, order.quantity_completed)
    used = needed_for(lines, order.quantity_completed + order.quantity_scrapped)
    expected = [
        *((ISSUE, item, -quantity) for item, quantity in good.items()),
        *((SCRAP, item, good[item] - quantity) for item, quantity in used.items()),
    ]
    if order.quantity_completed:
        assert order.product.item_id is not None
        expected.append((RECEIVE, order.product.item_id, Decimal(order.quantity_completed)))
    return moved(order, ISSUE, SCRAP, RECEIVE) == summed(expected)


def what_was_received_moved(order: m.PurchaseOrder) -> bool:
    expected = summed((RECEIVE, line.item_id, line.quantity_received) for line in order.lines)
    return moved(order, *m.TransactionType) == expected


def what_was_shipped_moved(order: m.SalesOrder) -> bool:
    expected = summed(
        (SHIP, line.product.item_id or 0, Decimal(-line.quantity_shipped)) for line in order.lines
    )
    return moved(order, *m.TransactionType) == expected


def what_was_shipped_is_in_parcels(line: m.SalesOrderLine) -> bool:
    parts = select(m.ShipmentLine).where(m.ShipmentLine.sales_order_line_id == line.id)
    return line.quantity_shipped == sum(part.quantity for part in in_session(line).scalars(parts))


def material_of(order: m.ProductionOrder) -> dict[int, Decimal]:
    """What an order still takes of each item."""
    lines = lines_of(in_session(order), order)
    used = needed_for(lines, order.quantity_ordered - order.quantity_open)
    whole = needed_for(lines, order.quantity_ordered)
    return {item: whole[item] - used[item] for item in whole if whole[item] > used[item]}


def has_its_material(order: m.ProductionOrder) -> bool:
    held = {each.item_id: each.quantity for each in order.reservations}
    if order.status in ("released", "in_progress"):
        return held == material_of(order)
    return order.status == "draft" or not held


def is_needed_by_its_owner(reservation: m.Reservation) -> bool:
    if reservation.production_order is not None:
        order = reservation.production_order
        need = material_of(order).get(reservation.item_id, 0)
        return order.status in OPEN_PRODUCTION and reservation.quantity <= need
    line = reservation.sales_order_line
    assert line is not None
    return (
        line.sales_order.status in UNDER_WAY
        and reservation.item is line.product.item
        and reservation.quantity <= line.quantity_open
    )
