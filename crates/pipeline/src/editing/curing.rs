//! Edits that cure a fault of a file, and waivers for what may be accepted.
//!
//! Candidates come from the schema and the ids; each is made on a copy of the text, the folder is
//! read again, and only those are offered after which the fault is gone and no other is there.

use model::Finding;
use serde_json::{Value, json};
use syntax::cursor::{self, About};
use syntax::path::{self, Step};
use syntax::{edit, scalar, suggest};

use super::offers::{quantities, quantity, split};
use super::{Document, Edit, apply, difference, document, node_at};
use crate::{Kept, Read, Workspace};

/// Candidates of one kind that are tried.
const MOST: usize = 8;

/// A cure that was tried.
#[derive(Debug, Clone, PartialEq)]
pub struct Cure {
    /// What it does: ``Write `kind` ``.
    pub title: String,
    pub edit: Edit,
    /// It is probably what was meant.
    pub likely: bool,
}

/// The edits that cure a file's fault, the likeliest first.
pub fn cures(workspace: &Workspace, read: Read<'_>, finding: &Finding) -> Vec<Cure> {
    let Some(file) = finding.place.file.as_deref() else {
        return Vec::new();
    };
    let Some((document, number)) = document(workspace, file) else {
        return Vec::new();
    };
    let case = Case {
        document: &document,
        finding,
        file,
        text: document.sources.text(number),
    };
    let faults = workspace.findings.len();
    let mut cures: Vec<Cure> = Vec::new();
    for candidate in case.candidates() {
        if cures.iter().any(|c| c.edit == candidate.edit) {
            continue;
        }
        let Some(new) = apply(case.text, &[&candidate.edit]) else {
            continue;
        };
        let mut changed = |name: &str| match name == file {
            true => Ok(Some(new.clone().into_bytes())),
            false => read(name),
        };
        let after = Kept::of(workspace).open(&mut changed);
        let same = |f: &Finding| f.rule == finding.rule && f.place.path == finding.place.path;
        let there = |all: &[Finding]| all.iter().filter(|f| same(f)).count();
        let gone = there(&after.findings) < there(&workspace.findings);
        if gone && after.findings.len() < faults {
            cures.push(candidate);
        }
    }
    cures
}

struct Case<'c> {
    document: &'c Document<'c>,
    finding: &'c Finding,
    file: &'c str,
    text: &'c str,
}

