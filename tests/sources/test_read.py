"""Cells become values strictly; the same company reads the same from any file format."""

import datetime as dt
import gzip

import duckdb
import pytest

from lifecycle_utils.errors import InputError, MissingTable, UsageError
from lifecycle_utils.sources import check, open_company, open_snapshot

HEADER = "subscription_id,customer_id,started_on,ended_on,mrr,plan\n"


def company(folder, subscriptions, **tables):
    """A company folder of CSV texts."""
    (folder / "subscriptions.csv").write_text(HEADER + subscriptions, encoding="utf-8")
    for name, text in tables.items():
        (folder / f"{name}.csv").write_text(text, encoding="utf-8")
    return folder


def rows(folder, table="subscriptions", columns="*"):
    opened = open_company(folder)
    assert [str(p) for p in opened.problems if p.severity == "error"] == []
    return opened.connection.execute(f"SELECT {columns} FROM {table} ORDER BY _row").fetchall()


def only(problems, code):
    found = [problem for problem in problems if problem.code == code]
    assert len(found) == 1, problems
    return found[0]


def test_text_stays_text(tmp_path):
    folder = company(tmp_path, "0012,1E5,2024-01-31,,10.50,NA\n", customers="customer_id,name,industry\n1E5,null,NA\n")
    assert rows(folder, columns="subscription_id, customer_id, plan") == [("0012", "1E5", "NA")]
    assert rows(folder, "customers", "name, industry") == [("null", "NA")]


@pytest.mark.parametrize(
    ("written", "zone", "day"),
    [
        ("2024-02-29", "UTC", dt.date(2024, 2, 29)),
        (" 2024-02-29 ", "UTC", dt.date(2024, 2, 29)),
        ("2024-01-31T23:30:00Z", "UTC", dt.date(2024, 1, 31)),
        ("2024-01-31T23:30:00Z", "Asia/Tokyo", dt.date(2024, 2, 1)),
        ("2024-01-31 23:30:00 UTC", "Europe/Warsaw", dt.date(2024, 2, 1)),
        ("2024-02-01T00:30:00+02:00", "UTC", dt.date(2024, 1, 31)),
        ("2024-01-31 23:30:00", "Asia/Tokyo", dt.date(2024, 1, 31)),  # no offset: already the company's own time
        ("2024-01-31T23:30:00.123456", "UTC", dt.date(2024, 1, 31)),
        ("2024-03-31T01:30:00+01:00", "Europe/Berlin", dt.date(2024, 3, 31)),  # the hour that daylight saving skips
    ],
)
def test_dates_and_time_stamps(tmp_path, written, zone, day):
    (tmp_path / "lifecycle.toml").write_text(f'time_zone = "{zone}"')
    assert rows(company(tmp_path, f"1,a,{written},,10,\n"), columns="started_on") == [(day,)]


@pytest.mark.parametrize(
    "written", ["31/01/2024", "01/02/2024", "2024-02-30", "20240131", "45322", "2024-1-5", "Jan 5 2024", "2024-01-31T25:00:00", "1706659200"]
)
def test_a_date_is_never_guessed(tmp_path, written):
    problem = only(check(company(tmp_path, f"1,a,{written},,10,\n")), "not_a_date")
    assert (problem.severity, problem.row, problem.rows, problem.column, problem.value) == ("error", 2, 1, "started_on", written)
    assert "YYYY-MM-DD" in problem.fix


@pytest.mark.parametrize("written", ["1,234.50", "1.234,50", "€10", "ten", "NaN", "inf", "1e3", "10 USD"])
def test_money_is_never_guessed(tmp_path, written):
    quoted = f'"{written}"'
    assert only(check(company(tmp_path, f"1,a,2024-01-01,,{quoted},\n")), "not_a_money").value == written


def test_every_problem_comes_at_once_with_its_row(tmp_path):
    text = "1,a,2024-01-01,,10,\n2,,2024-01-01,,x,\n3,c,01/02/2024,2024-13-01,-5,\n4,d,2024-03-01,2024-02-01,1,\n1,a,2024-01-01,,10,\n"
    found = {problem.code: problem for problem in check(company(tmp_path, text))}
    assert set(found) == {"empty", "not_a_money", "not_a_date", "negative_mrr", "end_before_start", "key_twice", "overlapping_subscriptions"}
    assert found["empty"].row == 3
    assert found["end_before_start"].row == 5
    assert found["key_twice"].row == 6
    assert str(found["end_before_start"]) == (
        "error [end_before_start] subscriptions.csv row 5: ended_on '2024-02-01' is before started_on (1 row);"
        ' fix the export or set on_end_before_start = "drop"'
    )
    with pytest.raises(InputError) as told:
        open_snapshot(tmp_path, month="2024-06")
    assert len(str(told.value).splitlines()) == 7  # both dates of row 4, and the overlap is no error


def test_a_policy_sets_rows_aside_and_says_so(tmp_path):
    folder = company(tmp_path, "1,a,2024-03-01,2024-02-01,10,\n2,b,2024-03-01,2024-03-01,10,\n3,c,2024-03-01,,10,\n")
    (folder / "lifecycle.toml").write_text('on_end_before_start = "drop"')
    assert {(p.code, p.severity) for p in check(folder)} == {("end_before_start", "warning"), ("zero_length", "warning")}
    assert rows(folder, columns="customer_id") == [("c",)]


