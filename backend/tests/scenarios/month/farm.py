"""The farm that has the busy month: whom it deals with, what it makes, and on what."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import factory

from app.models import ItemType, PrinterStatus
from tests.factories import CustomerFactory, PrinterFactory, VendorFactory
from tests.scenarios.catalog import material, product

if TYPE_CHECKING:
    from app.models import Customer, Item, Printer, Product, Vendor


class Design(NamedTuple):
    """What one piece costs and takes: kilograms of a filament, hardware by the piece, a box."""

    name: str
    sku: str
    price: str
    filament: str
    kilograms: str
    hardware: dict[str, str]
    box: str


COLOURS = ("Black", "White", "Terracotta", "Sage")
FILAMENTS = {"PLA": "21.50", "PETG": "24.00"}
HARDWARE = {
    "INSERT-M3": ("Threaded insert M3", "0.08"),
    "SCREW-M3": ("Screw M3, 8 mm", "0.04"),
    "MAGNET-10": ("Magnet, 10 mm", "0.35"),
    "LED-KIT": ("LED kit", "3.40"),
}
BOXES = {"BOX-S": ("Box, small", "0.55"), "BOX-L": ("Box, large", "1.20")}
KEPT_IN_STOCK = (
    Design("Wave vase", "VASE", "14.90", "PLA", "0.12", {}, "BOX-S"),
    Design("Cable clip", "CLIP", "2.50", "PETG", "0.008", {"SCREW-M3": "1"}, "BOX-S"),
    Design("Wall hook", "HOOK", "4.20", "PETG", "0.02", {"SCREW-M3": "2"}, "BOX-S"),
    Design("Coaster", "COASTER", "3.80", "PLA", "0.03", {}, "BOX-S"),
    Design("Note holder", "NOTE", "5.20", "PLA", "0.015", {"MAGNET-10": "2"}, "BOX-S"),
)
MADE_TO_ORDER = (
    Design("Planter", "PLANTER", "34.90", "PLA", "0.25", {"INSERT-M3": "4"}, "BOX-L"),
    Design("Night light", "LIGHT", "29.90", "PETG", "0.18", {"LED-KIT": "1"}, "BOX-L"),
    Design("Name plate", "PLATE", "19.50", "PLA", "0.06", {"MAGNET-10": "2"}, "BOX-S"),
    Design("Enclosure", "CASE", "44.00", "PETG", "0.31", {"INSERT-M3": "8"}, "BOX-L"),
)


@dataclass(frozen=True)
class Farm:
    """What the month is played with; `at_work` are the printers that print just now."""

    customers: list[Customer]
    sold_by: dict[Vendor, list[Item]]
    kept_in_stock: list[Product]
    made_to_order: list[Product]
    at_work: list[Printer]
    printers: list[Printer]

    @property
    def materials(self) -> list[Item]:
        """All that is bought."""
        return [item for items in self.sold_by.values() for item in items]


def build(customers: int, at_work: int) -> Farm:
    """So many customers and printers at work, a third as many that wait, and what is made."""
    sold_by = _materials()
    materials = {item.sku: item for items in sold_by.values() for item in items}
    printing = PrinterFactory.create_batch(at_work, status=PrinterStatus.PRINTING)
    waiting = PrinterFactory.create_batch(1 + at_work // 3)
    away = [PrinterFactory.create(in_maintenance=True), PrinterFactory.create(offline=True)]
    return Farm(
        customers=CustomerFactory.create_batch(customers, name=factory.Faker("company")),
        sold_by=sold_by,
        kept_in_stock=_products(KEPT_IN_STOCK, materials),
        made_to_order=_products(MADE_TO_ORDER, materials),
        at_work=printing,
        printers=[*printing, *waiting, *away],
    )


def _materials() -> dict[Vendor, list[Item]]:
    """What each vendor sells; nothing of it is there yet."""
    spools = VendorFactory.create(name="Spoolworks", lead_time_days=4)
    fasten = VendorFactory.create(name="Fasten & Co", lead_time_days=6)
    boxes = VendorFactory.create(name="Parcelwise", lead_time_days=3)
    return {
        spools: [_filament(kind, colour, spools) for kind in FILAMENTS for colour in COLOURS],
        fasten: [
            material(sku, name, cost, "0", low="200", preferred_vendor=fasten)
            for sku, (name, cost) in HARDWARE.items()
        ],
        boxes: [
            material(
                sku,
                name,
                cost,
                "0",
                low="100",
                preferred_vendor=boxes,
                item_type=ItemType.CONSUMABLE,
            )
            for sku, (name, cost) in BOXES.items()
        ],
    }


def _filament(kind: str, colour: str, vendor: Vendor) -> Item:
    return material(
        _coloured(kind, colour),
        f"{colour} {kind} filament",
        FILAMENTS[kind],
        "0",
        low="10",
        unit="kg",
        preferred_vendor=vendor,
    )


def _products(designs: tuple[Design, ...], materials: dict[str, Item]) -> list[Product]:
    """Each design in each colour."""
    return [_product(design, colour, materials) for design in designs for colour in COLOURS]


def _product(design: Design, colour: str, materials: dict[str, Item]) -> Product:
    takes = {_coloured(design.filament, colour): design.kilograms, design.box: "1"}
    return product(
        _coloured(design.sku, colour),
        f"{design.name}, {colour.lower()}",
        design.price,
        {materials[sku]: quantity for sku, quantity in (takes | design.hardware).items()},
    )


def _coloured(sku: str, colour: str) -> str:
    return f"{sku}-{colour.upper()}"
