"""`factoryfloor types` writes what the scenarios say, and tells where a file has drifted."""

from __future__ import annotations

import importlib
import subprocess
import sys
import uuid
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import pytest

from factoryfloor.cli import main

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

SETTINGS = """
[tool.factoryfloor]
pythonpath = ["."]
base = "notes:Base"
scenarios = ["notes"]
"""

NOTES = '''
from dataclasses import dataclass

from sqlalchemy.orm import DeclarativeBase

from factoryfloor import scenario

class Base(DeclarativeBase):
    pass

@dataclass
class Desk:
    notes: int

@scenario("desk")
def desk() -> Desk:
    """A desk."""
'''


@dataclass(frozen=True)
class Project:
    """A folder with the table and a module of scenarios that no other test imported."""

    folder: Path
    module: str

    def write(self, notes: str) -> None:
        (self.folder / f"{self.module}.py").write_text(notes)
        sys.modules.pop(self.module, None)
        importlib.invalidate_caches()


class Ran(NamedTuple):
    code: int
    out: str
    err: str


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Project]:
    monkeypatch.chdir(tmp_path)
    made = Project(tmp_path, f"notes_{uuid.uuid4().hex[:8]}")
    (tmp_path / "pyproject.toml").write_text(SETTINGS.replace("notes", made.module))
    made.write(NOTES)
    yield made
    sys.modules.pop(made.module, None)


@pytest.fixture
def types(project: Project, capsys: pytest.CaptureFixture[str]) -> Callable[..., Ran]:
    """Runs `factoryfloor types` in the project's folder."""

    def types(*arguments: str) -> Ran:
        code = main(["types", *arguments])
        return Ran(code, *capsys.readouterr())

    return types


def test_it_prints_the_module_or_writes_it(project: Project, types: Callable[..., Ran]) -> None:
    printed, written = types(), types("scenarios.ts")

    assert "export interface Desk {\n  notes: number;\n}\n" in printed.out
    assert (project.folder / "scenarios.ts").read_text() == printed.out
    assert (written.code, written.out) == (0, "")


def test_it_starts_no_server(project: Project, runtime: Path) -> None:
    command = [sys.executable, "-m", "factoryfloor", "types"]

    ran = subprocess.run(command, cwd=project.folder, capture_output=True, text=True, check=False)

    assert ran.returncode == 0
    assert ran.stdout.endswith("}\n")
    assert list(runtime.iterdir()) == []


def test_a_file_that_says_the_same_passes_the_check(types: Callable[..., Ran]) -> None:
    types("scenarios.ts")

    checked = types("--check", "scenarios.ts")

    assert (checked.code, checked.out, checked.err) == (0, "", "")


def test_what_has_drifted_is_shown_and_left_as_it_is(
    project: Project, types: Callable[..., Ran]
) -> None:
    types("scenarios.ts")
    before = (project.folder / "scenarios.ts").read_text()
    project.write(NOTES.replace("notes: int", "notes: bool"))

    checked = types("--check", "scenarios.ts")

    assert checked.code == 1
    assert checked.out.splitlines()[0] == (
        "scenarios.ts is not what the scenarios say; write it anew: factoryfloor types scenarios.ts"
    )
    assert "  -  notes: number;\n  +  notes: boolean;\n" in checked.out
    assert (project.folder / "scenarios.ts").read_text() == before


def test_a_long_difference_is_cut(project: Project, types: Callable[..., Ran]) -> None:
    (project.folder / "scenarios.ts").write_text("// old\n" * 100)

    checked = types("--check", "scenarios.ts")

    assert checked.code == 1
    assert len(checked.out.splitlines()) == 42
    assert "more lines" in checked.out.splitlines()[-1]


def test_a_file_that_is_not_there_has_drifted(project: Project, types: Callable[..., Ran]) -> None:
    checked = types("--check", "scenarios.ts")

    assert checked.code == 1
    assert "+export interface Desk {" in checked.out
    assert not (project.folder / "scenarios.ts").exists()


@pytest.mark.parametrize(
    "arguments,message",
    [
        (["--check"], "say which file to check"),
        (["absent/scenarios.ts"], "cannot write absent/scenarios.ts: No such file"),
        (["--check", "."], "cannot read .: "),
    ],
)
def test_a_mistake_is_explained_in_one_line(
    types: Callable[..., Ran], arguments: list[str], message: str
) -> None:
    ran = types(*arguments)

    assert ran.code == 2
    assert ran.err.startswith(f"factoryfloor: {message}")
    assert ran.err.count("\n") == 1


def test_a_field_that_cannot_be_told_is_named(project: Project, types: Callable[..., Ran]) -> None:
    project.write(NOTES.replace("notes: int", "notes: set[int]"))

    ran = types()

    assert ran.code == 2
    assert "the scenario 'desk' (" in ran.err
    assert "tells of Desk.notes, which is set[int]" in ran.err


def test_a_project_without_scenarios_is_told_how_to_have_one(
    project: Project, types: Callable[..., Ran]
) -> None:
    project.write(NOTES.partition("@scenario")[0])

    ran = types()

    assert ran.code == 2
    assert 'Write scenarios = ["module"] in [tool.factoryfloor]' in ran.err
