//! `groundplan design`: the main job, from a brief to an architecture and its documents.

use std::path::Path;

use folder::designing::{self, Kept};
use model::{Finding, Severity};
use pipeline::Workspace;
use pipeline::designing::Design;

use crate::{FINDINGS, UNUSABLE};
use folder::files;
use terminal::look::{self, BAD, DIM, GOOD, HEAD, paint};
use terminal::tables::wrap;

pub fn run(folder: &Path, option: Option<&str>, assume: bool, accept: bool) -> Result<u8, String> {
    let mut workspace = match super::open_sound(folder)? {
        Ok(workspace) => workspace,
        Err(code) => return Ok(code),
    };
    if super::contradicts_itself(&workspace) {
        return Ok(FINDINGS);
    }
    if let Some(code) = questions(folder, &mut workspace, assume)? {
        return Ok(code);
    }
    let brief = workspace
        .brief()
        .ok_or("there is no brief here to design for")?;
    let working = look::working("searching the designs");
    let designed = pipeline::designing::design(brief, option);
    drop(working);
    let design = match designed {
        Ok(design) => design,
        Err(mut findings) => {
            findings.iter_mut().for_each(|f| workspace.locate(f));
            let text = syntax::diagnostics::render(&findings, &workspace.sources, look::findings());
            anstream::eprintln!("{}", text.trim_end());
            return Ok(UNUSABLE);
        }
    };
    let kept = designing::keep(folder, &workspace, &design, accept, "engine")?;
    // Documents show what the file holds, not what was proposed.
    let after = super::open(folder)?;
    let system = after
        .system()
        .ok_or("architecture.yaml cannot be read back")?;
    let written = super::render::write(folder, &system, &[], false)?;
    look::print(&summary(&design))?;
    look::print(&format!(
        "\n{}\n{}",
        kept_text(&kept, folder),
        super::render::text(&written, folder)
    ))?;
    let open: Vec<Finding> = pipeline::check(&after, Some(&files::today()))
        .into_iter()
        .filter(|f| f.waived.is_none())
        .collect();
    look::print(&findings_line(&open, folder))?;
    let serious = open.iter().any(|f| f.severity <= Severity::Major);
    Ok(if serious {
        FINDINGS
    } else {
        super::render::code(&written)
    })
}

/// A deciding gap gets questions, never a design; with `--assume` their defaults are written into
/// the brief, where every later document cites them.
fn questions(folder: &Path, workspace: &mut Workspace, assume: bool) -> Result<Option<u8>, String> {
    let brief = workspace
        .brief()
        .ok_or("there is no brief here to design for")?;
    if assume {
        let asked = {
            let _working = look::working("planning with every possible answer");
            pipeline::ask::questions(brief)
        };
        if asked.is_empty() {
            return Ok(None);
        }
        let text = folder::brief::BriefText::of(folder, workspace);
        text.edit(|brief| discover::assume(brief, &asked))?;
        look::note(&format!(
            "{} answers assumed; they are numbered in {} and in the documents",
            asked.len(),
            text.file.display()
        ));
        *workspace = super::open(folder)?;
        return Ok(None);
    }
    let deciding = {
        let _working = look::working("planning with every possible answer");
        pipeline::ask::deciding(brief)
    };
    if deciding.is_empty() {
        return Ok(None);
    }
    look::print(&super::ask::listing(&deciding))?;
    look::print(&format!(
        "\nNo design yet: these answers would change it. Answer with `groundplan ask {0}`, or take the defaults with `groundplan design {0} --assume`.",
        folder.display()
    ))?;
    Ok(Some(FINDINGS))
}

/// What became of the design, in a sentence.
fn kept_text(kept: &Kept, folder: &Path) -> String {
    let target = folder.join(pipeline::open::ARCHITECTURE);
    let target = target.display();
    match kept {
        Kept::Written => format!("{target} written."),
        Kept::Same { others: 0 } => {
            format!("{target} stays as it is: a new design would change nothing.")
        }
        Kept::Same { others } => format!(
            "{target} stays as it is: a new design would change nothing but {others} elements that others wrote."
        ),
        Kept::Applied { changes, others } => {
            format!("{target}: {changes} changes applied, {others} elements of other authors kept.")
        }
        Kept::Proposed { proposal, file } => format!(
            "{target} stays as it is. {} changes are proposed in {}, {} elements of other authors are left out of it; apply them with `groundplan design {} --accept`.",
            proposal.changes.len(),
            file.display(),
            proposal.kept.len(),
            folder.display()
        ),
    }
}

/// Half a page: what was decided and why, and the numbers.
fn summary(design: &Design) -> String {
    let option = &design.plan.options[design.option];
    let width = look::width().min(100);
    let mut out = paint(
        HEAD,
        &format!("{}: {}", design.system.brief.name, option.title),
    );
    out.push_str(&format!("\n{}", wrap(&option.approach, "  ", width)));
    out.push_str(&format!("\n\n{}", paint(HEAD, "Decided")));
    // The choices that cost money or are hard to take back come first, by their decision's order.
    let weighty = design
        .system
        .architecture
        .decisions
        .iter()
        .filter(|(_, d)| {
            d.candidates
                .iter()
                .filter(|(_, c)| c.score.is_some())
                .count()
                > 1
        })
        .take(7);
    for (id, decision) in weighty {
        let runner_up = decision
            .candidates
            .iter()
            .find(|(name, c)| **name != decision.chosen && c.score.is_some())
            .map_or_else(String::new, |(name, _)| format!(", before {name}"));
        out.push_str(&format!(
            "\n  {} {}{}",
            paint(HEAD, id),
            decision.chosen,
            paint(DIM, &runner_up)
        ));
        out.push_str(&format!("\n{}", wrap(&decision.because, "    ", width)));
    }
    out.push_str(&format!("\n\n{}\n", paint(HEAD, "Computed")));
    out.push_str(&super::evaluate::totals(&design.system, &design.evaluation));
    let missed = option.violated.len();
    out.push_str(&match missed {
        0 => format!(
            "\n{}",
            paint(GOOD, "Every target that could be computed is met.")
        ),
        n => format!(
            "\n{}",
            paint(BAD, &format!("{n} targets or constraints are missed:"))
        ),
    });
    for violation in &option.violated {
        out.push_str(&format!("\n{}", wrap(&violation.text, "  ", width)));
    }
    let others: Vec<&str> = design
        .plan
        .options
        .iter()
        .filter(|o| o.id != option.id)
        .map(|o| o.id.as_str())
        .collect();
    if !others.is_empty() {
        out.push_str(&format!(
            "\n{}",
            paint(
                DIM,
                &format!("Other options: {} (`--option ID`).", others.join(", "))
            )
        ));
    }
    out
}

fn findings_line(open: &[Finding], folder: &Path) -> String {
    if open.is_empty() {
        return format!("{} {}", paint(GOOD, "check:"), "no findings.");
    }
    let of = |severity: Severity| open.iter().filter(|f| f.severity == severity).count();
    format!(
        "{} {}, {} major, {} minor, {}; `groundplan check {}` shows them.",
        paint(BAD, "check:"),
        look::count(of(Severity::Blocker), "blocker"),
        of(Severity::Major),
        of(Severity::Minor),
        look::count(of(Severity::Note), "note"),
        folder.display()
    )
}
