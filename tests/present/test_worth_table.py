"""What lower churn would bring, each measure in its unit."""

import pandas as pd

from lifecycle_utils import present
from lifecycle_utils.present.record import TABLE_MIME
from lifecycle_utils.present.worth_table import worth_rows

NAN = float("nan")
WORTH = pd.DataFrame(
    [
        ("annual", 12.0, "survival", "share", 0.6206, 0.6581, 0.0375, 0.031, 0.0453, ""),
        ("annual", 12.0, "restricted_mean", "months", 29.97, 31.06, 1.09, 0.92, 1.29, ""),
        ("annual", 12.0, "lifetime_value", "currency", 4271.97, 4418.03, 146.05, 121.76, 175.2, ""),
        ("monthly", 3.0, "yearly_revenue", "currency", NAN, NAN, NAN, NAN, NAN, "too few at risk"),
    ],
    columns=["group", "tenure_month", "measure", "unit", "now", "then", "gain", "lower", "upper", "withheld"],
)


def test_each_measure_is_written_in_its_unit():
    assert worth_rows(WORTH, "USD").values.tolist() == [
        ["annual", "12", "Still paying at the horizon", "62.1%", "65.8%", "+3.8", "+3.1 to +4.5"],
        ["annual", "12", "Months paid", "30.0", "31.1", "1.1", "0.9 to 1.3"],
        ["annual", "12", "Lifetime value of a new customer", "$4,272", "$4,418", "$146", "$122 to $175"],
        ["monthly", "3", "Revenue of a year", "–", "–", "withheld", "too few at risk"],
    ]


def test_the_file_keeps_the_numbers():
    bundle = present.worth_of_fixing_table(WORTH, currency="USD")._repr_mimebundle_()
    assert bundle[TABLE_MIME]["csv"].splitlines()[1] == "annual,12.0,survival,share,0.6206,0.6581,0.0375,0.031,0.0453,"
    assert "What lower churn in that month would bring" in bundle["text/html"] and "+3.1 to +4.5" in bundle["text/html"]
