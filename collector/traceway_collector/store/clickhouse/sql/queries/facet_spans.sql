SELECT count() FROM spans WHERE bucket >= {first_bucket:UInt32} AND $where
