def test_shop_events_reach_the_queue_as_they_were_sent(resources):
    rule = resources["ShopEventRule"]["Properties"]
    assert rule["EventBusName"] == {"Ref": "ShopBus"}
    assert rule["EventPattern"] == {"source": ["shop"], "detail-type": ["Shop Event"]}
    (target,) = rule["Targets"]
    assert target["Arn"] == {"Fn::GetAtt": ["EventsQueue", "Arn"]}
    assert target["InputPath"] == "$.detail"


def test_only_files_in_the_inbox_are_imported(resources):
    rule = resources["InboxRule"]["Properties"]
    assert rule["EventPattern"]["detail"] == {
        "bucket": {"name": [{"Ref": "InboxBucket"}]},
        "object": {"key": [{"prefix": "inbox/"}]},
    }
    notifications = resources["InboxBucket"]["Properties"]["NotificationConfiguration"]
    assert notifications == {"EventBridgeConfiguration": {"EventBridgeEnabled": True}}


def test_rules_that_cannot_deliver_leave_the_event_with_the_dead_letters(of_type):
    for name, rule in of_type("AWS::Events::Rule").items():
        for target in rule["Properties"]["Targets"]:
            assert target["DeadLetterConfig"]["Arn"]["Fn::GetAtt"][0].endswith("DeadLetters"), name


def test_imported_history_starts_training(functions):
    trigger = functions["TrainFunction"]["Events"]["HistoryImported"]["Properties"]
    assert trigger["EventBusName"] == {"Ref": "ShopBus"}
    assert trigger["Pattern"] == {
        "source": ["concierge"],
        "detail-type": ["Import Finished"],
        "detail": {"kind": ["events"], "status": ["completed"]},
    }


def test_training_that_fails_is_not_forgotten(functions):
    failed = functions["TrainFunction"]["EventInvokeConfig"]["DestinationConfig"]["OnFailure"]
    assert failed["Destination"] == {"Fn::GetAtt": ["TrainDeadLetters", "Arn"]}


def test_every_output_is_described(template):
    for name, output in template["Outputs"].items():
        assert output["Description"], name
