"""All open needs and supplies, read in a constant number of statements."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

from sqlalchemy import select

from app.models import (
    Item,
    Product,
    ProductionOrder,
    PurchaseOrder,
    PurchaseOrderLine,
    Reservation,
    SalesOrder,
    SalesOrderLine,
    Vendor,
)
from app.services.bills_of_materials import load_revisions
from app.services.order_supply import still_takes
from app.services.sales_status import UNDER_WAY
from app.services.supply import OPEN_PRODUCTION, OPEN_PURCHASES, still_owed

from .netting import NOTHING, Need, Peg, SourceKind, Supply

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from sqlalchemy.orm import Session

    from app.models import PurchaseOrderStatus
    from app.services.bills_of_materials import Component


@dataclass
class Sources:
    """The needs and supplies of each part, and the products that must be looked into.

    A part is an item, by its id; a product that is not kept in stock counts under its own id,
    negated, which no item has.
    """

    needs: defaultdict[int, list[Need]] = field(default_factory=lambda: defaultdict(list))
    supplies: defaultdict[int, list[Supply]] = field(default_factory=lambda: defaultdict(list))
    products: set[int] = field(default_factory=set)


def part_of(product_id: int, item_id: int | None) -> int:
    """The part that a product is counted as."""
    return -product_id if item_id is None else item_id


def read(db: Session) -> Sources:
    """What sales and production orders need, and what production and purchase orders will bring."""
    db.flush()
    sources = Sources()
    _read_sales(db, sources)
    _read_production(db, sources)
    for item_id, supply in purchases(db, OPEN_PURCHASES):
        sources.supplies[item_id].append(supply)
    return sources


def _read_sales(db: Session, sources: Sources) -> None:
    lines = db.execute(
        select(SalesOrderLine, SalesOrder, Product, Reservation.quantity)
        .join(SalesOrderLine.sales_order)
        .join(SalesOrderLine.product)
        .outerjoin(SalesOrderLine.reservation)
        .where(
            SalesOrder.status.in_(UNDER_WAY),
            SalesOrderLine.quantity > SalesOrderLine.quantity_shipped,
        )
        .order_by(SalesOrderLine.id)
    )
    for line, order, product, reserved in lines:
        need = Need(
            quantity=Decimal(line.quantity_open),
            due=order.ship_date or date.today(),
            peg=Peg(order.id, order.code, line.line_number),
            reserved=reserved or NOTHING,
        )
        sources.needs[part_of(product.id, product.item_id)].append(need)
        sources.products.add(product.id)


def _read_production(db: Session, sources: Sources) -> None:
    orders = db.execute(
        select(ProductionOrder, Product, SalesOrder.code)
        .join(ProductionOrder.product)
        .outerjoin(ProductionOrder.sales_order)
        .where(ProductionOrder.status.in_(OPEN_PRODUCTION))
        .order_by(ProductionOrder.id)
    ).all()
    bills = load_revisions(db, {_bill_of(order, product) for order, product, _ in orders})
    reserved = _reserved_material(db)
    for order, product, sales_order in orders:
        peg = Peg(order.sales_order_id, sales_order, order.sales_order_line, order.id, order.code)
        _add_supply(sources, order, product, peg)
        _add_material(sources, order, peg, bills[_bill_of(order, product)], reserved)


def _bill_of(order: ProductionOrder, product: Product) -> tuple[int, int]:
    return product.id, order.bom_revision or product.bom_revision


def _add_supply(sources: Sources, order: ProductionOrder, product: Product, peg: Peg) -> None:
    supply = Supply(
        kind=SourceKind.PRODUCTION,
        quantity=Decimal(order.quantity_open),
        on=_not_past(order.due_date),
        document_id=order.id,
        document=order.code,
        line=peg.line,
    )
    sources.supplies[part_of(product.id, product.item_id)].append(supply)
    sources.products.add(product.id)


def _add_material(
    sources: Sources,
    order: ProductionOrder,
    peg: Peg,
    lines: Sequence[Component],
    reserved: dict[tuple[int, int], Decimal],
) -> None:
    for item_id, quantity in still_takes(lines, order).items():
        need = Need(
            quantity=quantity,
            due=order.due_date or date.today(),
            peg=peg,
            reserved=reserved.get((order.id, item_id), NOTHING),
        )
        sources.needs[item_id].append(need)
    sources.products |= {line.made_as for line in lines if line.made_as is not None}


def _reserved_material(db: Session) -> dict[tuple[int, int], Decimal]:
    rows = db.execute(
        select(ProductionOrder.id, Reservation.item_id, Reservation.quantity).join(
            Reservation.production_order
        )
    )
    return {(order_id, item_id): quantity for order_id, item_id, quantity in rows}


def purchases(
    db: Session, statuses: Collection[PurchaseOrderStatus], item_ids: Collection[int] | None = None
) -> list[tuple[int, Supply]]:
    """What vendors owe on orders in these states, by expected date, each with its item's id."""
    lines = (
        select(PurchaseOrderLine.item_id, still_owed, PurchaseOrder, Vendor.name)
        .join(PurchaseOrderLine.purchase_order)
        .join(PurchaseOrder.vendor)
        .where(PurchaseOrder.status.in_(statuses), still_owed > 0)
        .order_by(PurchaseOrder.expected_date, PurchaseOrderLine.id)
    )
    if item_ids is not None:
        lines = lines.where(PurchaseOrderLine.item_id.in_(item_ids))
    return [(row[0], _supply(*row[1:])) for row in db.execute(lines).tuples()]


def _supply(quantity: Decimal, order: PurchaseOrder, vendor: str) -> Supply:
    return Supply(
        kind=SourceKind.PURCHASE,
        quantity=quantity,
        on=_not_past(order.expected_date),
        document_id=order.id,
        document=order.code,
        vendor=vendor,
    )


def _not_past(day: date | None) -> date:
    """The day on which something comes; what is overdue comes today at the earliest."""
    return max(day or date.today(), date.today())


def named(db: Session, parts: Collection[int]) -> dict[int, tuple[str, str, str]]:
    """The SKU, name and unit of each part."""
    items = select(Item.id, Item.sku, Item.name, Item.unit).where(Item.id.in_(parts))
    products = select(-Product.id, Product.sku, Product.name).where((-Product.id).in_(parts))
    found = {part: (sku, name, unit) for part, sku, name, unit in db.execute(items)}
    return found | {part: (sku, name, "ea") for part, sku, name in db.execute(products)}
