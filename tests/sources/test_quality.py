"""What was read, used and set aside adds up; the rows behind a problem are found again."""

import csv
import json

import duckdb
import pytest

from lifecycle_utils import sources
from lifecycle_utils.cli import main
from lifecycle_utils.sources import document

HEADER = "subscription_id,customer_id,started_on,ended_on,mrr,plan\n"
ROWS = (
    "1,a,2024-01-01,2024-02-01,10,x\n2,b,2024-03-01,2024-02-01,20,x\n3,c,2024-04-01,2024-04-01,30,x\n"
    "4,d\n5,e,2024-06-01,,40,=cmd()\n6,a,2024-01-15,,5,x\n7,f,2024-06-01,,-50,x\n"
)


@pytest.fixture
def company(tmp_path):
    (tmp_path / "subscriptions.csv").write_text(HEADER + ROWS, encoding="utf-8")
    (tmp_path / "lifecycle.toml").write_text('on_end_before_start = "drop"\non_negative_mrr = "drop"\n', encoding="utf-8")
    return tmp_path


def test_read_is_used_and_set_aside(company):
    quality = sources.data_quality(sources.open_company(company)).set_index("table").loc["subscriptions"]
    assert (quality["rows_read"], quality["rows_used"], quality["rows_set_aside"]) == (7, 3, 4)
    assert quality["set_aside_because"] == "end_before_start: 1, negative_mrr: 1, too_few_cells: 1, zero_length: 1"
    assert (quality["first"], quality["last"], quality["months_covered"], quality["months_missing"]) == ("2024-01-01", "2024-06-01", 2, 4)
    assert (quality["errors"], quality["warnings"], quality["notes"]) == (1, 4, 0)


def test_a_row_that_breaks_two_rules_is_set_aside_once(tmp_path):
    (tmp_path / "subscriptions.csv").write_text(HEADER + "1,a,2024-03-01,2024-02-01,-20,x\n2,b,2024-01-01,,5,x\n", encoding="utf-8")
    (tmp_path / "lifecycle.toml").write_text('on_end_before_start = "drop"\non_negative_mrr = "drop"\n', encoding="utf-8")
    quality = sources.data_quality(sources.open_company(tmp_path)).iloc[0]
    assert (quality["rows_read"], quality["rows_used"], quality["rows_set_aside"]) == (2, 1, 1)
    assert quality["set_aside_because"].count(":") == 1


def test_the_sample_company_adds_up():
    quality = sources.data_quality(sources.open_company(""))
    assert (quality["rows_read"] == quality["rows_used"] + quality["rows_set_aside"]).all()
    assert set(quality["table"]) == {"subscriptions", "customers", "leads", "marketing", "usage", "feedback", "exchange_rates"}


def rejects(path):
    with open(path, encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_rejects_name_the_rows_as_in_the_file(company, tmp_path):
    lines = sources.write_rejects(sources.open_company(company), tmp_path / "rejects.csv")
    found = rejects(tmp_path / "rejects.csv")
    assert lines == len(found) == 5
    assert [(one["code"], one["row"], one["set_aside"]) for one in found] == [
        ("too_few_cells", "5", "no"), ("end_before_start", "3", "yes"), ("negative_mrr", "8", "yes"),
        ("overlapping_subscriptions", "7", "no"), ("zero_length", "4", "yes"),
    ]  # fmt: skip
    assert {one["file"] for one in found} == {"subscriptions.csv"}
    assert found[2]["value"] == "-50.0000"


def test_rejects_of_a_folder_of_parquet_name_the_part(tmp_path):
    (tmp_path / "subscriptions").mkdir()
    with duckdb.connect() as connection:
        for part, mrr in enumerate((1, -2, 3)):
            rows = f"SELECT '{part}' AS subscription_id, 'c{part}' AS customer_id, DATE '2024-01-01' AS started_on, {mrr} AS mrr"
            connection.execute(f"COPY ({rows}) TO '{tmp_path}/subscriptions/part-{part}.parquet'")
    company = sources.open_company(tmp_path)
    assert str(company.problems[0]).startswith("error [negative_mrr] subscriptions/part-1.parquet row 1: ")
    sources.write_rejects(company, tmp_path / "rejects.csv")
    assert [(one["file"], one["row"]) for one in rejects(tmp_path / "rejects.csv")] == [("subscriptions/part-1.parquet", "1")]


def test_the_command_prints_everything_and_exits_by_errors(company, tmp_path, capsys):
    place = tmp_path / "out.csv"
    assert main(["check", "--data", str(company), "--rejects", str(place)]) == 3
    told = capsys.readouterr()
    assert len(told.out.splitlines()) == 5
    assert "touches MRR of 20.00 USD" in told.out
    assert "1 of them errors" in told.err and str(place) in told.err
    assert len(rejects(place)) == 5


def test_the_command_as_json(company, tmp_path, capsys):
    assert main(["check", "--data", str(company), "--rejects", str(tmp_path / "out.csv"), "--json"]) == 3
    told = json.loads(capsys.readouterr().out)
    assert {one["code"]: one["mrr"] for one in told["problems"]}["end_before_start"] == {"USD": 20.0}
    assert told["tables"][0]["rows_read"] == 7
    assert told["errors"] == 1


def test_a_clean_company_leaves_no_file_and_corrects_an_old_one(tmp_path, capsys):
    (tmp_path / "subscriptions.csv").write_text(HEADER + "1,a,2024-01-01,,10,x\n", encoding="utf-8")
    place = tmp_path / "rejects.csv"
    assert main(["check", "--data", str(tmp_path), "--rejects", str(place)]) == 0
    assert not place.exists()
    place.write_text("old\n", encoding="utf-8")
    assert main(["check", "--data", str(tmp_path), "--rejects", str(place)]) == 0
    assert rejects(place) == []
    assert "no problems" in capsys.readouterr().err


def test_the_page_of_checks_is_printed_from_the_rules():
    assert document.PAGE.read_text(encoding="utf-8") == document.page(), "run `make docs`"
