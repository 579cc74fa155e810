//! The library tables, parsed once.

use std::sync::OnceLock;

use super::table::Library;

/// Every table, by id; and the faults of those that do not parse (a test holds that there are none).
pub fn all() -> &'static (Vec<Library>, Vec<String>) {
    static ALL: OnceLock<(Vec<Library>, Vec<String>)> = OnceLock::new();
    ALL.get_or_init(|| {
        let mut libraries = Vec::new();
        let mut faults = Vec::new();
        for (name, text) in knowledge::raw("libraries") {
            match toml::from_str::<Library>(text) {
                Ok(library) if name.strip_suffix(".toml") == Some(library.id.as_str()) => {
                    libraries.push(library);
                }
                Ok(library) => faults.push(format!("{name}: the id is {}", library.id)),
                Err(error) => faults.push(format!("{name}: {error}")),
            }
        }
        (libraries, faults)
    })
}

#[cfg(test)]
mod tests {
    #[test]
    fn every_table_parses_and_is_named_as_its_file() {
        assert_eq!(super::all().1, Vec::<String>::new());
    }
}
