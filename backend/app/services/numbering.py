"""The codes of documents: one number after another, from one in each year."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from sqlalchemy import Integer, func, select, text

from app.models import ProductionOrder, PurchaseOrder, Quote, SalesOrder

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

PREFIXES: dict[type[Quote | SalesOrder | ProductionOrder | PurchaseOrder], str] = {
    Quote: "QUO",
    SalesOrder: "SO",
    ProductionOrder: "PO",
    PurchaseOrder: "PUR",
}


def next_code(
    db: Session, model: type[Quote | SalesOrder | ProductionOrder | PurchaseOrder]
) -> str:
    """`SO-2026-0007`, where `SO-2026-0006` is the highest of the year so far.

    Nobody else gets a number of the same kind until the transaction ends, so that none is given
    twice and none is left out.
    """
    stem = f"{PREFIXES[model]}-{date.today().year}-"
    db.execute(text("SELECT pg_advisory_xact_lock(hashtext(:stem))"), {"stem": stem})
    db.flush()
    number = func.substring(model.code, len(stem) + 1).cast(Integer)
    highest = db.scalar(
        select(func.max(number)).where(model.code.regexp_match(f"^{stem}[0-9]{{4,9}}$"))
    )
    return f"{stem}{(highest or 0) + 1:04d}"
