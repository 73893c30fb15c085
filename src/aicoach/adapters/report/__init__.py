"""Reports as files: pages as HTML and PDF, tables as CSV, values as JSON.

``page`` fills the templates, ``pdf`` prints them, ``spreadsheet`` and ``plain`` are for programs;
nothing is loaded here, as each format needs something else.
"""
