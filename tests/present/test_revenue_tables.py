"""Tables of revenue: read in one form, kept in another; the CSV is the whole tidy frame."""

from io import StringIO

import pandas as pd

from lifecycle_utils import present
from lifecycle_utils.present.record import TABLE_MIME
from tests.present.frames import NAN
from tests.present.test_revenue_charts import MOVEMENTS


def test_movements_are_read_from_the_newest_and_kept_in_order():
    bundle = present.mrr_movements_table(MOVEMENTS, currency="USD")._repr_mimebundle_()
    assert bundle[TABLE_MIME]["name"] == "mrr_movements"
    pd.testing.assert_frame_equal(pd.read_csv(StringIO(bundle[TABLE_MIME]["csv"])), MOVEMENTS)
    text = bundle["text/html"]
    assert text.index("2026-10") < text.index("2026-09") < text.index("2026-08")


def test_retention_is_one_line_a_group_with_its_intervals_and_why_it_has_none():
    columns = ["group", "measure", "value", "lower", "upper", "customers", "withheld"]
    rows = [(group, measure, value, low, high, 50, why) for group, value, low, high, why in
            (("all", 0.8, 0.7, 0.9, ""), ("2025-01", 0.75, NAN, NAN, "fewer than 30 customers"), ("2025-02", NAN, NAN, NAN, "not 12 months old"))
            for measure in ("customer_retention", "net_revenue_retention")]  # fmt: skip
    frame = pd.DataFrame(rows, columns=columns)
    table = present.revenue_retention_table(frame, newest_first=True)
    assert table.reading["group"].tolist() == ["all", "2025-02", "2025-01"]
    assert table.reading["net_revenue_retention"].tolist() == ["80.0% (70.0% to 90.0%)", "–", "75.0%"]
    assert table.reading["remark"].tolist() == ["–", "not 12 months old", "fewer than 30 customers"]
    assert pd.read_csv(StringIO(table.csv()))["measure"].tolist() == frame["measure"].tolist()
    assert "fewer than 30 customers" in table._repr_mimebundle_()["text/html"]


def test_verdicts_are_told_in_words_and_hostile_groups_escaped():
    row = {"group": "<script>", "verdict": "", "because": "", "certainty": 0.6, "leaning": "both_leave", "customer_retention": 0.8,
           "net_revenue_retention": 0.85, "customers": 40, "withheld": "too near"}  # fmt: skip
    text = present.revenue_verdicts_table(pd.DataFrame([row]))._repr_mimebundle_()["text/html"]
    assert "undecided" in text and "both leave" in text and "&lt;script&gt;" in text and "<script>" not in text
