'use strict';

module.exports = {
  async up(queryInterface, Sequelize) {
    await queryInterface.createTable('yards', {
      id: { allowNull: false, autoIncrement: true, primaryKey: true, type: Sequelize.INTEGER },
      name: { type: Sequelize.STRING(60), allowNull: false, unique: true },
      code: Sequelize.STRING,
      notes: { type: Sequelize.TEXT },
      long_notes: { type: Sequelize.TEXT('medium') },
      rate: { type: Sequelize.DECIMAL(8, 2), defaultValue: 1 },
      share: Sequelize.FLOAT,
      part: Sequelize.DOUBLE,
      open: { type: Sequelize.BOOLEAN, allowNull: false, defaultValue: false },
      built: Sequelize.DATEONLY,
      token: { type: Sequelize.UUID, defaultValue: Sequelize.UUIDV4 },
      extra: Sequelize.JSON,
      picture: Sequelize.BLOB,
      state: { type: Sequelize.ENUM('idle', 'full'), defaultValue: 'idle' },
      createdAt: { allowNull: false, type: Sequelize.DATE },
      updatedAt: { allowNull: false, type: Sequelize.DATE, defaultValue: Sequelize.literal('CURRENT_TIMESTAMP') },
    });
    await queryInterface.createTable('cranes', {
      id: { type: Sequelize.BIGINT, primaryKey: true, autoIncrement: true },
      yard_id: {
        type: Sequelize.INTEGER,
        references: { model: 'yards', key: 'id' },
        onDelete: 'SET NULL',
      },
      reach: { type: Sequelize.SMALLINT, field: 'reach_m' },
      label: Sequelize.CHAR(4),
    }, { uniqueKeys: { crane_label: { fields: ['yard_id', 'label'] } } });
    await queryInterface.addIndex('cranes', ['label']);
    await queryInterface.addIndex('yards', { fields: ['name', 'code'], unique: true, name: 'yard_names' });
  },

  async down(queryInterface) {
    await queryInterface.dropTable('cranes');
    await queryInterface.dropTable('yards');
  },
};
