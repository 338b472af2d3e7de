-- What Romancy for NestJS needs beside the shared tables: nullable columns at their end, and tables of its own.

-- migrate:up

-- Times in milliseconds since the epoch, kept exactly; the shared columns hold the same instants in the family's form.
ALTER TABLE workflow_instances ADD COLUMN romancy_started_at BIGINT;
ALTER TABLE workflow_instances ADD COLUMN romancy_stage TEXT;
ALTER TABLE workflow_instances ADD COLUMN romancy_cancel_requested_at BIGINT;
ALTER TABLE workflow_instances ADD COLUMN romancy_cancel_reason TEXT;
ALTER TABLE workflow_history ADD COLUMN romancy_time BIGINT;
ALTER TABLE workflow_history_archive ADD COLUMN romancy_time BIGINT;
ALTER TABLE workflow_timer_subscriptions ADD COLUMN romancy_expires_at BIGINT;

-- The scan for cancel requests on instances that nobody holds
CREATE INDEX IF NOT EXISTS idx_romancy_cancel_requests ON workflow_instances (status) WHERE romancy_cancel_requested_at IS NOT NULL;

-- Attempts of steps that failed and will be tried again
CREATE TABLE IF NOT EXISTS romancy_attempts (
    instance_id TEXT NOT NULL,
    step_id TEXT NOT NULL,
    attempt INTEGER NOT NULL,
    next_at BIGINT NOT NULL,
    first_started_at BIGINT NOT NULL,
    errors TEXT NOT NULL,
    PRIMARY KEY (instance_id, step_id),
    FOREIGN KEY (instance_id) REFERENCES workflow_instances(instance_id) ON DELETE CASCADE
);

-- Instances whose lease had to be taken over
CREATE TABLE IF NOT EXISTS romancy_runs (
    instance_id TEXT PRIMARY KEY NOT NULL,
    takeovers INTEGER NOT NULL,
    next_run_at BIGINT NOT NULL,
    FOREIGN KEY (instance_id) REFERENCES workflow_instances(instance_id) ON DELETE CASCADE
);

-- Instances that the present code cannot run on
CREATE TABLE IF NOT EXISTS romancy_blocks (
    instance_id TEXT PRIMARY KEY NOT NULL,
    code_version TEXT NOT NULL,
    code TEXT NOT NULL,
    explanation TEXT NOT NULL,
    blocked_at BIGINT NOT NULL,
    FOREIGN KEY (instance_id) REFERENCES workflow_instances(instance_id) ON DELETE CASCADE
);

-- Filters on values inside the input: a text that is no JSON (a sibling may write NaN) matches nothing instead of failing the query
CREATE OR REPLACE FUNCTION romancy_json(document TEXT) RETURNS JSONB LANGUAGE plpgsql IMMUTABLE STRICT AS $$
BEGIN
    RETURN document::jsonb;
EXCEPTION WHEN others THEN
    RETURN NULL;
END;
$$;

-- migrate:down

DROP FUNCTION IF EXISTS romancy_json(TEXT);
DROP TABLE IF EXISTS romancy_blocks;
DROP TABLE IF EXISTS romancy_runs;
DROP TABLE IF EXISTS romancy_attempts;
DROP INDEX IF EXISTS idx_romancy_cancel_requests;
ALTER TABLE workflow_timer_subscriptions DROP COLUMN romancy_expires_at;
ALTER TABLE workflow_history_archive DROP COLUMN romancy_time;
ALTER TABLE workflow_history DROP COLUMN romancy_time;
ALTER TABLE workflow_instances DROP COLUMN romancy_cancel_reason;
ALTER TABLE workflow_instances DROP COLUMN romancy_cancel_requested_at;
ALTER TABLE workflow_instances DROP COLUMN romancy_stage;
ALTER TABLE workflow_instances DROP COLUMN romancy_started_at;
