"""Settings refuse what would be unsafe or could not work."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import SecretStr, ValidationError

from app.config import Settings

pytestmark = pytest.mark.unit

STRONG = "x" * 32


@pytest.fixture(autouse=True)
def bare_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("ENVIRONMENT", "SECRET_KEY", "DATABASE_URL"):
        monkeypatch.delenv(name, raising=False)


@pytest.mark.parametrize("given", [{}, {"secret_key": "changeme"}])
@pytest.mark.parametrize("environment", ["production", "Production"])
def test_production_refuses_a_missing_or_weak_secret(environment: str, given: Any) -> None:
    with pytest.raises(ValidationError, match="needs a SECRET_KEY") as refused:
        Settings(environment=environment, **given)

    assert "changeme" not in str(refused.value)


def test_production_takes_a_strong_secret() -> None:
    assert Settings(environment="production", secret_key=SecretStr(STRONG)).is_production


def test_development_makes_a_secret_of_its_own() -> None:
    first, second = Settings().secret_key, Settings().secret_key

    assert len(first.get_secret_value()) >= 32
    assert first != second


@pytest.mark.parametrize(
    "scheme", ["postgres", "postgresql", "postgresql+psycopg", "postgresql+psycopg_async"]
)
def test_every_way_to_write_the_database_url_means_psycopg(scheme: str) -> None:
    settings = Settings(database_url=f"{scheme}://ada:p%40ss@db:5433/filaops")

    assert settings.database_url == "postgresql+psycopg://ada:p%40ss@db:5433/filaops"


def test_another_database_is_refused() -> None:
    with pytest.raises(ValidationError, match="must name a PostgreSQL database"):
        Settings(database_url="sqlite:///filaops.db")
