"""The phone's own motion sensor: what the phone is shown, and what becomes of its takes."""
