"""What holds on the farm after every step, whoever took it; read off the rows alone."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from app.models import (
    InventoryTransaction,
    Item,
    Printer,
    Product,
    ProductionOrder,
    Reservation,
    SalesOrder,
    SalesOrderLine,
    ShipmentLine,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy.orm import Session

OPEN = ("draft", "released", "in_progress")
UNDER_WAY = ("confirmed", "in_production", "ready", "partly_shipped")


class Books:
    """All that moved and all that was packed, read once."""

    def __init__(self, db: Session) -> None:
        self.moves = db.scalars(select(InventoryTransaction)).all()
        self.packed = db.scalars(select(ShipmentLine)).all()

    def moved(self, **columns: Any) -> Decimal:
        """The sum of the movements that have these values."""
        chosen = (
            move.quantity
            for move in self.moves
            if all(getattr(move, name) == value for name, value in columns.items())
        )
        return sum(chosen, Decimal(0))


def broken(db: Session) -> list[str]:
    """Each claim that does not hold of a row, as `SalesOrder 7: total is the sum of its lines`."""
    db.expire_all()
    books = Books(db)
    return [
        f"{model.__name__} {row.id}: {claim.__name__.replace('_', ' ')}"
        for model, loaded, claims in CLAIMS
        for row in db.scalars(select(model).options(*map(selectinload, loaded)))
        for claim in claims
        if not claim(books, row)
    ]


def stock_is_there_for_all_who_were_promised_it(books: Books, item: Item) -> bool:
    promised = sum(held.quantity for held in item.reservations)
    return books.moved(item_id=item.id) >= promised >= 0


def prints_exactly_one_order(books: Books, printer: Printer) -> bool:
    at_work = [made for made in printer.production_orders if made.status == "in_progress"]
    return len(at_work) == (printer.status == "printing")


def is_over_with_its_last_piece(books: Books, made: ProductionOrder) -> bool:
    if made.status == "completed":
        return made.quantity_open == 0
    return made.quantity_open > 0


def takes(made: ProductionOrder, pieces: int) -> dict[int, Decimal]:
    """What so many pieces take of each item, by the bill that the order was released with."""
    lines = [line for line in made.product.bom_lines if line.revision == made.bom_revision]
    return {line.item_id: pieces * line.quantity_per for line in lines}


def holds_the_material_of_its_open_pieces(books: Books, made: ProductionOrder) -> bool:
    held = {each.item_id: each.quantity for each in made.reservations}
    if made.status in ("released", "in_progress"):
        return held == takes(made, made.quantity_open)
    return made.status == "draft" or not held


def has_taken_the_material_of_its_done_pieces(books: Books, made: ProductionOrder) -> bool:
    done = takes(made, made.quantity_ordered - made.quantity_open)
    kinds = ("issue", "scrap")
    return all(
        -sum(
            books.moved(item_id=item, reference=made.code, transaction_type=kind) for kind in kinds
        )
        == quantity
        for item, quantity in done.items()
    )


def brought_its_good_pieces(books: Books, made: ProductionOrder) -> bool:
    received = books.moved(reference=made.code, transaction_type="receive")
    return received == made.quantity_completed


def says_what_is_true(books: Books, order: SalesOrder) -> bool:
    return order.status not in UNDER_WAY or order.status == _status(order)


def _status(order: SalesOrder) -> str:
    if any(line.quantity_shipped for line in order.lines):
        waits = any(line.quantity_open for line in order.lines)
        return "partly_shipped" if waits else "shipped"
    if all(_reserved(line) == line.quantity_open for line in order.lines):
        return "ready"
    begun = any(made.started_at for made in order.production_orders if made.status != "cancelled")
    return "in_production" if begun else "confirmed"


def _reserved(line: SalesOrderLine) -> Decimal:
    return line.reservation.quantity if line.reservation else Decimal(0)


def makes_nothing_once_it_is_over(books: Books, order: SalesOrder) -> bool:
    at_work = any(made.status in OPEN for made in order.production_orders)
    return order.status in (*UNDER_WAY, "shipped") or not at_work


def costs_what_its_lines_cost(books: Books, order: SalesOrder) -> bool:
    return order.total == sum(line.unit_price * line.quantity for line in order.lines)


def shipped_what_its_parcels_held(books: Books, line: SalesOrderLine) -> bool:
    parcels = [packed.quantity for packed in books.packed if packed.sales_order_line is line]
    return 0 <= line.quantity_shipped == sum(parcels) <= line.quantity


def gets_no_more_than_it_lacks(books: Books, line: SalesOrderLine) -> bool:
    coming = sum(
        made.quantity_open
        for made in line.sales_order.production_orders
        if made.status in OPEN
        and (made.sales_order_line, made.product_id) == (line.line_number, line.product_id)
    )
    return _reserved(line) + coming <= line.quantity_open


def has_an_owner_who_still_needs_it(books: Books, held: Reservation) -> bool:
    if held.sales_order_line is not None:
        return held.sales_order_line.sales_order.status in UNDER_WAY
    return held.production_order is not None and held.production_order.status in OPEN


CLAIMS: list[tuple[type[Any], tuple[Any, ...], tuple[Callable[[Books, Any], bool], ...]]] = [
    (Item, (Item.reservations,), (stock_is_there_for_all_who_were_promised_it,)),
    (Printer, (Printer.production_orders,), (prints_exactly_one_order,)),
    (Product, (Product.bom_lines,), ()),
    (
        ProductionOrder,
        (ProductionOrder.reservations,),
        (
            is_over_with_its_last_piece,
            holds_the_material_of_its_open_pieces,
            has_taken_the_material_of_its_done_pieces,
            brought_its_good_pieces,
        ),
    ),
    (
        SalesOrderLine,
        (SalesOrderLine.reservation,),
        (shipped_what_its_parcels_held, gets_no_more_than_it_lacks),
    ),
    (
        SalesOrder,
        (SalesOrder.lines, SalesOrder.production_orders),
        (says_what_is_true, makes_nothing_once_it_is_over, costs_what_its_lines_cost),
    ),
    (Reservation, (), (has_an_owner_who_still_needs_it,)),
]
"""Models, each with what is read along with its rows, and what holds of them."""
