"""The rules of `lifecycle check` on subscriptions as a careful analyst writes them in pandas: whole columns at a time, no loop over rows."""

import pandas as pd

_TEXTS = ("subscription_id", "customer_id", "currency", "plan")
_MONEY = r"[+-]?[0-9]+(?:\.[0-9]+)?"


class Told:
    """The problems found so far, each as the kit tells it: code, column, first row, rows, first value, and the MRR touched."""

    def __init__(self, frame, first_row):
        self._frame, self._first_row, self.problems = frame, first_row, []

    def __call__(self, code, column, broken, value=None):
        rows = int(broken.sum())
        if rows:
            first = broken.idxmax()
            shown = value(self._frame.loc[first]) if value else str(self._frame.at[first, column])
            self.problems.append([code, column, int(first) + self._first_row, rows, shown, broken])

    def finished(self):
        mrr = self._frame["mrr"]
        return sorted([*one, round(float(mrr[broken].sum()), 2)] for *one, broken in self.problems)


def check(file, *, strings):
    """Every problem of the file of subscriptions.

    Parameters
    ----------
    strings : "object" or "pyarrow", how pandas keeps a text
    """
    is_csv = file.suffix == ".csv"
    frame = _read(file, strings)
    tell = Told(frame, 2 if is_csv else 1)
    for name in _TEXTS:
        plain = frame[name].str.normalize("NFC")
        stripped = plain.str.strip()
        trimmed, composed = stripped != plain, plain != frame[name]
        frame[name] = stripped
        tell("trimmed", name, trimmed)
        tell("composed", name, composed)
    if is_csv:
        _from_text(frame, tell)
    else:
        frame["started_on"], frame["ended_on"] = pd.to_datetime(frame["started_on"]), pd.to_datetime(frame["ended_on"])
        frame["mrr"] = frame["mrr"].astype(float)
    for name in ("subscription_id", "customer_id"):
        tell("empty", name, frame[name] == "")
    for name in ("started_on", "mrr"):
        tell("empty", name, frame[name].isna())
    tell("not_a_currency", "currency", ~frame["currency"].str.fullmatch("[A-Za-z]{3}"))
    tell("end_before_start", "ended_on", frame["ended_on"] < frame["started_on"], lambda row: f"{row['ended_on']:%Y-%m-%d}")
    tell("zero_length", "ended_on", frame["ended_on"] == frame["started_on"])
    tell("never_ends", "ended_on", frame["ended_on"] >= pd.Timestamp("2262-01-01"))
    tell("negative_mrr", "mrr", frame["mrr"] < 0, lambda row: f"{row['mrr']:.4f}")
    for name in ("started_on", "ended_on"):
        tell("date_implausible", name, frame[name] < pd.Timestamp("1990-01-01"))
    tell("future_start", "started_on", frame["started_on"] > pd.Timestamp.today())
    tell("currency_without_rate", "currency", frame["currency"].str.upper() != "USD")
    keys = ["subscription_id", "started_on"]
    tell("key_twice", " + ".join(keys), frame.duplicated(keys), lambda row: f"{row['subscription_id']} {row['started_on']:%Y-%m-%d}")
    tell("overlapping_subscriptions", "started_on", _overlapping(frame), lambda row: f"{row['started_on']:%Y-%m-%d}")
    return tell.finished()


def _read(file, strings):
    if strings == "pyarrow":
        if file.suffix == ".csv":
            return pd.read_csv(file, engine="pyarrow", dtype="string[pyarrow]", keep_default_na=False)
        frame = pd.read_parquet(file)
        return frame.astype(dict.fromkeys(_TEXTS, "string[pyarrow]"))
    return pd.read_csv(file, dtype=str, keep_default_na=False) if file.suffix == ".csv" else pd.read_parquet(file)


def _from_text(frame, tell):
    for name in ("started_on", "ended_on"):
        text = frame[name].str.strip()
        day = pd.to_datetime(text.where(text != ""), format="%Y-%m-%d", errors="coerce")
        wrong = (text != "") & (day.isna() | (text.str.len() != 10))
        tell("trimmed", name, text != frame[name])
        tell("not_a_date", name, wrong)
        frame[name] = day.mask(wrong)
    text = frame["mrr"].str.strip()
    wrong = (text != "") & ~text.str.fullmatch(_MONEY)
    tell("trimmed", "mrr", text != frame["mrr"])
    tell("not_a_money", "mrr", wrong)
    tell("rounded", "mrr", text.str.contains(r"\.[0-9]{4}[0-9]*[1-9]$", regex=True))
    pointed = text[text.str.contains(".", regex=False)]
    tell("decimal_unclear", "mrr", pd.Series(len(pointed) > 0 and pointed.str.fullmatch(r"[+-]?[1-9][0-9]{0,2}(?:\.[0-9]{3})+").all(), frame.index))
    frame["mrr"] = pd.to_numeric(text.mask(wrong | (text == "")), errors="coerce").astype(float)


def _overlapping(frame):
    customer = pd.Series(frame["customer_id"].factorize()[0], frame.index)  # numbers sort and group faster than texts
    end = frame["ended_on"].fillna(pd.Timestamp("2262-01-01"))
    line = pd.DataFrame({"customer": customer, "start": frame["started_on"], "end": end}).sort_values(["customer", "start", "end"], kind="stable")
    earlier = line.groupby("customer", sort=False)["end"].cummax().groupby(line["customer"], sort=False).shift()
    return (line["start"] < earlier).reindex(frame.index)
