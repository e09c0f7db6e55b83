"""What changed since last month, in words: nothing, one thing, or nothing to compare."""

import json

import numpy as np
import pandas as pd
import pytest

from lifecycle_utils import present
from lifecycle_utils.present.record import TABLE_MIME

COLUMNS = ["figure", "unit", "now", "before", "change", "lower", "upper", "verdict", "size", "n", "of", "of_before", "group", "compared", "withheld"]
ROWS = [
    ("churn_rate_monthly", "share", 0.06, 0.02, 0.04, 0.016, 0.07, "news", 1.7, 1000.0, "", "", "", 4, ""),
    ("highest_churn_month", "share", 0.09, 0.07, 0.02, -0.05, 0.19, "noise", 0.3, 54.0, "3", "2", "monthly", 4, ""),
    ("ltv", "JPY", 391700.0, 390720.0, 980.0, -1600.0, 3600.0, "noise", 0.4, 2750.0, "", "", "", 4, ""),
    ("new_customers", "count", 72.0, 75.0, -3.0, -41.0, 35.0, "noise", 0.1, 72.0, "", "", "", 4, ""),
    ("leads", "count", np.nan, np.nan, np.nan, np.nan, np.nan, "", np.nan, np.nan, "", "", "", 4, "the table leads is missing"),
]


@pytest.fixture
def changes():
    return pd.DataFrame(ROWS, columns=COLUMNS)


def test_the_changes_that_stand_out_are_named_with_their_intervals(changes):
    first, *named = present.month_changes_findings(changes, month="2026-10")
    assert (first.value, first.n, first.sentence) == (1, 4, "Of 4 figures compared with September 2026, changed beyond chance: 1.")
    assert [one.sentence for one in named] == [
        "Customers who left in the month: 6.0%, +4.0 points since last month (interval +1.6 to +7.0), beyond chance.",
        (
            "Left in subscription month 3 (monthly), where churn is highest (it was month 2 before): 9.0% of those who were in it this month, "
            "+2.0 points against all before them (interval −5.0 to +19.0), within chance."
        ),
        "Lifetime value of a customer: ¥391,700, +¥980 since last month (interval −¥1,600 to +¥3,600), within chance.",
    ]
    assert (named[0].key, named[0].value, named[0].lower, named[0].upper) == ("since_last_month:churn_rate_monthly", 0.04, 0.016, 0.07)


@pytest.mark.parametrize(("news", "said"), [(0, "none has changed"), (2, "changed beyond chance: 2.")])
def test_how_many_are_news(changes, news, said):
    changes.loc[:3, "verdict"] = ["news"] * news + ["noise"] * (4 - news)
    assert said in present.month_changes_findings(changes, month="2026-10")[0].sentence


def test_where_nothing_can_be_compared_the_report_says_so(changes):
    (only,) = present.month_changes_findings(changes.iloc[4:], month="2026-01")
    assert only.withheld and only.sentence == "What has changed since December 2025 is withheld: no figure can be compared with December 2025."


def test_the_table_prints_every_figure_and_keeps_the_numbers_for_the_file(changes):
    bundle = present.month_changes_table(changes, month="2026-10")._repr_mimebundle_()
    assert bundle[TABLE_MIME]["csv"].splitlines()[0] == ",".join(COLUMNS)
    html = bundle["text/html"]
    assert "What changed since September 2026" in html and "the table leads is missing" in html and "+4.0 points" in html
    assert "nan" not in html.lower() and json.dumps(bundle[TABLE_MIME])
