"""The only place that makes the JSON shapes of the REST interface, as plain dicts that orjson writes.

What is not known is ``null``, never 0 or "". Ids are lowercase hex. Times are RFC 3339 in UTC with nanoseconds in
``*_at`` (``null`` for the 0 that OTLP uses for "unknown"); nanoseconds are decimal strings in ``*_ns``, since many
JSON readers cannot hold them as numbers.
"""
