CREATE MATERIALIZED VIEW span_buckets_in $on_cluster TO span_buckets$local AS
SELECT span_id, bucket, ingested_ns FROM spans$local
