"""Money, traits and lists against hand counts."""

import pytest

from lifecycle_utils.errors import InputError, MissingTable, UsageError
from lifecycle_utils.observe import acquisition, customers_entering, customers_per_year, mrr_movements, paying_tenures, revenue, tenures, traits
from lifecycle_utils.observe.bands import band_labels, readable_edges
from lifecycle_utils.observe.money import DAYS_PER_MONTH, customer_money
from lifecycle_utils.sources import open_snapshot


def company(folder, subscriptions, month="2024-03", toml="", **tables):
    header = "subscription_id,customer_id,started_on,ended_on,mrr,currency\n"
    (folder / "subscriptions.csv").write_text(header + "".join(f"s{n},{row}\n" for n, row in enumerate(subscriptions)), encoding="utf-8")
    (folder / "lifecycle.toml").write_text(toml, encoding="utf-8")
    for name, text in tables.items():
        (folder / f"{name}.csv").write_text(text, encoding="utf-8")
    return open_snapshot(folder, month=month)


def money(snapshot):
    return customer_money(snapshot).sort("customer_id").collect("pandas").to_native().set_index("customer_id")


def test_money_of_each_customer_by_hand(tmp_path):
    table = money(company(tmp_path, [
        "a,2024-01-01,2024-02-01,100,", "a,2024-02-01,,200,",  # 31 days at 100, 60 days at 200
        "b,2024-01-01,2024-03-01,30,", "b,2024-02-01,2024-03-01,30,",  # two at once for 29 of 60 days; gone
        "c,2024-03-31,,7.25,",
    ]))
    assert table["mrr"].to_dict() == {"a": 200, "b": 0, "c": 7.25}
    assert table["active"].to_dict() == {"a": True, "b": False, "c": True}
    assert table.loc["a", "total_revenue"] == pytest.approx((31 * 100 + 60 * 200) / DAYS_PER_MONTH)
    assert table.loc["a", "average_mrr"] == pytest.approx((31 * 100 + 60 * 200) / 91)
    assert table.loc["b", "average_mrr"] == pytest.approx(30 + 30 * 29 / 60)
    assert table.loc["c", "average_mrr"] == pytest.approx(7.25)


def test_who_pays_on_the_last_day_counts_as_in_the_movements(tmp_path):
    snapshot = company(tmp_path, ["a,2024-01-01,2024-04-01,10,", "b,2024-01-01,2024-03-31,20,", "c,2024-03-31,,40,", "d,2024-01-01,2024-05-01,80,"])
    last = mrr_movements(snapshot).iloc[-1]
    everybody = revenue(snapshot).iloc[0]
    assert (everybody["active_customers"], everybody["mrr"]) == (3, 130) == (last["closing_customers"], last["closing_mrr"])


def test_foreign_money_at_the_newest_rate_known(tmp_path):
    rates = "month,currency,rate\n2024-01,EUR,1.10\n2024-03,EUR,1.20\n2024-04,EUR,9\n"
    rows = ["a,2024-01-01,,100,EUR", "b,2024-01-01,,100,USD", "c,2024-01-01,,100,"]
    assert money(company(tmp_path, rows, exchange_rates=rates))["mrr"].to_dict() == {"a": 120, "b": 100, "c": 100}
    with pytest.raises(InputError, match="no rate by 2023-12"):
        money(company(tmp_path, ["a,2023-11-01,,100,EUR"], month="2023-12", exchange_rates=rates))


def test_revenue_per_group_by_hand(tmp_path):
    frame = revenue(company(tmp_path, ["a,2024-01-01,,10,", "b,2024-01-10,,30,", "c,2024-02-01,2024-03-01,50,"])).set_index("group")
    assert frame.loc["all", ["customers", "active_customers", "mrr"]].tolist() == [3, 2, 40]
    assert frame.loc["all", "average_mrr"] == pytest.approx(30)
    assert frame.loc["all", "variance_mrr"] == pytest.approx(400)
    assert frame.loc["2024-01", ["average_mrr", "variance_mrr"]].tolist() == pytest.approx([20, 200])
    assert frame.loc["2024-02", "variance_mrr"] != frame.loc["2024-02", "variance_mrr"]  # one customer has no variance


