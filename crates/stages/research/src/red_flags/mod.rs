//! Red flags: what a reviewer of the code would send back, each with its place.
//!
//! One file is one flag. Its documentation says what, why, remedy and when it is wrong; the trees in
//! its documentation are its tests (`tests/red_flags.rs`). A flag is reported with how sure it is:
//! resolved ones may gate, inferred ones are shown, and nothing is ever gated on what is unknown.

use std::collections::BTreeMap;

use model::fact::{Facts, Source};
use model::finding::{Certainty, Finding, Place, Related, Severity, Span};

use crate::fronts::is_code;
use crate::link::is_test;
use crate::observation::{FileFacts, Observation, Observed};

/// One flag.
pub struct Flag {
    /// Kebab-case; it names the defect.
    pub id: &'static str,
    pub severity: Severity,
    /// Markdown: what, why, remedy, when it is wrong, a bad and a good tree.
    pub doc: &'static str,
    run: fn(&View, &mut Report),
}

macro_rules! flags {
    ($($module:ident),* $(,)?) => {
        $(mod $module;)*
        /// Every flag, by name.
        pub const ALL: &[Flag] = &[$(Flag {
            id: $module::ID,
            severity: $module::SEVERITY,
            doc: include_str!(concat!(stringify!($module), ".rs")),
            run: $module::check,
        }),*];
    };
}

flags! {
    call_cycle,
    client_in_handler,
    deployment_without_probe,
    fat_handler,
    hard_coded_address,
    long_call_chain,
    plaintext_secret,
    query_per_row,
    shared_database,
    shared_mutable_state,
    sql_in_handler,
    unbounded_client,
    unprotected_call,
}

/// What flags look at.
pub struct View<'a> {
    pub facts: &'a Facts,
    pub files: &'a [(String, FileFacts)],
    /// Handlers of routes, by file: names as they stand in `within`.
    handlers: BTreeMap<&'a str, Vec<&'a str>>,
}

/// Where one flag puts what it finds.
pub struct Report<'f> {
    flag: &'f Flag,
    findings: Vec<Finding>,
}

/// Every flag over a linked tree, in the order of place and name.
pub fn all(facts: &Facts, files: &[(String, FileFacts)]) -> Vec<Finding> {
    let mut handlers: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for (path, file) in files {
        for seen in &file.seen {
            if let Observation::Handler { name, .. } = &seen.what {
                handlers.entry(path).or_default().push(name);
            }
        }
    }
    let view = View {
        facts,
        files,
        handlers,
    };
    let mut findings = Vec::new();
    for flag in ALL {
        let mut report = Report {
            flag,
            findings: Vec::new(),
        };
        (flag.run)(&view, &mut report);
        findings.extend(report.findings);
    }
    findings.sort_by(|a, b| {
        let place = |one: &Finding| {
            (
                one.place.file.clone(),
                one.place.span.map_or(0, |span| span.line),
                one.rule.clone(),
                one.key(),
            )
        };
        place(a).cmp(&place(b))
    });
    findings.dedup_by(|a, b| a.key() == b.key() && a.place == b.place);
    findings
}

impl<'a> View<'a> {
    /// The service whose folder holds a file, the innermost.
    pub fn service_of(&self, path: &str) -> Option<&'a str> {
        self.facts
            .services
            .iter()
            .filter(|(_, one)| {
                one.folder.is_empty()
                    || path
                        .strip_prefix(one.folder.as_str())
                        .is_some_and(|rest| rest.starts_with('/'))
            })
            .max_by_key(|(_, one)| one.folder.len())
            .map(|(id, _)| id.as_str())
    }

    /// Observations of running code and configuration, tests left out.
    pub fn seen(&self) -> impl Iterator<Item = (&'a str, &'a Observed)> + '_ {
        self.files
            .iter()
            .filter(|(path, _)| !is_test(path))
            .flat_map(|(path, file)| file.seen.iter().map(move |seen| (path.as_str(), seen)))
    }

    /// The same of program code alone.
    pub fn code(&self) -> impl Iterator<Item = (&'a str, &'a Observed)> + '_ {
        self.files
            .iter()
            .filter(|(path, file)| is_code(&file.front) && !is_test(path))
            .flat_map(|(path, file)| file.seen.iter().map(move |seen| (path.as_str(), seen)))
    }

    /// Whether a file is of a program that answers requests in the file's own language: the pages that a
    /// browser runs are of none.
    pub fn answers(&self, path: &str) -> bool {
        let front = |path: &str| {
            let at = self
                .files
                .binary_search_by(|(other, _)| other.as_str().cmp(path))
                .ok()?;
            Some(self.files[at].1.front.as_str())
        };
        let page = ["vue", "svelte", "tsx", "jsx"].contains(&path.rsplit('.').next().unwrap_or(""));
        let own = front(path);
        !page
            && own.is_some()
            && self
                .service_of(path)
                .and_then(|id| self.facts.services.get(id))
                .is_some_and(|one| {
                    one.endpoints
                        .iter()
                        .any(|route| front(&route.at.file) == own)
                })
    }

    /// How a declaration is spoken of: by its name, or by the route where it has none.
    pub fn name_of(&self, path: &str, within: &str) -> String {
        if !within.contains("fn@") {
            return format!("`{within}`");
        }
        let of_route = self
            .facts
            .services
            .values()
            .flat_map(|one| &one.endpoints)
            .find(|one| one.at.file == path && one.handler.as_deref() == Some(within));
        match of_route {
            Some(route) => format!("of {} {}", route.method, route.path),
            None => "of the route here".to_owned(),
        }
    }

    /// Whether a declaration is the handler of a route, or stands in one.
    pub fn in_handler(&self, path: &str, within: &str) -> bool {
        !within.is_empty()
            && self.handlers.get(path).is_some_and(|names| {
                names.iter().any(|name| {
                    *name == within
                        || within.rsplit('.').next() == Some(name)
                        || name.rsplit('.').next() == Some(within)
                })
            })
    }
}

