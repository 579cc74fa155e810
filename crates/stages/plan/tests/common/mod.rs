//! Loads an example's brief.

use model::Brief;

pub fn example(name: &str) -> Brief {
    let path = format!(
        "{}/../../../examples/{name}/brief.yaml",
        env!("CARGO_MANIFEST_DIR")
    );
    let text = std::fs::read_to_string(&path).unwrap_or_else(|e| panic!("reading {path}: {e}"));
    let files = [syntax::SourceFile::new(path, text)];
    let loaded = syntax::load::<Brief>(&files, &syntax::Hooks::model());
    loaded
        .value
        .unwrap_or_else(|| panic!("{name} does not load: {:?}", loaded.findings))
}
