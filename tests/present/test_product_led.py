"""Notebook 08's charts read back from their artists, and its sentences word for word."""

import math

import numpy as np
import pandas as pd
import pytest

from lifecycle_utils import present
from lifecycle_utils.present import theme
from tests.present.frames import HOSTILE, NAN, survival_frame


def conversion(groups=("all", "with card", "without card"), days=60, trials=200):
    rows = [
        (group, day, trials - day, 1, 0.005 * day + 0.01 * place, 0.005 * day, 0.005 * day + 0.05, "")
        for place, group in enumerate(groups) for day in range(days + 1)
    ]  # fmt: skip
    return pd.DataFrame(rows, columns=["group", "days", "at_risk", "converted", "conversion", "lower", "upper", "withheld"])


def association(*rows):
    columns = ["feature", "used", "used_share", "unused", "unused_share", "difference", "lower", "upper", "significant", "withheld"]
    return pd.DataFrame(rows, columns=columns)


FOUND = ("automation", 996, 0.405, 2023, 0.259, 0.156, 0.119, 0.193, True, "")
WITHIN = ("$x_{", 500, 0.3, 2519, 0.31, -0.01, -0.05, 0.03, False, "")
UNTESTED = ("rare", 3, 0.3, 3016, 0.31, NAN, NAN, NAN, False, "fewer than 30 accounts used it, or did not")


def effect(trial=(0.148, 0.108, 0.188), lead=(0.001, -0.014, 0.016)):
    rows = []
    for per, ends, sides in (("trial started", trial, (0.346, 0.198)), ("lead shown the page", lead, (0.129, 0.128))):
        starts = (703, 1662) if per == "trial started" else (3963, 4013)
        rows.append((per, 12, "converted", 0.45, 0.24, 0.21, 0.17, 0.25, *starts, ""))
        rows.append((per, 12, "still paying", *sides, *ends, *starts, ""))
        rows.append((per, 12, "revenue", 853.3, 516.8, 336.5, 208.1, 464.9, *starts, ""))
    columns = ["per", "months_after", "measure", "with_card", "without_card", "difference", "lower", "upper", "starts_with_card", "starts_without_card",
               "withheld"]  # fmt: skip
    return pd.DataFrame(rows, columns=columns)


def empty(why, **columns):
    frame = pd.DataFrame(columns=list(columns) or ["difference"])
    frame.attrs["withheld"] = why
    return frame


WHY = "the table leads is missing (its columns are in data/README.md)"


def line(ax, label):
    return next(one for one in ax.lines if one.get_label() == label)


def gids(ax, gid):
    return [text.get_text() for text in ax.texts if text.get_gid() == gid]


class TestConversionChart:
    def test_each_curve_is_drawn_as_far_as_enough_trials_are_watched(self):
        ax = present.trial_conversion_chart(conversion(), min_at_risk=180)
        assert line(ax, "all").get_xdata().max() == 20 and line(ax, "with card").get_ydata()[10] == pytest.approx(0.06)
        assert line(ax, "with card").get_drawstyle() == "steps-post" and gids(ax, "name") == ["all trials", "card asked for", "no card"]

    def test_the_numbers_below_are_the_trials_still_watched(self):
        ax = present.trial_conversion_chart(conversion(("all",)))
        assert gids(ax, "at_risk") == ["200", "193", "186", "179", "170", "155", "140"]

    def test_one_page_is_everybody_and_is_not_drawn_twice(self):
        assert gids(present.trial_conversion_chart(conversion(("all", "(unknown)"))), "name") == ["all trials"]

    def test_the_alt_text_tells_the_numbers_and_too_few_are_withheld(self):
        assert present.trial_conversion_chart(conversion(("all",))).get_label() == (
            "Curves of the share of trials that have paid by each day since their start. all trials: "
            "15% (95% interval 15% to 20%) by day 30, 30% (95% interval 30% to 35%) by day 60."
        )
        assert "withheld" in present.trial_conversion_chart(conversion(trials=20)).get_label()


