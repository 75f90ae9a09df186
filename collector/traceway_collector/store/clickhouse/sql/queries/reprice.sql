ALTER TABLE spans$local UPDATE cost_usd = $cost, price_source = $source
WHERE $changed
SETTINGS mutations_sync = 2, allow_nondeterministic_mutations = 1
