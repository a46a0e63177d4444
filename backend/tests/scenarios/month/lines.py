"""How the pieces of a sales order's line are come by: from the shelf, or made for the line."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import TYPE_CHECKING, Any, TypeAlias

import factory
from factory.fuzzy import FuzzyChoice, FuzzyInteger

from .days import at, coded, six_hours_after_the_start

if TYPE_CHECKING:
    from collections.abc import Callable

    from .farm import Farm

Overrides: TypeAlias = Mapping[str, Any]


class Kind(StrEnum):
    """What was done for a line."""

    ASKED = "asked"
    SHELF = "shelf"
    PLANNED = "planned"
    RELEASED = "released"
    STOPPED = "stopped"
    PRINTING = "printing"
    HALF_MADE = "half_made"
    MADE = "made"


FROM_THE_SHELF = {Kind.ASKED, Kind.SHELF}
ON_A_PRINTER = {Kind.PRINTING, Kind.HALF_MADE}
BEGUN = {*ON_A_PRINTER, Kind.STOPPED, Kind.MADE}


class Lines:
    """The overrides of lines on one farm, whose printers at work are given out one by one."""

    def __init__(self, farm: Farm) -> None:
        self.at_work: Any = factory.Iterator(farm.at_work, cycle=False)
        self._finished_on = FuzzyChoice(farm.printers)
        self._kept_in_stock = FuzzyChoice(farm.kept_in_stock)
        self._made_to_order = FuzzyChoice(farm.made_to_order)

    def asked(self, kind: Kind) -> Overrides:
        """What the customer asks for: a few pieces of a product."""
        is_kept = kind in FROM_THE_SHELF
        product = self._kept_in_stock if is_kept else self._made_to_order
        return {"product": product, "quantity": FuzzyInteger(1, 6)}

    def done(self, kind: Kind) -> Overrides:
        """What was done for the line; no other trait of its order's state applies."""
        made = {} if kind in FROM_THE_SHELF else self._making(kind)
        making = {f"production_orders__{name}": value for name, value in made.items()}
        return {**_NOTHING, **_DONE[kind], **_RESERVED, **making}

    def _making(self, kind: Kind) -> Overrides:
        made = {**_PLANNED, **(_BEGUN if kind in BEGUN else {})}
        if kind in ON_A_PRINTER:
            made["printer"] = self.at_work
        elif kind == Kind.MADE:
            made["printer"] = self._finished_on
        return made


def _after_the_order(days: int, hour: int, order: Callable[[Any], Any]) -> Any:
    """An hour of a day after the sales order was placed that a row belongs to."""
    return factory.LazyAttribute(lambda row: at(order(row).order_date, hour, days))


_NOTHING = {"planned": False, "reserved": False, "being_made": False, "made": False}
_DONE: dict[Kind, Overrides] = {
    Kind.ASKED: {},
    Kind.SHELF: {"reserved": True, "stock": 0},
    Kind.PLANNED: {"planned": True},
    Kind.RELEASED: {"production_orders": [{"released": True}]},
    Kind.STOPPED: {"production_orders": [{"stopped": True}]},
    Kind.PRINTING: {"being_made": True},
    Kind.HALF_MADE: {"production_orders": [{"half_completed": True}]},
    Kind.MADE: {"made": True},
}
_RESERVED: Overrides = {
    "reservations__created_at": _after_the_order(
        0, 10, lambda held: held.sales_order_line.sales_order
    )
}
_PLANNED: Overrides = {
    "code": coded("PO"),
    "material": 0,  # it lies on the shelves
    "created_at": _after_the_order(0, 10, lambda made: made.sales_order),
    "reservations__created_at": _after_the_order(
        1, 7, lambda held: held.production_order.sales_order
    ),
}
_BEGUN: Overrides = {
    "started_at": _after_the_order(1, 8, lambda made: made.sales_order),
    "movements__created_at": six_hours_after_the_start,
    "handed_over__created_at": six_hours_after_the_start,
}
