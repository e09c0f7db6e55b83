"""The truth of a simulated company comes out of the whole path: card, features, seats; noise does not."""

import pytest

from lifecycle_utils import estimate, observe, simulate
from lifecycle_utils.simulate.truth import TRUTH
from lifecycle_utils.sources import open_snapshot

pytestmark = pytest.mark.slow

#: Not the dashboard: a day on which an account uses nothing else is a dashboard day, so those who use it are those without automation.
NOISE = set(TRUTH.features) - {"dashboard"}


def opened(folder, **options):
    frames = simulate.company(tables=("subscriptions", "customers", "leads", "usage"), **options)
    simulate.write_frames(folder, frames)
    (folder / "lifecycle.toml").unlink()
    return open_snapshot(folder, month="2026-10")


@pytest.fixture(scope="module")
def large(tmp_path_factory):
    return opened(tmp_path_factory.mktemp("large"), customers=9_000, months=40, seed=12)


@pytest.fixture(scope="module")
def plain(tmp_path_factory):
    """The same company where no card and no feature matters."""
    truth = TRUTH.replace(
        card_hazard=1.0, feature_hazard=dict.fromkeys(TRUTH.feature_hazard, 1.0), automation_conversion=(1.0, 1.0), trial_start=TRUTH.trial_start,
        conversion=dict(TRUTH.conversion) | {"trial with card": 0.3, "trial without card": 0.3},
    )  # fmt: skip
    return opened(tmp_path_factory.mktemp("plain"), customers=3_000, months=40, seed=13, truth=truth)


def expected(offer, truth=TRUTH):
    """Ever paying: the share of trials of an offer, from the truth's classes."""
    kinds = simulate.lead_classes(truth).query("trial and offer == @offer")
    return (kinds["share"] * kinds["conversion"]).sum() / kinds["share"].sum()


def test_conversion_by_card_is_the_truths(large):
    curve = estimate.trial_conversion(observe.trial_tenures(large, within_days=120)).query("days == 120").set_index("group")
    for card in ("with card", "without card"):
        row = curve.loc[card]
        assert abs(row["conversion"] - expected(f"trial {card}")) < 1.7 * (row["upper"] - row["lower"]) / 2


def test_the_card_wins_per_trial_and_nothing_per_lead(large):
    effect = estimate.card_effect(observe.card_outcomes(large, months_after=(12,))).set_index(["per", "measure"])
    trial, lead = (effect.loc[(per, "converted")] for per in ("trial started", "lead shown the page"))
    assert trial["difference"] == pytest.approx(expected("trial with card") - expected("trial without card"), abs=0.03) and trial["lower"] > 0
    classes = simulate.lead_classes(TRUTH).assign(wins=lambda kinds: kinds["share"] * kinds["conversion"])
    rates = classes.groupby("offer")["wins"].sum() / classes.groupby("offer")["share"].sum()
    truth = rates["trial with card"] - rates["trial without card"]
    assert lead["lower"] - 0.005 < truth < lead["upper"] + 0.005 and abs(lead["difference"]) < 0.02
    assert effect.loc[("trial started", "still paying"), "difference"] < trial["difference"], "those with a card leave sooner"


def test_customers_who_came_with_a_card_leave_sooner(large, plain):
    def by_card(snapshot):
        return observe.trial_customer_tenures(snapshot).query("group in ('with card', 'without card')")

    assert estimate.log_rank(by_card(large))["p_value"].iloc[0] < 1e-4
    assert estimate.log_rank(by_card(plain))["p_value"].iloc[0] > 0.01
    hazards = estimate.life_table(by_card(large)).query("tenure_month <= 6").groupby("group")[["churned", "at_risk"]].sum()
    ratio = (hazards["churned"] / hazards["at_risk"]).loc[["with card", "without card"]].to_numpy()
    assert ratio[0] / ratio[1] == pytest.approx(TRUTH.card_hazard, rel=0.25)


def test_the_features_of_the_truth_are_found_and_no_other(large):
    conversion = estimate.feature_association(observe.early_features_of_trials(large)).set_index("feature")
    assert conversion.index[0] == "automation" and conversion.loc["automation", "lower"] > 0.1
    assert not set(conversion.index[conversion["significant"]]) & NOISE
    retention = estimate.feature_association(observe.early_features_of_customers(large)).set_index("feature")
    found = set(retention.index[retention["significant"]])
    assert found >= {"automation", "integrations"} and not found & NOISE
    assert (retention.loc[["automation", "integrations"], "lower"] > 0).all()


def test_where_no_feature_matters_none_is_named(plain):
    for counts in (observe.early_features_of_trials(plain), observe.early_features_of_customers(plain)):
        assert not estimate.feature_association(counts)["significant"].any()


def test_accounts_that_fill_their_seats_upgrade_more_often(large):
    row = estimate.feature_association(observe.upgrade_check(large, after_months=6)).iloc[0]
    assert row["significant"] and 1.3 < row["ratio"] < TRUTH.full_change, "some full accounts are not seen to be full, so the ratio is diluted"
