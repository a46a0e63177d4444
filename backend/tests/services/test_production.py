"""Production orders are drafted, released, put on a printer, stopped and called off."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest

from app.services import production
from app.services.errors import InvalidInputError, NotFoundError, RuleError
from app.services.inventory import Stock

from . import farm

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy.orm import Session

    from app.models import Item, Product, ProductionOrder

    Action = Callable[[Session, ProductionOrder], object]

pytestmark = pytest.mark.integration

ACTIONS: dict[str, Action] = {
    "released": lambda db, made: production.release(db, made.id),
    "started": lambda db, made: production.start(db, made.id, farm.printer().id),
    "stopped": lambda db, made: production.stop(db, made.id),
    "reported on": lambda db, made: production.report(db, made.id, good=1),
    "cancelled": lambda db, made: production.cancel(db, made.id),
}
STATUSES = ("draft", "released", "in_progress", "completed", "cancelled")
ALLOWED = {
    ("released", "draft"): "released",
    ("started", "released"): "in_progress",
    ("stopped", "in_progress"): "released",
    ("reported on", "in_progress"): "in_progress",
    ("cancelled", "draft"): "cancelled",
    ("cancelled", "released"): "cancelled",
    ("cancelled", "in_progress"): "cancelled",
}
REFUSED = [(done, was) for done in ACTIONS for was in STATUSES if (done, was) not in ALLOWED]


@pytest.fixture
def pla() -> Item:
    return farm.material("PLA", 1000)


@pytest.fixture
def vase(pla: Item) -> Product:
    return farm.product("VASE", (pla, "25.5"), item=farm.shelf("VASE"))


def made_in(db: Session, product: Product, status: str) -> ProductionOrder:
    """An order for ten pieces that has come so far."""
    made = production.create(db, product.id, 10)
    if status not in ("draft", "cancelled"):
        production.release(db, made.id)
    if status in ("in_progress", "completed"):
        production.start(db, made.id, farm.printer().id)
    if status == "completed":
        production.report(db, made.id, good=10)
    if status == "cancelled":
        production.cancel(db, made.id)
    assert made.status == status
    return made


@pytest.mark.parametrize("done,was", ALLOWED)
def test_an_order_moves_on(db: Session, vase: Product, done: str, was: str) -> None:
    made = made_in(db, vase, was)

    ACTIONS[done](db, made)

    assert made.status == ALLOWED[done, was]


@pytest.mark.parametrize("done,was", REFUSED)
def test_an_order_is_refused_out_of_turn(db: Session, vase: Product, done: str, was: str) -> None:
    made = made_in(db, vase, was)

    with pytest.raises(RuleError, match=f"{made.code} is {was}; it can be {done} only while"):
        ACTIONS[done](db, made)

    assert made.status == was
    assert not db.dirty


@pytest.mark.parametrize(
    "action",
    [
        lambda db: production.release(db, 0),
        lambda db: production.start(db, 0, farm.printer().id),
        lambda db: production.stop(db, 0),
        lambda db: production.report(db, 0, 1),
        lambda db: production.cancel(db, 0),
        lambda db: production.return_material(db, 0, farm.material("PETG").id, Decimal(1)),
    ],
)
def test_an_order_that_does_not_exist_is_not_found(
    db: Session, action: Callable[[Session], object]
) -> None:
    with pytest.raises(NotFoundError, match="no production order has the id 0"):
        action(db)


def test_a_new_order_is_a_draft_for_stock(db: Session, vase: Product) -> None:
    made = production.create(db, vase.id, 7, date(2030, 1, 31))

    assert (made.status, made.quantity_ordered, made.quantity_open) == ("draft", 7, 7)
    assert (made.sales_order, made.due_date) == (None, date(2030, 1, 31))
    assert made.code == f"PO-{date.today().year}-0001"


def test_a_product_that_does_not_exist_is_not_made(db: Session) -> None:
    with pytest.raises(InvalidInputError, match="no product has the id 0"):
        production.create(db, 0, 1)


def test_a_start_occupies_the_printer(db: Session, vase: Product) -> None:
    made = made_in(db, vase, "in_progress")

    assert made.printer is not None
    assert made.printer.status == "printing"
    assert made.started_at is not None


@pytest.mark.parametrize("status", ["printing", "maintenance", "offline"])
def test_a_start_needs_an_idle_printer(db: Session, vase: Product, status: str) -> None:
    made = made_in(db, vase, "released")
    busy = farm.printer(name="P-7", status=status)

    with pytest.raises(RuleError, match=f"P-7 is {status}; choose a printer that is idle"):
        production.start(db, made.id, busy.id)

    assert (made.printer, made.started_at) == (None, None)


def test_a_start_needs_a_printer_that_exists(db: Session, vase: Product) -> None:
    made = made_in(db, vase, "released")

    with pytest.raises(InvalidInputError, match="no printer has the id 0"):
        production.start(db, made.id, 0)


def test_a_stop_frees_the_printer_and_keeps_the_material(db: Session, vase: Product) -> None:
    made = made_in(db, vase, "in_progress")
    printer = made.printer
    assert printer is not None

    production.stop(db, made.id)

    db.expire_all()
    assert (made.printer, printer.status) == (None, "idle")
    assert farm.reserved_of(made) == {"PLA": 255}


def test_what_was_stopped_goes_on_where_it_was_on_another_printer(
    db: Session, vase: Product
) -> None:
    made = made_in(db, vase, "in_progress")
    production.report(db, made.id, good=4)
    begun = made.started_at
    production.stop(db, made.id)

    production.start(db, made.id, farm.printer(name="P-9").id)

    assert made.printer is not None
    assert (made.printer.name, made.quantity_open, made.started_at) == ("P-9", 6, begun)


@pytest.mark.parametrize("was", ["draft", "released", "in_progress"])
def test_a_cancelled_order_holds_neither_material_nor_printer(
    db: Session, vase: Product, pla: Item, was: str
) -> None:
    made = made_in(db, vase, was)
    printer = made.printer

    production.cancel(db, made.id)

    db.expire_all()
    assert farm.stock_of(db, pla) == Stock(Decimal(1000), Decimal(0))
    assert made.printer is None
    assert printer is None or printer.status == "idle"


def test_an_order_whose_printer_was_taken_away_can_be_finished(db: Session, vase: Product) -> None:
    made = made_in(db, vase, "in_progress")
    db.delete(made.printer)
    db.flush()

    production.report(db, made.id, good=10)

    assert (made.status, made.printer) == ("completed", None)
