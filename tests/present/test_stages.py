"""The stages in words, tables and charts: what they say is what the frame says, and what is missing is named."""

from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from lifecycle_utils import present
from lifecycle_utils.present import theme
from lifecycle_utils.present.kpi_table import kpi_rows
from lifecycle_utils.present.record import TABLE_MIME

NAN = np.nan
COLUMNS = ["stage", "kpi", "month", "value", "lower", "upper", "n", "unit", "change_month", "change_year", "withheld", "month_verdict", "year_verdict"]
MONTH = "2026-10"


def kpis(*more):
    rows = [
        ("awareness", "visits", MONTH, 15159.0, NAN, NAN, 15159, "count", -545.0, 1855.0, "", "", ""),
        ("consideration", "lead_generation_rate", MONTH, NAN, NAN, NAN, NAN, "share", NAN, NAN, "the table leads is missing", "", ""),
        ("consideration", "demo_requests", MONTH, NAN, NAN, NAN, NAN, "count", NAN, NAN, "the table leads is missing", "", ""),
        ("purchase", "conversion_within_90_days", MONTH, 0.156, 0.146, 0.166, 5837, "share", -0.001, -0.009, "", "", "noise"),
        ("purchase", "cac_12_months", MONTH, 707.3, NAN, NAN, 929, "USD", 5.1, 61.0, "", "", ""),
        ("purchase", "cac_12_months:partner", MONTH, 526.8, NAN, NAN, 191, "USD", 19.8, 29.0, "", "", ""),
        ("retention", "customer_churn", MONTH, 0.0192, 0.014, 0.0263, 1978, "share", 0.0021, 0.0093, "", "noise", "news"),
        ("retention", "nps", MONTH, 14.7, NAN, NAN, 20, "points", -1.0, -7.1, "fewer than 30 answers: no interval", "", ""),
        *more,
    ]
    return pd.DataFrame(rows, columns=COLUMNS)


def test_the_first_sentence_names_what_changed_beyond_chance():
    found = present.lifecycle_changes_finding(kpis(), month=MONTH)
    assert (found.key, found.value, found.n, found.unit) == ("changed_in_a_year", 1, 2, "count")
    assert str(found) == (
        "Of 2 rates and averages that can be compared with October 2025, 1 has changed beyond chance: customer churn (+0.93 pp to 1.9%); "
        "the others moved no more than chance allows."
    )


def test_where_nothing_changed_and_where_nothing_can_be_said():
    quiet = present.lifecycle_changes_finding(kpis().replace("news", "noise"), month=MONTH)
    assert quiet.value == 0 and "none has changed beyond chance" in str(quiet)
    silent = present.lifecycle_changes_finding(kpis().assign(year_verdict=""), month=MONTH)
    assert np.isnan(silent.value) and silent.withheld == "no key figure has an interval in both October 2026 and October 2025"


def test_a_stage_is_a_finding_and_notes():
    found, notes = present.stage_findings(kpis(), stage="retention", month=MONTH)
    assert (found.key, found.value, found.n) == ("retention_customer_churn", 0.0192, 1978)
    assert str(found) == (
        "Retention: in October 2026 1.9% (95% interval 1.4% to 2.6%) of the 1,978 customers at its beginning left: "
        "+0.21 pp on September 2026 (within chance) and +0.93 pp on October 2025 (beyond chance)."
    )
    assert str(notes) == "The Net Promoter Score of 20 answers is 15: −1 on September 2026 and −7 on October 2025 (fewer than 30 answers: no interval)."


def test_a_missing_table_is_named_in_the_finding_and_in_the_notes():
    found, notes = present.stage_findings(kpis(), stage="consideration", month=MONTH)
    assert (found.withheld, found.n) == ("the table leads is missing", None) and np.isnan(found.value)
    assert str(found) == "Consideration: lead generation rate is withheld: the table leads is missing."
    assert str(notes) == "Withheld: demo requests (the table leads is missing)."


def test_counted_figures_have_no_verdict_and_channels_are_left_to_the_table():
    _, notes = present.stage_findings(kpis(), stage="purchase", month=MONTH)
    assert str(notes) == "Over the last twelve months a new customer cost $707 in marketing: +$5 on September 2026 and +$61 on October 2025."


