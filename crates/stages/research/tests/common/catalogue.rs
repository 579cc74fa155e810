//! What a database's own catalogue says of its tables, and how it differs from what was recovered.

use std::collections::{BTreeMap, BTreeSet};
use std::process::Command;

use model::fact::SchemaFact;
use postgres::{Client, NoTls};

/// Type, whether it may be null, whether it has a default.
pub type Column = (String, bool, bool);

#[derive(Debug, Default, PartialEq)]
pub struct Table {
    pub columns: BTreeMap<String, Column>,
    pub primary: Vec<String>,
    pub unique: BTreeSet<Vec<String>>,
    /// Columns, table, columns there.
    pub foreign: BTreeSet<(Vec<String>, String, Vec<String>)>,
    /// Name, columns, unique. Expressions are `<expression>`.
    pub indexes: BTreeSet<(String, Vec<String>, bool)>,
}

pub type Catalogue = BTreeMap<String, Table>;

const EXPRESSION: &str = "<expression>";

/// Tables of the user: no system's, no extension's.
const PG_TABLES: &str = "
  select c.oid, case when n.nspname = 'public' then c.relname else n.nspname || '.' || c.relname end as name
  from pg_class c join pg_namespace n on n.oid = c.relnamespace
  where c.relkind in ('r', 'p') and n.nspname not in ('pg_catalog', 'information_schema')
    and n.nspname not like 'pg\\_%'
    and not exists (select from pg_depend d where d.classid = 'pg_class'::regclass and d.objid = c.oid and d.deptype = 'e')";

const PG_KEYS: &str = "
  (select array_agg(a.attname::text order by k.n) from unnest(con.conkey) with ordinality k(attnum, n)
     join pg_attribute a on a.attrelid = con.conrelid and a.attnum = k.attnum)";

/// The catalogue of a PostgreSQL database.
pub fn postgresql(client: &mut Client) -> Result<Catalogue, postgres::Error> {
    let mut found = Catalogue::new();
    let columns = format!(
        "with t as ({PG_TABLES})
         select t.name, a.attname::text, format_type(a.atttypid, a.atttypmod), not a.attnotnull,
           coalesce(a.attgenerated = '' and pg_get_expr(d.adbin, d.adrelid) not like 'NULL::%', false)
         from t left join pg_attribute a on a.attrelid = t.oid and a.attnum > 0 and not a.attisdropped
         left join pg_attrdef d on d.adrelid = t.oid and d.adnum = a.attnum"
    );
    for row in client.query(&columns, &[])? {
        let table = found.entry(row.get(0)).or_default();
        if let Some(name) = row.get::<_, Option<String>>(1) {
            table
                .columns
                .insert(name, (row.get(2), row.get(3), row.get(4)));
        }
    }
    let keys = format!(
        "with t as ({PG_TABLES})
         select t.name, con.contype::text, {PG_KEYS}, o.name,
           (select array_agg(a.attname::text order by k.n) from unnest(con.confkey) with ordinality k(attnum, n)
              join pg_attribute a on a.attrelid = con.confrelid and a.attnum = k.attnum)
         from t join pg_constraint con on con.conrelid = t.oid and con.contype in ('p', 'u', 'f')
         left join t o on o.oid = con.confrelid"
    );
    for row in client.query(&keys, &[])? {
        let table = found.entry(row.get(0)).or_default();
        let columns: Vec<String> = row.get(2);
        match row.get::<_, String>(1).as_str() {
            "p" => table.primary = columns,
            "u" => {
                table.unique.insert(columns);
            }
            _ => {
                let other: Option<String> = row.get(3);
                let there: Option<Vec<String>> = row.get(4);
                table.foreign.insert((
                    columns,
                    other.unwrap_or_default(),
                    there.unwrap_or_default(),
                ));
            }
        }
    }
    let indexes = format!(
        "with t as ({PG_TABLES})
         select t.name, c.relname::text, i.indisunique, i.indpred is not null,
           (select array_agg(case when i.indkey[k - 1] = 0 then '{EXPRESSION}'
                             else (select attname::text from pg_attribute where attrelid = t.oid and attnum = i.indkey[k - 1]) end order by k)
            from generate_series(1, i.indnkeyatts) k)
         from t join pg_index i on i.indrelid = t.oid join pg_class c on c.oid = i.indexrelid
         where not exists (select from pg_constraint con where con.conindid = i.indexrelid and con.contype in ('p', 'u', 'x'))"
    );
    for row in client.query(&indexes, &[])? {
        let table = found.entry(row.get(0)).or_default();
        let (name, unique, partial): (String, bool, bool) = (row.get(1), row.get(2), row.get(3));
        let columns: Vec<String> = row.get(4);
        if unique && !partial && !columns.iter().any(|column| column == EXPRESSION) {
            table.unique.insert(columns.clone());
        }
        table.indexes.insert((name, columns, unique));
    }
    Ok(found)
}

