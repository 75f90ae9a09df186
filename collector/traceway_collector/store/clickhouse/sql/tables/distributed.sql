-- On a cluster: the table of the plain name, over the local tables of all shards. All of a trace is on one shard.
CREATE TABLE $table $on_cluster AS ${table}_local
ENGINE = Distributed('$cluster', currentDatabase(), '${table}_local', $sharding)
