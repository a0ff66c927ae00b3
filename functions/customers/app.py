"""GET, PATCH and DELETE /v1/customers/{customer_id}: what is kept about one customer."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote, unquote

from aws_lambda_powertools.event_handler import Response

from concierge.http import Handler, Operation, json_response, new_api, observed, parse_body
from concierge.shop import fields
from concierge.shop.customers import Customers
from customers.messages import CorrectionRequest, CustomerResponse

PATH = "/v1/customers/{customer_id}"
PARAMETERS = (
    {
        "name": "customer_id",
        "in": "path",
        "required": True,
        "schema": {"type": "string", "minLength": 1, "maxLength": fields.ID_LENGTH},
    },
)
OPERATIONS = (
    Operation(
        "GET",
        PATH,
        "Read what is kept about a customer",
        response=CustomerResponse,
        parameters=PARAMETERS,
        problems=(404, 422, 503),
    ),
    Operation(
        "PATCH",
        PATH,
        "Mute tags and items, or limit personalization",
        CorrectionRequest,
        CustomerResponse,
        parameters=PARAMETERS,
        problems=(400, 409, 422, 503),
    ),
    Operation(
        "DELETE",
        PATH,
        "Erase what is kept about a customer",
        status=204,
        parameters=PARAMETERS,
        problems=(422, 503),
    ),
)
# What a percent-encoded path may hold as it is (RFC 3986).
PATH_CHARACTERS = "/%:@!$&'()*+,;=~"


def make_handler(
    customers: Customers, now: Callable[[], datetime] = lambda: datetime.now(UTC)
) -> Handler:
    """Return the Lambda handler that serves these customers."""
    api = new_api()

    @api.get("/v1/customers/<customer_id>")
    def read(customer_id: str) -> Response[str]:
        profile = customers.read(_id(customer_id))
        return json_response(CustomerResponse.of(profile, now()))

    @api.patch("/v1/customers/<customer_id>")
    def correct(customer_id: str) -> Response[str]:
        request = parse_body(api, CorrectionRequest)
        profile = customers.correct(_id(customer_id), request.to_correction())
        return json_response(CustomerResponse.of(profile, now()))

    @api.delete("/v1/customers/<customer_id>")
    def erase(customer_id: str) -> Response[str]:
        customers.erase(_id(customer_id))
        # Empty, not absent: AWS takes both, the emulator of the local stack only this.
        return Response(204, body="")

    def resolve(event: dict[str, Any], context: Any) -> dict[str, Any]:
        # The resolver matches no emoji, which a gateway that decodes the path would hand on.
        path = quote(event["path"], safe=PATH_CHARACTERS)
        return api.resolve(event | {"path": path}, context)

    return observed(resolve)


def _id(segment: str) -> str:
    return fields.identifier({"customer_id": unquote(segment)}, "customer_id")