/// A connection to a server, or to one of its databases.
pub fn connect(url: &str, database: Option<&str>) -> Result<Client, postgres::Error> {
    let mut config: postgres::Config = url.parse()?;
    if let Some(database) = database {
        config.dbname(database);
    }
    config.connect(NoTls)
}

/// Runs SQL through the MariaDB client and gives its rows.
pub fn mariadb(database: &str, sql: &str, extra: &[&str]) -> Result<Vec<Vec<String>>, String> {
    use std::io::Write;
    let mut command = Command::new("mariadb");
    command.args([
        "--no-defaults",
        "--user=root",
        "--batch",
        "--skip-column-names",
        "--default-character-set=utf8mb4",
    ]);
    if let Ok(socket) = std::env::var("GROUNDPLAN_TEST_MARIADB") {
        command.arg(format!("--socket={socket}"));
    }
    command.args(extra).arg(database);
    command
        .stdin(std::process::Stdio::piped())
        .stdout(std::process::Stdio::piped())
        .stderr(std::process::Stdio::piped());
    let mut child = command
        .spawn()
        .map_err(|error| format!("starting mariadb: {error}"))?;
    let mut input = child.stdin.take().ok_or("no standard input")?;
    let text = sql.to_string();
    let writer = std::thread::spawn(move || {
        // A client that stopped at an error closes its end: its own message says why.
        let _ = input.write_all(text.as_bytes());
    });
    let output = child
        .wait_with_output()
        .map_err(|error| format!("waiting for mariadb: {error}"))?;
    let _ = writer.join();
    if !output.status.success() {
        return Err(String::from_utf8_lossy(&output.stderr).into_owned());
    }
    let text = String::from_utf8_lossy(&output.stdout);
    let rows = text
        .lines()
        .map(|line| line.split('\t').map(str::to_string).collect());
    Ok(rows.collect())
}

/// The catalogue of a MariaDB database.
pub fn of_mariadb(database: &str) -> Result<Catalogue, String> {
    let mut found = Catalogue::new();
    let columns = format!(
        "select c.table_name, c.column_name, c.column_type, c.is_nullable,
           c.column_default is not null and c.column_default <> 'NULL' and c.is_generated = 'NEVER'
         from information_schema.columns c join information_schema.tables t using (table_schema, table_name)
         where c.table_schema = '{database}' and t.table_type = 'BASE TABLE'"
    );
    for row in mariadb("information_schema", &columns, &[])? {
        let [table, column, of, nullable, default] = row.as_slice() else {
            return Err(format!("{row:?}"));
        };
        let entry = (without_width(of), nullable == "YES", default == "1");
        let table = found.entry(table.clone()).or_default();
        table.columns.insert(column.clone(), entry);
    }
    let keys = format!(
        "select table_name, index_name, non_unique, group_concat(column_name order by seq_in_index separator ',')
         from information_schema.statistics where table_schema = '{database}' group by 1, 2, 3"
    );
    for row in mariadb("information_schema", &keys, &[])? {
        let [table, name, many, columns] = row.as_slice() else {
            return Err(format!("{row:?}"));
        };
        let columns: Vec<String> = columns.split(',').map(str::to_string).collect();
        let table = found.entry(table.clone()).or_default();
        if name == "PRIMARY" {
            table.primary = columns;
        } else if many == "0" {
            table.unique.insert(columns);
        } else {
            table.indexes.insert((name.clone(), columns, false));
        }
    }
    let foreign = format!(
        "select table_name, constraint_name, referenced_table_name,
           group_concat(column_name order by ordinal_position separator ','),
           group_concat(referenced_column_name order by ordinal_position separator ',')
         from information_schema.key_column_usage
         where table_schema = '{database}' and referenced_table_name is not null group by 1, 2, 3"
    );
    for row in mariadb("information_schema", &foreign, &[])? {
        let [table, _, other, columns, there] = row.as_slice() else {
            return Err(format!("{row:?}"));
        };
        let list = |text: &str| text.split(',').map(str::to_string).collect::<Vec<_>>();
        let entry = (list(columns), other.clone(), list(there));
        found
            .entry(table.clone())
            .or_default()
            .foreign
            .insert(entry);
    }
    Ok(found)
}

