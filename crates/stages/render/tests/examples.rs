//! Renders the examples. With `RENDER_TO=folder` the files are written there, for the external
//! checkers (`node tests/external/run.mjs folder`).

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use groundplan_render::{self as render, View};
use knowledge::{Capability, Knowledge, Role};
use model::{ApiStyle, Brief, Form, PageStyle, Style, System, Tenancy, Versioning};
use synthesis::{AuthenticationBy, Choices, Messaging, SearchIn, Standby};

/// A plausible point of the design space: a program with a file, or a modular monolith.
fn choices(brief: &Brief, known: &Knowledge) -> Choices {
    let program = matches!(brief.form, Some(Form::CommandLine | Form::Library));
    let first = |role, wanted: &[Capability]| {
        known
            .with_capabilities(role, wanted)
            .first()
            .map(|t| t.id.clone())
    };
    let store = if program {
        first(Role::Store, &[Capability::Relational, Capability::Embedded])
    } else {
        known
            .with_capabilities(
                Role::Store,
                &[Capability::Relational, Capability::Transactions],
            )
            .into_iter()
            .find(|t| !t.has(Capability::Embedded))
            .map(|t| t.id.clone())
    };
    Choices {
        style: if program {
            Style::Program
        } else {
            Style::ModularMonolith
        },
        runtime: first(Role::Runtime, &[]).unwrap_or_default(),
        store,
        managed_store: false,
        standby: Standby::None,
        readers: 0,
        cache: None,
        messaging: if program {
            Messaging::None
        } else {
            Messaging::TableQueue
        },
        files: None,
        search: SearchIn::Store,
        api: if program {
            ApiStyle::CommandLine
        } else {
            ApiStyle::Rest
        },
        platform: None,
        balancer: if program {
            None
        } else {
            first(Role::Gateway, &[])
        },
        zones: 1,
        versioning: Versioning::AdditiveOnly,
        pagination: PageStyle::Cursor,
        authentication: AuthenticationBy::OwnTokens,
        tenancy: Tenancy::Single,
        utilisation_goal: 0.6,
        prices: "plain-vm".into(),
    }
}

fn examples() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../examples")
}

/// The system of an example, or `None` where its brief is not written yet.
fn system(name: &str) -> Option<System> {
    let path = examples().join(name).join("brief.yaml");
    let bytes = std::fs::read(path).ok()?;
    let files = [syntax::SourceFile::new("brief.yaml", bytes)];
    let loaded = syntax::load::<Brief>(&files, &syntax::Hooks::model());
    let brief = loaded
        .value
        .unwrap_or_else(|| panic!("{name}: {:?}", loaded.findings));
    let known = Knowledge::embedded();
    let architecture = synthesis::assemble(&brief, known, &choices(&brief, known)).value;
    Some(System {
        brief,
        architecture,
        ..System::default()
    })
}

#[test]
fn every_example_renders_the_same_twice_and_each_path_once() {
    let mut seen = 0;
    for entry in std::fs::read_dir(examples()).unwrap() {
        let name = entry.unwrap().file_name().into_string().unwrap();
        let Some(system) = system(&name) else {
            continue;
        };
        seen += 1;
        let known = Knowledge::embedded();
        let first = render::render(&View::new(&system, known), &[]);
        let second = render::render(&View::new(&system, known), &[]);
        assert_eq!(first, second, "{name}");
        assert!(first.findings.is_empty());
        let paths: BTreeSet<&str> = first.value.iter().map(|a| a.path.as_str()).collect();
        assert_eq!(paths.len(), first.value.len(), "{name}: a path twice");
        if let Ok(folder) = std::env::var("RENDER_TO") {
            for artifact in &first.value {
                let path = Path::new(&folder).join(&name).join(&artifact.path);
                std::fs::create_dir_all(path.parent().unwrap()).unwrap();
                std::fs::write(path, &artifact.content).unwrap();
            }
        }
    }
    assert!(seen >= 4, "{seen} examples found");
}

/// Whoever calls is one participant, in the words of the brief or as a component, never both.
#[test]
fn nobody_stands_twice_in_a_sequence() {
    let mut sequences = 0;
    for name in ["orders", "conduit", "parcels"] {
        let system = system(name).expect("the example has a brief");
        let view = View::new(&system, Knowledge::embedded());
        for made in render::render(&view, &["mermaid"]).value {
            if !made.path.contains("sequence-") {
                continue;
            }
            sequences += 1;
            let who: Vec<&str> = made
                .content
                .lines()
                .map(str::trim)
                .filter(|l| l.starts_with("actor ") || l.starts_with("participant "))
                .filter_map(|l| l.split_once(" as ").map(|(_, title)| title))
                .collect();
            let once: BTreeSet<&str> = who.iter().copied().collect();
            assert_eq!(once.len(), who.len(), "{name}, {}: {who:?}", made.path);
        }
    }
    assert!(sequences > 50, "{sequences} sequences found");
}

#[test]
fn a_contract_adds_limits_and_versions() {
    let mut system = system("orders").expect("the orders example has a brief");
    let contract = r#"{"component": "api", "style": "rest", "base": "/shop", "versioning": "path",
        "version": "2.1.0", "rate_limit": {"per_caller": "10/s"}, "max_body": "64 kB",
        "authentication": "oidc", "notice": "6 months"}"#;
    system
        .architecture
        .contracts
        .insert("shop".into(), serde_json::from_str(contract).unwrap());
    let made = render::render(
        &View::new(&system, Knowledge::embedded()),
        &["openapi", "no-such"],
    );
    assert_eq!(made.findings.len(), 1, "the unknown id is named");
    let [artifact] = made.value.as_slice() else {
        panic!("one file, not {}", made.value.len());
    };
    for wanted in [
        "url: /shop/v2",
        "\"429\":",
        "\"413\":",
        "Retry-After",
        "openIdConnect",
        "notice of",
    ] {
        assert!(artifact.content.contains(wanted), "no {wanted}");
    }
    if let Ok(folder) = std::env::var("RENDER_TO") {
        let path = Path::new(&folder).join("contract").join(&artifact.path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, &artifact.content).unwrap();
    }
}
