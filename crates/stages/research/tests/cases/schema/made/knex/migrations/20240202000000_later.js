exports.up = async (knex) => {
  await knex.schema.alterTable('ships', (table) => {
    table.dropIndex(['crew', 'mass'], 'ships_by_size');
    table.renameColumn('crew', 'hands');
    table.string('flag', 2).notNullable().defaultTo('xx');
  });
  await knex.schema.table('ports', (table) => {
    table.string('code', 10).notNullable().alter();
    table.dropColumn('tilt');
    table.dropUnique(['name']);
  });
  await knex.schema.createTable('calls', (table) => {
    table.integer('port').unsigned().notNullable();
    table.bigInteger('ship').unsigned().notNullable();
    table.primary(['port', 'ship']);
    table.foreign('ship', 'calls_of_ship').references('id').inTable('ships');
    table.timestamps();
  });
  const there = await knex.schema.hasTable('calls');
  if (there) {
    await knex.raw('ALTER TABLE calls ADD COLUMN cargo integer');
  }
  await knex.schema.renameTable('calls', 'visits');
};

exports.down = async (knex) => {
  await knex.schema.dropTable('visits');
};
