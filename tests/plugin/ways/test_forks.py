"""A forked process cannot join the test's transaction, and does it no harm."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    import pytest

    Run = Callable[..., pytest.RunResult]

FORKS = """
    import gc
    import os

    import pytest
    from sqlalchemy import func, select
    from factoryfloor.plugin.stash import FLOOR
    from shop.database import SessionLocal, engine
    from shop.factories import AuthorFactory
    from shop.models import Author

    AUTHORS = select(func.count()).select_from(Author)

    def in_child(act):
        read, write = os.pipe()
        child = os.fork()
        if not child:
            try:
                os.write(write, str(act()).encode())
            except BaseException as error:
                os.write(write, str(error).encode())
            finally:
                os._exit(0)
        os.close(write)
        os.waitpid(child, 0)
        with os.fdopen(read) as answer:
            return answer.read()

    def write():
        with SessionLocal() as session:
            session.add(Author(name="of the child", country="NL"))
            session.commit()

    def write_on_a_new_pool():
        engine.dispose(close=False)
        write()

    @pytest.fixture(scope="module")
    def seen_before(engine):
        with engine.connect() as connection:
            return in_child(lambda: connection.engine.connect().scalar(AUTHORS))

    def test_a_process_forked_outside_a_test_connects_for_real(seen_before):
        assert seen_before == "0"

    @pytest.mark.parametrize("act", [write, write_on_a_new_pool])
    def test_a_child_is_refused(db, act):
        AuthorFactory.create()
        assert "a forked process cannot join the test's transaction" in in_child(act)
        assert db.scalar(AUTHORS) == 1

    def test_a_child_may_use_the_tests_objects_no_more(db):
        author = AuthorFactory.create()
        db.commit()
        assert "a forked process cannot join" in in_child(lambda: author.name)
        assert author.name == "Author 1"

    @pytest.mark.parametrize("close", ["db.close()", "engine.dispose()", "floor.close()", "None"])
    def test_a_child_that_closes_takes_nothing_along(db, request, close):
        AuthorFactory.create()
        floor = request.config.stash[FLOOR]
        names = {"db": db, "engine": engine, "floor": floor}
        in_child(lambda: (eval(close, names), gc.collect()))
        assert db.scalar(AUTHORS) == 1

    def test_what_follows_finds_nothing(db):
        assert db.scalar(AUTHORS) == 0
"""


def test_forks(run: Run) -> None:
    run(test_forks=FORKS).assert_outcomes(passed=9)
