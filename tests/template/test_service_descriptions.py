"""Botocore's descriptions are cut down, and its clients still sign, send and parse."""

import gzip
import json
import re
import subprocess
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from layers.runtime.builder.building import STAMP
from layers.runtime.builder.descriptions import SERVICES, slim, without_documentation
from layers.runtime.builder.docstrings import silence

BUILT = Path(".build/layer/python")
KEY_ID = "AKIDEXAMPLE"


@pytest.fixture
def data(tmp_path):
    """Return botocore's data folder with one service in use, one other, and both their endpoints."""
    service = {
        "documentation": "<p>Keeps objects.</p>",
        "operations": {"Put": {"input": {"shape": "Put"}, "documentation": "<p>Puts.</p>"}},
        "shapes": {"Put": {"members": {"documentation": {"shape": "Text"}}}},
        "clientContextParams": {"Style": {"documentation": "How to ask.", "type": "string"}},
    }
    services = {"s3": {"endpoints": {}}, "ec2": {"endpoints": {}}}
    partitions = {"version": 3, "partitions": [{"partition": "aws", "services": services}]}
    for path in ("s3/2001-01-01", "s3/2006-03-01", "ec2/2016-11-15"):
        (tmp_path / path).mkdir(parents=True)
        (tmp_path / path / "service-2.json.gz").write_bytes(
            gzip.compress(json.dumps(service).encode())
        )
    (tmp_path / "s3" / "2006-03-01" / "paginators-1.json").write_text('{ "pagination": {} }')
    (tmp_path / "endpoints.json").write_text(json.dumps(partitions, indent=2))
    (tmp_path / "partitions.json").write_text("{ }")
    slim(tmp_path)
    return tmp_path


def test_other_services_are_dropped(data):
    assert [path.name for path in data.glob("*/")] == ["s3"]


def test_only_the_latest_version_of_a_service_is_kept(data):
    assert [path.name for path in (data / "s3").iterdir()] == ["2006-03-01"]


def test_descriptions_are_neither_compressed_nor_spaced(data):
    names = {path.name: path.read_text() for path in (data / "s3" / "2006-03-01").iterdir()}
    assert names.keys() == {"paginators-1.json", "service-2.json"}
    assert names["paginators-1.json"] == '{"pagination":{}}'
    assert '": ' not in names["service-2.json"]


def test_table_of_endpoints_knows_the_services_in_use(data):
    (partition,) = json.loads((data / "endpoints.json").read_text())["partitions"]
    assert partition == {"partition": "aws", "services": {"s3": {"endpoints": {}}}}


def test_rest_of_the_data_stays(data):
    assert (data / "partitions.json").read_text() == "{ }"


def test_texts_go_and_members_of_that_name_stay(data):
    service = json.loads((data / "s3" / "2006-03-01" / "service-2.json").read_text())
    assert "documentation" not in service
    assert service["operations"]["Put"] == {"input": {"shape": "Put"}}
    assert service["shapes"]["Put"]["members"] == {"documentation": {"shape": "Text"}}


def test_texts_that_botocore_insists_on_are_emptied():
    described = {"clientContextParams": {"Style": {"documentation": "How.", "type": "string"}}}
    left = without_documentation(described)
    assert left == {"clientContextParams": {"Style": {"documentation": "", "type": "string"}}}


def test_every_client_that_functions_make_is_kept():
    sources = Path("functions").rglob("*.py")
    made = {
        name for path in sources for name in re.findall(r'client\("([\w-]+)"', path.read_text())
    }
    assert made == SERVICES


# --- The built layer, against an endpoint that answers as AWS does --------------------------------

