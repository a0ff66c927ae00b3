"""POST /v1/search and GET /v1/suggest."""

from concierge.http import Call, Handler, Operation, Reply, json_reply, serve
from concierge.searching.searcher import Searcher
from search.messages import SearchRequest, SearchResponse, SuggestRequest, SuggestResponse

SEARCH = Operation(
    "POST",
    "/v1/search",
    "Search the catalogue by words and by meaning",
    SearchRequest,
    SearchResponse,
    problems=(400, 422, 503),
)
SUGGEST = Operation(
    "GET",
    "/v1/suggest",
    "Complete what is being typed",
    SuggestRequest,
    SuggestResponse,
    problems=(422, 503),
)
OPERATIONS = (SEARCH, SUGGEST)


def make_handler(searcher: Searcher) -> Handler:
    """Return the Lambda handler that serves this searcher."""

    def search(call: Call) -> Reply:
        request = call.body(SearchRequest)
        result = searcher.search(request.to_query())
        return json_reply(SearchResponse.of(result, explain=request.explain))

    def suggest(call: Call) -> Reply:
        request = call.parameters(SuggestRequest)
        return json_reply(SuggestResponse.of(searcher.suggest(request.q, request.limit)))

    return serve({SEARCH: search, SUGGEST: suggest})
