"""What is known of cohorts that have had their time does not move when something newer comes: property tests through the whole path."""

import datetime as dt

import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st

from lifecycle_utils import estimate, observe
from lifecycle_utils.months import month_end
from tests.observe.histories import histories, open_history

MONTH = "2023-05"
CUTOFF = month_end(MONTH)

#: Customers won after the first day of the month have had no complete subscription month at its end.
days_of_may = st.integers(2, 31).map(lambda day: dt.date(2023, 5, day))
newest = st.lists(st.tuples(st.sampled_from("xyz"), days_of_may, st.none(), st.just("10"), st.just("USD")), max_size=4)
#: Whoever it is that starts, or comes back, after the snapshot; and whatever is told of ends after it.
later = st.lists(
    st.tuples(st.sampled_from("abcx"), st.integers(0, 90).map(lambda days: CUTOFF + dt.timedelta(days=days)), st.one_of(st.none(), st.integers(1, 60)),
              st.just("20"), st.just("USD")), max_size=4)  # fmt: skip


def numbers(folder, history):
    """Frames of everything that is mature, by name."""
    snapshot = open_history(folder, history, MONTH)
    tenures = observe.tenures(snapshot, by="cohort_month")
    retention = estimate.retention_trend(tenures, month=MONTH, tenure_months=(1, 2, 4), min_at_risk=1)
    money = observe.cohort_revenue(snapshot)
    frames = {
        "retention": retention[retention["mature"]],
        "survival": estimate.survival(tenures),
        "hazard": estimate.hazard(tenures, min_at_risk=1),
        "peak": estimate.highest_churn_month(tenures, min_at_risk=1),
        "months paid": estimate.restricted_mean(tenures, horizon_months=[2, 4]).dropna(subset="restricted_mean").drop(columns="customers"),
        "quantiles": estimate.survival_quantiles(tenures).dropna(subset="tenure_month").drop(columns="customers"),
        "revenue of cohorts": money[money["mature"]],
    }
    kept = {}
    for name, frame in frames.items():
        cohort = next(column for column in ("group", "cohort_month") if column in frame)
        kept[name] = frame[frame[cohort] != MONTH].reset_index(drop=True)
    return kept


def unchanged(before, after):
    for name, frame in before.items():
        pd.testing.assert_frame_equal(frame, after[name], obj=name)


@settings(max_examples=5, deadline=None)
@given(histories(currencies=("USD",)), newest)
def test_a_cohort_of_age_zero(tmp_path_factory, history, newest):
    # somebody must have been there for a month, or nothing is mature
    history = [("a", dt.date(2023, 1, 10), None, "5", "USD"), *history]
    folder = tmp_path_factory.mktemp("company")
    unchanged(numbers(folder, history), numbers(folder, history + newest))


@settings(max_examples=5, deadline=None)
@given(histories(currencies=("USD",)), later, st.integers(1, 60))
def test_rows_and_ends_after_the_snapshot_month(tmp_path_factory, history, later, days):
    history = [("a", dt.date(2023, 1, 10), None, "5", "USD"), *history]
    postponed = [
        (who, start, (CUTOFF - start).days + days if start < CUTOFF and length and start + dt.timedelta(days=length) > CUTOFF else length, mrr, currency)
        for who, start, length, mrr, currency in history
    ]
    folder = tmp_path_factory.mktemp("company")
    unchanged(numbers(folder, history), numbers(folder, postponed + later))
