//! The user's files: read inside one folder only, written whole or not at all.

use std::fs;
use std::io::{ErrorKind, Write};
use std::path::{Component, Path, PathBuf};

/// Larger files are refused before they are read.
const MAX_BYTES: u64 = 8 * 1024 * 1024;

/// A reader of the files of a folder. A name that leads out of the folder is refused, a link too.
pub fn reader(folder: &Path) -> impl FnMut(&str) -> Result<Option<Vec<u8>>, String> {
    let folder = folder.to_path_buf();
    move |name: &str| {
        let relative = Path::new(name);
        if !relative
            .components()
            .all(|c| matches!(c, Component::Normal(_) | Component::CurDir))
        {
            return Err("it lies outside the folder".into());
        }
        read(&folder.join(relative), Some(&folder))
    }
}

fn read(path: &Path, inside: Option<&Path>) -> Result<Option<Vec<u8>>, String> {
    let meta = match fs::metadata(path) {
        Ok(meta) => meta,
        Err(e) if e.kind() == ErrorKind::NotFound => return Ok(None),
        Err(e) => return Err(e.to_string()),
    };
    if !meta.is_file() {
        return Err("it is not a file".into());
    }
    if meta.len() > MAX_BYTES {
        return Err(format!(
            "it has {} bytes; {MAX_BYTES} are the limit",
            meta.len()
        ));
    }
    if let Some(folder) = inside {
        let (real, root) = (path.canonicalize(), folder.canonicalize());
        if let (Ok(real), Ok(root)) = (real, root)
            && !real.starts_with(&root)
        {
            return Err("it is a link out of the folder".into());
        }
    }
    fs::read(path).map(Some).map_err(|e| e.to_string())
}

/// The bytes of a file named by the user.
pub fn read_named(path: &Path) -> Result<Vec<u8>, String> {
    match read(path, None) {
        Ok(Some(bytes)) => Ok(bytes),
        Ok(None) => Err(format!("{}: there is no such file", path.display())),
        Err(e) => Err(format!("{}: {e}", path.display())),
    }
}

/// The bytes of a file, or `None` where there is none.
pub fn read_if_there(path: &Path) -> Result<Option<Vec<u8>>, String> {
    read(path, None).map_err(|e| format!("{}: {e}", path.display()))
}

/// Writes a file of the user's: where it is a link, the file behind it, and the link stays one.
pub fn write_through(path: &Path, content: &[u8]) -> Result<(), String> {
    let is_link = fs::symlink_metadata(path).is_ok_and(|meta| meta.is_symlink());
    if !is_link {
        return write(path, content);
    }
    let real = path
        .canonicalize()
        .map_err(|e| format!("{} is a link that leads nowhere: {e}", path.display()))?;
    write(&real, content)
}

/// Writes a file whole: into a temporary neighbour first, which then takes its name, so that a
/// crash leaves the old file or the new one.
pub fn write(path: &Path, content: &[u8]) -> Result<(), String> {
    let failed = |e: std::io::Error| format!("{} cannot be written: {e}", path.display());
    let parent = path
        .parent()
        .filter(|p| !p.as_os_str().is_empty())
        .unwrap_or(Path::new("."));
    fs::create_dir_all(parent).map_err(failed)?;
    let name = path
        .file_name()
        .map(|n| n.to_string_lossy().into_owned())
        .unwrap_or_default();
    let temporary = parent.join(format!(".{name}.{}.tmp", std::process::id()));
    let written = fs::File::create(&temporary).and_then(|mut file| {
        file.write_all(content)?;
        file.sync_all()
    });
    let moved = written.and_then(|()| {
        if let Ok(meta) = fs::metadata(path) {
            fs::set_permissions(&temporary, meta.permissions())?;
        }
        fs::rename(&temporary, path)
    });
    moved.map_err(|e| {
        let _ = fs::remove_file(&temporary);
        failed(e)
    })
}

