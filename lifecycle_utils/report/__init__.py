"""Running the notebooks of a month and leaving a report that a person can open (see DESIGN: what a report run leaves)."""
