//! What all bundles have: head, needs, and checks.

use model::{Alert, Component, Mechanism, Proof, ProofKind};

use super::Desk;
use super::readme::kind;
use super::subject::Subject;
use crate::page::Page;
use crate::words;

/// One statement that can be tried, and what in the model it comes from.
pub struct Check {
    pub text: String,
    pub from: String,
}

impl Check {
    pub fn new(text: impl Into<String>, from: impl Into<String>) -> Self {
        Check {
            text: words::sentence(&text.into()),
            from: from.into(),
        }
    }
}

/// Title, what is built, and what must stand first.
pub fn head(desk: &Desk<'_>, at: usize, page: &mut Page) {
    let task = &desk.tasks[at];
    let kind = kind(task);
    let name = task.id.strip_prefix(&format!("{kind}-"));
    page.heading(
        1,
        &format!(
            "{}. {}: {}",
            desk.number(at),
            words::capital(kind),
            name.unwrap_or(&task.id)
        ),
    );
    let builds: Vec<String> = task.builds.iter().map(|b| format!("`{b}`")).collect();
    page.para(&format!("Builds {}.", words::list(&builds)));
    let first: Vec<String> = desk.needs[at]
        .iter()
        .map(|e| format!("{}: {}.", desk.link(e.on), e.why))
        .collect();
    if !first.is_empty() {
        page.heading(2, "Must stand first");
        page.bullets(&first);
    }
    let given: Vec<String> = desk.given_up[at]
        .iter()
        .map(|e| format!("{} comes later: {}.", desk.link(e.on), e.why))
        .collect();
    if !given.is_empty() {
        page.para("Given up, because the needs run in a circle:");
        page.bullets(&given);
    }
}

/// What a component is, on which technology, and why.
pub fn component(desk: &Desk<'_>, id: &str, component: &Component, page: &mut Page) {
    let f = &desk.f;
    page.heading(2, "What to build");
    let technology = component.technology.as_deref();
    let technology = technology.map_or(String::new(), |t| {
        format!(", {}", words::technology(f.view, t))
    });
    let about = component.description.as_ref().map(|d| f.prose(d));
    page.para(&format!(
        "`{id}`: {}{technology}. {} {}",
        crate::scenes::kind_words(component.kind),
        about.unwrap_or_default(),
        f.reason(&component.about)
    ));
}

/// That an alert comes when it should.
pub fn alert(desk: &Desk<'_>, alert: &Alert, from: String) -> Check {
    let wakes = match alert.page {
        true => "wakes somebody",
        false => "is shown",
    };
    let text = format!(
        "`{}` with {} {wakes}; first: {}",
        alert.signal,
        alert.condition.trim_end_matches('.'),
        desk.f.prose(&alert.action)
    );
    Check::new(text, from)
}

pub fn checks(checks: &[Check], page: &mut Page) {
    let mut lines: Vec<String> = Vec::new();
    for check in checks {
        let line = format!("[ ] {} (`{}`)", check.text, check.from);
        if !lines.contains(&line) {
            lines.push(line);
        }
    }
    if !lines.is_empty() {
        page.heading(2, "Checks");
        page.bullets(&lines);
    }
}

/// The promises of a task: what is promised, how it is kept, and how their patterns are done here.
pub fn promises(desk: &Desk<'_>, at: usize, page: &mut Page) {
    let task = &desk.tasks[at];
    let mechanisms: &[(&str, &Mechanism)] = &task.mechanisms;
    let mut lines: Vec<String> = mechanisms
        .iter()
        .map(|(id, m)| {
            let why = desk.f.authored(&m.about);
            let text = format!(
                "`{id}`: {} {} {why}",
                desk.f.prose(&m.promise),
                desk.f.prose(&m.how)
            );
            text.trim_end().to_string()
        })
        .collect();
    let architecture = &desk.f.view.system.architecture;
    if !matches!(task.subject, Subject::Promise { .. }) {
        let built = task.builds.iter();
        let patterns = built.filter_map(|b| {
            let id = b.strip_prefix("patterns.")?;
            let here = desk.f.prose(&architecture.patterns.get(id)?.here);
            Some(format!("Pattern `{id}`: {here}"))
        });
        lines.extend(patterns);
    }
    if !lines.is_empty() {
        page.heading(2, "Promises kept here");
        page.bullets(&lines);
    }
}

/// A proof as something to try; what nobody has proved says so.
pub fn proof(desk: &Desk<'_>, proof: &Proof, from: String) -> Check {
    let text = desk.f.prose(&proof.text);
    let how = match proof.kind {
        ProofKind::Test => String::new(),
        ProofKind::Computation => "Computed: ".into(),
        ProofKind::Simulation => "Simulated: ".into(),
        ProofKind::Probe => "Probed in production: ".into(),
        ProofKind::Unverified => "UNVERIFIED: ".into(),
    };
    let see = proof.see.as_ref();
    let see = see.map_or(String::new(), |s| format!(" See `{s}`."));
    Check::new(format!("{how}{text}{see}"), from)
}
