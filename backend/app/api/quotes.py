"""Quotes: offered, answered, and turned into sales orders."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

from fastapi import APIRouter, Query, status
from sqlalchemy import Select, select
from sqlalchemy.orm import joinedload, selectinload

from app.models import Quote, QuoteLine, QuoteStatus, SalesOrder
from app.services import quotes as service

from .access import for_planners
from .documents import all_committed, committed
from .fields import NOT_GIVEN, RowId, SearchText
from .filters import FilterDay, among, within
from .lists import Page, containing, listed, sorted_by, where_equal
from .parameters import AsyncDatabase, Database
from .problems import problems
from .reading import required
from .sales import whole_orders
from .schemas.lines import sold
from .schemas.quotes import Conversion, NewQuote, QuoteEdit, QuoteRead
from .schemas.sales import SalesOrderRead

router = APIRouter()
in_order = sorted_by(
    "-quote_date",
    Quote.id,
    code=Quote.code,
    status=Quote.status,
    quote_date=Quote.quote_date,
    valid_until=Quote.valid_until,
)


@router.get("/quotes", response_model=list[QuoteRead], responses=listed())
async def quotes(
    db: AsyncDatabase,
    page: Page = in_order,
    q: SearchText = NOT_GIVEN,
    statuses: Annotated[list[QuoteStatus], Query(alias="status")] = NOT_GIVEN,
    customer_id: RowId = NOT_GIVEN,
    valid_until_from: FilterDay = NOT_GIVEN,
    valid_until_to: FilterDay = NOT_GIVEN,
) -> Sequence[Quote]:
    """All quotes, the newest first; `q` is part of a code."""
    found = containing(whole_quotes(), q, Quote.code)
    found = among(found, Quote.status, statuses)
    found = where_equal(found, (Quote.customer_id, customer_id))
    found = within(found, Quote.valid_until, valid_until_from, valid_until_to)
    return await page.read_async(db, found)


@router.get("/quotes/{quote_id}", response_model=QuoteRead, responses=problems(404))
async def quote(quote_id: RowId, db: AsyncDatabase) -> Quote:
    """One quote."""
    found = await db.scalar(whole_quotes().where(Quote.id == quote_id))
    return required(found, Quote, quote_id)


@router.post(
    "/quotes", response_model=QuoteRead, status_code=status.HTTP_201_CREATED, **for_planners(409)
)
def create_quote(new: NewQuote, db: Database) -> Quote:
    """A draft of today for a customer."""
    lines = sold(new.lines) or []
    quote = service.create(db, new.customer_id, lines, new.valid_until)
    return committed(db, whole_quotes(), quote)


@router.patch("/quotes/{quote_id}", response_model=QuoteRead, **for_planners(404, 409))
def edit_quote(quote_id: RowId, edit: QuoteEdit, db: Database) -> Quote:
    """The draft with other lines, or good for another time; 409 once it was sent."""
    lines = sold(edit.lines)
    quote = service.edit(db, quote_id, edit.version, lines=lines, valid_until=edit.valid_until)
    return committed(db, whole_quotes(), quote)


@router.post("/quotes/{quote_id}/send", response_model=QuoteRead, **for_planners(404, 409))
def send_quote(quote_id: RowId, db: Database) -> Quote:
    """The draft is offered to its customer; it needs lines, and time to be answered."""
    return committed(db, whole_quotes(), service.send(db, quote_id))


@router.post("/quotes/{quote_id}/accept", response_model=QuoteRead, **for_planners(404, 409))
def accept_quote(quote_id: RowId, db: Database) -> Quote:
    """The customer agreed, in time."""
    return committed(db, whole_quotes(), service.accept(db, quote_id))


@router.post("/quotes/{quote_id}/decline", response_model=QuoteRead, **for_planners(404, 409))
def decline_quote(quote_id: RowId, db: Database) -> Quote:
    """The customer does not want it."""
    return committed(db, whole_quotes(), service.decline(db, quote_id))


@router.post("/quotes/expire", response_model=list[QuoteRead], **for_planners(409))
def expire_quotes(db: Database) -> Sequence[Quote]:
    """The quotes that nobody answered in time, expired now."""
    return all_committed(db, whole_quotes(), service.expire(db))


@router.post(
    "/quotes/{quote_id}/convert",
    response_model=SalesOrderRead,
    status_code=status.HTTP_201_CREATED,
    **for_planners(404, 409),
)
def convert_quote(
    quote_id: RowId, db: Database, conversion: Conversion | None = None
) -> SalesOrder:
    """The pending sales order that the accepted quote becomes; 409 if it became one already."""
    ship_date = conversion.ship_date if conversion else None
    return committed(db, whole_orders(), service.convert(db, quote_id, ship_date))


def whole_quotes() -> Select[Quote]:
    """Quotes with all that is shown of them."""
    return select(Quote).options(
        joinedload(Quote.customer),
        joinedload(Quote.sales_order),
        selectinload(Quote.lines).joinedload(QuoteLine.product),
    )
