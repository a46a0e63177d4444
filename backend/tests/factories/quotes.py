"""Quotes."""

from __future__ import annotations

import factory

from app.models import Quote, QuoteLine, QuoteStatus
from factoryfloor import Children, ModelFactory

from .catalog import ProductFactory
from .defaults import dated_code, days_after, days_from_today, next_line_number
from .people import CustomerFactory


class QuoteFactory(ModelFactory[Quote]):
    """A draft that will be good for thirty days, without lines."""

    class Params:
        with_lines = factory.Trait(lines=2)
        draft = factory.Trait(status=QuoteStatus.DRAFT)
        sent = factory.Trait(status=QuoteStatus.SENT, lines=2)
        accepted = factory.Trait(status=QuoteStatus.ACCEPTED, lines=2)
        converted = factory.Trait(status=QuoteStatus.ACCEPTED, lines=2, sales_orders=1)
        declined = factory.Trait(status=QuoteStatus.DECLINED, lines=2)
        expired = factory.Trait(
            status=QuoteStatus.EXPIRED, quote_date=days_from_today(-45), lines=2
        )

    code = dated_code("QUO", "quote_date")
    customer = factory.SubFactory(CustomerFactory)
    status = QuoteStatus.DRAFT
    quote_date = days_from_today(0)
    valid_until = days_after("quote_date", 30)

    lines = Children("tests.factories.quotes.QuoteLineFactory", "quote")
    sales_orders = Children(
        "tests.factories.sales.SalesOrderFactory",
        "quote",
        customer=factory.SelfAttribute("..customer"),
        with_lines=True,
    )


class QuoteLineFactory(ModelFactory[QuoteLine]):
    """One piece of a product at its list price."""

    quote = factory.SubFactory(QuoteFactory)
    line_number = next_line_number("quote")
    product = factory.SubFactory(ProductFactory)
    quantity = 1
    unit_price = factory.SelfAttribute("product.unit_price", default=0)
