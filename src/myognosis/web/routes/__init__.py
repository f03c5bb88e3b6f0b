"""One module for each group of pages, each with a ``router``."""
