//! `groundplan agents`: definitions for coding agents, written into a project.

use std::path::Path;

use folder::files;
use pipeline::agents::{self, Entered, Program};
use pipeline::output::{Fate, fate, seal};

use crate::arguments::{AgentProgram, Agents};
use crate::{CLEAN, FINDINGS};
use terminal::look::{self, DIM, paint};

pub fn run(asked: &Agents) -> Result<u8, String> {
    let Agents::Install {
        program,
        to,
        dry_run,
        force,
    } = asked;
    let folder = files::folder(to)?;
    let mut code = CLEAN;
    for program in program {
        let program = of(*program);
        code = code.max(definitions(&folder, program, *dry_run, *force)?);
        code = code.max(server(&folder, program, *dry_run)?);
    }
    look::print(&format!(
        "Start the program in {} and ask for the backend-architect.",
        folder.display()
    ))?;
    Ok(code)
}

fn of(program: AgentProgram) -> Program {
    match program {
        AgentProgram::Claude => Program::Claude,
        AgentProgram::Cursor => Program::Cursor,
        AgentProgram::Codex => Program::Codex,
        AgentProgram::Copilot => Program::Copilot,
    }
}

fn definitions(folder: &Path, program: Program, dry_run: bool, force: bool) -> Result<u8, String> {
    let mut code = CLEAN;
    for file in agents::files(program, env!("CARGO_PKG_VERSION")) {
        let path = folder.join(&file.path);
        let text = seal(&file);
        let decided = fate(&text, files::read_if_there(&path)?.as_deref());
        let said = match decided {
            Fate::Same => "is as it was",
            Fate::Keep if !force => {
                code = FINDINGS;
                "was edited by hand and stays as it is; --force writes over it"
            }
            _ => {
                if !dry_run {
                    files::write(&path, text.as_bytes())?;
                }
                match (dry_run, decided) {
                    (true, _) => "would be written",
                    (false, Fate::Create) => "written",
                    (false, _) => "renewed",
                }
            }
        };
        look::print(&paint(DIM, &format!("{} {said}", path.display())))?;
    }
    Ok(code)
}

fn server(folder: &Path, program: Program, dry_run: bool) -> Result<u8, String> {
    let (name, notation) = program.servers();
    let path = folder.join(name);
    let there = match files::read_if_there(&path)? {
        Some(bytes) => {
            Some(String::from_utf8(bytes).map_err(|_| format!("{} is not UTF-8", path.display()))?)
        }
        None => None,
    };
    match agents::enter(notation, there.as_deref()) {
        Entered::Same => look::print(&paint(DIM, &format!("{} is as it was", path.display())))?,
        Entered::Written(text) => {
            if !dry_run {
                files::write_through(&path, text.as_bytes())?;
            }
            let said = if dry_run { "would get" } else { "has" };
            look::print(&paint(
                DIM,
                &format!("{} {said} the server `groundplan`", path.display()),
            ))?;
        }
        Entered::Left { why, add } => {
            look::print(&format!(
                "{} stays as it is: {why}. Add by hand:\n{}",
                path.display(),
                add.trim_end()
            ))?;
            return Ok(FINDINGS);
        }
    }
    Ok(CLEAN)
}
