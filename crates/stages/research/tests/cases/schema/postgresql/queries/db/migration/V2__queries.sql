CREATE TABLE visits AS
SELECT
    harbour_id,
    max(arrived) AS arrived,
    count(*) AS ships,
    min(left_at) - max(arrived) AS stay,
    bool_or(left_at IS NULL) AS occupied
FROM ship
GROUP BY harbour_id;
ALTER TABLE visits ALTER COLUMN harbour_id SET NOT NULL, ADD PRIMARY KEY (harbour_id);

CREATE TABLE both_kinds AS
SELECT opened AS at, id AS harbour_id, NULL::bigint AS ship_id, 'harbour' AS kind FROM harbour
UNION ALL
SELECT arrived, NULL::int, id, 'ship' FROM ship;

CREATE TABLE measures AS
WITH deep AS (SELECT id, depth, berths FROM harbour WHERE depth > 10)
SELECT
    d.id,
    d.depth,
    d.berths * 2 AS double_berths,
    sum(d.berths) OVER () AS all_berths,
    coalesce(h.name, 'none') AS label,
    CASE WHEN h.berths > 3 THEN 1.5 ELSE 2 END AS factor,
    upper(h.name),
    h.name AS name,
    h.state::text,
    (SELECT count(*) FROM ship WHERE harbour_id = d.id) AS ships
FROM deep d JOIN harbour h USING (id);

CREATE TABLE copied AS TABLE ship WITH NO DATA;
CREATE TABLE seen AS SELECT m.*, now() AS at FROM moored m;
CREATE TABLE levels AS SELECT * FROM (VALUES (1, 'low', true), (2, 'high', false)) AS v (level, label, safe);

CREATE TYPE size AS ENUM ('small', 'large');
CREATE TABLE crate (id int PRIMARY KEY, size size NOT NULL DEFAULT 'small', other size);
ALTER TABLE crate ALTER COLUMN size TYPE text;
DROP TYPE size CASCADE;
