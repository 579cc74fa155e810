ALTER TABLE note ADD COLUMN pinned boolean NOT NULL DEFAULT false;
CREATE TABLE gone (id int);
DROP TABLE gone;
