//! The closed vocabulary in which patterns describe their problem.
//!
//! A predicate is `[not] subject.trait [operator value]`: `operation.arrival.duplicates`,
//! `operation.batch.max > 100`, `entity.rows > 50M`, `not choices.messaging = none`,
//! `architecture.tables has outbox`. A value may be a number, a quantity with its unit, a word, or
//! another trait (`operation.rows_read_per_s < operation.source_writes_per_s`). A comparison with
//! something the brief does not say is false.

use model::{Bytes, Count, Duration, Rate, Ratio};

use super::binding::{Binding, Scope};
use super::{entity_traits, operation_traits, other_traits};

/// What a trait amounts to at one place.
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    Nothing,
    Flag(bool),
    /// Seconds, bytes, per second, shares or plain numbers.
    Number(f64),
    Word(String),
    Words(Vec<String>),
}

impl Value {
    pub fn number(value: Option<f64>) -> Self {
        value.map_or(Value::Nothing, Value::Number)
    }
    pub fn word(value: Option<impl Into<String>>) -> Self {
        value.map_or(Value::Nothing, |v| Value::Word(v.into()))
    }
    fn holds(&self) -> bool {
        match self {
            Value::Nothing => false,
            Value::Flag(b) => *b,
            Value::Number(n) => *n > 0.0,
            Value::Word(w) => !w.is_empty(),
            Value::Words(list) => !list.is_empty(),
        }
    }
}

/// One trait of the vocabulary.
pub struct Trait {
    /// `operation.arrival.duplicates`.
    pub name: &'static str,
    /// Where it is written, below the subject in the brief; empty for the subject itself.
    pub at: &'static str,
    pub get: for<'a> fn(Scope<'a>, &Binding<'a>) -> Value,
}

/// Finds a trait by its name.
pub fn find(name: &str) -> Option<&'static Trait> {
    operation_traits::TRAITS
        .iter()
        .chain(entity_traits::TRAITS)
        .chain(other_traits::TRAITS)
        .find(|t| t.name == name)
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Operator {
    Holds,
    Equals,
    Differs,
    Above,
    AtLeast,
    Below,
    AtMost,
    Has,
}

/// The right side of a comparison.
#[derive(Debug, Clone, PartialEq)]
pub enum Right {
    Nothing,
    Number(f64),
    Word(String),
    Trait(String),
}

/// A parsed predicate.
#[derive(Debug, Clone, PartialEq)]
pub struct Predicate {
    pub negated: bool,
    pub subject: String,
    pub operator: Operator,
    pub right: Right,
}

fn amount(text: &str) -> Option<f64> {
    text.parse::<f64>()
        .ok()
        .or_else(|| text.parse::<Duration>().ok().map(|v| v.0))
        .or_else(|| text.parse::<Bytes>().ok().map(|v| v.0))
        .or_else(|| text.parse::<Rate>().ok().map(|v| v.0))
        .or_else(|| text.parse::<Ratio>().ok().map(|v| v.0))
        .or_else(|| text.parse::<Count>().ok().map(|v| v.0))
}

/// Reads a predicate.
///
/// # Errors
/// Says which trait or operator is unknown.
pub fn parse(text: &str) -> Result<Predicate, String> {
    let text = text.trim();
    let (negated, rest) = match text.strip_prefix("not ") {
        Some(rest) => (true, rest.trim()),
        None => (false, text),
    };
    let mut words = rest.splitn(3, ' ');
    let subject = words.next().unwrap_or_default().to_string();
    if find(&subject).is_none() {
        return Err(format!("`{text}`: there is no trait `{subject}`"));
    }
    let operator = match words.next() {
        None => Operator::Holds,
        Some("=") => Operator::Equals,
        Some("!=") => Operator::Differs,
        Some(">") => Operator::Above,
        Some(">=") => Operator::AtLeast,
        Some("<") => Operator::Below,
        Some("<=") => Operator::AtMost,
        Some("has") => Operator::Has,
        Some(other) => return Err(format!("`{text}`: `{other}` is not an operator")),
    };
    let right = match (operator, words.next().map(str::trim)) {
        (Operator::Holds, _) => Right::Nothing,
        (_, None | Some("")) => return Err(format!("`{text}` compares with nothing")),
        (_, Some(value)) => match amount(value) {
            Some(n) => Right::Number(n),
            None if find(value).is_some() => Right::Trait(value.to_string()),
            None => Right::Word(value.to_string()),
        },
    };
    Ok(Predicate {
        negated,
        subject,
        operator,
        right,
    })
}

