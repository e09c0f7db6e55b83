"""Attributes called as the kit's own columns change no number: the same cells under other names give the same answers."""

import pytest

from lifecycle_utils import observe
from lifecycle_utils.contract import OWN_COLUMNS
from lifecycle_utils.sources import open_snapshot

HEADERS = {
    "subscriptions": "subscription_id,customer_id,started_on,ended_on,mrr",
    "customers": "customer_id,name",
    "leads": "lead_id,customer_id,created_on",
}


def rows(table):
    for i in range(40):
        end = "2024-03-05" if i % 3 else ""
        yield {"subscriptions": f"s{i},c{i},2023-0{i % 9 + 1}-05,{end},{i + 1}", "customers": f"c{i},n{i}", "leads": f"l{i},c{i},2023-01-0{i % 9 + 1}"}[table]


def written(folder, names):
    """A company whose tables have attributes of these names, all with the same few values in different rows."""
    folder.mkdir()
    for table, header in HEADERS.items():
        attributes = names(table)
        cells = [[f"{(i + shift) % 4}x" for shift in range(len(attributes))] for i in range(40)]
        lines = [",".join([header, *attributes]), *(",".join([row, *own]) for row, own in zip(rows(table), cells, strict=True))]
        (folder / f"{table}.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    return open_snapshot(folder, month="2024-06")


def own(table):
    return sorted(OWN_COLUMNS[table])


def plain(table):
    return [f"plain_{name}" for name in own(table)]


def answers(snapshot, back):
    """Tables of the report that look at attributes, with the attributes called as in the other company."""
    for question in (observe.traits, observe.attribute_outcomes, observe.lead_outcomes, observe.revenue, observe.lead_ages):
        frame = question(snapshot).rename(columns=back)
        if "attribute" in frame:
            frame["attribute"] = frame["attribute"].replace(back)
        columns = sorted(frame.columns)
        yield frame[columns].sort_values(columns, ignore_index=True).to_csv()
    for attribute in plain("customers"):
        there = {ours: theirs for theirs, ours in back.items()}.get(attribute, attribute)
        yield observe.tenures(snapshot, by=there).to_csv()


def test_they_are_renamed_and_told_and_change_no_number(tmp_path):
    expected, found = written(tmp_path / "plain", plain), written(tmp_path / "own", own)
    assert not [one for one in expected.problems if one.code == "column_renamed"]
    told = {one.table: one for one in found.problems if one.code == "column_renamed"}
    assert set(told) == set(HEADERS) and {one.severity for one in told.values()} == {"note"}
    assert "rank_, spell_" in told["customers"].fix
    back = {f"{name}_": f"plain_{name}" for table in HEADERS for name in own(table)}
    assert list(answers(found, back)) == list(answers(expected, {}))


@pytest.mark.parametrize("name", ["Rank", " top ", "MRR"])
def test_a_name_is_the_kits_own_however_it_is_written(tmp_path, name):
    """The engine tells no case apart, so neither may the check."""
    snapshot = written(tmp_path / "one", lambda table: [name] if table == "customers" else [])
    assert list(snapshot.attributes["customers"]) == [f"{name.strip()}_"]
    assert set(observe.traits(snapshot)["value"]) == {"0x", "1x", "2x", "3x"}
