"""Bring notebooks edited in JupyterLab into the form in which they are stored: `python notebooks/tidy.py`.

Stored notebooks hold no outputs, no counters and no editor's metadata, so that a diff shows what a person changed.
Cell ids are kept: links and reviews point at them.
"""

from pathlib import Path

import nbformat

KEPT = {
    "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
    "language_info": {"name": "python"},
}


def tidied(text):
    """The text of a notebook in the form in which it is stored."""
    notebook = nbformat.reads(text, as_version=4)
    notebook.metadata = nbformat.from_dict({**KEPT, "lifecycle": notebook.metadata["lifecycle"]})
    for cell in notebook.cells:
        tags = cell.metadata.get("tags")
        cell.metadata = nbformat.from_dict({"tags": tags} if tags else {})
        if cell.cell_type == "code":
            cell.outputs, cell.execution_count = [], None
    nbformat.validate(notebook)
    return nbformat.writes(notebook, indent=1, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    for path in sorted(Path(__file__).parent.glob("**/*.ipynb")):
        path.write_text(tidied(path.read_text(encoding="utf-8")), encoding="utf-8")
