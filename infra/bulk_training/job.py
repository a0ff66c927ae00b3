"""Train the behaviour model on an archive of any size, and publish it as TrainFunction does.

On EMR Serverless: `spark-submit job.py --archive s3://<ArchiveBucketName> --artifacts <ArtifactsBucketName>`.
To try it: `python -m infra.bulk_training.job --archive FOLDER --out FOLDER`, on this machine's cores.
"""

import argparse
import json
import sys
import tempfile
from collections.abc import Sequence
from functools import partial
from pathlib import Path

from aws_lambda_powertools import Logger
from pyspark.sql import SparkSession

from concierge.artifacts.store import ArtifactStore
from concierge.training.trainer import Trainer
from infra.bulk_training.archives import open_archive
from infra.bulk_training.distributed import DistributedTraining
from infra.bulk_training.folder_artifacts import FolderArtifacts

# Without it nothing is logged: the trainer's own logger is a child of this one.
logger = Logger(service="bulk-training")


def main(arguments: Sequence[str] | None = None) -> int:
    """Train, and print where everything went as JSON; return the exit status."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--archive", required=True, help="s3://<bucket>, or a folder")
    where = parser.add_mutually_exclusive_group(required=True)
    where.add_argument("--artifacts", help="the bucket to publish in")
    where.add_argument("--out", type=Path, help="the folder to write the snapshot into instead")
    parser.add_argument("--partitions", type=int, help="as many as there are cores by default")
    options = parser.parse_args(arguments)
    spark = SparkSession.builder.appName("concierge-bulk-training").getOrCreate().sparkContext
    try:
        opener = partial(open_archive, options.archive)
        partitions = options.partitions or spark.defaultParallelism
        training = DistributedTraining(spark, opener, partitions)
        with tempfile.TemporaryDirectory() as folder:
            store = _store(options.artifacts, options.out)
            trainer = Trainer(
                opener(), store, Path(folder), read=training.read, learner=training.learn
            )
            print(json.dumps(trainer.train().to_record()))
    finally:
        spark.stop()
    return 0


def _store(bucket: str | None, folder: Path | None) -> ArtifactStore:
    if folder is not None:
        return FolderArtifacts(folder)
    from concierge.adapters.artifacts_s3 import S3Artifacts
    from concierge.bootstrap.clients import client

    return S3Artifacts(client("s3", read_timeout_s=60.0), str(bucket))


if __name__ == "__main__":
    sys.exit(main())