impl Case<'_> {
    fn candidates(&self) -> Vec<Cure> {
        match self.finding.rule.as_str() {
            "unknown-key" => self.keys(),
            "unknown-value" => self.words(),
            "dangling-reference" => self.ids(),
            "ambiguous-text" => self.unambiguous(),
            "bad-quantity" => self.quantities(),
            "missing-key" => self.missing(),
            "wrong-type" => self.types(),
            "bad-id" => self.better_id(),
            "bad-syntax" => self.tabs(),
            _ => Vec::new(),
        }
    }

    fn steps(&self) -> Vec<Step> {
        path::parse(&self.finding.place.path).unwrap_or_default()
    }

    /// What was written at the finding.
    fn written(&self) -> &str {
        let span = self.finding.place.span.unwrap_or_default();
        self.text.get(span.start..span.end).unwrap_or_default()
    }

    fn unquoted(&self) -> &str {
        self.written().trim_matches(['"', '\''])
    }

    fn about(&self) -> Option<About> {
        cursor::about(self.document.schema, self.document.tree?, &self.steps())
    }

    fn write(&self, new: impl Into<String>, likely: bool) -> Cure {
        let new = new.into();
        let span = self.finding.place.span.unwrap_or_default();
        Cure {
            title: format!("Write `{new}`"),
            edit: Edit {
                file: self.file.to_string(),
                range: span.start..span.end,
                text: new,
            },
            likely,
        }
    }

    /// Each of `words`, the nearest to what was written first.
    fn nearest_first<'w>(&self, words: impl IntoIterator<Item = &'w str>) -> Vec<Cure> {
        let words: Vec<&str> = words.into_iter().collect();
        let meant = suggest::nearest(self.unquoted(), words.iter().copied());
        let rest = words.iter().copied().filter(|w| Some(*w) != meant);
        let near = meant.map(|word| self.write(word, true));
        near.into_iter()
            .chain(
                rest.take(MOST)
                    .map(|word| self.write(word, words.len() == 1)),
            )
            .collect()
    }

    fn keys(&self) -> Vec<Cure> {
        let steps = self.steps();
        let (Some(tree), Some((_, above))) = (self.document.tree, steps.split_last()) else {
            return Vec::new();
        };
        let free = cursor::free_keys(self.document.schema, tree, above);
        let near: Vec<&str> = free.iter().map(|(key, _)| key.as_str()).collect();
        // Another key than the one that was meant would be a guess; leaving it out is a choice.
        let mut cures = self.nearest_first(near);
        cures.retain(|cure| cure.likely);
        if let Ok(new) = edit::remove(self.text, &self.finding.place.path) {
            cures.push(Cure {
                title: format!("Remove `{}`", self.unquoted()),
                edit: difference(self.file, self.text, &new),
                likely: false,
            });
        }
        cures
    }

    fn words(&self) -> Vec<Cure> {
        let about = self.about().unwrap_or_default();
        self.nearest_first(about.words.iter().map(|(word, _)| word.as_str()))
    }

    fn ids(&self) -> Vec<Cure> {
        let (Some(tree), Some(about)) = (self.document.tree, self.about()) else {
            return Vec::new();
        };
        let Some(collections) = about.refers else {
            return Vec::new();
        };
        let scope = cursor::scope(self.document.schema, tree, &self.steps());
        let ids = self.document.ids.writable(&collections, &scope);
        self.nearest_first(ids.iter().map(String::as_str))
    }

    fn unambiguous(&self) -> Vec<Cure> {
        let word = self.unquoted();
        let quoted = self.write(scalar::double_quoted(word), false);
        let yes = ["yes", "on", "y", "true"]
            .iter()
            .any(|w| word.eq_ignore_ascii_case(w));
        let truth = self.write(yes.to_string(), false);
        let mut cures = vec![quoted, truth];
        if let [quoted, ..] = cures.as_mut_slice() {
            quoted.likely = true;
        }
        cures
    }

    fn quantities(&self) -> Vec<Cure> {
        let about = self.about().unwrap_or_default();
        let Some(kind) = about.quantity else {
            return Vec::new();
        };
        let whole = self
            .document
            .tree
            .and_then(|tree| node_at(tree, &self.steps()))
            .and_then(|node| Some((node.span, node.text()?)));
        let Some((span, text)) = whole else {
            return Vec::new();
        };
        let (number, unit) = split(text);
        let mut texts = Vec::new();
        // A share written as a fraction, and units in another case.
        if kind == "ratio"
            && let Ok(share) = number.parse::<f64>()
            && (0.0..=1.0).contains(&share)
        {
            let percent = format!("{:.6}", share * 100.0);
            let percent = percent.trim_end_matches('0').trim_end_matches('.');
            texts.push(format!("{percent} %"));
        }
        let all = quantities(&kind, number);
        let folded = |text: &str| text.replace(' ', "").to_lowercase();
        let meant = folded(&quantity(number, unit));
        let (same, others): (Vec<_>, Vec<_>) = all.into_iter().partition(|t| folded(t) == meant);
        let near = suggest::nearest(unit, others.iter().map(|t| split(t).1)).map(str::to_string);
        let (near, others): (Vec<_>, Vec<_>) = others
            .into_iter()
            .partition(|t| near.as_deref().is_some_and(|unit| split(t).1 == unit));
        texts.extend(same);
        texts.extend(near);
        texts.extend(others);
        let mut cures: Vec<Cure> = texts
            .into_iter()
            .take(MOST)
            .map(|text| {
                let mut cure = self.write(text, false);
                cure.edit.range = span.start..span.end;
                cure
            })
            .collect();
        if let Some(first) = cures.first_mut() {
            first.likely = true;
        }
        cures
    }

    fn missing(&self) -> Vec<Cure> {
        let steps = self.steps();
        let Some(tree) = self.document.tree else {
            return Vec::new();
        };
        let scope = cursor::scope(self.document.schema, tree, &steps);
        let free = cursor::free_keys(self.document.schema, tree, &steps);
        let mut cures = Vec::new();
        for (key, about) in free.into_iter().filter(|(_, about)| about.required) {
            let mut values: Vec<Value> = Vec::new();
            values.extend(about.words.iter().take(MOST).map(|(word, _)| json!(word)));
            if let Some(collections) = &about.refers {
                let ids = self.document.ids.writable(collections, &scope);
                values.extend(ids.into_iter().take(MOST).map(Value::from));
            }
            values.extend(about.example.as_deref().map(Value::from));
            if values.is_empty() {
                // What only a person knows stands there as a sentence that says so.
                values.push(json!(format!(
                    "the {} is not said yet",
                    key.replace('_', " ")
                )));
                values.extend([json!({}), json!([]), json!(1), json!(false)]);
            }
            for value in values {
                let at = path::join(&self.finding.place.path, &key);
                let Ok(new) = edit::add(self.text, &at, &value) else {
                    continue;
                };
                cures.push(Cure {
                    title: format!("Add `{key}: {}`", scalar::show(&value, true)),
                    edit: difference(self.file, self.text, &new),
                    likely: false,
                });
            }
        }
        cures
    }

    fn types(&self) -> Vec<Cure> {
        let mut cures = Vec::new();
        let written = self.written();
        if scalar::number(self.unquoted()).is_some() && self.unquoted() != written {
            cures.push(self.write(self.unquoted(), true));
        }
        if !written.is_empty() && !written.contains('\n') {
            cures.push(self.write(format!("[{written}]"), false));
            cures.push(self.write(scalar::double_quoted(self.unquoted()), false));
        }
        cures
    }

    fn better_id(&self) -> Vec<Cure> {
        let better = self.finding.remedy.strip_prefix("Write `");
        let better = better.and_then(|rest| rest.split_once('`'));
        better
            .map(|(id, _)| self.write(id, true))
            .into_iter()
            .collect()
    }

    fn tabs(&self) -> Vec<Cure> {
        let at = self.finding.place.span.unwrap_or_default().start;
        let begin = self.text[..at].rfind('\n').map_or(0, |i| i + 1);
        let line = &self.text[begin..];
        let blank = &line[..line.len() - line.trim_start_matches([' ', '\t']).len()];
        if !blank.contains('\t') {
            return Vec::new();
        }
        // As deep as the line above, which is what was mostly meant; or two spaces for each tab.
        let above = self.text[..begin]
            .lines()
            .rfind(|line| !line.trim().is_empty());
        let above = above.map(|line| &line[..line.len() - line.trim_start_matches(' ').len()]);
        let depths = above.map(str::to_string).into_iter();
        depths
            .chain([blank.replace('\t', "  ")])
            .map(|spaces| Cure {
                title: format!("Indent with {} spaces", spaces.len()),
                edit: Edit {
                    file: self.file.to_string(),
                    range: begin..begin + blank.len(),
                    text: spaces,
                },
                likely: true,
            })
            .collect()
    }
}