/// Removes what a writer of these files left behind when it died. Whoever calls holds the lock, so that no
/// writer is at work.
pub fn sweep(folder: &Path, names: &[String]) -> Result<(), String> {
    let entries = match fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(e) if e.kind() == ErrorKind::NotFound => return Ok(()),
        Err(e) => return Err(format!("{}: {e}", folder.display())),
    };
    for entry in entries.flatten() {
        let found = entry.file_name().to_string_lossy().into_owned();
        let ours = names.iter().any(|name| {
            let rest = found.strip_prefix(&format!(".{name}."));
            let writer = rest.and_then(|rest| rest.strip_suffix(".tmp"));
            writer.is_some_and(|id| !id.is_empty() && id.bytes().all(|b| b.is_ascii_digit()))
        });
        if ours {
            remove(&entry.path())?;
        }
    }
    Ok(())
}

/// Removes a file that Groundplan made; one that is not there is as good as removed.
pub fn remove(path: &Path) -> Result<(), String> {
    match fs::remove_file(path) {
        Err(e) if e.kind() != ErrorKind::NotFound => {
            Err(format!("{} cannot be removed: {e}", path.display()))
        }
        _ => Ok(()),
    }
}

/// The files below a folder, sorted; links are not followed. None where there is no such folder.
pub fn below(folder: &Path) -> Result<Vec<PathBuf>, String> {
    let failed = |e: std::io::Error| format!("{}: {e}", folder.display());
    let entries = match fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(e) if e.kind() == ErrorKind::NotFound => return Ok(Vec::new()),
        Err(e) => return Err(failed(e)),
    };
    let mut found = Vec::new();
    for entry in entries {
        let entry = entry.map_err(failed)?;
        let kind = entry.file_type().map_err(failed)?;
        if kind.is_dir() {
            found.extend(below(&entry.path())?);
        } else if kind.is_file() {
            found.push(entry.path());
        }
    }
    found.sort();
    Ok(found)
}

/// The folder, if it is one.
pub fn folder(path: &Path) -> Result<PathBuf, String> {
    match fs::metadata(path) {
        Ok(meta) if meta.is_dir() => Ok(path.to_path_buf()),
        Ok(_) => Err(format!(
            "{} is a file; name the folder that holds brief.yaml",
            path.display()
        )),
        Err(e) if e.kind() == ErrorKind::NotFound => Err(format!(
            "{} is not there; `groundplan new --from orders {}` begins a brief",
            path.display(),
            path.display()
        )),
        Err(e) => Err(format!("{}: {e}", path.display())),
    }
}

/// Today's date in UTC, ISO 8601: waivers expire by it, nothing else depends on it.
pub fn today() -> String {
    now()[..10].to_string()
}

/// The time in UTC to the second, ISO 8601, for the history.
pub fn now() -> String {
    let seconds = std::time::SystemTime::now()
        .duration_since(std::time::UNIX_EPOCH)
        .map_or(0, |d| d.as_secs());
    let (year, month, day) = civil(seconds / 86_400);
    let (hour, minute, second) = (seconds / 3600 % 24, seconds / 60 % 60, seconds % 60);
    format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}Z")
}

/// Days since 1970-01-01 as a date (Hinnant, chrono-compatible low-level date algorithms).
fn civil(days: u64) -> (u64, u64, u64) {
    let z = days + 719_468;
    let era = z / 146_097;
    let day_of_era = z % 146_097;
    let year_of_era =
        (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let mp = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * mp + 2) / 5 + 1;
    let month = if mp < 10 { mp + 3 } else { mp - 9 };
    (year_of_era + era * 400 + u64::from(month <= 2), month, day)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates() {
        assert_eq!(civil(0), (1970, 1, 1));
        assert_eq!(civil(20_778), (2026, 11, 21));
        assert_eq!(civil(19_782), (2024, 2, 29));
    }

    #[test]
    fn names_that_lead_out_are_refused() {
        let mut read = reader(Path::new("."));
        assert!(read("../Cargo.toml").is_err());
        assert!(read("/etc/passwd").is_err());
        assert!(read("no-such-file.yaml").unwrap().is_none());
    }
}
