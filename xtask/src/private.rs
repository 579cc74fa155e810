//! What private servers of the tests share: a folder of their own, and a user who is not root.

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::process;

/// Whom a server runs as where we are root, which database servers refuse; nobody else where we are not.
///
/// # Errors
/// Where none of the users exists.
pub fn user(wanted: &[&str]) -> Result<Option<String>, String> {
    if !process::is_root() {
        return Ok(None);
    }
    let exists = |user: &&&str| process::output(Command::new("id").args(["-u", user])).is_ok();
    match wanted.iter().find(exists) {
        Some(user) => Ok(Some((*user).to_string())),
        None => Err(format!(
            "database servers refuse root, and there is no user {}; run as yourself",
            wanted.join(" or ")
        )),
    }
}

/// A command run as `user`, or as ourselves.
pub fn as_user(user: Option<&str>, program: &Path) -> Command {
    match user {
        Some(user) => {
            let mut command = Command::new("runuser");
            command.args(["-u", user, "--"]).arg(program);
            command
        }
        None => Command::new(program),
    }
}

/// A new folder, short enough for the 107 bytes that a socket's path may have.
///
/// # Errors
/// Where it cannot be made or given to the user.
pub fn folder(name: &str, user: Option<&str>) -> Result<PathBuf, String> {
    let pattern = format!("/tmp/{name}-XXXXXX");
    let made = process::output(Command::new("mktemp").args(["-d", &pattern]))?;
    let folder = PathBuf::from(made.trim());
    if let Some(user) = user {
        process::output(Command::new("chown").arg(user).arg(&folder))?;
    }
    process::output(Command::new("chmod").arg("755").arg(&folder))?;
    Ok(folder)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_user_other_than_ours_goes_through_runuser() {
        let command = as_user(Some("nobody"), Path::new("/bin/initdb"));
        let words: Vec<_> = command.get_args().collect();
        assert_eq!(command.get_program(), "runuser");
        assert_eq!(words, ["-u", "nobody", "--", "/bin/initdb"]);
        assert_eq!(
            as_user(None, Path::new("/bin/initdb")).get_program(),
            "/bin/initdb"
        );
    }
}
