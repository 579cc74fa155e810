//! Loads an example's brief.

use model::Brief;

pub fn example(name: &str) -> Option<Brief> {
    let path = format!(
        "{}/../../../examples/{name}/brief.yaml",
        env!("CARGO_MANIFEST_DIR")
    );
    let text = std::fs::read_to_string(&path).ok()?;
    let files = [syntax::SourceFile::new(path, text)];
    let loaded = syntax::load::<Brief>(&files, &syntax::Hooks::model());
    assert!(loaded.value.is_some(), "{name} does not load");
    loaded.value
}
