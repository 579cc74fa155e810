DELIMITER $$
CREATE PROCEDURE drop_key_if_there(IN of_table VARCHAR(64), IN of_key VARCHAR(64))
BEGIN
    DECLARE found INT DEFAULT 0;
    SELECT COUNT(*) INTO found FROM information_schema.statistics
    WHERE table_schema = DATABASE() AND table_name = of_table AND index_name = of_key;
    IF found > 0 THEN
        SET @statement = CONCAT('ALTER TABLE ', of_table, ' DROP INDEX ', of_key);
        PREPARE made FROM @statement;
        EXECUTE made;
        DEALLOCATE PREPARE made;
    ELSE
        SELECT CONCAT('no index ', of_key);
    END IF;
END$$
CREATE PROCEDURE keyed_by(IN of_table VARCHAR(64), IN columns_of VARCHAR(64))
BEGIN
    SET @statement = CONCAT('ALTER TABLE ', of_table, ' MODIFY id INT');
    PREPARE made FROM @statement;
    EXECUTE made;
    SET @statement = CONCAT('ALTER TABLE ', of_table, ' DROP PRIMARY KEY, ADD PRIMARY KEY (', columns_of, ')');
    PREPARE made FROM @statement;
    EXECUTE made;
END$$
DELIMITER ;

CALL drop_key_if_there('parcel', 'parcel_weight');
CALL drop_key_if_there('parcel', 'never_there');
CALL keyed_by('parcel', 'id, number');

SET @of = "parcel";
SET @added = (SELECT IF(
    (SELECT COUNT(*) FROM information_schema.columns WHERE table_name = @of AND column_name = 'lane') > 0,
    "SELECT 1",
    CONCAT("ALTER TABLE ", @of, " ADD lane TINYINT DEFAULT 0 AFTER number")
));
PREPARE adds FROM @added;
EXECUTE adds;
DEALLOCATE PREPARE adds;

-- The key made for the first foreign key goes when a second one over the same column comes.
ALTER TABLE parcel DROP FOREIGN KEY parcel_depo;
ALTER TABLE parcel ADD CONSTRAINT parcel_depot FOREIGN KEY (depot_id) REFERENCES depot (id);
CREATE TABLE parcel_copy AS SELECT number, weight FROM parcel;
