"""What `observe.revenue_kept` would count of customers who pay `start` at first and `now` later."""

import numpy as np
import pandas as pd


def kept_of(start, now, group="all"):
    start, now = np.asarray(start, float), np.asarray(now, float)
    kept, capped = np.where(now > 0, start, 0), np.minimum(start, now)
    return pd.DataFrame(
        {
            "group": [group], "customers": len(start), "kept_customers": int((now > 0).sum()), "start_mrr": start.sum(),
            "kept_start_mrr": kept.sum(), "kept_mrr": now.sum(), "capped_mrr": capped.sum(), "start_start": (start**2).sum(),
            "kept_start_start": (kept**2).sum(), "start_kept": (start * now).sum(), "kept_kept": (now**2).sum(),
            "start_capped": (start * capped).sum(), "capped_capped": (capped**2).sum(), "mature": True, "withheld": "",
        }
    )  # fmt: skip


def companies(number, customers, seed, *, stay, growth=1.0, spread=0.8, large_stay=0.0):
    """`number` simulated companies as groups: lognormal MRR, each customer stays with probability `stay` (more likely if larger than
    the median, by `large_stay`), and those who stay pay `growth` times as much on average, some more and some less."""
    chance = np.random.default_rng(seed)
    frames = []
    for name in range(number):
        start = chance.lognormal(4, spread, customers)
        probability = stay + np.where(start > np.exp(4), large_stay, -large_stay)
        stays = chance.random(customers) < probability
        changes = chance.choice([0.8, 1.0, 1.0, 1.2], customers) * growth
        frames.append(kept_of(start, np.where(stays, start * changes, 0), group=f"{name:04d}"))
    return pd.concat(frames, ignore_index=True)
