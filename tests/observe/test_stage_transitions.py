"""Where accounts are at month ends: one by hand through every stage, all against the movements of MRR."""

from hypothesis import HealthCheck, given, settings

from lifecycle_utils.observe import mrr_movements, stage_transitions
from lifecycle_utils.observe.stages import ARRIVED, STAGES
from lifecycle_utils.sources import open_snapshot
from tests.observe.histories import histories, open_history
from tests.observe.stage_company import open_company

PAYING = ["new", "paying", "expanded", "contracted", "returned"]


def path(moves):
    """The stages of a single account, month by month."""
    assert (moves["accounts"] == 1).all() and not moves["month"].duplicated().any()
    return moves["to_stage"].tolist()


def sizes(moves):
    return moves.groupby(["month", "to_stage"])["accounts"].sum().unstack(fill_value=0).reindex(columns=STAGES, fill_value=0)


def test_one_account_through_every_stage(tmp_path):
    subscriptions = [
        "s1,c,2026-02-20,2026-03-10,0",  # a trial, told by the lead as well
        "s1,c,2026-04-05,2026-05-20,10", "s1,c,2026-05-20,2026-07-01,20",  # pays, then pays more
        "s1,c,2026-07-01,2026-08-10,15",  # less
        "s1,c,2026-10-15,2026-11-20,0",  # gone in August; tries again in October
        "s1,c,2026-11-20,,15",
    ]  # fmt: skip
    lead = ["L1,2026-01-20,ads,,2026-02-20,2026-03-10,,c"]
    moves = stage_transitions(open_company(tmp_path, "2026-12", subscriptions=subscriptions, leads=lead))
    assert path(moves) == ["lead", "trial", "trial_over", "new", "expanded", "paying", "contracted", "churned", "churned", "trial_again", "returned", "paying"]
    assert moves["from_stage"].tolist() == [ARRIVED, *moves["to_stage"][:-1]]


def test_without_leads_trials_are_the_periods_of_mrr_0(tmp_path):
    rows = ["s1,c,2026-01-20,2026-02-10,0", "s1,c,2026-04-10,2026-05-10,0", "s1,c,2026-06-01,,9"]
    moves = stage_transitions(open_company(tmp_path, "2026-07", subscriptions=rows))
    assert path(moves) == ["trial", "trial_over", "trial_over", "trial_again", "trial_over", "new", "paying"]


def test_a_lead_that_pays_next_month_is_a_lead_this_month(tmp_path):
    tables = {"subscriptions": ["s1,c,2026-03-05,,10"], "leads": ["L1,2026-01-05,ads,,2026-01-10,,,c"]}
    assert path(stage_transitions(open_company(tmp_path, "2026-02", **tables))) == ["trial", "trial"]
    assert path(stage_transitions(open_company(tmp_path, "2026-03", **tables))) == ["trial", "trial", "new"]  # an open trial ends with the first payment


def test_who_joins_and_leaves_within_a_month_has_left(tmp_path):
    tables = {"subscriptions": ["s1,c,2026-02-05,2026-02-20,10", "s1,c,2026-04-05,,10"], "leads": ["L1,2026-01-05,ads,,,,,c"]}
    assert path(stage_transitions(open_company(tmp_path, "2026-04", **tables))) == ["lead", "churned", "churned", "returned"]


def test_nobody_is_lost_on_the_sample():
    moves = stage_transitions(open_snapshot(month="2026-10"))
    came = moves.groupby("to_stage")["accounts"].sum().sub(moves.groupby("from_stage")["accounts"].sum(), fill_value=0)
    now = sizes(moves).loc["2026-10"]
    assert now.sum() == moves.loc[moves["from_stage"] == ARRIVED, "accounts"].sum()
    assert (came.reindex(STAGES).fillna(0) == now).all()
    assert (moves["accounts"] > 0).all() and set(moves["to_stage"]) == set(STAGES)


def equals_the_movements(snapshot):
    movements, moves = mrr_movements(snapshot).set_index("month"), stage_transitions(snapshot)
    now = sizes(moves).reindex(movements.index, fill_value=0)
    assert now[PAYING].sum(axis=1).tolist() == movements["closing_customers"].tolist()
    assert now["expanded"].tolist() == movements["expanded_customers"].tolist()
    assert now["contracted"].tolist() == movements["contracted_customers"].tolist()
    assert (now["new"] + now["returned"]).tolist() == (movements["new_customers"] + movements["reactivated_customers"]).tolist()
    left = moves[moves["from_stage"].isin(PAYING) & ~moves["to_stage"].isin(PAYING)].groupby("month")["accounts"].sum()
    assert left.reindex(movements.index, fill_value=0).tolist() == movements["churned_customers"].tolist()


def test_the_sample_equals_its_movements():
    equals_the_movements(open_snapshot(month="2026-10"))


def test_data_that_begin_later_equal_their_movements(tmp_path):
    rows = ["s1,a,2025-01-01,,10", "s2,b,2026-01-10,2026-04-02,10"]
    (tmp_path / "lifecycle.toml").write_text("observed_from = 2026-01-01\n", encoding="utf-8")
    snapshot = open_company(tmp_path, "2026-05", subscriptions=rows)
    equals_the_movements(snapshot)
    assert stage_transitions(snapshot)["month"].min() == "2026-02"


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(history=histories())
def test_any_history_equals_its_movements(history, tmp_path_factory):
    snapshot = open_history(tmp_path_factory.mktemp("history"), history, "2023-06")
    if len(mrr_movements(snapshot)):
        equals_the_movements(snapshot)
