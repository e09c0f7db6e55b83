"""The key figures of the seven stages: what each is counted in, what it needs, and over how many months it looks back."""

from dataclasses import dataclass

STAGES = ("awareness", "consideration", "purchase", "activation", "adoption", "retention", "expansion")
#: Units of key figures; "currency" stands for the company's own code.
COUNT, SHARE, CURRENCY, DAYS, POINTS = "count", "share", "currency", "days", "points"


@dataclass(frozen=True)
class Kpi:
    """A key figure of a stage.

    Attributes
    ----------
    needs : names of frames, columns or surveys of `observe.StageCounts` without which it is withheld
    window_months : months that its value looks back on. Two values whose windows do not overlap are independent, and only then
        is the change between them given an interval; 0: always overlapping
    """

    stage: str
    name: str
    unit: str
    needs: tuple = ()
    window_months: int = 1


KPIS = (
    Kpi("awareness", "visits", COUNT, ("awareness", "visits")),
    Kpi("awareness", "social_engagements", COUNT, ("awareness", "social_engagements")),
    Kpi("awareness", "brand_mentions", COUNT, ("awareness", "brand_mentions")),
    Kpi("consideration", "leads", COUNT, ("leads",)),
    Kpi("consideration", "lead_generation_rate", SHARE, ("leads", "awareness", "visits")),
    Kpi("consideration", "trial_sign_ups", COUNT, ("trials",)),
    Kpi("consideration", "demo_requests", COUNT, ("leads",)),
    Kpi("purchase", "new_customers", COUNT),
    Kpi("purchase", "conversion_within_90_days", SHARE, ("lead_ages",), 12),
    Kpi("purchase", "cac", CURRENCY, ("acquisition",)),
    Kpi("purchase", "cac_12_months", CURRENCY, ("acquisition",), 12),
    Kpi("activation", "first_value_within_7_days", SHARE, ("first_value_ages",), 3),
    Kpi("activation", "first_value_within_30_days", SHARE, ("first_value_ages",), 3),
    Kpi("activation", "time_to_first_value", DAYS, ("first_value_ages",), 3),
    Kpi("activation", "feature_use", SHARE, ("features",)),
    Kpi("adoption", "stickiness", SHARE, ("active",)),
    Kpi("adoption", "csat", SHARE, ("answers", "csat")),
    Kpi("retention", "customer_churn", SHARE),
    Kpi("retention", "annual_customer_churn", SHARE, (), 12),
    Kpi("retention", "ltv", CURRENCY, (), 0),
    Kpi("retention", "nps", POINTS, ("answers", "nps")),
    Kpi("expansion", "upgrade_rate", SHARE),
    Kpi("expansion", "arpu", CURRENCY),
)


def kpi(name):
    """The key figure of a name; "cac_12_months:partner" is `cac_12_months` of one channel."""
    return next(one for one in KPIS if one.name == name.split(":")[0])
