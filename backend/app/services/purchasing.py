"""Purchase orders: drafted, placed, received in parts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

from app.models import (
    Item,
    PurchaseOrder,
    PurchaseOrderLine,
    PurchaseOrderStatus,
    TransactionType,
    Vendor,
)

from .documents import replace_lines, require_order_of_dates, require_status
from .errors import InvalidInputError, RuleError
from .locking import lock_items, locked, require, require_all, take_version
from .movements import plain, write
from .numbering import next_code
from .supply import OPEN_PURCHASES

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sqlalchemy.orm import Session

CANCELLABLE = (PurchaseOrderStatus.DRAFT, *OPEN_PURCHASES)


@dataclass(frozen=True)
class NewPurchaseLine:
    """So much of an item in its unit, at the item's cost unless another is given."""

    item_id: int
    quantity: Decimal
    unit_cost: Decimal | None = None


def create(
    db: Session,
    vendor_id: int,
    lines: Sequence[NewPurchaseLine],
    expected_date: date | None = None,
) -> PurchaseOrder:
    """A draft of today to a vendor, expected after the vendor's lead time unless said otherwise."""
    vendor = require(db, Vendor, vendor_id)
    today = date.today()
    order = PurchaseOrder(
        code=next_code(db, PurchaseOrder),
        vendor=vendor,
        status=PurchaseOrderStatus.DRAFT,
        order_date=today,
        expected_date=expected_date or today + timedelta(days=vendor.lead_time_days),
        lines=_new_lines(db, lines),
    )
    require_order_of_dates(order, order.order_date, order.expected_date, "expected on")
    db.add(order)
    db.flush()
    return order


def edit(
    db: Session,
    order_id: int,
    version: int,
    *,
    lines: Sequence[NewPurchaseLine] | None = None,
    expected_date: date | None = None,
) -> PurchaseOrder:
    """A draft with other lines or another expected date; what is not given stays."""
    order = locked(db, PurchaseOrder, order_id)
    require_status(order, "edited", PurchaseOrderStatus.DRAFT)
    take_version(order, version)
    order.expected_date = expected_date or order.expected_date
    require_order_of_dates(order, order.order_date, order.expected_date, "expected on")
    replacements = None if lines is None else _new_lines(db, lines)
    replace_lines(db, order.lines, replacements)
    return order


def place(db: Session, order_id: int, expected_date: date | None = None) -> PurchaseOrder:
    """A draft is ordered from its vendor, today; it needs lines.

    It is expected on the day that the vendor confirmed, else on the one that was chosen for the
    draft if that is still to come, else after the vendor's lead time.
    """
    order = locked(db, PurchaseOrder, order_id)
    require_status(order, "ordered", PurchaseOrderStatus.DRAFT)
    if not order.lines:
        raise RuleError(f"{order.code} has no lines; add what is to be bought first")
    order.expected_date = expected_date or _expected(order)
    order.order_date = date.today()
    require_order_of_dates(order, order.order_date, order.expected_date, "expected on")
    order.status = PurchaseOrderStatus.ORDERED
    db.flush()
    return order


def _expected(draft: PurchaseOrder) -> date:
    today, lead_time = date.today(), timedelta(days=draft.vendor.lead_time_days)
    chosen = draft.expected_date
    if chosen is None or chosen < today or chosen == draft.order_date + lead_time:
        return today + lead_time
    return chosen


def receive(db: Session, order_id: int, quantities: Mapping[int, Decimal]) -> PurchaseOrder:
    """So much of each line, by its number, came into stock; never more than ordered."""
    order = locked(db, PurchaseOrder, order_id)
    require_status(order, "received", *OPEN_PURCHASES)
    lines = {line.line_number: line for line in order.lines}
    if unknown := sorted(quantities.keys() - lines.keys()):
        raise InvalidInputError(f"{order.code} has no line {', '.join(map(str, unknown))}")
    if not quantities or any(quantity <= 0 for quantity in quantities.values()):
        raise InvalidInputError("receive something of at least one line, and nothing negative")
    items = lock_items(db, {lines[number].item_id for number in quantities})
    for number, quantity in quantities.items():
        _receive_line(db, lines[number], quantity, items)
    complete = not any(line.quantity_open for line in order.lines)
    order.status = PurchaseOrderStatus.RECEIVED if complete else PurchaseOrderStatus.PARTLY_RECEIVED
    db.flush()
    return order


def cancel(db: Session, order_id: int) -> PurchaseOrder:
    """Nothing more is expected of the order; what has come stays in stock."""
    order = locked(db, PurchaseOrder, order_id)
    require_status(order, "cancelled", *CANCELLABLE)
    order.status = PurchaseOrderStatus.CANCELLED
    db.flush()
    return order


def _new_lines(db: Session, lines: Sequence[NewPurchaseLine]) -> list[PurchaseOrderLine]:
    items = require_all(db, Item, {line.item_id for line in lines})
    return [
        PurchaseOrderLine(
            line_number=number,
            item=items[line.item_id],
            quantity=line.quantity,
            quantity_received=Decimal(0),
            unit_cost=items[line.item_id].unit_cost if line.unit_cost is None else line.unit_cost,
        )
        for number, line in enumerate(lines, start=1)
    ]


def _receive_line(
    db: Session, line: PurchaseOrderLine, quantity: Decimal, items: Mapping[int, Item]
) -> None:
    code = line.purchase_order.code
    item = items[line.item_id]
    if quantity > line.quantity_open:
        raise RuleError(
            f"line {line.line_number} of {code} has {plain(line.quantity_open)} {item.unit} open,"
            f" not {plain(quantity)}; send the rest back or order it first"
        )
    line.quantity_received += quantity
    write(db, item, TransactionType.RECEIVE, quantity, reference=code)
