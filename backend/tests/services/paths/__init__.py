"""How services lead to each state that a trait makes: `PATHS[factory, traits](db)`.

A path starts from plain documents, as they are when someone has entered them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests import factories as f

from . import buying, catalog, production, sales

if TYPE_CHECKING:
    from factoryfloor import ModelFactory

    from .steps import Path

PATHS: dict[tuple[type[ModelFactory[Any]], tuple[str, ...]], Path] = {
    (factory, tuple(traits.split())): path
    for module in (catalog, buying, sales, production)
    for factory, paths in module.PATHS.items()
    for traits, path in paths.items()
}

NO_STATES: dict[type[ModelFactory[Any]], set[str]] = {
    f.UserFactory: {"admin", "planner", "operator", "viewer", "inactive"},
    f.VendorFactory: {"overseas"},
    f.ItemFactory: {"raw_material", "finished_good", "consumable", "filament", "with_vendor"},
    f.BOMLineFactory: {"of_filament", "of_subassembly", "with_scrap"},
}
"""Traits that say what a row is and not how far it has come."""
