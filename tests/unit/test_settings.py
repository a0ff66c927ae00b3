import pytest

from concierge.settings import AnswerSettings, MissingSetting, SearchSettings


def test_a_missing_variable_is_named():
    with pytest.raises(MissingSetting, match="ARTIFACTS_BUCKET"):
        SearchSettings.from_env({})


def test_a_variable_that_is_no_number_is_named():
    tables = ("CONVERSATIONS_TABLE", "FEEDBACK_TABLE", "QUESTIONS_TABLE", "PROFILES_TABLE")
    names = ("ALLOWED_ORIGIN", "ARTIFACTS_BUCKET", "ARCHIVE_STREAM", *tables)
    env = dict.fromkeys(names, "some")
    assert AnswerSettings.from_env(env | {"ANSWER_PRECISION": "0.7"}).answer_precision == 0.7
    with pytest.raises(MissingSetting, match="ANSWER_PRECISION is 'high', not float"):
        AnswerSettings.from_env(env | {"ANSWER_PRECISION": "high"})
