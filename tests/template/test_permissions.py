import pytest

NAMES = sorted(
    f"{name}Function"
    for name in (
        "Recommend",
        "Search",
        "Answer",
        "Ingest",
        "Record",
        "Importer",
        "Train",
        "Customers",
        "Improve",
    )
)


def statements(properties):
    return [
        each
        for policy in properties["Policies"]
        # A policy under a condition counts as it is where the condition holds.
        for each in policy.get("Fn::If", [None, policy])[1]["Statement"]
    ]


def listed(value):
    return value if isinstance(value, list) else [value]


@pytest.mark.parametrize("name", NAMES)
def test_no_function_may_do_everything(functions, name):
    for statement in statements(functions[name]):
        assert not [action for action in listed(statement["Action"]) if "*" in action]


@pytest.mark.parametrize("name", NAMES)
def test_every_permission_names_a_resource_of_this_stack(resources, functions, name):
    for statement in statements(functions[name]):
        for resource in listed(statement["Resource"]):
            # The operator's own.
            if resource in ({"Ref": "ModelSigningKey"}, {"Ref": "FlowFunctions"}):
                continue
            if any(
                each in str(resource) for each in ("${Generator", "${Endpoint}", "${Component}")
            ):
                continue  # the operator's own too: each names one
            named = resource.get("Fn::GetAtt", [None])[0] or resource["Fn::Sub"].split(".")[
                0
            ].removeprefix("${")
            assert named in resources


@pytest.mark.parametrize("name", NAMES)
def test_objects_are_granted_under_a_prefix(functions, name):
    for statement in statements(functions[name]):
        actions = set(listed(statement["Action"]))
        if actions & {"s3:GetObject", "s3:PutObject", "s3:DeleteObject"}:
            for resource in listed(statement["Resource"]):
                assert resource["Fn::Sub"].count("/") >= 2, resource


def test_only_the_importer_and_the_trainer_change_artifacts(functions):
    writers = {
        name
        for name, properties in functions.items()
        for statement in statements(properties)
        for resource in listed(statement["Resource"])
        if "s3:PutObject" in listed(statement["Action"]) and "ArtifactsBucket" in str(resource)
    }
    assert writers == {"ImporterFunction", "TrainFunction"}


def test_each_queue_takes_messages_from_one_rule_alone(of_type):
    for policy in of_type("AWS::SQS::QueuePolicy").values():
        for statement in policy["Properties"]["PolicyDocument"]["Statement"]:
            assert statement["Principal"] == {"Service": "events.amazonaws.com"}
            assert statement["Action"] == "sqs:SendMessage"
            assert list(statement["Condition"]["ArnEquals"]) == ["aws:SourceArn"]


def test_functions_that_load_models_may_verify_them_where_a_key_is_named(functions):
    verifying = {
        name
        for name, properties in functions.items()
        for statement in statements(properties)
        if statement["Action"] == "kms:Verify"
    }
    told = {
        name
        for name, properties in functions.items()
        if "MODEL_SIGNING_KEY" in properties["Environment"]["Variables"]
    }
    loading = {"SearchFunction", "AnswerFunction", "ImporterFunction", "ImproveFunction"}
    assert verifying == told == loading
    for name in verifying:
        conditions = [p["Fn::If"] for p in functions[name]["Policies"] if "Fn::If" in p]
        (condition,) = [each for each in conditions if each[0] == "ModelsAreSigned"]
        assert condition[1]["Statement"][0]["Resource"] == {"Ref": "ModelSigningKey"}
        assert condition[2] == {"Ref": "AWS::NoValue"}


def test_only_answers_invoke_functions_of_the_shop_and_only_those_named(functions):
    invoking = {
        name: statement["Resource"]
        for name, properties in functions.items()
        for statement in statements(properties)
        if "lambda:InvokeFunction" in listed(statement["Action"])
    }
    assert invoking == {"AnswerFunction": {"Ref": "FlowFunctions"}}


def test_only_answers_ask_a_generator_and_only_the_one_that_is_set(functions):
    granted = {
        condition[0]: condition[1]["Statement"][0]["Action"]
        for policy in functions["AnswerFunction"]["Policies"]
        if (condition := policy.get("Fn::If")) and condition[2] == {"Ref": "AWS::NoValue"}
    }
    assert granted == {
        "AsksSageMaker": "sagemaker:InvokeEndpoint",
        "GeneratorHasKey": "ssm:GetParameter",
        "RunsGenerator": "s3:GetObject",
        "ModelsAreSigned": "kms:Verify",
        "FlowsInvokeFunctions": "lambda:InvokeFunction",
    }
    told = {
        name for name in functions if "GENERATOR" in functions[name]["Environment"]["Variables"]
    }
    assert told == {"AnswerFunction"}


def test_no_generator_is_set_unless_somebody_sets_one(template):
    assert template["Parameters"]["GeneratorKind"]["Default"] == ""
