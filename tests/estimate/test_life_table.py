import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from lifelines.utils import survival_table_from_events

from lifecycle_utils.errors import EstimateError
from lifecycle_utils.estimate import last_reliable_month, life_table
from lifecycle_utils.estimate.counts import check_tenures
from tests.estimate.strategies import quick, tenures_frames

GOOD = {"group": "a", "entry": 0, "tenure": 3, "churned": True, "customers": 2}


def frame(*rows):
    return pd.DataFrame([{**GOOD, **row} for row in rows])


def test_hand_count_with_late_entry_and_censoring():
    # Month:            1        2        3
    # 4 leave in 2:     at risk  leave
    # 3 end after 2:    at risk  at risk
    # 5 enter after 1:           at risk  leave
    # 7 of tenure 0:    never at risk
    tenures = frame({"tenure": 2, "customers": 4}, {"tenure": 2, "churned": False, "customers": 3},
                    {"entry": 1, "tenure": 3, "customers": 5}, {"tenure": 0, "churned": False, "customers": 7})
    table = life_table(tenures)
    assert table["at_risk"].tolist() == [7, 12, 5]
    assert table["churned"].tolist() == [0, 4, 5]


def test_groups_stand_in_order_and_each_ends_with_its_own_last_month():
    tenures = pd.concat([frame({"group": "2026-02", "tenure": 1}), frame({"group": "2026-01", "tenure": 2}), frame({"group": "all", "tenure": 2})])
    table = life_table(tenures)
    assert list(zip(table["group"], table["tenure_month"], strict=True)) == [
        ("all", 1), ("all", 2), ("2026-01", 1), ("2026-01", 2), ("2026-02", 1)]


@quick
@given(tenures_frames())
def test_risk_sets_by_definition_and_by_lifelines(tenures):
    table = life_table(tenures)
    for group, rows in table.groupby("group"):
        mine = tenures[(tenures["group"] == group) & (tenures["tenure"] > tenures["entry"]) & (tenures["customers"] > 0)]
        for month, at_risk, churned in rows[["tenure_month", "at_risk", "churned"]].itertuples(index=False):
            assert at_risk == mine.loc[(mine["entry"] < month) & (month <= mine["tenure"]), "customers"].sum()
            assert churned == mine.loc[mine["churned"] & (mine["tenure"] == month), "customers"].sum()
        # lifelines lists at_risk with those who enter at that very time; half a month later they are the next month's.
        events = survival_table_from_events(mine["tenure"], mine["churned"], mine["entry"] + 0.5, weights=mine["customers"])
        at_ends = events[events.index == events.index.astype(int)]
        ours = rows.set_index("tenure_month")["at_risk"]
        assert ours[at_ends.index.astype(int)].tolist() == at_ends["at_risk"].tolist()


@quick
@given(tenures_frames())
def test_the_argument_is_not_changed_and_splitting_rows_changes_nothing(tenures):
    before = tenures.copy(deep=True)
    halves = pd.concat([tenures.assign(customers=tenures["customers"] // 2), tenures.assign(customers=tenures["customers"] - tenures["customers"] // 2)])
    pd.testing.assert_frame_equal(life_table(tenures), life_table(halves))
    pd.testing.assert_frame_equal(tenures, before)


@pytest.mark.parametrize(("row", "message"), [
    ({"tenure": -1, "churned": False}, "tenure -1 is negative"),
    ({"entry": -2}, "entry -2 is negative"),
    ({"entry": 3}, "tenure 3 is a churn in no risk set"),
    ({"tenure": 0}, "tenure 0 is a churn in no risk set"),
    ({"tenure": 2.5}, "tenure 2.5 is not a whole number"),
    ({"tenure": np.nan}, "tenure nan is not a whole number"),
    ({"tenure": np.inf}, "tenure inf is not a whole number"),
    ({"tenure": "x"}, "tenure x is not a whole number"),
    ({"customers": 0.5}, "customers 0.5 is not a whole number"),
    ({"customers": -1}, "customers -1 is negative"),
    ({"churned": None}, "churned None is neither true nor false"),
    ({"churned": 2}, "churned 2 is neither true nor false"),
    ({"group": None}, "group None is missing"),
])
def test_counts_nobody_can_use_are_refused_with_row_and_remedy(row, message):
    with pytest.raises(EstimateError) as caught:
        life_table(frame({}, row, row))
    assert f"row 1 (group {row.get('group', 'a')!r}): {message}" in str(caught.value)
    assert "(2 rows); " in str(caught.value)


def test_missing_columns_and_an_empty_frame_are_refused():
    with pytest.raises(EstimateError, match="lacks the column.* entry, customers"):
        life_table(frame({}).drop(columns=["entry", "customers"]))
    with pytest.raises(EstimateError, match="no rows"):
        life_table(frame({}).iloc[:0])


def test_engines_bring_other_number_types():
    tenures = frame({}, {"churned": False}).astype({"tenure": "Int64", "customers": float, "churned": "boolean", "entry": object})
    assert check_tenures(tenures).dtypes.astype(str).tolist()[1:] == ["int64", "int64", "bool", "int64"]
    assert life_table(tenures)["at_risk"].tolist() == [4, 4, 4]


def test_the_last_reliable_month_is_before_the_first_fall():
    tables = {"falls": [50, 30, 29, 40], "late start": [5, 40, 31, 3], "never": [29, 10], "always": [90, 80]}
    table = pd.concat([pd.DataFrame({"group": group, "tenure_month": range(1, len(n) + 1), "at_risk": n}) for group, n in tables.items()])
    assert last_reliable_month(table).to_dict() == {"falls": 2, "late start": 3, "never": 0, "always": 2}
