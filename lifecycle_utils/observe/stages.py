"""In which stage is each account at the end of a month, and where was it a month before?

The stages exclude each other. As in `levels`, nothing makes a row per account and month: an account has a row only for the months in
which something happens to it, and whoever did not move is what is left of a stage's stock.
"""

import narwhals as nw
import numpy as np
import pandas as pd

from lifecycle_utils.months import month_index
from lifecycle_utils.observe.fetch import fetch
from lifecycle_utils.observe.flows import with_worth
from lifecycle_utils.observe.lead_ages import prospects
from lifecycle_utils.observe.levels import RUNS, amounts, levels
from lifecycle_utils.observe.movements import first_whole_month, month_text
from lifecycle_utils.observe.spells import spells
from lifecycle_utils.sources.engine import month_numbers

#: The stages of an account at a month's end, in the order of the table.
STAGES = ("lead", "trial", "trial_over", "new", "paying", "expanded", "contracted", "returned", "churned", "trial_again")
#: Where an account comes from in the month in which it is first known.
ARRIVED = "arrived"
_FLAGS = ("begun", "trial", "trials")


def stage_transitions(snapshot):
    """How many accounts went from which stage to which between two month ends?

    Returns
    -------
    DataFrame, one row per month and pair of stages between which anybody went, those who stayed included
        month : "YYYY-MM", at whose end `to_stage` holds
        from_stage : the stage a month earlier; "arrived" for accounts that were not known then
        to_stage : one of
            lead : known, never tried, never paid
            trial : in a first trial or on a free plan, never paid
            trial_over : tried, does not now, never paid
            new, returned : pays now, did not a month ago, had never paid before / had
            paying, expanded, contracted : pays now and a month ago, the same, more, or less (all subscriptions together)
            churned : has paid, does not now
            trial_again : not paying, in a trial or on a free plan after having paid or after an earlier trial
        accounts : count

    Notes
    -----
    A lead is the account of its customer once that has paid by the snapshot. With a table of leads, trials before the first payment are
    those of the leads; without one they are the periods of MRR 0. The customers among new, paying, expanded, contracted and returned
    are those of `mrr_movements` at the same month's end.
    """
    moves = fetch(snapshot.once("stage moves", lambda: _moves(snapshot)), sort=["month", "from_stage", "to_stage"])
    columns = ["month", "from_stage", "to_stage", "accounts"]
    if moves.empty:
        return pd.DataFrame(columns=columns)
    months = np.arange(moves["month"].min(), month_index(snapshot.month) + 1)
    came, left = (_by_stage(moves, side, months) for side in ("to_stage", "from_stage"))
    stock = (came - left).cumsum(axis=1)
    stayed = (stock.shift(1, axis=1).fillna(0) - left).astype("int64").stack().rename("accounts").reset_index()
    stayed.columns = ["from_stage", "month", "accounts"]
    whole = pd.concat([moves, stayed.assign(to_stage=stayed["from_stage"])[stayed["accounts"] > 0]], ignore_index=True)
    whole = whole.assign(month=[month_text(month) for month in whole["month"]], accounts=whole["accounts"].astype("int64"))
    order = {stage: place for place, stage in enumerate((ARRIVED, *STAGES))}
    whole = whole[whole["month"] >= first_whole_month(snapshot)]
    ordered = whole.sort_values(["month", "from_stage", "to_stage"], key=lambda column: column.map(order).fillna(column), kind="stable")
    return ordered.reset_index(drop=True)[columns]


def _by_stage(moves, side, months):
    return moves.groupby([side, "month"])["accounts"].sum().unstack(fill_value=0).reindex(index=STAGES, columns=months, fill_value=0)


def _moves(snapshot):
    """Months in which accounts changed their stage, counted: month (a number), from_stage, to_stage, accounts."""
    columns, in_order = amounts(snapshot), {"order_by": "month"}
    net = _net(snapshot, columns)
    running = net.with_columns(
        paid=nw.sum_horizontal(*(nw.col(name).cum_sum().over("account", **in_order) for name in columns)) > 0,
        on_trial=nw.col("trial").cum_sum().over("account", **in_order) > 0,
        begun_so_far=nw.col("begun").cum_sum().over("account", **in_order),
        trials_so_far=nw.col("trials").cum_sum().over("account", **in_order),
    ).with_columns(
        was_paid=nw.col("paid").shift(1).over("account", **in_order).fill_null(False),
        was_on_trial=nw.col("on_trial").shift(1).over("account", **in_order).fill_null(False),
    )
    entered = nw.when(nw.col("on_trial") & ~nw.col("was_on_trial")).then(1).otherwise(0)
    valued = with_worth(snapshot, running.with_columns(entered=entered), columns)
    staged = valued.with_columns(trial_number=nw.col("entered").cum_sum().over("account", **in_order)).with_columns(to_stage=_stage())
    before = nw.col("to_stage").shift(1).over("account", **in_order).fill_null(ARRIVED)
    moved = staged.with_columns(from_stage=before).filter(nw.col("from_stage") != nw.col("to_stage"))
    return moved.group_by("month", "from_stage", "to_stage").agg(accounts=nw.len())


