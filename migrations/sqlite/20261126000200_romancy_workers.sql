-- The processes that run workflows. Each row is written by its own process.

-- migrate:up

CREATE TABLE IF NOT EXISTS romancy_workers (
    worker_id TEXT PRIMARY KEY NOT NULL,
    label TEXT NOT NULL,
    service TEXT NOT NULL,
    host TEXT NOT NULL,
    pid INTEGER NOT NULL,
    process_key TEXT NOT NULL,
    liveness TEXT NOT NULL,
    started_at BIGINT NOT NULL,
    seen_at BIGINT NOT NULL
);

-- migrate:down

DROP TABLE IF EXISTS romancy_workers;
