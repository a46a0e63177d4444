"""Bills of materials as they are sent and shown."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated

from annotated_types import Len

from app.api.fields import Input, QuantityPer, Reference, Row, ScrapFactor, Version
from app.services.bill_revisions import NewBOMLine

from .lines import MOST_LINES
from .references import ItemName


class BillLine(Input):
    """So much of an item for one piece; a scrap factor of 0.05 takes 5 % more."""

    item_id: Reference
    quantity_per: QuantityPer
    scrap_factor: ScrapFactor = Decimal(0)


class NewRevision(Input):
    """The next revision of a bill; `version` is that of the product."""

    version: Version
    lines: Annotated[list[BillLine], Len(min_length=1, max_length=MOST_LINES)]

    def needed(self) -> list[NewBOMLine]:
        """The lines as the service takes them."""
        return [NewBOMLine(**line.model_dump()) for line in self.lines]


class PuttingInForce(Input):
    """Which version of the product is meant."""

    version: Version


class BillLineRead(Row):
    """One line of a bill."""

    item: ItemName
    quantity_per: Decimal
    scrap_factor: Decimal


class BillRead(Row):
    """A revision of a product's bill; `version` is that of the product."""

    product_id: int
    revision: int
    in_force: bool
    lines: list[BillLineRead]
    version: int


class RevisionRead(Row):
    """A revision of a product's bill, and how many lines it has."""

    revision: int
    in_force: bool
    lines: int
