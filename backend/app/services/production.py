"""Production orders: released with their material, printed, reported in parts."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING

from sqlalchemy import func, select

from app.models import (
    InventoryTransaction,
    Item,
    Printer,
    PrinterStatus,
    Product,
    ProductionOrder,
    ProductionOrderStatus,
    SalesOrder,
    TransactionType,
)

from .bills_of_materials import needed_for
from .documents import require_status
from .errors import InvalidInputError, RuleError, StockError
from .inventory import stock
from .locking import lock_items, locked, require
from .movements import plain, write
from .numbering import next_code
from .order_supply import hand_over, let_go, lines_of, still_takes
from .reservations import release as release_reservations
from .reservations import reserve, reserved_for, take
from .sales_status import follow
from .stocking import stock_item
from .supply import OPEN_PRODUCTION

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sqlalchemy.orm import Session


def create(
    db: Session, product_id: int, quantity: int, due_date: date | None = None
) -> ProductionOrder:
    """A draft of so many pieces for stock."""
    require(db, Product, product_id)
    order = ProductionOrder(
        code=next_code(db, ProductionOrder),
        product_id=product_id,
        quantity_ordered=quantity,
        status=ProductionOrderStatus.DRAFT,
        due_date=due_date,
    )
    db.add(order)
    db.flush()
    return order


def release(db: Session, order_id: int) -> ProductionOrder:
    """A draft may be printed: all its material is reserved, and its bill is fixed.

    What was reserved for it and is not in the bill in force is free again. `StockError` names
    every item of which too little is available.
    """
    order = _locked(db, order_id)
    require_status(order, "released", ProductionOrderStatus.DRAFT)
    needed = still_takes(lines_of(db, order), order)
    if not needed:
        raise RuleError(f"{order.product.sku} has no bill of materials; write one first")
    items = lock_items(db, needed)
    lacking = {item: needed[item] - reserved_for(db, order, item) for item in needed}
    _require_material(db, order, lacking, items)
    let_go(db, order, needed)
    for item_id, quantity in lacking.items():
        reserve(db, order, items[item_id], quantity)
    order.bom_revision = order.product.bom_revision
    order.status = ProductionOrderStatus.RELEASED
    db.flush()
    return order


def start(db: Session, order_id: int, printer_id: int) -> ProductionOrder:
    """A released order goes on an idle printer, which prints nothing else until it is done."""
    order = _locked(db, order_id)
    require_status(order, "started", ProductionOrderStatus.RELEASED)
    require(db, Printer, printer_id)
    printer = locked(db, Printer, printer_id)
    if printer.status != PrinterStatus.IDLE:
        raise RuleError(f"{printer.name} is {printer.status}; choose a printer that is idle")
    printer.status = PrinterStatus.PRINTING
    order.printer = printer
    order.started_at = order.started_at or datetime.now(UTC)
    order.status = ProductionOrderStatus.IN_PROGRESS
    db.flush()
    follow(db, order.sales_order)
    return order


def stop(db: Session, order_id: int) -> ProductionOrder:
    """An order in progress leaves its printer, keeps its material, and can be started again."""
    order = _locked(db, order_id)
    require_status(order, "stopped", ProductionOrderStatus.IN_PROGRESS)
    _free_printer(order)
    order.printer = None
    order.status = ProductionOrderStatus.RELEASED
    db.flush()
    return order


def report(db: Session, order_id: int, good: int, scrapped: int = 0) -> ProductionOrder:
    """So many more pieces came off the printer; with the last one the order is completed.

    Their material is issued; good pieces are received, and promised to whom they were made for.
    """
    order = _locked(db, order_id)
    require_status(order, "reported on", ProductionOrderStatus.IN_PROGRESS)
    if min(good, scrapped) < 0 or good + scrapped == 0:
        raise InvalidInputError(
            "report at least one good or scrapped piece, and no negative number"
        )
    if good + scrapped > order.quantity_open:
        raise RuleError(
            f"{order.code} has {order.quantity_open} pieces open;"
            f" {good + scrapped} were reported: order the others first"
        )
    _book(db, order, good, scrapped)
    order.quantity_completed += good
    order.quantity_scrapped += scrapped
    if order.quantity_open == 0:
        _complete(db, order)
    db.flush()
    follow(db, order.sales_order)
    return order


def cancel(db: Session, order_id: int) -> ProductionOrder:
    """An open order is off; its material is free again, and what was made of it stays in stock."""
    order = _locked(db, order_id)
    require_status(order, "cancelled", *OPEN_PRODUCTION)
    withdraw(db, order)
    follow(db, order.sales_order)
    return order


def withdraw(db: Session, order: ProductionOrder) -> None:
    """An open order is off; the status of its sales order is the caller's to follow up."""
    if order.status == ProductionOrderStatus.IN_PROGRESS:
        _free_printer(order)
    release_reservations(db, [order])
    order.printer = None
    order.status = ProductionOrderStatus.CANCELLED
    db.flush()


