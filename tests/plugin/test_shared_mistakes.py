"""Shared data that cannot be, or could not be made, is an error that says why."""

from __future__ import annotations

from textwrap import dedent
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

    Run = Callable[..., pytest.RunResult]

HEAD = """
import pytest
from types import SimpleNamespace
from factoryfloor import shared
from shop.factories import AuthorFactory
from shop.models import Author

"""
AT_ONCE = {
    "async": (
        "@shared(scope='module')\nasync def ann(): pass",
        "*the shared fixture ann (test_it.py:7) is async*",
    ),
    "a generator": (
        "@shared(scope='module')\ndef ann(): yield 1",
        "*the shared fixture ann (test_it.py:7) yields*return the value*",
    ),
    "no parentheses": ("@shared\ndef ann(): pass", '*write @shared(scope="class")*'),
    "no such scope": (
        "@shared(scope='function')\ndef ann(): pass",
        "*@shared(scope='function') says not for whom*",
    ),
    "request": (
        "@shared(scope='module')\ndef ann(request): pass",
        "*ann (test_it.py:7) names `request`*",
    ),
}
IN_A_TEST = {
    "a fixture of a test": (
        "@shared(scope='module')\ndef ann(tmp_path): pass",
        "*ann (test_it.py:7), of scope module, names the fixture 'tmp_path', of scope function*",
    ),
    "a factory's fixture": (
        "@shared(scope='module')\ndef ann(author_factory): pass",
        "*'author_factory', of scope function*a factory is called by its class*",
    ),
    "a parameter of a test": (
        (
            "def pytest_generate_tests(metafunc):\n"
            " if 'number' in metafunc.fixturenames: metafunc.parametrize('number', [1])\n"
            "@shared(scope='module')\ndef ann(number): pass"
        ),
        "*names the fixture 'number', of scope function*",
    ),
    "narrower data": (
        "@shared(scope='module')\ndef bob(): pass\n@shared(scope='session')\ndef ann(bob): pass",
        "*of scope session, names the shared fixture 'bob', of scope module*",
    ),
    "an object that is in no row": (
        "@shared(scope='module')\ndef ann(): return [Author(name='Ann')]",
        "*ann (test_it.py:7) returns an object of Author that is in no row*",
    ),
    "an object that is deleted": (
        (
            "@shared(scope='module')\ndef ann(db):\n"
            " found = AuthorFactory.create()\n db.delete(found)\n db.flush()\n return found"
        ),
        "*returns an object of Author that is in no row*",
    ),
    "an object inside another": (
        (
            "class Holder: pass\n@shared(scope='module')\ndef ann():\n"
            " found = Holder()\n found.author = AuthorFactory.create()\n return found"
        ),
        "*returns an object of Holder, which cannot be made anew*dataclass*",
    ),
    "a row that is refused": (
        "@shared(scope='module')\ndef ann():\n AuthorFactory.create(country=None)",
        "*ann (test_it.py:7) could not be made: RefusedIntegrityError*",
    ),
    "an uncommitted change of another session": (
        (
            "from shop.database import SessionLocal\n@shared(scope='module')\ndef ann():\n"
            " global kept\n kept = SessionLocal()\n"
            " kept.add(Author(name='x', country='NL'))\n kept.flush()"
        ),
        "*could not be made*left uncommitted by*commit it where it is made*",
    ),
    "no such fixture": (
        "@shared(scope='module')\ndef ann(nobody): pass",
        "*fixture 'nobody' not found*",
    ),
}
TEST = "\n\ndef test_it(ann): pass\n\n"


@pytest.mark.parametrize("source, told", AT_ONCE.values(), ids=AT_ONCE)
def test_a_function_that_cannot_share_is_refused_at_collection(
    run: Run, source: str, told: str
) -> None:
    result = run(test_it=HEAD + source + TEST)

    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines([told])


@pytest.mark.parametrize("source, told", IN_A_TEST.values(), ids=IN_A_TEST)
def test_what_cannot_be_shared_is_an_error_of_its_test_alone(
    run: Run, source: str, told: str
) -> None:
    other = "\n\ndef test_other(db):\n    assert db.query(Author).count() == 0\n"

    result = run("-W", "ignore::ResourceWarning", test_it=HEAD + source + TEST + other)

    result.assert_outcomes(errors=1, passed=1)
    result.stdout.fnmatch_lines([told])


def test_what_failed_is_tried_again(run: Run) -> None:
    result = run(
        test_it=HEAD
        + dedent(
            """
            times = []

            @shared(scope="session")
            def below():
                return AuthorFactory.create(name="below")

            @shared(scope="module")
            def ann(below):
                AuthorFactory.create(name="half")
                times.append(1)
                if len(times) == 1:
                    raise ValueError("not yet")
                return AuthorFactory.create(name="Ann")

            def test_first(ann): pass

            def test_second(ann, db):
                assert [each.name for each in db.query(Author).order_by(Author.name)] == [
                    "Ann", "below", "half"
                ]

            def test_third(ann):
                assert len(times) == 2
            """
        )
    )

    result.assert_outcomes(errors=1, passed=2)
    result.stdout.fnmatch_lines(["*ann (test_it.py:14) could not be made: ValueError: not yet*"])


def test_a_skip_is_a_skip(run: Run) -> None:
    result = run(
        test_it=HEAD + "@shared(scope='module')\ndef ann(): pytest.skip('not here')\n" + TEST
    )

    result.assert_outcomes(skipped=1)


def test_a_factory_in_an_ordinary_wide_fixture_is_pointed_to_shared(run: Run) -> None:
    result = run(
        test_it=HEAD
        + "@pytest.fixture(scope='module')\ndef ann(): return AuthorFactory.create()\n"
        + TEST
    )

    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines(["*@factoryfloor.shared(scope=*"])


def test_without_configuration_it_is_refused(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        """
        from factoryfloor import shared

        @shared(scope="module")
        def ann(): pass

        def test_it(ann): pass
        """
    )

    result = pytester.runpytest_subprocess("-p", "no:randomly")

    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines(["*ann (test_*.py:3) needs a database*tool.factoryfloor*"])
