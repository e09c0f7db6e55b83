"""Leads: what became of them by hand, and the open ones that fit best."""

import pandas as pd
import pytest

from lifecycle_utils import estimate, sources
from lifecycle_utils.errors import UsageError
from lifecycle_utils.observe.lead_traits import lead_outcomes, open_leads, shared_traits
from tests.companies import write_csv

LEADS = ["lead_id", "created_on", "channel", "demo_requested_on", "trial_started_on", "customer_id", "industry", "employees"]


def company(folder, subscriptions, leads, customers):
    write_csv(folder / "subscriptions.csv", ["subscription_id", "customer_id", "started_on", "ended_on", "mrr"],
              [[number, *row] for number, row in enumerate(subscriptions)])
    rows = [[number, created, channel, "", "", customer, *traits] for number, (created, channel, customer, *traits) in enumerate(leads)]
    write_csv(folder / "leads.csv", LEADS, rows)
    write_csv(folder / "customers.csv", ["customer_id", "industry", "employees", "acquisition_channel", "status"], customers)
    (folder / "lifecycle.toml").write_text("[bands]\nemployees = [10, 50]\n", encoding="utf-8")
    return sources.open_snapshot(folder, month="2024-12")


def test_what_became_of_leads_by_hand(tmp_path):
    old = [[f"o{n}", "2023-01-01", "", 10 * (n + 1)] for n in range(10)]  # ten customers when the profile is made; the best pays 100
    snapshot = company(
        tmp_path,
        [*old, ["a", "2024-02-01", "", 150], ["b", "2024-02-01", "", 50], ["c", "2024-02-01", "2024-03-01", 500], ["d", "2024-09-20", "", 500],
         ["e", "2024-02-01", "2024-06-01", 90], ["e", "2024-06-01", "", 120]],
        [
            ["2024-01-10", "ads", "a", "Retail", 7],  # good
            ["2024-01-11", "ads", "b", "Retail", 8],  # a customer, but a small one
            ["2024-01-12", "ads", "c", "Retail", 9],  # gone after its six months
            ["2024-01-13", "web", "d", "Retail", 9],  # bought too late
            ["2024-01-14", "web", "e", "", 100],  # grew into a good one by July
            ["2024-01-15", "web", "", "Retail", ""],  # never bought
            ["2023-12-31", "web", "a", "Retail", 7],  # known when the profile was made
            ["2024-07-01", "web", "", "Retail", 7],  # its six months are not over
        ],
        [[f"o{n}", "Retail", 5, "web", "x"] for n in range(10)],
    )
    assert shared_traits(snapshot) == {"industry": "industry", "employees": "employees", "acquisition_channel": "channel"}  # leads have no status
    cells = lead_outcomes(snapshot, profile_months=12, convert_months=6, top_share=0.1)
    told = cells.set_index(["industry", "employees", "acquisition_channel"])[["leads", "customers", "good_customers"]].T.to_dict("list")
    assert told == {
        ("Retail", "up to 10", "ads"): [3, 2, 1], ("Retail", "up to 10", "web"): [1, 0, 0], ("(unknown)", "51+", "web"): [1, 1, 1],
        ("Retail", "(unknown)", "web"): [1, 0, 0],
    }
    with pytest.raises(UsageError, match="less than profile_months"):
        lead_outcomes(snapshot, profile_months=6, convert_months=6)


def test_open_leads_in_the_order_of_their_fit(tmp_path):
    leads = [
        ["2024-11-01", "ads", "", "Retail", 100], ["2024-12-01", "web", "", "Logistics", 5], ["2024-12-02", "ads", "", "Logistics", 100],
        ["2024-12-03", "ads", "", "Logistics", 100], ["2024-05-31", "ads", "", "Logistics", 100],  # too old
        ["2024-12-04", "ads", "a", "Logistics", 100],  # bought
        ["2024-12-05", "ads", "later", "Logistics", 100],  # buys next year: the table knows, the snapshot does not
    ]
    snapshot = company(tmp_path, [["a", "2024-12-10", "", 10], ["later", "2025-02-01", "", 10]], leads, [["a", "Retail", 5, "web", "x"]])
    points = pd.DataFrame({"attribute": ["industry", "industry", "employees"], "value": ["Logistics", "Retail", "51+"], "points": [0.7, -0.2, 0.4],
                           "lift": [2.0, 0.8, 1.5], "significant": True})
    listed = open_leads(snapshot, points)
    assert listed["lead_id"].tolist() == ["6", "3", "2", "1", "0"]
    assert listed["fit"].round(6).tolist() == [1.1, 1.1, 1.1, 0.7, 0.2]
    assert open_leads(snapshot, points, limit=2)["lead_id"].tolist() == ["6", "3"] and len(open_leads(snapshot, points, since_months=8)) == 6
    reasons = estimate.lead_reasons(listed, points)
    assert reasons.groupby("lead_id")["value"].agg(list).to_dict() == {"6": ["Logistics", "51+"], "3": ["Logistics", "51+"], "2": ["Logistics", "51+"],
                                                                      "1": ["Logistics"], "0": ["51+"]}
