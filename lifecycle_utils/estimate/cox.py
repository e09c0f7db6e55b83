"""Cox's proportional hazards from counts: which attributes go with leaving sooner, each with the others held equal?"""

from dataclasses import dataclass, field

import numpy as np
import pandas as pd
from scipy.linalg import eigvalsh
from scipy.special import ndtr, ndtri

from lifecycle_utils.errors import EstimateError
from lifecycle_utils.estimate.counts import check_confidence
from lifecycle_utils.estimate.cox_kinds import Kinds
from lifecycle_utils.estimate.efron import derivatives, tied_terms
from lifecycle_utils.estimate.survival import NO_CHURN_YET
from lifecycle_utils.language import _

_ROUNDS, _ENOUGH = 40, 1e-9
#: So far apart may the logarithms of two customers' hazards come in a step, and so far at all: beyond it, no ratio is to be believed.
_STRIDE, _FAR = 20.0, 150.0
#: A likelihood that bends less than this share of what it did at no effect is flat: no customer is left to go against the ratios.
_FLAT = 1e-8


@dataclass(frozen=True)
class ProportionalHazards:
    """A fitted model: hazard(month | attributes) = baseline hazard(month) x product of hazard ratios.

    Attributes
    ----------
    ratios : DataFrame, one row per value of a text attribute and one per numeric attribute
        attribute, value ("" if numeric: per unit), customers, churned (of those in any risk set), is_reference (what the others are compared
        with), coefficient (log of the ratio), standard_error, hazard_ratio, lower, upper, p_value (Wald), withheld (why there is no ratio)
    covariance : array, shape (estimated coefficients, estimated coefficients), in the order of `ratios`
    log_likelihood, log_likelihood_of_none : Efron's partial likelihood with and without the attributes
    baseline : DataFrame with stratum, tenure_month, cumulative_hazard of a customer of every reference value, numbers at `center`
    center : dict of numeric attribute to its mean over customers
    """

    ratios: pd.DataFrame
    covariance: np.ndarray = field(repr=False)
    log_likelihood: float
    log_likelihood_of_none: float
    baseline: pd.DataFrame = field(repr=False)
    center: dict

    @classmethod
    def fit(cls, counts, attributes, *, references=None, strata=None, confidence=0.95):
        """Which values of the attributes go with leaving sooner, each with the others held equal?

        Parameters
        ----------
        counts : DataFrame, one row per (attributes, entry, tenure, churned); `customers` counts them; tenure in months (`observe.tenure_patterns`)
        attributes : list of columns; text is compared with a reference value, numbers and booleans are taken as they are
        references : dict of text attribute to the value that the others are compared with; without it the one that most who left have
        strata : column whose values each have a baseline of their own (billing intervals, which leave at different months)
        confidence : of the Wald intervals

        Raises
        ------
        EstimateError : if the counts cannot be used, `references` names no text attribute, an attribute says nothing beyond the others, or its ratio runs away

        Notes
        -----
        Efron's likelihood of the customers, not of the rows: the same coefficients, standard errors and log-likelihood as from one row a
        customer (R's ``coxph(ties = "efron")``), with late entry. lifelines' and R's frequency weights give other ones. Customers with a
        value that nobody left with are in no ratio, which is where R's coefficients go on their way to minus infinity.

        References
        ----------
        Cox (1972), JRSS B 34, 187-220; Efron (1977), JASA 72, 557-565; Therneau & Grambsch (2000), Modeling Survival Data, ch. 3.

        Examples
        --------
        Of 40 and 40 customers 20 and 10 leave in the only month.

        >>> counts = pd.DataFrame({"plan": ["Basic", "Basic", "Pro", "Pro"], "entry": 0, "tenure": 1,
        ...                        "churned": [True, False, True, False], "customers": [20, 20, 10, 30]})
        >>> ProportionalHazards.fit(counts, ["plan"]).ratios[["value", "customers", "churned", "hazard_ratio", "lower", "upper"]].round(3)
           value  customers  churned  hazard_ratio  lower  upper
        0  Basic         40       20         1.000    NaN    NaN
        1    Pro         40       10         0.424  0.198  0.906
        """
        check_confidence(confidence)
        kinds = Kinds.of(counts, attributes, strata)
        terms, kinds = _terms(kinds, attributes, references or {})
        fitted = [term for term in terms if term.is_fitted]
        center = {term.attribute: term.center for term in fitted if term.is_number}
        if not fitted:
            raise EstimateError(f"{', '.join(attributes)}: no two values that somebody left with; there is nothing to compare")
        design = np.column_stack([term.column(kinds.patterns) for term in fitted])
        risk_sets = kinds.risk_sets()
        coefficients, covariance, likelihoods = _maximise(risk_sets, design, fitted)
        ratios = _ratios(terms, coefficients, np.sqrt(np.diag(covariance)), confidence)
        return cls(ratios, covariance, *likelihoods, _baseline(kinds, risk_sets, design @ coefficients), center)

    def relative_hazard(self, rows):
        """How many times as fast as a customer of the baseline do these leave?

        Array, one element per row; NaN where a ratio is withheld, or a text (values are compared as texts, as in the fit) was never seen in it.
        """
        logs = np.zeros(len(rows))
        for attribute, seen in self.ratios.groupby("attribute", sort=False):
            if attribute in self.center:
                logs += seen["coefficient"].iloc[0] * (rows[attribute].to_numpy(dtype=float) - self.center[attribute])
            else:
                logs += rows[attribute].astype(str).map(seen.set_index("value")["coefficient"]).to_numpy(dtype=float)
        return np.exp(logs)

    def survival(self, rows, *, stratum=""):
        """What share of customers like these is still there after each month? Array, shape (rows, months of the stratum's baseline).

        Raises EstimateError for a stratum that the fit has not.
        """
        hazard = self.baseline.loc[self.baseline["stratum"] == stratum, "cumulative_hazard"].to_numpy()
        if not len(hazard):
            there = ", ".join(map(repr, self.baseline["stratum"].unique().tolist()))
            raise EstimateError(f"no baseline of the stratum {stratum!r}: name one of {there}")
        return np.exp(-self.relative_hazard(rows)[:, None] * hazard)


