"""Forecast charts, sentences and table: what the artists hold, word for word, and what they say when there is nothing."""

import json
import math

import pandas as pd
import pytest

from lifecycle_utils import present
from lifecycle_utils.present import theme
from lifecycle_utils.present.record import TABLE_MIME
from tests.present.frames import HOSTILE, NAN

COLUMNS = ["measure", "made_in", "for_month", "forecast", "lower", "upper", "actual", "covered", "group", "error", "customers", "left_out", "withheld"]


def row(measure, group, forecast, actual, *, half, for_month="2026-10", customers=400, withheld=""):
    covered = pd.NA if withheld else abs(forecast - actual) <= half
    return (measure, "2026-08", for_month, forecast, forecast - half, forecast + half, actual, covered, group, forecast - actual, customers, 0.0, withheld)


def check_frame():
    rows = [
        row("retention", "all", 0.82, 0.8, half=0.03), row("retention", HOSTILE[0], 0.8, 0.81, half=0.1), row("retention", HOSTILE[1], 0.8, 0.6, half=0.1),
        row("retention", "tiny", NAN, NAN, half=NAN, withheld="fewer than 10 customers then"),
        row("mrr", "all", 30_000.0, 29_500.0, half=900, for_month="2026-09"), row("mrr", "all", 28_000.0, 25_000.0, half=1200),
        row("lifetime_value", "all", 150.0, 150.01, half=5), row("lifetime_value", "b", 140.0, 141.0, half=20),
    ]
    return pd.DataFrame(rows, columns=COLUMNS).astype({"covered": "boolean"})


def summary_frame():
    check = check_frame()
    last = check[(check["group"] == "all") & (check["for_month"] == "2026-10")]
    return last.assign(relative_error=last["error"] / last["actual"])


def nothing(frame):
    return frame.assign(forecast=NAN, lower=NAN, upper=NAN, actual=NAN, error=NAN, covered=pd.NA, withheld="too young then").astype({"covered": "boolean"})


def drawn(ax, gid):
    return [(tuple(line.get_xdata()), tuple(line.get_ydata()), line.get_color()) for line in ax.lines if line.get_gid() == gid and len(line.get_xdata())]


def test_the_path_shows_forecast_band_and_outcome():
    ax = present.forecast_path_chart(check_frame(), currency="USD")
    (forecast,) = [line for line in ax.lines if line.get_gid() is None]
    assert list(forecast.get_xdata()) == [1, 2] and list(forecast.get_ydata()) == [30_000, 28_000]
    assert drawn(ax, "actual") == [((1,), (29_500,), theme.BLUE), ((2,), (25_000,), theme.VERMILLION)]
    corners = ax.collections[0].get_paths()[0].vertices
    assert corners[:, 1].min() == 26_800 and corners[:, 1].max() == 30_900
    assert ax.get_label() == (
        "MRR of the customers who paid then, forecast and what came: as of 2026-08, forecast for 2026-10 $28,000 (95% interval $26,800 to $29,200), "
        "came $25,000, 1 of 2 months outside the band."
    )


def test_groups_show_interval_forecast_and_outcome_by_name():
    ax = present.forecast_groups_chart(check_frame(), measure="retention")
    assert [text.get_text() for text in ax.get_xticklabels()] == [HOSTILE[0], "<script>alert(1…"]
    assert drawn(ax, "forecast")[0][1] == (0.8, 0.8)
    assert drawn(ax, "actual") == [((0,), (0.81,), theme.INK), ((1,), (0.6,), theme.VERMILLION)]
    segments = [segment[:, 1].tolist() for segment in ax.collections[0].get_segments()]
    assert segments == [pytest.approx([0.7, 0.9])] * 2
    assert ax.get_label() == (
        "Customers still there, forecast at the end of 2026-08 for 2026-10: the intervals of 1 of 2 groups hold what came; "
        "not those of <script>alert(1)</script> (80% forecast, 60% came)."
    )


def test_money_by_group():
    ax = present.forecast_groups_chart(check_frame(), measure="lifetime_value", currency="EUR")
    assert ax.get_title(loc="left") == "Revenue per customer since then, group by group: 2026-08 to 2026-10"
    assert ax.get_label().endswith("the intervals of 1 of 1 groups hold what came.")


