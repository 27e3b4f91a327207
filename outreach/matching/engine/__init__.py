"""The pure part of a match: evidence in, reasons, score and order out."""
