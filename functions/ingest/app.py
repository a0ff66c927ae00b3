"""POST /v1/events: live events in, one receipt for each out."""

import msgspec

from concierge.http import Call, Handler, Operation, Reply, json_reply, problem_reply, serve
from concierge.ingesting.collector import Collector
from ingest.messages import EventsRequest, EventsResponse, NothingAccepted

EVENTS = Operation(
    "POST",
    "/v1/events",
    "Send what customers did",
    EventsRequest,
    EventsResponse,
    status=202,
    also=(207,),
    problems=(400, 422, 503),
)
OPERATIONS = (EVENTS,)


def make_handler(collector: Collector) -> Handler:
    """Return the Lambda handler that serves this collector."""

    def take_events(call: Call) -> Reply:
        request = call.body(EventsRequest)
        taken = EventsResponse.of(collector.collect(request.events))
        if taken.accepted == len(taken.results):
            return json_reply(taken, 202)
        if taken.accepted:
            return json_reply(taken, 207)
        return problem_reply(_nothing_accepted(taken), call.request_id)

    return serve({EVENTS: take_events})


def _nothing_accepted(taken: EventsResponse) -> NothingAccepted:
    status, code, title, detail = (
        (503, "unavailable", "The queue took no event; try again", "send the failed events again")
        if taken.failed
        else (422, "invalid_request", "No event is valid", "see the errors of each result")
    )
    return NothingAccepted(
        **msgspec.structs.asdict(taken),
        type="about:blank",
        status=status,
        code=code,
        title=title,
        detail=detail,
        errors=[error for result in taken.results for error in result.errors or ()],
    )
