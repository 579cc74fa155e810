//! `groundplan fmt`: one layout for the files; comments and order stay.

use std::path::{Path, PathBuf};

use crate::{CLEAN, FINDINGS, UNUSABLE};
use folder::files;
use terminal::look;

pub fn run(paths: &[PathBuf], check: bool) -> Result<u8, String> {
    let mut code = CLEAN;
    for path in targets(paths)? {
        let bytes = files::read_named(&path)?;
        let text = String::from_utf8(bytes).map_err(|e| {
            format!(
                "{} is not UTF-8 at byte {}",
                path.display(),
                e.utf8_error().valid_up_to()
            )
        })?;
        match syntax::fmt::format(&text) {
            Ok(formatted) if formatted == text => {}
            Ok(_) if check => {
                look::print(&format!("{} would change", path.display()))?;
                code = code.max(FINDINGS);
            }
            Ok(formatted) => {
                files::write_through(&path, formatted.as_bytes())?;
                look::print(&format!("{} formatted", path.display()))?;
            }
            Err(faults) => {
                for fault in faults {
                    look::error(&format!(
                        "{}:{}: {}",
                        path.display(),
                        fault.span.line,
                        fault.message
                    ));
                }
                code = UNUSABLE;
            }
        }
    }
    Ok(code)
}

/// The files named, and those of the folders named.
fn targets(paths: &[PathBuf]) -> Result<Vec<PathBuf>, String> {
    let mut found = Vec::new();
    for path in paths {
        if path.is_dir() {
            let names = [
                pipeline::open::BRIEF,
                pipeline::open::ARCHITECTURE,
                pipeline::open::WAIVERS,
            ];
            let inside: Vec<PathBuf> = names
                .iter()
                .map(|n| path.join(n))
                .filter(|p| p.is_file())
                .collect();
            if inside.is_empty() {
                return Err(format!(
                    "{} holds no brief.yaml and no architecture.yaml",
                    path.display()
                ));
            }
            found.extend(inside);
        } else if Path::is_file(path) {
            found.push(path.clone());
        } else {
            return Err(format!("{}: there is no such file", path.display()));
        }
    }
    Ok(found)
}
