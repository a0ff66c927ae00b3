"""POST /v1/recommendations, /v1/similar-items and /v1/rank; health, info and the contract."""

from pathlib import Path

from concierge import __version__
from concierge.http import Call, Handler, Operation, Reply, json_reply, serve
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

CONTRACT_FILE = Path(__file__).with_name("openapi.json")

RECOMMEND = Operation(
    "POST",
    "/v1/recommendations",
    "Recommend items for a customer or an anonymous session",
    RecommendationRequest,
    RecommendationResponse,
    problems=(400, 422, 503),
)
SIMILAR_ITEMS = Operation(
    "POST",
    "/v1/similar-items",
    "Find items that belong to the given ones",
    SimilarItemsRequest,
    RecommendationResponse,
    problems=(400, 404, 422, 503),
)
RANK = Operation(
    "POST",
    "/v1/rank",
    "Put the caller's items in the customer's order",
    RankRequest,
    RecommendationResponse,
    problems=(400, 422, 503),
)
HEALTH = Operation(
    "GET", "/v1/health", "Tell whether the service answers", None, Health, authenticated=False
)
INFO = Operation("GET", "/v1/info", "Tell what is in force", None, Info, problems=(503,))
CONTRACT = Operation("GET", "/openapi.json", "Return this contract", authenticated=False)
OPERATIONS = (RECOMMEND, SIMILAR_ITEMS, RANK, HEALTH, INFO, CONTRACT)


def make_handler(recommender: Recommender) -> Handler:
    """Return the Lambda handler that serves this recommender."""

    def recommend(call: Call) -> Reply:
        request = call.body(RecommendationRequest)
        found = recommender.recommend(request.to_asked())
        return json_reply(RecommendationResponse.of(found, explain=bool(request.explain)))

    def similar_items(call: Call) -> Reply:
        request = call.body(SimilarItemsRequest)
        found = recommender.similar(request.item_ids, request.to_asked(), strict=request.strict)
        return json_reply(RecommendationResponse.of(found, explain=bool(request.explain)))

    def rank(call: Call) -> Reply:
        request = call.body(RankRequest)
        found = recommender.rank(request.item_ids, request.to_asked())
        return json_reply(RecommendationResponse.of(found, explain=bool(request.explain)))

    def health(_: Call) -> Reply:
        return json_reply(Health(status="ok"))

    def info(_: Call) -> Reply:
        force = recommender.in_force()
        versions = Versions(
            model=force.model_id,
            catalogue=force.catalogue_id,
            behaviour=force.behaviour_id,
            configuration=force.configuration_id,
        )
        return json_reply(Info(version=__version__, versions=versions, products=force.products))

    def contract(_: Call) -> Reply:
        return Reply(text=CONTRACT_FILE.read_text(encoding="utf-8"))

    return serve(
        {
            RECOMMEND: recommend,
            SIMILAR_ITEMS: similar_items,
            RANK: rank,
            HEALTH: health,
            INFO: info,
            CONTRACT: contract,
        }
    )
