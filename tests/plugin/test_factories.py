"""Factories are fixtures, and work without one."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    import pytest

    Run = Callable[..., pytest.RunResult]

FIXTURES = """
    import pytest
    from pytest_factoryboy import LazyFixture
    from sqlalchemy import event
    from shop.factories import AuthorFactory, BookFactory

    def test_a_model_fixture_is_the_first_of_its_kind(author, author_factory):
        assert author.id is not None
        assert author.name == "Author 1"
        assert author_factory is AuthorFactory
        assert author_factory.create().name == "Author 2"

    def test_parents_are_their_own_fixtures(book, author):
        assert book.author is author
        assert book.title == "Book 1 of Author 1"

    def test_a_model_fixture_flushes_once(db, request):
        flushes = []
        event.listen(db, "after_flush", lambda *_: flushes.append(1))
        request.getfixturevalue("author")
        assert len(flushes) == 1

    def test_factories_need_no_fixture():
        assert BookFactory.create().author.id is not None

    @pytest.mark.parametrize("author__name, author__books", [("Ann", 2), ("Bob", [{"title": "X"}])])
    def test_fields_can_be_parametrized(author, author__name):
        assert author.name == author__name
        assert [book.title for book in author.books] == (
            ["Book 1 of Ann", "Book 2 of Ann"] if author__name == "Ann" else ["X"]
        )

    @pytest.mark.parametrize("author__prolific", [True])
    def test_traits_can_be_parametrized(author):
        assert len(author.books) == 3

    class TestOverriding:
        @pytest.fixture
        def author__name(self):
            return "Overridden"

        @pytest.fixture
        def author__country(self, other):
            return LazyFixture("other")

        @pytest.fixture
        def other(self):
            return "BE"

        def test_fields_can_be_overridden(self, author):
            assert (author.name, author.country) == ("Overridden", "BE")

        def test_a_childs_parent_is_the_overridden_one(self, book):
            assert book.author.name == "Overridden"
"""

SEEDED = """
    import pytest
    from shop.factories import AuthorFactory

    @pytest.mark.parametrize("number", range(4))
    def test_values(number, capsys):
        with capsys.disabled():
            print(f"\\nVALUE {number} {[AuthorFactory.build().country for _ in range(6)]}")
"""


def values(lines: list[str]) -> list[str]:
    return sorted(line for line in lines if line.startswith("VALUE"))


def test_factories_become_fixtures(run: Run) -> None:
    run(test_factories=FIXTURES).assert_outcomes(passed=9)


def test_random_values_hang_on_the_seed_and_the_test_alone(run: Run) -> None:
    first = run("--factory-seed=42", test_seeded=SEEDED)
    alone = run("--factory-seed=42", "-k", "3")
    other = run("--factory-seed=43")

    first.stdout.fnmatch_lines(["factoryfloor: --factory-seed=42, *"])
    assert len(set(values(first.outlines))) == 4
    assert values(alone.outlines) == values(first.outlines)[3:]
    assert set(values(other.outlines)).isdisjoint(values(first.outlines))


def test_a_wider_fixture_has_values_of_its_own_whoever_asks_first(run: Run) -> None:
    wide = """
        import pytest
        from shop.factories import AuthorFactory

        def draw():
            return [AuthorFactory.build().country for _ in range(6)]

        @pytest.fixture(scope="module")
        def shared():
            return draw()

        @pytest.mark.parametrize("number", range(2))
        def test_values(number, request, capsys):
            before = draw()
            shared = request.getfixturevalue("shared")
            with capsys.disabled():
                print(f"\\nVALUE {number} {shared} {before} {draw()}")
    """
    both = run("--factory-seed=42", test_wide=wide)
    alone = run("--factory-seed=42", "-k", "1")

    assert values(alone.outlines) == values(both.outlines)[1:]


def test_workers_share_the_seed(run: Run) -> None:
    values_of = """
        import pytest
        from shop.factories import AuthorFactory

        @pytest.mark.parametrize("number", range(4))
        def test_values(number, request):
            countries = [AuthorFactory.build().country for _ in range(6)]
            with open(request.config.rootpath / "values", "a") as file:
                file.write(f"{number} {countries}\\n")
    """
    seen = []
    for workers in ("0", "2"):
        result = run("--factory-seed=0", "-n", workers, test_values=values_of)
        result.assert_outcomes(passed=4)
        file = Path("values")
        seen.append(sorted(file.read_text().splitlines()))
        file.unlink()

    assert len(set(seen[0])) == 4
    assert seen[0] == seen[1]


def test_another_plugins_seeding_changes_nothing(run: Run) -> None:
    plain = run("--factory-seed=42", test_seeded=SEEDED)
    shuffled = run("--factory-seed=42", "-p", "randomly", "-p", "no:cacheprovider")

    assert values(shuffled.outlines) == values(plain.outlines)


def test_a_factory_in_a_wider_fixture_is_an_error_with_the_remedy(run: Run) -> None:
    result = run(
        test_wide="""
        import pytest
        from shop.factories import AuthorFactory

        @pytest.fixture(scope="session")
        def author_of_all():
            return AuthorFactory.create()

        def test_it(author_of_all):
            pass
        """
    )

    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines(["*NoActiveSessionError*AuthorFactory*"])


def test_factories_that_do_not_fit_their_models_end_the_run_at_once(run: Run, shop: Path) -> None:
    factories = shop / "shop" / "factories.py"
    factories.write_text(
        factories.read_text().replace("name = factory", "nmae = factory").replace("title", "titel")
    )

    result = run(test_any="def test_any(): pass")

    assert result.ret == 4
    result.stderr.fnmatch_lines(
        ["ERROR: factoryfloor: *", "*AuthorFactory*nmae*", "*BookFactory*titel*"]
    )
    result.stderr.no_fnmatch_line("*Traceback*")


def test_a_factory_without_a_model_is_named(run: Run, shop: Path) -> None:
    factories = shop / "shop" / "factories.py"
    factories.write_text(
        f"{factories.read_text()}\nclass PenFactory(ModelFactory):\n    colour = 'blue'\n"
    )

    result = run(test_any="def test_any(): pass")

    assert result.ret == 4
    result.stderr.fnmatch_lines(["*factories.py:*PenFactory names no model*"])
