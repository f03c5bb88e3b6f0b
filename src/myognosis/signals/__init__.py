"""From recordings to measurements: what moved or fired, how often, how large, and how sure that is.

Nothing here knows a disease. SciPy is loaded only inside the functions that need it.
"""
