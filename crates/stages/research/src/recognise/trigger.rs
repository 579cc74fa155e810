//! What must be seen for a row of a table to count.

use std::collections::BTreeMap;

use serde::de::{Error, IgnoredAny};
use serde::{Deserialize, Deserializer};

/// What must be seen. At least one key; several narrow.
#[derive(Debug, Clone, Default, Deserialize)]
pub struct Trigger {
    #[serde(default)]
    pub annotation: Vec<String>,
    /// `class`, `function`, `field`, `parameter`: what the annotation stands on.
    #[serde(default)]
    pub of: Option<String>,
    #[serde(default)]
    pub call: Vec<String>,
    #[serde(default)]
    pub on: Vec<String>,
    #[serde(default)]
    pub extends: Vec<String>,
    #[serde(default)]
    pub takes: Vec<String>,
    #[serde(default)]
    pub setting: Vec<String>,
    #[serde(default)]
    pub dependency: Vec<String>,
    /// Needs an argument of this selector to count (`when = ["0.url"]`).
    #[serde(default)]
    pub when: Vec<String>,
    /// Counts only where the argument is a call of this name, or is none: `given = "1=include"`, `not_given = "1=include"`.
    #[serde(default)]
    pub given: Option<String>,
    #[serde(default)]
    pub not_given: Option<String>,
    #[serde(default)]
    pub member: Vec<String>,
    /// A function of this name is declared (`test_*`); read for tests.
    #[serde(default)]
    pub function: Vec<String>,
    /// Like `member`, but only in brackets: `configuration["orders:url"]`.
    #[serde(default)]
    pub item: Vec<String>,
    /// Counts only where an argument is a value of a `[[type]]` of this file: `typed = "0=connection"`.
    #[serde(default)]
    pub typed: Option<String>,
    /// Counts only where these arguments are known texts; `"0=bootstrap.servers"` is this text.
    #[serde(default)]
    pub text: Vec<String>,
    /// Counts only where none of these methods is called later in the chain.
    #[serde(default)]
    pub not_chained: Vec<String>,
    /// Counts only where the argument is, or has among its items, a text or name like this:
    /// `says = "0=*authenticate*"`.
    #[serde(default)]
    pub says: Option<String>,
    /// Counts only in a type that has one of these supers or annotations; `""` is outside of any type.
    #[serde(default)]
    pub inside: Vec<String>,
    /// Counts only on a class itself, not on a value: the receiver's name starts in upper case.
    #[serde(default)]
    pub class_receiver: bool,
    /// Does not count where the argument says so, in the manner of `says`.
    #[serde(default)]
    pub not_says: Option<String>,
    /// Counts only with at least this many arguments (Express's `app.get("setting")` is no route).
    #[serde(default)]
    pub arguments: Option<usize>,
    /// Keys that neither the row nor the trigger knows are a fault of the table.
    #[serde(flatten, deserialize_with = "nothing_left")]
    pub rest: (),
}

/// Refuses what no field took. A row takes its trigger's keys out of what it does not know itself
/// (`flatten`), so nobody else would notice a key that is misspelt.
fn nothing_left<'de, D: Deserializer<'de>>(rest: D) -> Result<(), D::Error> {
    let rest = BTreeMap::<String, IgnoredAny>::deserialize(rest)?;
    match rest.keys().next() {
        None => Ok(()),
        Some(key) => Err(D::Error::custom(format!(
            "no row of this kind knows the key `{key}`"
        ))),
    }
}

#[cfg(test)]
mod tests {
    use crate::recognise::table::Library;

    /// What is said of a table with this text at its end.
    fn fault(rows: &str) -> Option<String> {
        let head = "id = \"x\"\nname = \"X\"\ndocs = \"\"\nlanguages = [\"go\"]\n";
        let read = toml::from_str::<Library>(&format!("{head}{rows}"));
        read.err().map(|error| error.to_string())
    }

    #[test]
    fn a_key_that_no_row_knows_is_a_fault_with_its_name() {
        for rows in [
            "[[call]]\ncall = [\"get\"]\nurll = [\"0\"]\n",
            "[[test]]\nannotation = [\"Test\"]\nurll = \"class\"\n",
            "[[place]]\nunder = [\"app\"]\nurll = \"route\"\n",
            "urll = 1\n",
        ] {
            let fault = fault(rows).expect(rows);
            assert!(fault.contains("`urll`"), "{fault}");
        }
        assert_eq!(
            fault("[[call]]\ncall = [\"get\"]\nof = \"class\"\nurl = [\"0\"]\n"),
            None
        );
    }
}
