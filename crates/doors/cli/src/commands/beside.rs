//! Programs of their own, which bring a protocol or a language model: kept out of this one, so that it
//! stays small, and started in its place.

use std::ffi::OsString;
use std::path::PathBuf;
use std::process::Command;

/// Runs the program with what it was given; its exit code is ours.
pub fn run(program: &str, first: &[&str], arguments: &[OsString]) -> Result<u8, String> {
    let path = find(program).ok_or_else(|| {
        let folder = program.trim_start_matches("groundplan-");
        format!(
            "`{program}` is neither beside this program nor on the PATH; `cargo install --path crates/doors/{folder}` builds it from the source"
        )
    })?;
    let mut command = Command::new(&path);
    command.args(first).args(arguments);
    started(command).map_err(|e| format!("{} cannot be started: {e}", path.display()))
}

/// The one beside this program is of the same build; else the one that a shell would find.
fn find(program: &str) -> Option<PathBuf> {
    let name = format!("{program}{}", std::env::consts::EXE_SUFFIX);
    let beside = std::env::current_exe()
        .ok()
        .map(|own| own.with_file_name(&name));
    let path = std::env::var_os("PATH").unwrap_or_default();
    let on_path = std::env::split_paths(&path).map(|folder| folder.join(&name));
    beside
        .into_iter()
        .chain(on_path)
        .find(|path| path.is_file())
}

/// Takes our place, so that signals and the end of its input reach it directly.
#[cfg(unix)]
fn started(mut command: Command) -> std::io::Result<u8> {
    use std::os::unix::process::CommandExt;
    Err(command.exec())
}

#[cfg(not(unix))]
fn started(mut command: Command) -> std::io::Result<u8> {
    let status = command.status()?;
    Ok(status
        .code()
        .and_then(|code| u8::try_from(code).ok())
        .unwrap_or(crate::UNUSABLE))
}
