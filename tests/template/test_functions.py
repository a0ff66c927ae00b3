from dataclasses import MISSING, fields
from pathlib import Path

import pytest

from concierge import settings

FUNCTIONS = Path(__file__).parents[2] / "functions"
SETTINGS = {
    "RecommendFunction": settings.RecommendSettings,
    "SearchFunction": settings.SearchSettings,
    "AnswerFunction": settings.AnswerSettings,
    "IngestFunction": settings.IngestSettings,
    "RecordFunction": settings.RecordSettings,
    "ImporterFunction": settings.ImporterSettings,
    "TrainFunction": settings.TrainSettings,
    "CustomersFunction": settings.CustomersSettings,
    "ImproveFunction": settings.ImproveSettings,
}
# Read by libraries and not by our settings.
LIBRARIES_READ = {"LOG_LEVEL", "POWERTOOLS_SERVICE_NAME", "AWS_ENDPOINT_URL"}
NAMES = sorted(SETTINGS)


def variables(template, properties):
    shared = template["Globals"]["Function"]["Environment"]["Variables"]
    return shared | properties["Environment"]["Variables"]


def test_template_has_exactly_the_functions_that_have_settings(functions):
    assert sorted(functions) == NAMES


@pytest.mark.parametrize("name", NAMES)
def test_handler_is_a_module_in_a_folder_named_like_the_function(functions, name):
    module, attribute = functions[name]["Handler"].rsplit(".", 1)
    folder = name.removesuffix("Function").lower()
    assert (module, attribute) == (f"{folder}.main", "handler")
    assert (FUNCTIONS / folder / "main.py").is_file()


@pytest.mark.parametrize("name", NAMES)
def test_every_required_setting_is_set(template, functions, name):
    required = {
        setting.name.upper()
        for setting in fields(SETTINGS[name])
        if setting.default is MISSING and setting.default_factory is MISSING
    }
    assert required <= set(variables(template, functions[name]))


@pytest.mark.parametrize("name", NAMES)
def test_every_variable_that_is_set_is_read(template, functions, name):
    read = {setting.name.upper() for setting in fields(SETTINGS[name])}
    assert set(variables(template, functions[name])) <= read | LIBRARIES_READ


@pytest.mark.parametrize("name", NAMES)
def test_service_name_in_logs_is_the_folder(functions, name):
    service = functions[name]["Environment"]["Variables"]["POWERTOOLS_SERVICE_NAME"]
    assert service == name.removesuffix("Function").lower()


@pytest.mark.parametrize("name", NAMES)
def test_log_group_with_retention_follows_its_function(resources, functions, name):
    logs = functions[name]["LoggingConfig"]["LogGroup"]["Ref"]
    order = list(resources)
    assert order.index(logs) == order.index(name) + 1
    assert resources[logs]["Properties"]["RetentionInDays"] == {"Ref": "LogRetentionDays"}


@pytest.mark.parametrize("name", NAMES)
def test_alias_follows_a_change_in_the_layer_alone(template, resources, functions, name):
    assert template["Globals"]["Function"]["AutoPublishAlias"] == "live"
    assert functions[name]["AutoPublishAliasAllProperties"] is True
    assert resources["RuntimeLayer"]["Properties"]["PublishLambdaVersion"] is True


def test_requests_and_invocations_are_traced(template, resources):
    assert template["Globals"]["Function"]["Tracing"] == "Active"
    assert resources["ShopApi"]["Properties"]["TracingEnabled"] is True


@pytest.mark.parametrize("name", NAMES)
def test_function_with_an_api_route_answers_before_the_gateway_gives_up(functions, name):
    routes = [event for event in functions[name]["Events"].values() if event["Type"] == "Api"]
    if routes:
        assert functions[name]["Timeout"] < 29  # API Gateway's own limit, in seconds
