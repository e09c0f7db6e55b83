"""Fixtures of the estimators' tests: Telco as tenures, straight from the shared file, and the truths that R made of it."""

import pandas as pd
import pytest


@pytest.fixture
def telco_tenures(shared_data):
    raw = pd.read_csv(shared_data / "telco" / "Telco-Customer-Churn.csv")
    customers = pd.DataFrame({"group": raw["Contract"], "entry": 0, "tenure": raw["tenure"], "churned": raw["Churn"] == "Yes"})
    both = pd.concat([customers, customers.assign(group="all")])
    return both.groupby(["group", "entry", "tenure", "churned"]).size().rename("customers").reset_index()


@pytest.fixture
def truth(shared_data):
    """A reader of ../shared/data/truth with the kit's column names."""
    def read(name):
        frame = pd.read_csv(shared_data / "truth" / name)
        return frame.rename(columns={"segment": "group", "month_k": "tenure_month", "t": "tenure_month", "tau": "horizon_months"})
    return read
