"""What a project's migrations may change in the process that runs them, put back afterwards."""

from __future__ import annotations

import contextlib
import io
import logging
import logging.config
import sys
import warnings
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@contextlib.contextmanager
def untouched_surroundings(folder: Path) -> Iterator[None]:
    """The block runs in `folder`; logging, sys.path and standard output are as before after it.

    Its warnings are ignored: pytest may make them errors, which `alembic` itself does not.
    """
    path = list(sys.path)
    with (
        contextlib.chdir(folder),
        contextlib.redirect_stdout(io.StringIO()),
        _logging_kept(),
        warnings.catch_warnings(),
    ):
        warnings.simplefilter("ignore")
        try:
            yield
        finally:
            sys.path[:] = path


@contextlib.contextmanager
def _logging_kept() -> Iterator[None]:
    """Levels, handlers and disabled loggers stay; fileConfig, which closes handlers, is skipped."""
    configure = logging.config.fileConfig
    before = {logger: _state(logger) for logger in _loggers()}
    logging.config.fileConfig = lambda *_args, **_kwargs: None
    try:
        yield
    finally:
        logging.config.fileConfig = configure
        for logger, (level, handlers, propagate, disabled) in before.items():
            logger.setLevel(level)
            logger.handlers[:] = handlers
            logger.propagate, logger.disabled = propagate, disabled


def _loggers() -> list[logging.Logger]:
    known = logging.root.manager.loggerDict.values()
    return [logging.root, *(each for each in known if isinstance(each, logging.Logger))]


def _state(logger: logging.Logger) -> tuple[int, list[logging.Handler], bool, bool]:
    return logger.level, list(logger.handlers), logger.propagate, logger.disabled
