SELECT CAST({column:Identifier}, 'Nullable(String)') AS text
FROM file({path:String}, 'Parquet')
SETTINGS max_threads = 1, input_format_parquet_preserve_order = 1, max_memory_usage = 1073741824
