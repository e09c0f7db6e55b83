"""Where a report comes from: enough to make it again, and to notice a file that was changed since."""

import json
import platform
from importlib.metadata import version

from lifecycle_utils import __version__
from lifecycle_utils.language import spoken
from lifecycle_utils.report.company import fingerprint

#: The packages whose version can change a number or a page.
PACKAGES = (
    "babel", "duckdb", "great-tables", "ipykernel", "matplotlib", "narwhals", "nbconvert", "nh3",
    "numpy", "pandas", "papermill", "scipy", "seaborn",
)  # fmt: skip

RUN_FILE = "run.json"


def run_record(company, notebooks, outcomes, parameters, folder, *, made_from, stamp):
    """Everything about a run, as JSON values; only `run` differs between two runs on the same input.

    Parameters
    ----------
    folder : the finished report, whose files are hashed
    made_from : dict of notebook name to the hash of all that its results depend on (see resume)
    stamp : dict that is put under "run": when it ran and how long it took
    """
    by_name = {one.name: one for one in outcomes}
    return {
        "month": company.month,
        "language": spoken(),
        "company": company.name,
        "data": company.data,
        "data_sha256": company.data_sha256,
        "lifecycle_utils": __version__,
        **({"shared": {"fewest_customers": company.shared_k}} if company.shared_k else {}),
        "settings": company.settings_dict(),
        "inputs": list(company.told_inputs),
        "problems": [problem.as_dict() for problem in company.problems],
        "notebooks": [_about(notebook, by_name[notebook.name], parameters[notebook.name], made_from) for notebook in notebooks],
        "versions": {"python": platform.python_version()} | {name: version(name) for name in PACKAGES},
        "outputs": [{"file": path.relative_to(folder).as_posix()} | fingerprint(path) for path in sorted(folder.rglob("*")) if path.is_file()],
        "run": stamp,
    }


def _about(notebook, outcome, parameters, made_from):
    about = {
        "name": notebook.name,
        "file": notebook.path.name,
        "title": notebook.title,
        "sha256": notebook.sha256,
        "made_from": made_from.get(notebook.name),
        "status": outcome.status,
        "parameters": parameters,
        "figures": outcome.figures,
        "tables": [table["name"] for table in outcome.tables],
        "findings": [finding["key"] for finding in outcome.findings],
    }
    if outcome.missing:
        about["missing_tables"] = list(outcome.missing)
    if outcome.failure:
        about["failure"] = str(outcome.failure)
    if outcome.messages:
        about["messages"] = outcome.messages
    return about


def as_json(value):
    """JSON as it is written everywhere in a report: readable, in one order, and never NaN, which is not JSON."""
    return json.dumps(value, indent=2, ensure_ascii=False, allow_nan=False) + "\n"
