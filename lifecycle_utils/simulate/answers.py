"""Answers to the open questions, in words. Themes lean on what is true of the customer; the words vary."""

#: The five open questions: a key, then the question.
QUESTIONS = {
    "heard": "How did you hear about us?",
    "decide": "How do you decide on a tool like ours?",
    "like": "What do you like most?",
    "pain": "Which pain do we solve for you?",
    "bought": "Why did you buy?",
}

_HEARD = {
    "organic": ["Found you on Google when searching for {need}", "Your blog post about {need} came up in a search", "Web search, then read two comparisons"],
    "paid search": ["An ad while I was looking for {need}", "Clicked a search ad", "Sponsored result, to be honest"],
    "social": ["A post on LinkedIn", "Saw a video somebody shared on social media", "LinkedIn thread about {need}"],
    "partner": ["Our implementation partner recommended you", "The consultant who runs our ERP suggested you", "Through our reseller, a partner of yours"],
    "referral": ["A friend at another company uses it", "Recommended by a former colleague", "Word of mouth, another customer told us"],
    "events": ["We met you at a trade fair", "Your talk at a conference", "At your booth in the spring"],
}
_NEEDS = ["invoice checks", "workflow automation", "operations software", "reporting for the board", "a way out of spreadsheets"]
_DECIDE = [
    "The operations lead tests two tools for two weeks, then finance signs off",
    "I decide myself, it is within my budget",
    "We ask three vendors for a demo and compare price and support",
    "Our partner makes a shortlist and we follow it",
    "Committee of IT, finance and operations; takes about two months",
    "Security review first, everything else afterwards",
    "Whatever integrates with what we have",
]
_DECIDE_IDEAL = [
    "The head of operations decides after a pilot at one depot",
    "Operations runs a pilot, then the managing director signs",
    "A pilot with real shipments, if it saves hours we buy",
]
_LIKE = [
    "Easy to set up, we were running within a day",
    "The dashboard, everybody looks at it on Monday morning",
    "Support answers quickly and knows the product",
    "Reports I can send to my boss without touching them",
    "It just works & the price is fair",
    "Exports to Excel without trouble",
]
_LIKE_ADOPTED = ["Automation saves us hours every week", "The automation rules; no more copy and paste", "Integrations with our ERP work out of the box"]
_PAIN = [
    "Too many spreadsheets, nobody knew which was the latest",
    "No overview of what is going on",
    "Reporting took two days at the end of the month",
    "Manual work that nobody wanted to do",
    "Errors from typing the same data twice",
]
_PAIN_IDEAL = [
    "Checking freight invoices by hand cost two people full time",
    "Carriers overcharged us and we found out months later",
    "Freight invoices did not match the orders, too much manual checking",
    "We could not see which shipments lose money",
]
_BOUGHT = [
    "The trial convinced us within a week",
    "Price fits a company of our size",
    "We needed it before the audit",
    "Our old tool was discontinued",
    "It was the only one that did what we need",
    "The demo answered all our questions",
]
_BOUGHT_IDEAL = [
    "The pilot paid for a whole year in three weeks",
    "It found overcharged freight invoices on the first day",
    "Our partner had it running at a similar company",
]
_LOCAL = {
    "Japan": {
        "heard": ["検索で見つけました", "取引先からの紹介です", "展示会で知りました"],
        "decide": ["まず現場で試用し、その後部長が決裁します", "価格とサポートを比較して決めます"],
        "like": ["導入が簡単で、すぐに使えました", "サポートの対応が早いところ", "自動化で作業時間が減りました"],
        "pain": ["手作業での請求書の確認に時間がかかっていました", "表計算ファイルが多すぎて管理できませんでした"],
        "bought": ["試用期間で効果を確認できたからです", "価格が手頃だったからです"],
    },
    "Poland": {
        "heard": ["Znaleźliśmy was w wyszukiwarce", "Polecił nas znajomy z innej firmy", "Partner wdrożeniowy nam was polecił"],
        "decide": ["Najpierw testujemy, potem decyduje zarząd", "Porównujemy cenę i wsparcie techniczne"],
        "like": ["Łatwe wdrożenie i szybka pomoc techniczna", "Automatyzacja oszczędza nam dużo czasu", "Przejrzyste raporty"],
        "pain": ["Ręczne sprawdzanie faktur zajmowało zbyt dużo czasu", "Za dużo arkuszy kalkulacyjnych, ciągłe błędy"],
        "bought": ["Okres próbny nas przekonał", "Dobra cena i możliwość integracji z naszym systemem"],
    },
}
_OPENINGS = ("", "", "", "Honestly: ", "I would say: ", "For our team: ", "Short answer: ")
_ENDINGS = ("", "", "", ".", ". That is about it.", ". Happy to tell more in a call.", ", as far as I remember.", ", mostly.")
_LOCAL_SHARE, _IDEAL_SHARE = 0.6, 0.7


def answer(account, number, generator):
    """The answer of an account to a question, by its position in QUESTIONS, and the question itself: (text, question)."""
    key = list(QUESTIONS)[number]
    own, theme, pick, opening, ending = generator.random(5)
    local = _LOCAL.get(account["country"])
    if local and own < _LOCAL_SHARE:
        return _one(local[key], pick), QUESTIONS[key]
    text = _one(_english(account, key, theme), pick).format(need=_one(_NEEDS, own))
    return _one(_OPENINGS, opening) + text + _one(_ENDINGS, ending), QUESTIONS[key]


def _one(choices, draw):
    return choices[int(draw * len(choices))]


def _english(account, key, theme):
    """Customers with two ideal traits or more mostly tell the story of the ideal customer; the others never do."""
    ideal = account["traits"] >= 2 and theme < _IDEAL_SHARE
    if key == "heard":
        return _HEARD[account["channel"]]
    if key == "decide":
        return _DECIDE_IDEAL if ideal else _DECIDE
    if key == "like":
        return _LIKE_ADOPTED if account["automation"] and theme < _IDEAL_SHARE else _LIKE
    if key == "pain":
        return _PAIN_IDEAL if ideal else _PAIN
    return _BOUGHT_IDEAL if ideal else _BOUGHT
