"""What the farm makes, what that takes, who sells it, and how much of it is there."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from app.models import Item, ItemType, Product, Vendor
from app.services.inventory import on_hand
from factoryfloor import scenario
from tests.factories import ItemFactory, ProductFactory, VendorFactory

from .people import Credentials, empty

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sqlalchemy.orm import Session


@dataclass(frozen=True)
class Vendors:
    """Who sells filament, hardware, and packaging."""

    filament: Vendor
    hardware: Vendor
    packaging: Vendor


@dataclass(frozen=True)
class Materials:
    """What is bought: filament by the kilogram, the rest by the piece."""

    pla: Item
    petg: Item
    insert: Item
    led: Item
    box: Item


@dataclass(frozen=True)
class Products:
    """What is made; the shade is a part of the lamp."""

    planter: Product
    vase: Product
    shade: Product
    lamp: Product


@dataclass(frozen=True)
class Basic:
    """A farm that could take its first order; `stock` is what is on hand, by SKU."""

    admin: Credentials
    vendors: Vendors
    materials: Materials
    products: Products
    stock: dict[str, Decimal]


@scenario("basic")
def basic(db: Session) -> Basic:
    """A farm before its first order: vendors, materials, products with bills, and stock of each.

    Nothing of the stock is promised, and nothing of it is low.
    """
    start = empty(db)
    vendors = Vendors(
        filament=VendorFactory.create(name="Spoolworks", lead_time_days=3),
        hardware=VendorFactory.create(name="Fasten & Co", lead_time_days=5),
        packaging=VendorFactory.create(name="Parcelwise", lead_time_days=2),
    )
    materials = _materials(vendors)
    products = _products(materials)
    return Basic(
        admin=start.admin,
        vendors=vendors,
        materials=materials,
        products=products,
        stock=_stock(db),
    )


def _materials(vendors: Vendors) -> Materials:
    filament, hardware = vendors.filament, vendors.hardware
    kilograms = {"unit": "kg", "preferred_vendor": filament}
    packaging = {"item_type": ItemType.CONSUMABLE, "preferred_vendor": vendors.packaging}
    return Materials(
        pla=material("PLA-BLACK", "Black PLA filament", "21.50", "10", low="5", **kilograms),
        petg=material("PETG-CLEAR", "Clear PETG filament", "24.00", "4", low="2", **kilograms),
        insert=material(
            "INSERT-M3", "Threaded insert M3", "0.08", "150", low="100", preferred_vendor=hardware
        ),
        led=material("LED-KIT", "LED kit", "3.40", "16", low="10", preferred_vendor=hardware),
        box=material("BOX-M", "Box, medium", "0.95", "100", low="40", **packaging),
    )


def _products(of: Materials) -> Products:
    planter = product(
        "PLANTER-SW",
        "Self-watering planter",
        "34.90",
        {of.pla: "0.25", of.insert: "4", of.box: "1"},
    )
    vase = product("VASE-WAVE", "Wave vase", "14.90", {of.petg: "0.12"}, on_hand="12", low="5")
    shade = product("LAMP-SHADE", "Moon lamp shade", "6.50", {of.petg: "0.1"}, on_hand="24")
    assert shade.item is not None  # `product` keeps it in stock
    parts = {shade.item: "1", of.led: "1", of.box: "1"}
    lamp = product("LAMP-MOON", "Moon lamp", "39.90", parts)
    return Products(planter=planter, vase=vase, shade=shade, lamp=lamp)


def _stock(db: Session) -> dict[str, Decimal]:
    items = db.scalars(select(Item).order_by(Item.id)).all()
    there = on_hand(db, [item.id for item in items])
    return {item.sku: there[item.id] for item in items if there[item.id]}


def material(
    sku: str, name: str, cost: str, on_hand: str, *, low: str = "0", **columns: Any
) -> Item:
    """Something bought, by the piece unless said otherwise, of which so much is on hand.

    It is bought again when no more than `low` of it is available.
    """
    return ItemFactory.create(
        sku=sku,
        name=name,
        unit_cost=Decimal(cost),
        reorder_point=Decimal(low),
        inventory_transactions=_received(on_hand),
        **columns,
    )


def product(
    sku: str,
    name: str,
    price: str,
    bill: Mapping[Item, str],
    *,
    on_hand: str = "0",
    low: str = "0",
) -> Product:
    """Something made of so much of each item and kept in stock, of which so much is on hand."""
    lines = [{"item": item, "quantity_per": Decimal(per)} for item, per in bill.items()]
    return ProductFactory.create(
        sku=sku,
        name=name,
        unit_price=Decimal(price),
        description=None,
        with_bom=True,
        bom_lines=lines,
        stocked=True,
        item__reorder_point=Decimal(low),
        item__inventory_transactions=_received(on_hand),
    )


def _received(quantity: str) -> list[dict[str, Any]]:
    if not Decimal(quantity):
        return []
    return [{"quantity": Decimal(quantity), "reference": "OPENING-STOCK", "notes": "Opening stock"}]
