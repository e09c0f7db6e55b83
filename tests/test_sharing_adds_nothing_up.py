"""Two shared reports of one company, a month apart: nobody who holds every table of both can compute what either leaves blank.

The tables are the kit's own, of a simulated company, and the attacker knows all that holds between them: groups add up to everybody, who is
at risk to who was and who left, opening and closing to the movements, cohorts to the customers of a month, shares to counts; and that what
was over by the end of the first month stands unchanged in the second report.
"""

import functools

import numpy as np
import pytest
from scipy.optimize import linprog
from scipy.sparse import coo_array, vstack

from lifecycle_utils import estimate, observe, simulate, sources
from lifecycle_utils.months import month_index, shift_month
from lifecycle_utils.present.disclosure import is_count, safe

K = 5
FIRST, SECOND = "2026-08", "2026-09"
FLOWS = {"opening_customers": 1, "new_customers": 1, "reactivated_customers": 1, "churned_customers": -1, "closing_customers": -1}


def tables(folder, month):
    """The tables of a month that count customers, by name."""
    snapshot = sources.open_snapshot(folder, month=month)
    cohorts, plans = (observe.tenures(snapshot, by=by) for by in ("cohort_month", "plan"))
    return {
        "cohorts": estimate.survival(cohorts, min_at_risk=K),
        "plans": estimate.hazard(plans, min_at_risk=K),
        "retention": estimate.retention_trend(cohorts, month=month, tenure_months=range(1, 15), min_at_risk=K),
        "movements": observe.mrr_movements(snapshot),
        "revenue": observe.cohort_revenue(snapshot),
    }


@pytest.fixture(scope="module")
def company(tmp_path_factory):
    folder = tmp_path_factory.mktemp("company")
    simulate.write_company(folder, customers=300, months=14, seed=3)
    return {month: tables(folder, month) for month in (FIRST, SECOND)}


class Attacker:
    """Cells with what is known of each, and linear relations between them: coefficients, and at least and at most what they come to."""

    def __init__(self, rounded_to=K):
        self.rounded_to = rounded_to
        self.cells, self.low, self.high, self.rows, self.true = {}, [], [], [], {}

    def read(self, cell, printed, true):
        """A cell as it is printed; `true` is for the test alone."""
        place = self.cells.setdefault(cell, len(self.cells))
        if place == len(self.low):
            self.low.append(0.0)
            self.high.append(1e5)
            self.true[cell] = true
        assert self.true[cell] == true, f"{cell} is not one number"
        if printed == printed:
            low, high = (0, 0) if printed == 0 else (max(printed - self.rounded_to / 2, K), printed + self.rounded_to / 2)
            self.low[place], self.high[place] = max(self.low[place], np.ceil(low)), min(self.high[place], np.floor(high))

    def knows(self, terms, low=0.0, high=0.0):
        """sum of coefficient x cell lies from low to high; held against the truth, for a wrong relation would prove nothing."""
        assert low - 1e-6 <= sum(factor * self.true[cell] for cell, factor in terms.items()) <= high + 1e-6, terms
        self.rows.append((terms, low, high))

    @functools.cached_property
    def limits(self):
        """All that is known, as matrix x cells <= vector."""
        entries = [(row, self.cells[cell], factor) for row, (known, _, _) in enumerate(self.rows) for cell, factor in known.items()]
        rows, places, factors = map(np.array, zip(*entries, strict=True))
        matrix = coo_array((factors, (rows, places)), shape=(len(self.rows), len(self.cells))).tocsr()
        low, high = (np.array([row[end] for row in self.rows]) for end in (1, 2))
        return vstack([matrix[np.isfinite(high)], -matrix]), np.concatenate([high[np.isfinite(high)], -low])

    def bounds(self, terms):
        """The least and the most that a sum can be."""
        aim = np.zeros(len(self.cells))
        for cell, factor in terms.items():
            aim[self.cells[cell]] += factor
        between = np.column_stack([self.low, self.high])
        found = [linprog(sign * aim, A_ub=self.limits[0], b_ub=self.limits[1], bounds=between, method="highs") for sign in (1, -1)]
        assert all(one.success for one in found), "what is printed does not contradict itself"
        return found[0].fun, -found[1].fun


def months_over(cohort, month):
    """How many subscription months are over, by the end of `month`, for everybody who started in the month `cohort`."""
    return month_index(month) - month_index(cohort)


def read_everything(company, printed_as=safe, rounded_to=K):
    attacker = Attacker(rounded_to)
    for month, frames in company.items():
        printed = {name: printed_as(frame, K) for name, frame in frames.items()}
        for name in ("cohorts", "plans"):
            _read_life_table(attacker, month, name, frames[name], printed[name])
        _read_movements(attacker, frames["movements"], printed["movements"])
        _read_cohorts(attacker, month, frames["revenue"], printed["revenue"], frames["movements"])
        _read_retention(attacker, month, frames["retention"], printed["retention"])
    _from_month_to_month(attacker)
    return attacker


