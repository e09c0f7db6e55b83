"""The alternative to adding up: gradient boosting, whose trees may combine inputs."""

from dataclasses import dataclass, field

import pandas as pd
from scipy.special import logit

from lifecycle_utils.estimate.additive_score import check_training, codes_of, input_names


@dataclass(frozen=True)
class BoostedScore:
    """Fitted gradient boosting. It lives in memory only: it is fitted again whenever it is needed, and never written to a file.

    Attributes
    ----------
    method : "boosting"
    inputs : names of the inputs, in the order of the trees' columns
    usual : dict of input to its most frequent label, against which reasons are told
    customers, customer_months, churned : what it was fitted to
    """

    method: str
    inputs: tuple
    usual: dict = field(repr=False)
    customers: int
    customer_months: int
    churned: int
    trees: object = field(repr=False)
    details: dict = field(default_factory=dict)

    def predict(self, rows):
        """The probability of leaving within the horizon: array, shape (n_rows,)."""
        with _one_thread():
            return self.trees.predict_proba(codes_of(rows, self.inputs))[:, 1]

    def contributions(self, rows):
        """How far the log odds of each row would fall if an input had its usual value instead: DataFrame, one column per input."""
        whole, moved = logit(self.predict(rows)), {}
        for name in self.inputs:
            usual = pd.Categorical([self.usual[name]] * len(rows), categories=rows[name].cat.categories)
            moved[name] = whole - logit(self.predict(rows.assign(**{name: usual})))
        return pd.DataFrame(moved, index=rows.index)


def fit_boosting(rows, *, seed=0):
    """The same question as `fit_logistic`, asked of trees: does a falling use mean more before a renewal?

    Few small trees on the values of the inputs; nothing is tuned to the test. Parameters and errors as of `fit_logistic`.

    References
    ----------
    Friedman (2001), Annals of Statistics 29, 1189-1232; scikit-learn's HistGradientBoostingClassifier.
    """
    from sklearn.ensemble import HistGradientBoostingClassifier  # half a second that only scoring pays

    churned, names = check_training(rows), input_names(rows)
    trees = HistGradientBoostingClassifier(
        learning_rate=0.05, max_iter=100, max_leaf_nodes=8, min_samples_leaf=50, l2_regularization=5.0,
        categorical_features=list(range(len(names))), early_stopping=False, random_state=seed,
    )
    with _one_thread():
        trees.fit(codes_of(rows, names), rows["churned"].to_numpy(bool))
    usual = {name: rows[name].mode().iloc[0] for name in names}
    return BoostedScore("boosting", tuple(names), usual, int(rows["customer"].nunique()), len(rows), churned, trees)


def _one_thread():
    """Trees this small are slower on many threads, above all where others use the machine too."""
    from threadpoolctl import threadpool_limits  # comes with scikit-learn

    return threadpool_limits(1, user_api="openmp")
