-- +goose Up
CREATE TABLE jobs (
    id bigserial PRIMARY KEY,
    payload jsonb NOT NULL
);
-- +goose StatementBegin
CREATE FUNCTION nothing() RETURNS int AS $$ BEGIN RETURN 1; END; $$ LANGUAGE plpgsql;
-- +goose StatementEnd

-- +goose Down
DROP FUNCTION nothing();
DROP TABLE jobs;
