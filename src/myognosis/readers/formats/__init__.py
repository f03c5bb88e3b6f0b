"""One module a format; what several of them share stands in the folder above."""
