-- Where spans are inserted, one row an instrumentation scope of a request. It keeps nothing: spans_in reads every block.
-- The columns are the paths of otlp_spans.proto with `_` for `.`; one array level a `repeated` on the way.
CREATE TABLE otlp_spans $on_cluster
(
    resource String, resource_schema_url String, service String, rk Array(String), rv Array(String),
    c_n String, c_v String, c_a Array(String), c_d UInt32, u String, request_id UInt64, ingested_ns UInt64,
    s_t Array(String), s_i Array(String), s_ts Array(String), s_p Array(String), s_n Array(String),
    s_k Array(Int32), s_b Array(UInt64), s_e Array(UInt64), s_f Array(UInt32),
    s_da Array(UInt32), s_dv Array(UInt32), s_dl Array(UInt32), s_st_m Array(String), s_st_c Array(Int32),
    s_a_k Array(Array(String)),
    s_a_v_t Array(Array(Enum8('' = 0, 's' = 1, 'b' = 2, 'i' = 3, 'd' = 4, 'a' = 5, 'k' = 6, 'y' = 7))),
    s_a_v_s Array(Array(String)), s_a_v_b Array(Array(Bool)), s_a_v_i Array(Array(Int64)),
    s_a_v_d Array(Array(Float64)), s_a_v_a Array(Array(String)), s_a_v_k Array(Array(String)),
    s_a_v_y Array(Array(String)),
    s_v_t Array(Array(UInt64)), s_v_n Array(Array(String)), s_v_d Array(Array(UInt32)),
    s_v_a_k Array(Array(Array(String))), s_v_a_v Array(Array(Array(String))),
    s_l Array(Array(String))
)
ENGINE = Null
