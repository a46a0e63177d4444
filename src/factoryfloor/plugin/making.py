"""Calls the functions that make shared data."""

from __future__ import annotations

import contextlib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from factoryfloor.errors import SharedDataError
from factoryfloor.factories import Drawn, drawing_apart
from factoryfloor.randomness import reseeded

from .values import Kept

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from sqlalchemy.orm import Session

    from .asked import Asked
    from .values import Rows

_NUMBERS: Final = 1000  # of a sequence, for each width of scope


@dataclass(frozen=True)
class Made:
    """Shared data: who made it, its value, and what all data up to this has drawn.

    `newer` are rows of wider data that it has changed.
    """

    maker: str
    value: Kept
    drawn: Drawn
    newer: Rows = field(default_factory=dict)


NOTHING: Final = Made("", Kept(None), Drawn())
"""What stands below the first."""


@dataclass(frozen=True)
class Maker:
    """How data is made in this run: the same values for the same seed, whenever that is.

    Its sequences go on behind `after`, which is there already.
    """

    seed: int
    after: Mapping[str, int]

    def make(
        self,
        asked: Asked,
        session: Session,
        arguments: Mapping[str, Any],
        *,
        receiver: tuple[object, ...],
        before: Drawn,
    ) -> Made:
        """What the function makes in the session, which is active, and which it is flushed in."""
        key = f"shared {asked.key}"
        offset = _NUMBERS * (1 + asked.key.rank)
        with reseeded(self.seed, key), drawing_apart(offset, self.after, before) as drawn:
            value = asked.shared.maker(*receiver, **arguments)
            session.flush()
            return Made(str(asked.shared), Kept(value, session, str(asked.shared)), drawn())


@contextlib.contextmanager
def failing(asked: Asked) -> Iterator[None]:
    """Say of an error which fixture could not be made."""
    try:
        yield
    except SharedDataError:
        raise
    except Exception as error:
        raise SharedDataError(
            f"the shared fixture {asked.shared} could not be made: {type(error).__name__}: {error}"
            "\nNothing of it is left; the next test that asks for it tries again."
        ) from error
