"""Reads the imports of the whole tree and names every one that crosses a border the wrong way.

Rooms import downwards only: main, ui, app, net. What a module imports inside a
function or by ``import_module("name")`` counts like any other import.
"""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOMS = ("main", "ui", "app", "net")
"""From the top down: a room may import itself and what stands after it."""

QT = frozenset({"PySide6", "shiboken6", "PyQt5", "PyQt6", "PySide2", "qtpy"})
SQL = frozenset({"apsw", "sqlite3"})
NEVER = frozenset({"pickle", "marshal", "shelve"})
"""Formats that run code of whoever wrote the bytes."""

PROTOCOL = "net.protocol"
# fmt: off
PURE = frozenset({
    "__future__", "abc", "array", "base64", "binascii", "bisect", "collections", "contextlib",
    "copy", "dataclasses", "enum", "functools", "hashlib", "heapq", "hmac", "ipaddress",
    "itertools", "json", "math", "operator", "re", "string", "struct", "types", "typing",
    "unicodedata", "weakref", "blake3", "cryptography", "msgspec", "nacl",
})
# fmt: on
"""All that net/protocol may import from outside: nothing here reads a clock, a file,
a socket or the system's entropy by being called as the protocol calls it."""
IMPURE_PARTS = frozenset({"nacl.utils", "nacl.public", "nacl.secret"})
"""These draw nonces and keys from the system."""
IMPURE_CALLS = frozenset({"open", "print", "input", "breakpoint", "exec", "eval", "compile"})
IMPURE_METHODS = frozenset({"generate", "generate_key", "generate_parameters", "update_mmap"})
"""Of the libraries above: draws a key from the system, or reads a file."""


@dataclass(frozen=True, slots=True)
class Import:
    line: int
    module: str


def breaches(root: Path) -> list[str]:
    """Every breach under ``root`` as ``path:line what``; empty when all is well."""
    found = []
    for path in _sources(root):
        name = path.relative_to(root)
        module = ".".join(name.with_suffix("").parts).removesuffix(".__init__")
        tree = ast.parse(path.read_text(encoding="utf-8"), str(name))
        is_package = path.name == "__init__.py"
        for one in imports(tree, module, is_package=is_package):
            found += [f"{name}:{one.line} {why}" for why in _import_faults(module, one.module)]
        if _is_within(module, PROTOCOL):
            found += [f"{name}:{line} {why}" for line, why in _impure_calls(tree)]
    return sorted(found)


def _sources(root: Path) -> Iterator[Path]:
    if (root / "main.py").exists():
        yield root / "main.py"
    for room in ROOMS[1:]:
        yield from sorted((root / room).rglob("*.py"))


def imports(tree: ast.AST, module: str, *, is_package: bool) -> Iterator[Import]:
    """All modules that ``tree`` imports, by full name; ``from a import b`` gives ``a.b``."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (Import(node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = _base(node, module, is_package=is_package)
            yield from (Import(node.lineno, f"{base}.{alias.name}") for alias in node.names)
        elif isinstance(node, ast.Call) and _called(node) in {"import_module", "__import__"}:
            first = node.args[0] if node.args else None
            if isinstance(first, ast.Constant) and isinstance(first.value, str):
                yield Import(node.lineno, first.value)
            else:
                yield Import(node.lineno, "?")


def _base(node: ast.ImportFrom, module: str, *, is_package: bool) -> str:
    if not node.level:
        return node.module or ""
    parts = module.split(".")
    package = parts[: len(parts) - node.level + (1 if is_package else 0)]
    return ".".join([*package, *([node.module] if node.module else [])])


def _import_faults(module: str, imported: str) -> Iterator[str]:
    room, target = _top(module), _top(imported)
    if imported == "?":
        yield "imports a module whose name is made at run time"
    if target in ROOMS and ROOMS.index(target) < ROOMS.index(room):
        yield f"{room} imports {target}: imports go {' -> '.join(ROOMS)}"
    if target in {"tests", "tools", "bench"}:
        yield f"{room} imports {target}: it is no part of the program"
    if target in QT and room != "ui":
        yield f"{room} imports {target}: Qt stays in ui/"
    if target in SQL and not _is_within(module, "app.store"):
        yield f"{room} imports {target}: SQL stays in app/store/"
    if target in NEVER:
        yield f"{room} imports {target}: it runs what it reads"
    if _is_within(module, PROTOCOL) and not _is_pure(imported):
        yield f"{PROTOCOL} imports {imported}: it is pure"


def _top(module: str) -> str:
    return module.partition(".")[0]


def _is_within(module: str, package: str) -> bool:
    return module == package or module.startswith(package + ".")


def _is_pure(imported: str) -> bool:
    if _is_within(imported, PROTOCOL):
        return True
    if any(_is_within(imported, part) for part in IMPURE_PARTS):
        return False
    return _top(imported) in PURE


def _impure_calls(tree: ast.AST) -> Iterator[tuple[int, str]]:
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call):
            continue
        name = _called(node)
        if isinstance(node.func, ast.Name) and name in IMPURE_CALLS:
            yield node.lineno, f"{PROTOCOL} calls {name}(): it is pure"
        if isinstance(node.func, ast.Attribute) and name in IMPURE_METHODS:
            yield node.lineno, f"{PROTOCOL} calls .{name}(): it is pure"


def _called(node: ast.Call) -> str:
    if isinstance(node.func, ast.Name):
        return node.func.id
    return node.func.attr if isinstance(node.func, ast.Attribute) else ""
