"""Models signed and verified by a key in KMS, on their way through S3."""

import hashlib

import botocore.session
import pytest
from botocore.stub import Stubber

from concierge.adapters.artifacts_s3 import S3Artifacts
from concierge.adapters.signatures_kms import KmsSignatures
from concierge.artifacts.manifest import ModelRef, describe_folder
from concierge.artifacts.signature import SIGNATURE_FILE, Signature
from concierge.errors import BrokenArtifact, Unavailable, UnusableKey
from concierge.retrieval.encoders import Encoders

DIGEST = hashlib.sha256(b"a manifest").digest()


@pytest.fixture
def kms(aws):
    return aws("kms")


@pytest.fixture
def s3(aws):
    client = aws("s3")
    client.create_bucket(
        Bucket="artifacts", CreateBucketConfiguration={"LocationConstraint": "eu-west-1"}
    )
    return client


def new_key(kms, spec="ECC_NIST_P256", usage="SIGN_VERIFY"):
    return kms.create_key(KeySpec=spec, KeyUsage=usage)["KeyMetadata"]["Arn"]


@pytest.fixture
def signatures(kms):
    return KmsSignatures(kms, new_key(kms))


@pytest.fixture
def folder(tmp_path):
    place = tmp_path / "model"
    place.mkdir()
    (place / "x86_64.onnx").write_bytes(b"weights")
    describe_folder(place, "model")
    return place


@pytest.mark.parametrize(
    ("spec", "algorithm"),
    [("ECC_NIST_P256", "ECDSA_SHA_256"), ("RSA_2048", "RSASSA_PSS_SHA_256")],
)
def test_what_a_key_signed_it_verifies(kms, spec, algorithm):
    own = KmsSignatures(kms, new_key(kms, spec))
    signature = own.sign(DIGEST)
    assert signature.algorithm == algorithm
    own.verify(DIGEST, Signature.from_json(signature.to_json()))


def test_another_digest_is_refused(signatures):
    signature = signatures.sign(DIGEST)
    with pytest.raises(BrokenArtifact, match="was not signed by"):
        signatures.verify(hashlib.sha256(b"another").digest(), signature)


def test_another_key_is_refused_though_the_signature_names_ours(kms, signatures):
    forged = KmsSignatures(kms, new_key(kms)).sign(DIGEST)
    with pytest.raises(BrokenArtifact, match="was not signed by"):
        signatures.verify(DIGEST, forged)


def test_weak_algorithm_is_refused(signatures):
    with pytest.raises(BrokenArtifact, match="'NONE' is not accepted"):
        signatures.verify(DIGEST, Signature("key", "NONE", b"x"))


def test_unknown_key_is_named(kms):
    with pytest.raises(UnusableKey, match="alias/none"):
        KmsSignatures(kms, "alias/none").sign(DIGEST)


@pytest.mark.parametrize("text", ["", "{}", '{"key": "k", "algorithm": "a", "signature": "?"}'])
def test_unreadable_signature_is_broken(text):
    with pytest.raises(BrokenArtifact, match=SIGNATURE_FILE):
        Signature.from_json(text)


def test_signed_model_is_fetched(s3, signatures, folder, tmp_path):
    store = S3Artifacts(s3, "artifacts", signatures)
    pointer = store.publish("model", folder, None)
    store.fetch("model", pointer.id, tmp_path / "got", pointer.manifest_sha256)
    assert (tmp_path / "got" / "x86_64.onnx").read_bytes() == b"weights"


def test_unsigned_model_is_refused_before_its_files_are_fetched(s3, signatures, folder, tmp_path):
    pointer = S3Artifacts(s3, "artifacts").publish("model", folder, None)
    with pytest.raises(BrokenArtifact, match="is not signed"):
        S3Artifacts(s3, "artifacts", signatures).fetch("model", pointer.id, tmp_path / "got")
    assert not (tmp_path / "got" / "x86_64.onnx").exists()


