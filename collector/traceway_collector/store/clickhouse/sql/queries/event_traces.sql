-- When each trace was whole. For every id that is a span or is named as a parent: the group that first asked for it and
-- the one that brought it. The root is asked for by all, under the id of zeros. From the one group to the other the trace
-- is not whole. Beside it the first span, and the last place in each of the groups that are looked at.
SELECT
    trace_id,
    minIf(own, own.1 != 0) AS first,
    groupUniqArrayIf((asked, brought), asked != 0 AND (brought = 0 OR brought > asked)) AS gaps,
    maxMapIf(map(own.1, own.2), own.1 != 0 AND own.1 >= {from_group:UInt64}) AS lasts
FROM
(
    SELECT
        trace_id, minIf(g, asks) AS asked, minIf(g, NOT asks) AS brought, minIf((g, position), NOT asks) AS own
    FROM
    (
        SELECT trace_id, ingested_ns AS g, position, node.1 AS id, node.2 AS asks
        FROM spans
        ARRAY JOIN [
            (span_id, false),
            (if(parent_id = toFixedString('', 8), span_id, parent_id), true),
            (toFixedString('', 8), parent_id != toFixedString('', 8)),
            (toFixedString('', 8), true)
        ] AS node
        WHERE $among
    )
    GROUP BY trace_id, id
)
GROUP BY trace_id
