"""What looking at data costs, on a store of a million spans with two kilobytes of text each."""
