"""What an application installs to be seen by Traceway."""
