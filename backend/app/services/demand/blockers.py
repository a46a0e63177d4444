"""What keeps a sales order from being shipped, line by line."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import TYPE_CHECKING

from app.models import ProductionOrderStatus
from app.services.movements import plain
from app.services.sales_status import UNDER_WAY

from .chain import chain
from .netting import SourceKind

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy.orm import Session

    from .links import ChainComponent, ChainLine, ChainProduction, DemandChain


class LineState(StrEnum):
    """Whether a line can be shipped; of a blocked line, what is reserved can be."""

    SHIPPED = "shipped"
    READY = "ready"
    BLOCKED = "blocked"


class BlockerKind(StrEnum):
    """What a line waits for."""

    NOT_CONFIRMED = "not_confirmed"
    NOT_PLANNED = "not_planned"
    MATERIAL_SHORT = "material_short"
    MATERIAL_COMING = "material_coming"
    NOT_RELEASED = "not_released"
    NOT_STARTED = "not_started"
    IN_PROGRESS = "in_progress"


@dataclass(frozen=True)
class Blocker:
    """One thing that a line waits for, the document that it hangs on, and what to do."""

    kind: BlockerKind
    document: str
    message: str


@dataclass(frozen=True)
class LineReadiness:
    """A line, how much of it could leave today, and what blocks the rest."""

    line_number: int
    sku: str
    quantity_open: int
    reserved: Decimal
    state: LineState
    blockers: list[Blocker]


def blockers(db: Session, order_id: int) -> list[LineReadiness]:
    """Each line of a sales order with all that it waits for; `NotFoundError` without the order."""
    links = chain(db, order_id)
    return [_readiness(links, line) for line in links.lines]


def _readiness(links: DemandChain, line: ChainLine) -> LineReadiness:
    state = _state(links, line)
    found = _blockers(links, line) if state == LineState.BLOCKED else ()
    return LineReadiness(
        line_number=line.line_number,
        sku=line.sku,
        quantity_open=line.quantity_open,
        reserved=line.reserved,
        state=state,
        blockers=list(found),
    )


def _state(links: DemandChain, line: ChainLine) -> LineState:
    if not line.quantity_open:
        return LineState.SHIPPED
    reserved = links.status in UNDER_WAY and line.reserved >= line.quantity_open
    return LineState.READY if reserved else LineState.BLOCKED


def _blockers(links: DemandChain, line: ChainLine) -> Iterator[Blocker]:
    order = links.sales_order
    if links.status not in UNDER_WAY:
        message = f"{order} is {links.status}; nothing is reserved or made for it"
        yield Blocker(BlockerKind.NOT_CONFIRMED, order, message)
        return
    if line.unplanned:
        message = f"{plain(line.unplanned)} of {line.sku} are nowhere planned; plan the order again"
        yield Blocker(BlockerKind.NOT_PLANNED, order, message)
    for made in line.production_orders:
        for component in made.components:
            yield from _short_of(made, component)
        yield from _waiting_for(made)


def _short_of(made: ChainProduction, component: ChainComponent) -> Iterator[Blocker]:
    what = f"{component.unit} of {component.sku}"
    if component.missing:
        message = f"{plain(component.missing)} {what} are missing; {_remedy(component)}"
        yield Blocker(BlockerKind.MATERIAL_SHORT, made.code, message)
    for source in component.sources:
        if source.kind in (SourceKind.PURCHASE, SourceKind.PRODUCTION):
            message = f"{plain(source.quantity)} {what} come with {source.document} on {source.on}"
            yield Blocker(BlockerKind.MATERIAL_COMING, made.code, message)


def _remedy(component: ChainComponent) -> str:
    if component.drafts:
        codes = dict.fromkeys(str(draft.document) for draft in component.drafts)
        return f"place {', '.join(codes)}"
    return "order or make it"


def _waiting_for(made: ChainProduction) -> Iterator[Blocker]:
    pieces = f"{made.quantity_open} of {made.sku}"
    waiting = {
        ProductionOrderStatus.DRAFT: (BlockerKind.NOT_RELEASED, f"{pieces} are to be released"),
        ProductionOrderStatus.RELEASED: (BlockerKind.NOT_STARTED, f"{pieces} wait for a printer"),
        ProductionOrderStatus.IN_PROGRESS: (
            BlockerKind.IN_PROGRESS,
            f"{pieces} are still to be printed on {made.printer}",
        ),
    }
    if made.status in waiting:
        kind, message = waiting[made.status]
        yield Blocker(kind, made.code, message)
