"""Who has the traits of the profile, what they answered and where they came from, by hand."""

import pandas as pd
import pytest

from lifecycle_utils import observe, sources
from lifecycle_utils.observe.profile_fit import profile_answers, profile_channels, trait_combinations, with_profile
from tests.companies import write_csv

TRAITS = pd.DataFrame({"attribute": ["industry", "size", "industry"], "value": ["Logistics", "11+", "NA"]})


@pytest.fixture
def snapshot(tmp_path):
    write_csv(tmp_path / "subscriptions.csv", ["subscription_id", "customer_id", "started_on", "ended_on", "mrr"],
              [[n, who, day, "", mrr] for n, (who, day, mrr) in enumerate([("a", "2024-01-01", 100), ("b", "2024-01-01", 90), ("c", "2024-06-01", 80),
                                                                           ("d", "2024-06-01", 10), ("e", "2024-06-01", 5)])])
    write_csv(tmp_path / "customers.csv", ["customer_id", "industry", "size"],
              [["a", "Logistics", 50], ["b", "Logistics", 5], ["c", "Retail", 60], ["d", "", 7], ["e", "NA", 20], ["never", "Logistics", 20]])
    write_csv(tmp_path / "feedback.csv", ["customer_id", "answered_on", "survey", "score"],
              [["a", "2024-02-01", "nps", 3], ["a", "2024-03-01", "NPS", 9], ["b", "2024-03-01", "nps", 6], ["d", "2024-03-01", "nps", 8], ["a",
                                                            "2024-03-01", "csat", 2],
               ["never", "2024-03-01", "nps", 10], ["c", "2025-01-05", "nps", 10]])
    write_csv(tmp_path / "leads.csv", ["lead_id", "created_on", "channel", "customer_id"],
              [["1", "2024-05-01", "ads", "c"], ["2", "2024-05-01", "ads", "d"], ["3", "2024-05-01", "referral", "e"], ["4", "2023-12-01", "ads", "a"]])
    write_csv(tmp_path / "marketing.csv", ["month", "channel", "spend"], [["2024-06", "ads", 500], ["2023-12", "ads", 9999]])
    (tmp_path / "lifecycle.toml").write_text("[bands]\nsize = [10]\n", encoding="utf-8")
    return sources.open_snapshot(tmp_path, month="2024-12")


def test_combinations_hold_every_customer_once(snapshot):
    cells = trait_combinations(snapshot, TRAITS, top_share=0.4, value="mrr")
    told = cells.set_index(["trait_0", "trait_1", "trait_2"])[["customers", "top_customers"]].T.to_dict("list")
    assert told == {(True, True, False): [1, 1], (True, False, False): [1, 1], (False, True, False): [1, 0], (False, False, False): [1, 0], (False,
                                                            True, True): [1, 0]}
    assert trait_combinations(snapshot, TRAITS.iloc[:0]).empty


def test_the_profile_is_an_attribute_like_any_other(snapshot):
    profiled = with_profile(snapshot, TRAITS)
    revenue = observe.revenue(profiled, by="profile").set_index("group")["customers"].to_dict()
    assert revenue == {"all": 5, "inside": 2, "outside": 3}  # a and e have traits of both attributes
    assert observe.revenue(profiled, by="ideal_traits").set_index("group")["customers"].to_dict() == {"all": 5, "0": 1, "1": 2, "2": 2}
    assert observe.revenue(with_profile(snapshot, TRAITS.iloc[:1]), by="profile").set_index("group")["customers"].to_dict() == {"all": 5, "inside": 2,
                                                            "outside": 3}
    assert "inside" not in observe.revenue(with_profile(snapshot, TRAITS.iloc[:0]), by="profile")["group"].tolist()


def test_the_newest_answers_of_customers_count(snapshot):
    frame = profile_answers(with_profile(snapshot, TRAITS)).set_index(["group", "survey"]).T.to_dict("list")
    # a: 9, and unhappy; b: 6; d: 8; who never paid and who answers next year are not asked
    assert frame == {("inside", "csat"): [1, 0, 1], ("inside", "nps"): [1, 1, 0], ("outside", "nps"): [2, 0, 1]}


def test_what_winning_a_customer_of_each_channel_cost(snapshot):
    frame = profile_channels(with_profile(snapshot, TRAITS), last_months=12)
    rows = frame.set_index(["group", "channel"])
    assert rows["new_customers"].to_dict() == {("inside", "ads"): 1, ("inside", "referral"): 1, ("outside", "(unknown)"): 1, ("outside", "ads"): 2}
    assert rows.loc[("outside", "ads"), "cost_per_customer"] == pytest.approx(500 / 3)


def test_tenures_and_revenue_by_several_attributes_are_those_by_each(snapshot):
    tenures, revenue = observe.tenures_and_revenue(snapshot, ["industry", "size", "industry"])
    for name in ("industry", "size"):
        for whole, count in ((tenures, observe.tenures), (revenue, observe.revenue)):
            own = whole[whole["attribute"] == name].drop(columns="attribute").reset_index(drop=True)
            pd.testing.assert_frame_equal(own, count(snapshot, by=name))
    assert all(frame.empty for frame in observe.tenures_and_revenue(snapshot, []))
