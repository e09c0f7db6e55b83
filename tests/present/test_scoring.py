"""Charts, lists and sentences of customer scoring: the artists' data, and every number in words."""

import math
from types import SimpleNamespace

import pandas as pd
import pytest

from lifecycle_utils import present
from lifecycle_utils.present.calibration_chart import COLOURS

INPUTS = pd.DataFrame([("stage", "stage", "month 2"), ("stage", "stage", "fixed term, first renewal ahead"), ("nps", "last NPS answer", "0-6"),
                       ("attribute_size", "company_size", "<b>11-50</b>")], columns=["input", "title", "label"])
BANDS = pd.DataFrame({"band": ["at risk", "watch", "steady", "healthy"], "customers": [155, 345, 645, 868], "mrr": [26385.0, 68523.0, 151876.0, 219927.0],
                      "expected_churn": [33.52, 33.9, 28.1, 7.6], "mrr_at_stake": [5546.0, 6666.0, 6574.0, 2141.0]})
TESTED = pd.DataFrame({"band": BANDS["band"], "customer_months": [564, 1074, 2123, 2804], "churned": [119, 108, 90, 32],
                       "observed": [0.211, 0.101, 0.042, 0.012], "lower": [0.18, 0.084, 0.034, 0.008], "upper": [0.247, 0.12, 0.051, 0.016],
                       "predicted": [0.21, 0.1, 0.05, 0.01]})
CALIBRATION = pd.DataFrame({"method": ["logistic"] * 2 + ["scorecard"] * 2, "group": [1, 2, 1, 2], "customer_months": 100, "churned": [1, 20, 2, 10],
                            "predicted": [0.02, 0.19, 0.03, 0.12], "observed": [0.01, 0.2, 0.02, 0.1], "lower": [0.0, 0.13, 0.0, 0.05],
                            "upper": [0.05, 0.29, 0.07, 0.17]})
GAINS = pd.DataFrame({"method": ["scorecard"] * 3 + ["logistic"] * 3, "share": [0.0, 0.2, 1.0] * 2, "found": [0.0, 0.45, 1.0, 0.0, 0.56, 1.0]})


def backtest(**verdicts):
    """A back-test's rows: (method, measure, against) to (value, lower, upper), with verdicts."""
    values = {
        ("base rate", "brier", ""): (0.05, 0.045, 0.055), ("scorecard", "brier", ""): (0.048, 0.043, 0.053),
        ("scorecard", "brier_gain", "base rate"): (0.0025, 0.0016, 0.0034), ("logistic", "brier_gain", "scorecard"): (0.0012, 0.0006, 0.0018),
        ("logistic", "auc", "chance"): (0.796, 0.775, 0.818), ("logistic", "top_decile_lift", "chance"): (3.64, 3.18, 4.16),
        ("logistic", "top_decile_churn", ""): (0.194, 0.165, 0.226), ("logistic", "calibration_slope", ""): (1.09, 0.96, 1.23),
        ("logistic", "calibration_ratio", ""): (1.03, 0.94, 1.14),
    }
    verdict = dict.fromkeys(("brier_gain", "auc", "top_decile_lift"), "better") | {"calibration_slope": "right", "calibration_ratio": "right"} | verdicts
    rows = [(*key, *ends, verdict.get(key[1], ""), 2110, 6565, 349, "") for key, ends in values.items()]
    columns = ["method", "measure", "against", "value", "lower", "upper", "verdict", "customers", "customer_months", "churned", "withheld"]
    return pd.DataFrame(rows, columns=columns)


WITHHELD = pd.DataFrame([("logistic", "auc", "chance", math.nan, math.nan, math.nan, "", 90, 100, 3, "only 3 left")], columns=backtest().columns)


def by_gid(ax, gid):
    return [tuple(zip(*(map(float, part) for part in one.get_data()), strict=True)) for one in ax.lines if one.get_gid() == gid]


