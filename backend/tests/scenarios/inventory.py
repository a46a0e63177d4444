"""Stock that is there and not to be had."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from app.models import Customer, Item, ProductionOrder, SalesOrder, TransactionType
from app.services import production
from app.services.inventory import stock
from app.services.movements import move
from factoryfloor import scenario
from tests.factories import CustomerFactory

from .catalog import Basic, basic
from .steps import number_on, sell

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from .people import Credentials


@dataclass(frozen=True)
class Shelf:
    """What is on hand of an item, in its unit, and how much of that is promised."""

    item: Item
    reorder_point: Decimal
    on_hand: Decimal
    reserved: Decimal
    available: Decimal


@dataclass(frozen=True)
class LowStockWithAllocations:
    """Whom the stock is promised to, and what of it is `low` and what `ample`, by SKU."""

    admin: Credentials
    customer: Customer
    sales_order: SalesOrder
    made_to_order: ProductionOrder
    made_to_stock: ProductionOrder
    low: dict[str, Shelf]
    ample: dict[str, Shelf]


@scenario("low-stock-with-allocations")
def low_stock_with_allocations(db: Session) -> LowStockWithAllocations:
    """Items below their reorder points, whose stock is partly reserved by orders.

    Black PLA, inserts and vases are low only by what is promised; of the clear PETG too little
    is on hand, and a part of that is promised. Boxes are promised as well, and enough are left.
    """
    start = basic(db)
    planter, vase = start.products.planter, start.products.vase
    customer = CustomerFactory.create(name="Garden Centre Linden", email="shop@linden.example")
    order = sell(db, customer, (planter, 24), (vase, 8))
    (planters,) = order.production_orders
    production.release(db, planters.id)
    petg, spoilt = start.materials.petg, Decimal("2.5")
    move(db, petg.id, TransactionType.SCRAP, spoilt, notes="Took on moisture")
    vases = production.create(db, vase.id, 5)
    production.release(db, vases.id)
    number_on(db)
    shelves = _shelves(db, start)
    return LowStockWithAllocations(
        admin=start.admin,
        customer=customer,
        sales_order=order,
        made_to_order=planters,
        made_to_stock=vases,
        low={sku: shelf for sku, shelf in shelves.items() if _is_low(shelf)},
        ample={sku: shelf for sku, shelf in shelves.items() if not _is_low(shelf)},
    )


def _shelves(db: Session, start: Basic) -> dict[str, Shelf]:
    """Each item of which something is promised, by SKU."""
    bought = start.materials
    items = [bought.box, bought.insert, bought.petg, bought.pla, start.products.vase.item]
    watched = [item for item in items if item is not None]
    there = stock(db, [item.id for item in watched])
    return {
        item.sku: Shelf(
            item=item,
            reorder_point=item.reorder_point,
            on_hand=there[item.id].on_hand,
            reserved=there[item.id].reserved,
            available=there[item.id].available,
        )
        for item in watched
    }


def _is_low(shelf: Shelf) -> bool:
    return shelf.available < shelf.reorder_point
