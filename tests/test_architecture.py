"""The house stands: imports point down, the project's generated pages are true, nothing of one machine is named."""

import ast
from pathlib import Path

import pytest

from lifecycle_utils.dictionary import data_dictionary

ROOT = Path(__file__).resolve().parents[1]
PACKAGE = ROOT / "lifecycle_utils"

#: What each floor may import of the package. Notebooks wire observe, estimate and present together.
MAY_IMPORT = {
    "months": {"errors"},
    "errors": set(),
    "lazy": set(),
    "language": {"errors"},
    "messages": {"errors", "language"},
    "contract": set(),
    "dictionary": {"contract"},
    "settings": {"contract", "errors", "language", "settings_keys", "settings_rules"},
    "settings_keys": {"language"},
    "settings_values": set(),
    "settings_rules": {"contract", "settings_keys", "settings_values"},
    "spreadsheet": set(),
    "sources": {"contract", "errors", "language", "months", "settings", "settings_keys", "settings_values", "spreadsheet"},
    "importers": {"contract", "errors", "language", "months", "settings", "sources"},
    "observe": {"contract", "errors", "language", "months", "sources"},
    "estimate": {"errors", "language", "lazy", "months"},
    "present": {"contract", "errors", "language", "lazy", "months"},
    "report": {"contract", "errors", "language", "months", "observe", "present", "settings", "sources", "spreadsheet"},
    "simulate": {"contract", "errors", "months"},
    "cli": {"contract", "errors", "importers", "language", "months", "report", "settings", "simulate", "sources"},
    "__main__": {"cli"},
}
#: Libraries that belong to one floor alone.
ENGINE = {"duckdb", "narwhals", "pyspark", "ibis"}
DRAWING = {"matplotlib", "seaborn", "great_tables"}


def modules():
    return [path for path in sorted(PACKAGE.rglob("*.py")) if path != PACKAGE / "__init__.py"]


def floor(path):
    parts = path.relative_to(PACKAGE).parts
    return parts[0].removesuffix(".py")


def imported(path):
    """Full dotted names that a module imports, anywhere in it."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path.name}: imports are absolute"
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


@pytest.mark.parametrize("path", modules(), ids=lambda path: str(path.relative_to(PACKAGE)))
def test_imports_point_down(path):
    own = floor(path)
    for name in imported(path):
        parts = name.split(".")
        if parts[0] == "lifecycle_utils":
            assert len(parts) == 1 or parts[1] == own or parts[1] in MAY_IMPORT[own] | {"__version__"}, f"{own} may not import {name}"
        if own in ("estimate", "present", "report"):
            assert parts[0] not in ENGINE, f"{own} knows no engine"
        if own in ("sources", "observe", "estimate", "months", "contract"):
            assert parts[0] not in DRAWING, f"{own} draws nothing"


def test_every_floor_is_known():
    assert {floor(path) for path in modules()} <= set(MAY_IMPORT)


def test_no_two_modules_import_each_other():
    graph = {}
    for path in modules():
        name = ".".join(path.relative_to(ROOT).with_suffix("").parts)
        graph[name] = {".".join(one.split(".")[:3]) for one in imported(path) if one.startswith("lifecycle_utils.")}
    seen = set()

    def visit(name, trail):
        assert name not in trail, " -> ".join([*trail, name])
        if name not in seen:
            for other in graph.get(name, ()):
                visit(other, (*trail, name))
            seen.add(name)

    for name in graph:
        visit(name, ())


def test_the_data_dictionary_is_the_contract():
    assert (ROOT / "data" / "README.md").read_text(encoding="utf-8") == data_dictionary(), "run `make docs`"
