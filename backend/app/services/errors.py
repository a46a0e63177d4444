"""Why FilaOps refuses; each message says what to do instead."""

from __future__ import annotations


class FilaOpsError(Exception):
    """The base of all refusals; the message is shown to the user."""


class NotFoundError(FilaOpsError):
    """Nothing has this id."""


class InvalidInputError(FilaOpsError):
    """What was asked for makes sense in no state, as a line that the order does not have."""


class RuleError(FilaOpsError):
    """What was asked for does not go with the state that things are in."""


class StaleVersionError(RuleError):
    """Somebody else has edited the row since it was read."""


class StockError(RuleError):
    """More is asked for than is there, or than is there for everybody."""
