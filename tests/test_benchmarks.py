"""What benchmarks write: a section each, in the place of the earlier one."""

import importlib.util
import re
from pathlib import Path

import pytest


def module(name):
    path = Path(__file__).resolve().parents[1] / "benchmarks" / f"{name}.py"
    loaded = importlib.util.module_from_spec(specification := importlib.util.spec_from_file_location(name, path))
    specification.loader.exec_module(loaded)
    return loaded


@pytest.fixture
def results(tmp_path, monkeypatch):
    loaded = module("results")
    monkeypatch.setattr(loaded, "RESULTS", tmp_path / "RESULTS.md")
    return loaded


def test_a_section_takes_the_place_of_its_earlier_self_only(results):
    for name, text in (("One", "1"), ("Two", "2"), ("One", "a\n\nb"), ("Three", "3"), ("Two", "c")):
        results.write_section(name, text)
    written = results.RESULTS.read_text(encoding="utf-8")
    assert written.startswith("# What was measured\n")
    assert written.partition("## One")[2] == "\n\na\n\nb\n\n## Two\n\nc\n\n## Three\n\n3\n"


def test_rows_become_a_table(results):
    assert results.table([{"way": "kit", "s": 1}, {"way": "other", "s": 2}]) == "| way | s |\n| --- | --- |\n| kit | 1 |\n| other | 2 |"


def test_a_page_gets_what_a_benchmark_made(results, tmp_path, monkeypatch):
    (tmp_path / "docs").mkdir()
    monkeypatch.setattr(results, "RESULTS", tmp_path / "benchmarks" / "RESULTS.md")
    page = tmp_path / "docs" / "scaling.md"
    page.write_text("before\n<!-- made by benchmarks/a.py: begin -->\nold\n<!-- end -->\nafter\n", encoding="utf-8")
    results.write_between("scaling.md", "a.py", "| new |\n")
    written = page.read_text(encoding="utf-8")
    assert written == "before\n<!-- made by benchmarks/a.py: begin -->\n| new |\n<!-- end -->\nafter\n"
    with pytest.raises(SystemExit, match="no place for b.py"):
        results.write_between("scaling.md", "b.py", "x")


def test_every_marker_of_the_docs_names_a_benchmark_and_is_closed():
    root = Path(__file__).resolve().parents[1]
    for page in (root / "docs").glob("*.md"):
        text = page.read_text(encoding="utf-8")
        for name in re.findall(r"<!-- made by benchmarks/(\S+): begin -->", text):
            assert (root / "benchmarks" / name).exists(), name
        assert len(re.findall(r"<!-- made by .*: begin -->", text)) == text.count("<!-- end -->"), page.name


def test_a_peer_that_is_not_there_is_named_and_not_run(monkeypatch, tmp_path):
    ways = module("ways")
    monkeypatch.setenv("PATH", str(tmp_path))
    others, absent = ways.peers(python=str(tmp_path / "python"), scikit=("scikit", ["a.py"]), r=("R", ["a.R"]))
    assert others == {} and absent == " scikit-survival and R with survival not there: not compared."
    monkeypatch.setattr(ways, "works", lambda command: True)
    others, absent = ways.peers(python="other", scikit=("scikit", ["a.py"]), r=("R", ["a.R"]))
    assert others == {"scikit": ["other", "a.py"], "R": ["Rscript", "a.R"]} and absent == ""


def test_ways_that_found_something_else_are_told_apart():
    ways = module("ways")
    assert ways.largest_difference([1.0, None, 3.0], [1.0, 5.0, 2.5]) == 0.5
    with pytest.raises(SystemExit, match="found 1 numbers and the other 2"):
        ways.largest_difference([1.0], [1.0, 2.0])


@pytest.mark.parametrize("format", ["csv", "parquet"])
def test_the_check_in_pandas_tells_what_the_kit_tells(tmp_path, monkeypatch, format):
    monkeypatch.chdir(Path(__file__).resolve().parents[1])  # a benchmark of several files is run from there
    check = importlib.import_module("benchmarks.check")
    check.make(tmp_path / "company", 5_000, format)
    of_kit, of_pandas = (check.measured(way, tmp_path / "company")["found"] for way in ("kit", "object"))
    assert of_kit == of_pandas
    assert of_kit