@dataclass(frozen=True)
class _Term:
    """A row of `ratios`: a value of a text attribute, or a number, which has a center."""

    attribute: str
    value: str
    customers: int
    churned: int
    is_reference: bool = False
    withheld: str = ""
    center: float | None = None

    @property
    def is_number(self):
        return self.center is not None

    @property
    def is_fitted(self):
        return not self.is_reference and not self.withheld

    @property
    def said(self):
        return self.attribute if self.is_number else f"{self.attribute} {self.value!r}"

    def column(self, patterns):
        cells = patterns[self.attribute].to_numpy()
        return cells.astype(float) - self.center if self.is_number else (cells == self.value).astype(float)


def _terms(kinds, attributes, references):
    """The rows of `ratios`, and the kinds without those that a value with no departures takes out."""
    texts = [name for name in attributes if not pd.api.types.is_numeric_dtype(kinds.patterns[name])]
    for name in references:
        if name not in texts:
            raise EstimateError(f"references: {name!r} is no text attribute of this fit; those are {', '.join(texts) or 'none'}")
    customers, churned = kinds.per_pattern()
    terms, gone = [], np.zeros(len(kinds.patterns), dtype=bool)
    for attribute in attributes:
        cells = kinds.patterns[attribute]
        if attribute not in texts:  # booleans are numbers too
            center = np.average(cells.to_numpy(dtype=float), weights=customers)
            terms.append(_Term(attribute, "", int(customers.sum()), int(churned.sum()), center=float(center)))
            continue
        cells = cells.astype(str)
        kinds.patterns[attribute] = cells
        seen, left = (pd.Series(numbers).groupby(cells.to_numpy()).sum() for numbers in (customers, churned))
        reference = references.get(attribute, left.idxmax())
        if not left.get(reference, 0):
            raise EstimateError(f"{attribute}: nobody of {reference!r} has left, so nothing can be compared with it; name another reference")
        withheld = {value: "" if left[value] else _(NO_CHURN_YET) for value in seen.index}
        terms += [_Term(attribute, value, int(seen[value]), int(left[value]), value == reference, withheld[value]) for value in seen.index]
        gone |= cells.map(withheld).ne("").to_numpy()
    return terms, kinds.without(gone)


