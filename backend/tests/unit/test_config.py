"""Settings refuse what would be unsafe or could not work."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import SecretStr, ValidationError

from app.config import SHORTEST_SECRET, Settings

pytestmark = pytest.mark.unit

STRONG = "x" * SHORTEST_SECRET
WEAK = "changeme-changeme-changeme-chan"


@pytest.fixture(autouse=True)
def bare_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in Settings.model_fields:
        monkeypatch.delenv(name.upper(), raising=False)


@pytest.mark.parametrize("given", [{}, {"secret_key": ""}, {"secret_key": WEAK}])
@pytest.mark.parametrize("environment", ["production", "Production"])
def test_production_refuses_a_missing_or_weak_secret(environment: str, given: Any) -> None:
    with pytest.raises(ValidationError, match="needs a SECRET_KEY of at least 32") as refused:
        Settings(environment=environment, **given)

    assert WEAK not in str(refused.value)


def test_production_takes_a_strong_secret() -> None:
    assert Settings(environment="production", secret_key=SecretStr(STRONG)).is_production


def test_a_secret_does_not_show_in_what_is_printed() -> None:
    assert STRONG not in repr(Settings(secret_key=SecretStr(STRONG)))


def test_development_makes_a_secret_of_its_own() -> None:
    first, second = Settings().secret_key, Settings().secret_key

    assert len(first.get_secret_value()) >= SHORTEST_SECRET
    assert first != second


def test_the_environment_decides(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ENVIRONMENT", "production")
    monkeypatch.setenv("SECRET_KEY", STRONG)
    monkeypatch.setenv("ACCESS_TOKEN_EXPIRE_MINUTES", "5")

    settings = Settings()

    assert settings.is_production
    assert settings.secret_key.get_secret_value() == STRONG
    assert settings.access_token_expire_minutes == 5


def test_an_empty_variable_counts_as_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SECRET_KEY", "")

    assert len(Settings().secret_key.get_secret_value()) >= SHORTEST_SECRET
    with pytest.raises(ValidationError, match="needs a SECRET_KEY"):
        Settings(environment="production")


@pytest.mark.parametrize(
    "scheme",
    ["postgres", "postgresql", "postgresql+psycopg2", "postgresql+psycopg_async"],
)
def test_every_way_to_write_the_database_url_means_psycopg(scheme: str) -> None:
    settings = Settings(database_url=f"{scheme}://ada:p%40ss@db:5433/filaops?sslmode=require")

    assert settings.database_url == (
        "postgresql+psycopg://ada:p%40ss@db:5433/filaops?sslmode=require"
    )


@pytest.mark.parametrize("url", ["sqlite:///farm.db", "mysql://db/farm", "farm", "host=db"])
def test_another_database_is_refused(url: str) -> None:
    with pytest.raises(ValidationError, match="must name a PostgreSQL database"):
        Settings(database_url=url)


def test_a_refused_url_keeps_its_password_to_itself() -> None:
    with pytest.raises(ValidationError) as refused:
        Settings(database_url="mysql://ada:hush@db/farm")

    assert "hush" not in str(refused.value)


@pytest.mark.parametrize("minutes", [0, -1])
def test_a_login_lasts_some_time(minutes: int) -> None:
    with pytest.raises(ValidationError, match="access_token_expire_minutes"):
        Settings(access_token_expire_minutes=minutes)
