-- +goose Up
ALTER TABLE jobs ADD COLUMN attempts int NOT NULL DEFAULT 0;
CREATE INDEX CONCURRENTLY IF NOT EXISTS jobs_attempts ON jobs (attempts);
-- +goose Down
ALTER TABLE jobs DROP COLUMN attempts;
