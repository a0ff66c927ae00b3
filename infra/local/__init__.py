"""The whole stack on one machine: an AWS emulator, the same template.yaml, and a shop's conversation with it."""
