-- Columns: how many spans there are, and what their calls spent, each once, whoever recorded it (the same call_id).
count() AS span_count,
countIf(status_code = 2) AS error_count,
if(countIf(spends AND input_tokens IS NOT NULL) = 0, NULL,
    arraySum(mapValues(maxMapIf(map(call_id, ifNull(input_tokens, 0)), spends)))) AS input_sum,
if(countIf(spends AND output_tokens IS NOT NULL) = 0, NULL,
    arraySum(mapValues(maxMapIf(map(call_id, ifNull(output_tokens, 0)), spends)))) AS output_sum,
if(countIf(spends AND cost_usd IS NOT NULL) = 0, NULL,
    arraySum(mapValues(maxMapIf(map(call_id, ifNull(cost_usd, 0)), spends)))) AS cost_sum,
uniqExactIf(call_id, costs) = uniqExactIf(call_id, costs AND cost_usd IS NOT NULL AND counted) AS cost_complete,
arraySort(groupUniqArrayIf(service, service != '')) AS services,
arraySort(groupUniqArrayIf(model, model != '' AND spends)) AS models
