"""The small farm that tests of orders are told about: what it prints, from what, and for whom."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from app.services import production, sales_orders, shipping
from app.services.inventory import Stock, stock
from tests.factories import (
    InventoryTransactionFactory,
    ItemFactory,
    PrinterFactory,
    ProductFactory,
    PurchaseOrderFactory,
    SalesOrderFactory,
)

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from app.models import Item, Printer, Product, ProductionOrder, PurchaseOrder, SalesOrder


def material(sku: str, quantity: str | int = 0, **columns: Any) -> Item:
    """Something bought, in grams unless said otherwise, of which so much is in stock."""
    item = ItemFactory.create(sku=sku, **{"unit": "g"} | columns)
    put_in_stock(item, quantity)
    return item


def put_in_stock(item: Item, quantity: str | int) -> None:
    if Decimal(quantity):
        InventoryTransactionFactory.create(item=item, quantity=Decimal(quantity))


def product(sku: str, *parts: tuple[Item, str | int], **columns: Any) -> Product:
    """A product made of so much of each item, and not kept in stock unless an item is given."""
    bill = [{"item": item, "quantity_per": Decimal(per)} for item, per in parts]
    return ProductFactory.create(sku=sku, bom_lines=bill, **columns)


def shelf(sku: str, quantity: str | int = 0) -> Item:
    """What a product is stocked as."""
    item = ItemFactory.create(sku=sku, unit="ea", item_type="finished_good")
    put_in_stock(item, quantity)
    return item


def part(sku: str, *parts: tuple[Item, str | int], quantity: str | int = 0) -> Item:
    """Something made here, of which so much is in stock."""
    item = shelf(sku, quantity)
    product(sku, *parts, item=item)
    return item


def ordered(*lines: tuple[Product, int], **columns: Any) -> SalesOrder:
    """A pending order for so many pieces of each product."""
    asked = [{"product": wanted, "quantity": pieces} for wanted, pieces in lines]
    return SalesOrderFactory.create(lines=asked, **columns)


def confirmed(db: Session, *lines: tuple[Product, int], **columns: Any) -> SalesOrder:
    return sales_orders.confirm(db, ordered(*lines, **columns).id)


def day(days: int) -> date:
    """The date so many days from today."""
    return date.today() + timedelta(days=days)


def on_order(item: Item, quantity: str | int, days: int = 3, **columns: Any) -> PurchaseOrder:
    """A purchase order that was placed, for so much of an item, expected so many days from now."""
    asked = [{"item": item, "quantity": Decimal(quantity)}]
    expected = {"status": "ordered", "expected_date": day(days)}
    return PurchaseOrderFactory.create(lines=asked, **expected | columns)


def order_in(db: Session, status: str) -> SalesOrder:
    """An order for two vases that has come so far; 25.5 g of filament go into each."""
    vase = product("VASE", (material("PLA", 1000), "25.5"), item=shelf("VASE"))
    assert vase.item is not None
    if status in ("ready", "partly_shipped", "shipped", "closed"):
        put_in_stock(vase.item, 2)
    order = ordered((vase, 2))
    if status == "cancelled":
        sales_orders.cancel(db, order.id)
    elif status != "pending":
        sales_orders.confirm(db, order.id)
    if status == "in_production":
        begun(db, order.production_orders[0])
    if status in ("partly_shipped", "shipped", "closed"):
        shipping.ship(db, order.id, {1: 1 if status == "partly_shipped" else 2})
    if status == "closed":
        sales_orders.close(db, order.id)
    return order


def printer(**columns: Any) -> Printer:
    """An idle printer."""
    return PrinterFactory.create(**columns)


def begun(db: Session, made: ProductionOrder) -> ProductionOrder:
    """The draft, released and on a printer."""
    production.release(db, made.id)
    return production.start(db, made.id, printer().id)


def printed(db: Session, made: ProductionOrder, good: int, scrapped: int = 0) -> ProductionOrder:
    """The draft, begun, with so many pieces off the printer."""
    return production.report(db, begun(db, made).id, good, scrapped)


def orders_for(order: SalesOrder) -> list[tuple[str, int, str]]:
    """What is made for a sales order: product, pieces ordered, status."""
    return [(o.product.sku, o.quantity_ordered, o.status.value) for o in order.production_orders]


def made_for(order: SalesOrder, sku: str) -> ProductionOrder:
    """The production order of a product for a sales order, where there is one."""
    (made,) = [made for made in order.production_orders if made.product.sku == sku]
    return made


def stock_of(db: Session, item: Item | None) -> Stock:
    assert item is not None
    return stock(db, [item.id])[item.id]


def reserved_of(owner: ProductionOrder) -> dict[str, Decimal]:
    """What is reserved for a production order, by SKU."""
    return {held.item.sku: held.quantity for held in owner.reservations}


def promised(order: SalesOrder) -> list[Decimal]:
    """What is reserved for each line of a sales order."""
    return [line.reservation.quantity if line.reservation else Decimal(0) for line in order.lines]
