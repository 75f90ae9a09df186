"""What Traceway costs and how fast it is, measured on the real server from outside: ``make bench``."""
