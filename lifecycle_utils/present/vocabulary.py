"""The words that tables carry as keys: groups, verdicts, stages, what a score looks at. They stay English in frames and files; print says them."""

from lifecycle_utils.language import N_, _

_GROUPS = (
    N_("all"), N_("with card"), N_("without card"), N_("(any feature)"), N_("(unknown)"), N_("(empty)"), N_("last 12 months"), N_("the 12 months before"),
    N_("inside"), N_("outside"), N_("annual"), N_("monthly"), N_("quarterly"), N_("this kit"),
)  # fmt: skip
_VERDICTS = (
    N_("better"), N_("worse"), N_("no difference"), N_("higher"), N_("lower"), N_("above"), N_("below"), N_("unclear"), N_("large"), N_("moderate"),
    N_("small"),
    N_("within chance"), N_("beyond chance"), N_("news"), N_("noise"), N_("right"), N_("too timid"), N_("too extreme"), N_("too high"), N_("too low"),
    N_("peak"), N_("window"), N_("none"), N_("nobody"), N_("yes"), N_("no"), N_("year"), N_("quarter"), N_("month"),
)  # fmt: skip
_STAGES = (
    N_("Awareness"), N_("Consideration"), N_("Purchase"), N_("Activation"), N_("Adoption"), N_("Retention"), N_("Expansion"),
    N_("visits that leave a lead"), N_("in the same month"), N_("leads that start a trial"), N_("within 30 days"), N_("leads that pay"), N_("within 90 days"),
    N_("accounts that get first value"), N_("within 7 days"), N_("customers that stay"), N_("for 12 months"), N_("customers that upgrade"), N_("in a month"),
    N_("arrived"), N_("lead"), N_("trial"), N_("trial over"), N_("new"), N_("paying"), N_("expanded"), N_("contracted"), N_("returned"), N_("churned"),
    N_("trial again"),
)  # fmt: skip
_HEALTH = (N_("at risk"), N_("watch"), N_("steady"), N_("healthy"))
_MEASURES = (
    N_("still paying"), N_("converted"), N_("revenue"), N_("trial started"), N_("lead shown the page"), N_("base rate"), N_("customers"), N_("leads"),
    N_("visits"), N_("answers"), N_("opening customers"), N_("calendar months"), N_("cohorts"), N_("those who left"), N_("good customers"),
    N_("website visits"), N_("social engagements"), N_("brand mentions"),
)  # fmt: skip
#: What a score looks at, and the values that it tells apart.
_INPUTS = (
    N_("stage"), N_("MRR against before"), N_("last purchase or renewal"), N_("purchases in a year"), N_("returned after leaving"), N_("days of use in 30"),
    N_("use in 30 days against before"), N_("use in 3 months against before"), N_("features used"), N_("people using it"), N_("last NPS answer"),
    N_("last satisfaction answer"), N_("acquisition channel"), N_("days of use"), N_("use against the months before"), N_("features and people that use it"),
    N_("use of each main feature"), N_("last satisfaction (CSAT) answer"), N_("how they tried it"), N_("attributes known before the purchase"),
    N_("fixed term, first renewal ahead"), N_("fixed term, later renewal ahead"), N_("fixed term, no renewal ahead"), N_("month 1"), N_("month 2"),
    N_("month 3"), N_("months 4-6"), N_("months 7-12"), N_("year 2"), N_("year 3 or later"), N_("not a customer then"), N_("fell"), N_("same"), N_("rose"),
    N_("0-2 months ago"), N_("3-5 months ago"), N_("6-11 months ago"), N_("a year ago or more"), N_("3 or more"), N_("22 or more"), N_("5 or more"),
    N_("10 or more"), N_("too new to compare"), N_("none before, none now"), N_("stopped"), N_("fell by more than half"), N_("no answer"),
    N_("no lead known"), N_("too few to say"), N_("falling"), N_("rising"), N_("other"),
)  # fmt: skip
#: Attributes that companies usually have, and the columns of the kit that customers are grouped by; others are the company's own words.
_ATTRIBUTES = (
    N_("cohort month"), N_("billing interval"), N_("plan"), N_("currency"), N_("industry"), N_("country"), N_("employees"), N_("annual revenue"),
    N_("founded year"), N_("brand colour"), N_("newsletter"), N_("channel"), N_("segment"), N_("region"), N_("seats"), N_("company size"), N_("profile"),
)  # fmt: skip

#: Columns that are called in print as they are called in files.
COLUMNS = (
    N_("Late entrants"), N_("Customer months"), N_("Trials"), N_("Days"), N_("Converted"), N_("Conversion"), N_("Starts with card"),
    N_("Starts without card"), N_("Feature"), N_("Trial accounts"), N_("Trial share"), N_("Paying accounts"), N_("Paying share"), N_("Used share"),
    N_("Unused share"), N_("Unused"), N_("Users"), N_("Seats"), N_("Observed"), N_("Watched"), N_("Entry"), N_("Accounts"), N_("Days before"),
    N_("Trial month"), N_("Group a"), N_("Group b"), N_("Freedom"), N_("Layer"), N_("Severity"), N_("File"), N_("Row"), N_("Lead id"),
)  # fmt: skip
_TABLES = (N_("subscriptions"), N_("marketing"), N_("usage"), N_("feedback"), N_("exchange rates"))

VOCABULARY = frozenset((*_GROUPS, *_VERDICTS, *_STAGES, *_HEALTH, *_MEASURES, *_INPUTS, *_ATTRIBUTES, *_TABLES))


def said(word):
    """A word of a frame as print says it; words that are not the kit's own stay as they are.

    >>> from lifecycle_utils.language import speaking
    >>> with speaking("pl"):
    ...     print(said("all"), said("Contoso"))
    wszyscy Contoso
    """
    return _(word) if word in VOCABULARY else str(word)


def text(message, **values):
    """A message of a notebook in the language of the report, with its values: for titles that name a parameter.

    >>> text("Leads that pay within {days} days", days=90)
    'Leads that pay within 90 days'
    """
    return _(message).format(**values)
