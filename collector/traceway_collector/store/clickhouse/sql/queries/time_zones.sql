SELECT time_zone FROM system.time_zones