def _maximise(risk_sets, design, terms):
    """Newton's method from 0: coefficients, covariance, (log-likelihood, that of none)."""
    scale = design.std(axis=0)
    scale[scale == 0] = 1.0
    scaled, coefficients = design / scale, np.zeros(design.shape[1])
    likelihood, gradient, information = derivatives(risk_sets, scaled, coefficients)
    none, at_first = likelihood, information
    _refuse_idle(information, terms)
    for _round in range(_ROUNDS):
        step = np.linalg.solve(information, gradient)
        step *= min(1.0, _STRIDE / np.ptp(scaled @ step)) if np.abs(step).max() > _ENOUGH else 1.0
        away = coefficients + step
        if np.ptp(scaled @ away) > _FAR:
            break
        following = derivatives(risk_sets, scaled, away)
        while not following[0] >= likelihood - 1e-9 * abs(likelihood) and np.abs(step).max() > _ENOUGH:
            step = step / 2
            following = derivatives(risk_sets, scaled, coefficients + step)
        coefficients, (likelihood, gradient, information) = coefficients + step, following
        if eigvalsh(information, at_first)[0] < _FLAT:
            break
        if np.abs(step).max() <= _ENOUGH:
            return coefficients / scale, np.linalg.inv(information) / np.outer(scale, scale), (likelihood, none)
    farthest = terms[int(np.ptp(scaled * away, axis=0).argmax())]
    raise EstimateError(f"the ratio of {farthest.said} runs away: it tells without exception who leaves first; leave it out")


def _refuse_idle(information, terms):
    """EstimateError for the first attribute that the ones before it say already."""
    deviation = np.sqrt(np.diag(information))
    for size in range(1, len(terms) + 1):
        part = information[:size, :size] / np.outer(deviation[:size], deviation[:size]) if deviation[:size].all() else np.zeros((size, size))
        if np.linalg.matrix_rank(part, tol=1e-9, hermitian=True) < size:
            idle = terms[size - 1]
            raise EstimateError(f"{idle.said} says nothing beyond the attributes before it; leave one of them out")


def _ratios(terms, coefficients, errors, confidence):
    rows = pd.DataFrame([{"attribute": one.attribute, "value": one.value, "customers": one.customers, "churned": one.churned,
        "is_reference": one.is_reference} for one in terms])
    fitted = np.array([one.is_fitted for one in terms])
    coefficient, error = np.full((2, len(terms)), np.nan)
    coefficient[fitted], error[fitted] = coefficients, errors
    coefficient[rows["is_reference"]] = 0.0
    reach = ndtri(1 - (1 - confidence) / 2) * error
    return rows.assign(
        coefficient=coefficient, standard_error=error, hazard_ratio=np.exp(coefficient), lower=np.exp(coefficient - reach),
        upper=np.exp(coefficient + reach), p_value=2 * ndtr(-np.abs(coefficient / error)), withheld=[one.withheld for one in terms],
    )


def _baseline(kinds, risk_sets, predictor):
    """Efron's cumulative hazard of a customer whose predictor is 0, in each stratum and month in which somebody left."""
    all_, own = risk_sets.at_risk(np.exp(predictor)[:, None])
    hazard = tied_terms(all_[:, 0], own[:, 0], risk_sets.departures).c
    left = kinds.churned
    months = pd.DataFrame({"stratum": kinds.stratum[left], "tenure_month": kinds.tenure[left]}).drop_duplicates()
    months = months.sort_values(["stratum", "tenure_month"], ignore_index=True)
    cumulative = pd.Series(hazard).groupby(months["stratum"]).cumsum()
    return months.assign(stratum=[kinds.strata[number] for number in months["stratum"]], cumulative_hazard=cumulative)