def test_the_table_reads_in_units_and_keeps_the_frame():
    table = present.kpi_table(kpis(), month=MONTH)
    rows = kpi_rows(kpis(), MONTH).set_index("Key figure")
    assert rows.columns.tolist() == ["Value", "95% interval", "On 2026-09", "On 2025-10", "Of"]
    assert rows.loc["Website visits"].tolist() == ["15,159", "counted", "−545", "+1,855", "–"]
    assert rows.loc["Lead generation rate"].tolist() == ["withheld", "the table leads is missing", "–", "–", "–"]
    assert rows.loc["CAC, 12 months: partner"].tolist() == ["$527", "counted", "+$20", "+$29", "191"]
    assert rows.loc["Customer churn"].tolist() == ["1.9%", "1.4% to 2.6%", "+0.21 pp", "+0.93 pp beyond chance", "1,978"]
    bundle = table._repr_mimebundle_()
    assert bundle[TABLE_MIME]["name"] == "lifecycle_kpis" and bundle[TABLE_MIME]["csv"].startswith("stage,kpi,month,value,lower,upper,n,unit,change_month")
    assert "(empty)" not in bundle["text/html"] and "On 2026-09" in bundle["text/html"]


def test_names_of_channels_are_text():
    frame = kpis(("purchase", "cac_12_months:<b>$x_{", MONTH, 1.0, NAN, NAN, 2, "USD", NAN, NAN, "", "", ""))
    assert "&lt;b&gt;$x_{" in present.kpi_table(frame, month=MONTH)._repr_mimebundle_()["text/html"]


def test_benchmarks_are_context_with_date_and_source():
    told = {"customer_churn": {"small_business": [0.03, 0.07], "enterprise": [0.005, 0.01], "as_of": "2014", "source": "a <blog>"}}
    notes = present.benchmark_notes(kpis(), told, month=MONTH)
    both = "Elsewhere: 3.0% to 7.0% for companies that sell to small businesses and 0.5% to 1.0% for companies that sell to enterprises"
    assert f"{both} (a <blog>; 2014)." in str(notes)
    assert "no target" in str(notes) and "&lt;blog&gt;" in notes._repr_mimebundle_()["text/html"]
    assert "has no [benchmarks]" in str(present.benchmark_notes(kpis(), {"unknown": {}}, month=MONTH))


def curve(group="all", level=0.2, days=(1, 7, 30, 90), watched=(100, 90, 50, 20)):
    rows = [(group, number, level * place / len(days), level * place / len(days) - 0.02, level * place / len(days) + 0.02, count, 100)
            for place, (number, count) in enumerate(zip(days, watched, strict=True), start=1)]
    return pd.DataFrame(rows, columns=["group", "days", "conversion", "lower", "upper", "watched", "customers"])


def test_a_conversion_curve_ends_where_too_few_were_watched():
    ax = present.conversion_chart(pd.concat([curve("now"), curve("before", level=0.4)]), title="t", what="leads that pay")
    lines = {line.get_label(): line for line in ax.lines if not line.get_label().startswith("_")}
    assert set(lines) == {"now", "before"} and list(lines["now"].get_xdata()) == [0, 1, 7, 30]
    assert lines["now"].get_ydata()[-1] == pytest.approx(0.15) and "by day 30" in ax.get_label() and "day 90" not in ax.get_label()
    empty = present.conversion_chart(curve(watched=(5, 5, 5, 5)), title="t", what="leads that pay")
    assert "withheld" in empty.get_label() and any("Withheld" in text.get_text() for text in empty.texts)


def test_months_that_are_too_young_have_no_dot_but_won_by_all_has_a_line():
    trend = pd.DataFrame({"group": ["2026-07", "2026-08", "2026-09"], "conversion": [0.16, 0.15, NAN], "lower": [0.13, 0.12, NAN], "upper": [0.2, 0.19, NAN],
                          "naive": [0.17, 0.15, 0.05], "customers": [400, 410, 420]})  # fmt: skip
    ax = present.conversion_trend_chart(trend, within_days=90)
    (naive,) = [line for line in ax.lines if line.get_gid() == "naive"]
    assert naive.get_ydata().tolist() == [0.17, 0.15, 0.05]
    dots = ax.containers[0].lines[0]
    assert dots.get_xdata().tolist() == [0, 1] and dots.get_ydata().tolist() == [0.16, 0.15]
    assert "Of 1 month the leads are too young to say. Won by all leads would say 5.0% of 2026-09" in ax.get_label()


