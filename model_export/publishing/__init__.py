"""Finished folders: put in place on disk, and published in S3."""
