//! Section 6: every decision with its alternatives, the trade-off for this system, and what would
//! turn it.

use model::{Decision, Evidence, EvidenceKind};

use crate::figures::Figures;
use crate::numbers;
use crate::page::Page;
use crate::words;

/// Alternatives that are shown of one decision.
const ALTERNATIVES: usize = 2;
/// Evidence that is shown of one decision.
const EVIDENCE: usize = 2;

pub(super) fn write(f: &Figures<'_>, page: &mut Page) {
    let architecture = &f.view.system.architecture;
    page.heading(2, "6. Technology rationale");
    if architecture.decisions.is_empty() {
        page.para("The model holds no decisions.");
    }
    let lines: Vec<String> = architecture
        .decisions
        .values()
        .map(|d| decision(f, d))
        .collect();
    page.bullets(&lines);
    patterns(f, page);
}

/// The chosen candidate as people call it.
pub(super) fn chosen(f: &Figures<'_>, d: &Decision) -> String {
    candidate(f, &d.chosen)
}

/// A candidate's name: the technology's, or its id as words.
pub(super) fn candidate(f: &Figures<'_>, id: &str) -> String {
    f.view
        .knowledge
        .technology(id)
        .map(|t| t.name.clone())
        .or_else(|| operated(f, id))
        .unwrap_or_else(|| words::spelled(id))
}

/// `postgresql-managed`: a technology and how it is run.
fn operated(f: &Figures<'_>, id: &str) -> Option<String> {
    let (technology, how) = id.rsplit_once('-')?;
    let found = f.view.knowledge.technology(technology)?;
    Some(format!("{}, {how}", found.name))
}

fn decision(f: &Figures<'_>, d: &Decision) -> String {
    let mut text = format!(
        "**{} {}.** {}",
        d.question.trim(),
        chosen(f, d),
        f.prose(&d.because)
    );
    let others: Vec<String> = d
        .candidates
        .iter()
        .filter(|(id, _)| **id != d.chosen)
        .take(ALTERNATIVES)
        .map(|(id, c)| {
            let name = candidate(f, id);
            let score = c
                .score
                .map(|s| format!(" ({})", numbers::sig3(s)))
                .unwrap_or_default();
            match &c.rejected {
                Some(why) => format!("*Not {name}*{score}: {}", f.prose(why)),
                None => format!("*Not {name}*{score}."),
            }
        })
        .collect();
    if others.is_empty() {
        text.push_str("\nNo alternative was weighed.");
    } else {
        text.push_str(&format!("\n{}", others.join(" ")));
        let more = d.candidates.len().saturating_sub(1 + others.len());
        if more > 0 {
            text.push_str(&format!(
                " {} in the model.",
                words::capital(&words::counted(more, "other"))
            ));
        }
    }
    if let Some(given_up) = &d.trade_off {
        text.push_str(&format!(" Given up: {}", f.prose(given_up)));
    }
    let mut small = Vec::new();
    if let Some(margin) = d.margin {
        let score = d.candidates.get(&d.chosen).and_then(|c| c.score);
        small.push(match score {
            Some(score) => format!(
                "Score {}, margin {}",
                numbers::sig3(score),
                numbers::sig3(margin)
            ),
            None => format!("Margin {}", numbers::sig3(margin)),
        });
    }
    if let Some(confidence) = &d.confidence {
        small.push(format!("confidence {}", words::word(confidence)));
    }
    if !d.flips.is_empty() {
        let flips: Vec<&str> = d.flips.iter().map(|t| t.trim_end_matches('.')).collect();
        small.push(format!("what would turn it: {}", flips.join("; ")));
    }
    if let Some(when) = &d.revisit_when {
        let when = words::resolved(f.view, when);
        small.push(format!("look again when: {}", when.trim_end_matches('.')));
    }
    if !d.assumes.is_empty() {
        let marks: Vec<String> = d.assumes.iter().map(|a| assumption(f, a)).collect();
        small.push(format!("rests on {}", words::list(&marks)));
    }
    if !small.is_empty() {
        text.push_str(&format!("\n{}.", words::capital(&small.join("; "))));
    }
    let evidence: Vec<String> = d
        .evidence
        .iter()
        .take(EVIDENCE)
        .map(|e| evidence(f, e))
        .collect();
    if !evidence.is_empty() {
        text.push_str(&format!(" Evidence: {}", evidence.join(" ")));
    }
    let authored = f.authored(&d.about);
    if !authored.is_empty() {
        text.push_str(&format!("\n{authored}"));
    }
    text
}

fn assumption(f: &Figures<'_>, id: &str) -> String {
    let assumptions = &f.view.system.brief.assumptions;
    match assumptions.get_index_of(id) {
        Some(at) => format!("[A{0}](#a{0})", at + 1),
        None => id.to_string(),
    }
}

fn evidence(f: &Figures<'_>, e: &Evidence) -> String {
    let kind = match e.kind {
        EvidenceKind::Attested => "a person's word".to_string(),
        kind => words::word(&kind),
    };
    let source = match e.source.as_deref() {
        None => String::new(),
        Some(path) if is_path(path) => format!(", `{path}`"),
        Some(source) => format!(" {}", f.cite(source)),
    };
    format!(
        "{} ({kind}{source}).",
        f.prose(&e.text).trim_end_matches('.')
    )
}

/// Whether a source is a place in the model, not something published.
fn is_path(source: &str) -> bool {
    !source.contains(' ') && !source.contains("://")
}

/// `patterns.md`: how each pattern is done here, what it costs, and where it is not used.
pub(super) fn patterns_file(f: &Figures<'_>) -> Option<String> {
    let patterns = &f.view.system.architecture.patterns;
    if patterns.is_empty() {
        return None;
    }
    let mut page = Page::default();
    page.heading(1, &format!("{}: patterns", f.view.system.brief.name));
    for pattern in patterns.values() {
        page.heading(2, &format!("`{}`", pattern.pattern));
        page.para(&f.authored(&pattern.about));
        if let Some(rejected) = &pattern.rejected {
            page.para(&format!("Not used. {}", f.prose(rejected)));
            continue;
        }
        page.para(&f.prose(&pattern.here));
        if let Some(costs) = &pattern.costs {
            page.para(&format!("Costs: {}", f.prose(costs)));
        }
        let calls: Vec<String> = pattern.because.iter().map(|p| format!("`{p}`")).collect();
        let mut lines = Vec::new();
        if !calls.is_empty() {
            lines.push(format!("Called for by {}.", words::some(&calls, 6)));
        }
        lines.extend(
            pattern
                .proof
                .iter()
                .map(|p| format!("Proof ({}): {}", words::word(&p.kind), f.prose(&p.text))),
        );
        page.bullets(&lines);
    }
    Some(page.finish())
}

fn patterns(f: &Figures<'_>, page: &mut Page) {
    let patterns = &f.view.system.architecture.patterns;
    if patterns.is_empty() {
        return;
    }
    page.heading(3, "Patterns");
    let used: Vec<&str> = patterns
        .values()
        .filter(|p| p.rejected.is_none())
        .map(|p| p.pattern.as_str())
        .collect();
    if !used.is_empty() {
        page.para(&format!(
            "In use: {}. How each is done here and what it costs: [patterns.md](patterns.md).",
            words::list(&used)
        ));
    }
    let rejected: Vec<String> = patterns
        .values()
        .filter_map(|p| {
            Some(format!(
                "`{}`: {}",
                p.pattern,
                f.prose(p.rejected.as_deref()?)
            ))
        })
        .collect();
    if !rejected.is_empty() {
        page.para("Considered and not used:");
        page.bullets(&rejected);
    }
}
