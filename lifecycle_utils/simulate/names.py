"""Names of companies: plausible, unique, none of them real on purpose; and a few that are valid but hostile to careless software."""

import numpy as np

_FIRST = (
    "Alder Amber Anchor Arbor Ashford Atlas Aurora Baxter Beacon Birch Blackwood Bluebird Bridgeton Bristow Calder Canyon Cedar Chester "
    "Clearwater Cobalt Copper Coral Crescent Dalton Delta Driftwood Eastgate Echo Elmwood Ember Evergreen Fairview Falcon Fernhill Fjord "
    "Foxglove Garnet Glacier Granite Greenfield Halcyon Harbor Hawthorn Hazel Heron Highland Horizon Indigo Ironside Ivory Jasper Juniper "
    "Kestrel Kingsley Lakeshore Lantern Larch Laurel Linden Lumen Maple Marlow Meadow Meridian Midland Milestone Nimbus Northgate Nova "
    "Oakridge Obsidian Orchard Orion Osprey Pacific Pebble Pine Pioneer Quarry Quill Raven Redstone Ridgeway Riverbend Rowan Saffron Sable "
    "Sierra Silverline Solstice Sparrow Sterling Summit Sycamore Tamarack Thistle Timber Torrent Umber Upland Verdant Vista Walnut Westbrook "
    "Whitaker Wildwood Willow Windmill Wren Yarrow Zephyr"
)
_SECOND = (
    "Analytics Associates Brothers Care Clinics Collective College Components Consulting Dental Design Devices Distribution Dynamics "
    "Education Electronics Engineering Fabrication Farms Foods Forwarding Freight Goods Group Health Holdings Home Industries Institute "
    "Labs Learning Logistics Machining Manufacturing Market Materials Media Mills Optics Outfitters Packaging Partners Plastics Precision "
    "Retail Robotics School Services Software Solutions Sports Stores Supply Systems Technologies Textiles Tools Trading Transport Works"
)
_LAST = ("", " Inc.", " Ltd", " LLC", " Co.", " GmbH")

#: Each is a real kind of trap: a missing-value word, TeX and Markdown marks, quotes, a formula, markup, wide characters, white space.
HOSTILE = (
    "NA", "Cash_$_Flow $$ & Sons", "O'Malley's Freight", "東京物流株式会社", "Ben & Ellis", "Żółta Łódź Spedycja", '"Quoted", Comma Ltd',
    "=SUM Logistics", "<b>Bold</b> Moves", "007", "null", "Very Long Name of the Northern and Southern United Freight Forwarding Association of Traders",
)


def company_names(size, generator):
    """`size` different plausible names; beyond the number of combinations they carry a number."""
    combinations = np.array([f"{a} {b}{c}" for a in _FIRST.split() for b in _SECOND.split() for c in _LAST], dtype=object)
    order = generator.permutation(max(size, len(combinations)))[:size]
    names = combinations[order % len(combinations)]
    for position in np.flatnonzero(order >= len(combinations)):
        names[position] += f" {order[position] // len(combinations) + 1}"
    return names