def _stage():
    worth, ever = nw.col("worth"), nw.col("begun_so_far") > 0
    stays = nw.when(worth > 0).then(nw.lit("expanded")).otherwise(nw.when(worth < 0).then(nw.lit("contracted")).otherwise(nw.lit("paying")))
    comes = nw.when(nw.col("begun_so_far") > nw.col("begun")).then(nw.lit("returned")).otherwise(nw.lit("new"))
    tries = nw.when(ever | (nw.col("trial_number") > 1)).then(nw.lit("trial_again")).otherwise(nw.lit("trial"))
    waits = nw.when(ever).then(nw.lit("churned")).otherwise(nw.when(nw.col("trials_so_far") > 0).then(nw.lit("trial_over")).otherwise(nw.lit("lead")))
    pays = nw.when(nw.col("was_paid")).then(stays).otherwise(comes)
    return nw.when(nw.col("paid")).then(pays).otherwise(nw.when(nw.col("on_trial")).then(tries).otherwise(waits))


def _net(snapshot, columns):
    """What happens to each account in each month, added up: account, month, the amounts, begun (paid periods), trial (net), trials (begun)."""
    last, none = month_index(snapshot.month), dict.fromkeys([*columns, *_FLAGS], 0)

    def marks(rows, month, **happens):
        given = {name: nw.lit(value) if isinstance(value, int) else value for name, value in (none | happens).items()}
        cast = {name: value.cast(nw.Int64) for name, value in given.items()}
        return rows.select("account", month=month.cast(nw.Int64), **cast).filter(nw.col("month") <= last)

    paid = levels(snapshot).with_columns(account=nw.concat_str(nw.lit("customer "), nw.col("customer_id")))
    starts = marks(paid, nw.col("begins"), begun=1, **{name: nw.col(name) for name in columns})
    stops = marks(paid.filter(nw.col("ends") != RUNS), nw.col("ends"), **{name: -nw.col(name) for name in columns})
    changes = nw.concat([starts, stops])
    # a month after a change the account is as it was before in all but the amount: expanded, new and returned last one month
    settled = marks(changes, nw.col("month") + 1)
    tries = month_numbers(_trials(snapshot), known_in="known_on", started_in="started_on", ended_in="ended_on")
    tried = tries.filter(~nw.col("started_on").is_null())
    ended = tried.filter(~nw.col("ended_on").is_null())
    others = [
        marks(tries.filter(~nw.col("known_on").is_null()), nw.col("known_in")),
        marks(tried, nw.col("started_in"), trial=1, trials=1),
        marks(ended, nw.col("ended_in"), trial=-1),
    ]
    return nw.concat([changes, settled, *others]).group_by("account", "month").agg(*(nw.col(name).sum().cast(nw.Int64) for name in none))


def _trials(snapshot):
    """Trials and leads: account, known_on (null for customers' own trials), started_on, ended_on (null if there is none)."""
    first = spells(snapshot).filter(nw.col("spell") == 1).select("customer_id", first_paid_on=nw.col("started_on"))
    free = snapshot.table("subscriptions").filter(nw.col("mrr") == 0).join(first, on="customer_id", how="left")
    account = nw.concat_str(nw.lit("customer "), nw.col("customer_id"))
    if not snapshot.has("leads"):
        return free.select("started_on", "ended_on", account=account, known_on=nw.col("started_on"))
    again = free.filter(nw.col("started_on") >= nw.col("first_paid_on")).with_columns(account=account, known_on=nw.col("started_on"))
    leads, pays = prospects(snapshot), ~nw.col("first_paid_on").is_null()
    own = nw.when(pays).then(account).otherwise(nw.concat_str(nw.lit("lead "), nw.col("lead_id")))
    before = (~pays) | (nw.col("trial_started_on") < nw.col("first_paid_on")).fill_null(False)
    # a trial whose end is not written ends with the first payment
    ended = nw.when(nw.col("trial_ended_on").is_null()).then(nw.col("first_paid_on")).otherwise(nw.col("trial_ended_on"))
    ends = nw.when(pays & (ended > nw.col("first_paid_on")).fill_null(False)).then(nw.col("first_paid_on")).otherwise(ended)
    seen = leads.with_columns(account=own, known_on=nw.col("created_on"), started_on=nw.when(before).then(nw.col("trial_started_on")), ended_on=ends)
    wanted = ["account", "known_on", "started_on", "ended_on"]
    return nw.concat([again.select(*wanted), seen.select(*wanted)])
