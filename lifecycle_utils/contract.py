"""The tables that a company brings: columns, types, units and meaning, in one place.

`sources` parses by it, `lifecycle check` checks by it, and `data/README.md` is printed from it.
"""

from dataclasses import dataclass
from types import MappingProxyType

#: How a cell's text becomes a value. Ids and text are never guessed to be numbers, dates or missing values.
TYPES = MappingProxyType(
    {
        "id": "text kept as it is: leading zeros and `1E5` stay",
        "text": "text kept as it is: `NA` is a name",
        "date": "`YYYY-MM-DD`, or a time stamp `YYYY-MM-DDTHH:MM:SS` with or without offset; "
        "an offset is converted to the company's time zone",
        "month": "`YYYY-MM`",
        "money": "a decimal number with a point, up to four decimals: `1234.50`",
        "number": "a decimal number with a point",
        "integer": "a whole number",
        "boolean": "`true` or `false` (`yes`/`no`, `1`/`0`)",
        "currency": "an ISO 4217 code such as `EUR`",
    }
)


@dataclass(frozen=True)
class Column:
    """One column of a table. `required` columns must be there and filled in every row; `nullable` ones may be empty."""

    name: str
    type: str
    meaning: str
    unit: str = ""
    required: bool = True


@dataclass(frozen=True)
class Table:
    """One table. `key` columns identify a row; `attributes` says that further columns are welcome as traits."""

    name: str
    row_is: str
    columns: tuple[Column, ...]
    key: tuple[str, ...] = ()
    attributes: bool = False
    required: bool = False

    def column(self, name):
        return next((column for column in self.columns if column.name == name), None)


def _optional(name, type, meaning, unit=""):
    return Column(name, type, meaning, unit, required=False)


SUBSCRIPTIONS = Table(
    "subscriptions",
    "a period of constant MRR",
    (
        Column("subscription_id", "id", "identifies the subscription; its periods may share it"),
        Column("customer_id", "id", "who pays"),
        Column("started_on", "date", "first day of the period"),
        _optional("ended_on", "date", "first day no longer paid (exclusive); empty while it runs"),
        Column("mrr", "money", "monthly recurring revenue of the period, without tax; 0 for a trial or a free plan", "currency per month"),
        _optional("currency", "currency", "currency of `mrr`; the company's own when empty"),
        _optional("plan", "text", "plan or product"),
        _optional("billing_interval", "text", "how often it renews: `monthly`, `quarterly`, `annual` …"),
    ),
    key=("subscription_id", "started_on"),
    attributes=True,
    required=True,
)

CUSTOMERS = Table(
    "customers",
    "a customer",
    (
        Column("customer_id", "id", "the customer of `subscriptions`"),
        _optional("name", "text", "shown in lists"),
    ),
    key=("customer_id",),
    attributes=True,
)

LEADS = Table(
    "leads",
    "a person or company that might buy",
    (
        Column("lead_id", "id", "identifies the lead"),
        Column("created_on", "date", "when the lead was first known"),
        _optional("channel", "text", "where the lead came from"),
        _optional("demo_requested_on", "date", "first demo request"),
        _optional("trial_started_on", "date", "first day of the trial"),
        _optional("trial_ended_on", "date", "first day no longer in trial (exclusive)"),
        _optional("card_required", "boolean", "whether the trial asked for a payment card"),
        _optional("customer_id", "id", "the customer that the lead became"),
    ),
    key=("lead_id",),
    attributes=True,
)

MARKETING = Table(
    "marketing",
    "a month and channel",
    (
        Column("month", "month", "calendar month"),
        Column("channel", "text", "acquisition channel, as in `leads`"),
        Column("spend", "money", "what was spent on it, in the company's currency", "currency"),
        _optional("visits", "integer", "website visits", "count"),
        _optional("social_engagements", "integer", "likes, shares, comments", "count"),
        _optional("brand_mentions", "integer", "mentions of the brand", "count"),
    ),
    key=("month", "channel"),
)

USAGE = Table(
    "usage",
    "a customer, day and feature",
    (
        Column("customer_id", "id", "the customer of `subscriptions`"),
        Column("used_on", "date", "day of use"),
        Column("feature", "text", "what was used"),
        Column("events", "integer", "how often", "count"),
        _optional("user_id", "id", "who used it, where known"),
        _optional("usage_id", "id", "the export's own row id; told when it is used twice"),
    ),
)

FEEDBACK = Table(
    "feedback",
    "one answer",
    (
        Column("customer_id", "id", "who answered"),
        Column("answered_on", "date", "when"),
        Column("survey", "text", "`nps` (0-10), `csat` (1-5), `icp` (questions, open or with a list of answers) …"),
        _optional("question", "text", "the question's text"),
        _optional("score", "number", "the answer as a number"),
        _optional("answer", "text", "the answer as text"),
    ),
)

EXCHANGE_RATES = Table(
    "exchange_rates",
    "a month and currency",
    (
        Column("month", "month", "calendar month; its rate holds at the month's end"),
        Column("currency", "currency", "the foreign currency"),
        Column("rate", "number", "what one unit of it is worth", "company currency per unit"),
    ),
    key=("month", "currency"),
)

TABLES = MappingProxyType(
    {
        table.name: table
        for table in (SUBSCRIPTIONS, CUSTOMERS, LEADS, MARKETING, USAGE, FEEDBACK, EXCHANGE_RATES)
    }
)

#: What the kit itself works out and puts beside a table's columns; an attribute of that name gets an underscore, so that neither hides the other.
OWN_COLUMNS = MappingProxyType(
    {
        "subscriptions": frozenset({"cohort_month", "goes_on"}),
        "customers": frozenset({
            "active", "average_mrr", "churned", "cohort_month", "customers", "ended_on", "entry", "group", "mrr", "profile", "ideal_traits", "rank",
            "spell", "started_on", "tenure", "top", "top_customers", "total_revenue",
        }),  # fmt: skip
        "leads": frozenset(["customers", "due_on", "first_paid_on", "fit", "good_customers", "leads", "units"]),
    }
)

#: The date that says when a row of the table became known; a Snapshot keeps the rows before its end.
KNOWN_ON = MappingProxyType(
    {
        "subscriptions": "started_on",
        "leads": "created_on",
        "marketing": "month",
        "usage": "used_on",
        "feedback": "answered_on",
        "exchange_rates": "month",
    }
)

#: Dates that may lie after the row became known: unknown yet when they lie after the snapshot.
LATER_DATES = MappingProxyType(
    {
        "subscriptions": ("ended_on",),
        "leads": ("demo_requested_on", "trial_started_on", "trial_ended_on"),
    }
)

#: Those that are exclusive ends: one on the first day after the snapshot has happened by its end, a start on that day has not.
EXCLUSIVE_ENDS = frozenset({"ended_on", "trial_ended_on"})
