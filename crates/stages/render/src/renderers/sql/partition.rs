//! Partitions of a table on a server.

use model::{FieldType, Partition, PartitionBy, Table};

use super::names::{Names, list, quote, text};

/// How many parts a hash has where nobody says.
const PARTS: u32 = 8;

/// What stands behind the columns of the table.
pub fn clause(partition: &Partition) -> String {
    let by = match partition.by {
        PartitionBy::Range => "RANGE",
        PartitionBy::List => "LIST",
        PartitionBy::Hash => "HASH",
    };
    format!(" PARTITION BY {by} ({})", list(&partition.columns))
}

/// The first partitions, and how later ones come; then what takes it all away.
///
/// Nothing here looks at the clock. Rows that no partition takes fall into the default one, so that
/// a late partition loses nothing.
pub fn statements(
    id: &str,
    table: &Table,
    partition: &Partition,
    names: &mut Names,
) -> (Vec<String>, Vec<String>) {
    let mut up = Vec::new();
    let mut down = Vec::new();
    match partition.by {
        PartitionBy::Hash => {
            let parts = partition.parts.unwrap_or(PARTS).max(1);
            for at in 0..parts {
                let name = names.of_table(id, &format!("part_{at}"));
                up.push(format!(
                    "CREATE TABLE {} PARTITION OF {} FOR VALUES WITH (MODULUS {parts}, REMAINDER {at});\n",
                    quote(&name),
                    quote(id)
                ));
            }
        }
        PartitionBy::List | PartitionBy::Range => {
            let name = names.of_table(id, "default");
            up.push(format!(
                "CREATE TABLE {} PARTITION OF {} DEFAULT;\n",
                quote(&name),
                quote(id)
            ));
        }
    }
    if partition.by == PartitionBy::Range
        && let Some((function, body)) = maker(id, table, partition, names)
    {
        up.push(body);
        down.push(format!("DROP FUNCTION {function};\n"));
    }
    (up, down)
}

/// A function that makes the partition which holds a value, if it is not there.
fn maker(
    id: &str,
    table: &Table,
    partition: &Partition,
    names: &mut Names,
) -> Option<(String, String)> {
    let [column] = partition.columns.as_slice() else {
        return None;
    };
    let kind = table.columns.get(column)?.kind;
    let function = names.of_table(id, "make_partition");
    let name = quote(&function);
    let prefix = text(&format!("{id}_p"));
    let parent = text(&quote(id));
    let (argument, start, end, suffix) = match kind {
        FieldType::Timestamp | FieldType::Date => {
            let seconds = partition.every?.secs().round();
            if seconds < 1.0 {
                return None;
            }
            (
                "timestamptz",
                format!("to_timestamp(floor(extract(epoch FROM value) / {seconds}) * {seconds})"),
                format!("start_at + interval '{seconds} seconds'"),
                "to_char(start_at AT TIME ZONE 'UTC', 'YYYYMMDDHH24MISS')",
            )
        }
        FieldType::Integer | FieldType::Decimal => {
            let step = partition.step?;
            if step <= 0.0 {
                return None;
            }
            (
                "numeric",
                format!("floor(value / {step}) * {step}"),
                format!("start_at + {step}"),
                "replace(start_at::bigint::text, '-', 'm')",
            )
        }
        _ => return None,
    };
    let every = partition
        .every
        .map(|every| format!(" Each covers {every}."))
        .unwrap_or_default();
    let body = format!(
        "-- Call it for the next period before that begins; rows that came earlier lie in the default partition\n\
         -- and have to be moved first.{every}\n\
         CREATE FUNCTION {name}(value {argument}) RETURNS void LANGUAGE plpgsql AS $$\n\
         DECLARE\n    start_at {argument} := {start};\n    end_at {argument} := {end};\n\
         BEGIN\n    EXECUTE format(\n        'CREATE TABLE IF NOT EXISTS %I PARTITION OF {inner} FOR VALUES FROM (%L) TO (%L)',\n        \
         {prefix} || {suffix}, start_at, end_at);\n\
         END $$;\n",
        inner = parent.trim_matches('\'').replace('%', "%%"),
    );
    Some((format!("{name}({argument})"), body))
}
