-- The context of the distributed trace in which an instance was started.

-- migrate:up

-- JSON: what traceparent, tracestate and baggage held; NULL for none
ALTER TABLE workflow_instances ADD COLUMN romancy_trace TEXT;

-- migrate:down

ALTER TABLE workflow_instances DROP COLUMN romancy_trace;
