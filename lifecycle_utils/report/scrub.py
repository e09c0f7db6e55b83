"""An executed notebook as it may be shared."""

from lifecycle_utils.report.harvest import FINDING, IMAGES, TABLE

#: Outputs that are made of suppressed frames and of the kit's own words.
_SAFE_OUTPUTS = (FINDING, TABLE, *IMAGES)
_KEPT_METADATA = ("kernelspec", "language_info", "lifecycle", "papermill")


def shareable(notebook):
    """An executed notebook without what its cells printed beside findings, tables and figures. Changes and returns it.

    What a cell prints has passed no gate: a frame may be shown as it is, a warning names a folder.
    """
    for cell in notebook.cells:
        cell.metadata = type(cell.metadata)({key: value for key, value in cell.metadata.items() if key == "tags"})
        if cell.cell_type == "code":
            cell.outputs = [output for output in cell.outputs if any(kind in output.get("data", {}) for kind in _SAFE_OUTPUTS)]
    notebook.metadata = type(notebook.metadata)({key: value for key, value in notebook.metadata.items() if key in _KEPT_METADATA})
    return notebook
