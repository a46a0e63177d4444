"""A command on a database of its own, such as a development server on test data."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
from typing import TYPE_CHECKING

from factoryfloor.errors import SettingsError
from factoryfloor.factories import use_session
from factoryfloor.floor import open_floor
from factoryfloor.settings import resolve

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterator

    from factoryfloor.floor import Floor


def run(arguments: argparse.Namespace) -> int:
    """The command's own exit code.

    Its environment has the project's variables: those that hold the database's address always,
    the others where the caller's environment says nothing.
    """
    argv = arguments.argv[1:] if arguments.argv[:1] == ["--"] else arguments.argv
    if not argv:
        raise SettingsError("say what to run: factoryfloor run -- COMMAND …")
    callers = dict(os.environ)
    with open_floor(arguments.config) as floor:
        floor.make()
        _check_url(floor)
        if arguments.fill:
            _fill(floor, arguments.fill)
        return _wait(argv, _environment(floor, callers))


def _check_url(floor: Floor) -> None:
    """Refuse to run where the application would connect to another database."""
    url = floor.application.engine.url
    if url.database not in (floor.asked_for, floor.database):
        settings = floor.settings
        raise SettingsError(
            f"{settings.file}: the application's engine is on the database {url.database!r}, not "
            f"on the one made for it. Let `environment` set the variable that it reads; it sets "
            f"{', '.join(settings.environment) or 'none'}."
        )


def _fill(floor: Floor, reference: str) -> None:
    function = resolve(reference, key="--fill", file=floor.settings.file)
    if not callable(function):
        raise SettingsError(f"--fill {reference} is no callable.")
    with floor.application.sessionmaker() as session, use_session(session):
        function(session)
        session.commit()
    floor.application.engine.dispose()


def _environment(floor: Floor, callers: dict[str, str]) -> dict[str, str]:
    templates = floor.settings.environment
    ours = floor.environment
    address = {name: value for name, value in ours.items() if value != templates[name]}
    return {**ours, **callers, **address}


def _wait(argv: list[str], environment: dict[str, str]) -> int:
    try:
        process = subprocess.Popen(argv, env=environment)
    except OSError as error:
        raise SettingsError(f"cannot run {argv[0]}: {error.strerror}.") from None
    with _ending(process) as asked:
        code = process.wait()
    if code < 0:  # ended by a signal, as a shell reports it
        return 0 if -code in asked else 128 - code
    return code


@contextlib.contextmanager
def _ending(process: subprocess.Popen[bytes]) -> Iterator[set[int]]:
    """Ask the command to end where this process is asked to; holds the signals sent to it."""
    sent: set[int] = set()

    def end(_number: int, _frame: object) -> None:
        sent.add(signal.SIGTERM)
        process.terminate()

    hangup = getattr(signal, "SIGHUP", signal.SIGTERM)  # Windows has none
    before = {
        number: signal.signal(number, end) for number in {signal.SIGTERM, signal.SIGINT, hangup}
    }
    try:
        yield sent
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
