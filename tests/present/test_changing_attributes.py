"""The warning on attributes that were written after the start."""

import pandas as pd

from lifecycle_utils import present


def row(attribute, reason, **numbers):
    known = {"explains_leaving": 0.01, "explains_tenure": 0.02, "value_of_leavers": "", "leavers": 0, "withheld": reason.startswith("tells")}
    return {"attribute": attribute, "reason": reason, **known, **numbers}


def test_each_suspicion_in_words():
    told = present.changing_attributes_notes(pd.DataFrame([
        row("industry", ""), row("end_reason", "tells who left", value_of_leavers="<b>price", leavers=57),
        row("health", "tells who left", explains_leaving=0.31),
        row("logins", "tells how long", explains_tenure=0.72), row("seats", "is bought"),
    ]))
    assert len(told.sentences) == 5
    assert told.sentences[0].startswith("end reason is left out") and "of the 57 with “<b>price” nobody" in told.sentences[0]
    assert "explains 31% of who has left" in told.sentences[1] and "72% of how long" in told.sentences[2]
    assert 'seats = "changes" under [attributes]' in told.sentences[3] and 'name = "known at start"' in told.sentences[4]
    assert "&lt;b&gt;price" in told._repr_mimebundle_()["text/html"]


def test_nothing_suspected_is_said_too():
    told = present.changing_attributes_notes(pd.DataFrame([row("industry", "")]))
    assert told.sentences == ("No attribute looks as if it was written after the start: none tells who has left, or how long somebody has been a customer.",)
