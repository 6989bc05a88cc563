"""What a reader that does not see needs of a PDF, and an archive: PDF/UA-1 and PDF/A-2a.

``structure`` is the tree of headings, paragraphs, tables and pictures; ``marks`` ties what is laid on a page
to it; ``verbs`` are the words of the layout; ``document`` writes it all, with what the file says ``about``
itself, into a ``file``.
ReportLab (5.1) offers none of it.
"""
