"""What schedulers are given is what the command takes; what is pinned is listed."""

import ast
import importlib.util
import re
import shlex
from pathlib import Path

import pytest

from lifecycle_utils import cli, errors

ROOT = Path(__file__).resolve().parents[1]


def commands():
    """Every `lifecycle …` that the files for schedulers run."""
    crontab = next(line for line in (ROOT / "deploy" / "crontab").read_text().splitlines() if line and line[0] != "#")
    minute, hour, day, month, weekday, command = crontab.split(maxsplit=5)
    assert (int(minute) < 60, int(hour) < 24, day, month, weekday) == (True, True, "2", "*", "*")
    yield command.partition(" >> ")[0]
    service = (ROOT / "deploy" / "lifecycle-report.service").read_text()
    yield re.search("^ExecStart=(.*)$", service, re.MULTILINE)[1]
    docker = (ROOT / "Dockerfile").read_text()
    yield " ".join(part for word in ("ENTRYPOINT", "CMD") for part in ast.literal_eval(re.search(f"^{word} (.*)$", docker, re.MULTILINE)[1]))
    dag = (ROOT / "deploy" / "airflow_dag.py").read_text()
    bash = next(node for node in ast.walk(ast.parse(dag)) if isinstance(node, ast.keyword) and node.arg == "bash_command").value
    yield re.sub(r"\{\{.*\}\}", "2026-10", "".join(part.value if isinstance(part, ast.Constant) else "/srv/lifecycle" for part in bash.values))


@pytest.mark.parametrize("command", list(commands()))
def test_a_scheduled_command_is_one(command):
    program, *arguments = shlex.split(command)
    assert program.endswith("lifecycle")
    options = cli._parser().parse_args(arguments)
    assert Path(options.data).is_absolute() and Path(options.out).is_absolute()


def test_every_exit_code_is_explained():
    page = (ROOT / "docs" / "scheduling.md").read_text(encoding="utf-8")
    explained = {int(code) for code in re.findall(r"^\| (\d+) \|", page, re.MULTILINE)}
    raised = {one.exit_code for one in vars(errors).values() if isinstance(one, type) and issubclass(one, errors.LifecycleError)} - {1}
    assert explained == raised | {0, 130}


def test_the_licences_of_all_that_is_pinned_are_listed():
    spec = importlib.util.spec_from_file_location("licences", ROOT / "docs" / "licences.py")
    licences = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(licences)
    page = licences.PAGE.read_text(encoding="utf-8")
    listed = dict(re.findall(r"^\| (\S+) \| ([^|]+) \|", page, re.MULTILINE))
    assert dict(licences.pinned()) == {name: version for name, version in listed.items() if name not in ("package", "---")}, "run `make licences`"
    assert "not declared" not in page


def test_every_requirement_has_a_hash():
    for path in ROOT.glob("requirements*.txt"):
        pinned = re.findall(r"^[A-Za-z0-9].*$", path.read_text(encoding="utf-8"), re.MULTILINE)
        assert pinned and not [line for line in pinned if "==" not in line or not line.endswith("\\")], path.name
