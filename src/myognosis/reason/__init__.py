"""Reasoning over findings: urgency, movement, site, causes, next step. It knows no file format and no face."""
