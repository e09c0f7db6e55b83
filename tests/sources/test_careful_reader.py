"""The engine's own reader and the careful one must read the same, whatever a cell holds."""

import csv
import io
import tempfile
from pathlib import Path

import duckdb
import hypothesis.strategies as st
import pytest
from hypothesis import given, settings

from lifecycle_utils.sources import open_company
from lifecycle_utils.sources.survey import survey
from lifecycle_utils.sources.text import look

CELLS = st.text(st.characters(blacklist_categories=("Cs",), blacklist_characters="\0") | st.sampled_from(list("\r\n\",; \u00a0")), max_size=12)
FIRST = ["subscription_id", "customer_id", "started_on", "mrr"]


def written(texts, delimiter=",", line="\n"):
    file = io.StringIO()
    writer = csv.writer(file, delimiter=delimiter, lineterminator=line, quoting=csv.QUOTE_ALL)
    writer.writerow([*FIRST, "note"])
    for number, text in enumerate(texts):
        writer.writerow([f"s{number}", f"c{number}", "2024-01-01", "10", text])
    return file.getvalue()


def read(folder, content, encoding="utf-8"):
    (folder / "subscriptions.csv").write_bytes(content.encode(encoding))
    company = open_company(folder)
    assert not [one for one in company.problems if one.severity == "error"], company.problems
    return company.connection.execute("SELECT _row, customer_id, note FROM subscriptions ORDER BY _row").fetchall()


@settings(max_examples=60, deadline=None)
@given(st.lists(CELLS, min_size=1, max_size=6))
def test_both_readers_agree_on_any_text(texts):
    with tempfile.TemporaryDirectory() as one, tempfile.TemporaryDirectory() as two:
        fast = read(Path(one), written(texts))
        careful = read(Path(two), written(texts), "utf-16")  # which the engine does not read itself
    assert fast == careful
    assert len(fast) == len(texts)


def test_rows_keep_their_numbers_however_many_read_them(tmp_path):
    """Large enough for the engine to read in parts at once; every tenth id has a blank, so that its row is looked at again."""
    text = "SELECT i AS subscription_id, i AS customer_id, '2024-01-01' AS started_on, '10' AS mrr, repeat('x', 400) AS note"
    blanks = "SELECT * REPLACE (CASE WHEN subscription_id % 10 = 3 THEN ' ' ELSE '' END || subscription_id AS subscription_id)"
    with duckdb.connect() as engine:
        engine.execute(f"COPY ({blanks} FROM ({text} FROM range(2, 200_002) t(i))) TO '{tmp_path}/subscriptions.csv' (HEADER)")
    company = open_company(tmp_path)
    ((problem, finding),) = company.findings
    assert (problem.code, problem.row, problem.rows) == ("trimmed", 3, 20_000)
    for rows, source in ((200_000, "SELECT _row, subscription_id AS value FROM subscriptions"), (20_000, finding.offenders)):
        counts = company.connection.execute(f"SELECT count(*), count(*) FILTER (CAST(_row AS VARCHAR) = value) FROM ({source})").fetchone()
        assert counts == (rows, rows)


@settings(max_examples=60, deadline=None)
@given(
    st.lists(CELLS, min_size=1, max_size=4), st.sampled_from([",", ";", "\t", "|"]),
    st.sampled_from(["\n", "\r\n", "\r"]), st.sampled_from(["utf-8", "utf-8-sig", "utf-16"]),
)  # fmt: skip
def test_delimiter_and_line_ends_are_found_out(texts, delimiter, line, encoding):
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "subscriptions.csv"
        path.write_bytes(written(texts, delimiter, line).encode(encoding))
        found = look(path, {}, set(FIRST))
    assert (found.delimiter, list(found.header), found.rivals) == (delimiter, [*FIRST, "note"], ())


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=200))
def test_no_bytes_are_a_traceback(content):
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "subscriptions.csv").write_bytes(content)
        assert [one for one in open_company(folder).problems if one.severity == "error"]


@pytest.mark.parametrize("size", [(1 << 22) - 2, (1 << 22) - 1, 1 << 22, (1 << 22) + 1])
@pytest.mark.parametrize("gap", ["\n\n", "\r\n\r\n"])
def test_a_blank_line_across_two_blocks_is_seen(tmp_path, size, gap):
    path = tmp_path / "a.csv"
    path.write_bytes(b"a" * size + gap.encode() + b"b\n")
    assert not survey(path).plain
    path.write_bytes(b"a" * size + gap[: len(gap) // 2].encode() + b"b\n\n")
    assert survey(path).plain, "blank lines at the end move no row"


@pytest.mark.parametrize("place", [100, (1 << 22) - 1, 1 << 22])
def test_a_letter_across_two_blocks_is_still_utf8(tmp_path, place):
    path = tmp_path / "a.csv"
    path.write_bytes(b"a" * place + "ż".encode() + b"\nb\n")
    assert survey(path).plain
