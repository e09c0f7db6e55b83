"""What comes back from the engine does not grow with customers: every customer three times over gives the same counts of rows."""

import narwhals as nw
import pandas as pd
import pytest

from lifecycle_utils import observe, simulate, sources

MONTH = "2026-10"
COPIES = 3
NAMES = ("customer_id", "subscription_id", "lead_id", "user_id")
#: Lists have a limit, which every question of one customer each is under.
LIMIT = 60

QUESTIONS = {
    "acquisition": observe.acquisition,
    "attribute_outcomes": lambda s: observe.attribute_outcomes(s),
    "card_outcomes": observe.card_outcomes,
    "churn_counts": lambda s: observe.churn_counts(s),
    "cohort_revenue": observe.cohort_revenue,
    "concentration": observe.concentration,
    "customers_entering": lambda s: observe.customers_entering(s, tenure_month=2),
    "customers_per_year": lambda s: observe.customers_per_year(s, tenure_month={"all": 2, "Fintech": 3}, by="industry"),
    "early_features_of_customers": lambda s: observe.early_features_of_customers(s),
    "early_features_of_trials": lambda s: observe.early_features_of_trials(s),
    "feature_use": lambda s: observe.feature_use(s),
    "large_accounts": lambda s: observe.large_accounts(s),
    "largest_customers": observe.largest_customers,
    "lead_ages": lambda s: observe.lead_ages(s),
    "mrr_movements": observe.mrr_movements,
    "paying_tenures": lambda s: observe.paying_tenures(s, by="cohort_month"),
    "renewals_due": lambda s: observe.renewals_due(s),
    "revenue": lambda s: observe.revenue(s, by="industry"),
    "revenue_kept": lambda s: observe.revenue_kept(s, months=12),
    "stage_counts": lambda s: observe.stage_counts(s),
    "stage_transitions": lambda s: observe.stage_transitions(s),
    "tenures": lambda s: observe.tenures(s, by="cohort_month"),
    "traits": lambda s: observe.traits(s),
    "trial_tenures": lambda s: observe.trial_tenures(s),
    "trials": lambda s: observe.trials(s),
    "upgrade_ready": lambda s: observe.upgrade_ready(s),
}


@pytest.fixture(scope="module")
def companies(tmp_path_factory):
    """A company, and one with each of its customers and leads three times."""
    frames = simulate.company(customers=500, months=36, seed=3)
    many = {}
    for name, frame in frames.items():
        ids = [column for column in NAMES if column in frame]
        copies = [frame.assign(**{column: frame[column] + f"-{copy}" for column in ids}) for copy in range(COPIES)] if ids else [frame]
        many[name] = pd.concat(copies, ignore_index=True)
    folders = []
    for name, tables in (("one", frames), ("three", many)):
        folders.append(tmp_path_factory.mktemp(name))
        simulate.write_frames(folders[-1], tables)
    return [sources.open_snapshot(folder, month=MONTH) for folder in folders]


@pytest.mark.parametrize("name", QUESTIONS)
def test_rows_fetched_do_not_grow_with_customers(companies, name, monkeypatch):
    fetched, collect = [], nw.LazyFrame.collect

    def counting(self, *args, **kwargs):
        frame = collect(self, *args, **kwargs)
        fetched[-1].append(len(frame))
        return frame

    monkeypatch.setattr(nw.LazyFrame, "collect", counting)
    for snapshot in companies:
        fetched.append([])
        QUESTIONS[name](snapshot)
    one, three = fetched
    assert len(one) == len(three) and sum(one)
    assert all(more <= max(1.25 * fewer, LIMIT) for fewer, more in zip(one, three, strict=True)), (one, three)
