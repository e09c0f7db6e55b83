"""lifecycle.toml: every key checked, every problem told at once."""

import datetime as dt

import pytest

from lifecycle_utils.errors import InputError
from lifecycle_utils.settings import read_settings


def write(folder, text):
    (folder / "lifecycle.toml").write_text(text, encoding="utf-8")
    return folder


def test_without_a_file_the_folder_names_the_company(tmp_path):
    settings = read_settings(tmp_path)
    assert (settings.company, settings.currency, settings.grace_days) == (tmp_path.name, "USD", 0)


def test_dates_are_read_bare_or_quoted(tmp_path):
    assert read_settings(write(tmp_path, "observed_from = 2024-02-01")).observed_from == dt.date(2024, 2, 1)
    assert read_settings(write(tmp_path, 'observed_from = "2024-02-01"')).observed_from == dt.date(2024, 2, 1)


def test_every_problem_is_told_at_once_with_a_suggestion(tmp_path):
    text = 'gross_margn = 0.8\ngross_margin = 80\ntime_zone = "Mars/Base"\nobserved_from = "1/2/2024"\n'
    text += '[columns.subscription]\nmrr = "x"\n[bands]\nseats = [5, 3]\n'
    with pytest.raises(InputError) as told:
        read_settings(write(tmp_path, text))
    lines = str(told.value).splitlines()
    assert len(lines) == 6
    assert "did you mean 'gross_margin'?" in lines[0]
    assert any("80 % is 0.8" in line for line in lines)
    assert any("did you mean 'subscriptions'?" in line for line in lines)


def test_a_broken_file_is_one_sentence(tmp_path):
    with pytest.raises(InputError, match="not valid TOML"):
        read_settings(write(tmp_path, "currency = "))


def test_a_benchmark_is_dated_sourced_and_split(tmp_path):
    text = '[benchmarks.nps]\nenterprise = [30, 40]\nas_of = "2025"\nsource = "a survey"\n'
    assert read_settings(write(tmp_path, text)).benchmarks == {"nps": {"enterprise": [30, 40], "as_of": "2025", "source": "a survey"}}
    with pytest.raises(InputError) as told:
        read_settings(write(tmp_path, '[benchmarks]\nnps = 30\n[benchmarks.churn]\nenterprises = [0.05, 0.07]\n'))
    lines = str(told.value).splitlines()
    assert len(lines) == 4
    assert "[benchmarks.nps]" in lines[0] and "did you mean 'enterprise'?" in lines[1]
    assert "without a date and a source" in lines[2] and "[low, high]" in lines[3]
