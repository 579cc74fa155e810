//! From a letter to a brief, as somebody else proposes it: items that each cite the words they rest
//! on. What does not stand in the letter is left out, and so stays a question.
//!
//! Nothing here knows who proposes. An item is kept where its quotation stands in the letter word for
//! word, its numbers stand in the quotation, and its path and value fit the brief's schema.

mod fit;
mod letter;
mod numbers;

pub use letter::Letter;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use syntax::emit::Notes;
use syntax::path::Step;

/// Most items that are looked at in one answer; a letter of ten pages gives about a hundred.
const MOST_ITEMS: usize = 400;

/// One thing that the letter says.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Item {
    /// Place in the brief, e.g. `scale.users`.
    pub path: String,
    pub value: Value,
    /// The words of the letter that say it, word for word.
    pub quote: String,
}

/// An item that was left out.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Dropped {
    pub path: String,
    pub quote: String,
    pub why: String,
}

/// An item whose words stand in the letter.
#[derive(Debug, Clone)]
struct Founded {
    path: String,
    steps: Vec<Step>,
    value: Value,
    quote: String,
    line: usize,
}

impl Founded {
    fn dropped(&self, why: String) -> Dropped {
        Dropped {
            path: self.path.clone(),
            quote: self.quote.clone(),
            why,
        }
    }
}

/// A citation: where in the brief, on which line of the letter, which words.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Cited {
    pub path: String,
    pub line: usize,
    pub quote: String,
}

/// What the items came to so far.
#[derive(Debug, Clone, PartialEq)]
pub struct Draft {
    /// The brief as a file, with the words of the letter above each value.
    pub text: String,
    pub cited: Vec<Cited>,
    /// Of all rounds, as far as they were not corrected.
    pub dropped: Vec<Dropped>,
    /// Required keys of a brief that nothing gave; with these missing it is none yet.
    pub missing: Vec<String>,
}

/// Takes items over several rounds: what is said again replaces what was said.
pub struct Drafting {
    letter: Letter,
    /// What the brief is called where no item says so.
    name: String,
    items: Vec<Founded>,
    /// What was left out before its place in the brief was looked at, and not corrected since.
    refused: Vec<Dropped>,
}

impl Drafting {
    /// `name` is what the system is called where the letter does not say: the folder's name.
    pub fn new(letter: Letter, name: &str) -> Drafting {
        Drafting {
            letter,
            name: kebab(name),
            items: Vec::new(),
            refused: Vec::new(),
        }
    }

    /// Adds items and puts together all that hold.
    pub fn take(&mut self, items: Vec<Item>) -> Draft {
        if items.len() > MOST_ITEMS {
            self.refused.retain(|known| !known.path.is_empty());
            self.refused.push(Dropped {
                path: String::new(),
                quote: String::new(),
                why: format!(
                    "{} items are too many; the first {MOST_ITEMS} were read",
                    items.len()
                ),
            });
        }
        for item in items.into_iter().take(MOST_ITEMS) {
            self.refused.retain(|known| known.path != item.path);
            match self.founded(&item) {
                Err(why) => self.refused.push(Dropped {
                    path: item.path,
                    quote: item.quote,
                    why,
                }),
                Ok(founded) => {
                    self.items.retain(|known| known.steps != founded.steps);
                    self.items.push(founded);
                }
            }
        }
        let mut given = Map::new();
        if !self.name.is_empty() {
            given.insert("name".into(), self.name.clone().into());
        }
        let fit = fit::fit(&self.letter, &self.items, &given);
        let mut dropped = self.refused.clone();
        dropped.extend(fit.dropped.into_iter().map(|(_, dropped)| dropped));
        let mut cited: Vec<Cited> = fit
            .kept
            .iter()
            .map(|at| &self.items[*at])
            .map(|item| Cited {
                path: item.path.clone(),
                line: item.line,
                quote: item.quote.clone(),
            })
            .collect();
        cited.sort_by(|a, b| (a.line, &a.path).cmp(&(b.line, &b.path)));
        Draft {
            text: self.text(&fit.brief, &cited),
            cited,
            dropped,
            missing: fit.missing,
        }
    }

    /// The item with its place in the letter, or why it has none.
    fn founded(&self, item: &Item) -> Result<Founded, String> {
        let steps = syntax::path::parse(&item.path)?;
        if steps.is_empty() {
            return Err(
                "the path is empty; name a place in the brief, such as `scale.users`".into(),
            );
        }
        if steps.first() == Some(&Step::Key("assumptions".into())) {
            return Err(
                "an assumption is what the letter does not say; leave it to the tool".into(),
            );
        }
        if item.value.is_null() {
            return Err("there is no value; leave out what the letter does not say".into());
        }
        let (line, quote) = self.letter.find(&item.quote)?;
        let unfounded = numbers::unfounded(&item.value, &quote);
        if !unfounded.is_empty() {
            return Err(unfounded.join("; "));
        }
        Ok(Founded {
            path: item.path.clone(),
            steps,
            value: item.value.clone(),
            quote,
            line,
        })
    }

    fn text(&self, brief: &Value, cited: &[Cited]) -> String {
        let mut notes = Notes {
            header: Some(format!(
                "Drafted from {}. Above each value stand the words of the letter that it rests on; what the\nletter does not say is left out, and `groundplan ask` asks for what a design needs of it.",
                self.letter.name()
            )),
            ..Notes::default()
        };
        for one in cited {
            // Positions in a list carry no comment; their list does.
            let steps = syntax::path::parse(&one.path).unwrap_or_default();
            let keys: Vec<Step> = steps
                .into_iter()
                .take_while(|step| matches!(step, Step::Key(_)))
                .collect();
            let words = format!("\"{}\" ({}:{})", one.quote, self.letter.name(), one.line);
            let note = notes.above.entry(syntax::path::show(&keys)).or_default();
            if !note.is_empty() {
                note.push('\n');
            }
            note.push_str(&wrapped(&words));
        }
        syntax::emit::emit_with(brief, &notes)
    }
}

/// Widest line of a comment.
const WIDTH: usize = 96;

fn wrapped(text: &str) -> String {
    let mut out = String::new();
    let mut used = 0;
    for word in text.split_whitespace() {
        let length = word.chars().count();
        if used > 0 && used + 1 + length > WIDTH {
            out.push('\n');
            used = 0;
        } else if used > 0 {
            out.push(' ');
            used += 1;
        }
        out.push_str(word);
        used += length;
    }
    out
}

/// A name in kebab-case; empty where it has no letters.
fn kebab(name: &str) -> String {
    let lower = name.to_lowercase();
    let words = lower.split(|c: char| !c.is_ascii_alphanumeric());
    let words: Vec<&str> = words.filter(|w| !w.is_empty()).collect();
    let joined = words.join("-");
    let letters = joined.trim_start_matches(|c: char| !c.is_ascii_lowercase());
    letters.to_string()
}

#[cfg(test)]
mod tests;