def return_material(
    db: Session, order_id: int, item_id: int, quantity: Decimal
) -> InventoryTransaction:
    """Material issued to an order and not used goes back into stock; no more than was issued."""
    order = _locked(db, order_id)
    require(db, Item, item_id)
    item = lock_items(db, [item_id])[item_id]
    if quantity <= 0:
        raise InvalidInputError("return something, and no negative quantity")
    issued = -_moved(db, order, item, (TransactionType.ISSUE, TransactionType.RETURN))
    if quantity > issued:
        raise RuleError(
            f"{plain(issued)} {item.unit} of {item.sku} are out for {order.code};"
            f" {plain(quantity)} cannot come back"
        )
    return write(db, item, TransactionType.RETURN, quantity, reference=order.code)


def _locked(db: Session, order_id: int) -> ProductionOrder:
    """The order, held after its sales order, which follows it, and before its printer."""
    owner = select(ProductionOrder.sales_order_id).where(ProductionOrder.id == order_id)
    sales_order_id = db.scalar(owner)
    if sales_order_id is not None:
        locked(db, SalesOrder, sales_order_id)
    order = locked(db, ProductionOrder, order_id)
    if order.printer_id is not None:
        locked(db, Printer, order.printer_id)
    return order


def _require_material(
    db: Session,
    order: ProductionOrder,
    wanted: Mapping[int, Decimal],
    items: Mapping[int, Item],
) -> None:
    there = stock(db, wanted)
    lacking = {item: quantity - there[item].available for item, quantity in wanted.items()}
    short = [
        f"{plain(quantity)} {items[item].unit} of {items[item].sku}"
        for item, quantity in lacking.items()
        if quantity > 0 and wanted[item] > 0
    ]
    if short:
        raise StockError(
            f"{order.code} lacks {', '.join(short)}; buy or make it before the release"
        )


def _book(db: Session, order: ProductionOrder, good: int, scrapped: int) -> None:
    """Material leaves the stock, good pieces enter it."""
    before = order.quantity_completed + order.quantity_scrapped
    lines = lines_of(db, order)
    steps = [needed_for(lines, n) for n in (before, before + good, before + good + scrapped)]
    made_as = stock_item(db, order.product)
    items = lock_items(db, {*steps[0], made_as.id})
    for item_id in steps[0]:
        start, after_good, end = (step[item_id] for step in steps)
        for kind, quantity in (
            (TransactionType.ISSUE, after_good - start),
            (TransactionType.SCRAP, end - after_good),
        ):
            take(db, order, items[item_id], quantity, kind, order.code)
    if good:
        write(db, made_as, TransactionType.RECEIVE, Decimal(good), reference=order.code)
        hand_over(db, order, made_as, good)


def _complete(db: Session, order: ProductionOrder) -> None:
    _free_printer(order)
    order.completed_at = datetime.now(UTC)
    order.status = ProductionOrderStatus.COMPLETED
    release_reservations(db, [order])


def _free_printer(order: ProductionOrder) -> None:
    if order.printer is not None:
        order.printer.status = PrinterStatus.IDLE


def _moved(
    db: Session, order: ProductionOrder, item: Item, kinds: Sequence[TransactionType]
) -> Decimal:
    moved = select(func.sum(InventoryTransaction.quantity)).where(
        InventoryTransaction.item_id == item.id,
        InventoryTransaction.reference == order.code,
        InventoryTransaction.transaction_type.in_(kinds),
    )
    return db.scalar(moved) or Decimal(0)
