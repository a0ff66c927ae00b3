"""Search: one candidate set for hits, total, facets and pages."""