CUSTOMERS = "customer_id,name,industry,seats,url\n" + "".join(f"c{n:02d},Name {n},{'Retail' if n < 15 else 'NA'},{n + 1},http://{n}\n" for n in range(20))


def test_traits_by_hand(tmp_path):
    rows = [f"c{n:02d},2024-01-01,,{100 + n}," for n in range(20)] + ["zz,2024-01-01,2024-02-01,9999,"]
    snapshot = company(tmp_path, rows, toml="[bands]\nseats = [5, 10]\n", customers=CUSTOMERS)
    frame = traits(snapshot, top_share=0.1, value="mrr")
    assert frame.query("attribute == 'industry'").set_index("value")[["customers", "top_customers"]].T.to_dict("list") == {
        "(unknown)": [1, 0], "NA": [5, 2], "Retail": [15, 0],
    }
    assert frame.query("attribute == 'seats'").set_index("value")["customers"].to_dict() == {"(unknown)": 1, "up to 5": 5, "6-10": 5, "11+": 10}
    assert frame.groupby("attribute")[["customers", "top_customers"]].sum().drop_duplicates().values.tolist() == [[21, 2]]
    # by total revenue the one that paid 9,999 for a month is on top
    assert traits(snapshot, top_share=0.05, value="total_revenue").query("value == '(unknown)' and attribute == 'industry'")["top_customers"].tolist() == [1]


def test_ties_go_to_the_larger_revenue_then_the_smaller_id(tmp_path):
    rows = ["a,2024-03-01,,10,", "b,2024-01-01,,10,", "c,2024-03-01,,10,"]
    customers = "customer_id,who\na,a\nb,b\nc,c\n"
    snapshot = company(tmp_path, rows, customers=customers)
    assert traits(snapshot, top_share=0.34, value="mrr").query("top_customers == 1")["value"].tolist() == ["b"]
    assert traits(snapshot, top_share=0.67, value="mrr").query("top_customers == 1")["value"].tolist() == ["a", "b"]


def test_traits_refuse_what_has_no_answer(tmp_path):
    snapshot = company(tmp_path, ["a,2024-01-01,,10,"])
    with pytest.raises(MissingTable, match="customers.csv"):
        traits(snapshot)
    with pytest.raises(UsageError, match="total_revenue"):
        traits(snapshot, value="revenue")
    with pytest.raises(UsageError, match="share"):
        traits(snapshot, top_share=10)


@pytest.mark.parametrize(
    ("quantiles", "edges", "labels"),
    [
        ([5, 15, 28, 64], [5, 15, 30, 60], ["up to 5", "6-15", "16-30", "31-60", "61+"]),
        ([1, 1, 2, 9], [1, 2, 10], ["up to 1", "2", "3-10", "11+"]),
        ([0.2, 0.21, 0.7, 3], [0.2, 0.8, 3], ["up to 0.2", "over 0.2 to 0.8", "over 0.8 to 3", "over 3"]),
        ([-40, 0, 12, 120], [-40, 0, 10, 100], ["up to -40", "over -40 to 0", "over 0 to 10", "over 10 to 100", "over 100"]),
    ],
)
def test_bands_are_readable(quantiles, edges, labels):
    assert readable_edges(quantiles) == edges
    assert band_labels(edges) == labels


def test_whom_to_call(tmp_path):
    rows = [
        "a,2024-01-15,,10,", "b,2024-01-31,,30,",  # two complete months by the end of March: in their third
        "c,2024-01-15,2024-03-20,50,",  # left
        "d,2024-01-15,2024-04-01,60,",  # known to leave with the month
        "e,2024-02-15,,70,",  # in its second
        "f,2024-03-31,,5,",
    ]
    customers = "customer_id,name\nb,Böcker & Söhne\n"
    frame = customers_entering(company(tmp_path, rows, customers=customers), tenure_month=3)
    assert frame[["customer_id", "name", "mrr", "tenure_month"]].values.tolist() == [["b", "Böcker & Söhne", 30, 3], ["a", "a", 10, 3]]
    assert customers_entering(company(tmp_path, rows), tenure_month=1)["customer_id"].tolist() == ["f"]
    assert len(customers_entering(company(tmp_path, rows), tenure_month=3, limit=1)) == 1


