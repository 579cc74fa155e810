CREATE OR REPLACE VIEW all_people AS SELECT id, name FROM people;