/// Whether somebody may accept a finding for a time: what a file's text does not make understood
/// cannot be accepted.
pub fn may_be_waived(workspace: &Workspace, finding: &Finding) -> bool {
    let fault = workspace.findings.iter().any(|f| f.key() == finding.key());
    let of_a_waiver = finding.rule.ends_with("-waiver");
    !fault && !of_a_waiver && finding.waived.is_none() && !finding.subjects.is_empty()
}

/// The text of the waivers with one more; `None` where the present text cannot be edited.
pub fn waive(text: Option<&str>, finding: &Finding, today: &str) -> Option<String> {
    let waiver = json!({
        "finding": finding.key(),
        "reason": "say here why it is accepted",
        "owner": "say here who answers for it",
        "expires": in_three_months(today)?,
    });
    let text = text.unwrap_or_default();
    let parsed = syntax::tree::parse(0, text);
    let there = parsed.root.as_ref().and_then(|root| root.get("waivers"));
    match there {
        Some(list) if !list.is_null() => edit::add(text, "waivers", &waiver).ok(),
        _ => edit::set(text, "waivers", &json!([waiver])).ok(),
    }
}

/// The same day three months on, or the last day that every month has.
fn in_three_months(today: &str) -> Option<String> {
    let mut parts = today.split('-').map(|p| p.parse::<u32>().ok());
    let (year, month, day) = (parts.next()??, parts.next()??, parts.next()??);
    let later = month + 3;
    let (year, month) = if later > 12 {
        (year + 1, later - 12)
    } else {
        (year, later)
    };
    Some(format!("{year:04}-{month:02}-{:02}", day.min(28)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use model::Severity;

    #[test]
    fn waivers_are_added_to_what_is_there() {
        let finding = Finding::new("missing-timeout", Severity::Major, "relations.a-to-b", "m");
        let new = waive(None, &finding, "2026-11-30").unwrap();
        assert!(
            new.contains("finding: missing-timeout@relations.a-to-b"),
            "{new}"
        );
        assert!(new.contains("2027-02-28"), "{new}");
        let again = waive(Some(&format!("# Ours.\n{new}")), &finding, "2026-01-02").unwrap();
        assert!(again.starts_with("# Ours."), "{again}");
        assert_eq!(again.matches("finding:").count(), 2);
        assert!(waive(Some("waivers: ["), &finding, "2026-01-02").is_none());
    }
}
