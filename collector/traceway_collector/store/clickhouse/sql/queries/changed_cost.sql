kind IN $spending AND price_source != 'reported'
    AND start_ns BETWEEN {since_ns:UInt64} AND {until_ns:UInt64}
    AND (NOT (cost_usd <=> $cost) OR price_source != $source)