def test_calibration_draws_what_was_predicted_against_what_happened():
    ax = present.calibration_chart(CALIBRATION)
    assert by_gid(ax, "logistic") == [((0.02, 0.01), (0.19, 0.2))] and by_gid(ax, "scorecard") == [((0.03, 0.02), (0.12, 0.1))]
    (diagonal,) = by_gid(ax, "diagonal")
    assert diagonal[0] == (0, 0) and diagonal[1][0] == diagonal[1][1]
    colours = {one.get_gid(): one.get_color() for one in ax.lines}
    assert colours["logistic"] == COLOURS["logistic"] != colours["scorecard"]
    assert "in the highest 19% predicted and 20% (95% interval 13% to 29%) left" in ax.get_label()
    assert "withheld" in present.calibration_chart(CALIBRATION.iloc[:0]).get_label()
    present.Figure(ax, "caption")


def test_gains_draw_a_curve_per_score_and_the_diagonal():
    ax = present.gain_chart(GAINS)
    assert by_gid(ax, "logistic") == [((0.0, 0.0), (0.2, 0.56), (1.0, 1.0))]
    assert ax.get_label() == (
        "Of those who left, found in the first 20% of the customers, where a list in no order finds 20%: scorecard: 45%, fitted model: 56%."
    )
    empty = present.gain_chart(GAINS.iloc[:0], looked_for="good customers", through="leads")
    assert empty.get_label() == "How soon good customers are found is withheld: there is nobody to find yet."


def test_health_bars_are_as_long_as_the_bands_are_large():
    ax = present.health_chart(BANDS, TESTED, currency="USD")
    assert [bar.get_width() for bar in ax.patches if bar.get_gid() == "band"] == [155, 345, 645, 868]
    assert [label.get_text() for label in ax.get_yticklabels()] == BANDS["band"].tolist()
    assert "at risk, 155 customers, $26,385 MRR; of such, 21% (95% interval 18% to 25%) left" in ax.get_label()
    assert "of such" not in present.health_alt(BANDS, TESTED.assign(observed=math.nan), currency="USD")


def test_the_words_beside_the_bars_stay_inside_the_figure():
    for customers in ([155, 345, 645, 868], [1, 2, 0, 900_000], [5, 900, 30, 1]):
        ax = present.health_chart(BANDS.assign(customers=customers), TESTED, currency="USD")
        ax.figure.canvas.draw()
        assert all(text.get_window_extent().x1 <= ax.get_window_extent().x1 + 1 for text in ax.texts)


def test_ticks_of_the_calibration_are_what_they_say_and_the_diagonal_passes_its_name():
    for highest in (0.04, 0.11, 0.29, 0.9):
        ax = present.calibration_chart(CALIBRATION.assign(upper=highest))
        ax.figure.canvas.draw()
        for axis in (ax.xaxis, ax.yaxis):
            told = [(float(label.get_text().rstrip("%")) / 100, place) for label, place in zip(axis.get_ticklabels(), axis.get_ticklocs(), strict=True)]
            assert len(told) >= 3 and all(said == pytest.approx(place, abs=1e-9) for said, place in told)
        (name,) = [text for text in ax.texts if text.get_gid() == "as predicted"]
        box = name.get_window_extent().transformed(ax.transData.inverted())
        assert box.y1 < box.x0  # wholly below the diagonal


