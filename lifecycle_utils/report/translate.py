"""The prose of an executed notebook in the language of the report. Its code stays as it is."""

from lifecycle_utils.language import _


def translate(notebook):
    """Put the notebook's Markdown into the language of the report, paragraph by paragraph, in place."""
    for cell in notebook.cells:
        if cell.cell_type == "markdown":
            cell.source = in_paragraphs(cell.source, _)


def in_paragraphs(source, translated):
    """Markdown whose paragraphs have gone through `translated` one by one; the blank lines between them stay.

    >>> in_paragraphs("# Title\\n\\nText of\\ntwo lines.", str.upper)
    '# TITLE\\n\\nTEXT OF\\nTWO LINES.'
    """
    return "\n\n".join(translated(paragraph) if paragraph.strip() else paragraph for paragraph in source.split("\n\n"))
