"""What observing an application costs the application: ``make bench-capture``."""
