"""What the truth says can be counted in the tables: hazards, the peak, the profile, cards, features, use before an end."""

import numpy as np
import pandas as pd
import pytest

from lifecycle_utils import estimate, observe, simulate
from lifecycle_utils.simulate.truth import TRUTH
from tests.simulate.counting import CUTOFF, deviations, first_spells, hazards, tenures


@pytest.mark.parametrize("interval, months", [("monthly", 30), ("annual", 36)])
@pytest.mark.parametrize("company", ["frames", "many"])
def test_hazards_lie_within_their_binomial_error(company, interval, months, request):
    spells = first_spells(request.getfixturevalue(company)["subscriptions"]).query("interval == @interval")
    at_risk, left = hazards(*tenures(spells), months)
    truth = simulate.expected_hazard(TRUTH, interval=interval, months=months)["hazard"].to_numpy()
    apart = deviations(at_risk, left, truth)
    assert np.abs(apart).max() < 4
    assert (apart**2).sum() < 2 * months, "all months together, not only each by itself"
    assert interval == "monthly" or not left[truth == 0].any(), "an annual contract ends at a renewal or not at all"


def test_the_sample_peaks_in_month_3_and_its_ends_are_not_all_at_anniversaries(frames):
    spells = first_spells(frames["subscriptions"]).query("interval == 'monthly'")
    at_risk, left = hazards(*tenures(spells), 24)
    hazard = left / at_risk
    assert hazard.argmax() + 1 == 3 and hazard[2] > 1.8 * np.delete(hazard, 2).max()
    ended = spells[spells["ended_on"] <= CUTOFF]
    at_anniversary = (ended["ended_on"].dt.day == ended["started_on"].dt.day) | ended["ended_on"].dt.is_month_end
    assert 0.10 < 1 - at_anniversary.mean() < 0.20


def test_the_kit_counts_the_same_as_a_hand_count(frames, snapshot):
    spells = first_spells(frames["subscriptions"])
    counted = observe.tenures(snapshot, by="billing_interval")
    for interval, part in spells.groupby("interval"):
        at_risk, left = hazards(*tenures(part), 20)
        table = estimate.hazard(counted[counted["group"] == interval], min_at_risk=1).head(20)
        assert table["at_risk"].tolist() == at_risk.tolist() and table["churned"].tolist() == left.tolist()


def test_traits_multiply_mrr_and_lower_the_hazard(many):
    spells = first_spells(many["subscriptions"]).join(many["customers"].set_index("customer_id"))
    traits = _traits(spells)
    monthly = (spells["interval"] == "monthly").to_numpy()
    median, sigma = TRUTH.mrr
    for number in range(4):
        mrr = np.log(spells["mrr"][monthly & (traits == number)])
        expected = np.log(median) + number * np.log(TRUTH.trait_mrr)
        assert abs(mrr.mean() - expected) < 4 * sigma / np.sqrt(len(mrr)) + 0.005
    rates = []
    for number in (0, 1, 2):
        at_risk, left = hazards(*tenures(spells[monthly & (traits == number)]), 12)
        rates.append((left / at_risk).mean())
    assert 0.65 < rates[1] / rates[0] < 0.85 and 0.65 < rates[2] / rates[1] < 0.85


def test_only_the_ideal_profile_is_frequent_among_the_top_decile(frames):
    spells = first_spells(frames["subscriptions"]).join(frames["customers"].set_index("customer_id"))
    top = spells["mrr"].rank(method="first", ascending=False) <= len(spells) / 10
    spells["size"] = spells["employees"].between(*TRUTH.ideal_employees)
    for attribute, value in (("industry", "Logistics"), ("size", True), ("acquisition_channel", "partner")):
        has = spells[attribute] == value
        assert has[top].mean() > 1.8 * has.mean()
    for attribute in ("country", "brand_colour", "newsletter"):
        for value, share in spells[attribute].value_counts(normalize=True).items():
            apart = (spells[attribute][top] == value).mean() - share
            assert abs(apart) < 4 * np.sqrt(share * (1 - share) / top.sum()), (attribute, value)


