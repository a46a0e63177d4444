"""`factoryfloor run` gives a command a database of its own, and takes it away again."""

from __future__ import annotations

import signal
import subprocess
import sys
import textwrap
from typing import TYPE_CHECKING

import psycopg
import pytest

if TYPE_CHECKING:
    from pathlib import Path

SETTINGS = """
[tool.factoryfloor]
pythonpath = ["."]
base = "notes:Base"
database = "notes"

[tool.factoryfloor.environment]
NOTES_DATABASE = "{database_url}"
NOTES_MODE = "test"
"""

NOTES = """
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

class Base(DeclarativeBase):
    pass

class Note(Base):
    __tablename__ = "notes"
    id: Mapped[int] = mapped_column(primary_key=True)
    text: Mapped[str]

def fill(session):
    session.add(Note(text="filled"))
"""

SHOW = """
import os, psycopg
url = os.environ["NOTES_DATABASE"].replace("+psycopg", "")
with psycopg.connect(url) as connection:
    print(url)
    print(os.environ["NOTES_MODE"], connection.execute("SELECT text FROM notes").fetchall())
"""


SCRIPT = """
from factoryfloor import open_floor
from notes_app import SessionLocal
import notes

with open_floor() as floor:
    floor.make()
    with SessionLocal() as session:
        notes.fill(session)
        session.commit()
        print(session.connection().connection.dbapi_connection.info.dbname, floor.database)
"""

APP = """
import os
from sqlalchemy import create_engine
from sqlalchemy.orm import sessionmaker

engine = create_engine(os.environ.get("UNKNOWN_TO_THE_TABLE", "postgresql+psycopg:///production"))
SessionLocal = sessionmaker(engine)
"""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    (tmp_path / "pyproject.toml").write_text(SETTINGS)
    (tmp_path / "notes.py").write_text(NOTES)
    (tmp_path / "show.py").write_text(textwrap.dedent(SHOW))
    return tmp_path


def factoryfloor(project: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "factoryfloor", *arguments]
    return subprocess.run(command, cwd=project, capture_output=True, text=True, check=False)


def test_the_command_finds_the_database_filled_and_gone_afterwards(project: Path) -> None:
    ran = factoryfloor(project, "run", "--fill", "notes:fill", "--", sys.executable, "show.py")

    assert (ran.returncode, ran.stderr) == (0, "")
    url, row = ran.stdout.splitlines()
    assert row == "test [('filled',)]"
    with pytest.raises(psycopg.OperationalError, match="does not exist"):
        psycopg.connect(url)


def test_the_callers_environment_wins_but_for_the_address(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NOTES_MODE", "mine")
    monkeypatch.setenv("NOTES_DATABASE", "postgresql://elsewhere/production")

    ran = factoryfloor(project, "run", "--", sys.executable, "show.py")

    assert ran.stdout.splitlines()[1] == "mine []"


def test_a_script_writes_to_the_floor_whatever_its_engine_says(project: Path) -> None:
    (project / "notes_app.py").write_text(APP)

    ran = subprocess.run(
        [sys.executable, "-c", SCRIPT], cwd=project, capture_output=True, text=True, check=False
    )

    assert ran.stderr == ""
    written_to, made = ran.stdout.split()
    assert written_to == made


def test_an_application_that_would_connect_elsewhere_is_refused(project: Path) -> None:
    (project / "notes_app.py").write_text(APP)
    table = project / "pyproject.toml"
    named = 'engine = "notes_app:engine"\ndatabase ='
    table.write_text(table.read_text().replace("database =", named))

    ran = factoryfloor(project, "run", "--", sys.executable, "show.py")

    assert ran.returncode == 2
    assert "engine is on the database 'production'" in ran.stderr
    assert "it sets NOTES_DATABASE, NOTES_MODE" in ran.stderr


def test_the_commands_exit_code_is_passed_on(project: Path) -> None:
    assert factoryfloor(project, "run", "--", sys.executable, "-c", "exit(7)").returncode == 7


def test_a_request_to_end_reaches_the_command_and_the_database_is_dropped(project: Path) -> None:
    wait = f"{SHOW}\nimport sys, time\nsys.stdout.flush()\ntime.sleep(60)"
    command = [sys.executable, "-m", "factoryfloor", "run", "--", sys.executable, "-c", wait]
    with subprocess.Popen(command, cwd=project, stdout=subprocess.PIPE, text=True) as running:
        assert running.stdout is not None
        url = running.stdout.readline().strip()
        running.stdout.readline()

        running.send_signal(signal.SIGTERM)

        assert running.wait(30) == 0
    with pytest.raises(psycopg.OperationalError, match="does not exist"):
        psycopg.connect(url)


@pytest.mark.parametrize(
    "arguments, message",
    [
        (["run"], "say what to run"),
        (["run", "--", "no-such-command"], "cannot run no-such-command"),
        (["run", "--fill", "notes:fil", "--", "true"], "notes has no 'fil'; did you mean 'fill'"),
        (["--config", "absent.toml", "run", "--", "true"], "absent.toml: there is no such"),
    ],
)
def test_a_mistake_is_explained_in_one_line(
    project: Path, arguments: list[str], message: str
) -> None:
    ran = factoryfloor(project, *arguments)

    assert ran.returncode == 2
    assert ran.stderr.startswith("factoryfloor: ")
    assert message in ran.stderr
    assert "Traceback" not in ran.stderr


def test_a_folder_without_a_table_is_named(tmp_path: Path) -> None:
    ran = factoryfloor(tmp_path, "run", "--", "true")

    assert ran.returncode == 2
    assert f"no pyproject.toml from {tmp_path} upwards" in ran.stderr
