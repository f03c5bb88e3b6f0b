"""Frozen values that every room speaks in: a case, a finding, an assessment."""
