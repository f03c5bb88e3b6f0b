"""From the recordings of a case to findings.

``door`` opens what lies beside the case and asks the analyses that fit its kind and state; each analysis is a module that says
what was measured, what follows from it and what there is to see (``analysed``).
"""

from myognosis.findings.recordings.door import forget_recordings, read_recordings

__all__ = ["forget_recordings", "read_recordings"]
