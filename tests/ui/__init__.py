"""The web interface in a real browser, against a real server with the traffic of an instrumented agent."""
