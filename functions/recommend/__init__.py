"""RecommendFunction: recommendations, and what the shop runs on."""
