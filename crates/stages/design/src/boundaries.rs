//! Trust boundaries: where data passes from hands that we trust less to hands that we trust more.

use model::{Architecture, Boundary, ComponentKind, Exposure};
use synthesis::Needs;

use crate::{Context, because};

pub const INTERNET: &str = "internet";
pub const EDGE: &str = "edge";
pub const APPLICATION: &str = "application";
pub const DATA: &str = "data";
pub const PARTNERS: &str = "partners";
pub const MACHINE: &str = "machine";

/// Draws the boundaries and puts every component inside one.
pub fn draw(cx: &Context, architecture: &mut Architecture) {
    let needs = Needs::of(cx.brief);
    let mut used: Vec<&str> = Vec::new();
    for component in architecture.components.values_mut() {
        let boundary = if needs.local {
            MACHINE
        } else {
            match component.kind {
                ComponentKind::Client => INTERNET,
                ComponentKind::Cdn | ComponentKind::LoadBalancer | ComponentKind::Gateway => EDGE,
                ComponentKind::External | ComponentKind::IdentityProvider => PARTNERS,
                ComponentKind::Store
                | ComponentKind::Cache
                | ComponentKind::Broker
                | ComponentKind::Search => {
                    if component.runs_in.is_some() {
                        APPLICATION
                    } else {
                        DATA
                    }
                }
                ComponentKind::ObjectStore => EDGE,
                _ if component.exposure == Some(Exposure::Public) => EDGE,
                _ => APPLICATION,
            }
        };
        component.boundary.get_or_insert_with(|| boundary.into());
        if !used.contains(&boundary) {
            used.push(boundary);
        }
    }
    let clients: Vec<&str> = cx.brief.domain.actors.keys().map(String::as_str).collect();
    let ports: Vec<&str> = cx.brief.domain.ports.keys().map(String::as_str).collect();
    let outside = if needs.public {
        "the internet"
    } else {
        "the company's network"
    };
    let texts: [(&str, String, Option<&str>); 6] = [
        (
            INTERNET,
            format!(
                "Devices and browsers of {}, reached over {outside}. Nothing that comes from here is believed.",
                list(&clients)
            ),
            None,
        ),
        (
            EDGE,
            "What can be reached from outside: TLS ends here, sizes and rates are limited here."
                .into(),
            None,
        ),
        (
            APPLICATION,
            "Our own processes. They take requests from the edge only.".into(),
            None,
        ),
        (
            DATA,
            "What keeps records. Only our own processes reach it, each with a role of its own."
                .into(),
            Some(APPLICATION),
        ),
        (
            PARTNERS,
            format!(
                "Systems that are not ours: {}. Their answers are checked like input.",
                list(&ports)
            ),
            None,
        ),
        (MACHINE, "The user's own computer and account.".into(), None),
    ];
    for (id, text, inside) in texts {
        if used.contains(&id) {
            architecture
                .security
                .boundaries
                .entry(id.into())
                .or_insert(Boundary {
                    description: Some(text),
                    inside: inside.filter(|i| used.contains(i)).map(Into::into),
                    about: because("decisions.deployment", "drawn by what reaches what"),
                });
        }
    }
}

pub(crate) fn list(names: &[&str]) -> String {
    match names {
        [] => "nobody yet".into(),
        [one] => (*one).to_string(),
        [most @ .., last] => format!("{} and {last}", most.join(", ")),
    }
}
