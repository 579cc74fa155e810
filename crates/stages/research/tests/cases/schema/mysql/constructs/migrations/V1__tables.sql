/*!40101 SET NAMES utf8mb4 */;
SET FOREIGN_KEY_CHECKS = 0;
CREATE TABLE `customers` (
  `id` int(11) unsigned NOT NULL AUTO_INCREMENT,
  `name` varchar(80) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL DEFAULT '' COMMENT 'what it''s; called',
  `kind` enum('person','company') NOT NULL DEFAULT 'person',
  `flags` set('a','b') DEFAULT NULL,
  `active` tinyint(1) NOT NULL DEFAULT 1,
  `small` tinyint(4) DEFAULT NULL,
  `big` bigint(20) unsigned DEFAULT NULL,
  `price` decimal(10,2) DEFAULT 0.00,
  `ratio` double DEFAULT NULL,
  `body` mediumtext,
  `doc` json DEFAULT NULL,
  `made` datetime(6) NOT NULL DEFAULT CURRENT_TIMESTAMP(6) ON UPDATE CURRENT_TIMESTAMP(6),
  `seen` timestamp NULL DEFAULT NULL,
  `total` decimal(12,2) GENERATED ALWAYS AS (`price` * 2) STORED,
  PRIMARY KEY (`id`),
  UNIQUE KEY `name_kind` (`name`,`kind`),
  KEY `by_made` (`made`) USING BTREE,
  KEY `by_body` (`body`(20)),
  FULLTEXT KEY `words` (`body`)
) ENGINE=InnoDB AUTO_INCREMENT=7 DEFAULT CHARSET=utf8mb4;

CREATE TABLE orders (
  id BIGINT PRIMARY KEY AUTO_INCREMENT,
  customer_id INT UNSIGNED NOT NULL,
  parent_id BIGINT,
  code CHAR(8) UNIQUE,
  `key` varchar(10),
  paid BOOLEAN DEFAULT FALSE,
  CONSTRAINT fk_customer FOREIGN KEY (customer_id) REFERENCES customers (id) ON DELETE CASCADE,
  FOREIGN KEY (parent_id) REFERENCES orders (id)
);
CREATE INDEX by_paid ON orders (paid, customer_id);

DELIMITER $$
CREATE PROCEDURE grow()
BEGIN
  IF NOT EXISTS (SELECT 1 FROM information_schema.columns WHERE table_schema = DATABASE() AND column_name = 'grown') THEN
    ALTER TABLE orders ADD COLUMN grown INT;
  END IF;
END$$
DELIMITER ;
CALL grow();
DROP PROCEDURE grow;

CREATE TRIGGER stamped BEFORE INSERT ON orders FOR EACH ROW SET NEW.code = COALESCE(NEW.code, '-');
INSERT INTO customers (name, small) VALUES ('it; is', 1);
