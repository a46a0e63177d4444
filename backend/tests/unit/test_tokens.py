"""A token proves who someone is for a while, and a token that we did not sign proves nothing."""

from __future__ import annotations

import base64
import json
from datetime import UTC, datetime, timedelta
from typing import Any

import jwt
import pytest

from app.auth import InvalidTokenError, create_access_token, user_id_in
from app.config import settings

pytestmark = pytest.mark.unit

SECRET = settings.secret_key.get_secret_value()
LATER = datetime.now(UTC) + timedelta(hours=1)
CLAIMS = {"sub": "7", "exp": LATER}


def signed(claims: dict[str, Any], key: str = SECRET, algorithm: str = "HS256") -> str:
    return jwt.encode(claims, key, algorithm=algorithm)


def encoded(part: dict[str, Any]) -> str:
    return base64.urlsafe_b64encode(json.dumps(part).encode()).decode().rstrip("=")


def refused(token: str) -> bool:
    with pytest.raises(InvalidTokenError, match="log in again"):
        user_id_in(token)
    return True


def test_a_token_names_its_user() -> None:
    assert user_id_in(create_access_token(7)) == 7


def test_a_token_signed_elsewhere_with_our_key_is_ours() -> None:
    assert user_id_in(signed(CLAIMS)) == 7


def test_a_token_lasts_as_long_as_the_settings_say() -> None:
    before = datetime.now(UTC).replace(microsecond=0)
    claims = jwt.decode(create_access_token(7), SECRET, algorithms=["HS256"])
    after = datetime.now(UTC)

    lifetime = timedelta(minutes=settings.access_token_expire_minutes)
    assert before + lifetime <= datetime.fromtimestamp(claims["exp"], UTC) <= after + lifetime


@pytest.mark.parametrize("seconds", [0, -1, -86_400])
def test_a_token_whose_time_is_over_is_refused(seconds: int) -> None:
    assert refused(create_access_token(7, timedelta(seconds=seconds)))


@pytest.mark.parametrize("claim", ["sub", "exp"])
def test_a_token_without_a_claim_that_we_need_is_refused(claim: str) -> None:
    assert refused(signed({name: value for name, value in CLAIMS.items() if name != claim}))


@pytest.mark.parametrize("subject", ["", "ada", "7.5", "0x7"])
def test_a_subject_that_is_no_users_id_is_refused(subject: str) -> None:
    assert refused(signed(CLAIMS | {"sub": subject}))


def test_a_token_of_another_key_is_refused() -> None:
    assert refused(signed(CLAIMS, key="y" * 64))


# the key is right, which is the point, and long enough only for the algorithm that we use
@pytest.mark.filterwarnings("ignore:The HMAC key is")
@pytest.mark.parametrize("algorithm", ["HS384", "HS512"])
def test_only_one_algorithm_is_accepted_even_with_the_right_key(algorithm: str) -> None:
    assert refused(signed(CLAIMS, algorithm=algorithm))


@pytest.mark.parametrize("algorithm", ["none", "None", "NONE", ""])
def test_an_unsigned_token_is_refused(algorithm: str) -> None:
    payload = signed(CLAIMS).split(".")[1]

    assert refused(f"{encoded({'alg': algorithm, 'typ': 'JWT'})}.{payload}.")


def test_a_token_that_was_altered_is_refused() -> None:
    header, payload, signature = create_access_token(7).split(".")
    claims = json.loads(base64.urlsafe_b64decode(payload + "=="))

    assert refused(f"{header}.{encoded(claims | {'sub': '1'})}.{signature}")


@pytest.mark.parametrize("token", ["", "nonsense", "a.b.c", "Bearer x"])
def test_what_is_no_token_is_refused(token: str) -> None:
    assert refused(token)
