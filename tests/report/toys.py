"""Toy notebooks: what the runner needs to see, and nothing that takes time to import."""

import base64
import json

import nbformat
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

PNG = base64.b64encode(
    bytes.fromhex(
        "89504e470d0a1a0a0000000d49484452000000020000000208020000"
        "00fdd49a730000001349444154789c63606060f8cfc0c0c0f01f8400"
        "1203023e4d0f3c0000000049454e44ae426082"
    )
).decode()

PARAMETERS = """
data = ""  # the company's folder
month = ""  # the month
by = "cohort_month"  # groups
horizon_months = 24  # months
rate = 0.1  # a year
pooled = False  # all together
"""


def finding(key="retention", value=0.71, sentence="71% stay.", **others):
    """Source of a cell that shows a finding as `present.Finding` does."""
    fields = {
        "key": key, "value": value, "lower": 0.69, "upper": 0.73, "n": 2481, "unit": "share",
        "definition": "Share still paying.", "sentence": sentence, "withheld": None,
    } | others  # fmt: skip
    return _show({"application/vnd.lifecycle.finding+json": fields, "text/html": "<p>finding</p>", "text/plain": sentence})


def table(name="survival", csv="group,survival\nall,0.5\n", title="Survival", cell="all"):
    """Source of a cell that shows a table as `present.Table` does; title and cell are put into its HTML as they are."""
    html = f"<table class='gt_table'><thead><tr class='gt_heading'><td>{title}</td></tr></thead><tr><td>{cell}</td></tr></table>"
    return _show({"application/vnd.lifecycle.table+json": {"name": name, "csv": csv}, "text/html": html, "text/plain": name})


def figure(alt="A curve that falls to 50%.", caption="Half stay."):
    return _show({"image/png": PNG}, {"image/png": {"alt": alt, "caption": caption, "width": 400, "height": 240}})


def _show(data, metadata=None):
    # JSON in a string literal: what is shown is data, whatever quotes it holds.
    shown = f"json.loads({json.dumps(data)!r}), metadata=json.loads({json.dumps(metadata or {})!r}), raw=True"
    return f"import IPython.display, json\nIPython.display.display({shown})"


def write_notebook(folder, file_name, *cells, title="Cohort survival", needs=("subscriptions",), parameters=PARAMETERS, **told):
    """A notebook of the kit's shape; a cell is code, or Markdown if it begins with "# " or "text:"."""
    parts = [new_markdown_cell(f"# {title}\n\nWhat happens?"), new_code_cell(parameters.strip(), metadata={"tags": ["parameters"]})]
    for cell in cells:
        is_text = cell.startswith("text:")
        parts.append(new_markdown_cell(cell.removeprefix("text:")) if is_text else new_code_cell(cell))
    for number, part in enumerate(parts):
        part["id"] = f"c{number}"
    notebook = new_notebook(cells=parts)
    notebook.metadata["lifecycle"] = {"name": file_name[3:-6], "title": title, "question": "Who stays?", "needs": list(needs)} | told
    notebook.metadata["kernelspec"] = {"name": "a_kernel_that_nobody_has", "display_name": "Other", "language": "python"}
    folder.mkdir(parents=True, exist_ok=True)
    nbformat.write(notebook, folder / file_name)
    return folder / file_name
