//! Types of a blueprint's columns.

use super::calls::{positional, text, texts};
use super::change::{Writer, Written};
use crate::outline::{Call, Expr};

/// The type of `$table->kind('name', ..)`.
pub fn written(call: &Call, kind: &str) -> Written {
    let arguments = positional(call);
    let by = |text: String| Written::by(Writer::Laravel, text);
    match kind {
        "foreignId" => return by("unsignedbiginteger".to_string()),
        "foreignUuid" => return by("uuid".to_string()),
        "foreignUlid" => return by("ulid".to_string()),
        "rememberToken" => return by("string(100)".to_string()),
        "softDeletes" => return by("timestamp".to_string()),
        "softDeletesTz" => return by("timestamptz".to_string()),
        "enum" | "set" => {
            let labels = arguments.get(1).map(|of| texts(of)).unwrap_or_default();
            return by(format!("{kind}('{}')", labels.join("','")));
        }
        _ => {}
    }
    let sized = [
        "string",
        "char",
        "decimal",
        "unsignedDecimal",
        "dateTime",
        "dateTimeTz",
        "timestamp",
        "timestampTz",
        "time",
        "timeTz",
    ];
    let mut numbers: Vec<String> = if sized.contains(&kind) {
        let given = arguments.iter().skip(1);
        let numbers = given.filter(|size| matches!(size, Expr::Number(..)));
        numbers.filter_map(|size| text(size)).collect()
    } else {
        Vec::new()
    };
    for key in ["length", "total", "precision", "places"] {
        numbers.extend(super::calls::named_text(call, key));
    }
    if kind.to_lowercase().ends_with("decimal") && numbers.len() == 1 {
        numbers.push("2".to_string());
    }
    let kind = match kind {
        "unsignedDecimal" => "unsigned decimal",
        other => other,
    };
    if numbers.is_empty() || numbers == ["0"] {
        by(kind.to_string())
    } else {
        by(format!("{kind}({})", numbers.join(",")))
    }
}
