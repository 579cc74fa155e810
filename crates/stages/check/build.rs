//! Lists `src/rules/*.rs`: the file name is the rule's id, its leading `//!` lines are its
//! documentation. A file without its `mod` line in `rules/mod.rs` does not compile, and one without
//! documentation stops the build.

use std::fmt::Write as _;
use std::path::PathBuf;
use std::{env, fs, io};

fn main() -> io::Result<()> {
    let manifest = PathBuf::from(env::var_os("CARGO_MANIFEST_DIR").expect("set by cargo"));
    let folder = manifest.join("src/rules");
    println!("cargo:rerun-if-changed=build.rs");
    println!("cargo:rerun-if-changed={}", folder.display());

    let mut names = Vec::new();
    for entry in fs::read_dir(&folder)? {
        let path = entry?.path();
        let name = path
            .file_stem()
            .and_then(|n| n.to_str())
            .map(str::to_string);
        if path.extension().is_some_and(|e| e == "rs") {
            names.extend(name.filter(|n| n != "mod"));
        }
    }
    names.sort();

    let mut code = String::from("pub(crate) static RULES: &[Rule] = &[\n");
    for name in &names {
        let text = fs::read_to_string(folder.join(format!("{name}.rs")))?;
        let doc: Vec<&str> = text
            .lines()
            .map_while(|line| line.strip_prefix("//!"))
            .map(|line| line.strip_prefix(' ').unwrap_or(line))
            .collect();
        assert!(!doc.is_empty(), "src/rules/{name}.rs has no documentation");
        writeln!(
            code,
            "    Rule {{ id: {:?}, severity: rules::{name}::SEVERITY, category: \
             rules::{name}::CATEGORY, doc: {:?}, run: rules::{name}::check }},",
            name.replace('_', "-"),
            doc.join("\n"),
        )
        .expect("writing to a String");
    }
    code.push_str("];\n");
    let out = PathBuf::from(env::var_os("OUT_DIR").expect("set by cargo"));
    fs::write(out.join("rules.rs"), code)
}
