module.exports = {
  up: (queryInterface, DataTypes) =>
    queryInterface
      .addColumn('cranes', 'weight', { type: DataTypes.INTEGER, allowNull: false, defaultValue: 0 })
      .then(() => queryInterface.renameColumn('cranes', 'label', 'tag'))
      .then(() => queryInterface.removeColumn('yards', 'share'))
      .then(() => queryInterface.changeColumn('yards', 'code', { type: DataTypes.STRING(20), allowNull: true }))
      .then(() => queryInterface.addColumn('cranes', 'other_id', { type: DataTypes.INTEGER }))
      .then(() =>
        queryInterface.addConstraint('cranes', {
          fields: ['other_id'],
          type: 'foreign key',
          name: 'crane_other',
          references: { table: 'yards', field: 'id' },
        })
      )
      .then(() => queryInterface.addConstraint('cranes', { fields: ['weight'], type: 'unique', name: 'crane_weight' }))
      .then(() => queryInterface.sequelize.query('CREATE INDEX crane_reach ON cranes (reach_m)'))
      .then(() => queryInterface.renameTable('cranes', 'hoists')),
  down: (queryInterface) => queryInterface.dropTable('hoists'),
};
