-- Looking at instances: pages of a list in the order of their start, and the events that an instance has emitted.

-- migrate:up

CREATE INDEX IF NOT EXISTS idx_romancy_instances_started ON workflow_instances (started_at);
CREATE INDEX IF NOT EXISTS idx_romancy_outbox_instance ON outbox_events (romancy_instance) WHERE romancy_instance IS NOT NULL;

-- migrate:down

DROP INDEX IF EXISTS idx_romancy_outbox_instance;
DROP INDEX IF EXISTS idx_romancy_instances_started;
