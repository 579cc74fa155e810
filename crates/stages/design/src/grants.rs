//! Identities, roles and grants: each process may do what its paths do, and nothing else.

use std::collections::{BTreeMap, BTreeSet};

use model::{
    ActorKind, Architecture, ComponentKind, Duration, Encryption, Grant, Identity, Privilege, Role,
    Secret, Work,
};

use crate::{Context, engine};

/// How often a secret is replaced.
const ROTATION: Duration = Duration::from_secs(90.0 * 86_400.0);

/// Adds identities and roles for people and processes, and the secrets they need.
pub fn grant(cx: &Context, architecture: &mut Architecture) {
    people(cx, architecture);
    processes(architecture);
    secrets(cx, architecture);
}

fn people(cx: &Context, architecture: &mut Architecture) {
    for (id, actor) in &cx.brief.domain.actors {
        let operations: Vec<_> = cx
            .brief
            .domain
            .operations
            .iter()
            .filter(|(_, o)| o.actors.iter().any(|a| **a == *id))
            .map(|(o, _)| o.into())
            .collect();
        let role_id = format!("may-{id}");
        architecture
            .security
            .roles
            .entry(role_id.clone())
            .or_insert(Role {
                operations,
                tables: Vec::new(),
                about: engine(&format!("domain.actors.{id}")),
            });
        let authentication = match actor.kind {
            ActorKind::Anonymous => "none",
            _ => cx.choices.authentication.word(),
        };
        architecture
            .security
            .identities
            .entry(id.clone())
            .or_insert(Identity {
                authentication: authentication.into(),
                roles: vec![role_id.as_str().into()],
                component: architecture
                    .components
                    .contains_key(id)
                    .then(|| id.as_str().into()),
                about: engine(&format!("domain.actors.{id}")),
            });
    }
}

/// The privileges that a piece of work needs.
fn privileges(work: Work) -> &'static [Privilege] {
    match work {
        Work::PointRead | Work::RangeRead | Work::Aggregate | Work::TextSearch => {
            &[Privilege::Select]
        }
        Work::Insert => &[Privilege::Insert],
        Work::Update => &[Privilege::Select, Privilege::Update],
        // A claimed row is locked, counted as tried, and deleted.
        Work::Dequeue => &[Privilege::Select, Privilege::Update, Privilege::Delete],
        Work::Delete => &[Privilege::Select, Privilege::Delete],
        _ => &[],
    }
}

/// What each process does with each table, from the paths.
fn processes(architecture: &mut Architecture) {
    let mut uses: BTreeMap<String, BTreeMap<String, BTreeSet<Privilege>>> = BTreeMap::new();
    for path in architecture.paths.values() {
        for step in &path.steps {
            let Some(table) = &step.table else { continue };
            let Some(relation) = step
                .via
                .as_ref()
                .and_then(|v| architecture.relations.get(&**v))
            else {
                continue;
            };
            // A client that uploads with a signed link holds a link, not a role.
            let ours = architecture
                .components
                .get(&*relation.from)
                .is_some_and(|c| matches!(c.kind, ComponentKind::Service | ComponentKind::Worker));
            if !ours || relation.encryption == Some(Encryption::Local) {
                continue;
            }
            uses.entry(relation.from.0.clone())
                .or_default()
                .entry(table.0.clone())
                .or_default()
                .extend(privileges(step.work));
        }
    }
    for (component, tables) in uses {
        let role_id = format!("{component}-data");
        architecture
            .security
            .roles
            .entry(role_id.clone())
            .or_insert(Role {
                operations: Vec::new(),
                tables: tables
                    .into_iter()
                    .map(|(table, may)| Grant {
                        table: table.as_str().into(),
                        may: may.into_iter().collect(),
                    })
                    .collect(),
                about: engine("decisions.authentication"),
            });
        architecture
            .security
            .identities
            .entry(component.clone())
            .or_insert(Identity {
                authentication: "role-with-secret".into(),
                roles: vec![role_id.as_str().into()],
                component: Some(component.as_str().into()),
                about: engine("decisions.authentication"),
            });
    }
}

fn secrets(cx: &Context, architecture: &mut Architecture) {
    let kept_in = if cx.choices.managed_store {
        "the provider's secret manager, read by the process's own role at start"
    } else {
        "a file that only the service's own user can read, outside the repository"
    };
    let needs_secret = |how: &str| {
        matches!(
            how,
            "role-with-secret" | "password" | "api-key" | "hmac-signature" | "service-token"
        )
    };
    let mut found: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for relation in architecture.relations.values() {
        if let Some(how) = relation
            .authentication
            .as_deref()
            .filter(|h| needs_secret(h))
            && relation.encryption != Some(Encryption::Local)
            && architecture
                .components
                .get(&*relation.from)
                .is_some_and(|c| matches!(c.kind, ComponentKind::Service | ComponentKind::Worker))
        {
            found
                .entry(format!("{}-{how}", relation.to))
                .or_default()
                .insert(relation.from.0.clone());
        }
    }
    for (id, used_by) in found {
        architecture.security.secrets.entry(id).or_insert(Secret {
            kept_in: kept_in.into(),
            used_by: used_by.iter().map(|c| c.as_str().into()).collect(),
            rotation: Some(ROTATION),
        });
    }
    if cx.choices.authentication == synthesis::AuthenticationBy::OwnTokens {
        let signing: Vec<_> = architecture
            .components
            .iter()
            .filter(|(_, c)| c.kind == ComponentKind::Service)
            .map(|(id, _)| id.as_str().into())
            .collect();
        if !signing.is_empty() {
            architecture
                .security
                .secrets
                .entry("token-signing-key".into())
                .or_insert(Secret {
                    kept_in: kept_in.into(),
                    used_by: signing,
                    rotation: Some(ROTATION),
                });
        }
    }
}
