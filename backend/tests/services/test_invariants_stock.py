"""Whatever is done to stock in whatever order, it is never overdrawn nor promised twice."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    rule,
    run_state_machine_as_test,
)

from app.models import SalesOrderLine, TransactionType
from app.services.errors import FilaOpsError
from app.services.inventory import Stock, stock
from app.services.movements import move
from app.services.purchasing import receive
from app.services.reservations import release, reserve, reserve_what_is_there, take
from tests.factories import (
    ItemFactory,
    ProductionOrderFactory,
    PurchaseOrderFactory,
    SalesOrderLineFactory,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy.orm import Session

    from app.models import Item, ProductionOrder, PurchaseOrder

    Owner = SalesOrderLine | ProductionOrder

pytestmark = pytest.mark.integration

ORDERED = Decimal(15)

items = st.integers(0, 1)
# A line of a sales order takes one item, a production order takes several.
promises = st.sampled_from([(0, 0), (1, 0), (1, 1), (2, 0), (2, 1)])
quantities = st.sampled_from([Decimal(n) for n in ("0", "0.0001", "2.5", "5", "7.5", "10")])
INCOMING = (TransactionType.RECEIVE, TransactionType.RETURN, TransactionType.ADJUST)
OUTGOING = (TransactionType.ISSUE, TransactionType.SCRAP)


@dataclass(frozen=True)
class Stockroom:
    """Two items, of each of which some is on its way, and three who may be promised them."""

    items: list[Item]
    owners: list[Owner]
    purchase: PurchaseOrder


@pytest.fixture
def stockroom() -> Stockroom:
    items = ItemFactory.create_batch(2)
    lines = [{"item": item, "quantity": ORDERED} for item in items]
    return Stockroom(
        items=items,
        owners=[SalesOrderLineFactory.create(), *ProductionOrderFactory.create_batch(2)],
        purchase=PurchaseOrderFactory.create(status="ordered", lines=lines),
    )


class Dealings(RuleBasedStateMachine):
    """Everything that moves or promises stock, beside a ledger of what must come of it."""

    def __init__(self, db: Session, room: Stockroom) -> None:
        super().__init__()
        self.db, self.room = db, room
        self.beginning = db.begin_nested()
        self.on_hand = [Decimal(0), Decimal(0)]
        self.owed = [ORDERED, ORDERED]
        self.held: defaultdict[tuple[int, int], Decimal] = defaultdict(Decimal)

    def teardown(self) -> None:
        self.beginning.rollback()

    @rule(item=items, kind=st.sampled_from(INCOMING), quantity=quantities)
    def bring(self, item: int, kind: TransactionType, quantity: Decimal) -> None:
        if self.does(quantity > 0, move, self.id_of(item), kind, quantity):
            self.on_hand[item] += quantity

    @rule(item=items, kind=st.sampled_from(OUTGOING), quantity=quantities)
    def remove(self, item: int, kind: TransactionType, quantity: Decimal) -> None:
        allowed = 0 < quantity <= self.available(item)
        if self.does(allowed, move, self.id_of(item), kind, quantity):
            self.on_hand[item] -= quantity

    @rule(item=items, quantity=quantities)
    def count_less(self, item: int, quantity: Decimal) -> None:
        allowed = 0 < quantity <= self.available(item)
        if self.does(allowed, move, self.id_of(item), TransactionType.ADJUST, -quantity):
            self.on_hand[item] -= quantity

    @rule(item=items, quantity=quantities)
    def deliver(self, item: int, quantity: Decimal) -> None:
        allowed = 0 < quantity <= self.owed[item]
        if self.does(allowed, receive, self.room.purchase.id, {item + 1: quantity}):
            self.owed[item] -= quantity
            self.on_hand[item] += quantity

    @rule(promise=promises, quantity=quantities)
    def promise(self, promise: tuple[int, int], quantity: Decimal) -> None:
        owner, item = promise
        allowed = quantity <= self.available(item)
        if self.does(allowed, reserve, self.room.owners[owner], self.room.items[item], quantity):
            self.held[promise] += quantity

    @rule(promise=promises, wanted=quantities)
    def promise_what_is_there(self, promise: tuple[int, int], wanted: Decimal) -> None:
        owner, item = promise
        expected = min(wanted, self.available(item))
        row = self.room.items[item]
        assert reserve_what_is_there(self.db, self.room.owners[owner], row, wanted) == expected
        self.held[promise] += expected

    @rule(promise=promises, quantity=quantities)
    def take(self, promise: tuple[int, int], quantity: Decimal) -> None:
        owner, item = promise
        allowed = quantity <= self.available(item) + self.held[promise]
        row, kind = self.room.items[item], TransactionType.ISSUE
        if self.does(allowed, take, self.room.owners[owner], row, quantity, kind, "PO-1"):
            self.on_hand[item] -= quantity
            self.held[promise] -= min(quantity, self.held[promise])

    @rule(owners=st.sets(st.integers(0, 2)))
    def let_go(self, owners: set[int]) -> None:
        release(self.db, [self.room.owners[owner] for owner in owners])
        for owner, item in list(self.held):
            if owner in owners:
                del self.held[owner, item]

    @invariant()
    def stock_is_what_the_ledger_says(self) -> None:
        there = stock(self.db, [item.id for item in self.room.items])

        assert there == {
            item.id: Stock(self.on_hand[n], self.promised(n))
            for n, item in enumerate(self.room.items)
        }

    @invariant()
    def no_more_is_promised_than_is_there(self) -> None:
        for there in stock(self.db, [item.id for item in self.room.items]).values():
            assert 0 <= there.reserved <= there.on_hand

    @invariant()
    def every_owner_shows_what_it_is_promised(self) -> None:
        for number, owner in enumerate(self.room.owners):
            held = {
                self.id_of(item): quantity
                for (who, item), quantity in self.held.items()
                if who == number and quantity
            }
            assert shown_by(owner) == held

    @invariant()
    def what_has_not_come_is_owed(self) -> None:
        assert [line.quantity_open for line in self.room.purchase.lines] == self.owed

    def does(self, allowed: bool, deed: Callable[..., object], *arguments: Any) -> bool:
        """Whether it was done: what is allowed is, and what is refused leaves no trace."""
        try:
            with self.db.begin_nested():
                deed(self.db, *arguments)
        except FilaOpsError:
            assert not allowed
            return False
        assert allowed
        return True

    def id_of(self, item: int) -> int:
        return self.room.items[item].id

    def promised(self, item: int) -> Decimal:
        return sum((n for (_, what), n in self.held.items() if what == item), Decimal(0))

    def available(self, item: int) -> Decimal:
        return self.on_hand[item] - self.promised(item)


def shown_by(owner: Owner) -> dict[int, Decimal]:
    if isinstance(owner, SalesOrderLine):
        held = [owner.reservation] if owner.reservation else []
    else:
        held = owner.reservations
    return {reservation.item_id: reservation.quantity for reservation in held}


def test_stock_is_never_overdrawn_nor_promised_twice(db: Session, stockroom: Stockroom) -> None:
    class Here(Dealings):
        def __init__(self) -> None:
            super().__init__(db, stockroom)

    run_state_machine_as_test(
        Here, settings=settings(max_examples=20, stateful_step_count=12, deadline=None)
    )