CALLS = """
import botocore.session, json, sys
session = botocore.session.get_session()
session.set_credentials("AKIDEXAMPLE", "secret")

def client(service):
    return session.create_client(service, region_name="eu-west-1", endpoint_url=ENDPOINT)

s3 = client("s3")
put = s3.put_object(Bucket="b", Key="current.json", Body=b"{}", IfNoneMatch="*")
pages = s3.get_paginator("list_objects_v2").paginate(Bucket="b", Prefix="inbox/")
try:
    s3.get_object(Bucket="b", Key="missing")
except s3.exceptions.NoSuchKey as error:
    missing = error.response["Error"]["Code"]
item = client("dynamodb").get_item(TableName="profiles", Key={"pk": {"S": "ada"}})
sent = client("sqs").send_message_batch(QueueUrl=ENDPOINT + "/1/events", Entries=[{"Id": "0", "MessageBody": "{}"}])
put_events = client("events").put_events(Entries=[{"Source": "concierge", "DetailType": "t", "Detail": "{}"}])
records = client("firehose").put_record_batch(DeliveryStreamName="archive", Records=[{"Data": b"{}"}])
print(json.dumps({
    "put": put["ETag"],
    "listed": [entry["Key"] for page in pages for entry in page["Contents"]],
    "missing": missing,
    "item": item["Item"]["visits"]["N"],
    "sent": sent["Successful"][0]["MessageId"],
    "put_events": put_events["FailedEntryCount"],
    "records": records["RequestResponses"][0]["RecordId"],
}))
"""
LISTING = b"""<?xml version="1.0"?><ListBucketResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/">
<Name>b</Name><IsTruncated>false</IsTruncated><Contents><Key>inbox/a.csv</Key></Contents>
</ListBucketResult>"""
NO_SUCH_KEY = b"<Error><Code>NoSuchKey</Code><Message>gone</Message></Error>"
ANSWERS = {
    "GetItem": {"Item": {"visits": {"N": "3"}}},
    "SendMessageBatch": {
        "Successful": [
            {"Id": "0", "MessageId": "m1", "MD5OfMessageBody": "99914b932bd37a50b983c5e7c90ae93b"}
        ],
        "Failed": [],
    },
    "PutEvents": {"FailedEntryCount": 0, "Entries": [{"EventId": "e1"}]},
    "PutRecordBatch": {"FailedPutCount": 0, "RequestResponses": [{"RecordId": "r1"}]},
}


class Endpoint(BaseHTTPRequestHandler):
    """Answers one call of each service, and refuses whatever is not signed."""

    protocol_version = "HTTP/1.1"

    def do_GET(self):
        if "list-type=2" in self.path:
            self.answer(200, LISTING)
        else:
            self.answer(404, NO_SUCH_KEY)

    def do_PUT(self):
        assert self.headers["If-None-Match"] == "*"
        self.answer(200, b"", ETag='"etag"')

    def do_POST(self):
        operation = self.headers["X-Amz-Target"].rpartition(".")[2]
        kind = {"Content-Type": self.headers["Content-Type"]}
        self.answer(200, json.dumps(ANSWERS[operation]).encode(), **kind)

    def answer(self, status, body, **headers):
        self.rfile.read(int(self.headers.get("Content-Length") or 0))
        if f"AWS4-HMAC-SHA256 Credential={KEY_ID}/" not in self.headers["Authorization"]:
            status, body = 403, b""
        self.send_response(status)
        for name, value in {**headers, "Content-Length": len(body)}.items():
            self.send_header(name, str(value))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *arguments):
        """Keep the test's output clean."""


@pytest.fixture
def endpoint():
    with ThreadingHTTPServer(("127.0.0.1", 0), Endpoint) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


def test_docstrings_of_clients_are_empty_and_the_generator_is_gone(tmp_path):
    (tmp_path / "bcdoc").mkdir()
    (tmp_path / "utils.py").write_text("hooks")
    (tmp_path / "docstring.py").write_text("import botocore.docs.method")
    silence(tmp_path)
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        "__init__.py",
        "docstring.py",
        "utils.py",
    ]
    written = {}
    exec((tmp_path / "docstring.py").read_text(), written)
    for name in ("ClientMethodDocstring", "PaginatorDocstring", "WaiterDocstring"):
        assert written[name](operation_model=None, method_name="put_object") == ""


def test_built_layer_signs_sends_and_parses_calls_of_every_service(endpoint):
    if not (BUILT / STAMP).is_file():
        pytest.fail(f"{BUILT} is not built: run `make layer`")
    code = f"import sys; sys.path.insert(0, {str(BUILT.resolve())!r})\nENDPOINT = {endpoint!r}\n{CALLS}"
    command = [sys.executable, "-I", "-S", "-B", "-c", code]
    finished = subprocess.run(command, capture_output=True, text=True, check=False)
    assert not finished.returncode, finished.stderr
    assert json.loads(finished.stdout) == {
        "put": '"etag"',
        "listed": ["inbox/a.csv"],
        "missing": "NoSuchKey",
        "item": "3",
        "sent": "m1",
        "put_events": 0,
        "records": "r1",
    }
