"""The values of shared data hang on their own seed, and do not meet those of the tests."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    import pytest

    Run = Callable[..., pytest.RunResult]

SEQUENCES = """
    import factory
    import pytest
    from factoryfloor import shared
    from factoryfloor.factories import reset_sequences
    from shop.factories import AuthorFactory

    class CyclingFactory(AuthorFactory):
        country = factory.Iterator(["NL", "DE", "FR"])
        name = factory.LazyFunction(
            lambda: factory.Faker._get_faker().unique.random_element(tuple("abcd"))
        )

    @shared(scope="session")
    def wide():
        return AuthorFactory.create_batch(2)

    @shared(scope="module")
    def narrow():
        return AuthorFactory.create_batch(2)

    @shared(scope="class")
    def cycling():
        return CyclingFactory.create_batch(2)

    def names(authors):
        return [author.name for author in authors]

    class TestNumbers:
        def test_data_of_a_module_has_its_own(self, narrow):
            assert names(narrow) == ["Author 2001", "Author 2002"]

        def test_the_tests_own_begin_at_one(self, narrow, author):
            assert author.name == "Author 1"

        def test_wider_data_has_others(self, narrow, wide, author):
            assert names(wide) == ["Author 1001", "Author 1002"]
            assert names(narrow) == ["Author 2001", "Author 2002"]
            assert author.name == "Author 1"

        def test_the_tests_own_pass_them_by(self, narrow, wide):
            own = names(AuthorFactory.create_batch(1001))
            assert own[999:] == ["Author 1000", "Author 2003"]

        def test_so_they_do_after_a_reset(self, narrow, wide):
            AuthorFactory.build_batch(5)
            reset_sequences()
            assert names(AuthorFactory.create_batch(1001))[-1] == "Author 2003"

    class TestOthers:
        def test_iterators_and_unique_fakes(self, cycling):
            assert [author.country for author in cycling] == ["NL", "DE"]
            own = CyclingFactory.create_batch(2)
            assert [author.country for author in own] == ["NL", "DE"]
            assert sorted(names(own + cycling)) == ["a", "b", "c", "d"]

        def test_are_the_same_again(self, cycling):
            assert sorted(names(CyclingFactory.create_batch(2) + cycling)) == ["a", "b", "c", "d"]
"""


def test_sequences_do_not_meet(run: Run) -> None:
    result = run(test_sequences=SEQUENCES)

    result.assert_outcomes(passed=7)


SEEDED = """
    from factoryfloor import shared
    from shop.factories import AuthorFactory

    @shared(scope="module")
    def first():
        return AuthorFactory.create_batch(5)

    @shared(scope="module")
    def second():
        return AuthorFactory.create_batch(5)

    def countries(authors):
        return [author.country for author in authors]

    def record(request, *found):
        key = f"countries/{request.node.name}"
        assert request.config.cache.get(key, list(found)) == list(found)
        request.config.cache.set(key, list(found))

    def test_alone(request):
        record(request, countries(AuthorFactory.create_batch(5)))

    def test_with_data(request, second):
        record(request, countries(second), countries(AuthorFactory.create_batch(5)))

    def test_late(request, author):
        own = AuthorFactory.create_batch(5)
        late = request.getfixturevalue("first")
        assert [each.name for each in own] == [f"Author {n}" for n in range(2, 7)]
        record(request, countries(late), countries(AuthorFactory.create_batch(5)))

    def test_the_same_late_as_in_time(request, first):
        known = request.config.cache.get("countries/test_late", None)
        assert known is None or known[0] == countries(first)
"""


def test_random_values_do_not_hang_on_what_ran_before(run: Run) -> None:
    seed = ("--factory-seed", "5")

    whole = run(*seed, test_seeded=SEEDED)
    backwards = run(*seed, "-p", "randomly", "-p", "no:cov", test_seeded=SEEDED)
    one = run(*seed, "-k", "with_data", test_seeded=SEEDED)

    whole.assert_outcomes(passed=4)
    backwards.assert_outcomes(passed=4)
    one.assert_outcomes(passed=1, deselected=3)


VALUES = """
    from collections import namedtuple
    from dataclasses import dataclass, field
    from types import SimpleNamespace
    from factoryfloor import shared
    from shop.factories import AuthorFactory
    from shop.models import Author
    from sqlalchemy import select
    import pytest

    Pair = namedtuple("Pair", "author number")

    @dataclass
    class Many:
        pairs: dict[str, Pair]
        several: set
        space: SimpleNamespace
        notes: list[str] = field(default_factory=list)

    @shared(scope="module")
    def many():
        ann, bob = AuthorFactory.create_batch(2)
        return Many({"ann": Pair(ann, 1), "bob": Pair(bob, 2)}, {ann, bob}, SimpleNamespace(a=ann))

    @shared(scope="module")
    def plain():
        return 7

    @shared(scope="module", autouse=True)
    def everywhere(plain):
        return AuthorFactory.create(name="everywhere")

    @pytest.mark.parametrize("time", [1, 2])
    def test_a_value_is_made_anew(many, db, time):
        ann, bob = many.pairs["ann"].author, many.pairs["bob"].author
        assert many.several == {ann, bob} and many.space.a is ann
        assert many.pairs["bob"].number == 2 and many.notes == []
        many.notes.append("mine")
        many.pairs.clear()

    def test_a_plain_value(plain):
        assert plain == 7

    def test_data_that_every_test_has(db):
        assert "everywhere" in db.scalars(select(Author.name)).all()

    @pytest.fixture(scope="module", params=["x", "y"])
    def letter(request):
        return request.param

    @shared(scope="module")
    def lettered(letter):
        return AuthorFactory.create(name=letter)

    def test_a_parameter_of_an_ordinary_fixture(lettered, letter, db):
        assert lettered.name == letter

    @pytest.mark.parametrize("lettered", [8])
    def test_a_test_overrides_it(lettered):
        assert lettered == 8
"""


def test_values_of_every_kind(run: Run) -> None:
    result = run("-W", "error", test_values=VALUES)

    result.assert_outcomes(passed=7)
