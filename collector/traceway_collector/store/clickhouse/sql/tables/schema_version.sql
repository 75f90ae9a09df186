-- Which migrations this database has seen. Read before anything is touched.
CREATE TABLE IF NOT EXISTS schema_version $on_cluster
(
    version UInt32,
    applied_at DateTime DEFAULT now()
)
ENGINE = ${engine}MergeTree$everywhere
ORDER BY version
