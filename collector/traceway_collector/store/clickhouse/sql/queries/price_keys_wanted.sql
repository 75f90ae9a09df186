SELECT DISTINCT k.provider, k.model, k.day
FROM price_keys AS k
LEFT ANTI JOIN prices AS p ON p.provider = k.provider AND p.model = k.model AND p.day = k.day