def test_model_changed_after_it_was_signed_is_refused(s3, signatures, folder, tmp_path):
    store = S3Artifacts(s3, "artifacts", signatures)
    pointer = store.publish("model", folder, None)
    key = f"models/{pointer.id}/manifest.json"
    text = s3.get_object(Bucket="artifacts", Key=key)["Body"].read()
    s3.put_object(Bucket="artifacts", Key=key, Body=text + b"\n")
    with pytest.raises(BrokenArtifact, match="was not signed by"):
        store.fetch("model", pointer.id, tmp_path / "got")


def test_key_that_cannot_sign_leaves_the_pointer_where_it_was(s3, kms, folder):
    store = S3Artifacts(s3, "artifacts", KmsSignatures(kms, "alias/none"))
    with pytest.raises(UnusableKey):
        store.publish("model", folder, None)
    assert store.current("model") is None


def test_snapshots_need_no_signature(s3, signatures, folder, tmp_path):
    describe_folder(folder, "catalogue")
    store = S3Artifacts(s3, "artifacts", signatures)
    pointer = store.publish("catalogue", folder, None)
    store.fetch("catalogue", pointer.id, tmp_path / "got")


def test_model_published_unsigned_is_signed_later_where_it_lies(s3, signatures, folder, tmp_path):
    pointer = S3Artifacts(s3, "artifacts").publish("model", folder, None)
    store = S3Artifacts(s3, "artifacts", signatures)
    assert store.sign("model", folder)
    assert store.current("model") == pointer
    store.fetch("model", pointer.id, tmp_path / "got", pointer.manifest_sha256)


def test_without_a_key_nothing_is_signed(s3, folder):
    store = S3Artifacts(s3, "artifacts")
    pointer = store.publish("model", folder, None)
    assert not store.sign("model", folder)
    assert store.signature("model", pointer.id) is None


def test_signed_model_in_the_place_of_another_is_refused(s3, signatures, folder, tmp_path):
    store = S3Artifacts(s3, "artifacts", signatures)
    pointer = store.publish("model", folder, None)
    for name in ("manifest.json", SIGNATURE_FILE, "x86_64.onnx"):
        source = {"Bucket": "artifacts", "Key": f"models/{pointer.id}/{name}"}
        s3.copy_object(Bucket="artifacts", Key=f"models/newer/{name}", CopySource=source)
    with pytest.raises(
        BrokenArtifact, match=f"models/newer/manifest.json is of model {pointer.id}"
    ):
        store.fetch("model", "newer", tmp_path / "got")


@pytest.fixture
def stubbed():
    """A client of KMS with what moto does not do: answer for keys that cannot be used."""
    client = botocore.session.get_session().create_client(
        "kms", "eu-west-1", aws_access_key_id="testing", aws_secret_access_key="testing"
    )
    with Stubber(client) as stub:
        yield stub


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("DisabledException", UnusableKey),
        ("AccessDeniedException", UnusableKey),
        ("KMSInternalException", Unavailable),
        ("KMSInvalidSignatureException", BrokenArtifact),
        ("InvalidKeyUsageException", BrokenArtifact),
    ],
)
def test_what_kms_refuses_has_a_name_and_names_the_key(stubbed, code, expected):
    stubbed.add_client_error("verify", code)
    with pytest.raises(expected, match="alias/ours") as raised:
        KmsSignatures(stubbed.client, "alias/ours").verify(
            DIGEST, Signature("key", "ECDSA_SHA_256", b"x")
        )
    assert type(raised.value) is expected


def test_key_that_cannot_be_used_leaves_a_function_without_encoder(
    s3, signatures, stubbed, folder, tmp_path
):
    pointer = S3Artifacts(s3, "artifacts", signatures).publish("model", folder, None)
    stubbed.add_client_error("verify", "AccessDeniedException")
    stubbed.add_client_error("verify", "AccessDeniedException")
    store = S3Artifacts(s3, "artifacts", KmsSignatures(stubbed.client, "alias/ours"))
    encoders = Encoders(store, tmp_path / "work", 1)
    encoders.expect_current()
    assert encoders.get(ModelRef(pointer.id, "0" * 64)) is None
    stubbed.assert_no_pending_responses()
