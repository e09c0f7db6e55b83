"""Subscription histories, drawn by chance and told day by day: the slow definitions that the engine's answers are held against."""

import datetime as dt
from fractions import Fraction

from hypothesis import strategies as st

from lifecycle_utils.months import month_end, month_of
from lifecycle_utils.sources import open_snapshot

HEADER = "subscription_id,customer_id,started_on,ended_on,mrr,currency,plan\n"
#: EUR has no rate in April 2023 (March's holds), GBP moves much.
RATES = {
    "EUR": {"2022-12": "1.1", "2023-01": "1.08", "2023-02": "1.12", "2023-03": "1.0733", "2023-05": "1.2"},
    "GBP": {"2023-01": "1.3", "2023-02": "0.9", "2023-03": "1.6", "2023-04": "1.25", "2023-05": "1.25", "2023-06": "1.1"},
}

_days = st.integers(0, 200).map(lambda number: dt.date(2023, 1, 1) + dt.timedelta(days=number))
# ends on first days and last days of months matter, and so do changes on the same day
_starts = st.one_of(_days, st.sampled_from([dt.date(2023, 1, 31), dt.date(2023, 2, 1), dt.date(2023, 2, 28), dt.date(2023, 3, 1), dt.date(2023, 3, 31)]))
_lengths = st.one_of(st.none(), st.integers(1, 120), st.sampled_from([1, 28, 29, 31, 59]))


def histories(currencies=("", "USD", "EUR", "GBP"), largest=9):
    """Lists of (customer, started_on, days or None, mrr text, currency)."""
    row = st.tuples(st.sampled_from("abc"), _starts, _lengths, st.sampled_from(["0", "5", "10.01", "7.3333"]), st.sampled_from(currencies))
    return st.lists(row, min_size=1, max_size=largest)


def open_history(folder, history, month, settings=""):
    """The history as a company folder, opened as known at the end of `month`."""
    lines = [
        f"s{number},{who},{start},{'' if length is None else start + dt.timedelta(days=length)},{mrr},{currency},p"
        for number, (who, start, length, mrr, currency) in enumerate(history)
    ]
    return open_rows(folder, lines, month, settings, RATES)


def open_rows(folder, lines, month, settings="", rates=None):
    """Lines of subscriptions.csv as a company folder, opened as known at the end of `month`."""
    (folder / "subscriptions.csv").write_text(HEADER + "\n".join(lines) + "\n", encoding="utf-8")
    (folder / "lifecycle.toml").write_text(settings, encoding="utf-8")
    if rates:
        rows = [f"{of},{currency},{rate}" for currency, known in rates.items() for of, rate in known.items()]
        (folder / "exchange_rates.csv").write_text("month,currency,rate\n" + "\n".join(rows) + "\n", encoding="utf-8")
    return open_snapshot(folder, month=month)


def balances(history, month):
    """{customer: {currency: MRR}} on the last day of a month, one customer and one period at a time, as exact fractions."""
    last = month_end(month) - dt.timedelta(days=1)
    paid = {}
    for who, start, length, mrr, currency in history:
        if Fraction(mrr) > 0 and start <= last and (length is None or start + dt.timedelta(days=length) > last):
            own = paid.setdefault(who, {})
            own[currency or "USD"] = own.get(currency or "USD", 0) + Fraction(mrr)
    return paid


def rate(currency, month):
    """The month's rate, or the newest one before it."""
    return Fraction(1) if currency == "USD" else Fraction(RATES[currency][max(known for known in RATES[currency] if known <= month)])


def worth(balance, month):
    """What a customer's balance is worth in the company's currency at the month's rates."""
    return sum((amount * rate(currency, month) for currency, amount in balance.items()), Fraction(0))


def cohorts(history):
    """{customer: month of its first paid day}."""
    firsts = {}
    for who, start, _, mrr, _ in history:
        if Fraction(mrr) > 0:
            firsts[who] = min(firsts.get(who, month_of(start)), month_of(start))
    return firsts