def _read_life_table(attacker, month, name, true, shown):
    for row, seen in zip(true.itertuples(), shown.itertuples(), strict=True):
        for count in ("at_risk", "churned"):
            attacker.read((month, row.group, row.tenure_month, count), getattr(seen, count), getattr(row, count))
    there = {(row.group, row.tenure_month) for row in true.itertuples()}
    for group, tenure in there:
        here = (month, group, tenure)
        attacker.knows({(*here, "at_risk"): 1, (*here, "churned"): -1}, high=np.inf)
        if (group, tenure + 1) in there:
            over = name == "cohorts" and group != "all" and months_over(group, month) >= tenure + 1
            left = {(*here, "at_risk"): 1, (*here, "churned"): -1, (month, group, tenure + 1, "at_risk"): -1}
            attacker.knows(left, high=0.0 if over else np.inf)
        if group == "all":
            for count in ("at_risk", "churned"):
                parts = {(month, one, tenure, count): -1 for one, at in there if at == tenure and one != "all"}
                attacker.knows({(*here, count): 1} | parts)


def _read_movements(attacker, true, shown):
    for row, seen in zip(true.itertuples(), shown.itertuples(), strict=True):
        for count in FLOWS:
            attacker.read((row.month, count), getattr(seen, count), getattr(row, count))
        attacker.knows({(row.month, count): sign for count, sign in FLOWS.items()})
    for before, after in zip(true["month"], true["month"][1:], strict=False):
        attacker.knows({(before, "closing_customers"): 1, (after, "opening_customers"): -1})


def _read_cohorts(attacker, month, true, shown, movements):
    at = {}
    for row, seen in zip(true.itertuples(), shown.itertuples(), strict=True):
        if not row.mature:
            continue
        attacker.read(("paying", row.cohort_month, row.tenure_month), seen.customers, row.customers)
        at.setdefault(shift_month(row.cohort_month, row.tenure_month), []).append(("paying", row.cohort_month, row.tenure_month))
    for one in movements["month"]:
        attacker.knows({(one, "closing_customers"): 1} | dict.fromkeys(at[one], -1))


def _read_retention(attacker, month, true, shown):
    for row, seen in zip(true.itertuples(), shown.itertuples(), strict=True):
        here = (month, row.cohort_month, row.tenure_month)
        if row.cohort_month == "all" or not row.mature or (*here, "churned") not in attacker.cells:
            continue
        stay = attacker.true[(*here, "at_risk")] - attacker.true[(*here, "churned")]
        attacker.read((*here, "stay"), seen.retention * seen.customers, stay)
        attacker.knows({(*here, "at_risk"): 1, (*here, "churned"): -1, (*here, "stay"): -1})
        if row.tenure_month == 1:
            attacker.read((row.cohort_month, "size"), seen.customers, row.customers)
            attacker.knows({(*here, "at_risk"): 1, (row.cohort_month, "size"): -1})


def _from_month_to_month(attacker):
    for cell in list(attacker.cells):
        if cell[0] == FIRST and len(cell) == 4 and (SECOND, *cell[1:]) in attacker.cells:
            _, group, tenure, count = cell
            over = count != "stay" and group[:2] == "20" and months_over(group, FIRST) >= tenure
            attacker.knows({(SECOND, *cell[1:]): 1, cell: -1}, high=0.0 if over else np.inf)


def test_no_blank_can_be_computed_from_two_months_of_shared_reports(company):
    attacker = read_everything(company)
    few = [cell for cell, true in attacker.true.items() if 0 < true < K]
    assert len(few) > 100 and len(attacker.rows) > 500
    for cell in few[:: len(few) // 25]:
        low, high = attacker.bounds({cell: 1})
        assert low - 1e-6 <= attacker.true[cell] <= high + 1e-6
        assert high - low >= 1, f"{cell} must be {low}"


def only_blanked(frame, k):
    """The frame with its small counts blank, and nothing rounded or blanked with them."""
    counts = [column for column in frame if is_count(frame, column)]
    numbers = frame[counts].astype(float)
    return frame.assign(**numbers.mask((numbers > 0) & (numbers < k)))


def test_the_attacker_finds_what_is_only_blanked(company):
    attacker = read_everything(company, printed_as=only_blanked, rounded_to=0)
    few = [cell for cell, true in attacker.true.items() if 0 < true < K]
    found = [attacker.bounds({cell: 1}) for cell in few[:: len(few) // 15]]
    assert sum(high - low < 1 for low, high in found) > 5


def test_nor_who_came_or_left_between_them(company):
    attacker = read_everything(company)
    pairs = [(cell, (SECOND, *cell[1:])) for cell in attacker.cells if cell[0] == FIRST and (SECOND, *cell[1:]) in attacker.cells]
    few = [(now, before) for before, now in pairs if 0 < attacker.true[now] - attacker.true[before] < K]
    assert len(few) > 20
    for now, before in few[:: len(few) // 12]:
        low, high = attacker.bounds({now: 1, before: -1})
        assert high - low >= 1, f"between {before} and {now} it must be {low}"
