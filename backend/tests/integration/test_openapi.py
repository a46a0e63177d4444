"""Every operation does what its description says, whatever it is sent."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

import pytest

from app import models as m
from app.auth import create_access_token
from app.main import app
from tests.services import document_truths, stock_truths

from .rows import ROWS, make_rows

schemathesis = pytest.importorskip("schemathesis", reason="it needs a newer pytest")

from schemathesis.specs.openapi import checks  # noqa: E402 - skipped where there is none

from .generated import Aim, send_at_limits, send_at_random  # noqa: E402

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy import Engine
    from sqlalchemy.orm import Session

    from tests.factories import UserFactory

pytestmark = [pytest.mark.integration, pytest.mark.slow]

OPERATIONS = [
    f"{method.upper()} {path}"
    for path, methods in app.openapi()["paths"].items()
    for method in methods
]
NEVER_BY_CHANCE = {
    "POST /api/v1/auth/login": "nobody has the generated password",
    "POST /api/v1/production-orders/{order_id}/returns": "an order and what was issued to it",
}
TRUTHS: dict[type[Any], list[Callable[[Any], bool]]] = {
    m.Item: [stock_truths.nothing_is_promised_that_is_not_there],
    m.Reservation: [stock_truths.is_needed_by_its_owner],
    m.SalesOrder: [stock_truths.what_was_shipped_moved, document_truths.follows_the_facts],
    m.SalesOrderLine: [stock_truths.what_was_shipped_is_in_parcels],
    m.ProductionOrder: [
        stock_truths.what_was_reported_moved,
        stock_truths.has_its_material,
        document_truths.made_as_it_says,
        document_truths.on_a_printer_while_in_progress,
    ],
    m.Printer: [document_truths.prints_one_order],
    m.PurchaseOrder: [stock_truths.what_was_received_moved, document_truths.received_as_it_says],
}


class Sender:
    """Sends cases as an administrator, holds the answers to the description, and counts them."""

    def __init__(self, aim: Aim, user_id: int) -> None:
        self.answers: Counter[int] = Counter()
        self._aim = aim
        self._headers = {"Authorization": f"Bearer {create_access_token(user_id)}"}
        # `accepts_what_is_valid` stands for it
        self._excluded: list[Any] = [checks.positive_data_acceptance]

    def __call__(self, case: Any) -> None:
        response = self._aim(case).call(headers=self._headers)
        case.validate_response(
            response,
            headers=self._headers,
            transport_kwargs={"headers": self._headers},
            additional_checks=[accepts_what_is_valid],
            excluded_checks=self._excluded,
        )
        self.answers[int(response.status_code)] += 1
        if response.status_code < 300:
            # asked once, as it repeats the request without a token and with a wrong one
            self._excluded.append(checks.ignored_auth)


def accepts_what_is_valid(ctx: Any, response: Any, case: Any) -> None:
    """Nothing valid is refused but what no schema can tell, such as an id that no row has."""
    if "urn:filaops:invalid-input" not in response.text:
        checks.positive_data_acceptance(ctx, response, case)


@pytest.fixture(scope="module")
def schema(engine: Engine) -> Any:
    """The description, and with it the thread in which the requests of all tests are sent."""
    schema = schemathesis.openapi.from_asgi("/openapi.json", app)
    schema.config.phases.coverage.unexpected_methods = {"put"}  # one that no path has is enough
    return schema


@pytest.fixture
def make(request: pytest.FixtureRequest) -> Callable[..., None]:
    """Called, it makes rows of these resources."""
    return lambda *resources: make_rows(request.getfixturevalue, resources)


@pytest.fixture
def sender(db: Session, user_factory: type[UserFactory], make: Callable[..., None]) -> Any:
    """Called with resources, of which it makes rows, it returns a sender."""

    def sender(*resources: str) -> Sender:
        admin = user_factory.create(admin=True)
        make(*resources)
        return Sender(Aim(db), admin.id)

    return sender


@pytest.mark.parametrize("label", OPERATIONS)
def test_an_operation_does_what_its_description_says(
    schema: Any, sender: Callable[..., Sender], label: str
) -> None:
    operation = schema.find_operation_by_label(label)
    send = sender(label.split("/")[3])

    send_at_limits(schema, operation, send)
    send_at_random(operation, send)

    succeeded = any(status < 300 for status in send.answers)
    assert succeeded or label in NEVER_BY_CHANCE, send.answers


def test_stock_and_documents_are_right_after_requests_to_all_operations(
    schema: Any, sender: Callable[..., Sender], db: Session
) -> None:
    send = sender(*ROWS)

    for label in OPERATIONS:
        if not label.startswith("GET"):
            send_at_random(schema.find_operation_by_label(label), send)

    assert sum(n for status, n in send.answers.items() if status < 300) > len(OPERATIONS) / 2
    db.expire_all()
    broken = [
        f"{type(row).__name__} {row.id}: {truth.__name__}"
        for model, truths in TRUTHS.items()
        for row in db.query(model)
        for truth in truths
        if not truth(row)
    ]
    assert broken == []
