def test_tables_are_encrypted_recoverable_and_forget(of_type):
    for name, table in of_type("AWS::DynamoDB::Table").items():
        properties = table["Properties"]
        assert properties["SSESpecification"]["SSEEnabled"] is True, name
        assert (
            properties["PointInTimeRecoverySpecification"]["PointInTimeRecoveryEnabled"] is True
        ), name
        assert properties["TimeToLiveSpecification"] == {
            "AttributeName": "expires_at",
            "Enabled": True,
        }, name
        assert properties["KeySchema"] == [{"AttributeName": "pk", "KeyType": "HASH"}], name
        assert properties["BillingMode"] == "PAY_PER_REQUEST", name


def test_buckets_are_encrypted_and_private(of_type):
    for name, bucket in of_type("AWS::S3::Bucket").items():
        properties = bucket["Properties"]
        assert properties["BucketEncryption"]["ServerSideEncryptionConfiguration"], name
        assert set(properties["PublicAccessBlockConfiguration"].values()) == {True}, name


def test_buckets_answer_over_tls_only(of_type):
    policies = {
        policy["Properties"]["Bucket"]["Ref"]: policy["Properties"]["PolicyDocument"]["Statement"]
        for policy in of_type("AWS::S3::BucketPolicy").values()
    }
    assert set(policies) == set(of_type("AWS::S3::Bucket"))
    for statements in policies.values():
        assert [(s["Effect"], s["Principal"], s["Condition"]) for s in statements] == [
            ("Deny", "*", {"Bool": {"aws:SecureTransport": "false"}})
        ]


def test_unfinished_uploads_are_removed_from_every_bucket(of_type):
    for name, bucket in of_type("AWS::S3::Bucket").items():
        rules = bucket["Properties"]["LifecycleConfiguration"]["Rules"]
        assert any("AbortIncompleteMultipartUpload" in rule for rule in rules), name


def test_what_cannot_be_made_again_outlives_the_stack(resources):
    for name in (
        "ArtifactsBucket",
        "InboxBucket",
        "ArchiveBucket",
        "ProfilesTable",
        "FeedbackTable",
        "DraftsTable",
    ):
        assert resources[name]["DeletionPolicy"] == "Retain", name
        assert resources[name]["UpdateReplacePolicy"] == "Retain", name


def test_nothing_has_a_fixed_name_so_that_two_stacks_fit_in_one_account(resources):
    fixed = {
        "BucketName",
        "TableName",
        "QueueName",
        "FunctionName",
        "RoleName",
        "DeliveryStreamName",
        "LogGroupName",
    }
    for name, resource in resources.items():
        named = fixed & set(resource["Properties"])
        assert not named or resource["Type"] == "AWS::Logs::LogStream", name


def test_every_queue_is_encrypted_and_has_dead_letters(of_type):
    queues = of_type("AWS::SQS::Queue")
    dead_letters = {name for name in queues if name.endswith("DeadLetters")}
    for name, queue in queues.items():
        assert queue["Properties"]["SqsManagedSseEnabled"] is True, name
        if name not in dead_letters:
            target = queue["Properties"]["RedrivePolicy"]["deadLetterTargetArn"]["Fn::GetAtt"][0]
            assert target in dead_letters, name


def test_dead_letters_are_kept_as_long_as_sqs_can_and_watched(of_type):
    queues = of_type("AWS::SQS::Queue")
    watched = {
        alarm["Properties"]["Dimensions"][0]["Value"]["Fn::GetAtt"][0]
        for alarm in of_type("AWS::CloudWatch::Alarm").values()
    }
    dead_letters = {name for name in queues if name.endswith("DeadLetters")}
    assert dead_letters <= watched
    assert {queues[name]["Properties"]["MessageRetentionPeriod"] for name in dead_letters} == {
        14 * 86400
    }


def test_message_stays_hidden_while_its_function_may_still_run(resources, functions):
    for name, properties in functions.items():
        for event in properties["Events"].values():
            if event["Type"] == "SQS":
                queue = event["Properties"]["Queue"]["Fn::GetAtt"][0]
                assert (
                    resources[queue]["Properties"]["VisibilityTimeout"] > properties["Timeout"]
                ), name
                assert event["Properties"]["FunctionResponseTypes"] == [
                    "ReportBatchItemFailures"
                ], name
