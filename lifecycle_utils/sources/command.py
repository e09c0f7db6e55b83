"""What `lifecycle check` says of a company: every problem at once, the failing rows in a file, or all of it as JSON."""

import json
from pathlib import Path

from lifecycle_utils.sources.company import open_company
from lifecycle_utils.sources.quality import data_quality
from lifecycle_utils.sources.rejects import write_rejects

REJECTS = "rejects.csv"


def check(data, *, rejects, as_json, out, err):
    """Tell every problem of a company's tables.

    Parameters
    ----------
    data : the company's folder; "" for the sample company
    rejects : file for the failing rows; None for rejects.csv in the company's folder
    as_json : everything as one JSON object instead of a line for each problem
    out, err : where to write

    Returns
    -------
    the number of errors
    """
    company = open_company(data)
    errors = sum(problem.severity == "error" for problem in company.problems)
    place, lines = _write(company, Path(rejects).expanduser() if rejects else company.folder / REJECTS, err)
    if as_json:
        told = {
            "problems": [problem.as_dict() for problem in company.problems],
            "errors": errors,
            "tables": json.loads(data_quality(company).to_json(orient="records")),
            "rejects": {"file": str(place), "lines": lines} if lines else None,
        }
        out.write(json.dumps(told, indent=2, ensure_ascii=False) + "\n")
        return errors
    for problem in company.problems:
        touched = f"; touches MRR of {problem.touched}" if problem.touched else ""
        out.write(f"{problem}{touched}\n")
    err.write(f"{len(company.problems)} problems, {errors} of them errors\n" if company.problems else "no problems\n")
    if lines:
        err.write(f"{lines} failing rows are in {place}\n")
    return errors


def _write(company, place, err):
    """The rows behind the problems; a company without any gets no file, unless an older one would be wrong now."""
    telling = any(problem.severity != "note" or finding.sets_aside for problem, finding in company.findings)
    if not telling and not place.exists():
        return place, 0
    try:
        return place, write_rejects(company, place)
    except OSError as error:
        err.write(f"the failing rows could not be written to {place}: {error.strerror}; name another place with --rejects\n")
        return place, 0
