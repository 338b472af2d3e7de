-- Looking at instances: pages of a list in the order of their start, and the events that an instance has emitted.

-- migrate:up

CREATE INDEX idx_romancy_instances_started ON workflow_instances (started_at);
CREATE INDEX idx_romancy_outbox_instance ON outbox_events (romancy_instance);

-- migrate:down

DROP INDEX idx_romancy_outbox_instance ON outbox_events;
DROP INDEX idx_romancy_instances_started ON workflow_instances;