def test_a_card_brings_fewer_trials_more_buyers_and_an_earlier_end():
    frames = simulate.company(customers=12_000, seed=5, tables=("subscriptions", "customers", "leads"))
    leads = frames["leads"].query("created_on < '2026-07-01' and card_required.notna()")
    card = leads["card_required"].to_numpy(dtype=bool)
    started, won = leads["trial_started_on"].notna().to_numpy(), leads["customer_id"].notna().to_numpy()
    for with_card, start in ((True, TRUTH.trial_start["trial with card"]), (False, TRUTH.trial_start["trial without card"])):
        assert started[card == with_card].mean() == pytest.approx(start, abs=0.015)
    classes = simulate.lead_classes(TRUTH).query("trial").assign(wins=lambda table: table["share"] * table["conversion"])
    expected = classes.groupby("offer")["wins"].sum() / classes.groupby("offer")["share"].sum()
    assert won[card & started].mean() == pytest.approx(expected["trial with card"], abs=0.03)
    assert won[~card & started].mean() == pytest.approx(expected["trial without card"], abs=0.02)
    spells = first_spells(frames["subscriptions"]).query("interval == 'monthly'")
    route = leads[leads["trial_started_on"].notna()].dropna(subset="customer_id").set_index("customer_id")["card_required"].astype(bool)
    rates = {}
    for asked in (True, False):
        at_risk, left = hazards(*tenures(spells.loc[spells.index.intersection(route.index[route == asked])]), 6)
        rates[asked] = left.sum() / at_risk.sum()
    assert 1.2 < rates[True] / rates[False] < 1.8


def test_leads_convert_as_often_as_the_truth_says_once_they_had_time(frames):
    classes = simulate.lead_classes(TRUTH)
    expected = (classes["share"] * classes["conversion"]).sum()
    leads = frames["leads"].assign(won=frames["leads"]["customer_id"].notna())
    settled = leads.query("created_on < '2026-03-01'")["won"]
    assert settled.mean() == pytest.approx(expected, abs=4 * np.sqrt(expected * (1 - expected) / len(settled)))
    assert leads.query("created_on >= '2026-10-01'")["won"].mean() < 0.6 * expected, "the newest leads look bad only because they are new"


def test_use_falls_before_an_end_and_automation_goes_with_conversion(frames):
    usage, table = frames["usage"], frames["subscriptions"]
    spells = first_spells(table)
    ended = spells[(spells["ended_on"] <= CUTOFF) & (spells["ended_on"] - spells["started_on"] > pd.Timedelta(150, "D"))]
    days = usage.drop_duplicates(["customer_id", "used_on"]).merge(ended[["ended_on"]], left_on="customer_id", right_index=True)
    left = (days["ended_on"] - days["used_on"]).dt.days
    last, before, usual = (left.between(low, low + 29).sum() for low in (1, 31, 61))
    earlier, later = TRUTH.before_churn
    assert last / usual == pytest.approx(later, abs=0.06) and before / usual == pytest.approx(earlier, abs=0.08)
    trials = table[(table["mrr"] == 0) & table["subscription_id"].str.endswith("-1") & (table["started_on"] < "2026-07-01")].set_index("customer_id")
    seen = usage.merge(trials[["started_on", "ended_on"]], left_on="customer_id", right_index=True)
    early = set(seen[(seen["used_on"] < seen["ended_on"]) & (seen["feature"] == "automation")]["customer_id"])
    pays = trials.index.isin(table.loc[table["mrr"] > 0, "customer_id"])
    used = trials.index.isin(early)
    assert pays[used].mean() > 1.4 * pays[~used].mean()


def test_promoters_are_found_among_the_ideal(frames):
    nps = frames["feedback"].query("survey == 'nps'").merge(frames["customers"], on="customer_id")
    traits = _traits(nps)
    assert nps["score"][traits >= 2].mean() > nps["score"][traits == 0].mean() + 0.7


def _traits(customers):
    return (
        (customers["industry"] == TRUTH.ideal_industry).astype(int)
        + customers["employees"].between(*TRUTH.ideal_employees)
        + (customers["acquisition_channel"] == TRUTH.ideal_channel)
    ).to_numpy()