/// MariaDB still shows the display width of integers; MySQL no longer does.
fn without_width(of: &str) -> String {
    let integer = [
        "tinyint(",
        "smallint(",
        "mediumint(",
        "int(",
        "bigint(",
        "year(",
    ];
    if of.starts_with("tinyint(1)") || !integer.iter().any(|start| of.starts_with(start)) {
        return of.to_string();
    }
    match (of.find('('), of.find(')')) {
        (Some(open), Some(close)) => format!("{}{}", &of[..open], &of[close + 1..]),
        _ => of.to_string(),
    }
}

/// What was recovered, in the form of a catalogue.
pub fn recovered(schema: &SchemaFact) -> Catalogue {
    let mysql = schema.dialect == "mysql";
    let tables = schema.tables.iter().map(|(name, fact)| {
        let mut table = Table {
            primary: fact.primary_key.clone(),
            ..Table::default()
        };
        for (name, column) in &fact.columns {
            // MariaDB keeps JSON as text.
            let of = if mysql && column.of == "json" {
                "longtext".to_string()
            } else {
                column.of.clone()
            };
            let entry = (of, column.nullable, column.default.is_some());
            table.columns.insert(name.clone(), entry);
        }
        table.unique.extend(fact.unique.iter().cloned());
        for key in &fact.foreign_keys {
            let entry = (
                key.columns.clone(),
                key.table.clone(),
                key.references.clone(),
            );
            table.foreign.insert(entry);
        }
        for index in &fact.indexes {
            if mysql && index.unique {
                continue;
            }
            let columns = index.columns.iter().map(|column| {
                let known = fact.columns.contains_key(column);
                if known {
                    column.clone()
                } else {
                    EXPRESSION.to_string()
                }
            });
            let name = index.name.clone().unwrap_or_default();
            table
                .indexes
                .insert((name, columns.collect(), index.unique));
        }
        (name.clone(), table)
    });
    tables.collect()
}

/// A catalogue as text, a line for each thing.
#[allow(dead_code)]
pub fn text(catalogue: &Catalogue) -> String {
    let mut lines = Vec::new();
    for (name, table) in catalogue {
        lines.push(format!("table {name}"));
        for (name, (of, nullable, default)) in &table.columns {
            let null = if *nullable { "" } else { " not null" };
            let default = if *default { " default" } else { "" };
            lines.push(format!("  {name} {of}{null}{default}"));
        }
        lines.push(format!("  primary {:?}", table.primary));
        lines.extend(table.unique.iter().map(|key| format!("  unique {key:?}")));
        lines.extend(table.foreign.iter().map(|key| format!("  foreign {key:?}")));
        lines.extend(
            table
                .indexes
                .iter()
                .map(|index| format!("  index {index:?}")),
        );
    }
    lines.join("\n") + "\n"
}

/// How what was recovered differs from the catalogue, a line each.
pub fn differences(recovered: &Catalogue, catalogue: &Catalogue) -> Vec<String> {
    let mut found = Vec::new();
    for name in catalogue
        .keys()
        .filter(|name| !recovered.contains_key(*name))
    {
        found.push(format!("{name}: not recovered"));
    }
    for (name, ours) in recovered {
        let Some(theirs) = catalogue.get(name) else {
            found.push(format!("{name}: not in the catalogue"));
            continue;
        };
        for (column, expected) in &theirs.columns {
            match ours.columns.get(column) {
                None => found.push(format!("{name}.{column}: not recovered")),
                Some(own) if own != expected => {
                    found.push(format!(
                        "{name}.{column}: {own:?}, the catalogue says {expected:?}"
                    ));
                }
                Some(_) => {}
            }
        }
        for column in ours
            .columns
            .keys()
            .filter(|column| !theirs.columns.contains_key(*column))
        {
            found.push(format!("{name}.{column}: not in the catalogue"));
        }
        if ours.primary != theirs.primary {
            found.push(format!(
                "{name}: primary key {:?}, the catalogue says {:?}",
                ours.primary, theirs.primary
            ));
        }
        let mut sets = |what: &str, ours: BTreeSet<String>, theirs: BTreeSet<String>| {
            for one in theirs.difference(&ours) {
                found.push(format!("{name}: {what} {one} not recovered"));
            }
            for one in ours.difference(&theirs) {
                found.push(format!("{name}: {what} {one} not in the catalogue"));
            }
        };
        sets("unique", texts(&ours.unique), texts(&theirs.unique));
        sets("foreign key", texts(&ours.foreign), texts(&theirs.foreign));
        sets("index", texts(&ours.indexes), texts(&theirs.indexes));
    }
    found
}

fn texts<T: std::fmt::Debug>(items: &BTreeSet<T>) -> BTreeSet<String> {
    items.iter().map(|item| format!("{item:?}")).collect()
}
