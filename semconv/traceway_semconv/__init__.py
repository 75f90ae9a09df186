"""The vocabulary: attribute names, span kinds, canonical fields, messages and prices. Imports nothing of ours."""
