"""The only modules that know AWS; each implements a Protocol that a use case declares."""
