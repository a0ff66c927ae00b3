"""The job as it is submitted, on a folder."""

import json

from concierge.retrieval.behaviour_snapshot import BehaviourSnapshot
from infra.bulk_training import job


def test_the_job_writes_a_snapshot_into_a_folder(archive, tmp_path, capfd):
    assert job.main(["--archive", str(archive), "--out", str(tmp_path), "--partitions", "1"]) == 0
    record = json.loads(capfd.readouterr().out.splitlines()[-1])
    snapshot = BehaviourSnapshot.open(tmp_path / record["snapshot_id"])
    assert len(snapshot.model) == record["items"] == 60
