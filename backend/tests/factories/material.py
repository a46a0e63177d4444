"""What production orders take and make, as the rows that follow from them."""

from __future__ import annotations

from collections import defaultdict
from decimal import ROUND_CEILING, ROUND_UP, Decimal
from graphlib import TopologicalSorter
from typing import TYPE_CHECKING, Any, TypeAlias

from app.models import ProductionOrderStatus, TransactionType
from app.services.sales_status import UNDER_WAY
from app.services.supply import OPEN_PRODUCTION

from .defaults import exact

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from app.models import BOMLine, Item, Product

Rows: TypeAlias = list[dict[str, Any]]

SMALLEST = Decimal("0.0001")
HOLDING = {ProductionOrderStatus.RELEASED, ProductionOrderStatus.IN_PROGRESS}


def taken_by(order: Any, pieces: int | None = None) -> dict[Item, Decimal]:
    """What so many pieces of a production order take of each item, or all that it is for."""
    revision = order.bom_revision or order.product.bom_revision
    bill = (line for line in order.product.bom_lines if line.revision == revision)
    return _taken(bill, order.quantity_ordered if pieces is None else pieces)


def _taken(bill: Iterable[BOMLine], pieces: int) -> dict[Item, Decimal]:
    per_piece: defaultdict[Item, Decimal] = defaultdict(Decimal)
    for line in bill:
        per_piece[line.item] += exact(line.quantity_per) * (1 + exact(line.scrap_factor))
    return {item: (pieces * per).quantize(SMALLEST, ROUND_UP) for item, per in per_piece.items()}


def still_taken(order: Any) -> dict[Item, Decimal]:
    """What a production order will still take of each item."""
    used = taken_by(order, order.quantity_completed + order.quantity_scrapped)
    return defaultdict(Decimal, {i: whole - used[i] for i, whole in taken_by(order).items()})


def received(order: Any) -> Rows:
    """The receipts of all material that an order is released with."""
    return [{"item": item, "quantity": whole} for item, whole in taken_by(order).items()]


def reserved(order: Any) -> Rows:
    """What an order that may be printed still needs."""
    left = still_taken(order) if order.status in HOLDING else {}
    return [{"item": item, "quantity": rest} for item, rest in left.items() if rest]


def booked(order: Any) -> Rows:
    """The movements of what was reported: material for good and scrapped pieces, good pieces."""
    good, scrapped = order.quantity_completed, order.quantity_scrapped
    issued, used = taken_by(order, good), taken_by(order, good + scrapped)
    moves = [
        *((TransactionType.ISSUE, item, -quantity) for item, quantity in issued.items()),
        *((TransactionType.SCRAP, item, issued[item] - used[item]) for item in used),
        (TransactionType.RECEIVE, order.product.item, Decimal(good)),
    ]
    return [
        {"transaction_type": kind, "item": item, "quantity": quantity}
        for kind, item, quantity in moves
        if quantity
    ]


def returned(order: Any) -> Rows:
    """What one piece takes, issued to an order and not used."""
    unused = taken_by(order, 1) if order.quantity_completed else {}
    return [{"item": item, "quantity": quantity} for item, quantity in unused.items()]


def handed_over(order: Any) -> Rows:
    """The good pieces, promised to those that they were made for and that wait for them.

    That is the line of the sales order, or another production order for it that takes them.
    """
    sold, left = order.sales_order, Decimal(order.quantity_completed)
    rows: Rows = []
    for owner, need in _waiting(order) if sold and sold.status in UNDER_WAY else ():
        if pieces := min(left, need):
            rows.append({**owner, "item": order.product.item, "quantity": pieces})
            left -= pieces
    return rows


def _waiting(order: Any) -> Iterator[tuple[dict[str, Any], Decimal]]:
    number, item = order.sales_order_line, order.product.item
    for line in order.sales_order.lines:
        is_owner = (line.line_number, line.product) == (number, order.product)
        if is_owner and line.reservation is None:
            yield {"sales_order_line": line}, Decimal(line.quantity_open)
    for parent in order.sales_order.production_orders:
        if parent.sales_order_line == number and parent.status in OPEN_PRODUCTION:
            held = any(each.item is item for each in parent.reservations)
            yield {"production_order": parent}, Decimal(0) if held else still_taken(parent)[item]


def to_make(product: Product, pieces: int) -> dict[Product, int]:
    """How many pieces to make of a product, and of each part of it that is made here."""
    wanted = defaultdict[Any, Decimal](Decimal, {product: Decimal(pieces)})
    counts: dict[Product, int] = {}
    for made in _top_down(product):
        counts[made] = int(wanted[made].to_integral_value(ROUND_CEILING))
        for item, need in _taken(made.bill, counts[made]).items():
            if item.product in _parts(made):
                wanted[item.product] += need
    return counts


def _top_down(product: Product) -> list[Product]:
    made_of: dict[Product, set[Product]] = {}
    found = [product]
    while found:
        made = found.pop()
        made_of[made] = _parts(made)
        found += made_of[made] - made_of.keys()
    return list(TopologicalSorter(made_of).static_order())[::-1]


def _parts(product: Product) -> set[Product]:
    made = (line.item.product for line in product.bill)
    return {part for part in made if part is not None and part.bill}
