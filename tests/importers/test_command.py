"""The command, and what every system's mapping has to know."""

import json

import pytest

from lifecycle_utils.cli import main
from lifecycle_utils.errors import InputError, UsageError
from lifecycle_utils.importers import SYSTEMS, import_system
from lifecycle_utils.importers.mapping import load_mapping
from tests.importers.exports import dashboard, export


def test_documented_columns_are_in_the_mappings(shared_data):
    """Every system's file is recognised by columns that somebody has documented or seen."""
    seen = json.loads((shared_data / "reference" / "export_columns.json").read_text(encoding="utf-8"))
    documented = {
        "stripe": seen["stripe_dashboard_subscriptions"]["columns_seen"], "chargebee": seen["chargebee"]["mrr_changes"] + seen["chargebee"]["mrr_monthly"],
        "chartmogul": seen["chartmogul"]["export_subscriptions"] + seen["chartmogul"]["customers_csv"] + seen["chartmogul"]["export_line_items"],
        "recurly": seen["recurly"]["subscriptions_export_confirmed"] + seen["recurly"]["fivetran_seed_columns"],
        "hubspot": list(seen["hubspot"]["contact_label_to_internal"]), "baremetrics": seen["baremetrics_import"]["columns"],
    }  # fmt: skip
    assert set(documented) == set(SYSTEMS)
    for system, names in documented.items():
        mapping = load_mapping(system)
        known = {name for file in mapping.files for group in (file.columns, file.attributes, file.dates) for variants in group.values() for name in variants}
        assert len(known & set(names)) >= 8 or system == "baremetrics" and len(known & set(names)) >= 8, system


def test_the_command(tmp_path, capsys):
    folder = dashboard(tmp_path, ["s1", "c1", "One", "Pro", "1", "usd", "month", "20", "active", "2024-01-05 09:00", "2024-01-05 09:00"])
    assert main(["import", "stripe", str(folder), "--out", str(tmp_path / "company"), "--set", "amount=total"]) == 0
    told = capsys.readouterr()
    assert "subscriptions.csv: 1 rows" in told.out and "next: lifecycle check" in told.err
    assert main(["import", "paddle", str(folder), "--out", str(tmp_path / "x")]) == 2
    assert main(["import", "stripe", str(tmp_path / "nowhere"), "--out", str(tmp_path / "x")]) == 3
    assert main(["import", "stripe", str(folder), "--out", str(tmp_path / "x"), "--set", "money=gold"]) == 2
    assert main(["import", "csv", str(folder), "--out", str(tmp_path / "x")]) == 3
    assert not (tmp_path / "x").exists()


def test_files_of_another_system_are_told_by_name(tmp_path):
    with pytest.raises(InputError, match="none of the files is one that Recurly is known to export"):
        import_system("recurly", export(tmp_path / "export", "a.csv", ["x", "y"], ["1", "2"]), tmp_path / "company")
    with pytest.raises(UsageError, match="there are: baremetrics"):
        import_system("paddle", tmp_path, tmp_path / "company")
