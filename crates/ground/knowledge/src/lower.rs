//! Lowers a technology file, or a file of measured demands, from TOML to types.
//!
//! The file name is the id. Words in `roles`, `capabilities`, `consistency`, `operation`, `kind`,
//! `scope`, `name` of a limit, `unit` and `prices` come from [`crate::vocabulary`]. What is not
//! known is left out.
//!
//! ```toml
//! name = "Thing"
//! summary = "One sentence."
//! aliases = ["thingy"]                # lower case; no two technologies share one
//! roles = ["store"]
//! capabilities = ["relational", "transactions"]
//! consistency = "strong"
//! consistency_note = "Replicas lag."  # optional
//! licence = "MIT"                     # SPDX, or "proprietary"
//! languages = ["go"]                  # runtimes only
//!
//! [burden]                            # our judgement, 0 to 10; at least one of the two
//! date = 2026-11-21
//! self_hosted = { points = 5, reason = "..." }
//! managed = { points = 2, reason = "..." }
//!
//! [sources.page]                      # cited by its key below
//! title = "Title of the page"
//! url = "https://example.org/"
//! date = 2025-05-01                   # of the fact; without it the day of reading counts
//! read = 2026-11-21
//!
//! [caution]                           # optional: a reason to hesitate
//! text = "..."
//! source = "page"
//!
//! [[demand]]                          # at least one number; cpu_us needs hardware
//! operation = "insert"
//! cpu_us = 30
//! per_index_us = 8                    # also per_row_us, per_kib_us, latency_ms, wall_ms
//! variant = "batched"                 # optional: not the usual configuration
//! conditions = "version, data, client"
//! hardware = "one core of ..."
//! kind = "published"
//! source = "page"
//!
//! [[limit]]                           # conditions are optional
//! name = "connections"
//! value = 100
//! unit = "count"
//! source = "page"
//! ```
//!
//! `[[throughput]]` has `what`, `value`, `unit`, `conditions`, `source`; `[[availability]]` has
//! `scope`, `percent`, `source`; `[[offering]]` has `id`, `name`, `cloud`, `zones`, `prices`.

use model::Finding;

use crate::reader::{Fields, Reader, is_kebab};
use crate::sources::Sources;
use crate::technology::{
    Availability, Burden, Caution, Demand, Limit, Offering, Points, Technology, Throughput,
};
use crate::vocabulary::{Family, Kind};

/// Most points of operational burden.
const MOST_BURDEN: u32 = 10;

/// Reads `technologies/<id>.toml`. The technology is `None` where a required key is missing;
/// faulty entries are left out, and each fault is a finding.
pub(crate) fn technology(path: &str, id: &str, text: &str) -> (Option<Technology>, Vec<Finding>) {
    let reader = Reader::new(path, text);
    let tree = reader.tree();
    let root = reader.root(&tree);
    if !is_kebab(id) {
        reader.fault(
            "knowledge-bad-id",
            0..0,
            "",
            format!("`{id}` is not kebab-case"),
            "name the file in lower case with hyphens",
        );
    }
    let sources = Sources::read(&root);
    let name = root.required_text("name");
    let summary = root.required_text("summary");
    let aliases = root.texts("aliases");
    for alias in &aliases {
        if alias.trim() != alias || alias.to_lowercase() != *alias || alias.is_empty() {
            root.bad(
                "knowledge-bad-value",
                "aliases",
                format!("alias `{alias}` must be lower case without outer blanks"),
                "write it in lower case",
            );
        }
    }
    let roles = root.words("roles");
    if roles.is_empty() {
        root.bad(
            "knowledge-missing-key",
            "roles",
            "a technology plays at least one role".to_string(),
            "add `roles = [...]`",
        );
    }
    let mut capabilities = root.words("capabilities");
    capabilities.sort_unstable();
    capabilities.dedup();
    let consistency = root.word("consistency");
    let consistency_note = root.text("consistency_note");
    let licence = root.required_text("licence");
    let languages = root.texts("languages");
    let burden = burden(&root);
    let caution = root.table("caution").and_then(|fields| {
        let text = fields.required_text("text");
        let source = sources.of(&fields);
        fields.finish();
        Some(Caution {
            text: text?,
            source: source?,
        })
    });
    let demands = root
        .entries("demand")
        .into_iter()
        .filter_map(|e| demand(e, &sources))
        .collect();
    let limits = root
        .entries("limit")
        .into_iter()
        .filter_map(|e| limit(e, &sources))
        .collect();
    let throughputs = root
        .entries("throughput")
        .into_iter()
        .filter_map(|e| throughput(e, &sources))
        .collect();
    let availabilities = root
        .entries("availability")
        .into_iter()
        .filter_map(|e| availability(e, &sources))
        .collect();
    let offerings = root
        .entries("offering")
        .into_iter()
        .filter_map(|e| offering(e, &sources))
        .collect();
    root.finish();

    let technology = (|| {
        Some(Technology {
            id: id.to_string(),
            name: name?,
            summary: summary?,
            aliases,
            roles,
            capabilities,
            consistency: consistency?,
            consistency_note,
            licence: licence?,
            languages,
            burden: burden?,
            caution,
            demands,
            limits,
            throughputs,
            availabilities,
            offerings,
        })
    })();
    (technology, reader.into_findings())
}

