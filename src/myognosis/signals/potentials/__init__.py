"""What discharges at rest and voluntary motor units share: firings of a trace, their sources, and the shape of a potential."""
