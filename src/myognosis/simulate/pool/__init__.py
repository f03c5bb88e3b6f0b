"""Motoneurons: who is recruited, how fast each fires, and what fires by itself."""