def test_the_list_of_whom_to_call_has_reasons_and_help():
    customers = pd.DataFrame({"customer_id": ["a", "b"], "name": ["=A1", "<script>"], "cohort_month": ["2026-08", "2025-11"], "mrr": [100.0, 50.0],
                              "churn_probability": [0.4, 0.2], "mrr_at_stake": [40.0, 10.0], "health": [-20.0, -5.0], "stage": ["month 2", "year 2"]})
    reasons = pd.DataFrame([("a", 1, "attribute_size", "<b>11-50</b>", 2.34), ("a", 2, "nps", "0-6", 1.58), ("b", 1, "attribute_size", "<b>11-50</b>", 1.2)],
                           columns=["customer_id", "rank", "input", "label", "odds"])
    table = present.at_risk_table(customers, reasons, INPUTS, currency="USD", horizon_months=3)
    assert table.name == "at_risk_customers" and table.title.startswith("At risk of leaving within 3 months")
    assert table.frame["reasons"].tolist() == ["company size: <b>11-50</b> (2.3); last NPS answer: 0-6 (1.58)", "company size: <b>11-50</b> (1.20)"]
    assert table.frame["main_reason"].tolist() == ["company size: <b>11-50</b> (2.3)", "company size: <b>11-50</b> (1.20)"]
    # a company's size cannot be helped, its answer can
    assert table.frame["what_to_do"].tolist() == ["call about their answer", "get in touch: nothing that could be changed stands out"]
    html = table._repr_mimebundle_()["text/html"]
    assert "<script>" not in html and "&lt;script&gt;" in html and "<b>11-50" not in html
    assert html.index(">To do<") < html.index("First reason")
    never = present.at_risk_table(customers.assign(churn_probability=[0.0, 0.0004]), reasons, INPUTS, currency="USD", horizon_months=3)
    assert never._repr_mimebundle_()["text/html"].count("&lt;0.1%") == 2
    for table in (present.at_risk_table(customers, reasons, INPUTS, currency="USD", horizon_months=3, unproven="the score was no better than chance"),
                  present.healthy_table(customers, reasons, INPUTS, currency="USD", unproven="the score was no better than chance")):
        html = table._repr_mimebundle_()["text/html"]
        assert table.frame.empty and "A1" not in html and ": withheld, because the score was no better than chance" in html
    ranked = present.at_risk_table(customers, reasons, INPUTS, currency="USD", horizon_months=3, withheld="only 3 left")
    assert ranked.frame[["churn_probability", "mrr_at_stake"]].isna().all(axis=None) and "only 3 left" in ranked._repr_mimebundle_()["text/html"]


@pytest.mark.parametrize(("label", "told"), [
    ("month 3", "go through the first steps with them"), ("months 7-12", "get in touch: nothing that could be changed stands out"),
    ("fixed term, later renewal ahead", "talk before the renewal"),
    ("fixed term, no renewal ahead", "get in touch: nothing that could be changed stands out"),
])
def test_help_depends_on_the_stage(label, told):
    customers = pd.DataFrame({"customer_id": ["a"], "name": ["A"], "cohort_month": ["2026-08"], "mrr": [1.0], "churn_probability": [0.4],
                              "mrr_at_stake": [1.0], "health": [0.0]})
    reasons = pd.DataFrame([("a", 1, "stage", label, 2.0)], columns=["customer_id", "rank", "input", "label", "odds"])
    assert present.at_risk_table(customers, reasons, INPUTS, currency="USD", horizon_months=3).frame["what_to_do"].tolist() == [told]


def test_whom_to_ask_depends_on_what_is_known_of_the_customer():
    customers = pd.DataFrame({"customer_id": list("abc"), "name": list("ABC"), "cohort_month": "2024-01", "mrr": [3.0, 2.0, 1.0], "churn_probability": 0.01,
                              "mrr_at_stake": 0.0, "health": 10.0, "nps": ["9-10", "no answer", "no answer"], "mrr_change": ["same", "rose", "same"]})
    none = pd.DataFrame(columns=["customer_id", "rank", "input", "label", "odds"])
    table = present.healthy_table(customers, none, INPUTS, currency="USD")
    assert table.frame["what_to_ask"].tolist() == ["ask for a referral or a reference", "ask what else would help them", "thank them, and ask how it goes"]
    assert table.frame["reasons"].tolist() == ["nothing stands out"] * 3


