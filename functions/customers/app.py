"""GET, PATCH and DELETE /v1/customers/{customer_id}: what is kept about one customer."""

from collections.abc import Callable
from datetime import UTC, datetime

from concierge.http import Call, Handler, Operation, Reply, json_reply, path_id, serve
from concierge.shop import fields
from concierge.shop.customers import Customers
from customers.messages import CorrectionRequest, CustomerResponse

PATH = "/v1/customers/{customer_id}"
PARAMETERS = (path_id("customer_id"),)
READ = Operation(
    "GET",
    PATH,
    "Read what is kept about a customer",
    response=CustomerResponse,
    parameters=PARAMETERS,
    problems=(404, 422, 503),
)
CORRECT = Operation(
    "PATCH",
    PATH,
    "Mute tags and items, or limit personalization",
    CorrectionRequest,
    CustomerResponse,
    parameters=PARAMETERS,
    problems=(400, 409, 422, 503),
)
ERASE = Operation(
    "DELETE",
    PATH,
    "Erase what is kept about a customer",
    status=204,
    parameters=PARAMETERS,
    problems=(422, 503),
)
OPERATIONS = (READ, CORRECT, ERASE)


def make_handler(
    customers: Customers, now: Callable[[], datetime] = lambda: datetime.now(UTC)
) -> Handler:
    """Return the Lambda handler that serves these customers."""

    def read(call: Call) -> Reply:
        return json_reply(CustomerResponse.of(customers.read(_id(call)), now()))

    def correct(call: Call) -> Reply:
        request = call.body(CorrectionRequest)
        profile = customers.correct(_id(call), request.to_correction())
        return json_reply(CustomerResponse.of(profile, now()))

    def erase(call: Call) -> Reply:
        customers.erase(_id(call))
        return Reply(ERASE.status)

    return serve({READ: read, CORRECT: correct, ERASE: erase})


def _id(call: Call) -> str:
    return fields.identifier(call.path, "customer_id")