class TestDifferenceCharts:
    def test_features_beyond_chance_come_first_and_in_colour(self):
        ax = present.feature_association_chart(association(WITHIN, FOUND, UNTESTED), title="T", outcome="stayed")
        dots = [one for one in ax.lines if one.get_gid() == "difference"]
        assert [dot.get_xdata()[0] for dot in dots] == [0.156, -0.01] and [dot.get_color() for dot in dots] == [theme.BLUE, theme.WITHIN_CHANCE]
        ends = [one.get_xdata() for one in ax.lines if one.get_gid() == "interval"]
        assert np.allclose(ends, [[0.119, 0.193], [-0.05, 0.03]])
        assert gids(ax, "note") == ["40% of users, 26% of others", "30% of users, 31% of others"]
        assert [label.get_text() for label in ax.get_yticklabels()] == ["automation", "$x_{"]
        present.Figure(ax, "drawn with hostile names")

    def test_the_words_of_the_association_chart(self):
        assert present.feature_association_alt(association(FOUND, WITHIN), outcome="stayed") == (
            "Difference in the share of accounts that stayed between early users of a feature and equally active others. "
            "Beyond chance: automation, +15.6 percentage points (95% interval +11.9 to +19.3). Within chance, in percentage points: $x_{ (−1.0)."
        )
        assert "withheld" in present.feature_association_chart(association(UNTESTED), title="T", outcome="stayed").get_label()

    def test_the_card_chart_has_a_row_per_start_and_month(self):
        ax = present.card_chart(effect())
        assert [label.get_text() for label in ax.get_yticklabels()] == ["per trial started, 12 months", "per lead, 12 months"]
        assert gids(ax, "note") == ["35% with, 20% without", "13% with, 13% without"]
        assert "per lead, 12 months: +0.1 percentage points (95% interval −1.4 to +1.6), 13% with and 13% without" in ax.get_label()
        assert "withheld" in present.card_chart(effect().assign(difference=NAN)).get_label()


def gap(*rows):
    columns = ["feature", "trial_accounts", "trial_share", "trial_lower", "trial_upper", "paying_accounts", "paying_share", "paying_lower", "paying_upper",
               "difference", "lower", "upper", "significant", "withheld"]  # fmt: skip
    return pd.DataFrame(rows, columns=columns)


GAP = gap(
    ("(any feature)", 962, 0.99, 0.98, 1.0, 1978, 0.75, 0.73, 0.77, -0.24, -0.26, -0.22, True, ""),
    ("reports", 962, 0.86, 0.84, 0.88, 1978, 0.42, 0.40, 0.44, -0.44, -0.47, -0.4, True, ""),
    (HOSTILE[1], 962, 0.1, 0.08, 0.12, 1978, 0.2, 0.18, 0.22, 0.1, 0.07, 0.13, True, ""),
)


def test_the_gap_chart_draws_both_shares_of_every_feature():
    ax = present.feature_gap_chart(GAP)
    assert [one.get_xdata()[0] for one in ax.lines if one.get_gid() == "trial"] == [0.99, 0.86, 0.1]
    assert [one.get_xdata()[0] for one in ax.lines if one.get_gid() == "paying"] == [0.75, 0.42, 0.2]
    assert "reports: 86% on trial, 42% paying" in ax.get_label()
    assert "withheld" in present.feature_gap_chart(GAP.assign(difference=NAN)).get_label()


def test_feature_gap_sentence():
    found = present.feature_gap_finding(GAP, days=14)
    assert (found.key, found.value, found.n) == ("feature_gap", -0.44, 2940)
    assert str(found) == (
        "The widest gap is reports: 42% of paying accounts used it, against 86% of trials, −44.0 percentage points (95% interval −47.0 to −40.0). "
        "Of 2 features, beyond chance, paying accounts use 1 more often and 1 less often than trials "
        "(962 accounts on trial and 1,978 paying ones, over 14 days). "
        "In that time 75% of paying accounts and 99% of trials used anything at all."
    )
    alike = present.feature_gap_finding(GAP.assign(significant=False))
    assert str(alike).startswith("Trials and paying accounts use every feature alike, as far as can be told from chance")


