"""A month's churn counted every way: by hand, for any history day by day, and equal to the movements and the differences told."""

import datetime as dt

from hypothesis import given, settings
from hypothesis import strategies as st

from lifecycle_utils.estimate import churn_definitions
from lifecycle_utils.estimate.churn_definitions import DIFFERENCES
from lifecycle_utils.months import first_day, month_end
from lifecycle_utils.observe import churn_counts, mrr_movements
from tests.observe.histories import histories, open_history, open_rows

DAY = dt.timedelta(days=1)


def test_chartmoguls_example_through_the_engine(tmp_path):
    rows = [f"s{number},c{number},2026-08-01,,10,,x" for number in range(88)]
    rows += [f"t{number},d{number},2026-08-01,2026-09-{number + 1:02d},10,,x" for number in range(11)]  # left, one of them on the first day
    rows += ["u1,back,2026-08-01,2026-09-10,10,,x", "u2,back,2026-09-15,,10,,x", "v,short,2026-09-05,2026-09-20,10,,x"]
    counts = churn_counts(open_rows(tmp_path, rows, "2026-09"))
    table = churn_definitions(counts).set_index("definition")
    # "if you had 100 customers at the beginning of the month": 11 gone, one back, one joined and left
    assert table[["churned", "customers"]].loc["ChartMogul"].tolist() == [11, 100]
    assert table.loc["Baremetrics", ["churned", "customers", "came_back", "joined_and_left", "other_days"]].tolist() == [13, 100, 1, 1, 0]
    assert table.loc["Stripe", ["churned", "customers", "customers_new"]].tolist() == [13, 101, 1]


def test_thirty_days_are_not_a_month(tmp_path):
    rows = ["1,a,2025-01-01,2025-02-10,10,,x", "2,b,2025-01-01,2025-01-30,10,,x", "3,b,2025-02-02,,10,,x", "4,c,2025-01-01,2025-03-01,10,,x"]
    counts = churn_counts(open_rows(tmp_path, rows, "2025-02"))
    table = churn_definitions(counts).set_index("definition")
    # the thirty days that end February begin on 30 January, when b left; c is still paid on the last day
    assert table.loc["this kit", ["churned", "customers"]].tolist() == [1, 2]
    assert table.loc["Stripe", ["churned", "customers", "other_days", "customers_other_days"]].tolist() == [2, 3, 1, 1]


def test_free_plans_are_accounts_to_fight_churn(tmp_path):
    rows = [
        "1,to free,2025-01-01,2025-03-10,10,,x", "2,to free,2025-03-10,,0,,free", "3,trial,2025-02-20,2025-03-06,0,,free",
        "4,free,2025-01-01,,0,,free", "5,gone,2025-01-01,2025-03-31,10,,x", "6,stays,2025-01-01,,10,,x",
    ]  # fmt: skip
    table = churn_definitions(churn_counts(open_rows(tmp_path, rows, "2025-03"))).set_index("definition")
    assert table.loc["this kit", ["churned", "customers"]].tolist() == [2, 3]
    assert table.loc["fight-churn", ["churned", "customers", "free_accounts", "customers_free"]].tolist() == [2, 5, 0, 2]


def test_data_that_begin_later_are_told(tmp_path):
    counts = churn_counts(open_rows(tmp_path, ["1,a,2025-01-01,,10,,x"], "2025-03", "observed_from = 2025-02-28"))
    assert counts["withheld"].tolist() == [""]
    counts = churn_counts(open_rows(tmp_path, ["1,a,2025-01-01,,10,,x"], "2025-03", "observed_from = 2025-03-01"))
    assert set(churn_definitions(counts)["withheld"]) == {"who left before the data begin is not in them"}


@settings(max_examples=60, deadline=None)
@given(histories(currencies=("",)), st.sampled_from(["2023-02", "2023-03", "2023-04"]))
def test_any_history_agrees_day_by_day(tmp_path_factory, history, month):
    snapshot = open_history(tmp_path_factory.mktemp("history"), history, month)
    counts = churn_counts(snapshot)
    row = counts.iloc[0]
    truth = by_definition(history, month)
    assert {name: int(row[name]) for name in truth} == truth
    assert row["left_in_window"] == row["churned"] + row["came_back"] + row["joined_and_left"] - row["left_only_before_window"] + row["left_only_before_month"]
    movements = mrr_movements(snapshot)
    assert movements["churned_customers"].tolist()[-1:] in ([row["churned"]], [])
    table = churn_definitions(counts).set_index("definition")
    assert (table["churned"] - table[list(DIFFERENCES)].sum(axis=1) == row["churned"]).all()
    assert table.loc["Baremetrics", ["churned", "customers"]].tolist() == [truth["left_in_window"], truth["opening_window"]]
    assert table.loc["Stripe", ["churned", "customers"]].tolist() == [truth["times_left_in_window"], truth["opening_window"] + truth["new_in_window"]]


def by_definition(history, month):
    """Each customer, each day: paid, free, or nothing."""
    first, last = first_day(month), month_end(month) - DAY
    window = last - 29 * DAY
    counts = dict.fromkeys(["opening", "churned", "came_back", "joined_and_left", "left_in_window", "times_left_in_window", "opening_window", "new_in_window",
                            "free_opening", "free_ended", "fell_to_free"], 0)  # fmt: skip
    for who in {row[0] for row in history}:
        paid, anything = (days_of(history, who, month_end(month), free) for free in (False, True))
        left = [day for day in (min(first, window) + number * DAY for number in range(40)) if day <= last and day - DAY in paid and day not in paid]
        in_month, in_window = [day for day in left if day >= first], [day for day in left if day >= window]
        opening, closing = first - DAY in paid, last in paid
        any_opening, any_closing = first - DAY in anything, last in anything
        counts["opening"] += opening
        counts["churned"] += opening and not closing
        counts["came_back"] += bool(in_month) and closing
        counts["joined_and_left"] += bool(in_month) and not closing and not opening
        counts["left_in_window"] += bool(in_window)
        counts["times_left_in_window"] += len(in_window)
        counts["opening_window"] += window - DAY in paid
        counts["new_in_window"] += bool(paid) and min(paid) >= window
        counts["free_opening"] += any_opening and not opening
        counts["free_ended"] += any_opening and not opening and not any_closing
        counts["fell_to_free"] += opening and not closing and any_closing
    return counts


def days_of(history, who, cutoff, free):
    days = set()
    for name, start, length, mrr, _ in history:
        if name == who and (free or mrr != "0"):
            end = min(cutoff, start + length * DAY) if length is not None else cutoff
            days |= {start + number * DAY for number in range(max((end - start).days, 0))}
    return days
