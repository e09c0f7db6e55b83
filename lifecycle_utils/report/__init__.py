"""Running the notebooks of a month and leaving a report that a person can open (see DESIGN: what a report run leaves)."""

from pathlib import Path

#: nbconvert's and Jinja's templates, and the style sheet.
TEMPLATES = Path(__file__).parent / "templates"
