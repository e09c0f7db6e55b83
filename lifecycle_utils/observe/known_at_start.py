"""What was known of a customer when it was won? Only that can say nothing of how the story ended."""

import narwhals as nw

from lifecycle_utils.observe.fetch import fetch

#: An attribute with more values than this names customers rather than describing them.
_MOST_VALUES = 200


def acquisition_attributes(snapshot):
    """The attributes of customers that leads have too: a lead that has not bought cannot know how it will end as a customer.

    Attributes carry no dates, so nothing else in the tables can show that one was known at the start and not filled in afterwards; the company
    may say so itself, or the contrary, under `[attributes]` in lifecycle.toml.
    """
    if not snapshot.has("customers"):
        return []
    known = {*snapshot.attributes.get("leads", ()), *snapshot.settings.known_at_start} - snapshot.settings.changing
    return [name for name in snapshot.attributes["customers"] if name in known]


def describing_attributes(snapshot):
    """The attributes of customers that describe rather than name: numbers (shown in bands), and text with few values; none that is told to change."""
    table, numbers = snapshot.table("customers"), snapshot.numeric_attributes["customers"]
    names = [name for name in snapshot.attributes["customers"] if name not in snapshot.settings.changing]
    text = [name for name in names if name not in numbers]
    if not text:
        return names
    distinct = fetch(table.select(*(nw.col(name).n_unique().alias(name) for name in text))).iloc[0]
    return [name for name in names if name in numbers or distinct[name] <= _MOST_VALUES]


def first_leads(snapshot):
    """One row per customer that has been a lead, of its first lead: customer_id, channel, trial.

    `trial` is "with card", "without card", "trial" (where the page is not known) or "none" (none had begun by the snapshot).
    """
    leads = snapshot.table("leads").filter(~nw.col("customer_id").is_null())
    first = (
        leads.with_columns(first=nw.col("created_on").min().over("customer_id"))
        .filter(nw.col("created_on") == nw.col("first"))
        .with_columns(lead=nw.col("lead_id").min().over("customer_id"))
        .filter(nw.col("lead_id") == nw.col("lead"))
    )
    page = nw.when(nw.col("card_required")).then(nw.lit("with card")).otherwise(nw.lit("without card"))
    known = nw.when(nw.col("card_required").is_null()).then(nw.lit("trial")).otherwise(page)
    trial = nw.when(nw.col("trial_started_on").is_null()).then(nw.lit("none")).otherwise(known)
    return first.select("customer_id", "channel", trial=trial)
