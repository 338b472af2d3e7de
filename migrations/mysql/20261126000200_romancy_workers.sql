-- The processes that run workflows. Each row is written by its own process.

-- migrate:up

CREATE TABLE IF NOT EXISTS romancy_workers (
    worker_id VARCHAR(255) NOT NULL,
    label VARCHAR(255) NOT NULL,
    service VARCHAR(255) NOT NULL,
    host VARCHAR(255) NOT NULL,
    pid INT NOT NULL,
    process_key VARCHAR(255) NOT NULL,
    liveness VARCHAR(16) NOT NULL,
    started_at BIGINT NOT NULL,
    seen_at BIGINT NOT NULL,
    PRIMARY KEY (worker_id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

-- migrate:down

DROP TABLE IF EXISTS romancy_workers;
