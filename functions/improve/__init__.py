"""ImproveFunction: drafts of what the shop could learn, and what an operator makes of them."""
