exports.up = function (knex) {
  return knex.schema
    .createTable('ports', (table) => {
      table.increments('id');
      table.string('name', 80).notNullable().unique();
      table.string('code');
      table.text('notes', 'longtext');
      table.decimal('depth', 6, 3);
      table.decimal('rate');
      table.float('tilt');
      table.boolean('open').notNullable().defaultTo(true);
      table.date('built');
      table.timestamp('seen');
      table.timestamp('local', { useTz: false });
      table.datetime('checked', { precision: 3 });
      table.json('extra');
      table.jsonb('more');
      table.uuid('token');
      table.binary('blob');
      table.enu('state', ['calm', 'busy']).defaultTo('calm');
      table.specificType('weight', 'smallint').notNullable();
      table.timestamps(true, true);
    })
    .createTable('ships', function (table) {
      table.bigIncrements();
      table.integer('port_id').unsigned().references('id').inTable('ports').onDelete('CASCADE');
      table.integer('home_id').unsigned().notNullable().index();
      table.tinyint('crew');
      table.bigInteger('mass').defaultTo(0);
      table.foreign('home_id').references('ports.id');
      table.unique(['home_id', 'mass']);
      table.index(['crew', 'mass'], 'ships_by_size');
    });
};

exports.down = function (knex) {
  return knex.schema.dropTable('ships').dropTable('ports');
};
