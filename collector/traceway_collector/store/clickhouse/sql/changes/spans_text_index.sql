-- Built when parts merge, not when they are inserted (see writer.py).
ALTER TABLE spans$local $on_cluster ADD INDEX IF NOT EXISTS by_text search_text TYPE text(tokenizer = asciiCJK)
