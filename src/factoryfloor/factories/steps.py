"""The steps of factory_boy's builder, and the tree that each belongs to."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from factory import enums
from factory.builder import BuildStep, StepBuilder

from .session import active_session
from .tree import grown

if TYPE_CHECKING:
    from collections.abc import Iterator

    from .refusal import Made
    from .tree import Tree


class TreeBuilder(StepBuilder):
    """A builder whose steps all belong to one tree."""

    def __init__(self, factory_meta: Any, extras: dict[str, Any], tree: Tree) -> None:
        super().__init__(factory_meta, extras, enums.CREATE_STRATEGY)
        self.tree = tree

    def recurse(self, factory_meta: Any, extras: dict[str, Any]) -> TreeBuilder:
        """A builder for a declaration's own factory, in the same tree."""
        return TreeBuilder(factory_meta, extras, self.tree)


def tree_of(step: Any) -> Tree | None:
    """The tree to which this build step belongs, if it grows in one."""
    return getattr(step.builder, "tree", None)


@contextmanager
def in_a_tree(step: Any) -> Iterator[Any]:
    """The step itself where it belongs to a tree, else one like it that begins a tree."""
    meta = step.builder.factory_meta
    if tree_of(step) is not None or not _is_created_by_us(step):
        yield step
        return
    with grown(active_session(meta.factory.__name__)) as tree:
        like = BuildStep(TreeBuilder(meta, {}, tree), step.sequence, step.parent_step)
        like.stub = step.stub
        yield like


def add_to_tree(step: Any, made: Made) -> None:
    """Let the step's object be written with its tree."""
    tree = tree_of(step)
    if tree is not None:
        tree.add(made)
    else:
        _add_below_foreign_factory(step, made)


def _add_below_foreign_factory(step: Any, made: Made) -> None:
    """Write the objects that a factory of another kind asked for by our topmost step of it."""
    top = _topmost(step)
    waiting: list[Made] = vars(top).setdefault("waiting", [])
    waiting.append(made)
    if step is top or "is_made" in vars(top):
        with grown(active_session(made.factory.__name__)) as tree:
            for one in waiting:
                tree.add(one)
        waiting.clear()
        top.is_made = True


def _topmost(step: Any) -> Any:
    top = step
    while step.parent_step is not None:
        step = step.parent_step
        if _is_created_by_us(step):
            top = step
    return top


def _is_created_by_us(step: Any) -> bool:
    is_managed = getattr(step.builder.factory_meta, "is_managed", False)
    return is_managed and step.builder.strategy == enums.CREATE_STRATEGY
