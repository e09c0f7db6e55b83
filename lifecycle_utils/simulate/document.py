"""The tables of `docs/sample_company.md`, made from the truth. Print them again after a change of the truth:

    python -m lifecycle_utils.simulate.document
"""

import sys

from lifecycle_utils.simulate.classes import customer_classes, expected_hazard, lead_classes
from lifecycle_utils.simulate.truth import TRUTH, truth_table

BEGIN, END = "<!-- made by lifecycle_utils.simulate.document: begin -->", "<!-- end -->"


def document(truth=TRUTH):
    """The parameters and what follows from them, as Markdown between two marks."""
    parts = [BEGIN, "## Parameters", truth_table(truth).rstrip(), "## What follows", *_hazards(truth), *_traits(truth), *_offers(truth), END]
    return "\n\n".join(parts) + "\n"


def _hazards(truth):
    monthly, annual = expected_hazard(truth), expected_hazard(truth, interval="annual")
    rows = [("monthly", monthly, month) for month in (*range(1, 13), 18, 24, 36)] + [("annual", annual, month) for month in (12, 24, 36)]
    lines = ["| billing | subscription month | hazard | survival |", "|---|---|---|---|"]
    for interval, table, month in rows:
        row = table.iloc[month - 1]
        lines.append(f"| {interval} | {month} | {row['hazard']:.4f} | {row['survival']:.4f} |")
    said = (
        "The hazard that a count over all customers must find. Customers differ and the better ones stay, so it falls faster than the "
        "base hazard (`expected_hazard`):"
    )
    return said, "\n".join(lines)


def _traits(truth):
    shares = customer_classes(truth).groupby("traits")["share"].sum()
    lines = ["| ideal traits | share of customers | MRR | hazard |", "|---|---|---|---|"]
    for traits, share in shares.items():
        lines.append(f"| {traits} | {share:.3f} | x {truth.trait_mrr**traits:.2f} | x {truth.trait_hazard**traits:.2f} |")
    return "The ideal customer, against one without any of the traits (`customer_classes`):", "\n".join(lines)


def _offers(truth):
    leads = lead_classes(truth)
    leads["wins"] = leads["share"] * leads["conversion"]
    lines = ["| offered | share of leads | trials started | trials that pay | pay sooner or later |", "|---|---|---|---|---|"]
    for offer, part in leads.groupby("offer"):
        share, trials = part["share"].sum(), part[part["trial"]]
        started = trials["share"].sum() / share
        paying = f"{trials['wins'].sum() / trials['share'].sum():.3f}" if started else ""
        lines.append(f"| {offer} | {share:.2f} | {started:.2f} | {paying} | {part['wins'].sum() / share:.3f} |")
    said = (
        "Asking for a card brings fewer trials, more of which pay, so that both pages win about as many customers; but those who came with a "
        f"card leave {truth.card_hazard:g} times as fast (`lead_classes`):"
    )
    return said, "\n".join(lines)


if __name__ == "__main__":
    sys.stdout.write(document())
