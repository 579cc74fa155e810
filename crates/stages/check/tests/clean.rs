//! Clean architectures have no finding at all.

mod support;

#[test]
fn clean_models_have_no_findings() {
    let mut faults = Vec::new();
    for (name, text) in support::CLEAN {
        match support::load(name, text) {
            Ok(system) => faults.extend(
                support::findings(&system)
                    .iter()
                    .map(|f| format!("{name}: {} at {}: {}", f.key(), f.place.path, f.message)),
            ),
            Err(error) => faults.push(error),
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}