/// A demand that belongs to a technology named in the entry or at the top of the file.
pub(crate) struct Measured {
    pub(crate) technology: String,
    pub(crate) demand: Demand,
}

/// Reads `measured/<name>.toml`: `[[demand]]` entries with `technology = "..."`, which may also
/// stand once at the top. `id_of` gives the catalogue's id of a word.
pub(crate) fn measured(
    path: &str,
    text: &str,
    id_of: impl Fn(&str) -> Option<String>,
) -> (Vec<Measured>, Vec<Finding>) {
    let reader = Reader::new(path, text);
    let tree = reader.tree();
    let root = reader.root(&tree);
    let sources = Sources::read(&root);
    let common = root.text("technology");
    // What the machine and the programs were is said again in each entry.
    root.ignore(&["machine", "versions"]);
    let mut measured = Vec::new();
    for entry in root
        .entries("demand")
        .into_iter()
        .chain(root.entries("variant"))
    {
        let technology = match entry.text("technology").or_else(|| common.clone()) {
            Some(technology) => technology,
            None => match entry.required_text("technology") {
                Some(technology) => technology,
                None => continue,
            },
        };
        let Some(technology) = id_of(&technology) else {
            entry.bad(
                "knowledge-unknown-technology",
                "technology",
                format!("`{technology}` has no file in technologies/"),
                "use the id of a technology file, or add that file",
            );
            continue;
        };
        if let Some(demand) = demand(entry, &sources) {
            measured.push(Measured { technology, demand });
        }
    }
    root.finish();
    (measured, reader.into_findings())
}

fn burden(root: &Fields<'_, '_>) -> Option<Burden> {
    let Some(table) = root.table("burden") else {
        root.bad(
            "knowledge-missing-key",
            "burden",
            "`burden` is missing".to_string(),
            "add [burden] with date, and self_hosted or managed",
        );
        return None;
    };
    let points = |key: &'static str| {
        let fields = table.table(key)?;
        if !fields.has("points") {
            fields.required_positive("points");
        }
        let points = fields.whole("points", MOST_BURDEN);
        let reason = fields.required_text("reason");
        fields.finish();
        Some(Points {
            points: u8::try_from(points?).ok()?,
            reason: reason?,
        })
    };
    let self_hosted = points("self_hosted");
    let managed = points("managed");
    let date = required_date(&table);
    if self_hosted.is_none() && managed.is_none() {
        table.bad(
            "knowledge-missing-key",
            "self_hosted",
            "`burden` needs `self_hosted`, `managed` or both".to_string(),
            "add self_hosted = { points = 0, reason = \"...\" }",
        );
    }
    table.finish();
    Some(Burden {
        self_hosted,
        managed,
        date: date?,
    })
}

fn required_date(fields: &Fields<'_, '_>) -> Option<String> {
    if !fields.has("date") {
        fields.required_text("date");
        return None;
    }
    fields.date("date")
}