def test_association_sentence_says_that_it_is_none_of_cause():
    asked = {"key": "features_retention", "outcome": "were still paying", "before": "by day 30"}
    found = present.feature_association_finding(association(FOUND, WITHIN), **asked)
    assert (found.value, found.lower, found.upper, found.n) == (0.156, 0.119, 0.193, 3019)
    assert str(found) == (
        "Of the accounts that used automation by day 30, 40% were still paying, against 26% of the others; among equally active accounts that is "
        "+15.6 percentage points (95% interval +11.9 to +19.3) (3,019 accounts, 2 features tested). "
        "This is an association, not proof that the feature is the cause."
    )
    two = present.feature_association_finding(association(FOUND, (*WITHIN[:8], True, "")), **asked)
    assert "So does $x_{ (−1.0 points). This is" in str(two)
    none = present.feature_association_finding(association(WITHIN), **asked)
    assert math.isnan(none.value) and none.withheld == "no feature is beyond chance"
    assert str(none) == "Of the features used by day 30, none goes with accounts that were still paying beyond chance (3,019 accounts, 1 feature tested)."
    untested = present.feature_association_finding(association(UNTESTED), **asked)
    assert str(untested).endswith("is withheld: fewer than 30 accounts used it, or did not.")


def test_trials_and_conversion_sentences():
    trials = pd.DataFrame({"trial_month": ["2026-09", "2026-10"], "trials": [90, 10], "ended": [90, 4], "converted": [30, 1]})
    assert str(present.trials_finding(trials, month="2026-10")) == (
        "10 trials began in October 2026, of 100 so far. 94 of these have ended or led to a payment, and 31 have become paying customers."
    )
    found = present.trial_conversion_finding(conversion(), days=60)
    assert (found.value, found.n) == (pytest.approx(0.3), 200)
    assert str(found) == (
        "30% (95% interval 30% to 35%) of trials have become paying customers 60 days after they began; "
        "200 trials were watched, the recent ones for as long as they have run."
    )
    assert str(present.trial_conversion_finding(conversion(), days=90)).endswith("is withheld: no trial has been watched for 90 days.")
    assert str(present.trial_conversion_finding(conversion(trials=9), days=60)).endswith("is withheld: only 9 trials have begun.")
    nearly_all = conversion().assign(conversion=0.99, lower=0.98, upper=1.0)
    assert "if only converted trials are kept there, this number means nothing" in str(present.trial_conversion_finding(nearly_all, days=60))


def test_time_to_convert_sentence():
    columns = ["group", "share_converted", "days", "lower", "upper", "converted", "trials", "withheld"]
    times = pd.DataFrame([("all", 0.5, 14.0, 14.0, 15.0, 1064, 3598, "")], columns=columns)
    assert str(present.time_to_convert_finding(times)) == (
        "Of the trials that pay within 90 days, half have paid by day 14 after their start (95% interval day 14 to 15); 1,064 trials paid."
    )
    few = times.assign(days=NAN, withheld="fewer than 10 trials have been converted")
    assert str(present.time_to_convert_finding(few)) == "How long trials take to become customers is withheld: fewer than 10 trials have been converted."


def test_card_sentences_and_what_they_come_to():
    first, money, last, _ = present.card_findings(effect(), months_after=12, currency="USD")
    assert [first.key, money.key, last.key] == ["card_still_paying", "card_revenue", "card_still_paying_per_lead"]
    assert str(first) == (
        "With a card against without one: 45% against 24% of trials had become customers 12 months after the trial began, and 35% against 20% were paying "
        "still, +14.8 percentage points (95% interval +10.8 to +18.8) (703 trials with a card, 1,662 without)."
    )
    assert str(money) == (
        "Per trial, $853 with a card against $517 without had been paid 12 months after the trial began: "
        "a difference of $340 (95% interval $210 to $460) (703 trials with a card, 1,662 without)."
    )
    assert str(last).endswith("So the card changes who starts a trial, and not, as far as can be told, how many pay in the end.")
    loses = present.card_findings(effect(lead=(-0.03, -0.05, -0.01)), months_after=12, currency="USD")[2]
    assert str(loses).endswith("In the end asking for a card loses customers.")
    nothing = present.card_findings(effect(trial=(0.01, -0.05, 0.06)), months_after=12, currency="USD")[2]
    assert "changes who starts" not in str(nothing)
    thin = present.card_findings(effect().assign(difference=NAN, withheld="too few"), months_after=12, currency="USD")
    assert all(found.withheld == "too few" and math.isnan(found.value) for found in thin)


