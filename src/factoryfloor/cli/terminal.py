"""Output that reads well on a terminal, and is plain text elsewhere."""

from __future__ import annotations

from typing import IO, Final

from rich.console import Console

_NO_WIDTH: Final = 10_000  # characters, so that no line is broken


def console_on(stream: IO[str], *, quiet: bool = False) -> Console:
    """A console on this stream; only on a terminal are there colours, animation and a width."""
    terminal = stream.isatty()
    return Console(
        file=stream,
        force_terminal=terminal,
        width=None if terminal else _NO_WIDTH,
        quiet=quiet,
        highlight=False,
    )
