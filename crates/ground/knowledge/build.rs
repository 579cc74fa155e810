//! Embeds every text file under `data/` as `(path, text)` pairs, one table per folder.
//!
//! Adding a file or a folder needs no code. The order is by path, so that two builds of the same
//! tree give the same bytes.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::{env, fs, io};

const TEXT: [&str; 7] = ["toml", "yaml", "yml", "json", "md", "sql", "txt"];

fn main() -> io::Result<()> {
    let manifest = PathBuf::from(env::var_os("CARGO_MANIFEST_DIR").expect("set by cargo"));
    let data = manifest.join("../../../data").canonicalize()?;
    println!("cargo:rerun-if-changed=build.rs");
    println!("cargo:rerun-if-changed={}", data.display());

    let mut code = String::from("/// Folder name, then the files in it.\n");
    code.push_str("pub(crate) static FOLDERS: &[(&str, &[(&str, &str)])] = &[\n");
    for folder in sorted(&data)? {
        if !folder.is_dir() || hidden(&folder) {
            continue;
        }
        let mut files = Vec::new();
        collect(&folder, &mut files)?;
        let name = relative(&folder, &data);
        writeln!(code, "    ({name:?}, &[").expect("writing to a String");
        for file in files {
            let inner = relative(&file, &folder);
            let whole = file.display().to_string();
            writeln!(code, "        ({inner:?}, include_str!({whole:?})),").expect("a String");
        }
        code.push_str("    ]),\n");
    }
    code.push_str("];\n");
    let out = PathBuf::from(env::var_os("OUT_DIR").expect("set by cargo"));
    fs::write(out.join("folders.rs"), code)
}

fn collect(folder: &Path, files: &mut Vec<PathBuf>) -> io::Result<()> {
    println!("cargo:rerun-if-changed={}", folder.display());
    for path in sorted(folder)? {
        if hidden(&path) {
            continue;
        }
        if path.is_dir() {
            collect(&path, files)?;
        } else if path
            .extension()
            .is_some_and(|e| TEXT.iter().any(|t| e == *t))
        {
            println!("cargo:rerun-if-changed={}", path.display());
            files.push(path);
        }
    }
    Ok(())
}

fn sorted(folder: &Path) -> io::Result<Vec<PathBuf>> {
    let mut paths = fs::read_dir(folder)?
        .map(|e| e.map(|e| e.path()))
        .collect::<io::Result<Vec<_>>>()?;
    paths.sort();
    Ok(paths)
}

fn hidden(path: &Path) -> bool {
    path.file_name()
        .is_some_and(|n| n.to_string_lossy().starts_with('.'))
}

fn relative(path: &Path, base: &Path) -> String {
    let inner = path.strip_prefix(base).expect("walked from base");
    inner.to_string_lossy().replace('\\', "/")
}
