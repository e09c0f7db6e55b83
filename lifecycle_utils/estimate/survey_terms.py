"""What is said often in open answers, and what do the top customers say more often than the others? Without a model, in any language."""

from collections import Counter

import numpy as np
import pandas as pd
from scipy import stats

from lifecycle_utils.errors import EstimateError
from lifecycle_utils.estimate.phrases import keyed_phrases

#: A phrase that is as frequent in the answers to other questions is how people talk, not what they say.
_LEAST_RATIO = 2.0
#: Two phrases that share so much of the answers they occur in say the same; the more frequent, or else the longer, is told.
_SAME = 0.7


def survey_terms(answers, *, min_answers=3, most=10, false_discovery_rate=0.05):
    """Which words and phrases are frequent in the answers to each question, and more frequent among the top customers?

    Parameters
    ----------
    answers : DataFrame, one row per customer and question: question, customer_id, top (bool), answer
    min_answers : a phrase is told when at least so many customers used it
    most : phrases per question, besides those that are significant
    false_discovery_rate : share of false phrases tolerated among those called significant, over all questions together

    Returns
    -------
    DataFrame, per question the most frequent phrases first: question, term, answers (customers who used it), top_answers, answered, top_answered (who
        answered the question), share_top, share_others (of those who answered), p_value (one-sided Fisher test that top customers use it more), q_value,
        significant, quote (the shortest answer with it, of a top customer where there is one)

    Notes
    -----
    A phrase is up to four words of one part of a sentence that neither begins nor ends with a word such as "the"; forms of one word (invoice,
    invoices; faktura, faktur) are one, told in the most frequent form. In Japanese a word is told by its script, in Chinese and Thai phrases are up to
    ten characters. Phrases that are nearly as frequent in the answers to the other questions are left out: they are how people talk. Of phrases
    that occur in nearly the same answers one is told. Every phrase that is left is tested, also those too rare to be told.
    """
    missing = [name for name in ("question", "customer_id", "top", "answer") if name not in answers.columns]
    if missing:
        raise EstimateError(f"answers lack {', '.join(missing)}; observe.survey_answers makes them")
    columns = ["question", "term", "answers", "top_answers", "answered", "top_answered", "share_top", "share_others", "p_value", "q_value"]
    columns += ["significant", "quote"]
    if answers.empty:
        return pd.DataFrame(columns=columns)
    counted, terms = _count(answers["answer"].astype(str))
    parts = [_of_question(question, rows, counted, terms, min_answers) for question, rows in answers.reset_index(drop=True).groupby("question", sort=True)]
    table = pd.concat(parts, ignore_index=True)
    if table.empty:
        return pd.DataFrame(columns=columns)
    table["q_value"] = stats.false_discovery_control(table["p_value"], method="bh")
    table["significant"] = table["q_value"] <= false_discovery_rate
    told = table["significant"] | (table.groupby("question").cumcount() < most)
    return table.loc[told, columns].reset_index(drop=True)


def _count(texts):
    from sklearn.feature_extraction.text import CountVectorizer  # half a second that only surveys pay

    keyed = [keyed_phrases(text) for text in texts]
    vectoriser = CountVectorizer(analyzer=list, binary=True, min_df=2 if len(texts) > 1 else 1)
    try:
        counted = vectoriser.fit_transform(keyed)
    except ValueError:  # no phrase occurs twice
        return None, np.array([], dtype=object)
    forms = {}
    for found in keyed:
        for key, phrase in found.items():
            forms.setdefault(key, Counter())[phrase] += 1
    usual = [min(forms[key], key=lambda form, key=key: (-forms[key][form], form)) for key in vectoriser.get_feature_names_out()]
    return counted.tocsc(), np.array(usual, dtype=object)


def _of_question(question, rows, counted, terms, min_answers):
    if counted is None:
        return pd.DataFrame()
    here = np.zeros(counted.shape[0], dtype=bool)
    here[rows.index] = True
    top = np.zeros(counted.shape[0], dtype=bool)
    top[rows.index[rows["top"].to_numpy(bool)]] = True
    own, of_top = np.asarray(counted[here].sum(axis=0)).ravel(), np.asarray(counted[top].sum(axis=0)).ravel()
    elsewhere = np.asarray(counted[~here].sum(axis=0)).ravel()
    ratio = own / here.sum() / np.maximum(elsewhere / max((~here).sum(), 1), 1e-12)
    kept = np.flatnonzero((own >= min_answers) & (ratio >= _LEAST_RATIO))
    kept = _different(kept, own, terms, counted[here])
    answered, top_answered = len(rows), int(top.sum())
    frame = pd.DataFrame({"question": question, "term": terms[kept], "answers": own[kept].astype("int64"), "top_answers": of_top[kept].astype("int64")})
    frame = frame.assign(answered=answered, top_answered=top_answered)
    with np.errstate(invalid="ignore", divide="ignore"):
        frame["share_top"] = frame["top_answers"] / top_answered if top_answered else np.nan
        others = answered - top_answered
        frame["share_others"] = (frame["answers"] - frame["top_answers"]) / others if others else np.nan
    frame["p_value"] = stats.hypergeom.sf(frame["top_answers"] - 1, answered, top_answered, frame["answers"]) if len(frame) else []
    frame["quote"] = [_quote(counted[:, place], rows, top) for place in kept]
    return frame


def _different(candidates, own, terms, counted):
    """The most frequent first, of equal ones the longer; one that says the same as a phrase already kept is left out."""
    kept, sets = [], []
    for place in sorted(candidates, key=lambda place: (-own[place], -len(terms[place]), terms[place])):
        used = set(counted[:, [place]].nonzero()[0].tolist())
        if not any(len(used & other) >= _SAME * len(used | other) for other in sets):
            kept.append(place)
            sets.append(used)
    return np.array(kept, dtype=int)


def _quote(used, rows, top):
    """The shortest answer in which the phrase is used, of a top customer where there is one."""
    places = [place for place in used.indices if place in rows.index]
    preferred = [place for place in places if top[place]] or places
    return min((str(rows.loc[place, "answer"]) for place in preferred), key=lambda text: (len(text), text))