def test_overlaps_and_reused_ids_are_told(tmp_path):
    folder = company(
        tmp_path,
        "1,a,2024-01-01,2024-06-01,10,\n2,a,2024-05-31,,10,\n3,b,2024-01-01,2024-06-01,10,\n4,b,2024-06-01,,10,\n",
        usage="usage_id,customer_id,used_on,feature,events\nu1,a,2024-01-02,x,3\nu1,z,2024-01-03,x,3\n",
    )
    found = {problem.code: problem for problem in check(folder)}
    assert (found["overlapping_subscriptions"].rows, found["overlapping_subscriptions"].value) == (1, "2024-05-31")
    assert (found["id_reused"].rows, found["id_reused"].row) == (1, 3)
    assert found["unknown_customer"].value == "z"


def test_a_missing_column_names_the_way_out(tmp_path):
    (tmp_path / "subscriptions.csv").write_text("id,customer_id,started_on,mrr\n1,a,2024-01-01,10\n")
    problem = only(check(tmp_path), "column_missing")
    assert "'subscription_id'" in problem.message
    assert "[columns.subscriptions]" in problem.fix
    (tmp_path / "lifecycle.toml").write_text('[columns.subscriptions]\nsubscription_id = "id"\n')
    assert check(tmp_path) == []


@pytest.mark.parametrize("bytes_", [b"", b"\xff\xfe\x00\x01", b'a,b\n"1,2\n', b"a,a\n1,2\n"])
def test_a_file_that_is_no_table_is_a_problem_not_a_traceback(tmp_path, bytes_):
    (tmp_path / "subscriptions.csv").write_bytes(bytes_)
    assert {problem.severity for problem in check(tmp_path)} == {"error"}


def test_a_folder_without_subscriptions_says_what_to_bring(tmp_path):
    assert only(check(tmp_path), "table_missing").table == "subscriptions"
    with pytest.raises(InputError, match="is not a folder"):
        check(tmp_path / "nowhere")


def test_byte_order_mark_and_quoted_line_breaks(tmp_path):
    (tmp_path / "subscriptions.csv").write_bytes(("\ufeff" + HEADER.replace("\n", "\r\n") + '1,a,2024-01-01,,10,"two\nlines"\r\n').encode())
    assert rows(tmp_path, columns="subscription_id, plan") == [("1", "two\nlines")]


def test_the_same_company_from_every_format(tmp_path):
    text = "1,007,2024-01-31,2024-02-29,10.50,NA\n2,b,2024-02-29,,0,\n"
    folders = [tmp_path / name for name in ("csv", "gz", "parquet", "text", "folder")]
    for folder in folders:
        folder.mkdir()
    company(folders[0], text)
    (folders[1] / "subscriptions.csv.gz").write_bytes(gzip.compress((HEADER + text).encode()))
    wanted = rows(folders[0])
    with duckdb.connect() as connection:
        types = "{'customer_id': 'VARCHAR', 'subscription_id': 'VARCHAR'}"
        typed = f"SELECT * EXCLUDE (plan), nullif(plan, '') AS plan FROM read_csv('{folders[0]}/subscriptions.csv', types={types}, nullstr='')"
        connection.execute(f"COPY ({typed}) TO '{folders[2]}/subscriptions.parquet'")
        text = f"SELECT * FROM read_csv('{folders[0]}/subscriptions.csv', all_varchar=true)"
        connection.execute(f"COPY ({text}) TO '{folders[3]}/subscriptions.parquet'")
        (folders[4] / "subscriptions").mkdir()
        for number in (1, 2):
            connection.execute(f"COPY (SELECT * FROM ({typed}) WHERE subscription_id = '{number}') TO '{folders[4]}/subscriptions/part-{number}.parquet'")
    for folder in folders[1:]:
        # a Parquet file has no header row, so only the row numbers differ
        assert sorted(row[1:] for row in rows(folder)) == sorted(row[1:] for row in wanted), folder.name


def test_a_snapshot_knows_nothing_of_the_future(tmp_path):
    folder = company(tmp_path, "1,a,2024-01-01,2024-04-01,10,\n2,b,2024-03-31,2024-04-02,10,\n3,c,2024-04-01,,10,\n")
    snapshot = open_snapshot(folder, month="2024-03")
    known = snapshot.table("subscriptions").sort("_row").select("customer_id", "ended_on").collect("pandas").to_native()
    assert known["customer_id"].tolist() == ["a", "b"]
    assert [None if value is None or value != value else value.date() for value in known["ended_on"]] == [dt.date(2024, 4, 1), None]
    assert open_snapshot(folder).month == "2024-04"
    with pytest.raises(MissingTable, match="usage.csv"):
        snapshot.table("usage")
    with pytest.raises(UsageError, match="YYYY-MM"):
        open_snapshot(folder, month="March")


def test_foreign_money_needs_a_rate(tmp_path):
    (tmp_path / "subscriptions.csv").write_text("subscription_id,customer_id,started_on,mrr,currency\n1,a,2024-01-01,10,EUR\n2,b,2024-01-01,10,usd\n")
    assert only(check(tmp_path), "currency_without_rate").value == "EUR"
    (tmp_path / "exchange_rates.csv").write_text("month,currency,rate\n2024-01,EUR,1.1\n")
    assert check(tmp_path) == []
