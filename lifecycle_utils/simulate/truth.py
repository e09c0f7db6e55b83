"""What is true of the sample company: every parameter that the simulation draws from, in one frozen place.

Estimates are tested against these values, and `docs/sample_company.md` prints them. Change a copy, never this one:

>>> TRUTH.replace(hazard=(0.05,)).hazard_in(3)
0.05
"""

import dataclasses
from dataclasses import dataclass, field
from types import MappingProxyType


def _is(value, meaning):
    value = MappingProxyType(value) if isinstance(value, dict) else value
    return field(default_factory=lambda: value, metadata={"meaning": meaning})


@dataclass(frozen=True)
class Truth:
    """The parameters of a simulated company. Shares and rates are probabilities; hazards are per subscription month."""

    # Who comes
    growth: float = _is(0.02, "monthly growth of the leads that arrive")
    channels: dict = _is(
        {"organic": 0.27, "paid search": 0.22, "social": 0.16, "partner": 0.14, "referral": 0.11, "events": 0.10},
        "share of leads by channel",
    )
    industries: dict = _is(
        {"Retail": 0.21, "Logistics": 0.19, "Software": 0.18, "Healthcare": 0.16, "Manufacturing": 0.15, "Education": 0.11},
        "share of accounts by industry",
    )
    employees: tuple = _is((30.0, 1.4), "lognormal employees: median, sigma of the logarithm")
    countries: dict = _is(
        {"United States": 0.46, "United Kingdom": 0.14, "Canada": 0.10, "Germany": 0.06, "France": 0.05, "Japan": 0.07,
         "Poland": 0.06, "Australia": 0.06},
        "share by country: no influence on anything but the currency",
    )
    euro_countries: tuple = _is(("Germany", "France"), "countries whose customers pay in EUR")
    colours: dict = _is({"blue": 0.3, "green": 0.25, "red": 0.2, "black": 0.15, "orange": 0.1}, "share by brand_colour: pure noise")
    newsletter: float = _is(0.95, "share with newsletter = yes, whoever they are: shared by nearly everybody, distinguishes nobody")

    # Who is ideal: three traits, each working by itself
    ideal_industry: str = _is("Logistics", "first ideal trait: industry")
    ideal_employees: tuple = _is((51, 250), "second ideal trait: employees between these, both included")
    ideal_channel: str = _is("partner", "third ideal trait: acquisition_channel")
    trait_mrr: float = _is(1.6, "each ideal trait multiplies the MRR by this")
    trait_hazard: float = _is(0.75, "each ideal trait multiplies the hazard by this")
    trait_upgrade: float = _is(1.5, "each ideal trait multiplies the chance of a change of MRR by this")
    trait_nps: float = _is(0.9, "each ideal trait adds this to the mean of the NPS answer")

    # How they buy
    offers: dict = _is(
        {"contact": 0.30, "trial without card": 0.35, "trial with card": 0.35},
        "what a lead is offered; the two trial pages are an even random split, so that card and no card compare fairly",
    )
    trial_start: dict = _is({"trial without card": 0.42, "trial with card": 0.17}, "share of the leads offered a trial that start it")
    demo: dict = _is({"contact": 0.45, "trial without card": 0.10, "trial with card": 0.10}, "share that request a demo, by offer")
    conversion: dict = _is(
        {"trial without card": 0.25, "trial with card": 0.45, "demo": 0.30, "neither": 0.08},
        "chance that a lead ever pays: by its trial, else by a demo, else by neither",
    )
    channel_conversion: dict = _is(
        {"organic": 1.0, "paid search": 0.8, "social": 0.6, "partner": 1.4, "referral": 1.3, "events": 1.0},
        "the channel multiplies the chance to convert by this",
    )
    trial_days: int = _is(14, "length of a trial")
    pay_timing: tuple = _is((0.6, 0.2, 0.2), "of converting trials: pay on the last day, earlier, later (exponential)")
    mean_wait_days: dict = _is(
        {"to trial": 2.0, "to demo": 4.0, "after demo": 35.0, "after trial": 20.0, "neither": 30.0}, "mean waiting times, exponential"
    )
    second_trial: float = _is(0.06, "share of trials without purchase that are followed by another trial")

    # What they pay
    mrr: tuple = _is((120.0, 0.55), "lognormal MRR in USD without any trait: median, sigma of the logarithm")
    plans: dict = _is(
        {"Starter": (0, 3), "Growth": (90, 6), "Business": (250, 12), "Enterprise": (700, 30)},
        "plan: from which MRR in USD it is sold, and the users it includes (column seats)",
    )
    annual_share: float = _is(0.30, "share of customers with an annual contract")
    annual_discount: float = _is(0.15, "discount on the MRR of an annual contract")
    change: float = _is(0.012, "chance of a change of MRR at a monthly anniversary, without traits, users below the limit")
    full_change: float = _is(3.0, "accounts whose users fill the plan multiply that chance by this")
    full_share: float = _is(0.30, "share of accounts whose users fill the plan; the others use about 40 % of it")
    up_share: float = _is(0.72, "share of changes that are upgrades; an annual contract is only downgraded at a renewal")
    up_factor: tuple = _is((1.2, 1.6), "an upgrade multiplies the MRR by a number between these")
    down_factor: tuple = _is((0.6, 0.85), "a downgrade multiplies the MRR by a number between these")
    addon_share: float = _is(0.08, "share of customers that buy an add-on, a second subscription beside the first")

    # When they leave
    hazard: tuple = _is(
        (0.036, 0.042, 0.110, 0.050, 0.044, 0.040, 0.037, 0.034, 0.032, 0.030, 0.028, 0.026, 0.024, 0.022, 0.020, 0.018),
        "monthly billing: base hazard of subscription months 1, 2, 3 …; the last value holds for all later months",
    )
    renewal_hazard: tuple = _is((0.26, 0.20, 0.16), "annual billing: base hazard at renewals 12, 24, 36 …; zero in every other month")
    card_hazard: float = _is(1.5, "customers who came by a trial with card multiply the hazard by this")
    mid_month: float = _is(0.15, "monthly billing: share of ends inside the subscription month instead of at its end")
    told_ahead: float = _is(0.5, "share of ends in the subscription month now running that are already in the data")
    return_share: float = _is(0.12, "share of those who left that come back")
    return_gap_months: tuple = _is((1, 6), "months they stay away, uniform")
    return_hazard: float = _is(0.06, "flat hazard of a second spell, always monthly")
    return_trial: float = _is(0.3, "share of returners that start with a trial again")

    # What they do
    features: dict = _is(
        {"dashboard": 0.75, "reports": 0.40, "export": 0.15, "alerts": 0.20}, "chance that an active day uses the feature: noise"
    )
    adopted_features: dict = _is(
        {"automation": 0.35, "integrations": 0.40}, "share of accounts that adopt the feature: those use it on 55 % of active days, others on 4 %"
    )
    automation_conversion: tuple = _is((0.73, 1.5), "a trial without, with automation multiplies the chance to convert by this")
    feature_hazard: dict = _is({"automation": 0.70, "integrations": 0.80}, "customers that adopt it multiply the hazard by this")
    active_day: dict = _is({"trial": 0.40, "paid": 0.12}, "chance that a working day sees use; weekends 0.3 times that")
    before_churn: tuple = _is((0.6, 0.3), "use in the last but one and in the last 30 days before an end, relative to before")
    nps_mean: float = _is(7.4, "mean NPS answer without traits, before rounding and clipping; standard deviation 2")
    nps_before_churn: float = _is(-2.0, "what the last 90 days before an end add to the mean NPS answer")

    # What it costs
    cost_per_lead: dict = _is(
        {"organic": 25.0, "paid search": 190.0, "social": 90.0, "partner": 120.0, "referral": 35.0, "events": 280.0},
        "marketing spend per lead in USD",
    )
    euro: tuple = _is((1.08, 0.012), "USD per EUR: long-run level, monthly standard deviation of its autoregression")

    def replace(self, **changes):
        """A copy with other values."""
        return dataclasses.replace(self, **changes)

    def hazard_in(self, month, *, interval="monthly"):
        """The base hazard of a subscription month, before the multipliers of a customer.

        >>> TRUTH.hazard_in(3), TRUTH.hazard_in(12, interval="annual"), TRUTH.hazard_in(11, interval="annual")
        (0.11, 0.26, 0.0)
        """
        if interval == "monthly":
            return self.hazard[min(month, len(self.hazard)) - 1]
        renewal, rest = divmod(month, 12)
        return 0.0 if rest else self.renewal_hazard[min(renewal, len(self.renewal_hazard)) - 1]

    def plain(self, **changes):
        """The same company where nobody differs: monthly billing, no trait, card or feature matters, nobody returns.

        >>> TRUTH.plain(hazard=(0.04,)).annual_share
        0.0
        """
        same = {
            **dict.fromkeys(("trait_mrr", "trait_hazard", "trait_upgrade", "card_hazard"), 1.0),
            **dict.fromkeys(("annual_share", "return_share"), 0.0),
            "feature_hazard": MappingProxyType(dict.fromkeys(self.feature_hazard, 1.0)),
        }
        return self.replace(**(same | changes))


#: The truth of the committed sample company.
TRUTH = Truth()


def truth_table(truth=TRUTH):
    """The parameters as a Markdown table, for the documentation."""
    lines = ["| parameter | value | meaning |", "|---|---|---|"]
    for item in dataclasses.fields(truth):
        lines.append(f"| `{item.name}` | {_written(getattr(truth, item.name))} | {item.metadata['meaning']} |")
    return "\n".join(lines) + "\n"


def _written(value):
    if hasattr(value, "items"):
        return ", ".join(f"{key}: {_written(inner)}" for key, inner in value.items())
    if isinstance(value, tuple):
        return "(" + ", ".join(map(_written, value)) + ")"
    return str(value)
