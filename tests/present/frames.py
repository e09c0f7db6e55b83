"""Small hand-made estimates, as the floor below hands them up."""

import math

import pandas as pd

NAN = math.nan
#: Names that must be drawn and printed as they are.
HOSTILE = ("$x_{", "<script>alert(1)</script>", "_under")


def survival_frame(groups=("all",), months=12, at_risk=200, step=0.02, decrease=5):
    """Each month 2 points of survival and five customers at risk are lost; bounds are three points away."""
    rows = []
    for number, group in enumerate(groups):
        for month in range(1, months + 1):
            level = 1 - step * month - 0.03 * number
            rows.append((group, month, at_risk - decrease * (month - 1), 4, level, level - 0.03, level + 0.03, ""))
    return pd.DataFrame(rows, columns=["group", "tenure_month", "at_risk", "churned", "survival", "lower", "upper", "withheld"])


def hazard_frame(hazards=(0.02, 0.03, 0.08, 0.02), group="all", thin=()):
    rows = [
        (group, month, 20, round(20 * hazard), hazard, NAN, NAN, "fewer than 30 customers at risk") if month in thin
        else (group, month, 400, round(400 * hazard), hazard, hazard * 0.8, hazard * 1.25, "")
        for month, hazard in enumerate(hazards, start=1)
    ]
    return pd.DataFrame(rows, columns=["group", "tenure_month", "at_risk", "churned", "hazard", "lower", "upper", "withheld"])


def peak_frame(hazards, peak, contenders, *, verdict="peak", eligible=None):
    """What highest_churn_month says of the hazards."""
    months = hazards["tenure_month"]
    return hazards.drop(columns="withheld").assign(
        in_confidence_set=months.isin(contenders), p_value=NAN, eligible=months.isin(eligible) if eligible else True,
        is_peak=months == peak, is_peak_by_count=months == peak, verdict=verdict, reason="",
    )


def retention_frame():
    """Three cohorts of 50, 60 and 70; the newest has not had two months, nobody of the others has had three."""
    rows = [
        ("all", 2, 110, 0.75, 0.66, 0.82, True), ("2026-01", 1, 50, 0.9, 0.79, 0.96, True), ("2026-01", 2, 50, 0.8, 0.67, 0.89, True),
        ("2026-02", 1, 60, 1.0, 0.94, 1.0, True), ("2026-02", 2, 60, 0.7, 0.57, 0.8, True), ("2026-03", 1, 70, 0.5, 0.39, 0.61, True),
        ("2026-03", 2, 70, 0.9, NAN, NAN, False), ("2026-01", 3, 50, NAN, NAN, NAN, False),
    ]
    return pd.DataFrame(rows, columns=["cohort_month", "tenure_month", "customers", "retention", "lower", "upper", "mature"])


def value_frame():
    rows = [
        ("all", "mean_lifetime_of_churned", 900.0, NAN, NAN, None, ""), ("all", "arpu_over_churn", 5000.0, NAN, NAN, None, ""),
        ("all", "restricted_mean", 1200.0, 1100.0, 1300.0, 12, ""), ("all", "restricted_mean", 3000.0, 2600.0, 3400.0, 36, ""),
        ("all", "restricted_mean", NAN, NAN, NAN, 60, "customers have been seen for 47 months, 59 are needed"),
        ("all", "shifted_beta_geometric", 3100.0, 2700.0, 3600.0, 36, ""),
    ]
    frame = pd.DataFrame(rows, columns=["group", "method", "value", "lower", "upper", "horizon_months", "withheld"])
    return frame.assign(customers=400).astype({"horizon_months": "Int64"})


def profile_frame():
    rows = [
        ("seats", "61+", 20, 15, 0.04, 0.3, 7.5, 5.3, 8.9, 1e-12, 1e-11, True, ""),
        ("industry", "$x_{", 79, 13, 0.16, 0.26, 1.6, 0.99, 2.6, 0.03, 0.2, False, ""),
        ("industry", "_under", 421, 37, 0.84, 0.74, 0.9, 0.8, 1.0, 0.9, 0.9, False, ""),
        ("seats", "1-60", 3, 0, 0.96, 0.7, NAN, NAN, NAN, NAN, NAN, False, "fewer than 5 customers"),
    ]
    columns = ["attribute", "value", "customers", "top_customers", "share", "top_share", "lift", "lower", "upper", "p_value", "q_value",
               "significant", "withheld"]
    return pd.DataFrame(rows, columns=columns)


def gap_frame(values=(5000.0, -2100.0, 200.0, -100.0, 3000.0), *, withheld="", group="all"):
    """The steps from the usual formula to survival; the first four add up to the last."""
    steps = ["arpu_over_churn", "beyond_horizon", "churn_by_tenure", "discount", "restricted_mean"]
    running = [sum(values[: number + 1]) for number in range(4)] + [values[4]]
    frame = pd.DataFrame({"group": group, "step": steps, "value": values, "running": running, "explanation": "why"})
    return frame.assign(lower=frame["value"] - 100, upper=frame["value"] + 100, withheld=withheld)


def economics_frame():
    rows = [
        ("all", 929, 707.26, 5.54, 5.34, 5.75, "above", 5, ""), ("referral", 154, 150.7, 21.7, 19.8, 23.7, "above", 2, ""),
        ("$x_{", 88, 1008.5, 3.1, 2.8, 3.5, "unclear", 1, ""), ("events", 95, 1703.6, 1.89, 1.68, 2.12, "below", pd.NA, ""),
        ("print", 0, NAN, NAN, NAN, NAN, "", pd.NA, "no new customer in the months of the spend"),
    ]
    columns = ["group", "new_customers", "cac", "ltv_to_cac", "lower", "upper", "against_target", "payback_months", "withheld"]
    return pd.DataFrame(rows, columns=columns).assign(target_ratio=3.0, horizon_months=36).astype({"payback_months": "Int64"})


def rates_frame(months=30, news=(28,)):
    """Churn of 2 % in every month but the newest of 3 %, intervals of half a point."""
    names = pd.period_range("2024-01", periods=months, freq="M").astype(str)
    frame = pd.DataFrame({"month": names, "rate": [0.02] * (months - 1) + [0.03], "verdict": ["news" if month in news else "noise" for month in range(months)]})
    return frame.assign(lower=frame["rate"] - 0.005, upper=frame["rate"] + 0.005)
