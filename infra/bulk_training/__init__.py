"""The training of the behaviour model as a Spark job, for archives that no function can train on."""
