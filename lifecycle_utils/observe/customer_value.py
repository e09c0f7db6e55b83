"""What is each customer worth: what it has paid, what it pays now, and what it is still expected to pay?"""

import narwhals as nw

from lifecycle_utils.errors import UsageError
from lifecycle_utils.months import complete_months_column
from lifecycle_utils.observe.groups import ALL, grouped_spells
from lifecycle_utils.observe.money import customer_money
from lifecycle_utils.observe.spells import spells

#: By what customers may be ranked.
VALUES = ("ltv", "mrr", "total_revenue")


def customer_value(snapshot, value, *, months_left=None):
    """Every customer ever with its worth, as a lazy frame: customer_id, total_revenue, worth (currency).

    Parameters
    ----------
    value : "total_revenue" (MRR times months paid), "mrr" (now; 0 for those who left) or "ltv": what it has paid, and what it pays now times the
        months it is still expected to pay; for those who left, what they have paid
    months_left : for "ltv", DataFrame group, tenure, months of `estimate.expected_months`, the groups being billing intervals. Neither traits of the
        customer nor its own future enter: customers alike in tenure and billing interval are expected to stay alike.

    Raises
    ------
    UsageError : for another `value`, or "ltv" without `months_left`
    """
    if value not in VALUES:
        raise UsageError(f"value = {value!r} is not one of {', '.join(VALUES)}")
    if value == "ltv" and months_left is None:
        raise UsageError("value = 'ltv' needs months_left: estimate.expected_months(observe.tenures(snapshot, by=\"billing_interval\"))")
    money = customer_money(snapshot)
    if value != "ltv":
        return money.select("customer_id", "total_revenue", worth=nw.col(value))
    still = money.join(_ahead(snapshot, months_left), on="customer_id", how="left").with_columns(months=nw.col("months").fill_null(0.0))
    return still.select("customer_id", "total_revenue", worth=nw.col("total_revenue") + nw.col("mrr") * nw.col("months"))


def _ahead(snapshot, months_left):
    """customer_id, months: what each customer is expected to pay still, of those whose subscription runs."""
    kinds, longest = list(months_left["group"].unique()), int(months_left["tenure"].max())
    known = snapshot.company.hand_over(months_left[["group", "tenure", "months"]].astype({"tenure": "int64"}))
    tenure = complete_months_column(nw.col("started_on"), snapshot.cutoff)
    running = spells(snapshot).filter(nw.col("ended_on").is_null()).select("customer_id", tenure=tenure)
    placed = running.join(grouped_spells(snapshot, "billing_interval").select("customer_id", "group"), on="customer_id", how="left")
    placed = placed.with_columns(
        group=nw.when(nw.col("group").is_in(kinds)).then(nw.col("group")).otherwise(nw.lit(ALL)),
        tenure=nw.when(nw.col("tenure") > longest).then(nw.lit(longest)).otherwise(nw.col("tenure")).cast(nw.Int64),
    )
    return placed.join(known, on=["group", "tenure"], how="left").select("customer_id", "months")
