"""The adaptive interview: what to ask next, when to stop, what is still missing."""
