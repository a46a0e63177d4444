"""Which tests see which shared data, in what order it is made, and how often."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    import pytest

    Run = Callable[..., pytest.RunResult]

CONFTEST = """
    import pytest
    from sqlalchemy import select
    from factoryfloor import shared
    from shop.factories import AuthorFactory
    from shop.models import Author

    made = []

    @pytest.fixture(scope="session")
    def log():
        return made

    def make(name, **fields):
        made.append(name)
        return AuthorFactory.create(name=name, **fields)

    @shared(scope="session")
    def of_session():
        return make("session")

    @shared(scope="module")
    def of_module():
        return make("module")

    @shared(scope="class")
    def of_class():
        return make("class")

    @pytest.fixture
    def names(db):
        return lambda: sorted(db.scalars(select(Author.name)))
"""

SCOPES = """
    import pytest

    def test_before_it_is_asked_for(names):
        assert names() == []

    def test_of_the_module(of_module, names):
        assert names() == ["module"]

    class TestOne:
        def test_of_the_class(self, of_class, names):
            assert names() == ["class", "module"]

        @pytest.mark.parametrize("number", [1, 2])
        def test_others_of_the_class_see_it(self, names, number):
            assert names() == ["class", "module"]

    class TestTwo:
        def test_another_class_does_not(self, names):
            assert names() == ["module"]

        def test_it_has_its_own(self, of_class, names, log):
            assert names() == ["class", "module"]
            assert log == ["module", "class", "class"]

    def test_wider_data_is_asked_for_after_narrower(of_session, names, log):
        assert names() == ["session"]
        log.clear()

    def test_narrower_data_is_made_again_above_it(of_module, of_session, names, log):
        assert names() == ["module", "session"]
        assert log == ["module"]

    def test_a_test_without_database():
        pass

    def test_it_is_still_there(of_module, of_session, names, log):
        assert names() == ["module", "session"]
        assert log == ["module"]
"""

OTHER = """
    def test_another_module_that_asks_for_no_data_of_the_session_sees_none(names):
        assert names() == []
"""

THIRD = """
    def test_one_that_does_sees_it(of_session, names, log):
        assert names() == ["session"]
        log.clear()

    def test_so_do_all_its_tests(names):
        assert names() == ["session"]

    def test_and_has_its_own_data_of_the_module(of_module, names, log):
        assert names() == ["module", "session"]
        assert log == ["module"]
"""


def test_data_is_seen_by_its_own_class_module_and_session(run: Run) -> None:
    result = run(conftest=CONFTEST, test_a=SCOPES, test_b=OTHER, test_c=THIRD)

    result.assert_outcomes(passed=15)


ANY_ORDER = """
    import pytest
    from factoryfloor import shared
    from shop.factories import AuthorFactory, BookFactory

    def described(author, author_factory):
        own = author_factory.create()
        return author.name, author.country, own.name, own.country

    @shared(scope="class")
    def local(of_module):
        return BookFactory.create(author=of_module)

    class Base:
        @shared(scope="class")
        def inherited(self, local):
            return {"title": type(self).__name__, "book": local}

        @pytest.mark.parametrize("number", range(4))
        def test_inherited(self, inherited, number):
            assert inherited["title"] == type(self).__name__
            assert inherited["book"].author.name == "module"

        def test_wider(self, inherited, of_session, names):
            # in another order its class has had "class" made already
            assert set(names()) - {"class"} == {"module", "session"}

    class TestA(Base):
        def test_own(self, of_class, names):
            assert "class" in names()

    class TestB(Base):
        @shared(scope="class")
        def local(self, local):
            local.title = "overridden"
            return local

        def test_overridden(self, inherited, local):
            assert local is inherited["book"] and local.title == "overridden"

    def test_values_do_not_hang_on_the_order(of_module, author_factory, request):
        found = described(of_module, author_factory)
        key = f"described/{request.node.nodeid}"
        known = request.config.cache.get(key, list(found))
        request.config.cache.set(key, known)
        assert known == list(found)
"""


def test_any_order_and_workers(run: Run) -> None:
    files = {"conftest": CONFTEST, "test_a": ANY_ORDER, "test_b": ANY_ORDER, "test_c": OTHER}
    seed = ("--factory-seed", "7")

    results = [
        run(*seed, **files),
        run(*seed, "-p", "randomly"),
        run(*seed, "-n", "2"),
    ]

    for result in results:
        result.assert_outcomes(passed=27)
