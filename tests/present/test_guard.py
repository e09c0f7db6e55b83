"""The door between estimates and what is said of them: open in a company's own report, guarded in a shared one."""

import dataclasses
import math

import pandas as pd
import pytest

from lifecycle_utils.present import guard
from lifecycle_utils.present.record import Finding, Table

FRAME = pd.DataFrame({"group": ["all", "a", "b", "c"], "customers": [100, 3, 21, 76]})


def finding(sentence="71% stay.", value=0.71, n=2481, unit="share"):
    return Finding("retention", value, math.nan, math.nan, n, unit, "What it is.", sentence)


@pytest.fixture
def shared(monkeypatch):
    monkeypatch.setenv(guard.VARIABLE, "5")


def test_in_any_other_run_the_door_is_open(monkeypatch):
    monkeypatch.delenv(guard.VARIABLE, raising=False)
    assert guard.guarded("Table", Table) is Table


def test_a_table_shows_and_writes_safe_counts_only(shared):
    shown = guard.guarded("Table", Table)("groups", FRAME, "Groups")
    assert shown.csv() == "group,customers\nall,100\na,\nb,\nc,75\n"
    assert "21" not in shown._repr_mimebundle_()["text/html"].split("</style>")[-1]
    assert FRAME["customers"].tolist() == [100, 3, 21, 76]


def test_frames_are_found_in_lists_and_in_models(shared):
    @dataclasses.dataclass(frozen=True)
    class Model:
        counts: pd.DataFrame
        name: str = "m"

    seen = []
    guard.guarded("chart", lambda *arguments, **options: seen.append((arguments, options)))([FRAME], Model(FRAME), counts=FRAME)
    (((frames, model), options),) = seen
    for frame in (frames[0], model.counts, options["counts"]):
        assert frame["customers"].isna().tolist() == [False, True, True, False]


@pytest.mark.parametrize(
    "few",
    [
        finding(n=3),
        finding(value=4, unit="customers"),
        finding("Of 900 customers, 4 of them left."),
        finding("3 customers are in a month of highest churn now."),
        finding("4 社が解約しました。"),
    ],
)
def test_a_sentence_about_few_customers_is_withheld(shared, few):
    shown = guard.guarded("a_finding", lambda: few)()
    assert shown.withheld == "fewer than 5 customers" and math.isnan(shown.value) and shown.n is None
    assert not any(digit in shown.sentence for digit in "012346789")


@pytest.mark.parametrize("sentence", ["1,004 customers stay.", "2.4 of them", "Month 3 of the subscription", "In 12 months 71% of 2,481 customers stay."])
def test_other_sentences_are_said(shared, sentence):
    assert guard.guarded("a_finding", lambda: finding(sentence))().sentence == sentence


def test_what_cannot_do_with_blanks_gets_whole_rows(shared):
    def chart(frame):
        if frame["customers"].isna().any():
            raise ValueError("NaN")
        return frame["group"].tolist()

    assert guard.guarded("a_chart", chart)(FRAME) == ["all", "c"]


def test_a_table_that_cannot_be_written_with_blanks_gets_whole_rows(shared):
    class Fussy(Table):
        def _repr_mimebundle_(self, include=None, exclude=None):
            assert_whole = [int(one) for one in self.frame["customers"]]  # raises where a cell is blank
            return super()._repr_mimebundle_() if assert_whole else {}

    shown = guard.guarded("fussy_table", lambda frame: Fussy("groups", frame, "Groups"))(FRAME)
    assert shown.frame["group"].tolist() == ["all", "c"]


@pytest.mark.parametrize("name", ["a_finding", "some_findings", "a_table", "Table", "a_chart"])
def test_where_nothing_is_left_that_is_what_is_shown(shared, name):
    def fail(*arguments):
        raise ValueError("cannot convert NaN")

    shown = guard.guarded(name, fail)("some", FRAME)
    said = {"a_finding": lambda: shown.sentence, "some_findings": lambda: shown[0].sentence, "a_chart": lambda: shown.get_label()}
    told = said.get(name, lambda: shown.title)()
    assert told.startswith("Withheld in a shared report")


def test_a_bug_is_not_hidden(shared):
    def fail():
        raise RuntimeError("a bug")

    with pytest.raises(RuntimeError):
        guard.guarded("a_finding", fail)()
