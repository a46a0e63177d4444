"""Whatever people do, in whatever order, the books of the farm stay right."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from app.models import Printer, ProductionOrder, SalesOrder, TransactionType
from app.services import production, purchasing, sales_orders, shipping
from app.services.bill_revisions import NewBOMLine, revise
from app.services.errors import FilaOpsError
from app.services.movements import move

from . import farm
from .order_truths import broken

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from app.models import Item, Product, PurchaseOrder

pytestmark = pytest.mark.integration


@dataclass
class Farm:
    """Two printers, two pending orders, a print for stock, and material that does not suffice."""

    db: Session
    items: list[Item]
    jar: Product
    purchase: PurchaseOrder

    def one(self, model: type[Any], n: int, *statuses: str) -> int:
        """The id of one of the rows, of those in these states where there are any."""
        ids = self.db.scalars(select(model.id).order_by(model.id)).all()
        apt = select(model.id).where(model.status.in_(statuses)).order_by(model.id)
        if n and (found := self.db.scalars(apt).all()):
            ids = found
        return int(ids[n % len(ids)])

    def order(self, n: int, *statuses: str) -> int:
        """The id of a sales order."""
        return self.one(SalesOrder, n, *statuses)

    def made(self, n: int, *statuses: str) -> int:
        """The id of a production order."""
        return self.one(ProductionOrder, n, *statuses)


@pytest.fixture
def small_farm(db: Session) -> Farm:
    pla = farm.material("PLA", 120)
    lid = farm.part("LID", (pla, 2), quantity=3)
    jar = farm.product("JAR", (lid, 1), (pla, 10))
    vase = farm.product("VASE", (pla, "25.5"), item=farm.shelf("VASE", 2))
    farm.ordered((jar, 3), (vase, 2))
    farm.ordered((vase, 4), (vase, 1), (jar, 2))
    production.create(db, vase.id, 2)
    for _ in range(2):
        farm.printer()
    return Farm(db, [pla, lid, *filter(None, [vase.item])], jar, farm.on_order(pla, 200))


def revise_jar(f: Farm, lids: int) -> Product:
    pla, lid, _ = f.items
    lines = [NewBOMLine(lid.id, Decimal(lids)), NewBOMLine(pla.id, Decimal(10))]
    return revise(f.db, f.jar.id, f.jar.version, lines)


Deed = Callable[[Farm, int, int], object]

OPEN = ("draft", "released", "in_progress")
UNDER_WAY = ("confirmed", "in_production", "ready", "partly_shipped")

DEEDS: dict[str, Deed] = {
    "confirm": lambda f, which, n: sales_orders.confirm(f.db, f.order(which, "pending")),
    "plan": lambda f, which, n: sales_orders.plan(f.db, f.order(which, *UNDER_WAY)),
    "cancel": lambda f, which, n: sales_orders.cancel(f.db, f.order(which)),
    "close": lambda f, which, n: sales_orders.close(f.db, f.order(which)),
    "ship all": lambda f, which, n: shipping.ship(f.db, f.order(which, *UNDER_WAY)),
    "ship": lambda f, which, n: shipping.ship(f.db, f.order(which, *UNDER_WAY), {1 + n % 3: 1}),
    "release": lambda f, which, n: production.release(f.db, f.made(which, "draft")),
    "start": lambda f, which, n: production.start(
        f.db, f.made(which, "released"), f.one(Printer, n, "idle")
    ),
    "stop": lambda f, which, n: production.stop(f.db, f.made(which, "in_progress")),
    "report": lambda f, which, n: production.report(
        f.db, f.made(which, "in_progress"), good=n % 3, scrapped=n // 3
    ),
    "cancel production": lambda f, which, n: production.cancel(f.db, f.made(which, *OPEN)),
    "return": lambda f, which, n: production.return_material(
        f.db, f.made(which, "in_progress", "completed"), f.items[0].id, Decimal(n)
    ),
    "receive": lambda f, which, n: purchasing.receive(f.db, f.purchase.id, {1: Decimal(40 * n)}),
    "revise": lambda f, which, n: revise_jar(f, 1 + n % 2),
    "adjust": lambda f, which, n: move(
        f.db, f.items[which % 3].id, TransactionType.ADJUST, Decimal(n - 3)
    ),
}

# what keeps orders going is drawn more often than what ends them
often = [name for name in DEEDS if name not in ("cancel", "close", "cancel production")]
names = st.sampled_from([*often, *often, *DEEDS, "report", "report", "start", "release", "confirm"])
steps = st.lists(st.tuples(names, st.integers(0, 9), st.integers(0, 6)), min_size=10, max_size=30)


def attempt(small_farm: Farm, name: str, which: int, n: int) -> bool:
    """Whether a step was taken; one that is refused leaves no trace."""
    try:
        with small_farm.db.begin_nested():
            DEEDS[name](small_farm, which, n)
    except FilaOpsError:
        assert not small_farm.db.dirty
        return False
    return True


@settings(
    max_examples=15,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
    deadline=None,
)
@given(taken=steps)
def test_the_books_are_right_after_every_step(
    db: Session, small_farm: Farm, taken: list[tuple[str, int, int]]
) -> None:
    with db.begin_nested() as example:
        for step in taken:
            if attempt(small_farm, *step):
                assert broken(db) == [], step
        example.rollback()


def covered(db: Session) -> list[tuple[Any, ...]]:
    made = select(ProductionOrder).order_by(ProductionOrder.id)
    return [
        (order.id, order.status, sorted(farm.reserved_of(order).items()))
        for order in db.scalars(made)
    ]


@settings(
    max_examples=10,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
    deadline=None,
)
@given(taken=steps)
def test_planning_twice_is_planning_once(
    db: Session, small_farm: Farm, taken: list[tuple[str, int, int]]
) -> None:
    with db.begin_nested() as example:
        for step in taken:
            attempt(small_farm, *step)
        attempt(small_farm, "plan", 0, 0)
        once = covered(db)
        attempt(small_farm, "plan", 0, 0)
        assert covered(db) == once
        example.rollback()