def test_card_survival_sentence():
    curves = survival_frame(groups=("all", "with card", "without card"))
    test = pd.DataFrame([{"p_value": 0.0001}])
    assert str(present.card_survival_finding(curves, test)) == (
        "Of customers won by a trial with a card 73% (95% interval 70% to 76%) are still paying after 12 months, without one 70% (95% interval 67% to 73%); "
        "the curves differ beyond chance (log-rank p < 0.001)."
    )
    assert present.card_survival_finding(curves, test, min_at_risk=1000).withheld.startswith("fewer than 1000 of one page")


THEN = "14% of those that would have been on this list 6 months ago pay more today, and 8.0% of the others"
READY = pd.DataFrame({"customer_id": ["a"], "mrr": [7.0]})
READY.attrs = {"accounts": 12, "paying": 300, "mrr": 4321.0, "signal": "near the seats of the plan"}


@pytest.mark.parametrize(
    ("significant", "difference", "told"),
    [
        (True, 0.06, f"It means something: {THEN}, 1.73 times as many (95% interval 1.25 to 2.40)."),
        (True, -0.06, "It points the wrong way: 14%"),
        (False, 0.06, f"It may not mean much: {THEN}, a difference within chance."),
    ],
)  # fmt: skip
def test_upgrade_sentence(significant, difference, told):
    check = association(("near", 300, 0.138, 1400, 0.08, difference, 0.02, 0.1, significant, "")).assign(ratio=1.73, ratio_lower=1.25, ratio_upper=2.4)
    found = present.upgrade_ready_finding(READY, check, currency="USD")
    assert (found.value, found.n) == (12, 300)
    assert str(found).startswith(f"12 accounts are near the seats of the plan, of 300 that pay, with $4,321 of MRR. {told}")
    unknown = present.upgrade_ready_finding(READY, empty("use was not watched"), currency="USD")
    assert str(unknown).endswith("Whether such accounts upgrade more often is withheld: use was not watched.")


def test_renewals_and_large_accounts_sentences():
    renewals = pd.DataFrame({"customer_id": ["a"], "mrr": [7.0]})
    renewals.attrs = {"contracts": 104, "customers": 1, "mrr": 19541.2, "stated": 200}
    found = present.renewals_finding(renewals, within_days=60, currency="USD")
    assert (found.value, found.n, found.unit) == (19541.2, 104, "USD")
    assert str(found) == "Contracts with $19,541 of MRR renew in the 60 days after the end of the month: 104 contracts of 1 customer."
    renewals.attrs |= {"contracts": 0, "mrr": 0.0}
    assert str(present.renewals_finding(renewals, within_days=60, currency="USD")).startswith("No contract of more than a month renews")
    renewals.attrs |= {"stated": 0}
    assert "billing_interval" in present.renewals_finding(renewals, within_days=60, currency="USD").withheld
    accounts = pd.DataFrame({"share_of_mrr": [0.04, 0.03], "days_30": [1.0, 4.0], "use_fell": [True, False]})
    assert str(present.large_accounts_finding(accounts)) == (
        "The 2 largest accounts bring 7.0% of MRR; in the last 30 days the use of 1 of them has halved or worse."
    )
    assert str(present.large_accounts_finding(accounts.assign(days_30=NAN, use_fell=False))).endswith("is withheld: the table usage is missing.")


def test_where_a_table_is_missing_every_sentence_names_it():
    frame = empty(WHY)
    asked = {"key": "features_conversion", "outcome": "paid", "before": "by day 7"}
    findings = [
        present.trials_finding(frame, month="2026-10"), present.trial_conversion_finding(empty(WHY, group=1)), present.time_to_convert_finding(frame),
        *present.card_findings(frame, currency="USD"), present.card_survival_finding(frame, None), present.feature_gap_finding(frame),
        present.feature_association_finding(frame, **asked), present.upgrade_ready_finding(frame, frame, currency="USD"),
    ]  # fmt: skip
    for found in findings:
        assert math.isnan(found.value) and found.withheld == WHY and str(found).endswith(f"is withheld: {WHY}."), found.key
        assert found.definition and found.unit
