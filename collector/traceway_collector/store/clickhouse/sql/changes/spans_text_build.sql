-- For what is there already; goes on in the background.
ALTER TABLE spans$local $on_cluster MATERIALIZE INDEX by_text SETTINGS mutations_sync = 0
