//! `draft`: a letter becomes a brief, item by item, each with the words it rests on.

use std::path::Path;

use folder::changing::{Acceptance, Ending, Request};
use folder::files;
use model::{Author, Finding, Severity};
use pipeline::Workspace;
use pipeline::drafting::{Draft, Drafting, Dropped, Item, Letter};
use pipeline::proposing::{Document, Proposed, Texts};

use crate::arguments::Draft as Asked;
use crate::language::{By, Prompt, Turn};
use crate::speaking::{Speaker, Stop};
use crate::{CLEAN, FINDINGS, UNUSABLE, answer};
use terminal::arguments::Format;
use terminal::look::{self, BAD, DIM, GOOD, HEAD, paint};

/// How often the faults go back to the model, the first answer included.
const ROUNDS: usize = 3;
/// Most bytes of a letter: some forty pages.
const LONGEST: usize = 200_000;
/// Most faults that one round sends back.
const MOST_FAULTS: usize = 60;

const SYSTEM: &str = include_str!("../prompts/draft.md");
const AGAIN: &str = include_str!("../prompts/draft-again.md");

pub fn run(asked: &Asked) -> Result<u8, String> {
    let letter_name = asked
        .letter
        .file_name()
        .map_or_else(String::new, |n| n.to_string_lossy().into_owned());
    let text = String::from_utf8(files::read_named(&asked.letter)?)
        .map_err(|_| format!("{} is not UTF-8 text", asked.letter.display()))?;
    if text.trim().is_empty() {
        return Err(format!("{} is empty", asked.letter.display()));
    }
    if text.len() > LONGEST {
        return Err(format!(
            "{} has {} bytes; {} are the limit of a letter. Give the part that says what is wanted",
            asked.letter.display(),
            look::thousands(text.len() as u64),
            look::thousands(LONGEST as u64)
        ));
    }
    let revision = vacant(&asked.to)?;
    let vocabulary = pipeline::vocabulary::of_brief();
    let sends = [
        format!(
            "{}, {} bytes",
            asked.letter.display(),
            look::thousands(text.len() as u64)
        ),
        format!(
            "the vocabulary of briefs and what to do, {} bytes",
            look::thousands((vocabulary.len() + SYSTEM.len()) as u64)
        ),
        format!(
            "up to {} times, what was wrong with the answer before",
            ROUNDS - 1
        ),
    ];
    let mut speaker = Speaker::agreed(&asked.with, &sends)?;
    let mut drafting = Drafting::new(Letter::new(&letter_name, &text), &name_of(&asked.to));
    let mut prompt = Prompt {
        system: SYSTEM.to_string(),
        turns: vec![Turn {
            by: By::Us,
            text: format!(
                "{}\n\n{}",
                fenced("vocabulary", &vocabulary),
                fenced("letter", &text)
            ),
        }],
    };
    let rounds = converse(&mut speaker, &mut drafting, &mut prompt)?;
    finish(asked, &speaker, rounds, &revision, &letter_name)
}

/// The revision of a folder that has no brief yet, or that is not there yet.
fn vacant(folder: &Path) -> Result<String, String> {
    if std::fs::symlink_metadata(folder).is_err() {
        return Ok(Texts::default().revision());
    }
    let texts = folder::opening::texts(folder)?;
    for document in [Document::Brief, Document::Architecture] {
        let path = folder.join(texts.name(document));
        if std::fs::symlink_metadata(&path).is_ok() {
            return Err(format!(
                "{} is there already and stays as it is; choose another folder with --to. Nothing was sent",
                path.display()
            ));
        }
    }
    Ok(texts.revision())
}

/// What the folder is called, for a system that the letter does not name.
fn name_of(folder: &Path) -> String {
    let absolute = std::path::absolute(folder).unwrap_or_default();
    let name = absolute.file_name();
    name.map_or_else(String::new, |n| n.to_string_lossy().into_owned())
}

/// A text between two lines that do not occur in it, so that nothing in it can end it.
pub fn fenced(name: &str, text: &str) -> String {
    let mut line = format!("===== {name} =====");
    while text.contains(&line) {
        line.push('=');
    }
    format!("{line}\n{}\n{line}", text.trim_end())
}

/// What the rounds came to.
struct Rounds {
    draft: Draft,
    findings: Vec<Finding>,
    workspace: Workspace,
    /// Why a later round did not take place.
    stopped: Option<String>,
}

