"""What the environment decides about FilaOps."""

from __future__ import annotations

import secrets
from typing import Self

from pydantic import Field, SecretStr, field_validator, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict
from sqlalchemy import make_url
from sqlalchemy.exc import ArgumentError

SHORTEST_SECRET = 32
"""Characters of a secret key that production accepts: 256 bits, as HS256 asks for."""
NOT_POSTGRESQL = "DATABASE_URL must name a PostgreSQL database: postgresql://…"


class Settings(BaseSettings):
    """One attribute for each environment variable of the same name, in capitals."""

    # An empty variable, as a compose file passes one on that is not set, counts as missing.
    model_config = SettingsConfigDict(
        env_ignore_empty=True, extra="ignore", hide_input_in_errors=True
    )

    environment: str = "development"
    database_url: str = "postgresql+psycopg://postgres:postgres@localhost:5432/filaops"
    secret_key: SecretStr = Field(default_factory=lambda: SecretStr(secrets.token_urlsafe(48)))
    access_token_expire_minutes: int = Field(default=30, gt=0)

    @property
    def is_production(self) -> bool:
        """Whether real customers are served."""
        return self.environment.lower() == "production"

    @field_validator("database_url")
    @classmethod
    def _with_psycopg(cls, value: str) -> str:
        try:
            url = make_url(value)
        except ArgumentError:
            raise ValueError(NOT_POSTGRESQL) from None
        if url.get_backend_name() not in {"postgresql", "postgres"}:
            raise ValueError(NOT_POSTGRESQL)
        return url.set(drivername="postgresql+psycopg").render_as_string(hide_password=False)

    @model_validator(mode="after")
    def _refuse_a_weak_secret_in_production(self) -> Self:
        given = "secret_key" in self.model_fields_set
        strong = len(self.secret_key.get_secret_value()) >= SHORTEST_SECRET
        if self.is_production and not (given and strong):
            raise ValueError(
                f"production needs a SECRET_KEY of at least {SHORTEST_SECRET} characters;"
                " make one with: python -c 'import secrets; print(secrets.token_urlsafe(48))'"
            )
        return self


settings = Settings()
