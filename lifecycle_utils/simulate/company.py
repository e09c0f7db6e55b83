"""The sample company: tables of a business that never was, drawn from a documented truth."""

import numpy as np
import pandas as pd

from lifecycle_utils.errors import UsageError
from lifecycle_utils.simulate import market
from lifecycle_utils.simulate.activity import usage
from lifecycle_utils.simulate.billing import periods, trials
from lifecycle_utils.simulate.chance import stream
from lifecycle_utils.simulate.frames import stacked
from lifecycle_utils.simulate.names import HOSTILE, company_names
from lifecycle_utils.simulate.population import Window, buyers, others
from lifecycle_utils.simulate.spells import known_ends, spells
from lifecycle_utils.simulate.truth import TRUTH
from lifecycle_utils.simulate.voices import feedback

TABLES = ("subscriptions", "customers", "leads", "marketing", "usage", "feedback", "exchange_rates")
CUSTOMERS, MONTHS, SEED, LAST_MONTH = 2_750, 48, 2026, "2026-10"
ATTRIBUTES = ["industry", "country", "employees", "annual_revenue", "founded_year", "acquisition_channel", "brand_colour", "newsletter"]


def company(*, customers=CUSTOMERS, months=MONTHS, seed=SEED, last_month=LAST_MONTH, truth=TRUTH, tables=TABLES, observed_from=None):
    """Which tables does a company with this truth leave behind?

    Parameters
    ----------
    customers : int, how many have paid at least once by the end of `last_month`
    months : int, calendar months of history up to `last_month`, both included
    truth : Truth
    tables : which tables to make. With only subscriptions and customers (and exchange rates) just those who paid are simulated,
        which is fast for millions; otherwise the accounts of trials without purchase come along, with MRR 0. Without exchange
        rates everybody pays in USD.
    observed_from : date or None, the data begins here: whoever left for the first time by this day is missing altogether,
        the others keep their true start.

    Returns
    -------
    dict of DataFrames, columns as in `contract.py`; dates are datetime64, absent ones NaT.
    """
    if customers < 1 or months < 1 or set(tables) - set(TABLES):
        raise UsageError(f"a company needs customers >= 1, months >= 1 and tables among {', '.join(TABLES)}; got {customers}, {months}, {tables}")
    window = Window(months, last_month)
    truth = truth if "exchange_rates" in tables else truth.replace(euro_countries=())
    buying = buyers(truth, window, customers, seed)
    everyone = bool(set(tables) - {"subscriptions", "customers", "exchange_rates"})
    leads = stacked([buying, others(truth, window, len(buying), seed)]) if everyone else buying
    accounts = _accounts(window, leads)
    history = spells(truth, window, accounts[accounts["paid_on"] < window.cutoff], seed)
    ends = known_ends(truth, window, history, seed)
    paid = periods(truth, window, accounts, history, ends, seed)
    free = trials(truth, window, accounts, history, seed)
    rates = market.exchange_rates(truth, window, seed)
    made = {
        "subscriptions": lambda: _subscriptions(truth, accounts, stacked([free, paid]), rates),
        "customers": lambda: _customers(accounts, paid, seed),
        "leads": lambda: _leads(window, leads, accounts),
        "marketing": lambda: market.marketing(truth, window, leads, seed),
        "usage": lambda: usage(truth, window, accounts, history, free, paid, seed),
        "feedback": lambda: feedback(truth, window, accounts, history, seed),
        "exchange_rates": lambda: rates,
    }
    frames = {name: made[name]() for name in TABLES if name in tables}
    return frames if observed_from is None else _since(frames, accounts, history, np.datetime64(observed_from, "D"))


def _accounts(window, leads):
    """Leads that started a trial or paid: they have an account and its id, in the order of the account's first day. Payers come first."""
    begun = leads[["trial_on", "paid_on"]].min(axis=1)
    accounts = leads[begun < window.cutoff].assign(lead=lambda part: part.index, begun=begun)
    number = pd.Series(np.empty(len(accounts), dtype=np.int64), index=accounts.index)
    number[accounts.sort_values(["begun", "lead"], kind="stable").index] = np.arange(1, len(accounts) + 1)
    width = max(5, len(str(len(accounts))))
    accounts = accounts.assign(number=number, customer_id=[f"C{one:0{width}d}" for one in number], pays=accounts["paid_on"] < window.cutoff)
    return accounts.sort_values(["pays", "number"], ascending=[False, True], ignore_index=True)


