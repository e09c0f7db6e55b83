"""How much of the revenue hangs on how few customers?"""

from lifecycle_utils.errors import EstimateError


def concentration(largest):
    """What share of the MRR do the largest customers pay?

    Parameters
    ----------
    largest : DataFrame, one row per number of customers, as `observe.concentration` returns it

    Returns
    -------
    DataFrame, one row per number of customers
        top : how many of the largest; top_mrr, mrr : what they and all pay; currency per month
        share : top_mrr / mrr; even_share : what so many would pay if all paid alike, top / customers
        customers : of all
        effective_customers : how many equal customers would be as concentrated, 1 / sum of squared shares

        These are counts of all customers, not of a sample: they have no interval.

    Raises
    ------
    EstimateError : if columns are missing

    References
    ----------
    Effective number: the inverse of the Herfindahl-Hirschman index (Adelman 1969, Review of Economics and Statistics 51).

    Examples
    --------
    >>> import pandas as pd
    >>> largest = pd.DataFrame({"top": [1, 4], "top_mrr": [70.0, 100.0], "customers": 4, "mrr": 100.0, "squares": 4900 + 3 * 100.0})
    >>> concentration(largest)[["top", "share", "even_share", "effective_customers"]].round(2).values.tolist()
    [[1.0, 0.7, 0.25, 1.92], [4.0, 1.0, 1.0, 1.92]]
    """
    missing = [name for name in ("top", "top_mrr", "customers", "mrr", "squares") if name not in largest.columns]
    if missing:
        raise EstimateError(f"largest lacks {', '.join(missing)}; observe.concentration makes them")
    share = largest["top_mrr"] / largest["mrr"].where(largest["mrr"] > 0)
    effective = largest["mrr"] ** 2 / largest["squares"].where(largest["squares"] > 0)
    told = largest[["top", "top_mrr", "mrr"]].assign(share=share, even_share=largest["top"] / largest["customers"])
    return told.assign(customers=largest["customers"], effective_customers=effective)
