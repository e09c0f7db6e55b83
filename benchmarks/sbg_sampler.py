"""The shifted-beta-geometric posterior by pymc-marketing's sampler: for benchmarks/bootstrap.py, in an environment that has it.

    PYTHON sbg_sampler.py ROWS.npz

ROWS has `recency` (the month in which the customer left, or the last one it was seen in) and `seen` (that last month, the same for all).
Prior: the kit's, Beta(1/2, 1/2) for the first month's churn and Beta(1/2, 1) for 1 / (1 + alpha + beta). Prints what it took and found.
"""

import json
import logging
import os
import sys
import time

import numpy as np
import pandas as pd
from pymc_extras.prior import Prior, register_tensor_transform
from pymc_marketing.clv import ShiftedBetaGeoModel


def sample(rows):
    """Draws of (churn of the first month, 1 / (1 + alpha + beta)), each of shape (chains, draws)."""
    # 1 + alpha + beta is then Pareto: what Beta(1/2, 1) of its reciprocal is
    register_tensor_transform("less_one", lambda value: value - 1)
    priors = {
        "phi": Prior("Beta", alpha=0.5, beta=0.5, dims="cohort"),
        "kappa": Prior("Pareto", alpha=0.5, m=1, dims="cohort", transform="less_one"),
    }
    model = ShiftedBetaGeoModel(model_config=priors)
    model.fit(data=rows, method="mcmc", random_seed=1, progressbar=False)
    drawn = model.idata.posterior
    return drawn["phi"].to_numpy()[..., 0], 1 / (1 + drawn["kappa"].to_numpy()[..., 0])


def summary(draws, batches=20):
    """Mean and standard deviation of the draws, each with its Monte Carlo error: from batches of draws that follow one another."""
    parts = draws.reshape(len(draws) * batches, -1)
    squares = ((parts - draws.mean()) ** 2).mean(axis=1)
    errors = (parts.mean(axis=1).std(ddof=1), squares.std(ddof=1) / (2 * draws.std()))
    mean, sd = (float(error / np.sqrt(len(parts))) for error in errors)
    return {"mean": float(draws.mean()), "sd": float(draws.std()), "error_of_mean": mean, "error_of_sd": sd}


def main():
    logging.disable(logging.WARNING)
    given = np.load(sys.argv[1])
    recency = given["recency"]
    rows = pd.DataFrame({"customer_id": np.arange(len(recency)), "recency": recency, "T": int(given["seen"]), "cohort": "all"})
    before, began = os.times(), time.monotonic()
    drawn = sample(rows)
    seconds, after = time.monotonic() - began, os.times()
    found = {name: summary(draws) for name, draws in zip(("first_churn", "polarisation"), drawn, strict=True)}
    print(json.dumps({"seconds": seconds, "cpu": sum(after[:4]) - sum(before[:4]), "draws": int(drawn[0].size), "found": found}))


if __name__ == "__main__":
    main()
