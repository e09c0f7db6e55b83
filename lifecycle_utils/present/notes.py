"""Sentences that stand beside the findings: read on the page, kept in the tables, no headlines."""

import html
from dataclasses import dataclass


@dataclass(frozen=True)
class Notes:
    """Sentences, one a line."""

    sentences: tuple

    def __str__(self):
        return "\n".join(self.sentences)

    def _repr_mimebundle_(self, include=None, exclude=None):
        items = "".join(f"<li>{html.escape(sentence)}</li>" for sentence in self.sentences)
        return {"text/html": f"<ul>{items}</ul>", "text/plain": str(self)}
