//! One file per command. Each opens the folder, calls the pipeline, prints, and gives an exit code.

mod agents;
mod ask;
mod beside;
mod check;
#[cfg_attr(not(feature = "code"), path = "without_code.rs")]
mod code;
mod design;
mod evaluate;
mod explain;
mod fmt;
mod history;
#[cfg_attr(not(feature = "measure"), path = "without_measure.rs")]
mod measure;
mod new;
mod plan;
mod render;
mod simulate;

use std::path::Path;

use clap::CommandFactory;
use model::{Severity, System};
use pipeline::Workspace;

use crate::arguments::{Arguments, Command};
use crate::{CLEAN, UNUSABLE};
use terminal::look;

/// Runs a command. `Err` is a sentence about the world: a folder that is not there, a full disk.
pub fn run(arguments: Arguments) -> Result<u8, String> {
    look::choose(arguments.color);
    match arguments.command {
        Command::New { from, list, folder } => new::run(&from, list, folder.as_deref()),
        Command::Ask {
            at,
            format,
            answers,
            assume,
        } => ask::run(&at.folder, format, answers.as_deref(), assume),
        Command::Plan { at, format } => plan::run(&at.folder, format),
        Command::Design {
            at,
            option,
            assume,
            accept,
        } => design::run(&at.folder, option.as_deref(), assume, accept),
        Command::Check(asked) => check::run(&asked),
        Command::Research(asked) => code::research(&asked),
        Command::Drift(asked) => code::drift(&asked),
        Command::Evaluate(asked) => evaluate::run(&asked),
        Command::Simulate(asked) => simulate::run(&asked),
        Command::Measure { at, with, format } => measure::run(&at.folder, &with, format),
        Command::Render {
            at,
            only,
            list,
            force,
        } => render::run(&at.folder, &only, list, force),
        Command::Explain { id, at } => explain::run(&id, &at.folder),
        Command::Fmt { paths, check } => fmt::run(&paths, check),
        Command::History {
            at,
            undo,
            reason,
            format,
        } => history::run(&at.folder, undo, reason.as_deref(), format),
        Command::Agents(asked) => agents::run(&asked),
        Command::Mcp(given) => beside::run("groundplan-mcp", &[], &given.arguments),
        Command::Lsp(given) => beside::run("groundplan-lsp", &[], &given.arguments),
        Command::Draft(given) => beside::run("groundplan-author", &["draft"], &given.arguments),
        Command::Improve(given) => beside::run("groundplan-author", &["improve"], &given.arguments),
        Command::Schema { file } => {
            let schema = pipeline::schemas::schema(&file)
                .ok_or_else(|| format!("there is no schema `{file}`"))?;
            look::print(&serde_json::to_string_pretty(&schema).map_err(|e| e.to_string())?)?;
            Ok(CLEAN)
        }
        Command::Completions { shell } => {
            let mut script = Vec::new();
            clap_complete::generate(shell, &mut Arguments::command(), "groundplan", &mut script);
            look::print(String::from_utf8_lossy(&script).trim_end())?;
            Ok(CLEAN)
        }
    }
}

/// Opens the folder with its brief and architecture.
fn open(folder: &Path) -> Result<Workspace, String> {
    folder::open(folder)
}

/// Opens the folder for a stage that cannot work with a broken file: prints what is wrong instead.
fn open_sound(folder: &Path) -> Result<Result<Workspace, u8>, String> {
    let workspace = open(folder)?;
    if workspace.usable() {
        return Ok(Ok(workspace));
    }
    anstream::eprintln!(
        "{}",
        syntax::diagnostics::render(&workspace.findings, &workspace.sources, look::findings())
            .trim_end()
    );
    Ok(Err(UNUSABLE))
}

/// Opens the folder for a stage that works on a designed system.
fn open_system(folder: &Path) -> Result<Result<(Workspace, System), u8>, String> {
    let workspace = match open_sound(folder)? {
        Ok(workspace) => workspace,
        Err(code) => return Ok(Err(code)),
    };
    let system = workspace.system().ok_or_else(|| {
        format!(
            "{0} has no architecture.yaml; `groundplan design {0}` makes one",
            folder.display()
        )
    })?;
    Ok(Ok((workspace, system)))
}

/// Whether the brief cannot be answered as it stands: prints why.
fn contradicts_itself(workspace: &Workspace) -> bool {
    let Some(brief) = workspace.brief() else {
        return false;
    };
    let mut findings = discover::gate(brief, knowledge::Knowledge::embedded());
    if !findings.iter().any(|f| f.severity == Severity::Blocker) {
        return false;
    }
    findings.iter_mut().for_each(|f| workspace.locate(f));
    anstream::eprintln!(
        "{}",
        syntax::diagnostics::render(&findings, &workspace.sources, look::findings()).trim_end()
    );
    true
}

/// The worst severity found.
fn worst(findings: &[model::Finding]) -> Option<Severity> {
    findings
        .iter()
        .filter(|f| f.waived.is_none())
        .map(|f| f.severity)
        .min()
}