impl Predicate {
    /// Whether it holds at this place.
    pub fn holds<'a>(&self, scope: Scope<'a>, binding: &Binding<'a>) -> bool {
        let value = |name: &str| find(name).map_or(Value::Nothing, |t| (t.get)(scope, binding));
        let left = value(&self.subject);
        let right = match &self.right {
            Right::Nothing => Value::Nothing,
            Right::Number(n) => Value::Number(*n),
            Right::Word(w) => Value::Word(w.clone()),
            Right::Trait(name) => value(name),
        };
        let compare = |test: fn(f64, f64) -> bool| match (&left, &right) {
            (Value::Number(a), Value::Number(b)) => test(*a, *b),
            _ => false,
        };
        let same = |a: &Value, b: &Value| match (a, b) {
            (Value::Number(a), Value::Number(b)) => (a - b).abs() < 1e-9,
            (Value::Flag(a), Value::Word(b)) => b == if *a { "true" } else { "false" },
            (a, b) => a == b,
        };
        let outcome = match self.operator {
            Operator::Holds => left.holds(),
            Operator::Equals => left != Value::Nothing && same(&left, &right),
            Operator::Differs => left != Value::Nothing && !same(&left, &right),
            Operator::Above => compare(|a, b| a > b),
            Operator::AtLeast => compare(|a, b| a >= b),
            Operator::Below => compare(|a, b| a < b),
            Operator::AtMost => compare(|a, b| a <= b),
            Operator::Has => match (&left, &right) {
                (Value::Words(list), Value::Word(w)) => list.contains(w),
                _ => false,
            },
        };
        outcome != self.negated
    }

    /// The place in the brief that it speaks of, for what it was found true of.
    pub fn path(&self, binding: &Binding<'_>) -> Option<String> {
        if self.negated || self.operator == Operator::Differs {
            return None;
        }
        let found = find(&self.subject)?;
        let (subject, _) = self.subject.split_once('.')?;
        let base = match subject {
            "operation" => format!("domain.operations.{}", binding.operation?.0),
            "entity" => format!("domain.entities.{}", binding.entity?.0),
            "field" => format!(
                "domain.entities.{}.fields.{}",
                binding.entity?.0, binding.field?.0
            ),
            "transition" => format!(
                "domain.entities.{}.machine.transitions.{}",
                binding.entity?.0, binding.transition?.0
            ),
            "update" | "create" => format!("domain.operations.{}.effects", binding.operation?.0),
            "event" => format!("domain.events.{}", binding.event?.0),
            "port" => format!("domain.ports.{}", binding.port?.0),
            "actor" => format!("domain.actors.{}", binding.actor?.0),
            "brief" => return Some(found.at.to_string()).filter(|p| !p.is_empty()),
            _ => return None,
        };
        Some(if found.at.is_empty() {
            base
        } else {
            format!("{base}.{}", found.at)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_numbers_units_words_and_other_traits() {
        let right = |text: &str| parse(text).unwrap().right;
        assert_eq!(right("operation.batch.max > 100"), Right::Number(100.0));
        assert_eq!(
            right("entity.retention.keep > 2 days"),
            Right::Number(172_800.0)
        );
        assert_eq!(right("entity.new > 10/s"), Right::Number(10.0));
        assert_eq!(
            right("operation.idempotency = key"),
            Right::Word("key".into())
        );
        assert_eq!(
            right("operation.rows_read_per_s < operation.source_writes_per_s"),
            Right::Trait("operation.source_writes_per_s".into())
        );
        assert!(parse("not operation.writes").unwrap().negated);
        assert!(parse("operation.colour").is_err());
        assert!(parse("operation.writes ~ 3").is_err());
        assert!(parse("operation.batch.max >").is_err());
    }
}
