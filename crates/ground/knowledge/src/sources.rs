//! Sources of one file: `[sources.<key>]` tables, and how an entry refers to them.

use std::collections::BTreeMap;

use crate::reader::Fields;
use crate::technology::Source;

/// The sources a file declares, by key.
pub(crate) struct Sources {
    declared: BTreeMap<String, Source>,
}

impl Sources {
    /// Reads `[sources.<key>]`: `title`, and `url`, `date`, `read` as known. One of `date` and
    /// `read` must be there.
    pub(crate) fn read(root: &Fields<'_, '_>) -> Sources {
        let mut declared = BTreeMap::new();
        for (key, fields) in root.named_tables("sources") {
            let title = fields.required_text("title");
            let url = fields.text("url");
            let read = fields.date("read");
            let date = fields.date("date").or_else(|| read.clone());
            match (title, date) {
                (Some(title), Some(date)) => {
                    declared.insert(
                        key,
                        Source {
                            title,
                            url,
                            date,
                            read,
                        },
                    );
                }
                (_, None) => fields.bad(
                    "knowledge-missing-key",
                    "date",
                    format!("source `{key}` has neither `date` nor `read`"),
                    "add the date of the fact, or the day the page was read",
                ),
                (None, Some(_)) => {}
            }
            fields.finish();
        }
        Sources { declared }
    }

    /// The source of an entry. `source` is a key of `[sources]`, or a citation in full (it then
    /// has a blank); `date` and `url` of the entry override or complete it.
    pub(crate) fn of(&self, entry: &Fields<'_, '_>) -> Option<Source> {
        let named = entry.required_text("source");
        let date = entry.date("date");
        let url = entry.text("url");
        let named = named?;
        let mut source = match self.declared.get(&named) {
            Some(source) => source.clone(),
            None if named.contains(' ') => {
                let date = date.clone().or_else(|| {
                    entry.bad(
                        "knowledge-missing-key",
                        "date",
                        "a source cited in full needs `date` beside it".to_string(),
                        "add `date = \"YYYY-MM-DD\"`",
                    );
                    None
                })?;
                Source {
                    title: named,
                    url: None,
                    date,
                    read: None,
                }
            }
            None => {
                let known: Vec<&str> = self.declared.keys().map(String::as_str).collect();
                entry.bad(
                    "knowledge-unknown-source",
                    "source",
                    format!("`{named}` is not declared under [sources]"),
                    &format!(
                        "one of: {}; or cite title and date in full",
                        known.join(", ")
                    ),
                );
                return None;
            }
        };
        if let Some(date) = date {
            source.date = date;
        }
        if url.is_some() {
            source.url = url;
        }
        Some(source)
    }
}
