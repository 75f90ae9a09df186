"""Traceway in a terminal: verbs that ask a running collector over its REST interface, and know nothing else of it.

Nothing here is imported before its verb is used: ``verbs.py`` holds the flags, each other module a verb or what verbs
share. Whatever a span says is somebody else's text, and passes through ``clean.py`` on its way to the terminal.
"""
