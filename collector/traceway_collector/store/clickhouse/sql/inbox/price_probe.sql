-- Takes a group that the view spans_in turned away for a missing price, and keeps only which prices are missing.
CREATE TABLE otlp_spans_probe $on_cluster AS otlp_spans ENGINE = Null