impl Report<'_> {
    /// Adds a finding at a line. `subject` is stable when lines move: file, declaration and what it is about.
    pub fn add(
        &mut self,
        at: &Source,
        subject: &str,
        certainty: Certainty,
        message: impl Into<String>,
        why: impl Into<String>,
        remedy: impl Into<String>,
    ) -> &mut Finding {
        let mut finding = Finding::new(
            self.flag.id,
            self.flag.severity,
            format!("{}#{subject}", at.file),
            message,
        )
        .why(why)
        .remedy(remedy)
        .certainty(certainty);
        finding.place = place(at);
        self.findings.push(finding);
        self.findings.last_mut().expect("just pushed")
    }
}

/// A place in the tree that was read.
pub fn place(at: &Source) -> Place {
    let line = at.line.max(1) as usize;
    Place {
        path: String::new(),
        file: Some(at.file.clone()),
        span: Some(Span {
            line,
            column: 1,
            ..Span::default()
        }),
    }
}

/// Words of paths whose content shows how something is used, and runs nowhere.
const SHOWN: [&str; 24] = [
    "example",
    "examples",
    "sample",
    "samples",
    "stub",
    "stubs",
    "fixture",
    "fixtures",
    "mock",
    "mocks",
    "dummy",
    "fake",
    "fakes",
    "test",
    "tests",
    "testing",
    "testdata",
    "testcase",
    "testcases",
    "docs",
    "tutorial",
    "quickstart",
    "playground",
    "storybook",
];

/// Words of paths whose code runs by hand or once: not for a request.
const BY_HAND: [&str; 16] = [
    "migration",
    "migrations",
    "migrate",
    "seed",
    "seeds",
    "seeder",
    "seeders",
    "seeding",
    "scripts",
    "rake",
    "tools",
    "benches",
    "databasechange",
    "populate",
    "random",
    "playwright",
];

/// Whether a path says that its content is an example or a fixture.
pub fn is_shown(path: &str) -> bool {
    words(path).any(|word| SHOWN.contains(&word.as_str()))
}

/// Whether a path says that its code runs by hand or once.
pub fn is_by_hand(path: &str) -> bool {
    ["management/commands/", "Console/Commands/"]
        .iter()
        .any(|folder| path.contains(folder))
        || words(path).any(|word| BY_HAND.contains(&word.as_str()))
}

/// `db/old_migrations/a.test.rb` is `db`, `old`, `migrations`, `a`, `test`, `rb`.
fn words(path: &str) -> impl Iterator<Item = String> + '_ {
    path.split(|c: char| !c.is_ascii_alphanumeric())
        .map(str::to_ascii_lowercase)
}

/// ` in \`Orders.list\``, where the place has a name.
pub fn in_words(within: &str) -> String {
    match within.is_empty() || within.contains("fn@") {
        true => String::new(),
        false => format!(" in `{within}`"),
    }
}

/// Protocols as people write them.
pub fn spelled(protocol: &str) -> String {
    match protocol {
        "grpc" => "gRPC".to_owned(),
        "graphql" => "GraphQL".to_owned(),
        "websocket" => "WebSocket".to_owned(),
        short if short.len() < 6 => short.to_ascii_uppercase(),
        other => other.to_owned(),
    }
}

/// `an` before what is spoken with a vowel: an HTTP request, an INSERT, a SELECT.
pub fn article(word: &str) -> &'static str {
    let lower = word.to_ascii_lowercase();
    let spoken = ["http", "smtp", "rpc", "ldap", "sftp", "mqtt", "nfs", "amqp"]
        .contains(&lower.as_str())
        || lower.starts_with(['a', 'e', 'i', 'o']);
    if spoken { "an" } else { "a" }
}

/// `a`, `a and b`, `a, b and 3 others`.
pub fn names(all: &[&str]) -> String {
    match all {
        [] => String::new(),
        [one] => (*one).to_owned(),
        [most @ .., last] if all.len() <= 4 => format!("{} and {last}", most.join(", ")),
        _ => format!("{} and {} others", all[..3].join(", "), all.len() - 3),
    }
}

/// A second place of a finding.
pub fn related(finding: &mut Finding, at: &Source, message: impl Into<String>) {
    finding.related.push(Related {
        place: place(at),
        message: message.into(),
    });
}

/// A place for an observation.
pub fn source(path: &str, seen: &Observed) -> Source {
    Source {
        file: path.to_owned(),
        line: seen.line,
    }
}
