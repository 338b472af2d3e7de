-- What Romancy for NestJS needs beside the shared tables: nullable columns at their end, and tables of its own.

-- migrate:up

-- Times in milliseconds since the epoch, kept exactly; the shared columns hold whole seconds.
ALTER TABLE workflow_instances ADD COLUMN romancy_started_at BIGINT NULL;
ALTER TABLE workflow_instances ADD COLUMN romancy_stage VARCHAR(255) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NULL;
ALTER TABLE workflow_instances ADD COLUMN romancy_cancel_requested_at BIGINT NULL;
ALTER TABLE workflow_instances ADD COLUMN romancy_cancel_reason TEXT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NULL;
ALTER TABLE workflow_history ADD COLUMN romancy_time BIGINT NULL;
ALTER TABLE workflow_history_archive ADD COLUMN romancy_time BIGINT NULL;
ALTER TABLE workflow_timer_subscriptions ADD COLUMN romancy_expires_at BIGINT NULL;

-- The scan for cancel requests on instances that nobody holds
CREATE INDEX idx_romancy_cancel_requests ON workflow_instances (status, romancy_cancel_requested_at);

-- Our own texts compare byte by byte. A foreign key needs the collation of the column that it names, whatever the server made of it, so
-- instance_id is copied from there instead of being declared.

-- Attempts of steps that failed and will be tried again
CREATE TABLE IF NOT EXISTS romancy_attempts (
    step_id VARCHAR(255) NOT NULL,
    attempt INT NOT NULL,
    next_at BIGINT NOT NULL,
    first_started_at BIGINT NOT NULL,
    errors LONGTEXT NOT NULL,
    PRIMARY KEY (instance_id, step_id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin
SELECT instance_id, '' AS step_id, 0 AS attempt, 0 AS next_at, 0 AS first_started_at, '' AS errors FROM workflow_instances WHERE 1 = 0;
ALTER TABLE romancy_attempts ADD CONSTRAINT fk_romancy_attempts_instance FOREIGN KEY (instance_id) REFERENCES workflow_instances(instance_id) ON DELETE CASCADE;

-- Instances whose lease had to be taken over
CREATE TABLE IF NOT EXISTS romancy_runs (
    takeovers INT NOT NULL,
    next_run_at BIGINT NOT NULL,
    PRIMARY KEY (instance_id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin
SELECT instance_id, 0 AS takeovers, 0 AS next_run_at FROM workflow_instances WHERE 1 = 0;
ALTER TABLE romancy_runs ADD CONSTRAINT fk_romancy_runs_instance FOREIGN KEY (instance_id) REFERENCES workflow_instances(instance_id) ON DELETE CASCADE;

-- Instances that the present code cannot run on
CREATE TABLE IF NOT EXISTS romancy_blocks (
    code_version VARCHAR(64) NOT NULL,
    code VARCHAR(255) NOT NULL,
    explanation LONGTEXT NOT NULL,
    blocked_at BIGINT NOT NULL,
    PRIMARY KEY (instance_id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin
SELECT instance_id, '' AS code_version, '' AS code, '' AS explanation, 0 AS blocked_at FROM workflow_instances WHERE 1 = 0;
ALTER TABLE romancy_blocks ADD CONSTRAINT fk_romancy_blocks_instance FOREIGN KEY (instance_id) REFERENCES workflow_instances(instance_id) ON DELETE CASCADE;

-- migrate:down

DROP TABLE IF EXISTS romancy_blocks;
DROP TABLE IF EXISTS romancy_runs;
DROP TABLE IF EXISTS romancy_attempts;
DROP INDEX idx_romancy_cancel_requests ON workflow_instances;
ALTER TABLE workflow_timer_subscriptions DROP COLUMN romancy_expires_at;
ALTER TABLE workflow_history_archive DROP COLUMN romancy_time;
ALTER TABLE workflow_history DROP COLUMN romancy_time;
ALTER TABLE workflow_instances DROP COLUMN romancy_cancel_reason;
ALTER TABLE workflow_instances DROP COLUMN romancy_cancel_requested_at;
ALTER TABLE workflow_instances DROP COLUMN romancy_stage;
ALTER TABLE workflow_instances DROP COLUMN romancy_started_at;
