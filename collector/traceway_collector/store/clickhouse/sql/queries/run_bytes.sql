SELECT
    (SELECT sum(size) FROM (SELECT any(size) AS size FROM file_contents WHERE run_id = unhex({run_id:String}) GROUP BY content_id))
    + (SELECT sum(size) FROM (SELECT DISTINCT content_id, size, chunks FROM file_uploads WHERE run_id = unhex({run_id:String})))
