import { MigrationInterface, QueryRunner, Table, TableColumn, TableForeignKey, TableIndex } from 'typeorm';

export class Docks1700000000000 implements MigrationInterface {
    name = 'Docks1700000000000';

    public async up(queryRunner: QueryRunner): Promise<void> {
        await queryRunner.createTable(
            new Table({
                name: 'dock',
                columns: [
                    { name: 'id', type: 'int', isPrimary: true, isGenerated: true, generationStrategy: 'increment' },
                    { name: 'name', type: 'varchar', length: '50', isUnique: true },
                    { name: 'code', type: 'varchar', isNullable: true },
                    { name: 'depth', type: 'decimal', precision: 6, scale: 2, default: 0 },
                    { name: 'open', type: 'boolean', default: true },
                    { name: 'made', type: 'timestamp', default: 'now()' },
                    { name: 'state', type: 'enum', enum: ['calm', 'busy'], default: "'calm'" },
                ],
            }),
            true,
        );
        await queryRunner.createTable(
            new Table({
                name: 'boat',
                columns: [
                    new TableColumn({ name: 'dock_id', type: 'int' }),
                    new TableColumn({ name: 'number', type: 'bigint' }),
                ],
                foreignKeys: [
                    { name: 'boat_dock', columnNames: ['dock_id'], referencedTableName: 'dock', referencedColumnNames: ['id'] },
                ],
                uniques: [{ name: 'boat_once', columnNames: ['dock_id', 'number'] }],
            }),
        );
        await queryRunner.addColumns('boat', [new TableColumn({ name: 'flag', type: 'char', length: '2', isNullable: true })]);
        await queryRunner.createIndex('boat', new TableIndex({ name: 'boat_flag', columnNames: ['flag'] }));
        await queryRunner.query('CREATE TABLE crew (id int NOT NULL PRIMARY KEY, boat_number bigint)');
    }

    public async down(queryRunner: QueryRunner): Promise<void> {
        await queryRunner.dropTable('boat');
    }
}
