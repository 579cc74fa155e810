//! Who talks to whom, over what, and how that is known.

use model::fact::{Limit, LinkFact};

use super::View;
use super::text::{count, doubt, names, place, places, short, table};
use crate::recover::purpose_of;

/// Most rows of links.
const ROWS: usize = 120;

pub fn section(view: &View) -> String {
    let facts = view.facts;
    let mut links: Vec<&LinkFact> = facts.links.iter().collect();
    links.sort_by(|a, b| (a.kind, &a.from, &a.to).cmp(&(b.kind, &b.from, &b.to)));
    let rows: Vec<Vec<String>> = links
        .iter()
        .take(ROWS)
        .map(|link| {
            let mut what = purpose_of(link.kind).to_string();
            if !link.about.is_empty() {
                what = format!("{what}: {}", names(&link.about, 2));
            }
            vec![
                link.from.clone(),
                link.to.clone(),
                format!("{}{}", short(&what), doubt(link.certainty)),
                limits(link),
                places(&link.evidence, 2),
            ]
        })
        .collect();
    let mut out = table(&["from", "to", "what", "limits", "where"], &rows);
    if links.len() > ROWS {
        out.push_str(&format!(
            "\n{} are in facts.json.\n",
            count(links.len() - ROWS, "more link", "more links")
        ));
    }
    let topics: Vec<Vec<String>> = facts
        .topics
        .iter()
        .map(|(topic, fact)| {
            let side = |parties: &indexmap::IndexMap<String, Vec<model::fact::Source>>| {
                let said: Vec<String> = parties
                    .iter()
                    .map(|(id, at)| match at.first() {
                        Some(at) => format!("{id} ({})", place(at)),
                        None => id.clone(),
                    })
                    .collect();
                match said.is_empty() {
                    true => "nobody here".to_string(),
                    false => names(&said, 3),
                }
            };
            vec![
                topic.clone(),
                fact.broker.clone().unwrap_or_default(),
                side(&fact.producers),
                side(&fact.consumers),
            ]
        })
        .collect();
    let topics = table(&["topic", "over", "sent by", "taken by"], &topics);
    if !topics.is_empty() {
        out.push_str(&format!("\n{topics}"));
    }
    out
}

/// The limits that are known: set, or visibly not there.
fn limits(link: &LinkFact) -> String {
    let mut said = Vec::new();
    for (limit, word) in [
        (&link.timeout, "timeout"),
        (&link.breaker, "breaker"),
        (&link.retry, "retry"),
    ] {
        match limit {
            Limit::Set(_) => said.push(word.to_string()),
            Limit::Absent(_) => said.push(format!("no {word}")),
            Limit::Unknown => {}
        }
    }
    if link.balanced {
        said.push("balanced".to_string());
    }
    said.join(", ")
}
