//! The reader of SQL on any text: as a file of its own, and as the body that a routine of each dialect has.
#![no_main]

use groundplan_research::fronts::{SourceText, sql};
use groundplan_research::schema;
use groundplan_research::sql::body;
use groundplan_research::sql::dialect::Dialect;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    let path = "db/V1__a.sql";
    let facts = sql::read(SourceText { path, text });
    let lines = text.lines().count() as u32 + 1;
    for seen in &facts.seen {
        assert!(seen.line <= lines, "line {}", seen.line);
    }
    schema::recover(&[(path, &facts)].into_iter().collect());
    for dialect in Dialect::ALL {
        body::read(text, dialect, 0);
    }
});
