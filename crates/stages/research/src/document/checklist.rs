//! The coupling checklist, each item held against this tree, and the red flags.

use model::Finding;
use model::fact::LinkKind;
use model::finding::{Certainty, Severity};

use super::View;
use super::coupling::shared;
use super::text::{count, doubt, escape, names, table};

/// Items that are answered by findings of rules: a clean run answers them only where there was something
/// to look at.
struct Item {
    asks: &'static str,
    rules: &'static [&'static str],
    /// How much of what it is about there is here: a count in words, or nothing.
    over: fn(&View) -> Option<String>,
}

const ITEMS: &[Item] = &[
    Item {
        asks: "Endpoints have one responsibility",
        rules: &["fat-handler"],
        over: endpoints,
    },
    Item {
        asks: "No business logic in handlers",
        rules: &["fat-handler", "sql-in-handler"],
        over: endpoints,
    },
    Item {
        asks: "Data access in repositories",
        rules: &["sql-in-handler", "query-per-row"],
        over: data,
    },
    Item {
        asks: "Configuration outside code",
        rules: &["hard-coded-address", "plaintext-secret"],
        over: configuration,
    },
    Item {
        asks: "External calls behind interfaces",
        rules: &["client-in-handler"],
        over: external,
    },
    Item {
        asks: "No circular dependencies",
        rules: &["call-cycle"],
        over: calls,
    },
];

fn endpoints(view: &View) -> Option<String> {
    let all: usize = view
        .facts
        .services
        .values()
        .map(|s| s.endpoints.len())
        .sum();
    (all > 0).then(|| count(all, "endpoint", "endpoints"))
}

fn data(view: &View) -> Option<String> {
    let all = view
        .facts
        .links
        .iter()
        .filter(|l| l.kind == LinkKind::Data)
        .count();
    (all > 0).then(|| count(all, "use of a store", "uses of stores"))
}

fn calls(view: &View) -> Option<String> {
    let all = view
        .facts
        .links
        .iter()
        .filter(|l| l.kind == LinkKind::Call)
        .count();
    (all > 0).then(|| count(all, "call between services", "calls between services"))
}

fn external(view: &View) -> Option<String> {
    let all = view
        .facts
        .links
        .iter()
        .filter(|l| matches!(l.kind, LinkKind::External | LinkKind::Call))
        .count();
    (all > 0).then(|| count(all, "outgoing call", "outgoing calls"))
}

fn configuration(view: &View) -> Option<String> {
    let all: usize = view
        .facts
        .services
        .values()
        .map(|s| s.environment.len())
        .sum();
    (all > 0).then(|| count(all, "variable", "variables"))
}

pub fn section(view: &View) -> String {
    let mut rows: Vec<Vec<String>> = own_database(view).into_iter().collect();
    for item in ITEMS {
        let against: Vec<&Finding> = view
            .findings
            .iter()
            .filter(|f| item.rules.contains(&f.rule.as_str()))
            .collect();
        let (state, why) = match ((item.over)(view), against.first()) {
            (_, Some(first)) => (
                // Notes are advice: nobody broke anything.
                match against.iter().any(|f| f.severity < Severity::Note) {
                    true => "broken",
                    false => "advice",
                },
                format!(
                    "{}, the first at {}",
                    count(against.len(), "place", "places"),
                    where_is(first)
                ),
            ),
            (Some(over), None) => ("nothing against it", format!("in {over}")),
            (None, None) => continue,
        };
        rows.push(vec![item.asks.to_string(), state.to_string(), why]);
    }
    table(&["item", "here", "because"], &rows)
}

/// No service touches another's database.
fn own_database(view: &View) -> Option<Vec<String>> {
    let asks = "No service touches another's database".to_string();
    let shared = shared(view.facts);
    let (state, why) = match (shared.first(), data(view)) {
        (Some((store, database, users)), _) => {
            let database = database
                .as_deref()
                .map_or_else(String::new, |d| format!("/{d}"));
            let users: Vec<&String> = users.iter().collect();
            let more = match shared.len() {
                1 => String::new(),
                n => format!(", and {} more", n - 1),
            };
            (
                "broken",
                format!("{store}{database} is used by {}{more}", names(&users, 4)),
            )
        }
        (None, Some(over)) => ("nothing against it", format!("in {over}")),
        (None, None) => return None,
    };
    Some(vec![asks, state.to_string(), why])
}

/// `file:line` of a finding.
pub fn where_is(finding: &Finding) -> String {
    match (&finding.place.file, finding.place.span) {
        (Some(file), Some(span)) => format!("{file}:{}", span.line),
        (Some(file), None) => file.clone(),
        (None, _) => finding.place.path.clone(),
    }
}

/// Findings shown of one rule; the rest is counted.
const EACH: usize = 8;

pub fn flags(view: &View) -> String {
    let mut findings: Vec<&Finding> = view
        .findings
        .iter()
        .filter(|f| f.waived.is_none())
        .collect();
    findings.sort_by(|a, b| {
        (a.severity, &a.rule, a.certainty, &a.place).cmp(&(
            b.severity,
            &b.rule,
            b.certainty,
            &b.place,
        ))
    });
    let mut out = String::new();
    let mut at = 0;
    while at < findings.len() {
        let rule = &findings[at].rule;
        let same = findings[at..]
            .iter()
            .take_while(|f| f.rule == *rule)
            .count();
        let group = &findings[at..at + same];
        at += same;
        let first = group[0];
        let severity = format!("{:?}", first.severity).to_lowercase();
        out.push_str(&format!("**{rule}** ({severity}, {})\n\n", group.len()));
        for finding in group.iter().take(EACH) {
            let sure = match finding.certainty {
                Certainty::Resolved => "",
                other => doubt(other),
            };
            out.push_str(&format!(
                "- {}: {}{sure}\n",
                where_is(finding),
                escape(&finding.message)
            ));
        }
        if group.len() > EACH {
            out.push_str(&format!("- and {} more\n", group.len() - EACH));
        }
        if !first.remedy.is_empty() {
            out.push_str(&format!("\n  Remedy: {}\n", escape(&first.remedy)));
        }
        out.push('\n');
    }
    out
}
