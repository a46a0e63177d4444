"""Every factory as fixtures, registered through pytest-factoryboy.

pytest-factoryboy makes the fixtures `<model>_factory` and `<model>__<field>`. The model fixture is
made here: it asks for those fields only that a test overrides, and for the parents, so that a row
is made by one call of its factory, with one flush and one number of its sequence.
"""

from __future__ import annotations

import inspect
from types import ModuleType
from typing import TYPE_CHECKING, Any, TypeAlias

import inflection
import pytest
from factory.base import Factory
from factory.declarations import SubFactory
from pytest_factoryboy import LazyFixture, register
from pytest_factoryboy.fixture import Box

from factoryfloor.errors import FactoryDefinitionError
from factoryfloor.factories import Children, ModelFactory, definition_problems
from factoryfloor.settings import import_modules

if TYPE_CHECKING:
    from collections.abc import Callable

    from factoryfloor.settings import Settings

FactoryClass: TypeAlias = "type[Factory[Any]]"


class Registration:
    """The fixtures of all factories, in the plugin module `fixtures`."""

    def __init__(self, settings: Settings) -> None:
        self.fixtures = ModuleType("factoryfloor_factories")
        self._names: dict[FactoryClass, str] = {}
        self._fields: set[str] = set()
        found = _factories(settings)
        _check(found)
        _check_names(settings, found)
        for each in found:
            if not each._meta.abstract:
                self._name(each, settings)
        for each, name in self._names.items():
            self._register(each, name)

    def _name(self, found: FactoryClass, settings: Settings) -> None:
        name = settings.fixture_names.get(found.__name__) or _fixture_name(found)
        other = next((each for each, taken in self._names.items() if taken == name), None)
        if other is not None:
            raise FactoryDefinitionError(
                f"{_place(found)} and {_place(other)} would both be the fixture {name!r}; "
                f"choose another for one: [tool.factoryfloor] fixture_names = "
                f'{{ {found.__name__} = "…" }}.'
            )
        self._names[found] = name

    def _register(self, found: FactoryClass, name: str) -> None:
        namespace: dict[str, Any] = {}
        register(found, name, _caller_locals=Box(namespace))
        declarations = found._meta.declarations  # worked out anew each time
        for field, attribute in _fields(found, name).items():
            declaration = declarations.get(attribute)
            if isinstance(declaration, Children) or attribute in found._meta.parameters:
                namespace[field] = _constant(field, None)
            elif parent := self._parent(declaration):
                namespace[field] = _alias(field, parent)
            self._fields.add(field)
        namespace[name] = self._model_fixture(found, name)
        vars(self.fixtures).update(namespace)

    def _parent(self, declaration: object) -> str | None:
        """The model fixture of a relation, where it says nothing of its own about the row."""
        if not isinstance(declaration, SubFactory) or declaration._defaults:
            return None
        return self._names.get(declaration.get_factory())

    def _model_fixture(self, found: FactoryClass, name: str) -> Callable[..., object]:
        fields = _fields(found, name)
        declarations = found._meta.declarations
        parents = {
            field: attribute
            for field, attribute in fields.items()
            if self._parent(declarations.get(attribute))
        }

        def model(request: pytest.FixtureRequest) -> object:
            chosen = request.getfixturevalue(inflection.underscore(found.__name__))
            asked = parents | {f: a for f, a in fields.items() if _overridden(request, f)}
            values = {a: _evaluated(request, f) for f, a in asked.items()}
            return chosen.create(**values)

        model.__doc__ = found.__doc__
        return pytest.fixture(name=name)(model)

    @pytest.hookimpl(tryfirst=True)
    def pytest_generate_tests(self, metafunc: pytest.Metafunc) -> None:
        """Let a test parametrize a field that no fixture of its asks for by name."""
        for marker in metafunc.definition.iter_markers("parametrize"):
            names = marker.args[0] if marker.args else marker.kwargs.get("argnames", ())
            listed = names.split(",") if isinstance(names, str) else names
            for name in (each.strip() for each in listed):
                if name in self._fields and name not in metafunc.fixturenames:
                    metafunc.fixturenames.append(name)


def _factories(settings: Settings) -> list[FactoryClass]:
    """The factories of the configured modules, each once, in order of definition."""
    modules = import_modules(settings.factories, key="factories", file=settings.file)
    members = (found for module in modules for found in vars(module).values())
    factories = (one for one in members if inspect.isclass(one) and issubclass(one, Factory))
    return [one for one in dict.fromkeys(factories) if one not in (Factory, ModelFactory)]


def _check(found: list[FactoryClass]) -> None:
    problems = [problem for each in found for problem in definition_problems(each)]
    if problems:
        raise FactoryDefinitionError("\n  ".join(["factories do not fit their models:", *problems]))


def _check_names(settings: Settings, found: list[FactoryClass]) -> None:
    known = [each.__name__ for each in found]
    for name in settings.fixture_names:
        if name not in known:
            raise FactoryDefinitionError(
                f"{settings.file}: fixture_names has {name!r}, and there is no such factory; "
                f"known are {', '.join(known)}."
            )


def _fields(found: FactoryClass, name: str) -> dict[str, str]:
    """The declarations and parameters of a factory, by the names of their fixtures."""
    attributes = [*found._meta.base_declarations, *found._meta.parameters]
    return {f"{name}__{each}": each for each in attributes if "__" not in each}


def _fixture_name(found: FactoryClass) -> str:
    stem = found.__name__.removesuffix("Factory")
    return inflection.underscore(stem or found._meta.model.__name__)


def _place(found: FactoryClass) -> str:
    return f"{found.__module__}.{found.__qualname__}"


def _constant(name: str, value: object) -> Callable[..., object]:
    def field() -> object:
        return value

    return pytest.fixture(name=name)(field)


def _alias(name: str, of: str) -> Callable[..., object]:
    def field(request: pytest.FixtureRequest) -> object:
        return request.getfixturevalue(of)

    return pytest.fixture(name=name)(field)


def _overridden(request: pytest.FixtureRequest, name: str) -> bool:
    """Whether a test, a module or a conftest says something else of this field."""
    callspec = getattr(request._pyfuncitem, "callspec", None)
    if callspec is not None and name in callspec.params:
        return True
    node: Any = request._pyfuncitem.parent
    return len(request._fixturemanager.getfixturedefs(name, node) or ()) > 1


def _evaluated(request: Any, name: str) -> object:
    value = request.getfixturevalue(name)
    return value.evaluate(request) if isinstance(value, LazyFixture) else value
