"""What a shop is: catalogue, events, knowledge and profiles, as plain data and rules."""
