"""Conversion by age: hand counts, the survival curve, and a recent cohort that must not look worse for being young."""

import numpy as np
import pandas as pd
import pytest

from lifecycle_utils.errors import EstimateError
from lifecycle_utils.estimate import ages_as_of, conversion, conversion_at, survival
from lifecycle_utils.estimate.conversion import by_month


def leads(waits, created, cutoff):
    """Ages of leads that came on `created` (days since 2025-01-01) and pay after `waits` days (inf: never), as known at `cutoff`."""
    waits, created = np.asarray(waits, dtype=float), np.asarray(created)
    watched = cutoff - created
    reached = waits < watched
    frame = pd.DataFrame(
        {
            "created_on": pd.Timestamp("2025-01-01") + pd.to_timedelta(created, unit="D"), "days": np.where(reached, np.floor(waits) + 1, watched).astype(int),
            "outcome": np.where(reached, "reached", "open"), "leads": 1,
        }
    )  # fmt: skip
    return frame[watched > 0].groupby(["created_on", "days", "outcome"], as_index=False)["leads"].sum()


def day(number):
    return pd.Timestamp("2025-01-01") + pd.Timedelta(days=number)


def company(seed, n=6000, ever=0.2, mean_wait=30.0, days=360):
    """Leads that come evenly and convert alike whenever they came: nothing changes, and whatever trend is seen is made by the estimate."""
    random = np.random.default_rng(seed)
    waits = np.where(random.random(n) < ever, random.exponential(mean_wait, n), np.inf)
    return waits, random.integers(0, days, n)


def test_counted_by_hand():
    # 10 leads: 2 buy on day 1; 3 are one day old; of the 5 left 1 buys on day 2; 4 have been watched for two days
    ages = leads([0, 0.5, *[np.inf] * 3, 1.2, *[np.inf] * 4], [8, 8, 9, 9, 9, *[8] * 5], 10)
    frame = conversion(ages, cutoff=day(10))
    assert frame[["at_risk", "reached", "customers", "watched"]].to_numpy().tolist() == [[10, 2, 10, 10], [5, 1, 10, 7]]
    assert frame["conversion"].tolist() == pytest.approx([0.2, 1 - 0.8 * 0.8])


def test_it_is_one_less_the_survival_curve_with_its_interval():
    waits, created = company(3, n=500)
    ages = leads(waits, created, 300)
    curve = conversion(ages, cutoff=day(300))
    tenures = pd.DataFrame({"group": "all", "entry": 0, "tenure": ages["days"], "churned": ages["outcome"] == "reached", "customers": ages["leads"]})
    other = survival(tenures)
    for ours, theirs in (("conversion", "survival"), ("lower", "upper"), ("upper", "lower")):
        np.testing.assert_allclose(curve[ours], 1 - other[theirs], atol=1e-9)
    assert curve[["at_risk", "reached"]].to_numpy().tolist() == other[["at_risk", "churned"]].to_numpy().tolist()


def test_leads_as_they_were_known_earlier_are_those_of_an_earlier_snapshot():
    waits, created = company(4, n=800)
    known = ages_as_of(leads(waits, created, 360), day(200))
    keys = ["created_on", "days", "outcome"]
    pd.testing.assert_frame_equal(known.groupby(keys, as_index=False)["leads"].sum(), leads(waits, created, 200), check_dtype=False)


def test_a_late_conversion_does_not_make_recent_leads_look_worse_and_won_by_all_does():
    """Sixty companies in which nothing changes: the newest month that can be judged, half of it not yet old enough, against the oldest months."""
    honest, naive = [], []
    for seed in range(60):
        waits, created = company(seed)
        ages = leads(waits, created, 360)
        old = pd.Series(np.where(ages["created_on"] < day(120), "old", np.where(ages["created_on"] >= day(255), "recent", "between")), index=ages.index)
        rows = conversion_at(conversion(ages, cutoff=day(360), groups=old), within_days=90).set_index("group")
        honest.append(rows.loc["recent", "conversion"] - rows.loc["old", "conversion"])
        naive.append(rows.loc["recent", "naive"] - rows.loc["old", "naive"])
    error = np.std(honest) / np.sqrt(len(honest))
    assert abs(np.mean(honest)) < 3 * error
    assert np.mean(naive) < -0.04 and np.mean(naive) < -10 * np.std(naive) / np.sqrt(len(naive))


def test_judged_again_when_everybody_is_old_enough_a_cohort_is_where_it_was():
    """What a cohort was said to convert to while half of it was young, and what it did: no drift, where won / all rises with every month."""
    early, late, naive_early, naive_late = [], [], [], []
    for seed in range(40):
        waits, created = company(seed + 500)
        for cutoff, honest, naive in ((300, early, naive_early), (460, late, naive_late)):
            ages = ages_as_of(leads(waits, created, 460), day(cutoff), created_from=day(180))
            ages = ages[ages["created_on"] < day(270)]
            row = conversion_at(conversion(ages, cutoff=day(cutoff)), within_days=90).iloc[0]
            honest.append(row["conversion"])
            naive.append(row["naive"])
    drift = np.subtract(late, early)
    assert abs(drift.mean()) < 3 * drift.std() / np.sqrt(len(drift))
    assert np.subtract(naive_late, naive_early).min() > 0.01


def test_the_interval_holds_the_truth():
    truth = 0.2 * (1 - np.exp(-90 / 30))
    rows = [conversion_at(conversion(leads(*company(seed + 900, n=1500), 300), cutoff=day(300)), within_days=90).iloc[0] for seed in range(100)]
    covered = np.mean([row["lower"] <= truth <= row["upper"] for row in rows])
    assert 0.9 <= covered <= 0.99


def test_young_leads_are_withheld_and_not_called_lost():
    waits, created = company(7)
    ages = leads(waits, created, 360)
    frame = conversion_at(conversion(ages, cutoff=day(360), groups=by_month(ages)), within_days=90).set_index("group")
    assert frame.loc["2025-11", "withheld"] == "nobody came 90 days ago or more" and np.isnan(frame.loc["2025-11", "conversion"])
    few = ages_as_of(leads([np.inf] * 40, [0] * 10 + [50] * 30, 100), day(100))
    assert conversion_at(conversion(few, cutoff=day(100)), within_days=90)["withheld"].item() == "only 10 came 90 days ago or more, at least 30 are needed"


def test_nobody_and_everybody_have_no_interval():
    nobody = conversion(leads([np.inf] * 50, [0] * 50, 10), cutoff=day(10))
    assert nobody["lower"].isna().all() and (nobody["withheld"] == "nobody has got there yet: no interval").all()
    everybody = conversion(leads([0] * 50, [0] * 50, 10), cutoff=day(10))
    assert (everybody["conversion"] == 1).all() and everybody["at_risk"].tolist() == [50] + [0] * 9  # who got there stays there
    assert (everybody["withheld"] == "everybody watched got there: no interval").all() and (everybody["watched"] == 50).all()


def test_ages_that_cannot_be_used_are_refused():
    with pytest.raises(EstimateError, match="ages lack outcome, leads"):
        conversion(pd.DataFrame({"created_on": [], "days": []}), cutoff="2026-01-01")
    with pytest.raises(EstimateError, match="no rows"):
        conversion(leads([], [], 10), cutoff="2026-01-01")