fn converse(
    speaker: &mut Speaker,
    drafting: &mut Drafting,
    prompt: &mut Prompt,
) -> Result<Rounds, String> {
    let mut rounds = judged(drafting.take(Vec::new()));
    for round in 1..=ROUNDS {
        let answer = match speaker.ask(prompt, None) {
            Ok(answer) => answer,
            // What earlier rounds gave holds without this one.
            Err(stop) if round > 1 => {
                rounds.stopped = Some(stop.why().to_string());
                break;
            }
            Err(Stop::Failed(why)) => return Err(format!("{why}. Nothing was written")),
            Err(Stop::Capped(why)) => return Err(format!("{why}. Nothing was sent or written")),
        };
        let mut faults: Vec<String> = Vec::new();
        let (items, unreadable) = items(&answer.text);
        if answer.cut {
            faults.push(
                "your answer was cut off at its longest; give fewer and shorter items".into(),
            );
        }
        let nothing_more = items.is_empty() && unreadable.is_empty() && !answer.cut;
        let before = rounds.draft.cited.len();
        rounds = judged(drafting.take(items));
        faults.extend(unreadable.iter().map(|d| d.why.clone()));
        rounds.draft.dropped.extend(unreadable);
        faults.extend(
            rounds
                .draft
                .dropped
                .iter()
                .filter(|d| !d.path.is_empty())
                .map(|d| format!("`{}`: {}", d.path, d.why)),
        );
        faults.extend(
            rounds
                .draft
                .missing
                .iter()
                .map(|key| format!("`{key}` is missing")),
        );
        let blockers = rounds
            .findings
            .iter()
            .filter(|f| f.severity == Severity::Blocker);
        if rounds.draft.missing.is_empty() {
            faults.extend(blockers.map(|f| {
                format!(
                    "`{}`: {} {} Correct it where you misread; where the letter says so, leave it",
                    f.place.path, f.message, f.remedy
                )
            }));
        }
        if faults.is_empty() || (nothing_more && round > 1 && before == rounds.draft.cited.len()) {
            break;
        }
        prompt.turns.push(Turn {
            by: By::Us,
            text: again(&faults),
        });
    }
    Ok(rounds)
}

fn again(faults: &[String]) -> String {
    let mut text = AGAIN.trim_end().to_string();
    for fault in faults.iter().take(MOST_FAULTS) {
        text.push_str(&format!("\n- {fault}"));
    }
    if faults.len() > MOST_FAULTS {
        text.push_str(&format!("\n- and {} more", faults.len() - MOST_FAULTS));
    }
    text
}

/// The items of an answer, and what in it is none.
fn items(text: &str) -> (Vec<Item>, Vec<Dropped>) {
    let unreadable = |why: &str| Dropped {
        path: String::new(),
        quote: String::new(),
        why: why.to_string(),
    };
    let Some(list) = answer::list(text, "items", &["path", "value", "quote"]) else {
        let why = "the answer holds no JSON object {\"items\": [{\"path\", \"value\", \"quote\"}]}";
        return (Vec::new(), vec![unreadable(why)]);
    };
    let mut items = Vec::new();
    let mut bad = 0;
    for value in list {
        match serde_json::from_value::<Item>(value) {
            Ok(item) => items.push(item),
            Err(_) => bad += 1,
        }
    }
    let left_out = match bad {
        0 => Vec::new(),
        n => vec![unreadable(&format!(
            "{} without `path`, `value` and `quote`",
            look::count(n, "item")
        ))],
    };
    (items, left_out)
}

/// The draft through the ordinary gate.
fn judged(draft: Draft) -> Rounds {
    let texts = Texts::default().with(Document::Brief, Some(draft.text.clone()));
    let workspace = texts.open(&mut |_| Ok(None));
    let findings = pipeline::check(&workspace, None);
    Rounds {
        draft,
        findings,
        workspace,
        stopped: None,
    }
}

fn finish(
    asked: &Asked,
    speaker: &Speaker,
    rounds: Rounds,
    revision: &str,
    letter: &str,
) -> Result<u8, String> {
    let usable = rounds.draft.missing.is_empty() && rounds.workspace.usable();
    let brief = rounds.workspace.brief().filter(|_| usable);
    if brief.is_some() {
        write(asked, speaker, &rounds, revision, letter)?;
    }
    let open = brief.map(|brief| {
        let _working = look::working("planning with every possible answer");
        pipeline::ask::questions(brief)
    });
    let code = match &open {
        None => UNUSABLE,
        Some(open) => {
            let clean = open.is_empty()
                && rounds.draft.dropped.is_empty()
                && rounds.findings.is_empty()
                && rounds.stopped.is_none();
            if clean { CLEAN } else { FINDINGS }
        }
    };
    match asked.with.format {
        Format::Json => {
            let target = asked.to.join(pipeline::open::BRIEF);
            let report = serde_json::json!({
                "brief": open.is_some().then(|| target.display().to_string()),
                "model": speaker.chosen.model,
                "endpoint": speaker.chosen.url,
                "items": rounds.draft.cited,
                "left_out": rounds.draft.dropped,
                "missing": rounds.draft.missing,
                "findings": rounds.findings,
                "questions": open,
                "stopped": rounds.stopped,
                "calls": speaker.purse.calls,
                "sum": speaker.purse.sum(0),
                "exit_code": code,
            });
            look::print(&serde_json::to_string_pretty(&report).map_err(|e| e.to_string())?)?;
        }
        Format::Text => text(asked, speaker, &rounds, open.as_deref())?,
    }
    Ok(code)
}