def test_the_sentences_hold_every_number():
    lift = present.score_lift_finding(backtest(), method="logistic", horizon_months=3)
    assert lift.sentence == (
        "Of the tenth that the score called most at risk, 19% left within 3 months; of all customers, 5.3%. That is 3.64 (95% interval 3.18 to 4.16) times as "
        "often, in 6,565 customer-months of 2,110 customers, none of which the score had learnt from."
    )
    assert (lift.value, lift.lower, lift.upper, lift.n) == (3.64, 3.18, 4.16, 6565)
    assert "first in 80% (95% interval 78% to 82%) of the pairs; a coin would reach 50%" in present.score_auc_finding(backtest(), method="logistic").sentence
    assert "no better than a coin" in present.score_auc_finding(backtest(auc="no difference"), method="logistic").sentence
    gain = present.score_gain_finding(backtest(), method="logistic", against="scorecard")
    assert gain.key == "score_gain_over_scorecard" and gain.value == pytest.approx(0.025)
    assert gain.sentence == (
        "Foretelling who leaves, the fitted model is better than the scorecard: its squared error is 2.5% (95% interval 1.2% to 3.8%) smaller."
    )
    same = present.score_gain_finding(backtest(brier_gain="no difference"), method="logistic", against="scorecard").sentence
    assert "and the scorecard cannot be told apart" in same and same.endswith("off the second's squared error, within chance.")
    right = present.score_calibration_finding(backtest(), method="logistic").sentence
    assert right.startswith("On average the score was right, within chance, and its chances are as far apart as they should be;")
    assert "1.09 (95% interval 0.96 to 1.23)" in right
    extreme = present.score_calibration_finding(backtest(calibration_slope="too extreme"), method="logistic").sentence
    assert extreme.startswith("On average the score was right, within chance, but it is too sure of itself: its high chances are too high")
    worse = backtest(brier_gain="worse")
    worse.loc[worse["measure"] == "brier_gain", ["value", "lower", "upper"]] = [-0.019, -0.024, -0.014]
    assert present.score_gain_finding(worse, method="scorecard", against="base rate").sentence == (
        "Foretelling who leaves, the scorecard is worse than giving everybody the same chance: its squared error is 38% (95% interval 28% to 48%) larger."
    )
    wide = backtest().assign(lower=lambda part: part["lower"].where(part["measure"] != "calibration_slope", -1.0))
    assert "cannot be told yet" in present.score_calibration_finding(wide, method="logistic").sentence
    assert "1.03 times as many" in present.score_calibration_finding(backtest(calibration_ratio="too high"), method="logistic").sentence


def test_the_sentence_on_who_is_at_risk_now():
    told = present.at_risk_finding(BANDS, currency="USD", horizon_months=3)
    assert told.sentence == (
        "At risk: 155 customers of 2,013 scored, who pay $26,385 a month. About 34 of them are expected to leave within 3 months, taking $5,546 of monthly "
        "revenue with them."
    )
    revenue = pd.DataFrame({"group": ["all", "a"], "active_customers": [2017, 7]})
    bridged = present.at_risk_finding(BANDS, currency="USD", horizon_months=3, revenue=revenue).sentence
    assert bridged == f"{told.sentence} Not scored: 4 who paid to the last day of the month and are gone with it."
    assert present.at_risk_finding(BANDS, currency="USD", horizon_months=3, revenue=revenue.assign(active_customers=2013)).sentence == told.sentence
    assert (told.value, told.n) == (155, 2013)
    unproven = present.at_risk_finding(BANDS, currency="USD", horizon_months=3, unproven="no better than chance")
    assert str(unproven) == "Who is at risk is withheld: no better than chance." and unproven.withheld and math.isnan(unproven.value)
    assert "cannot be told yet: only 3 left" in present.at_risk_finding(BANDS, currency="USD", horizon_months=3, withheld="only 3 left").sentence


def test_what_is_withheld_says_why():
    findings = [
        present.score_lift_finding(WITHHELD, method="logistic", horizon_months=3), present.score_auc_finding(WITHHELD, method="logistic"),
        present.score_calibration_finding(WITHHELD, method="logistic"), present.score_gain_finding(WITHHELD, method="logistic", against="scorecard"),
    ]
    for finding in findings:
        assert finding.sentence.endswith("is withheld: only 3 left.") and finding.withheld == "only 3 left" and math.isnan(finding.value)
    assert present.score_backtest_table(WITHHELD).frame["result"].tolist() == ["only 3 left"]


