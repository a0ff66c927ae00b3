"""POST /v1/recommendations, /v1/similar-items and /v1/rank; health, info and the contract."""

from pathlib import Path

from aws_lambda_powertools.event_handler import Response

from concierge import __version__
from concierge.http import (
    JSON,
    Handler,
    Operation,
    json_response,
    new_api,
    observed,
    parse_body,
)
from concierge.messages import Versions
from concierge.recommending.recommender import Recommender
from recommend.messages import (
    Health,
    Info,
    RankRequest,
    RecommendationRequest,
    RecommendationResponse,
    SimilarItemsRequest,
)

CONTRACT = Path(__file__).with_name("openapi.json")

OPERATIONS = (
    Operation(
        "POST",
        "/v1/recommendations",
        "Recommend items for a customer or an anonymous session",
        RecommendationRequest,
        RecommendationResponse,
        problems=(400, 422, 503),
    ),
    Operation(
        "POST",
        "/v1/similar-items",
        "Find items like the given ones",
        SimilarItemsRequest,
        RecommendationResponse,
        problems=(400, 404, 422, 503),
    ),
    Operation(
        "POST",
        "/v1/rank",
        "Put the caller's items in the customer's order",
        RankRequest,
        RecommendationResponse,
        problems=(400, 422, 503),
    ),
    Operation(
        "GET", "/v1/health", "Tell whether the service answers", None, Health, authenticated=False
    ),
    Operation("GET", "/v1/info", "Tell what is in force", None, Info),
    Operation("GET", "/openapi.json", "Return this contract", authenticated=False),
)


def make_handler(recommender: Recommender) -> Handler:
    """Return the Lambda handler that serves this recommender."""
    api = new_api()

    @api.post("/v1/recommendations")
    def recommend() -> Response[str]:
        request = parse_body(api, RecommendationRequest)
        found = recommender.recommend(request.to_asked())
        return json_response(RecommendationResponse.of(found, explain=request.explain))

    @api.post("/v1/similar-items")
    def similar_items() -> Response[str]:
        request = parse_body(api, SimilarItemsRequest)
        found = recommender.similar(request.item_ids, request.to_asked())
        return json_response(RecommendationResponse.of(found, explain=request.explain))

    @api.post("/v1/rank")
    def rank() -> Response[str]:
        request = parse_body(api, RankRequest)
        found = recommender.rank(request.item_ids, request.to_asked())
        return json_response(RecommendationResponse.of(found, explain=request.explain))

    @api.get("/v1/health")
    def health() -> Response[str]:
        return json_response(Health())

    @api.get("/v1/info")
    def info() -> Response[str]:
        force = recommender.in_force()
        versions = Versions(
            model=force.model_id, catalogue=force.catalogue_id, behaviour=force.behaviour_id
        )
        return json_response(Info(version=__version__, versions=versions, products=force.products))

    @api.get("/openapi.json")
    def contract() -> Response[str]:
        return Response(200, JSON, CONTRACT.read_text(encoding="utf-8"))

    return observed(api.resolve)
