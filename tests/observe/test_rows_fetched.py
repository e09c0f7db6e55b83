"""What comes back from the engine does not grow with customers: every customer three times over gives the same counts of rows."""

import ast
from pathlib import Path

import narwhals as nw
import pandas as pd
import pytest

from lifecycle_utils import estimate, observe, simulate, sources
from lifecycle_utils.observe.spells import first_spells

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




def scores(snapshot):
    """Everything that notebook 07 asks; the score learns from every n-th customer where there are many."""
    months = observe.scored_months(snapshot, horizon_months=3, test_months=1, train_months=2)
    inputs = observe.score_inputs(snapshot.as_of(months.tested_from), horizon_months=3)
    history = observe.customer_months(snapshot, inputs, months=months.all, horizon_months=3, most_rows=300)
    points = estimate.scorecard_points(observe.input_labels(inputs))
    score, card = estimate.fit_score(history, points), estimate.fit_scorecard(history, points)
    bands = estimate.health_bands(score, history)
    customers = observe.customer_scores(snapshot, inputs, score=score, scorecard=card, bands=bands)
    observe.band_counts(customers, bands)
    observe.scored_customers(snapshot, observe.doing_well(customers, inputs), inputs, limit=LIMIT)
    observe.input_counts(customers, inputs)
    observe.missing_inputs(snapshot)


def profile(snapshot):
    """Everything that notebook 06 asks about traits and leads."""
    found = estimate.ideal_customer_profile(observe.traits(snapshot))
    must_have = estimate.must_have_traits(observe.trait_combinations(snapshot, found.head(4)), found.head(4))
    profiled = observe.with_profile(snapshot, must_have)
    observe.profile_answers(profiled)
    observe.profile_channels(profiled)
    past = observe.earlier(snapshot, months=12)
    points = estimate.lead_points(estimate.ideal_customer_profile(observe.traits(past)), observe.shared_traits(past))
    observe.open_leads(snapshot, points, limit=LIMIT)
    observe.lead_outcomes(snapshot)


def survey(snapshot):
    observe.survey_choices(snapshot)
    observe.survey_answers(snapshot, most_answers=40)
    observe.top_customers_unasked(snapshot, limit=LIMIT)


def one_customer(snapshot):
    customer = observe.find_customer(snapshot)
    observe.customer_facts(snapshot, customer)
    observe.customer_group(snapshot, customer)
    observe.customer_history(snapshot, customer)
    observe.customer_rows(snapshot, "subscriptions", customer)


def prepared_rows(snapshot):
    names = {"tenure": "tenure", "churned": "churned", "entry": "entry"}
    observe.tenures_of_rows(first_spells(snapshot), by="cohort_month", **names)
    observe.patterns_of_rows(first_spells(snapshot), by=["cohort_month"], **names)


QUESTIONS |= {
    "customers": lambda s: observe.customer_list(observe.customers(s), columns=["customer_id", "mrr"], order="mrr", limit=LIMIT),
    "hindsight": lambda s: observe.hindsight(s, months_ago=6),
    "one_customer": one_customer,
    "prepared_rows": prepared_rows,
    "profile": profile,
    "revenue_kept_by_cohort": lambda s: observe.revenue_kept_by_cohort(s, months=12),
    "scores": scores,
    "survey": survey,
    "tenure_patterns": lambda s: observe.tenure_patterns(s, by=["industry", "billing_interval"]),
    "tenures_and_revenue": lambda s: observe.tenures_and_revenue(s, ["industry"]),
    "trial_customer_tenures": lambda s: observe.trial_customer_tenures(s),
    "upgrade_check": lambda s: observe.upgrade_check(s),
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


def test_every_question_is_asked():
    asked = {node.attr for node in ast.walk(ast.parse(Path(__file__).read_text(encoding="utf-8")))
             if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "observe"}
    # what a group is called is read from the settings and the header
    assert set(observe.__all__) - asked == {"group_names"}


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