def test_the_algorithm_is_recorded_and_so_is_its_replacement():
    score = SimpleNamespace(method="logistic", customers=2478, customer_months=13479, churned=764)
    told = present.score_algorithm_finding(score, asked_for="logistic", last_month="2026-07", horizon_months=3)
    assert told.key == "score_algorithm" and told.withheld is None
    assert told.sentence == (
        "Customers are scored by a discrete-time hazard model (logistic regression), fitted to 13,479 customer-months of 2,478 customers, 764 of which "
        "ended in churn within 3 months, the newest of them at the end of July 2026."
    )
    score.method = "scorecard"
    told = present.score_algorithm_finding(score, asked_for="boosting", last_month="", horizon_months=3)
    assert told.sentence.startswith("Customers are scored by the scorecard, for too few have left to fit gradient boosting") and told.withheld


def test_drift_and_missing_tables_in_words():
    drift = pd.DataFrame({"input": ["nps", "stage"], "psi": [0.4, 0.05], "by_chance": 0.01, "verdict": ["large", "small"], "most_changed": ["0-6", "month 2"],
                          "share_then": [0.1, 0.2], "share_now": [0.3, 0.25], "customers_then": 900, "customers_now": 800, "matters": [True, True]})
    assert present.score_drift_finding(drift, INPUTS).sentence.startswith(
        "1 of the 2 inputs that the score relies on has shifted much since it learnt: last NPS answer (0-6: 10% then, 30% now)."
    )
    calm = present.score_drift_finding(drift.assign(matters=[False, True]), INPUTS).sentence
    assert calm == "Customers are still like those the score has learnt from: none of the 1 input that it relies on has shifted much."
    assert "withheld" in present.score_drift_finding(drift.iloc[:0], INPUTS).sentence
    missing = present.missing_inputs_finding({"usage": ("days of use", "features"), "feedback": ("last NPS answer",)}, known=6)
    assert missing.sentence == "The score has 6 inputs; without usage it cannot see days of use and features; without feedback it cannot see last NPS answer."
    assert missing.withheld == "no table usage and feedback"
    assert present.missing_inputs_finding({}, known=25).sentence == "Every table that the score can read is there; it has 25 inputs."


def test_tables_keep_the_numbers_for_the_csv():
    table = present.score_backtest_table(backtest())
    assert table.rows == len(backtest()[backtest()["verdict"] != ""])  # what stands alone is left to the CSV
    assert table.name == "score_backtest" and table.csv().splitlines()[0].startswith("method,measure,against,value,lower,upper,verdict")
    assert table.frame.set_index(["method", "measure"]).loc[("logistic", "brier_gain"), "result"] == "0.0012 (0.0006 to 0.0018)"
    bands = present.health_bands_table(BANDS, TESTED, currency="USD")
    assert bands.frame[["customers", "tested", "left"]].iloc[0].tolist() == [155, 564, 119]
    card = present.scorecard_table(pd.DataFrame({"input": ["nps", "stage"], "label": ["0-6", "month 2"], "points": [0.0, -10.0]}), INPUTS)
    html = card._repr_mimebundle_()["text/html"]
    assert html.index("month 2") < html.index("0-6")  # what is not 0 comes first


def test_what_the_score_is_tested_on_is_said():
    later = SimpleNamespace(train=("2025-01", "2025-04"), test=("2025-07", "2025-10"), by_customer=False)
    assert present.score_test_notes(later).sentences == (
        "The score learns from the ends of January 2025 to April 2025 and is tested on those of July 2025 to October 2025.",
    )
    one = SimpleNamespace(train=("2026-07",), test=("2026-07",), by_customer=True)
    assert present.score_test_notes(one).sentences[0].startswith("Only one month's outcome is known (July 2026): the score learns from every second customer")
    assert "nothing to test" in present.score_test_notes(SimpleNamespace(train=(), test=(), by_customer=False)).sentences[0]


def test_the_calibration_of_the_score_in_use_is_printed_first():
    calibration = pd.DataFrame({"method": ["scorecard", "logistic"], "group": 1, "customer_months": 10, "churned": 1, "predicted": 0.1, "observed": 0.1,
                                "lower": 0.0, "upper": 0.4})
    html = present.score_calibration_table(calibration, method="logistic")._repr_mimebundle_()["text/html"]
    assert html.index("fitted model") < html.index("scorecard")
