"""Customer-months of a known truth, for the tests of scores."""

from pathlib import Path

import numpy as np
import pandas as pd
from scipy.special import expit

#: Log odds of each value; `noise` means nothing.
TRUTH = {"use": {"none": 1.0, "some": 0.0, "much": -1.0}, "stage": {"new": 0.7, "old": -0.3}, "noise": {"a": 0.0, "b": 0.0, "c": 0.0, "d": 0.0}}
INTERCEPT = -2.5


def simulated(rows, *, seed, customers=None, truth=TRUTH):
    """Rows drawn from TRUTH; `customers` gives several rows to each customer, alike in their inputs."""
    chance = np.random.default_rng(seed)
    owner = np.arange(rows) if customers is None else chance.integers(0, customers, rows)
    frame, log_odds = {"month": "2026-01", "customer": owner, "churned": False, "mrr": 100.0}, np.full(rows, INTERCEPT)
    for name, effects in truth.items():
        codes = chance.integers(0, len(effects), rows if customers is None else customers)
        codes = codes if customers is None else codes[owner]
        frame[name] = pd.Categorical.from_codes(codes, list(effects))
        log_odds += np.array(list(effects.values()))[codes]
    frame = pd.DataFrame(frame)
    return frame.assign(churned=chance.random(rows) < expit(log_odds)), expit(log_odds)


def reference():
    """What R's mgcv and glm say of Telco; tests/reference/make_scoring_reference.R makes it."""
    return pd.read_csv(Path(__file__).resolve().parents[1] / "reference" / "scoring_reference.csv")


def telco(shared_data):
    """Telco as customer-months of one month: who left in it, and what was known of them."""
    raw = pd.read_csv(shared_data / "telco" / "Telco-Customer-Churn.csv")
    labels = ["0", "1-2", "3-5", "6-11", "12-23", "24-47", "48-72"]
    band = pd.cut(raw["tenure"], [-1, 0, 2, 5, 11, 23, 47, 72], labels=labels)
    fixed = {"month": "2026-10", "customer": range(len(raw)), "churned": raw["Churn"] == "Yes", "mrr": raw["MonthlyCharges"], "tenure": band}
    names = ["Contract", "InternetService", "PaymentMethod", "TechSupport", "gender"]
    return pd.DataFrame(fixed | {name: raw[name].astype("category") for name in names})
