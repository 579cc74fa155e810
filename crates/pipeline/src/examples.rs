//! Briefs to start from: the repository's own examples, embedded.

/// A brief that can be copied.
pub struct Start {
    pub name: &'static str,
    pub brief: &'static str,
}

impl Start {
    /// The first sentence of its purpose.
    pub fn summary(&self) -> String {
        let file = syntax::SourceFile::new("brief.yaml", self.brief.as_bytes());
        let loaded = syntax::load::<model::Brief>(&[file], &syntax::Hooks::model());
        let purpose = loaded.value.map(|b| b.purpose).unwrap_or_default();
        let flat = purpose.split_whitespace().collect::<Vec<_>>().join(" ");
        flat.split_inclusive(". ")
            .next()
            .unwrap_or("")
            .trim()
            .to_string()
    }
}

macro_rules! start {
    ($name:literal) => {
        Start {
            name: $name,
            brief: include_str!(concat!("../../../examples/", $name, "/brief.yaml")),
        }
    };
}

/// Every example, by name.
pub fn starts() -> &'static [Start] {
    &[
        start!("cli-tool"),
        start!("conduit"),
        start!("internal-service"),
        start!("ledger"),
        start!("orders"),
        start!("parcels"),
        start!("telemetry"),
    ]
}
