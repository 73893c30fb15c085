"""Reports as files: pages as HTML and PDF, tables as CSV, values as JSON."""

from aicoach.adapters.report.page import document_for_paper, html_of
from aicoach.adapters.report.pdf import pdf_of
from aicoach.adapters.report.plain import json_of
from aicoach.adapters.report.spreadsheet import csv_of

__all__ = ["csv_of", "document_for_paper", "html_of", "json_of", "pdf_of"]
