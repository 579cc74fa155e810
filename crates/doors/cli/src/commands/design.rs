//! `groundplan design`: the main job, from a brief to an architecture and its documents.

use std::path::Path;

use model::{Architecture, Finding, Severity};
use pipeline::Workspace;
use pipeline::designing::{self, Design};

use crate::look::{self, BAD, DIM, GOOD, HEAD, paint};
use crate::tables::wrap;
use crate::{FINDINGS, UNUSABLE, files};

/// What the engine wrote last time, so that a person's edit of it is recognised. May be deleted.
const BASE: &str = ".groundplan/base.yaml";
const PROPOSAL: &str = "architecture.proposal.yaml";

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
    let designed = designing::design(brief, option);
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
    let kept = keep(folder, &workspace, &design, accept)?;
    // Documents show what the file holds, not what was proposed.
    let after = super::open(folder)?;
    let system = after
        .system()
        .ok_or("architecture.yaml cannot be read back")?;
    let written = super::render::write(folder, &system, &[], false)?;
    super::print(&summary(&design))?;
    super::print(&format!("\n{kept}\n{}", written.text(folder)))?;
    let open: Vec<Finding> = pipeline::check(&after, Some(&files::today()))
        .into_iter()
        .filter(|f| f.waived.is_none())
        .collect();
    super::print(&findings_line(&open, folder))?;
    let serious = open.iter().any(|f| f.severity <= Severity::Major);
    Ok(if serious { FINDINGS } else { written.code })
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
        let text = super::BriefText::of(folder, workspace);
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
    super::print(&super::ask::listing(&deciding))?;
    super::print(&format!(
        "\nNo design yet: these answers would change it. Answer with `groundplan ask {0}`, or take the defaults with `groundplan design {0} --assume`.",
        folder.display()
    ))?;
    Ok(Some(FINDINGS))
}

/// Writes the architecture where there is none; otherwise proposes, and applies only when told.
fn keep(
    folder: &Path,
    workspace: &Workspace,
    design: &Design,
    accept: bool,
) -> Result<String, String> {
    let target = folder.join(pipeline::open::ARCHITECTURE);
    let base_file = folder.join(BASE);
    let text = designing::architecture_text(&design.system.architecture);
    let Some(mine) = workspace.architecture() else {
        files::write_through(&target, text.as_bytes())?;
        files::write(&base_file, text.as_bytes())?;
        return Ok(format!("{} written.", target.display()));
    };
    let base: Option<Architecture> = files::read_if_there(&base_file)?.and_then(|bytes| {
        let source = syntax::SourceFile::new(BASE, bytes);
        syntax::load::<Architecture>(&[source], &syntax::Hooks::none()).value
    });
    let proposal = designing::proposal(mine, &design.system.architecture, base.as_ref());
    let kept = proposal.kept.len();
    let file = folder.join(PROPOSAL);
    if proposal.changes.is_empty() {
        // An older proposal has nothing left to say.
        files::remove(&file)?;
        return Ok(format!(
            "{} stays as it is: a new design would change nothing{}.",
            target.display(),
            if kept > 0 {
                format!(" but {kept} elements that others wrote")
            } else {
                String::new()
            }
        ));
    }
    if accept {
        let current = String::from_utf8(files::read_named(&target)?)
            .map_err(|_| format!("{} is not UTF-8", target.display()))?;
        let edited = designing::accept(&current, &proposal)?;
        files::write_through(&target, edited.as_bytes())?;
        files::write(&base_file, text.as_bytes())?;
        files::remove(&file)?;
        return Ok(format!(
            "{}: {} changes applied, {kept} elements of other authors kept.",
            target.display(),
            proposal.changes.len()
        ));
    }
    files::write(&file, designing::proposal_text(&proposal).as_bytes())?;
    Ok(format!(
        "{} stays as it is. {} changes are proposed in {}, {kept} elements of other authors are left out of it; apply them with `groundplan design {} --accept`.",
        target.display(),
        proposal.changes.len(),
        file.display(),
        folder.display()
    ))
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
        super::ask::count(of(Severity::Blocker), "blocker"),
        of(Severity::Major),
        of(Severity::Minor),
        super::ask::count(of(Severity::Note), "note"),
        folder.display()
    )
}
