"""A farm that has sold more lamps than it has material for."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from app.auth import get_password_hash
from app.models import Item, PrinterStatus
from app.services.demand import shortages
from tests.factories import (
    BOMLineFactory,
    CustomerFactory,
    InventoryTransactionFactory,
    ItemFactory,
    PrinterFactory,
    ProductFactory,
    ProductionOrderFactory,
    PurchaseOrderFactory,
    QuoteFactory,
    SalesOrderFactory,
    UserFactory,
    VendorFactory,
)

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from app.models import (
        Printer,
        Product,
        ProductionOrder,
        PurchaseOrder,
        Quote,
        SalesOrder,
        Vendor,
    )
    from app.services.demand import Shortage

LAMPS = 40


@dataclass(frozen=True)
class Farm:
    """What was built, from the quote down to the purchase orders."""

    quote: Quote
    sales_order: SalesOrder
    production_orders: list[ProductionOrder]
    printers: list[Printer]
    shortages: list[Shortage]
    purchase_orders: list[PurchaseOrder]


@dataclass(frozen=True)
class _Catalog:
    lamp: Product
    shade: Product
    vendors: dict[str, Vendor]  # by the SKU of what they sell


def build_farm(db: Session) -> Farm:
    """The farm, written to `db`, in which factories write too.

    40 lamps are sold. Each takes a shade, printed on the farm itself from 0.18 kg of filament and
    4 threaded inserts, and an LED kit and a box.
    """
    UserFactory.create(username="admin", role="admin", hashed_password=get_password_hash("admin"))
    catalog = _catalog()
    printers = _printers()
    quote, order = _sale(catalog.lamp)
    production = _production(catalog, order, printers)
    missing = shortages(db)
    return Farm(
        quote=quote,
        sales_order=order,
        production_orders=production,
        printers=printers,
        shortages=missing,
        purchase_orders=_purchases(missing, catalog.vendors, db),
    )


def _catalog() -> _Catalog:
    filament = _material("PLA-WHITE", "White PLA filament", "kg", "21.50", in_stock="5")
    insert = _material("INSERT-M3", "Threaded insert M3", "ea", "0.08", in_stock="100")
    led = _material("LED-KIT", "LED kit, warm white", "ea", "3.40", in_stock="60")
    box = _material("BOX-M", "Box, medium", "ea", "0.95", in_stock="25", item_type="consumable")
    shade_item = ItemFactory.create(
        sku="SHADE",
        name="Lamp shade, printed",
        item_type="finished_good",
        unit_cost=Decimal("4.19"),
    )
    shade = ProductFactory.create(sku="LAMP-SHADE", name="Moon lamp shade", item=shade_item)
    lamp = ProductFactory.create(
        sku="LAMP-MOON",
        name="Moon lamp",
        description="A lamp like the full moon",
        unit_price=Decimal("39.90"),
    )
    bills = {shade: {filament: "0.18", insert: "4"}, lamp: {shade_item: "1", led: "1", box: "1"}}
    for product, lines in bills.items():
        for item, quantity in lines.items():
            BOMLineFactory.create(product=product, item=item, quantity_per=Decimal(quantity))
    plastics = VendorFactory.create(name="Spoolworks", lead_time_days=3)
    parts = VendorFactory.create(name="Fasten & Co", lead_time_days=6)
    sellers = {filament.sku: plastics, insert.sku: parts, led.sku: parts, box.sku: parts}
    return _Catalog(lamp=lamp, shade=shade, vendors=sellers)


def _material(
    sku: str, name: str, unit: str, cost: str, *, in_stock: str, item_type: str = "raw_material"
) -> Item:
    item = ItemFactory.create(
        sku=sku, name=name, unit=unit, unit_cost=Decimal(cost), item_type=item_type
    )
    InventoryTransactionFactory.create(item=item, quantity=Decimal(in_stock))
    return item


def _printers() -> list[Printer]:
    models = ["P1S", "P1S", "X1C", "MK4"]
    fleet = [PrinterFactory.create(model=model) for model in models]
    fleet[0].status = PrinterStatus.PRINTING
    fleet[3].status = PrinterStatus.MAINTENANCE
    return fleet


def _sale(lamp: Product) -> tuple[Quote, SalesOrder]:
    CustomerFactory.create_batch(2)
    customer = CustomerFactory.create(name="Café Lumen", email="orders@lumen.example")
    line = {"product": lamp, "quantity": LAMPS}
    quote = QuoteFactory.create(customer=customer, status="accepted", lines=[line])
    order = SalesOrderFactory.create(
        customer=customer, quote=quote, status="in_production", lines=[line]
    )
    return quote, order


def _production(
    catalog: _Catalog, order: SalesOrder, printers: list[Printer]
) -> list[ProductionOrder]:
    """The shades are on a printer; the lamps wait for them."""
    shades = ProductionOrderFactory.create(
        product=catalog.shade,
        sales_order=order,
        sales_order_line=1,
        quantity_ordered=LAMPS,
        status="in_progress",
        printer=printers[0],
    )
    lamps = ProductionOrderFactory.create(
        product=catalog.lamp,
        sales_order=order,
        sales_order_line=1,
        quantity_ordered=LAMPS,
        status="released",
    )
    return [lamps, shades]


def _purchases(
    missing: list[Shortage], vendors: dict[str, Vendor], db: Session
) -> list[PurchaseOrder]:
    """One purchase order a vendor, for what is missing."""
    needed: dict[Vendor, list[dict[str, object]]] = {}
    for shortage in missing:
        item = db.get_one(Item, shortage.item_id)
        line = {"item": item, "quantity": shortage.missing}
        needed.setdefault(vendors[shortage.sku], []).append(line)
    return [
        PurchaseOrderFactory.create(vendor=vendor, lines=lines) for vendor, lines in needed.items()
    ]
