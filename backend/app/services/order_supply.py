"""Where the pieces of a sales order come from: stock, and production orders raised for the rest."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from app.models import ProductionOrder, ProductionOrderStatus

from .bills_of_materials import load_bills, load_revisions, needed_for, top_down, whole_pieces
from .locking import lock_items
from .numbering import next_code
from .reservations import reserve, reserve_what_is_there, reserved_for
from .stocking import stock_item
from .supply import OPEN_PRODUCTION

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from sqlalchemy.orm import Session

    from app.models import Item, SalesOrder, SalesOrderLine

    from .bills_of_materials import Bills, Component
    from .reservations import Owner


@dataclass(frozen=True)
class Making:
    """How what a sales order asks for is made: its bills, top down, and each product's item."""

    bills: Bills
    sequence: list[int]
    items: dict[int, Item]


def cover(db: Session, order: SalesOrder) -> None:
    """Each line of a locked order has its pieces reserved, or production orders for the rest.

    Parts that are made here are covered in the same way, level by level. What is covered already
    stays as it is, so that covering twice changes nothing.
    """
    lines = [line for line in order.lines if line.quantity_open]
    making = _making(db, lines)
    for line in lines:
        _cover_line(db, line, making)


def _making(db: Session, lines: Sequence[SalesOrderLine]) -> Making:
    products = sorted({line.product for line in lines}, key=lambda product: product.id)
    stocked = {product.id: stock_item(db, product).id for product in products}
    bills = load_bills(db, stocked)
    for part in (part for parts in bills.values() for part in parts):
        if part.made_as is not None:
            stocked[part.made_as] = part.item_id
    items = lock_items(db, stocked.values())
    return Making(
        bills, top_down(db, bills), {product: items[item] for product, item in stocked.items()}
    )


def _cover_line(db: Session, line: SalesOrderLine, making: Making) -> None:
    item = making.items[line.product_id]
    wanting: defaultdict[int, list[tuple[Owner, Decimal]]] = defaultdict(list)
    open_pieces = Decimal(line.quantity_open) - reserved_for(db, line, item.id)
    wanting[line.product_id].append((line, open_pieces))
    for product_id in making.sequence:
        for made in _cover_product(db, line, product_id, wanting[product_id], making):
            for part, quantity in _parts_wanted(db, made, making):
                wanting[part].append((made, quantity))


def _cover_product(
    db: Session,
    line: SalesOrderLine,
    product_id: int,
    wanting: list[tuple[Owner, Decimal]],
    making: Making,
) -> list[ProductionOrder]:
    """The open production orders of a product for a line.

    What they do not make is reserved as far as it is there, and one more makes the rest.
    """
    orders = _open_orders(line, product_id)
    wanted = sum((quantity for _, quantity in wanting), Decimal(0))
    missing = max(wanted - sum(made.quantity_open for made in orders), Decimal(0))
    for owner, quantity in wanting:
        least = min(quantity, missing)
        missing -= reserve_what_is_there(db, owner, making.items[product_id], least)
    if missing > 0:
        orders.append(_raise(db, line, product_id, missing))
    return orders


def _open_orders(line: SalesOrderLine, product_id: int) -> list[ProductionOrder]:
    return [
        made
        for made in line.sales_order.production_orders
        if made.sales_order_line == line.line_number
        and made.product_id == product_id
        and made.status in OPEN_PRODUCTION
    ]


def _raise(db: Session, line: SalesOrderLine, product_id: int, pieces: Decimal) -> ProductionOrder:
    made = ProductionOrder(
        code=next_code(db, ProductionOrder),
        product_id=product_id,
        quantity_ordered=int(whole_pieces(pieces)),
        quantity_completed=0,
        quantity_scrapped=0,
        status=ProductionOrderStatus.DRAFT,
        sales_order=line.sales_order,
        sales_order_line=line.line_number,
        due_date=line.sales_order.ship_date,
    )
    db.add(made)
    db.flush()
    return made


def _parts_wanted(
    db: Session, made: ProductionOrder, making: Making
) -> Iterator[tuple[int, Decimal]]:
    """The products that a draft takes as parts, and what it lacks of each.

    Once it is released, all its material is reserved.
    """
    if made.status != ProductionOrderStatus.DRAFT:
        return
    bill = making.bills[made.product_id]
    takes = still_takes(bill, made)
    let_go(db, made, takes)
    for part, item_id in {line.made_as: line.item_id for line in bill}.items():
        if part is not None and making.bills[part]:
            yield part, takes[item_id] - reserved_for(db, made, item_id)


def let_go(db: Session, made: ProductionOrder, takes: Mapping[int, Decimal]) -> None:
    """What is reserved for a production order beyond what it takes of each item is free again."""
    for held in list(made.reservations):
        held.quantity = min(held.quantity, takes.get(held.item_id, Decimal(0)))
        if not held.quantity:
            made.reservations.remove(held)
    db.flush()


def hand_over(db: Session, made: ProductionOrder, item: Item, pieces: int) -> None:
    """Pieces just received are promised to whom they were made for, as far as they are needed.

    That is the line of the sales order, or another production order for it that takes them.
    """
    if made.sales_order is None:
        return
    left = Decimal(pieces)
    for line in made.sales_order.lines:
        if (line.line_number, line.product_id) == (made.sales_order_line, made.product_id):
            left -= _promise(db, line, item, left, Decimal(line.quantity_open))
    for parent in made.sales_order.production_orders:
        if parent.sales_order_line == made.sales_order_line and parent.status in OPEN_PRODUCTION:
            takes = still_takes(lines_of(db, parent), parent)
            left -= _promise(db, parent, item, left, takes.get(item.id, Decimal(0)))


def _promise(db: Session, owner: Owner, item: Item, left: Decimal, need: Decimal) -> Decimal:
    quantity = min(left, max(need - reserved_for(db, owner, item.id), Decimal(0)))
    reserve(db, owner, item, quantity)
    return quantity


def lines_of(db: Session, made: ProductionOrder) -> list[Component]:
    """The bill that an order is made by: the one it was released with, else the one in force."""
    key = (made.product_id, made.bom_revision or made.product.bom_revision)
    return load_revisions(db, [key])[key]


def still_takes(lines: Sequence[Component], made: ProductionOrder) -> dict[int, Decimal]:
    """What a production order made by these lines will still take of each item, in its unit.

    Material counts as taken when its piece is completed or scrapped.
    """
    whole = needed_for(lines, made.quantity_ordered)
    taken = needed_for(lines, made.quantity_ordered - made.quantity_open)
    return {item_id: quantity - taken[item_id] for item_id, quantity in whole.items()}
