"""IngestFunction: live events over HTTP."""
