"""The sources that a scenario depends on."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from importlib import import_module, invalidate_caches
from importlib.machinery import ModuleSpec, PathFinder
from typing import TYPE_CHECKING

import pytest

from factoryfloor.scenarios import dependencies
from factoryfloor.scenarios.dependencies import code_of, makers, sources_of

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from factoryfloor.scenarios.dependencies import Code
    from tests.scenarios.conftest import Shop

USUAL = {"package.scenarios", "package.factories", "package.models"}
CODE = """
from pathlib import Path
from factoryfloor.scenarios.dependencies import code_of
print(code_of("PACKAGE.extra", [Path()]).is_current)
"""
FORK = """
import logging, os, time
import PACKAGE.extra
time.sleep(0.05)
os.utime(PACKAGE.extra.__file__)
time.sleep(0.05)
if os.fork():
    raise SystemExit(os.wait()[1])
"""


@pytest.fixture(autouse=True)
def importable(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(shop.folder)


@pytest.fixture
def library(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    copy = tmp_path / "library"
    shutil.copytree(dependencies._OWN, copy)
    monkeypatch.setattr(dependencies, "_OWN", copy)
    return copy


def read(shop: Shop, root: Path) -> dict[str, str]:
    texts = dict(each.split("\0", 1) for each in sources_of(f"{shop.package}.scenarios", [root]))
    return {name.replace(shop.package, "package"): text for name, text in texts.items()}


def write(shop: Shop, path: str, text: str) -> None:
    file = shop.folder / path
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text)
    invalidate_caches()


def code(shop: Shop) -> Code:
    return code_of(f"{shop.package}.scenarios", [shop.folder])


def age(shop: Shop) -> None:
    for file in shop.folder.rglob("*.py"):
        os.utime(file, (1, 1))


def run(shop: Shop, script: str) -> str:
    command = [sys.executable, "-c", script.replace("PACKAGE", shop.package)]
    return subprocess.check_output(command, cwd=shop.folder, text=True).strip()


def test_what_a_scenario_imports_counts_and_what_that_imports_but_no_library(shop: Shop) -> None:
    assert {*read(shop, shop.folder)} == {"package", *USUAL}


@pytest.mark.parametrize(
    "statement",
    [
        "import PACKAGE.extra",
        "from . import extra",
        "from .extra import *",
        "from PACKAGE import (\n    factories,  # (all of it)\n    extra,\n)",
        "from PACKAGE \\\n    import factories, \\\n    extra",
        "from . import(extra)",
        "from.extra import thing",
        "import os; import PACKAGE.extra",
        "if True:\n\tif True: import os, PACKAGE.extra as e",
        "if TYPE_CHECKING:\n    from . import extra",
        "try: import PACKAGE.extra\nexcept ImportError: pass",
        "try: pass\nfinally:\n    try: pass\n    except OSError: from . import extra",
        "match 1:\n    case 1:\n        from . import extra",
        "for x in ():\n    pass\nelse:\n    from . import extra",
        "class A:\n    async def late(self):\n        from PACKAGE.extra import thing",
        'pattern = "\\d"  # a warning, and warnings are errors here\nfrom . import extra',
    ],
)
def test_every_way_to_import_counts(shop: Shop, statement: str) -> None:
    shop.write("extra", "thing = 1")
    shop.write("scenarios", statement)

    assert "package.extra" in read(shop, shop.folder)


def test_dots_lead_out_of_a_package_and_not_beyond_the_outermost(shop: Shop) -> None:
    shop.write("scenarios", "from .inner import deep")
    write(shop, f"{shop.package}/inner/__init__.py", "from .. import models\nfrom .... import gone")
    write(shop, f"{shop.package}/inner/deep.py", "from . import near\nfrom ..factories import A")
    write(shop, f"{shop.package}/inner/near.py", "")

    inner = {"package.inner", "package.inner.deep", "package.inner.near"}
    assert {*read(shop, shop.folder)} == {"package", *USUAL, *inner}


@pytest.mark.parametrize("source", [b"def (\n", b"x = '\0'\n", b"x = '\xe9'\n", b"-" * 9999 + b"1"])
def test_a_module_that_is_no_python_counts_by_its_text(shop: Shop, source: bytes) -> None:
    shop.write("scenarios", "from . import extra")
    (shop.folder / shop.package / "extra.py").write_bytes(source)

    text = read(shop, shop.folder)["package.extra"]

    assert text == source.decode(errors="backslashreplace")


def test_a_link_counts_and_not_what_is_outside(shop: Shop) -> None:
    shop.write("scenarios", "from . import extra\nimport PACKAGE_outside")
    write(shop, f"{shop.package}_outside.py", "thing = 1")
    (shop.folder / shop.package / "extra.py").symlink_to(f"../{shop.package}_outside.py")

    names = {*read(shop, shop.folder / shop.package)}

    assert names == {"package", "package.scenarios", "package.extra"}


def test_a_project_deep_within_packages_counts(shop: Shop) -> None:
    write(shop, f"{shop.package}/inner/deep/extra.py", "")
    module = f"{shop.package}.inner.deep.extra"

    assert [*sources_of(module, [shop.folder / shop.package / "inner/deep"])] == [f"{module}\0"]


def test_modules_that_import_each_other_are_read_once(shop: Shop) -> None:
    shop.write("scenarios", "from . import extra")
    shop.write("extra", "from . import scenarios")

    assert set(read(shop, shop.folder)) == {"package", "package.scenarios", "package.extra"}


def test_nothing_that_is_named_is_executed(shop: Shop) -> None:
    shop.write("scenarios", "def late():\n    from PACKAGE.inner.extra import thing")
    write(shop, f"{shop.package}/inner/__init__.py", "raise SystemExit('executed')")
    write(shop, f"{shop.package}/inner/extra.py", "")

    assert {"package.inner", "package.inner.extra"} <= {*read(shop, shop.folder)}
    assert shop.package not in sys.modules


def test_namespace_packages_count(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(shop.folder / "lib" / "site-packages")
    monkeypatch.syspath_prepend(shop.folder / "more")
    spread = f"{shop.package}_spread"
    shop.write("scenarios", f"from {spread}.inner import extra, other, library")
    write(shop, f"{spread}/inner/extra.py", "")
    write(shop, f"more/{spread}/inner/other.py", "")
    write(shop, f"lib/site-packages/{spread}/inner/library.py", "")

    found = {name for name in read(shop, shop.folder) if "spread" in name}

    assert found == {"package_spread.inner.extra", "package_spread.inner.other"}


def test_a_finder_of_its_own_is_asked(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    class Editable:
        @staticmethod
        def find_spec(name: str, path: Sequence[str] | None, target: object) -> ModuleSpec | None:
            if name != f"{shop.package}_editable":
                raise RuntimeError("a finder that fails")
            return PathFinder.find_spec(name, [str(shop.folder / "elsewhere")])

    monkeypatch.setattr(sys, "meta_path", [*sys.meta_path, Editable])
    shop.write("scenarios", "import PACKAGE_editable.extra, PACKAGE_unknown.extra")
    write(shop, f"elsewhere/{shop.package}_editable/__init__.py", "")
    write(shop, f"elsewhere/{shop.package}_editable/extra.py", "")

    own = {"package", "package.scenarios"}
    assert {*read(shop, shop.folder)} == {*own, "package_editable", "package_editable.extra"}


def test_another_version_of_faker_is_another_digest(shop: Shop) -> None:
    before = code(shop)
    write(shop, "Faker-0.1.dist-info/METADATA", "Name: Faker\nVersion: 0.1\n")

    assert code(shop).digest != before.digest
    assert "Faker==0.1" in makers()


@pytest.mark.parametrize("file", ["factories/tree.py", "scenarios/building.py", "randomness.py"])
def test_another_library_is_another_digest(shop: Shop, library: Path, file: str) -> None:
    before = code(shop)
    with (library / file).open("a") as source:
        source.write("changed = True\n")

    assert code(shop).digest != before.digest
    assert not code(shop).is_current


def test_code_is_current_until_a_file_of_it_changes(shop: Shop, library: Path) -> None:
    age(shop)
    before = code(shop)
    shop.write("extra", "imported = False")
    still = code(shop)
    shop.write("models", "changed = True")
    after = code(shop)

    assert before.is_current
    assert still == before
    assert after.digest != before.digest
    assert not after.is_current


def test_code_of_which_a_loaded_file_is_gone_is_not_current(shop: Shop, library: Path) -> None:
    shop.write("scenarios", "import PACKAGE_single")
    write(shop, f"{shop.package}_single.py", "thing = 1")
    age(shop)
    import_module(f"{shop.package}_single")
    before = code(shop)
    (shop.folder / f"{shop.package}_single.py").unlink()

    assert before.is_current
    assert not code(shop).is_current


def test_what_was_written_before_a_process_begins_is_current_in_it(shop: Shop) -> None:
    shop.write("extra", "thing = 1")

    assert run(shop, CODE) == "True"


def test_a_fork_runs_what_was_imported_before_it_began(shop: Shop) -> None:
    shop.write("extra", "thing = 1")

    assert run(shop, FORK + CODE) == "False"
