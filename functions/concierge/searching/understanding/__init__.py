"""What a query says beside the thing itself: prices, sizes, colours, brands, stock.

One entry point, kept by whoever searches:

    understander = Understander()
    understood = understander.understand("red mug under 20 euro", catalogue, ignore=(), allowed=mask)
    understood.parts       what became a filter; each has kind, text, start, end, value, expression, id
    understood.dropped     what was read and could not be one: (part, reason)
    understood.condition   all parts together as a Condition, or None: it is AND-ed with the request's
    understood.wording     what to rank by; empty where the query was only a price or a wish for stock
    understood.remaining   what is left without any part, to show

`ignore` has ids of parts (`colour:red`) or whole kinds (`colour`), `allowed` the rows that the
request's own filter lets through.
"""
