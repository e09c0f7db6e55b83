"""The front page's numbers: what each tile says, how it moved, whom to call, and what is news."""

from types import SimpleNamespace

import pytest

from lifecycle_utils.report.front import calls, changes, lists
from lifecycle_utils.report.job import DONE, Outcome
from lifecycle_utils.report.left import Left
from lifecycle_utils.report.tiles import tiles

MOVEMENTS = "month,closing_customers,closing_mrr\n2026-08,10,1000\n2026-09,12,1400\n2026-10,15,1350.5\n"
CHANGED = """figure,unit,change,verdict,of,of_before
churn_rate_monthly,share,0.04,news,,
highest_churn_month,share,0.01,noise,3,2
ltv,EUR,-10,noise,,
"""
CHURN = "month,opening_customers,churned_customers,rate\n2026-10,12,1,0.0833\n2026-09,10,0,0\n2026-08,10,1,0.1\n"
PEAKS = "group,verdict,tenure_month,hazard,confidence_set\nannual,window,12,0.19,\"12, 24\"\nmonthly,peak,3,0.072,3\nweekly,none,1,0.1,1\n"
HAZARDS = "group,tenure_month,hazard\nmonthly,1,0.02\nmonthly,2,0.03\nmonthly,3,0.072\nannual,1,0\n"
CALLS = "customer_id,name,group,tenure_month,mrr\nC1,'=SUM Logistics,annual,24,700.5\nC2,東京,monthly,3,50\n"
TABLES = {"mrr_movements": MOVEMENTS, "since_last_month": CHANGED, "churn_rate": CHURN, "highest_churn_month_summary": PEAKS,
          "highest_churn_month_by_interval": HAZARDS, "customers_to_call": CALLS}  # fmt: skip


def finding(key, value, unit, lower=None, upper=None, n=2750):
    return {"key": key, "value": value, "lower": lower, "upper": upper, "n": n, "unit": unit, "definition": "Counted.", "sentence": f"{key}.", "withheld": None}


@pytest.fixture
def outcomes():
    found = [
        finding("since_last_month", 1, "count"), finding("since_last_month:ltv", -10.0, "EUR", -40.0, 20.0),
        finding("since_last_month:churn_rate_monthly", 0.04, "share", 0.01, 0.07), finding("customers", 15, "customers"),
        finding("mrr", 1350.5, "EUR", n=15), finding("churn_rate_monthly", 1 / 12, "share", 0.01, 0.35, n=12),
        finding("highest_churn_month", 3, "subscription month", 3, 3), finding("ltv", 3917.0, "EUR", 3775.0, 4065.0),
        finding("customers_to_call", 2, "customers"),
    ]  # fmt: skip
    html = "<table class='gt_table'><caption><strong>Call them</strong></caption></table>"
    tables = [{"name": name, "csv": text} | ({"html": html} if name == "customers_to_call" else {}) for name, text in TABLES.items()]
    return [Outcome("overview", DONE, found, tables)]


def test_each_tile_says_its_number_how_it_moved_and_what_it_rests_on(outcomes):
    told = {one.key: one for one in tiles(outcomes, Left(outcomes), "EUR")}
    assert list(told) == ["customers", "mrr", "churn_rate_monthly", "highest_churn_month", "ltv", "customers_to_call"]
    assert (told["customers"].value, told["customers"].change, told["customers"].facts) == ("15", "+3 since last month", ("of 2,750 who ever paid",))
    assert (told["mrr"].value, told["mrr"].change, told["mrr"].facts) == ("€1,351", "−€50 since last month", ("€90.03 a customer, on average",))
    churn = told["churn_rate_monthly"]
    assert (churn.change, churn.news) == ("+4.0 points since last month, more than chance", True)
    assert churn.facts == ("1 of 12 customers", "95% interval 1.0% to 35.0%")
    peak = told["highest_churn_month"]
    assert (peak.value, peak.change) == ("month 3", "of the subscription; a month ago it was 2")
    assert peak.facts == ("so far, by billing interval:", "monthly: 7.2% in month 3", "annual: 19% in month 12")
    assert (told["ltv"].change, told["ltv"].news) == ("−€10 since last month, within chance", False)
    assert told["customers_to_call"].facts == ("in a month of highest churn now", "they pay €751 a month")


def test_small_pictures_are_told_in_numbers(outcomes):
    told = {one.key: str(one.picture) for one in tiles(outcomes, Left(outcomes), "EUR")}
    assert 'aria-label="10 in August 2026, 15 in October 2026; lowest 10, highest 15"' in told["customers"] and told["customers"].count("<polyline") == 1
    assert told["highest_churn_month"].count("<rect") == 3 and told["highest_churn_month"].count('class="marked"') == 1
    assert "highest in month 3, 7.2%" in told["highest_churn_month"]
    assert told["ltv"] == told["customers_to_call"] == ""


def test_news_comes_first_among_the_changes(outcomes):
    told = changes(Left(outcomes))
    assert [(one["key"].partition(":")[2], one["news"]) for one in told["named"]] == [("churn_rate_monthly", True), ("ltv", False)]
    assert told["summary"]["value"] == 1 and told["page"] == "overview"
    assert changes(Left([])) is None


def test_whom_to_call_is_read_as_it_was_written(outcomes):
    told = calls(Left(outcomes), [(SimpleNamespace(name="peak"), outcomes[0])], "EUR")
    assert told["rows"] == [
        {"name": "=SUM Logistics", "why": "annual, subscription month 24", "money": "€701 a month"},
        {"name": "東京", "why": "monthly, subscription month 3", "money": "€50.00 a month"},
    ]  # fmt: skip
    assert (told["total"], told["more"], told["page"]) == (2, 0, "peak")
    assert told["because"] == "At a point of the subscription where many leave; those who pay most first. Other lists are below."
    assert calls(Left([]), [], "EUR") is None


def test_a_list_says_how_many_are_on_it_and_what_they_pay(outcomes):
    (told,) = lists([(SimpleNamespace(name="peak", lists=("customers_to_call",)), outcomes[0])], "EUR")
    assert (told["title"], told["told"], told["rows"], told["page"]) == ("Call them", ["2 on the list", "€751 of MRR"], 2, "peak")


def test_churn_alone_is_judged_by_itself(outcomes):
    alone = [Outcome("survival", DONE, [outcomes[0].findings[5]], [{"name": "churn_rate", "csv": "month,rate,change,verdict\n2026-10,0.08,-0.02,noise\n"}])]
    (told,) = tiles(alone, Left(alone), "EUR")
    assert (told.change, told.news) == ("−2.0 points since last month, within chance", False)