def test_paying_tenures_add_what_the_customers_of_a_row_pay(tmp_path):
    snapshot = company(tmp_path, ["a,2024-01-01,,10,", "b,2024-01-10,,30.5,", "c,2024-01-10,2024-02-10,50,"])
    frame = paying_tenures(snapshot)
    assert frame[list(tenures(snapshot).columns)].equals(tenures(snapshot))
    assert frame.query("group == 'all'")[["tenure", "churned", "mrr", "mrr_squared"]].values.tolist() == [
        [1, True, 50, 2500], [2, False, 30.5, 930.25], [3, False, 10, 100],
    ]


def test_acquisition_counts_spend_and_newcomers_of_the_same_months(tmp_path):
    leads = (
        "lead_id,created_on,channel,customer_id\n1,2023-01-01,ads,a\n2,2023-06-01,web,a\n3,2024-01-01,ads,b\n"
        "4,2024-01-02,web,c\n5,2024-01-02,web,\n6,2024-03-01,,d\n"
    )
    marketing = "month,channel,spend\n2024-01,ads,100\n2024-02,ads,50.25\n2024-03,tv,7\n2023-12,ads,1000\n2024-04,ads,5000\n"
    rows = ["a,2023-02-01,,10,", "b,2024-02-01,,10,", "c,2024-03-01,2024-03-09,10,", "d,2024-03-02,,10,", "e,2024-03-02,,10,"]
    snapshot = company(tmp_path, rows, leads=leads, marketing=marketing)
    assert acquisition(snapshot, last_months=3).values.tolist() == [
        ["all", 157.25, 4], ["(unknown)", 0, 2], ["ads", 150.25, 1], ["tv", 7, 0], ["web", 0, 1],
    ]
    by_channel = tenures(snapshot, by="channel").groupby("group")["customers"].sum().to_dict()
    assert by_channel == {"all": 5, "ads": 2, "web": 1, "(unknown)": 2}  # a came through its first lead
    (tmp_path / "leads.csv").unlink()
    with pytest.raises(MissingTable, match="leads"):
        acquisition(company(tmp_path, rows, marketing=marketing))


def test_whom_to_call_by_group_and_how_many_come_a_year(tmp_path):
    header = "subscription_id,customer_id,started_on,ended_on,mrr,billing_interval\n"
    rows = [
        "1,a,2024-01-15,,10,monthly", "2,b,2023-03-15,,20,annual", "3,c,2023-03-15,,30,monthly",
        "4,d,2023-03-02,2023-04-02,5,monthly", "5,e,2022-12-15,,5,monthly", "6,f,2023-03-02,2023-06-01,5,monthly",
    ]
    (tmp_path / "subscriptions.csv").write_text(header + "\n".join(rows) + "\n")
    snapshot = open_snapshot(tmp_path, month="2024-03")
    peaks = {"monthly": 3, "annual": 13}
    called = customers_entering(snapshot, tenure_month=peaks, by="billing_interval")
    assert called[["customer_id", "group", "tenure_month"]].values.tolist() == [["b", "annual", 13], ["a", "monthly", 3]]
    several = customers_entering(snapshot, tenure_month={"monthly": [3, 13]}, by="billing_interval")
    assert several[["customer_id", "tenure_month"]].values.tolist() == [["c", 13], ["a", 3]]
    assert customers_entering(snapshot, tenure_month={}, by="billing_interval").empty
    # third months begun from 1 April 2023 to 31 March 2024: a's, c's and f's; d had left, e's began in February 2023
    assert customers_per_year(snapshot, tenure_month=peaks, by="billing_interval") == {"monthly": 3, "annual": 1}
    assert customers_per_year(snapshot, tenure_month={"all": 3, "weekly": 1}, by="billing_interval") == {"all": 4, "weekly": 0}


def test_amounts_of_currencies_with_many_noughts(tmp_path):
    snapshot = company(tmp_path, ["a,2024-01-01,,400000000,", "b,2024-01-01,,100000000,", "c,2024-02-01,,100000000,"], toml='currency = "IDR"')
    everybody = revenue(snapshot).iloc[0]
    assert (everybody["average_mrr"], everybody["variance_mrr"]) == (2e8, 3e16)
    frame = paying_tenures(snapshot)
    assert frame.loc[frame["group"] == "all", "mrr_squared"].sum() == 1.8e17
