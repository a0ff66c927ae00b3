"""The routes under /v1/drafts; and a schedule, a wish or the end of an import from a bus."""

from typing import Any, Protocol

from aws_lambda_powertools import Logger

from concierge.http import Call, Handler, Operation, Reply, json_reply, path_id, serve
from concierge.improving.draft_desk import DraftDesk
from concierge.improving.improver import Improvement
from concierge.shop import fields
from improve.messages import (
    AcceptRequest,
    DraftResponse,
    DraftsRequest,
    DraftsResponse,
    ImprovementResponse,
    RejectRequest,
)

PATH = "/v1/drafts"
PARAMETERS = (path_id("draft_id"),)
LIST = Operation(
    "GET",
    PATH,
    "List what the shop could learn",
    DraftsRequest,
    DraftsResponse,
    problems=(400, 422, 503),
)
MAKE = Operation(
    "POST",
    PATH,
    "Make drafts of the open questions now",
    response=ImprovementResponse,
    problems=(503,),
)
READ = Operation(
    "GET",
    f"{PATH}/{{draft_id}}",
    "Read a draft",
    response=DraftResponse,
    parameters=PARAMETERS,
    problems=(404, 422, 503),
)
ACCEPT = Operation(
    "POST",
    f"{PATH}/{{draft_id}}/accept",
    "Have a draft imported, with or without edits",
    AcceptRequest,
    DraftResponse,
    parameters=PARAMETERS,
    problems=(400, 404, 409, 422, 503),
)
REJECT = Operation(
    "POST",
    f"{PATH}/{{draft_id}}/reject",
    "Put a draft away for good",
    RejectRequest,
    DraftResponse,
    parameters=PARAMETERS,
    problems=(400, 404, 409, 422, 503),
)
OPERATIONS = (LIST, MAKE, READ, ACCEPT, REJECT)
IMPORTED = "Import Finished"

# Without it nothing is logged: the loggers of what is called are children of this one.
logger = Logger()


class DraftMaker(Protocol):
    """Makes drafts of open questions."""

    def improve(self) -> Improvement:
        """Let drafts grow, and make new ones."""


def make_handler(improver: DraftMaker, desk: DraftDesk) -> Handler:
    """Return the Lambda handler of these drafts, for requests and for events of a bus."""
    served = serve(_routes(improver, desk))

    def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
        if "httpMethod" in event:
            return served(event, context)
        logger.append_keys(request_id=getattr(context, "aws_request_id", "local"))
        if event.get("detail-type") != IMPORTED:
            return improver.improve().to_record()
        detail = event["detail"]
        draft = desk.settle(str(detail["file"]), str(detail["report_key"]))
        return {"draft_id": draft.draft_id, "status": draft.status} if draft else {}

    return handler


def _routes(improver: DraftMaker, desk: DraftDesk) -> dict[Operation, Any]:
    def list_drafts(call: Call) -> Reply:
        request = call.parameters(DraftsRequest)
        page = desk.page(request.status, request.limit, request.next_token)
        return json_reply(DraftsResponse.of(page))

    def make(_: Call) -> Reply:
        return json_reply(ImprovementResponse.of(improver.improve()))

    def read(call: Call) -> Reply:
        return json_reply(DraftResponse.of(desk.read(_id(call))))

    def accept(call: Call) -> Reply:
        # Nothing to change needs no body.
        request = call.body(AcceptRequest) if call.text.strip() else AcceptRequest()
        return json_reply(DraftResponse.of(desk.accept(_id(call), request.to_edits())))

    def reject(call: Call) -> Reply:
        request = call.body(RejectRequest) if call.text.strip() else RejectRequest()
        return json_reply(DraftResponse.of(desk.reject(_id(call), request.reason)))

    return {LIST: list_drafts, MAKE: make, READ: read, ACCEPT: accept, REJECT: reject}


def _id(call: Call) -> str:
    return fields.identifier(call.path, "draft_id")
