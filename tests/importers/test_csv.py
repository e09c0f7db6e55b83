"""Any other table: a mapping is proposed, printed, written, and can be edited."""

# ruff: noqa: E501 - rows of exports, one on a line

import pytest

from lifecycle_utils import sources
from lifecycle_utils.errors import InputError
from lifecycle_utils.importers import import_csv
from tests.importers.exports import checked, export


def test_csv_proposes_a_mapping(tmp_path):
    folder = export(tmp_path / "export", "billing 2024.csv", ["id", "Account ID", "Start Date", "End Date", "MRR Amount", "Plan Tier"], ["1", "a", "2024-01-01", "", "10", "Pro"])
    export(folder, "accounts.csv", ["account_id", "Company Name", "industry"], ["a", "One", "Media"])
    text = import_csv(folder, tmp_path / "company")
    assert 'subscriptions = "billing 2024.csv"' in text and 'customer_id = "Account ID"' in text and 'name = "Company Name"' in text
    assert (tmp_path / "company" / "lifecycle.toml").read_text(encoding="utf-8") == text
    assert checked(tmp_path / "company") == set()
    with pytest.raises(InputError, match="already"):
        import_csv(folder, tmp_path / "company")


def test_csv_of_a_real_company(shared_data, tmp_path):
    import_csv(shared_data / "mrr_playbook" / "subscription_periods.csv", tmp_path / "company")
    assert checked(tmp_path / "company") == set()
    assert sources.open_snapshot(tmp_path / "company", month="2019-12").has("subscriptions")


def test_what_was_proposed_can_be_edited_and_is_read_again(tmp_path):
    """Names that nobody knows are not guessed; a proposal that is wrong is corrected in the file that was written."""
    folder = export(tmp_path / "export", "subscriptions.csv", ["ref", "client", "from", "until", "mrr", "fee"], ["1", "a", "2024-01-01", "", "10", "12"])
    with pytest.raises(InputError, match="none of the files looks like subscriptions.*ref, client, from, until, mrr, fee"):
        import_csv(folder, tmp_path / "company")
    folder = export(tmp_path / "second", "subscriptions.csv", ["id", "customer", "start date", "mrr", "fee"], ["1", "a", "2024-01-01", "10", "12"])
    text = import_csv(folder, tmp_path / "company")
    assert 'mrr = "' not in text
    edited = text.replace("[columns.subscriptions]\n", '[columns.subscriptions]\nmrr = "fee"\n')
    (tmp_path / "company" / "lifecycle.toml").write_text(edited, encoding="utf-8")
    assert checked(tmp_path / "company") == set()
    company = sources.open_company(tmp_path / "company")
    assert company.connection.execute("SELECT mrr FROM subscriptions").fetchone() == (12,)
