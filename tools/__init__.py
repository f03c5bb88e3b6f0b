"""Tools of the house, run by hand."""
