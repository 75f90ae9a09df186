-- Where log records are inserted, one row an instrumentation scope of a request; see otlp_spans.sql.
CREATE TABLE otlp_logs $on_cluster
(
    resource String, resource_schema_url String, service String, rk Array(String), rv Array(String),
    c_n String, c_v String, c_a Array(String), c_d UInt32, u String, request_id UInt64, ingested_ns UInt64,
    r_t Array(UInt64), r_o Array(UInt64), r_sn Array(Int32), r_st Array(String), r_da Array(UInt32), r_f Array(UInt32),
    r_ti Array(String), r_si Array(String), r_e Array(String),
    r_b_t Array(Enum8('' = 0, 's' = 1, 'b' = 2, 'i' = 3, 'd' = 4, 'a' = 5, 'k' = 6, 'y' = 7)),
    r_b_s Array(String), r_b_b Array(Bool), r_b_i Array(Int64), r_b_d Array(Float64), r_b_a Array(String),
    r_b_k Array(String), r_b_y Array(String),
    r_a_k Array(Array(String)),
    r_a_v_t Array(Array(Enum8('' = 0, 's' = 1, 'b' = 2, 'i' = 3, 'd' = 4, 'a' = 5, 'k' = 6, 'y' = 7))),
    r_a_v_s Array(Array(String)), r_a_v_b Array(Array(Bool)), r_a_v_i Array(Array(Int64)),
    r_a_v_d Array(Array(Float64)), r_a_v_a Array(Array(String)), r_a_v_k Array(Array(String)),
    r_a_v_y Array(Array(String))
)
ENGINE = Null
