//! When a question concerns a brief: a small vocabulary, one condition per text, all must hold.
//!
//! | condition | holds where |
//! |---|---|
//! | `service` | the program serves requests, or nobody said what it is |
//! | `has PATH` | the brief says something at the path |
//! | `no PATH` | it says nothing there |
//! | `PATH is WORD` | the value at the path is that word, number or truth value |
//! | `PATH at-least SHARE` | the value at the path is a share of at least that |
//! | `writes` | some operation changes what is stored |
//! | `personal-data` | data of class personal or above is stored, as the security needs or a field say |
//! | `several-customers` | some actor has a tenant, or customers number more than one |

use crate::place::{at, said};
use model::Brief;
use model::brief::Form;
use model::domain::{ActorKind, DataClass};
use model::quantity::Ratio;
use serde_json::Value;

/// A condition that was read.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Condition {
    Service,
    Has(String),
    No(String),
    Is(String, String),
    AtLeast(String, f64),
    Writes,
    PersonalData,
    SeveralCustomers,
}

/// Reads one condition.
pub(crate) fn parse(text: &str) -> Result<Condition, String> {
    let words: Vec<&str> = text.split_whitespace().collect();
    Ok(match words.as_slice() {
        ["service"] => Condition::Service,
        ["writes"] => Condition::Writes,
        ["personal-data"] => Condition::PersonalData,
        ["several-customers"] => Condition::SeveralCustomers,
        ["has", path] => Condition::Has((*path).to_string()),
        ["no", path] => Condition::No((*path).to_string()),
        [path, "is", word] => Condition::Is((*path).to_string(), (*word).to_string()),
        [path, "at-least", share @ ..] => {
            let share: Ratio = share.join(" ").parse()?;
            Condition::AtLeast((*path).to_string(), share.0)
        }
        _ => return Err(format!("`{text}` is no condition")),
    })
}

impl Condition {
    /// Whether it holds; `value` is the brief as a value.
    pub(crate) fn holds(&self, brief: &Brief, value: &Value) -> bool {
        match self {
            Condition::Service => matches!(brief.form, None | Some(Form::Service)),
            Condition::Has(path) => said(value, path),
            Condition::No(path) => !said(value, path),
            Condition::Is(path, word) => at(value, path).is_some_and(|v| match v {
                Value::String(text) => text == word,
                Value::Bool(yes) => word == if *yes { "true" } else { "false" },
                Value::Number(number) => word.parse() == Ok(number.as_f64().unwrap_or(f64::NAN)),
                _ => false,
            }),
            Condition::AtLeast(path, share) => at(value, path)
                .and_then(Value::as_str)
                .and_then(|text| text.parse::<Ratio>().ok())
                .is_some_and(|found| found.0 >= *share),
            Condition::Writes => brief.domain.operations.values().any(|o| o.writes()),
            Condition::PersonalData => personal(brief),
            Condition::SeveralCustomers => brief.domain.actors.values().any(|a| {
                a.tenant.is_some()
                    || (a.kind == ActorKind::Customer && a.count.is_none_or(|c| c.0 > 1.0))
            }),
        }
    }
}

/// Whether personal data, or something more sensitive, is stored.
pub(crate) fn personal(brief: &Brief) -> bool {
    let needs = brief.security.as_ref().and_then(|s| s.data);
    let fields = brief
        .domain
        .entities
        .values()
        .flat_map(|e| e.fields.values());
    needs.is_some_and(|class| class >= DataClass::Personal)
        || fields
            .filter_map(|f| f.class)
            .any(|class| (DataClass::Personal..DataClass::Secret).contains(&class))
}
