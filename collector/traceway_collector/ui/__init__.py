"""What a browser gets, served as it is."""
