//! What the checks need of the machine: looked for first, installed where that is possible.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::process;

/// Oldest Node that the linters run on: major and minor.
const OLDEST_NODE: (u32, u32) = (20, 19);

const BROWSERS: &[&str] = &[
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
];

/// Makes sure of rustfmt and clippy, which a minimal toolchain lacks.
///
/// # Errors
/// Where they are missing and rustup does not bring them.
pub fn rust_tools(root: &Path) -> Result<(), String> {
    let works = |tool: &str| process::output(process::cargo(root).args([tool, "--version"]));
    if ["fmt", "clippy"].iter().all(|tool| works(tool).is_ok()) {
        return Ok(());
    }
    println!("adding rustfmt and clippy");
    process::output(Command::new("rustup").args(["component", "add", "rustfmt", "clippy"]))?;
    works("fmt").and_then(|_| works("clippy")).map(|_| ())
}

/// Folders with npm packages that the checks use, and with those that the editor's extension brings.
const PACKAGES: [&str; 3] = ["tests/external", "tests/clients", "editors/vscode"];

/// Makes sure of Node and of the npm packages that the folders' `package-lock.json` pin.
///
/// # Errors
/// Where Node is missing or too old, or `npm ci` fails.
pub fn node(root: &Path) -> Result<(), String> {
    let (major, minor) = OLDEST_NODE;
    let remedy = format!("install Node {major}.{minor} or newer with npm (https://nodejs.org)");
    let version = process::output(Command::new("node").arg("--version"))
        .map_err(|error| format!("{error}; {remedy}"))?;
    if parse_version(&version).is_none_or(|version| version < OLDEST_NODE) {
        return Err(format!("Node {} is too old; {remedy}", version.trim()));
    }
    PACKAGES.iter().try_for_each(|folder| npm(root, folder))
}

fn npm(root: &Path, name: &str) -> Result<(), String> {
    let folder = root.join(name);
    let lock = read(&folder.join("package-lock.json"))?;
    let stamp = folder.join("node_modules/.groundplan-lock");
    if fs::read_to_string(&stamp).is_ok_and(|installed| installed == lock) {
        return Ok(());
    }
    let mut npm = Command::new("npm");
    npm.args([
        "ci",
        "--no-audit",
        "--no-fund",
        "--ignore-scripts",
        "--loglevel=error",
    ]);
    if !process::succeeds(npm.current_dir(&folder).env("NO_UPDATE_NOTIFIER", "1"))? {
        return Err(format!(
            "npm ci failed in {name}; it needs the npm registry once"
        ));
    }
    fs::write(&stamp, lock).map_err(|error| format!("writing {}: {error}", stamp.display()))
}

/// A Chromium, installed where there is none.
///
/// # Errors
/// Where there is none and it cannot be installed.
pub fn browser() -> Result<PathBuf, String> {
    let chosen = std::env::var_os("GROUNDPLAN_CHROMIUM").map(PathBuf::from);
    let find = || BROWSERS.iter().find_map(|name| process::find(name));
    if let Some(browser) = chosen.or_else(find) {
        return Ok(browser);
    }
    install(
        &["chromium", "fonts-dejavu-core", "fonts-liberation"],
        "a browser",
    )?;
    find().ok_or_else(|| "the package chromium brought no program chromium".to_string())
}

/// Makes sure of Python 3 with its sqlite3 module.
///
/// # Errors
/// Where it is missing and cannot be installed.
pub fn python() -> Result<(), String> {
    let works = || process::output(Command::new("python3").args(["-c", "import sqlite3"]));
    if works().is_ok() {
        return Ok(());
    }
    install(&["python3"], "Python 3 with sqlite3")?;
    works().map(|_| ())
}

/// A Python with the packages that `tests/clients/requirements.txt` pins, in an environment of its own.
///
/// # Errors
/// Where it cannot be made, or the packages cannot be had.
pub fn python_packages(root: &Path) -> Result<PathBuf, String> {
    let wanted = read(&root.join("tests/clients/requirements.txt"))?;
    let folder = root.join("target/python");
    let python = folder.join("bin/python");
    let stamp = folder.join(".groundplan-requirements");
    if fs::read_to_string(&stamp).is_ok_and(|installed| installed == wanted) {
        return Ok(python);
    }
    let environment = || process::output(Command::new("python3").args(["-m", "venv"]).arg(&folder));
    // Debian keeps what makes an environment in a package of its own.
    if environment().is_err() {
        install(&["python3-venv"], "python3-venv")?;
        environment()?;
    }
    let mut pip = Command::new(&python);
    pip.args([
        "-m",
        "pip",
        "install",
        "--quiet",
        "--disable-pip-version-check",
    ]);
    pip.args(["-r", "tests/clients/requirements.txt"]);
    process::output(pip.current_dir(root))
        .map_err(|error| format!("{error}; the package index is needed once"))?;
    fs::write(&stamp, wanted).map_err(|error| format!("writing {}: {error}", stamp.display()))?;
    Ok(python)
}

/// Installs Debian packages, as root or through a sudo that asks nothing.
///
/// # Errors
/// Where neither works: says what to install.
pub fn install(packages: &[&str], what: &str) -> Result<(), String> {
    let list = packages.join(" ");
    let sudo = || process::output(Command::new("sudo").args(["-n", "true"])).is_ok();
    let prefix: &[&str] = if process::is_root() {
        &[]
    } else if sudo() {
        &["sudo", "-n"]
    } else {
        return Err(format!(
            "{what} is missing; run: sudo apt-get install {list}"
        ));
    };
    if process::find("apt-get").is_none() {
        return Err(format!(
            "{what} is missing and this is no Debian; install {list} by hand"
        ));
    }
    println!("installing {list}");
    let apt = |arguments: &[&str]| {
        let words = [
            prefix,
            &["env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "-qq"],
            arguments,
        ];
        let words = words.concat();
        process::output(Command::new(words[0]).args(&words[1..]))
    };
    let install = [&["install", "-y", "--no-install-recommends"], packages].concat();
    apt(&["update"]).and_then(|_| apt(&install)).map(|_| ())
}

fn parse_version(text: &str) -> Option<(u32, u32)> {
    let mut numbers = text.trim().strip_prefix('v')?.split('.').map(str::parse);
    Some((numbers.next()?.ok()?, numbers.next()?.ok()?))
}

fn read(path: &Path) -> Result<String, String> {
    fs::read_to_string(path).map_err(|error| format!("reading {}: {error}", path.display()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn node_versions_compare() {
        assert_eq!(parse_version("v20.20.2\n"), Some((20, 20)));
        assert!(parse_version("v18.19.0") < Some(OLDEST_NODE));
        assert_eq!(parse_version("nonsense"), None);
    }
}