/// Writes the brief through the same gate as every author's proposal. Contradictions in the letter are
/// the customer's: they are shown, and not a reason to lose the rest.
fn write(
    asked: &Asked,
    speaker: &Speaker,
    rounds: &Rounds,
    revision: &str,
    letter: &str,
) -> Result<(), String> {
    std::fs::create_dir_all(&asked.to)
        .map_err(|e| format!("{} cannot be made: {e}", asked.to.display()))?;
    let request = Request {
        base: Some(revision),
        author: &speaker.author(),
        by: Author::Agent,
        reason: &format!("drafted from {letter}"),
        proposed: Proposed {
            texts: vec![(Document::Brief, rounds.draft.text.clone())],
            changes: Vec::new(),
        },
        // What the letter leaves open or contradicts was shown; it is the reader's to settle.
        accepts: Acceptance::Understood,
        try_only: false,
    };
    let target = asked.to.join(pipeline::open::BRIEF);
    let answer = folder::changing::propose(&asked.to, &request, &|_| None, &|| true)?;
    match answer.ending {
        Ending::Accepted(_) => Ok(()),
        Ending::Stale(_) => Err(format!(
            "{} was changed meanwhile and stays as it is",
            asked.to.display()
        )),
        Ending::Rejected | Ending::Holds | Ending::Same => Err(format!(
            "{} was not written: {}",
            target.display(),
            answer.judgement.because.join(", ")
        )),
    }
}

fn text(
    asked: &Asked,
    speaker: &Speaker,
    rounds: &Rounds,
    open: Option<&[discover::Asked]>,
) -> Result<(), String> {
    let folder = asked.to.display();
    let mut out = String::new();
    let target = asked.to.join(pipeline::open::BRIEF);
    match open {
        Some(_) => out.push_str(&paint(
            GOOD,
            &format!(
                "{}: {}, each under the words it rests on.\n",
                target.display(),
                look::count(rounds.draft.cited.len(), "item")
            ),
        )),
        None => out.push_str(&paint(BAD, "No brief was written.\n")),
    }
    for key in &rounds.draft.missing {
        out.push_str(&format!(
            "  `{key}` is missing: nothing that the model said of it stands in the letter.\n"
        ));
    }
    if let Some(why) = &rounds.stopped {
        out.push_str(&format!("It ended early: {why}.\n"));
    }
    let dropped = &rounds.draft.dropped;
    if !dropped.is_empty() {
        let head = format!("\nLeft out ({}):\n", dropped.len());
        out.push_str(&paint(HEAD, &head));
    }
    for one in dropped.iter().take(MOST_FAULTS) {
        let path = match one.path.is_empty() {
            true => String::new(),
            false => format!("{}: ", look::foreign(&one.path, 80)),
        };
        out.push_str(&format!("  {path}{}\n", look::foreign(&one.why, 300)));
        if !one.quote.is_empty() {
            let quote = format!("    \"{}\"\n", look::foreign(&one.quote, 160));
            out.push_str(&paint(DIM, &quote));
        }
    }
    if dropped.len() > MOST_FAULTS {
        out.push_str(&format!("  and {} more\n", dropped.len() - MOST_FAULTS));
    }
    if !rounds.findings.is_empty() && open.is_some() {
        let drawn = syntax::diagnostics::render(
            &rounds.findings,
            &rounds.workspace.sources,
            look::findings(),
        );
        out.push_str(&format!("\n{}\n", drawn.trim_end()));
    }
    match open {
        Some([]) => out.push_str("\nNo open question would change the recommendation.\n"),
        Some(open) => {
            let head = format!("\n{} open:\n", look::count(open.len(), "question"));
            out.push_str(&paint(HEAD, &head));
            for (at, one) in open.iter().enumerate() {
                let mark = if one.deciding { " (deciding)" } else { "" };
                out.push_str(&format!("  {}. {}{mark}\n", at + 1, one.question));
            }
        }
        None => {}
    }
    out.push_str(&format!("\n{}", speaker.purse.line()));
    if open.is_some() {
        out.push_str(&format!(
            "\nRead it, then run:\n  groundplan ask {folder}\n  groundplan design {folder}"
        ));
    }
    look::print(&out)
}
