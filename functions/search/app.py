"""POST /v1/search and GET /v1/suggest."""

from aws_lambda_powertools.event_handler import Response

from concierge.http import (
    Handler,
    Operation,
    json_response,
    new_api,
    observed,
    parse_body,
    parse_query,
)
from concierge.retrieval.searcher import Searcher
from search.messages import SearchRequest, SearchResponse, SuggestRequest, SuggestResponse

OPERATIONS = (
    Operation(
        "POST",
        "/v1/search",
        "Search the catalogue by words and by meaning",
        SearchRequest,
        SearchResponse,
        problems=(400, 422, 503),
    ),
    Operation(
        "GET",
        "/v1/suggest",
        "Complete what is being typed",
        SuggestRequest,
        SuggestResponse,
        problems=(422, 503),
    ),
)


def make_handler(searcher: Searcher) -> Handler:
    """Return the Lambda handler that serves this searcher."""
    api = new_api()

    @api.post("/v1/search")
    def search() -> Response[str]:
        request = parse_body(api, SearchRequest)
        result = searcher.search(request.to_query())
        return json_response(SearchResponse.of(result, explain=request.explain))

    @api.get("/v1/suggest")
    def suggest() -> Response[str]:
        request = parse_query(api, SuggestRequest)
        return json_response(
            SuggestResponse(suggestions=searcher.suggest(request.q, request.limit))
        )

    return observed(api.resolve)
