"""A role opens what it is meant for, and nothing else."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING

import pytest
from fastapi import HTTPException

from app.auth import at_least, require_role
from app.models import Role

if TYPE_CHECKING:
    from tests.factories import UserFactory

pytestmark = pytest.mark.unit


@pytest.mark.parametrize("role", [Role.ADMIN, Role.PLANNER])
def test_a_user_in_one_of_the_roles_passes(user_factory: type[UserFactory], role: Role) -> None:
    user = user_factory.build(role=role)

    assert require_role(Role.ADMIN, Role.PLANNER)(user) is user


@pytest.mark.parametrize("role", [Role.OPERATOR, Role.VIEWER])
def test_a_user_in_none_of_them_is_told_which(user_factory: type[UserFactory], role: Role) -> None:
    user = user_factory.build(role=role)

    with pytest.raises(HTTPException) as refused:
        require_role(Role.ADMIN, Role.PLANNER)(user)

    assert refused.value.status_code == 403
    assert refused.value.detail == "This needs the role admin or planner"


def test_no_role_is_enough_where_none_is_named(user_factory: type[UserFactory]) -> None:
    with pytest.raises(HTTPException):
        require_role()(user_factory.build(admin=True))


LADDER = [Role.VIEWER, Role.OPERATOR, Role.PLANNER, Role.ADMIN]


@pytest.mark.parametrize("needed", LADDER)
def test_a_role_is_enough_for_all_that_those_below_it_may(
    user_factory: type[UserFactory], needed: Role
) -> None:
    enough = []
    for role in LADDER:
        with contextlib.suppress(HTTPException):
            enough.append(at_least(needed)(user_factory.build(role=role)).role)

    assert enough == LADDER[LADDER.index(needed) :]
