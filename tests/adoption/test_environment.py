"""The application's environment is set whole and put back whole."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from factoryfloor.adoption import filled, set_environment
from factoryfloor.errors import SettingsError

FILE = Path("pyproject.toml")


def test_placeholders_are_filled_in() -> None:
    templates = {"DSN": "postgresql://{user}@{host}/{database}", "MODE": "test"}

    result = filled(templates, {"user": "u", "host": "h", "database": "d"}, file=FILE)

    assert result == {"DSN": "postgresql://u@h/d", "MODE": "test"}


@pytest.mark.parametrize("text", ["{databse}", "{", "{0}"])
def test_what_cannot_be_filled_in_is_named(text: str) -> None:
    with pytest.raises(SettingsError, match=r"environment.DSN .* known are \{database\}"):
        filled({"DSN": text}, {"database": "d"}, file=FILE)


def test_undo_puts_variables_and_path_back(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("FF_KEPT", "before")
    monkeypatch.delenv("FF_NEW", raising=False)

    undo = set_environment({"FF_KEPT": "during", "FF_NEW": "during"}, [tmp_path])
    during = os.environ["FF_KEPT"], os.environ["FF_NEW"], sys.path[0]
    undo()

    assert during == ("during", "during", str(tmp_path))
    assert os.environ["FF_KEPT"] == "before"
    assert "FF_NEW" not in os.environ
    assert str(tmp_path) not in sys.path
