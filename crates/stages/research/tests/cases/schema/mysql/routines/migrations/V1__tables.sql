CREATE TABLE depot (
    id int NOT NULL AUTO_INCREMENT PRIMARY KEY,
    code varchar(20) NOT NULL
) ENGINE=InnoDB;

CREATE TABLE parcel (
    id int NOT NULL AUTO_INCREMENT,
    number varchar(30) NOT NULL,
    depot_id int,
    weight int DEFAULT 0,
    PRIMARY KEY (id),
    UNIQUE KEY parcel_number (number),
    KEY parcel_weight (weight),
    CONSTRAINT parcel_depo FOREIGN KEY (depot_id) REFERENCES depot (id)
) ENGINE=InnoDB;
