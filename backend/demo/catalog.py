"""What the farm sells, what it is made of, and who sells that."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tests.factories import VendorFactory
from tests.scenarios.catalog import material, product

if TYPE_CHECKING:
    from app.models import Product


@dataclass(frozen=True)
class Catalog:
    """The products that are sold."""

    lamp: Product
    vase: Product


def stock_the_shelves() -> Catalog:
    """Two products with their bills of materials, and some of what they take in stock."""
    plastics = VendorFactory.create(name="Spoolworks", lead_time_days=3)
    parts = VendorFactory.create(name="Fasten & Co", lead_time_days=6)
    spool: dict[str, Any] = {"unit": "kg", "low": "10", "preferred_vendor": plastics}
    pieces: dict[str, Any] = {"low": "10", "preferred_vendor": parts}
    white = material("PLA-WHITE", "White PLA filament", "21.50", "5", **spool)
    blue = material("PLA-BLUE", "Blue PLA filament", "23.00", "2", **spool)
    insert = material("INSERT-M3", "Threaded insert M3", "0.08", "100", **pieces)
    led = material("LED-KIT", "LED kit, warm white", "3.40", "60", **pieces)
    box = material("BOX-M", "Box, medium", "0.95", "25", **pieces)
    shade = product("LAMP-SHADE", "Moon lamp shade", "6.50", {white: "0.18", insert: "4"})
    assert shade.item is not None  # `product` keeps it in stock
    vase = product("VASE-WAVE", "Wave vase", "14.90", {blue: "0.12"})
    lamp = product("LAMP-MOON", "Moon lamp", "39.90", {shade.item: "1", led: "1", box: "1"})
    return Catalog(lamp=lamp, vase=vase)