def test_leads_are_told_with_what_won_by_all_would_print():
    everybody = pd.DataFrame({"group": ["x"], "conversion": [0.1559], "lower": [0.1465], "upper": [0.1659], "naive": 0.15, "customers": 5837, "withheld": ""})
    trend = pd.DataFrame({"group": ["2026-10"], "naive": [0.057]})
    found = present.lead_conversion_finding(SimpleNamespace(everybody=everybody, trend=trend, within_days=90, withheld=""))
    assert str(found) == (
        "Purchase: within 90 days 15.6% (95% interval 14.6% to 16.6%) of the 5,837 leads of the last twelve months pay. Won divided by all leads would print "
        "5.7% for October 2026, whose leads have had no time yet."
    )
    gone = present.lead_conversion_finding(SimpleNamespace(everybody=None, trend=None, within_days=90, withheld="the table leads is missing"))
    assert str(gone) == "Purchase: what share of leads pays within 90 days is withheld: the table leads is missing." and gone.n is None


def test_bars_of_the_funnel_are_the_shares():
    funnel = pd.DataFrame(
        [("leads that pay", "within 90 days", 0.1559, 0.1465, 0.1659, 5837, ""),
         ("accounts that get first value", "within 7 days", NAN, NAN, NAN, 0, "the table usage is missing")],
        columns=["step", "within", "share", "lower", "upper", "n", "withheld"],
    )  # fmt: skip
    ax = present.funnel_chart(funnel)
    assert [bar.get_width() for bar in ax.patches] == [0.1559]
    assert [text.get_text() for text in ax.texts if text.get_gid() == "told"] == ["15.6% of 5,837"]
    assert any(text.get_text() == "withheld: the table usage is missing" for text in ax.texts)
    assert "accounts that get first value within 7 days: withheld, the table usage is missing" in ax.get_label()


def moves():
    rows = [("paying", "paying", 950, 1000), ("paying", "expanded", 30, 1000), ("paying", "churned", 20, 1000), ("churned", "churned", 99980, 100_000),
            ("churned", "returned", 20, 100_000)]  # fmt: skip
    frame = pd.DataFrame(rows, columns=["from_stage", "to_stage", "accounts", "at_risk"])
    return frame.assign(share=frame["accounts"] / frame["at_risk"], lower=0.0001, upper=0.99, months=12, withheld="")


def test_the_matrix_writes_each_share_where_it_belongs():
    ax = present.transitions_chart(moves())
    written = {tuple(text.get_position()): text.get_text() for text in ax.texts if text.get_gid() == "share"}
    assert [label.get_text() for label in ax.get_yticklabels()] == ["paying, the same", "left"]
    # columns in the order of the stages: paying, expanded, returned, churned
    assert written == {(0.5, 0.5): "95%", (1.5, 0.5): "3.0%", (3.5, 0.5): "2.0%", (3.5, 1.5): ">99.9%", (2.5, 1.5): "<0.1%"}
    dark = [text.get_color() == theme.PAPER for text in ax.texts if text.get_gid() == "share"]
    assert dark.count(True) == 2 and "left: <0.1% to returned" in ax.get_label()


def test_who_comes_back_is_a_finding():
    found, notes = present.stage_moves_findings(moves())
    assert (found.key, found.value, found.n) == ("customers_that_return", 0.0002, 100_000)
    assert "pay again a month later (20 moves in 12 months)" in str(found)
    assert str(notes) == "Within 12 months customers went up to a higher MRR 30 times and down to a lower one 0 times."
    few = present.stage_moves_findings(moves().assign(lower=NAN, upper=NAN, withheld="fewer than 30"))[0]
    assert np.isnan(few.value) and few.withheld == "fewer than 30"
    assert "Nobody had left" in str(present.stage_moves_findings(moves().query("from_stage == 'paying'"))[0])


def test_panels_draw_the_values_and_skip_what_has_none():
    history = pd.concat([kpis().assign(month="2026-09", value=kpis()["value"] * 0.5), kpis()])
    first = present.kpi_panels(history, names=("visits", "lead_generation_rate", "customer_churn"))
    panels = [ax for ax in first.get_figure().axes if ax.get_title(loc="left")]
    assert [ax.get_title(loc="left") for ax in panels] == ["Website visits", "Customer churn"]
    assert panels[0].lines[0].get_ydata().tolist() == [7579.5, 15159.0]
    assert "15,159 in October 2026" in panels[0].get_label() and panels[1].texts[0].get_text() == "1.9%"
    assert "withheld" in present.kpi_panels(history, names=("lead_generation_rate",)).get_label()
