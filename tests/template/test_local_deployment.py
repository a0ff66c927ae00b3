import io
import sys
import zipfile

import pytest

from infra.local.differences import for_emulator
from infra.local.packaging import SITE_PACKAGES, upload_code, zip_functions, zip_layer
from infra.local.stack import StackFailed, emulator_environment
from infra.local.template import load_template


class Bucket:
    """Keeps what is put into it."""

    def __init__(self):
        self.objects = {}

    def put_object(self, **put):
        self.objects[f"s3://{put['Bucket']}/{put['Key']}"] = put["Body"]


def test_function_zip_holds_sources_and_no_compiled_files(tmp_path):
    (tmp_path / "recommend" / "__pycache__").mkdir(parents=True)
    (tmp_path / "recommend" / "main.py").write_text("handler = None\n")
    (tmp_path / "recommend" / "__pycache__" / "main.cpython-313.pyc").write_bytes(b"x")
    with zipfile.ZipFile(io.BytesIO(zip_functions(tmp_path))) as archive:
        assert archive.namelist() == ["recommend/main.py"]


def test_same_sources_make_the_same_zip(tmp_path):
    (tmp_path / "main.py").write_text("handler = None\n")
    first = zip_functions(tmp_path)
    (tmp_path / "main.py").touch()
    assert zip_functions(tmp_path) == first


def test_layer_zip_points_at_the_built_folder(tmp_path):
    (tmp_path / "python").mkdir()
    with zipfile.ZipFile(io.BytesIO(zip_layer(tmp_path))) as archive:
        (name,) = archive.namelist()
        line = archive.read(name).decode()
    assert name.startswith(f"{SITE_PACKAGES}/")
    assert line.startswith("import ")  # otherwise site takes it for a path
    assert repr(str(tmp_path / "python")) in line


def test_missing_layer_says_how_to_build_it(tmp_path):
    with pytest.raises(StackFailed, match="make layer"):
        zip_layer(tmp_path)


def test_packaged_template_differs_from_its_source_in_the_code_addresses_alone():
    source, bucket = load_template(), Bucket()
    packaged = upload_code(bucket, "code", source, b"functions", b"layer")
    addresses = [
        packaged["Globals"]["Function"].pop("CodeUri"),
        packaged["Resources"]["RuntimeLayer"]["Properties"].pop("ContentUri"),
    ]
    assert [bucket.objects[address] for address in addresses] == [b"functions", b"layer"]
    expected = load_template()
    expected["Globals"]["Function"].pop("CodeUri")
    expected["Resources"]["RuntimeLayer"]["Properties"].pop("ContentUri")
    assert packaged == expected
    assert source == load_template()


def test_emulator_gets_every_resource_but_the_tls_policies():
    source = load_template()["Resources"]
    local = for_emulator(load_template())["Resources"]
    assert {source[name]["Type"] for name in set(source) - set(local)} == {"AWS::S3::BucketPolicy"}


def test_emulator_runs_functions_under_this_interpreter_whatever_lambda_offers():
    allowed = for_emulator(load_template())["Parameters"]["Runtime"]["AllowedValues"]
    assert f"python{sys.version_info.major}.{sys.version_info.minor}" in allowed


def test_emulator_environment_holds_nothing_of_the_users_own(tmp_path):
    mine = {
        "PATH": "/bin",
        "AWS_PROFILE": "production",
        "AWS_SECRET_ACCESS_KEY": "real",
        "SHOP_TOKEN": "x",
    }
    theirs = emulator_environment(mine, 4567, tmp_path)
    assert theirs["PATH"] == "/bin"
    assert theirs["BIND_HOST"] == "127.0.0.1"
    assert theirs["AWS_SECRET_ACCESS_KEY"] == "test"
    assert "AWS_PROFILE" not in theirs
    assert "SHOP_TOKEN" not in theirs


def test_functions_run_under_this_interpreter():
    assert f"python{sys.version_info.major}.{sys.version_info.minor}" in SITE_PACKAGES
