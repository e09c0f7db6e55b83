"""A browser, a small company and one report, shared by the tests of reports."""

import fcntl
import functools
import os
import pickle
import shutil

import pytest

from lifecycle_utils.report.run import Options, report
from tests.report.toys import figure, finding, table, write_notebook

CHROMIUM = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


@pytest.fixture(scope="session")
def browser():
    """Chromium: the machine's own, or Playwright's. Without one the tests skip loudly, and fail in CI."""
    playwright = pytest.importorskip("playwright.sync_api", reason="NO BROWSER: playwright is not installed, no report was opened")
    installed = next(filter(None, map(shutil.which, CHROMIUM)), None)
    with playwright.sync_playwright() as running:
        try:
            opened = running.chromium.launch(executable_path=installed, args=["--no-sandbox", "--disable-gpu"])
        except playwright.Error as error:
            told = f"NO BROWSER: no report was opened ({str(error).splitlines()[0]})"
            if os.environ.get("CI") == "true":
                pytest.fail(told)
            pytest.skip(told)
        yield opened
        opened.close()


@pytest.fixture(scope="session")
def sample_report(tmp_path_factory):
    """A function of a language: the report of the sample company in it. Made once, by whichever process of the test run asks first; never changed."""
    shared = tmp_path_factory.getbasetemp()
    shared = shared.parent if "PYTEST_XDIST_WORKER" in os.environ else shared

    @functools.cache
    def made(language="en"):
        folder = shared / f"sample-{language}"
        folder.mkdir(exist_ok=True)
        kept = folder / "made.pickle"
        with open(folder / "lock", "w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if not kept.exists():
                kept.write_bytes(pickle.dumps(report(Options(out=folder / "reports", month="2026-10", language=language))))
        return pickle.loads(kept.read_bytes())

    return made


@pytest.fixture(scope="session")
def violations():
    """A function of an open page and axe's options: what axe-core finds wrong with it, in short."""
    axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="axe-core is not installed (requirements-dev.txt)").Axe()

    def find(page, **options):
        found = axe.run(page, options={"resultTypes": ["violations"]} | options).response["violations"]
        return [(one["id"], [node["html"][:200] for node in one["nodes"]]) for one in found]

    return find


@pytest.fixture
def visit(browser):
    """Open a file as a reader does who is not on the network; returns the page and everything it asked for or complained about."""
    contexts = []

    def visit(path, **context):
        opened = browser.new_context(offline=True, **context)
        contexts.append(opened)
        page, heard = opened.new_page(), []
        page.on("request", lambda request: heard.append(request.url))
        page.on("console", lambda message: heard.append(message.text))
        page.on("pageerror", lambda error: heard.append(str(error)))
        page.on("dialog", lambda dialog: heard.append(dialog.message))
        page.goto(path.as_uri())
        # The file itself, and the pictures that it carries.
        return page, [one for one in heard if one != path.as_uri() and not one.startswith("data:")]

    yield visit
    for opened in contexts:
        opened.close()


@pytest.fixture(scope="session")
def company(tmp_path_factory):
    """A company with subscriptions only, one of them without a paid day."""
    folder = tmp_path_factory.mktemp("company")
    rows = [
        "subscription_id,customer_id,started_on,ended_on,mrr",
        "1,a,2026-01-10,,10.00",
        "2,b,2026-02-10,2026-05-10,20.00",
        "3,b,2026-06-20,2026-06-20,20.00",
    ]
    (folder / "subscriptions.csv").write_text("\n".join(rows) + "\n", encoding="utf-8")
    (folder / "lifecycle.toml").write_text('company = "Tiny & <b>Co</b>"\n', encoding="utf-8")
    return folder


@pytest.fixture(scope="session")
def run(company):
    """Run the notebooks of a folder on the small company."""

    def run(folder, **options):
        return report(Options(**{"data": str(company), "month": "2026-06", "out": folder.parent / "reports", "notebooks": folder, "jobs": 2} | options))

    return run


@pytest.fixture(scope="session")
def published(tmp_path_factory, run):
    """A published report of two notebooks that ran and one that was skipped; never changed by a test."""
    folder = tmp_path_factory.mktemp("published") / "notebooks {of} mine"
    write_notebook(
        folder,
        "02_cohort_survival.ipynb",
        finding("customers", 2, "2 customers.", unit="customers", lower=None, upper=None),
        finding("retention_month_12", 0.71, "71% stay; see <b>below</b>."),
        "text:## Evidence & more\n\nIt cost $5 and **not** $10. [Value](05_lifetime_value.ipynb), [score](07_customer_scoring.ipynb)",
        figure(),
        "text:## Evidence & more",
        table(csv="group,survival\nall,0.5\n=1+1,-0.25\n", title="Survival"),
        lists=["survival"],
    )
    write_notebook(
        folder,
        "05_lifetime_value.ipynb",
        finding("ltv", None, "What a customer is worth is withheld: too few left.", lower=None, upper=None, unit="EUR", withheld="too few left"),
        "import json, os, sys\nimport lifecycle_utils\nprint(json.dumps([sys.executable, os.environ['PYTHONHASHSEED'], os.environ['MPLBACKEND'],"
        " os.getcwd(), list(set('abc')), [data, month, by, horizon_months, pooled]]))",
        title="What is a customer worth?",
    )
    write_notebook(folder, "08_growth.ipynb", "1 / 0", title="Product-led growth", needs=["subscriptions", "usage", "leads"])
    return run(folder, parameters=(("horizon_months", "36"), ("by", "plan")))
