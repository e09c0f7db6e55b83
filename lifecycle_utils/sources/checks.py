"""Apply the rules: the engine counts offenders, one scan of a table for all its simple rules, and sets rows aside."""

import itertools

from lifecycle_utils.language import _
from lifecycle_utils.sources.parse import literal, quoted
from lifecycle_utils.sources.problems import Finding, Problem
from lifecycle_utils.sources.rule import NO_END
from lifecycle_utils.sources.rules import rules


def findings_of_rules(connection, tables, settings, today):
    """The rules that some row breaks.

    Parameters
    ----------
    tables : dict of table name to ReadTable, already in `connection` as `typed_<name>`

    Returns
    -------
    list of Finding
    """
    applying = list(_applying(tables, settings, today))
    broken = [rule for name in tables for rule in _broken(connection, name, [rule for rule in applying if rule.table == name and rule.where])]
    found = [_found(connection, rule, number) for number, rule in enumerate(broken)]
    for rule in (rule for rule in applying if rule.query):
        _make_left(connection, rule.table, found)
        found.append(_found(connection, rule, len(found)))
    return [one for one in found if one]


def _broken(connection, name, rules):
    """Those of the rules on single rows that a table breaks: one scan answers for all."""
    if not rules:
        return []
    flags = ", ".join(f"coalesce(bool_or({rule.where}), false)" for rule in rules)
    return list(itertools.compress(rules, connection.execute(f"SELECT {flags} FROM typed_{name}").fetchone()))


def _make_left(connection, name, found):
    """Make `left_<name>`: the rows that nothing found so far sets aside."""
    aside = "".join(f" AND _row NOT IN (SELECT _row FROM ({one.offenders}))" for one in found if one and one.sets_aside and one.table == name)
    connection.execute(f"CREATE OR REPLACE TEMP VIEW left_{name} AS SELECT * FROM typed_{name} WHERE true{aside}")


def _found(connection, rule, number):
    """The Finding of a rule, its offenders found once and kept; None if there are none."""
    rows = connection.execute(f"CREATE OR REPLACE TEMP TABLE offenders_{number} AS {rule.offenders}").fetchone()[0]
    offenders = f"SELECT _row, value FROM offenders_{number}"
    return Finding(rule.severity, rule.code, rule.table, rule.column, rule.message, rule.fix, offenders, rule.sets_aside) if rows else None


def make_test_customers(connection, tables, settings):
    """Make `test_customers` (customer_id): whom [test_accounts] names. Returns the Problems of attributes that nobody has."""
    parts, problems = ["SELECT NULL::VARCHAR AS customer_id WHERE false"], []
    for attribute, patterns in settings.test_accounts.items():
        like = " OR ".join(f"CAST({quoted(attribute)} AS VARCHAR) ILIKE {literal(_like(one))} ESCAPE '\\'" for one in patterns)
        having = [name for name in ("customers", "subscriptions") if name in tables and attribute in tables[name].columns]
        parts += [f"SELECT customer_id FROM typed_{name} WHERE {like}" for name in having]
        if not having:
            file = tables["customers"].file if "customers" in tables else "lifecycle.toml"
            problems.append(Problem("warning", "test_attribute_missing", "customers", file,
                _("has no column {attribute}").format(attribute=repr(attribute)), _("correct [test_accounts]")))
    query = " UNION ALL ".join(parts)
    connection.execute(f"CREATE OR REPLACE TEMP TABLE test_customers AS SELECT DISTINCT customer_id FROM ({query}) WHERE customer_id IS NOT NULL")
    return problems


def set_aside(connection, tables, settings, findings):
    """Make `<name>` from `typed_<name>`: without the rows that are set aside, and as the policies read the others.

    Returns
    -------
    dict of table name to {code: rows} of the rows set aside, each under the first rule that it breaks
    """
    counts = {}
    for name in tables:
        aside = [one for one in findings if one.sets_aside and one.table == name]
        queries = [f"SELECT _row, {literal(one.code)} AS code, {rank} AS rank FROM ({one.offenders})" for rank, one in enumerate(aside)]
        where = ""
        if queries:
            union = " UNION ALL ".join(queries)
            connection.execute(f"CREATE OR REPLACE TEMP TABLE aside_{name} AS SELECT _row, arg_min(code, rank) AS code FROM ({union}) GROUP BY _row")
            counts[name] = dict(connection.execute(f"SELECT code, count(*) FROM aside_{name} GROUP BY code").fetchall())
            where = f" WHERE _row NOT IN (SELECT _row FROM aside_{name})"
        source = f"(SELECT * FROM typed_{name}{where})"
        for replaced in _read_differently(name, settings, {one.code for one in findings}):
            source = f"(SELECT * REPLACE ({replaced}) FROM {source})"
        ended = " WHERE ended_on IS NULL OR ended_on > started_on" if name == "subscriptions" and settings.on_overlap == "replace" else ""
        connection.execute(f"CREATE OR REPLACE TEMP VIEW {name} AS SELECT * FROM {source}{ended}")
    return counts


def _read_differently(name, settings, codes):
    """What the policies make of cells that stay, as the text of a REPLACE."""
    if name != "subscriptions":
        return
    if "never_ends" in codes:
        yield f"CASE WHEN ended_on < {NO_END} THEN ended_on END AS ended_on"
    if "negative_mrr" in codes and settings.on_negative_mrr == "zero":
        yield "greatest(mrr, 0) AS mrr"
    if "overlapping_subscriptions" in codes and settings.on_overlap == "replace":
        yield "least(ended_on, lead(started_on) OVER (PARTITION BY customer_id ORDER BY started_on, coalesce(ended_on, DATE '9999-12-31'), _row)) AS ended_on"


def _applying(tables, settings, today):
    have = {f"{name}.{column}" for name, table in tables.items() for column in table.columns}
    for rule in rules(settings, today):
        met = all(need[1:] not in tables if need.startswith("!") else need in have for need in rule.needs)
        if rule.table in tables and met:
            yield rule


def _like(pattern):
    escaped = pattern.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    return escaped.replace("*", "%").replace("?", "_")
