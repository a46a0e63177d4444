"""Whichever tests are chosen, in whichever order, and whatever failed before."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    Run = Callable[..., pytest.RunResult]

MIXED = """
    import pytest
    from sqlalchemy import func, select
    from shop.factories import AuthorFactory, BookFactory
    from shop.models import Author

    AUTHORS = select(func.count()).select_from(Author)

    def test_one_passes(db):
        AuthorFactory.create()
        db.commit()
        assert db.scalar(AUTHORS) == 1

    class TestMixed:
        def test_two_fails(self, db, sync_client):
            assert sync_client.post("/authors/kept").json() == 1
            pytest.fail("as it shall")

        async def test_three_passes(self, book, client):
            assert (await client.get("/authors")).json() == 1

    async def test_four_fails(async_db):
        await BookFactory.acreate()
        await async_db.commit()
        assert await async_db.scalar(AUTHORS) == 1
        pytest.fail("as it shall")

    def test_five_passes(engine, author):
        with engine.begin() as connection:
            assert connection.scalar(AUTHORS) == 1
"""


def test_what_failed_is_run_alone_or_first_or_until_it_fails(run: Run) -> None:
    run("--tb=no", "--durations=2", test_mixed=MIXED).assert_outcomes(passed=3, failed=2)

    run("--lf", "-W", "error").assert_outcomes(failed=2)
    run("--ff", "-x").assert_outcomes(failed=1)
    run("--sw", "--setup-show").assert_outcomes(failed=1, passed=1)


def test_some_are_chosen_and_the_run_ends_at_a_failure(run: Run, shop: Path) -> None:
    less = ("-p", "no:cacheprovider", "-p", "no:terminal")

    result = run("--maxfail=1", "-k", "three or four or five", *less, test_mixed=MIXED)

    assert result.ret == pytest.ExitCode.TESTS_FAILED
    assert result.outlines == []
    assert len((shop / "left.txt").read_text().splitlines()) == 1


@pytest.mark.parametrize("options", [("--collect-only", "-q"), ("--setup-plan", "-k", "TestSync")])
def test_a_run_that_only_plans_makes_no_database(
    run: Run, shop: Path, suite: int, options: tuple[str, ...]
) -> None:
    result = run(*options)

    assert result.ret == pytest.ExitCode.OK
    assert (shop / "left.txt").read_text() == ""
