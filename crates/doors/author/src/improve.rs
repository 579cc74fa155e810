//! `improve`: a model proposes changes that cure findings; those that do are kept, the rest is escalated.

use std::path::Path;
use std::time::Instant;

use folder::changing::{Acceptance, Ending, Request};
use folder::files;
use model::{Author, Finding};
use pipeline::improving;
use pipeline::proposing::{Change, Judgement, Proposed};
use serde::Serialize;
use serde_json::Value;

use crate::arguments::Improve as Asked;
use crate::draft::fenced;
use crate::language::{By, Prompt, Turn};
use crate::purse::{Sum, usd};
use crate::speaking::{Speaker, Stop};
use crate::{CLEAN, FINDINGS, UNUSABLE, answer};
use terminal::arguments::Format;
use terminal::look::{self, BAD, DIM, GOOD, HEAD, paint};
use terminal::tables::{Align, table};

/// Attempts at one finding.
const ATTEMPTS: usize = 2;
/// Most bytes of the files that one finding sends.
const EXCERPT: usize = 40_000;
/// Most changes in one proposal.
const MOST_CHANGES: usize = 40;

const SYSTEM: &str = include_str!("../prompts/improve.md");
const AGAIN: &str = include_str!("../prompts/improve-again.md");

/// How it ended with one finding.
#[derive(Debug, Serialize)]
struct Case {
    finding: String,
    severity: &'static str,
    outcome: Outcome,
    attempts: Vec<Attempt>,
    /// Why it is escalated without or beside attempts.
    #[serde(skip_serializing_if = "Option::is_none")]
    because: Option<String>,
    sum: Sum,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
enum Outcome {
    Cured,
    /// Gone with the cure of another.
    CuredAlong,
    Escalated,
}

/// What was tried, and what spoke against it.
#[derive(Debug, Serialize)]
struct Attempt {
    changes: Value,
    /// The model's own reason.
    because: String,
    refused: Vec<String>,
}

pub fn run(asked: &Asked) -> Result<u8, String> {
    let folder = asked.folder.as_path();
    let workspace = folder::open(folder)?;
    if !workspace.usable() {
        let drawn =
            syntax::diagnostics::render(&workspace.findings, &workspace.sources, look::findings());
        anstream::eprintln!("{}", drawn.trim_end());
        return Ok(UNUSABLE);
    }
    let checked = pipeline::checked(&workspace, Some(&files::today()));
    if checked.system.is_none() {
        return Err(format!(
            "{0} has no architecture.yaml; `groundplan design {0}` makes one",
            folder.display()
        ));
    }
    let work = to_cure(asked, &checked.findings)?;
    if work.is_empty() {
        return nothing(asked);
    }
    let sends = [
        format!(
            "for each of {}: the finding and its rule, the elements of {} that it concerns (up to {} bytes), and the ids of the others",
            look::count(work.len(), "finding"),
            folder.display(),
            look::thousands(EXCERPT as u64)
        ),
        format!("at most {ATTEMPTS} times each, with what spoke against the attempt before"),
    ];
    let mut speaker = Speaker::agreed(&asked.with, &sends)?;
    let mut cases = Vec::new();
    let mut failed = None;
    for finding in &work {
        let from = speaker.purse.calls.len();
        let mut case = Case {
            finding: finding.key(),
            severity: improving::severity(finding.severity),
            outcome: Outcome::Escalated,
            attempts: Vec::new(),
            because: None,
            sum: Sum::default(),
        };
        match &failed {
            Some(why) => case.because = Some(format!("not tried: {why}")),
            None => failed = cure(asked, &mut speaker, finding, &mut case)?,
        }
        case.sum = speaker.purse.sum(from);
        cases.push(case);
    }
    report(asked, &speaker, &cases, failed.as_deref())
}

/// The findings to work on, of those that there are.
fn to_cure(asked: &Asked, findings: &[Finding]) -> Result<Vec<Finding>, String> {
    let work = improving::worst_first(findings, asked.severity.severity(), &asked.finding);
    for key in &asked.finding {
        if !work.iter().any(|f| f.key() == *key || f.rule == *key) {
            let keys: Vec<String> = findings.iter().map(Finding::key).collect();
            let near = syntax::suggest::nearest(key, keys.iter().map(String::as_str));
            let hint = near.map_or_else(String::new, |near| format!(" (did you mean `{near}`?)"));
            return Err(format!(
                "there is no open finding `{key}`{hint}; `groundplan check {} --format json` lists them",
                asked.folder.display()
            ));
        }
    }
    Ok(work)
}

/// Works on one finding. Gives why no other can be worked on, where that is so.
fn cure(
    asked: &Asked,
    speaker: &mut Speaker,
    finding: &Finding,
    case: &mut Case,
) -> Result<Option<String>, String> {
    let folder = asked.folder.as_path();
    let workspace = folder::open(folder)?;
    let open = pipeline::check(&workspace, Some(&files::today()));
    if !open.iter().any(|f| f.key() == finding.key()) {
        case.outcome = Outcome::CuredAlong;
        return Ok(None);
    }
    let texts = folder::opening::texts(folder)?;
    if let Some(why) = improving::for_a_person(finding, &texts) {
        case.because = Some(why);
        return Ok(None);
    }
    let rule = pipeline::explain::explain(&finding.rule, None).unwrap_or_default();
    let excerpt = improving::excerpt(&texts, finding, EXCERPT);
    let vocabulary = pipeline::vocabulary::of_architecture(&finding.subjects);
    let said = serde_json::to_string_pretty(finding).map_err(|e| e.to_string())?;
    let mut prompt = Prompt {
        system: SYSTEM.to_string(),
        turns: vec![Turn {
            by: By::Us,
            text: [
                fenced("rule", &rule),
                fenced("vocabulary", &vocabulary),
                fenced("files", &excerpt),
                fenced("finding", &said),
            ]
            .join("\n\n"),
        }],
    };
    let until = Instant::now() + asked.per_finding;
    for _ in 0..ATTEMPTS {
        if Instant::now() >= until {
            case.because = Some("the time for it is over".into());
            break;
        }
        let answer = match speaker.ask(&mut prompt, Some(until)) {
            Ok(answer) => answer,
            Err(Stop::Capped(why)) => {
                case.because = Some(why.clone());
                return Ok(Some(why));
            }
            Err(Stop::Failed(why)) => {
                case.because = Some(why.clone());
                // A model that was too slow for this one may be fast enough for the next.
                return Ok((Instant::now() < until).then_some(why));
            }
        };
        let refused = match proposal(&answer.text) {
            Ok(Said::Cannot(why)) => {
                case.because = Some(format!("the model says: {}", look::foreign(&why, 300)));
                return Ok(None);
            }
            Ok(Said::Changes(changes, because)) => {
                let refused = tried(folder, speaker, finding, &changes, &because)?;
                case.attempts.push(Attempt {
                    changes: serde_json::to_value(&changes).unwrap_or_default(),
                    because,
                    refused: refused.clone(),
                });
                refused
            }
            Err(why) => {
                case.attempts.push(Attempt {
                    changes: Value::Null,
                    because: String::new(),
                    refused: vec![why.clone()],
                });
                vec![why]
            }
        };
        if refused.is_empty() {
            case.outcome = Outcome::Cured;
            return Ok(None);
        }
        let reasons: Vec<String> = refused.iter().map(|r| format!("- {r}")).collect();
        prompt.turns.push(Turn {
            by: By::Us,
            text: format!("{}\n{}", AGAIN.trim_end(), reasons.join("\n")),
        });
    }
    Ok(None)
}

/// What the model said.
enum Said {
    Changes(Vec<Change>, String),
    Cannot(String),
}

fn proposal(text: &str) -> Result<Said, String> {
    let form = "the answer holds no JSON object {\"changes\": [...], \"because\": \"...\"} or {\"cannot\": \"...\"}";
    let value = answer::object(text, &["changes", "cannot"]).ok_or(form)?;
    let because = value.get("because").and_then(Value::as_str).unwrap_or("");
    if let Some(changes) = value.get("changes") {
        let changes: Vec<Change> = serde_json::from_value(changes.clone()).map_err(|_| {
            "a change is {\"set\": PATH, \"to\": VALUE}, {\"add\": PATH, \"value\": VALUE} or {\"remove\": PATH}".to_string()
        })?;
        return Ok(Said::Changes(changes, look::foreign(because, 300)));
    }
    let why = value.get("cannot").and_then(Value::as_str).ok_or(form)?;
    Ok(Said::Cannot(why.to_string()))
}

/// Tries the changes on a copy, and writes them where they cure. Gives what speaks against them.
fn tried(
    folder: &Path,
    speaker: &Speaker,
    finding: &Finding,
    changes: &[Change],
    because: &str,
) -> Result<Vec<String>, String> {
    if let Err(why) = improving::admissible(changes, MOST_CHANGES) {
        return Ok(vec![why]);
    }
    let cures = |judgement: &Judgement| improving::verdict(finding, judgement).is_ok();
    let request = Request {
        base: None,
        author: &speaker.author(),
        by: Author::Agent,
        reason: &format!("cures {}: {because}", finding.key()),
        proposed: Proposed {
            texts: Vec::new(),
            changes: changes.to_vec(),
        },
        accepts: Acceptance::And(&cures),
        try_only: false,
    };
    let _working = look::working("trying the proposal on a copy");
    let answer = folder::changing::propose(folder, &request, &|_| None, &|| true)?;
    if !answer.refused.is_empty() {
        let refused = answer.refused.iter();
        return Ok(refused
            .map(|f| format!("{} {}", f.message, f.remedy))
            .collect());
    }
    Ok(match answer.ending {
        Ending::Accepted(_) => Vec::new(),
        Ending::Same => vec!["it changes nothing".into()],
        Ending::Stale(_) => vec!["the files were changed meanwhile".into()],
        Ending::Rejected | Ending::Holds => {
            let against = improving::verdict(finding, &answer.judgement).err();
            against.unwrap_or_else(|| vec!["it does not hold".into()])
        }
    })
}

fn nothing(asked: &Asked) -> Result<u8, String> {
    match asked.with.format {
        Format::Json => look::print(r#"{"cases": [], "exit_code": 0}"#)?,
        Format::Text => {
            look::print("There is no open finding of this severity. Nothing was sent.")?
        }
    }
    Ok(CLEAN)
}

fn report(
    asked: &Asked,
    speaker: &Speaker,
    cases: &[Case],
    failed: Option<&str>,
) -> Result<u8, String> {
    let escalated = cases
        .iter()
        .filter(|c| c.outcome == Outcome::Escalated)
        .count();
    let nothing_came = failed.is_some() && speaker.purse.calls.is_empty();
    let code = match escalated {
        _ if nothing_came => UNUSABLE,
        0 => CLEAN,
        _ => FINDINGS,
    };
    match asked.with.format {
        Format::Json => {
            let report = serde_json::json!({
                "model": speaker.chosen.model,
                "endpoint": speaker.chosen.url,
                "cases": cases,
                "stopped": failed,
                "calls": speaker.purse.calls,
                "sum": speaker.purse.sum(0),
                "exit_code": code,
            });
            look::print(&serde_json::to_string_pretty(&report).map_err(|e| e.to_string())?)?;
        }
        Format::Text => text(asked, speaker, cases, escalated)?,
    }
    if nothing_came {
        look::error(failed.unwrap_or_default());
    }
    Ok(code)
}

fn text(asked: &Asked, speaker: &Speaker, cases: &[Case], escalated: usize) -> Result<(), String> {
    let heads = [
        ("finding", Align::Left),
        ("severity", Align::Left),
        ("outcome", Align::Left),
        ("attempts", Align::Right),
        ("tokens", Align::Right),
        ("cost", Align::Right),
    ];
    let rows: Vec<Vec<String>> = cases
        .iter()
        .map(|case| {
            let (style, outcome) = match case.outcome {
                Outcome::Cured => (GOOD, "cured"),
                Outcome::CuredAlong => (GOOD, "cured along"),
                Outcome::Escalated => (BAD, "escalated"),
            };
            vec![
                case.finding.clone(),
                case.severity.to_string(),
                paint(style, outcome),
                case.attempts.len().to_string(),
                look::thousands(case.sum.input.saturating_add(case.sum.output)),
                case.sum.cost.map_or_else(|| "-".into(), usd),
            ]
        })
        .collect();
    let mut out = table(&heads, &rows);
    for case in cases.iter().filter(|c| c.outcome == Outcome::Escalated) {
        out.push_str(&format!("\n\n{}", paint(HEAD, &case.finding)));
        if let Some(why) = &case.because {
            out.push_str(&format!("\n  {why}"));
        }
        for (at, attempt) in case.attempts.iter().enumerate() {
            let changes = look::foreign(&attempt.changes.to_string(), 300);
            out.push_str(&format!("\n  attempt {}: {}", at + 1, paint(DIM, &changes)));
            for why in &attempt.refused {
                out.push_str(&format!("\n    refused: {}", look::foreign(why, 400)));
            }
        }
    }
    let cured = cases.len() - escalated;
    out.push_str(&format!(
        "\n\n{cured} cured, {escalated} escalated. {}",
        speaker.purse.line()
    ));
    if cured > 0 {
        out.push_str(&format!(
            "\nThe documents still show the design before: groundplan render {}",
            asked.folder.display()
        ));
    }
    look::print(&out)
}
