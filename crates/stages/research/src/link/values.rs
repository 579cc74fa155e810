//! Values of a file in the world: constants of other files, variables and settings put in.

use model::fact::Source;

use super::world::World;
use crate::observation::Value;

/// How far a value is followed; a circle ends here.
const DEPTH: u8 = 10;
/// How many alternatives of one value are followed.
const ALTERNATIVES: usize = 12;

/// A text that a value may have at run time; what is not known is `{}`.
#[derive(Debug, Clone, PartialEq)]
pub struct Text {
    pub text: String,
    /// Configuration, manifests and constants that it came through.
    pub via: Vec<Source>,
    pub because: Vec<String>,
}

impl World<'_> {
    /// Every text that a value of a file may be for a unit.
    pub fn texts(&self, unit: usize, path: &str, value: &Value) -> Vec<Text> {
        let mut found = self.evaluate(unit, path, value, 0);
        found.truncate(ALTERNATIVES);
        found
    }

    fn evaluate(&self, unit: usize, path: &str, value: &Value, depth: u8) -> Vec<Text> {
        let plain = |text: &str| {
            vec![Text {
                text: text.to_owned(),
                via: Vec::new(),
                because: Vec::new(),
            }]
        };
        if depth > DEPTH {
            return plain("{}");
        }
        let next = depth + 1;
        match value {
            Value::Text(text) => plain(text),
            Value::Hole => plain("{}"),
            Value::Either(items) => {
                let mut all: Vec<Text> = items
                    .iter()
                    .flat_map(|item| self.evaluate(unit, path, item, next))
                    .collect();
                all.dedup();
                all.truncate(ALTERNATIVES);
                all
            }
            Value::Concat(items) => {
                let mut all = plain("");
                for item in items {
                    let tails = self.evaluate(unit, path, item, next);
                    all = all
                        .iter()
                        .flat_map(|head| {
                            tails.iter().map(move |tail| Text {
                                text: format!("{}{}", head.text, tail.text),
                                via: head.via.iter().chain(&tail.via).cloned().collect(),
                                because: head
                                    .because
                                    .iter()
                                    .chain(&tail.because)
                                    .cloned()
                                    .collect(),
                            })
                        })
                        .take(ALTERNATIVES)
                        .collect();
                }
                all
            }
            Value::Env { name, default } => {
                let mut all = self.variable(unit, name, next);
                if let Some(default) = default {
                    all.extend(self.evaluate(unit, path, default, next));
                }
                if all.is_empty() {
                    all = self.configured(unit, name, next);
                }
                if all.is_empty() { plain("{}") } else { all }
            }
            Value::Config { key, default } => {
                let upper: String = key
                    .chars()
                    .map(|c| {
                        if c.is_ascii_alphanumeric() {
                            c.to_ascii_uppercase()
                        } else {
                            '_'
                        }
                    })
                    .collect();
                let mut all = self.variable(unit, &upper, next);
                all.extend(self.configured(unit, key, next));
                if let Some(default) = default {
                    all.extend(self.evaluate(unit, path, default, next));
                }
                if all.is_empty() { plain("{}") } else { all }
            }
            Value::Symbol(symbol) => match self.index.value_of(path, symbol) {
                Some((other, found)) if *found != *value => {
                    let mut all = self.evaluate(unit, other, found, next);
                    for one in &mut all {
                        one.via.push(Source {
                            file: other.to_owned(),
                            line: 0,
                        });
                    }
                    all
                }
                _ => plain("{}"),
            },
        }
    }

    fn variable(&self, unit: usize, name: &str, depth: u8) -> Vec<Text> {
        let Some(values) = self.env[unit].get(name) else {
            return Vec::new();
        };
        let mut all = Vec::new();
        for (value, source) in values {
            // `X: ${X}` refers to the shell's own.
            if matches!(value, Value::Env { name: own, default: None } if own == name) {
                continue;
            }
            for mut text in self.evaluate(unit, &source.file, value, depth) {
                text.because
                    .push(format!("{name} is {} in {}", text.text, source.file));
                text.via.push(source.clone());
                if !all.iter().any(|other: &Text| other.text == text.text) {
                    all.push(text);
                }
            }
        }
        all
    }

    fn configured(&self, unit: usize, key: &str, depth: u8) -> Vec<Text> {
        let mut all: Vec<Text> = Vec::new();
        for setting in self.setting(unit, key) {
            for mut text in self.evaluate(unit, &setting.at.file, setting.value, depth) {
                text.because
                    .push(format!("{key} is {} in {}", text.text, setting.at.file));
                text.via.push(setting.at.clone());
                if !all.iter().any(|other| other.text == text.text) {
                    all.push(text);
                }
            }
        }
        all
    }
}