@pytest.mark.parametrize("chart", [lambda f: present.forecast_path_chart(f, currency="USD"), lambda f: present.forecast_groups_chart(f)])
def test_with_nothing_to_show_the_charts_say_so(chart):
    ax = chart(nothing(check_frame()))
    assert any("Withheld" in text.get_text() for text in ax.texts) and "withheld" in ax.get_label()


def test_the_sentences():
    stay, mrr, value = present.forecast_findings(summary_frame(), currency="USD")
    assert str(stay) == (
        "At the end of August 2026 the forecast was that 82% (95% interval 79% to 85%) of 400 customers would still be there in October 2026; "
        "80% are: the forecast was 2.0 percentage points too high, inside the interval."
    )
    assert (stay.key, stay.value, stay.lower, stay.unit, stay.n) == ("forecast_retention:2026-08", 0.82, pytest.approx(0.79), "share", 400)
    assert str(mrr) == (
        "At the end of August 2026 the forecast was that 400 customers would pay $28,000 (95% interval $26,800 to $29,200) a month in October 2026; "
        "they pay $25,000: the forecast was 12.0% too high, outside the interval."
    )
    assert str(value).endswith("they brought $150: as forecast, inside the interval.")


def test_the_headline_counts_and_names_the_worst():
    found = present.forecast_check_finding(summary_frame())
    assert found.value == pytest.approx(2 / 3) and found.n == 3
    assert str(found) == (
        "Of 3 forecasts that could have been made for all customers in earlier months, 2 held within their interval; "
        "the furthest off was MRR from existing customers as of August 2026, 12.0% too high."
    )


def test_withheld_sentences_say_why():
    headline = present.forecast_check_finding(nothing(summary_frame()))
    first = present.forecast_findings(nothing(summary_frame()), currency="USD")[0]
    assert str(headline) == "Whether forecasts of earlier months have held is withheld: too young then."
    assert str(first) == "Whether August 2026 could have forecast the share of customers who stay up to October 2026 is withheld: too young then."
    assert math.isnan(first.value) and first.withheld == "too young then"


def test_coverage_of_the_groups():
    frame = pd.DataFrame([("retention", 120, 119, 119 / 120, -0.006, 0.037), ("lifetime_value", 0, 0, NAN, NAN, NAN)],
                         columns=["measure", "forecasts", "covered", "coverage", "bias", "mean_absolute_error"])
    stay, value = present.forecast_coverage_findings(frame, currency="USD")
    assert str(stay) == (
        "Group by group, 119 of 120 intervals for the share that stays held what came (99%; 95% are meant to); "
        "the forecasts were 0.6 percentage points too low, and 3.7 points off on average."
    )
    assert value.withheld and "withheld" in str(value)


def test_dispersion_in_words():
    frame = pd.DataFrame([("calendar months", 35, 430, 0.18, 0.017, True), ("cohorts", 35, 430, 0.02, 0.4, False), ("cohorts", 4, 30, 0.0, NAN, False)],
                         columns=["between", "units", "departures", "variation", "p_value", "used"])
    months, cohorts, few = map(str, present.churn_dispersion_findings(frame))
    assert months == (
        "Calendar months differ in churn by more than chance, by about 18% up or down (p = 0.017, 35 calendar months); the intervals are wider for it."
    )
    assert cohorts == "Cohorts do not differ in churn by more than chance (p = 0.400, 35 cohorts); the intervals assume that they do not."
    assert few == "Whether cohorts differ in churn by more than chance is withheld: fewer than six cohorts to compare."


def test_the_table_prints_all_customers_and_records_everything():
    table = present.forecast_check_table(check_frame(), currency="USD")
    bundle = table._repr_mimebundle_()
    recorded = bundle[TABLE_MIME]
    assert recorded["name"] == "forecast_check" and recorded["csv"].splitlines()[0] == ",".join(COLUMNS) and len(recorded["csv"].splitlines()) == 9
    html = bundle["text/html"]
    assert "82%" in html and "$26,800 to $29,200" in html and html.count("<tr") == 5 and HOSTILE[1] not in html
    json.dumps(recorded)
