//! Types of expressions in queries, as PostgreSQL gives them.

use sqlparser::ast::{BinaryOperator, Value};

use super::state::Column;

/// A column that only has a type.
pub fn of(text: impl Into<String>) -> Column {
    Column {
        of: text.into(),
        nullable: true,
        ..Column::default()
    }
}

/// What PostgreSQL calls a column without a name.
pub const UNNAMED: &str = "?column?";

/// The type of a text or NULL alone: whatever stands beside it decides, and text where nothing does.
pub const UNDECIDED: &str = "unknown";

/// Functions that give one type always.
pub const FUNCTIONS: &[(&str, &str)] = &[
    ("count", "bigint"),
    ("row_number", "bigint"),
    ("rank", "bigint"),
    ("dense_rank", "bigint"),
    ("nextval", "bigint"),
    ("now", "timestamp with time zone"),
    ("current_timestamp", "timestamp with time zone"),
    ("clock_timestamp", "timestamp with time zone"),
    ("to_timestamp", "timestamp with time zone"),
    ("current_date", "date"),
    ("gen_random_uuid", "uuid"),
    ("uuid_generate_v4", "uuid"),
    ("lower", "text"),
    ("upper", "text"),
    ("concat", "text"),
    ("concat_ws", "text"),
    ("replace", "text"),
    ("regexp_replace", "text"),
    ("substring", "text"),
    ("left", "text"),
    ("right", "text"),
    ("md5", "text"),
    ("to_char", "text"),
    ("string_agg", "text"),
    ("trim", "text"),
    ("length", "integer"),
    ("char_length", "integer"),
    ("bool_or", "boolean"),
    ("bool_and", "boolean"),
    ("jsonb_build_object", "jsonb"),
    ("jsonb_build_array", "jsonb"),
    ("jsonb_agg", "jsonb"),
    ("jsonb_object_agg", "jsonb"),
    ("to_jsonb", "jsonb"),
    ("json_build_object", "json"),
    ("json_agg", "json"),
    ("to_json", "json"),
    ("row_to_json", "json"),
    ("date_part", "double precision"),
    ("random", "double precision"),
    ("to_tsvector", "tsvector"),
];

/// The type of a literal.
pub fn literal(value: &Value) -> &'static str {
    match value {
        Value::Number(text, _) if text.contains(['.', 'e', 'E']) => "numeric",
        Value::Number(text, _) if text.parse::<i32>().is_ok() => "integer",
        Value::Number(text, _) if text.parse::<i64>().is_ok() => "bigint",
        Value::Number(..) => "numeric",
        Value::Boolean(_) => "boolean",
        _ => UNDECIDED,
    }
}

/// Numbers, the wider later.
const NUMBERS: &[&str] = &[
    "smallint",
    "integer",
    "bigint",
    "numeric",
    "real",
    "double precision",
];

fn width(text: &str) -> Option<usize> {
    let base = text.split('(').next().unwrap_or(text);
    NUMBERS.iter().position(|number| *number == base)
}

/// The type that holds both of a union, a conditional or `coalesce`.
pub fn common(one: &Column, other: &Column) -> Column {
    let text = match (one.of.as_str(), other.of.as_str()) {
        (one, other) if one == other => one,
        (UNDECIDED, known) | (known, UNDECIDED) => return of(unsized_(known)),
        (one, other) => match (width(one), width(other)) {
            (Some(left), Some(right)) => {
                // Digits are kept only where both say the same.
                NUMBERS[left.max(right)]
            }
            _ => match (one.split('(').next(), other.split('(').next()) {
                (Some("character varying"), Some("character varying")) => "character varying",
                (Some("character varying"), Some("text"))
                | (Some("text"), Some("character varying")) => "text",
                _ => "",
            },
        },
    };
    of(text)
}

/// A type without its length or digits, which hold only where all say the same.
fn unsized_(text: &str) -> String {
    match (text.find('('), text.find(')')) {
        (Some(open), Some(close)) => format!("{}{}", &text[..open], &text[close + 1..]),
        _ => text.to_string(),
    }
}

/// The type that an operator gives.
pub fn operated(op: &BinaryOperator, left: &str, right: &str) -> String {
    use BinaryOperator as Op;
    match op {
        Op::Gt
        | Op::Lt
        | Op::GtEq
        | Op::LtEq
        | Op::Eq
        | Op::NotEq
        | Op::And
        | Op::Or
        | Op::AtArrow
        | Op::ArrowAt
        | Op::PGOverlap
        | Op::PGRegexMatch
        | Op::PGRegexIMatch
        | Op::Question => "boolean".to_string(),
        Op::LongArrow | Op::HashLongArrow => "text".to_string(),
        Op::Arrow | Op::HashArrow => left.to_string(),
        Op::StringConcat if left.ends_with("[]") => left.to_string(),
        Op::StringConcat if right.ends_with("[]") => right.to_string(),
        Op::StringConcat if left == "jsonb" || right == "jsonb" => "jsonb".to_string(),
        Op::StringConcat => "text".to_string(),
        Op::Minus if left == right && left.starts_with("timestamp") => "interval".to_string(),
        Op::Minus if left == "date" && right == "date" => "integer".to_string(),
        Op::Plus | Op::Minus if right == "interval" => left.to_string(),
        Op::Plus | Op::Minus | Op::Multiply | Op::Divide | Op::Modulo => {
            match (width(left), width(right)) {
                (Some(one), Some(other)) => NUMBERS[one.max(other)].to_string(),
                _ => String::new(),
            }
        }
        _ => String::new(),
    }
}

/// A text or NULL that nothing decided is text.
pub fn settled(column: Column) -> Column {
    if column.of == UNDECIDED {
        of("text")
    } else {
        column
    }
}
