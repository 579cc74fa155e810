import { MigrationInterface, QueryRunner, TableColumn, TableForeignKey } from 'typeorm';

export class Later1700000001000 implements MigrationInterface {
    public async up(queryRunner: QueryRunner): Promise<void> {
        await queryRunner.renameColumn('boat', 'number', 'hull');
        await queryRunner.dropColumn('dock', 'code');
        await queryRunner.addColumn('crew', new TableColumn({ name: 'dock_id', type: 'int', isNullable: true }));
        await queryRunner.createForeignKey(
            'crew',
            new TableForeignKey({ name: 'crew_dock', columnNames: ['dock_id'], referencedTableName: 'dock', referencedColumnNames: ['id'] }),
        );
        await queryRunner.dropIndex('boat', 'boat_flag');
        await queryRunner.renameTable('crew', 'people');
    }

    public async down(): Promise<void> {}
}
