"""Many recordings at once: a folder or a list becomes tables and one page.

``listing`` says what there is and ``told`` what a list says of it; ``measuring`` is what a worker does with one file, by the path
that ``read`` and ``assess`` take; ``parts`` keeps what was done, file by file; ``running`` goes through what is left; ``tables``
and ``summary`` put it together. The rooms below know nothing of cohorts.
"""
