"""Small companies with leads, trials, use and answers, written row by row for counts that can be checked by hand."""

from lifecycle_utils.sources import open_snapshot

HEADERS = {
    "subscriptions": "subscription_id,customer_id,started_on,ended_on,mrr",
    "leads": "lead_id,created_on,channel,demo_requested_on,trial_started_on,trial_ended_on,card_required,customer_id",
    "marketing": "month,channel,spend,visits,social_engagements,brand_mentions",
    "usage": "customer_id,used_on,feature,events,user_id",
    "feedback": "customer_id,answered_on,survey,score",
}


def open_company(folder, month, **tables):
    """Tables as lists of CSV lines, opened as known at the end of `month`."""
    for name, lines in tables.items():
        (folder / f"{name}.csv").write_text("\n".join([HEADERS[name], *lines]) + "\n", encoding="utf-8")
    return open_snapshot(folder, month=month)
