"""Movements of stock."""

from __future__ import annotations

from decimal import Decimal

import factory

from app.models import InventoryTransaction, TransactionType
from factoryfloor import ModelFactory

from .catalog import ItemFactory


class InventoryTransactionFactory(ModelFactory[InventoryTransaction]):
    """A hundred units of an item, received."""

    class Params:
        received = factory.Trait(transaction_type=TransactionType.RECEIVE)
        issued = factory.Trait(
            transaction_type=TransactionType.ISSUE, quantity=Decimal(-10), item__with_stock=True
        )
        adjusted = factory.Trait(transaction_type=TransactionType.ADJUST, quantity=Decimal(1))
        scrapped = factory.Trait(
            transaction_type=TransactionType.SCRAP, quantity=Decimal(-1), item__with_stock=True
        )
        returned = factory.Trait(transaction_type=TransactionType.RETURN, quantity=Decimal(1))
        shipped = factory.Trait(
            transaction_type=TransactionType.SHIP,
            quantity=Decimal(-1),
            item__finished_good=True,
            item__with_stock=True,
        )

    item = factory.SubFactory(ItemFactory)
    transaction_type = TransactionType.RECEIVE
    quantity = Decimal(100)
    reference = factory.LazyAttribute(lambda t: f"TEST-{t.transaction_type.upper()}")
    notes = "Test inventory setup"
