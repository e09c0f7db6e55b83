"""The waterfall from formula to survival, values by group, LTV:CAC with its line, and churn month by month."""

import pandas as pd
import pytest

from lifecycle_utils import present
from lifecycle_utils.present import theme
from tests.present.frames import NAN, economics_frame, gap_frame, rates_frame, value_frame


def by_gid(ax, gid):
    return [tuple((float(x), float(y)) for x, y in zip(*one.get_data(), strict=True)) for one in ax.lines if one.get_gid() == gid]


def texts(ax, gid):
    return [text.get_text() for text in ax.texts if text.get_gid() == gid]


class TestWaterfall:
    def bars(self, ax):
        return {bar.get_gid(): tuple(sorted(round(edge) for edge in (bar.get_x(), bar.get_x() + bar.get_width()))) for bar in ax.patches}

    def test_every_step_begins_where_the_last_one_ended(self):
        ax = present.value_gap_chart(gap_frame(), currency="USD", horizon_months=36)
        assert self.bars(ax) == {
            "arpu_over_churn": (0, 5000), "beyond_horizon": (2900, 5000), "churn_by_tenure": (2900, 3100), "discount": (3000, 3100),
            "restricted_mean": (0, 3000),
        }
        assert texts(ax, "amount") == ["$5,000", "−$2,100", "+$200", "−$100", "$3,000"]
        assert [label.get_text() for label in ax.get_yticklabels()][1] == "what lies after month 36"
        present.Figure(ax, "caption")

    def test_without_a_discount_there_is_no_step_for_it(self):
        ax = present.value_gap_chart(gap_frame((5000, -2100, 100, 0, 3000)), currency="USD", horizon_months=36)
        assert "discount" not in self.bars(ax) and len(ax.get_yticks()) == 4 and "later money" not in ax.get_label()

    def test_in_words(self):
        assert present.value_gap_alt(gap_frame(), currency="EUR", horizon_months=36) == (
            "A waterfall per customer. Average MRR ÷ churn, for ever €5,000 (95% interval €4,900 to €5,100); what lies after month 36 −€2,100; "
            "churn differs by tenure +€200; later money is worth less −€100; Observed survival, 36 months €3,000 (95% interval €2,900 to €3,100)."
        )

    def test_withheld(self):
        ax = present.value_gap_chart(gap_frame((NAN,) * 5, withheld="nobody churned"), currency="USD", horizon_months=36)
        assert texts(ax, "withheld") == ["Withheld: nobody churned"] and not ax.patches
        assert ax.get_label() == "The gap between the usual formula and survival is withheld: nobody churned."


class TestValueByGroup:
    def frame(self):
        small = value_frame().assign(group="$x_{", customers=40)
        small.loc[small["horizon_months"] == 36, "value"] = [2000.0, 2100.0]
        return pd.concat([value_frame(), value_frame().assign(group="b"), small])

    def test_observed_and_fitted_at_the_horizon_largest_group_first(self):
        ax = present.value_by_group_chart(self.frame(), currency="USD", horizon_months=36)
        assert [point[0][0] for point in by_gid(ax, "restricted_mean")] == [3000, 2000]
        assert [point[0][0] for point in by_gid(ax, "shifted_beta_geometric")] == [3100, 2100]
        assert [label.get_text() for label in ax.get_yticklabels()] == ["b\n400 customers", "$x_{\n40 customers"]
        assert by_gid(ax, "interval of restricted_mean")[0][0][0] == 2600
        present.Figure(ax, "caption")

    def test_one_group_is_everybody_and_a_withheld_value_says_why(self):
        ax = present.value_by_group_chart(value_frame(), currency="USD", horizon_months=60)
        assert [label.get_text() for label in ax.get_yticklabels()] == ["All customers\n400 customers"]
        assert texts(ax, "withheld")[0] == "withheld: customers have been seen for 47 months, 59 are needed"
        assert "observed survival withheld, customers have been seen" in ax.get_label()


class TestUnitEconomics:
    def test_ratios_intervals_line_and_colours(self):
        ax = present.unit_economics_chart(economics_frame(), currency="USD")
        assert [point[0] for point in by_gid(ax, "ratio")] == [(5.54, 0), (21.7, 1), (3.1, 2), (1.89, 3)]
        assert by_gid(ax, "interval")[3] == ((1.68, 3), (2.12, 3))
        assert [line[0][0] for line in by_gid(ax, "target")] == [3]
        assert [one.get_color() for one in ax.lines if one.get_gid() == "ratio"] == [theme.BLUE, theme.BLUE, theme.WITHIN_CHANCE, theme.VERMILLION]

    def test_names_costs_and_what_is_withheld(self):
        ax = present.unit_economics_chart(economics_frame(), currency="USD")
        assert [label.get_text() for label in ax.get_yticklabels()] == ["All channels", "referral", "$x_{", "events", "print"]
        assert texts(ax, "cost") == [
            "$707 to win, back after 5 payments", "$151 to win, back after 2 payments", "$1,009 to win, back after 1 payment", "$1,704 to win, not paid back",
        ]
        assert texts(ax, "withheld") == ["withheld: no new customer in the months of the spend"]
        present.Figure(ax, "caption")

    def test_in_words(self):
        told = present.unit_economics_alt(economics_frame(), currency="USD")
        assert told.startswith("Lifetime value over cost to win, by channel; the line is at 3. All channels: 5.54 (95% interval 5.34 to 5.75), $707 to win")
        assert "print: withheld, no new customer" in told


class TestChurnRate:
    def test_the_newest_months_and_which_of_them_are_news(self):
        ax = present.churn_rate_chart(rates_frame(), most=24)
        assert len(by_gid(ax, "noise")[0]) == 23 and by_gid(ax, "news") == [((22, 0.02),)]
        assert [tick.get_text() for tick in ax.get_xticklabels()][-1] == "2026-06"
        assert "red" in ax.get_xlabel() and ax.get_ylim()[1] == pytest.approx(0.035 * 1.12)

    def test_in_words(self):
        assert present.churn_rate_alt(rates_frame(months=3, news=(2,))) == (
            "Share of customers who left in each of 3 months: from 2.0% in 2024-01 to 3.0% in 2024-03; 3.0% (95% interval 2.5% to 3.5%) in 2024-03. "
            "Months that changed beyond chance: 2024-03."
        )
        assert present.churn_rate_alt(rates_frame(news=())).endswith("No month differs from the one before beyond chance.")

    def test_no_month(self):
        ax = present.churn_rate_chart(rates_frame().head(0))
        assert "withheld" in ax.get_label()
