"""The Traceway collector: OTLP in, durable and queryable.

The folder list is the data flow: ``otlp → ingest → store`` on the way in, ``api → query → store`` on the way out.
"""
