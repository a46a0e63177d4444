"""What a request to seed asks for."""

from __future__ import annotations

import json
from http import HTTPStatus
from typing import NamedTuple

from .problems import Problem

_EXAMPLE = '{"scenario": "basic"}'


class Seeding(NamedTuple):
    """A scenario at a size, None for its usual one, with a seed."""

    scenario: str
    scale: int | None
    seed: int

    @classmethod
    def read(cls, body: bytes) -> Seeding:
        """What the body of a request says, whatever its content type.

        Raises `Problem` that names what is wrong.
        """
        members = _members(body)
        for name in members:
            if name not in cls._fields:
                raise _wrong(name, f"is unknown; known are {', '.join(cls._fields)}")
        scenario = members.get("scenario")
        if not isinstance(scenario, str):
            raise _wrong("scenario", f"must be a text, the scenario's name, as in {_EXAMPLE}")
        scale, seed = _whole(members, "scale"), _whole(members, "seed")
        if scale is not None and scale < 1:
            raise _wrong("scale", f"must be 1 or more; it is {scale}")
        return cls(scenario, scale, 0 if seed is None else seed)


def _members(body: bytes) -> dict[str, object]:
    try:
        found = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise Problem(
            HTTPStatus.UNPROCESSABLE_ENTITY,
            f"The body is no JSON ({error}). Send an object such as {_EXAMPLE}.",
        ) from error
    if not isinstance(found, dict):
        raise Problem(
            HTTPStatus.UNPROCESSABLE_ENTITY,
            f"The body must be a JSON object, such as {_EXAMPLE}.",
        )
    return found


def _whole(members: dict[str, object], name: str) -> int | None:
    found = members.get(name)
    if found is not None and (not isinstance(found, int) or isinstance(found, bool)):
        raise _wrong(name, "must be a whole number")
    return found


def _wrong(field: str, what: str) -> Problem:
    detail = f"The member {field!r} of the body {what}."
    return Problem(HTTPStatus.UNPROCESSABLE_ENTITY, detail, {"field": field})
