"""The page data/README.md, printed from the contract: `python -m lifecycle_utils.dictionary`."""

from lifecycle_utils.contract import TABLES, TYPES

_INTRODUCTION = """\
# The tables a company brings

This page is printed from `lifecycle_utils/contract.py` (`make docs`).

A company is a folder of tables: CSV, CSV.gz, Parquet, or a folder of Parquet files, named after the table (`subscriptions.csv`).
Only `subscriptions` is required. A notebook whose tables are missing says which it needs and is skipped.
Other file and column names are declared in `lifecycle.toml` beside them:

```toml
company = "Example Ltd"
currency = "EUR"              # of money without a currency of its own
gross_margin = 0.8            # share of revenue
discount_rate_annual = 0.1
time_zone = "Europe/Warsaw"   # of time stamps with an offset
observed_from = 2021-01-01    # the data begins here although some customers are older
grace_days = 0                # a gap shorter than this is no churn

[tables]
subscriptions = "billing_export.csv"
[columns.subscriptions]
customer_id = "account"       # ours = "theirs"
[bands]
employees = [10, 50, 250]     # last value of each band but the open one
[benchmarks.annual_customer_churn]  # a key figure of lifecycle_kpis.csv; printed beside it as context
small_business = [0.31, 0.58] # from, to
enterprise = [0.06, 0.1]
as_of = "2014"                # a benchmark without a date and a source is refused
source = "who says so"
```

`sample/` is a simulated company with every table (`make sample` makes it again); `raw/` is ignored by git: put your own folder there.
"""


def data_dictionary():
    """The page `data/README.md`: what a company may bring, column by column, as Markdown."""
    lines = [_INTRODUCTION, "## Tables", ""]
    for table in TABLES.values():
        need = "required" if table.required else "optional"
        lines += [f"### {table.name} ({need})", "", f"One row is {table.row_is}.", ""]
        lines += ["| column | type | needed | unit | meaning |", "|---|---|---|---|---|"]
        for column in table.columns:
            needed = "yes" if column.required else "no"
            lines.append(f"| {column.name} | {column.type} | {needed} | {column.unit} | {column.meaning} |")
        if table.attributes:
            lines.append("| … | text or number | no | | any further column is an attribute that reports can be split by |")
        lines.append("")
    lines += ["## Types", "", "| type | how it is written |", "|---|---|"]
    lines += [f"| {name} | {how} |" for name, how in TYPES.items()]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    import sys

    sys.stdout.write(data_dictionary())
