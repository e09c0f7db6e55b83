"""What it costs to be found, by month and channel, and what a euro is worth."""

import numpy as np
import pandas as pd

from lifecycle_utils.simulate.chance import normal, stream

#: Visits to the website per lead, social engagements per dollar, mentions of the brand per lead: channels differ in what they bring.
_VISITS = {"organic": 40, "paid search": 32, "social": 55, "partner": 9, "referral": 7, "events": 5}
_ENGAGEMENTS = {"organic": 0.05, "social": 0.45, "events": 0.04, "referral": 0.02, "partner": 0.01, "paid search": 0.01}
_MENTIONS = {"organic": 0.25, "social": 0.8, "events": 0.9, "partner": 0.3, "referral": 0.2, "paid search": 0.05}


def marketing(truth, window, leads, seed):
    """Columns of the contract's table `marketing`: every month and channel of the window."""
    generator = stream(seed, "marketing")
    share = np.array([truth.channels[channel] for channel in truth.channels]) / sum(truth.channels.values())
    growth = (1 + truth.growth) ** np.arange(len(window.months))
    arrivals = np.outer(len(leads) * growth / growth.sum(), share)
    noise = [np.exp(0.12 * normal(generator, arrivals.size)).reshape(arrivals.shape) for _ in range(4)]
    rows = []
    for m, month in enumerate(window.months):
        for c, channel in enumerate(truth.channels):
            expected, (a, b, d, e) = arrivals[m, c], (part[m, c] for part in noise)
            spend = expected * truth.cost_per_lead[channel] * a
            rows.append(
                (month, channel, round(spend, 2), round(expected * _VISITS[channel] * b), round(spend * _ENGAGEMENTS[channel] * d),
                 round(expected * _MENTIONS[channel] * e))
            )
    return pd.DataFrame(rows, columns=["month", "channel", "spend", "visits", "social_engagements", "brand_mentions"])


def exchange_rates(truth, window, seed):
    """Columns of the contract's table `exchange_rates`: the euro at each month's end, an autoregression around its level."""
    level, deviation = truth.euro
    steps, rate, rates = normal(stream(seed, "exchange rates"), len(window.months)), level, []
    for step in steps:
        rate += 0.1 * (level - rate) + deviation * step
        rates.append(round(rate, 4))
    return pd.DataFrame({"month": window.months, "currency": "EUR", "rate": rates})