def _since(frames, accounts, history, day):
    """What a company would have whose data begins on `day`: a part of the frames, row by row the same."""
    first = history[history["spell"] == 1]
    left = accounts["customer_id"].to_numpy()[first.loc[first["ended_on"] <= day, "account"]]
    tried = accounts.loc[~accounts["pays"] & (accounts["begun"] < day), "customer_id"]
    missing = set(left) | set(tried)
    events = {"leads": "created_on", "usage": "used_on", "feedback": "answered_on", "marketing": "month", "exchange_rates": "month"}
    for name, frame in frames.items():
        gone = frame["customer_id"].isin(missing) if "customer_id" in frame else np.zeros(len(frame), dtype=bool)
        if name in events:
            moments = frame[events[name]]
            gone |= moments < (str(day)[:7] if events[name] == "month" else day)
        frames[name] = frame[~gone].reset_index(drop=True)
    return frames


def _subscriptions(truth, accounts, table, rates):
    number = accounts["number"].to_numpy()[table["account"].to_numpy()]
    table = table.iloc[np.lexsort((table["started_on"].to_numpy(), table["serial"].to_numpy(), number))]
    account = table["account"].to_numpy()
    currency = accounts["currency"].to_numpy()[account]
    rate = rates["rate"].iloc[0]
    ids = accounts["customer_id"].to_numpy()[account]
    seats = {plan: limit for plan, (_, limit) in truth.plans.items()}
    return pd.DataFrame(
        {
            "subscription_id": ["S" + customer[1:] + "-" + str(serial) for customer, serial in zip(ids, table["serial"], strict=True)],
            "customer_id": ids,
            "started_on": table["started_on"].to_numpy(),
            "ended_on": table["ended_on"].to_numpy(),
            "mrr": np.where(currency == "EUR", np.rint(table["usd"] / rate), table["usd"]),
            "currency": currency,
            "plan": table["plan"].to_numpy(),
            "billing_interval": table["interval"].to_numpy(),
            "seats": table["plan"].map(seats).astype("Int64").array,
        }
    )


def _customers(accounts, paid, seed):
    names = company_names(len(accounts), stream(seed, "names"))
    biggest = paid.groupby("account")["usd"].max().sort_values(ascending=False, kind="stable").index[: 3 * len(HOSTILE) : 3]
    names[biggest.to_numpy()] = HOSTILE[: len(biggest)]
    table = accounts.rename(columns={"channel": "acquisition_channel"}).assign(name=names).sort_values("number", ignore_index=True)
    return table[["customer_id", "name", *ATTRIBUTES]]


def _leads(window, leads, accounts):
    """What the company knows of its leads at the snapshot: later dates are empty, and only who paid carries a customer id."""
    payers = accounts[accounts["pays"]].set_index("lead")["customer_id"]
    table = leads.assign(customer_id=payers.reindex(leads.index))
    table = table.sort_values(["created_on", "channel"], kind="stable", ignore_index=True)
    width = max(6, len(str(len(table))))
    offered = table["offer"] != "contact"
    known = {name: table[name].where(table[name] < window.cutoff) for name in ("demo_on", "trial_on")}
    ended = table["trial_end"].where(table["trial_end"] <= window.cutoff)
    return pd.DataFrame(
        {
            "lead_id": [f"L{number:0{width}d}" for number in range(1, len(table) + 1)],
            "created_on": table["created_on"],
            "channel": table["channel"],
            "demo_requested_on": known["demo_on"],
            "trial_started_on": known["trial_on"],
            "trial_ended_on": ended,
            "card_required": (table["offer"] == "trial with card").astype("boolean").where(offered),
            "customer_id": table["customer_id"],
            "industry": table["industry"],
            "country": table["country"],
            "employees": table["employees"],
        }
    )
