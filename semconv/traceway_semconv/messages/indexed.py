"""Lists that were flattened into attribute names: ``prefix.0.role``, ``prefix.0.tool_calls.1.name`` …"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeAlias

# A branch: names or decimal indices to branches or values. A value beside its own children is under "".
Tree: TypeAlias = dict[str, Any]

_MAX_SEGMENTS = 16


def tree(attributes: Mapping[str, Any], prefix: str) -> Tree:
    """Everything below ``prefix.`` as a tree; empty if there is nothing."""
    root: Tree = {}
    start = prefix + "."
    for name, value in attributes.items():
        if name.startswith(start):
            _put(root, name[len(start) :], value)
    return root


def unflattened(mapping: Mapping[str, Any]) -> Tree:
    """A mapping with dotted names, as a tree."""
    root: Tree = {}
    for name, value in mapping.items():
        _put(root, str(name), value)
    return root


def items(branch: Any) -> list[Tree]:
    """The branches of a flattened list in the order of their indices; gaps are closed."""
    if not isinstance(branch, dict):
        return []
    numbers = [key for key in branch if key.isascii() and key.isdigit() and len(key) <= 9]
    return [_as_branch(branch[key]) for key in sorted(numbers, key=int)]


def branch(node: Any, *names: str) -> Tree:
    """The branch at a path; empty if there is none."""
    for name in names:
        node = node.get(name) if isinstance(node, dict) else None
    return _as_branch(node) if node is not None else {}


def leaf(node: Any, *names: str) -> Any:
    """The value at a path; None if there is none."""
    for name in names:
        node = node.get(name) if isinstance(node, dict) else None
    return node.get("") if isinstance(node, dict) and "" in node else node


def _as_branch(node: Any) -> Tree:
    return node if isinstance(node, dict) else {"": node}


def _put(root: Tree, path: str, value: Any) -> None:
    *names, last = path.split(".", _MAX_SEGMENTS)
    node = root
    for name in names:
        below = node.get(name)
        if not isinstance(below, dict):
            below = {} if below is None else {"": below}
            node[name] = below
        node = below
    if isinstance(node.get(last), dict):
        node[last][""] = value
    else:
        node[last] = value
