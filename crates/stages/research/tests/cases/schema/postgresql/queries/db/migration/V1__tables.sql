CREATE TYPE mood AS ENUM ('calm', 'busy');
CREATE FUNCTION slug(text) RETURNS text AS $$ SELECT lower($1) $$ LANGUAGE sql IMMUTABLE;

CREATE TABLE harbour (
    id int PRIMARY KEY,
    name varchar(40) NOT NULL,
    depth numeric(6, 2),
    berths smallint NOT NULL DEFAULT 1,
    state mood NOT NULL,
    opened timestamptz NOT NULL DEFAULT now()
);
CREATE UNIQUE INDEX ON harbour (slug(name));
CREATE INDEX ON harbour ((depth * 2), (lower(name) || 'x'));

CREATE TABLE ship (
    id bigint PRIMARY KEY,
    harbour_id int REFERENCES harbour,
    arrived timestamptz,
    left_at timestamptz,
    tags text[]
);
CREATE VIEW moored AS SELECT s.id AS ship, h.name, h.state FROM ship s JOIN harbour h ON h.id = s.harbour_id;