fn demand(entry: Fields<'_, '_>, sources: &Sources) -> Option<Demand> {
    let operation = entry.word("operation");
    let cpu_us = entry.positive("cpu_us");
    let per_row_us = entry.positive("per_row_us");
    let per_index_us = entry.positive("per_index_us");
    let per_kib_us = entry.positive("per_kib_us");
    let latency_ms = entry.positive("latency_ms");
    let wall_ms = entry.not_negative("wall_ms");
    let variant = entry.text("variant");
    let conditions = entry.required_text("conditions");
    let hardware = entry.text("hardware");
    let kind = entry.word::<Kind>("kind");
    let source = sources.of(&entry);
    let numbers = [
        "cpu_us",
        "per_row_us",
        "per_index_us",
        "per_kib_us",
        "latency_ms",
    ];
    if !numbers.iter().any(|key| entry.has(key)) {
        entry.bad(
            "knowledge-missing-key",
            "cpu_us",
            "a demand has at least one number".to_string(),
            "add cpu_us, per_row_us, per_index_us, per_kib_us or latency_ms, or drop the entry",
        );
    }
    if cpu_us.is_some() && hardware.is_none() {
        entry.bad(
            "knowledge-missing-key",
            "hardware",
            "processor time means nothing without the processor".to_string(),
            "add `hardware = \"...\"`",
        );
    }
    // The technology was read by the caller; runs and spread are for people who read the file.
    entry.ignore(&["technology", "runs", "spread"]);
    entry.finish();
    Some(Demand {
        operation: operation?,
        cpu_us,
        per_row_us,
        per_index_us,
        per_kib_us,
        latency_ms,
        wall_ms,
        variant,
        conditions: conditions?,
        hardware,
        kind: kind?,
        source: source?,
    })
}

fn limit(entry: Fields<'_, '_>, sources: &Sources) -> Option<Limit> {
    let name = entry.word("name");
    let value = entry.required_positive("value");
    let unit = entry.word("unit");
    let conditions = entry.text("conditions");
    let source = sources.of(&entry);
    entry.finish();
    Some(Limit {
        name: name?,
        value: value?,
        unit: unit?,
        conditions,
        source: source?,
    })
}

fn throughput(entry: Fields<'_, '_>, sources: &Sources) -> Option<Throughput> {
    let what = entry.required_text("what");
    let value = entry.required_positive("value");
    let unit = entry.word("unit");
    let conditions = entry.required_text("conditions");
    let source = sources.of(&entry);
    entry.finish();
    Some(Throughput {
        what: what?,
        value: value?,
        unit: unit?,
        conditions: conditions?,
        source: source?,
    })
}

fn availability(entry: Fields<'_, '_>, sources: &Sources) -> Option<Availability> {
    let scope = entry.word("scope");
    let percent = entry.required_positive("percent");
    let conditions = entry.text("conditions");
    let source = sources.of(&entry);
    if percent.is_some_and(|percent| percent > 100.0) {
        entry.bad(
            "knowledge-bad-value",
            "percent",
            "an availability lies at or below 100 per cent".to_string(),
            "write per cent, for example 99.95",
        );
        return None;
    }
    entry.finish();
    Some(Availability {
        scope: scope?,
        percent: percent?,
        conditions,
        source: source?,
    })
}

fn offering(entry: Fields<'_, '_>, sources: &Sources) -> Option<Offering> {
    let id = entry.required_text("id");
    let name = entry.required_text("name");
    let cloud = entry.required_text("cloud");
    for (key, word) in [("id", &id), ("cloud", &cloud)] {
        if let Some(word) = word.as_ref().filter(|word| !is_kebab(word)) {
            entry.bad(
                "knowledge-bad-id",
                key,
                format!("`{word}` is not kebab-case"),
                "write it in lower case with hyphens",
            );
        }
    }
    let zones = if entry.has("zones") {
        entry.whole("zones", 100)
    } else {
        Some(1)
    };
    let prices = entry.words::<Family>("prices");
    let source = if entry.has("source") {
        sources.of(&entry)
    } else {
        None
    };
    entry.finish();
    Some(Offering {
        id: id?,
        name: name?,
        cloud: cloud?,
        zones: zones?,
        prices,
        source,
    })
}
