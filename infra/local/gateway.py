"""Give the local API the error answers that template.yaml describes.

The emulator reads routes from the API's OpenAPI body but not its gateway responses, so they are put one by one.
"""

from collections.abc import Mapping
from typing import Any

from infra.local.template import Template


def put_gateway_responses(
    gateway: Any, api_id: str, stage: str, template: Template, origin: str
) -> None:
    """Put every gateway response of the template into force."""
    responses = template["Resources"]["ShopApi"]["Properties"]["GatewayResponses"]
    for kind, response in responses.items():
        headers = response["ResponseParameters"]["Headers"]
        optional = {"statusCode": response["StatusCode"]} if "StatusCode" in response else {}
        gateway.put_gateway_response(
            restApiId=api_id,
            responseType=kind,
            responseParameters={
                f"gatewayresponse.header.{name}": _resolve(value, origin)
                for name, value in headers.items()
            },
            responseTemplates=response["ResponseTemplates"],
            **optional,
        )
    # Gateway responses take effect with the next deployment of the stage.
    gateway.create_deployment(restApiId=api_id, stageName=stage)


def _resolve(value: str | Mapping[str, str], origin: str) -> str:
    """Fill in the one parameter that these headers use."""
    return value if isinstance(value, str) else value["Fn::Sub"].replace("${AllowedOrigin}", origin)
