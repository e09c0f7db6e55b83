"""Who had which attribute, and how it ended: by hand; what lifecycle.toml says of an attribute."""

import pytest

from lifecycle_utils import observe, sources
from lifecycle_utils.errors import InputError
from lifecycle_utils.observe.known_at_start import acquisition_attributes
from lifecycle_utils.observe.lead_traits import shared_traits
from tests.companies import write_csv


def company(folder, toml=""):
    write_csv(folder / "subscriptions.csv", ["subscription_id", "customer_id", "started_on", "ended_on", "mrr", "seats"], [
        ["1", "a", "2024-01-01", "2024-03-01", 10, 3], ["2", "b", "2024-01-10", "", 10, 3], ["3", "c", "2024-02-01", "", 10, 5],
    ])
    write_csv(folder / "customers.csv", ["customer_id", "seats", "status"], [["a", 3, "gone"], ["b", 3, "here"], ["c", 5, "here"], ["never", 9, "here"]])
    write_csv(folder / "leads.csv", ["lead_id", "created_on", "customer_id", "status"], [["1", "2023-12-01", "a", "open"]])
    (folder / "lifecycle.toml").write_text(toml, encoding="utf-8")
    return sources.open_snapshot(folder, month="2024-04")


def test_counts_by_hand(tmp_path):
    told = observe.attribute_outcomes(company(tmp_path)).set_index(["attribute", "value"])
    numbers = told[["customers", "left", "months", "months_squared"]].T.to_dict("list")
    assert numbers["status", "gone"] == [1, 1, 2, 4] and numbers["status", "here"] == [2, 0, 3 + 3, 9 + 9]  # who never paid is no customer
    assert told.loc["seats", "bought"].all() and not told.loc["status", "bought"].any()


def test_what_changes_is_no_trait_and_enters_no_score(tmp_path):
    snapshot = company(tmp_path)
    assert acquisition_attributes(snapshot) == ["status"] and list(shared_traits(snapshot)) == ["status"]
    snapshot = company(tmp_path, '[attributes]\nstatus = "changes"\nseats = "known at start"\n')
    assert set(observe.traits(snapshot)["attribute"]) == set(observe.attribute_outcomes(snapshot)["attribute"]) == {"seats"}
    assert acquisition_attributes(snapshot) == ["seats"] and shared_traits(snapshot) == {}
    assert observe.attribute_outcomes(snapshot)["told"].eq("known at start").all()
    with pytest.raises(InputError, match=r'\[attributes\] status must be "changes" or "known at start", not 1'):
        company(tmp_path, "[attributes]\nstatus = 1\n")
