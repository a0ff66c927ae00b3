"""POST /v1/events: live events in, one receipt for each out."""

from aws_lambda_powertools.event_handler import Response

from concierge.http import (
    PROBLEM,
    RETRY_AFTER_S,
    Handler,
    Operation,
    json_response,
    new_api,
    observed,
    parse_body,
)
from concierge.ingesting.collector import Collector
from ingest.messages import EventsRequest, EventsResponse, NothingAccepted

OPERATIONS = (
    Operation(
        "POST",
        "/v1/events",
        "Send what customers did",
        EventsRequest,
        EventsResponse,
        status=202,
        also=(207,),
        problems=(400, 422, 503),
    ),
)


def make_handler(collector: Collector) -> Handler:
    """Return the Lambda handler that serves this collector."""
    api = new_api()

    @api.post("/v1/events")
    def take_events() -> Response[str]:
        request = parse_body(api, EventsRequest)
        taken = EventsResponse.of(collector.collect(request.events))
        if taken.accepted == len(taken.results):
            return json_response(taken, 202)
        if taken.accepted:
            return json_response(taken, 207)
        return _nothing_accepted(taken, getattr(api.lambda_context, "aws_request_id", "local"))

    return observed(api.resolve)


def _nothing_accepted(taken: EventsResponse, request_id: str) -> Response[str]:
    status, code, title, detail = (
        (503, "unavailable", "The queue took no event; try again", "send the failed events again")
        if taken.failed
        else (422, "invalid_request", "No event is valid", "see the errors of each result")
    )
    problem = NothingAccepted(
        **taken.model_dump(),
        status=status,
        code=code,
        title=title,
        detail=detail,
        errors=[error for result in taken.results for error in result.errors or ()],
        request_id=request_id,
    )
    headers = {"Retry-After": str(RETRY_AFTER_S)} if status == 503 else {}
    return Response(status, PROBLEM, problem.model_dump_json(exclude_none=True), headers)
