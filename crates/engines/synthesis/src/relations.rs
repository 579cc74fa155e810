//! Relations between components: who calls whom, how long it waits, what it does when nothing comes.

use std::collections::BTreeSet;

use indexmap::IndexMap;
use model::{
    Architecture, Breaker, Brief, ComponentKind, DataClass, DeadLetter, DeliveryGuarantee,
    Duration, Encryption, Mode, Operation, Ratio, Relation, Retry, TableKind,
};

use crate::choices::{AuthenticationBy, Choices, Messaging};
use crate::components::{
    BROKER, IDENTITY, Placement, READERS, endpoint_of, engine, receives_webhooks,
};
use crate::needs::{Needs, in_background};
use crate::schema::{FILES, STORE};
use crate::support_tables::DEAD_LETTERS;

/// Breaker defaults of MISSION D6: five failures in a row, half a minute of rest.
const BREAKER: Breaker = Breaker {
    failures: 5,
    recovery: Duration::from_secs(30.0),
};
/// A failed message is tried this often before it is laid aside.
const TRIES: u32 = 10;
/// How long an external system may take that says nothing of its latency.
const DEFAULT_EXTERNAL_TIMEOUT: Duration = Duration::from_secs(5.0);
/// What an outer timeout leaves over the sum of the inner ones.
const MARGIN: Duration = Duration::from_ms(250.0);

/// The id of the relation between two components.
pub fn id(from: &str, to: &str) -> String {
    format!("{from}-to-{to}")
}

fn relation(from: &str, to: &str, protocol: &str, purpose: &str) -> Relation {
    Relation {
        protocol: Some(protocol.into()),
        purpose: Some(purpose.into()),
        encryption: Some(Encryption::Tls),
        about: engine("decisions.communication"),
        ..Relation::between(from, to, Mode::Sync)
    }
}

fn add(architecture: &mut Architecture, relation: Relation) {
    let id = id(&relation.from, &relation.to);
    architecture.relations.entry(id).or_insert(relation);
}

/// The callers' side and the fixed relations; paths add those that operations need.
pub fn connect(
    brief: &Brief,
    choices: &Choices,
    needs: &Needs,
    placement: &Placement,
    architecture: &mut Architecture,
) {
    let local = needs.local;
    for (operation_id, operation) in brief
        .domain
        .operations
        .iter()
        .filter(|(_, o)| !in_background(o))
    {
        let Some(home) = placement.home.get(operation_id) else {
            continue;
        };
        let entry = placement.edge.as_ref().unwrap_or(home).clone();
        for caller in callers(operation) {
            let mut call = relation(
                &caller,
                &entry,
                if local { "command-line" } else { "https" },
                if local { "commands" } else { "requests" },
            );
            call.authentication = Some(proof_of(brief, operation, choices));
            if local {
                call.encryption = Some(Encryption::Local);
            }
            if choices.authentication == AuthenticationBy::MutualTls {
                call.encryption = Some(Encryption::MutualTls);
            }
            add(architecture, call);
            let call_id = id(&caller, &entry);
            if let Some(call) = architecture.relations.get_mut(&call_id) {
                call.operations.push(operation_id.into());
            }
        }
        if let Some(edge) = &placement.edge {
            let mut passed = relation(edge, home, "http", "requests");
            passed.authentication = Some("network-policy".into());
            add(architecture, passed);
        }
    }
    if architecture.components.contains_key(FILES) {
        for (actor, _) in brief
            .domain
            .actors
            .iter()
            .filter(|(a, _)| moves_files(brief, a))
        {
            let mut direct = relation(actor, FILES, "https", "files, by signed link");
            direct.authentication = Some("signed-link".into());
            add(architecture, direct);
        }
    }
    if architecture.components.contains_key(IDENTITY) {
        for (actor, kind) in &brief.domain.actors {
            if matches!(
                kind.kind,
                model::ActorKind::Customer | model::ActorKind::Staff
            ) {
                let mut login = relation(actor, IDENTITY, "https", "sign-in");
                login.authentication = Some("oidc".into());
                add(architecture, login);
            }
        }
    }
    if architecture.components.contains_key(READERS) {
        let mut copied = relation(STORE, READERS, "replication", "every commit");
        copied.mode = Mode::Async;
        copied.delivery = Some(DeliveryGuarantee::AtLeastOnce);
        copied.idempotent = Some(true);
        copied.authentication = Some("role-with-secret".into());
        add(architecture, copied);
    }
    if let Messaging::Broker(_) = &choices.messaging
        && let Some(worker) = &placement.worker
    {
        let mut consumed = relation(BROKER, worker, "amqp-or-native", "events and jobs");
        consumed.mode = Mode::Async;
        consumed.delivery = Some(DeliveryGuarantee::AtLeastOnce);
        consumed.authentication = Some("password".into());
        consumed.protocol = Some("broker".into());
        consumed.dead_letter = Some(DeadLetter {
            table: architecture
                .data
                .contains_key(DEAD_LETTERS)
                .then(|| DEAD_LETTERS.into()),
            after: TRIES,
        });
        consumed.idempotent = Some(true);
        add(architecture, consumed);
    }
}

/// How the caller of an operation proves who it is: a webhook by its signature, all others as chosen.
fn proof_of(brief: &Brief, operation: &Operation, choices: &Choices) -> String {
    let signature = match &operation.trigger {
        model::Trigger::Webhook(port) => brief
            .domain
            .ports
            .get(&**port)
            .and_then(|p| p.webhook.as_ref())
            .map(|w| w.signature.clone()),
        _ => None,
    };
    signature.unwrap_or_else(|| choices.authentication.word().to_string())
}

/// The components from which an operation's requests come.
fn callers(operation: &Operation) -> Vec<String> {
    match &operation.trigger {
        model::Trigger::Webhook(port) => vec![port.0.clone()],
        _ => operation.actors.iter().map(|a| a.0.clone()).collect(),
    }
}

fn moves_files(brief: &Brief, actor: &str) -> bool {
    let has_file = |entity: &str| {
        brief
            .domain
            .entities
            .get(entity)
            .is_some_and(|e| e.fields.values().any(|f| f.kind == model::FieldType::File))
    };
    brief.domain.operations.values().any(|o| {
        o.actors.iter().any(|a| **a == *actor)
            && (o.target.as_deref().is_some_and(has_file)
                || o.input.values().any(|f| f.kind == model::FieldType::File))
    })
}

/// The relation that a step needs, made when the first step needs it.
pub fn ensure(
    brief: &Brief,
    placement: &Placement,
    architecture: &mut Architecture,
    from: &str,
    to: &str,
    background: bool,
) {
    if from == to || architecture.relations.contains_key(&id(from, to)) {
        return;
    }
    let Some(callee) = architecture.components.get(to) else {
        return;
    };
    let mut made = match callee.kind {
        ComponentKind::Store => {
            let local = callee.runs_in.is_some();
            let mut r = relation(
                from,
                to,
                if local { "in-process" } else { "sql" },
                "records",
            );
            r.encryption = Some(if local {
                Encryption::Local
            } else {
                Encryption::Tls
            });
            r.authentication = (!local).then(|| "role-with-secret".into());
            if architecture
                .components
                .get(from)
                .is_some_and(|c| c.kind == ComponentKind::Worker)
            {
                let queue = architecture
                    .data
                    .values()
                    .any(|t| matches!(t.kind, TableKind::Queue | TableKind::Outbox));
                if queue && architecture.data.contains_key(DEAD_LETTERS) {
                    r.delivery = Some(DeliveryGuarantee::AtLeastOnce);
                    r.dead_letter = Some(DeadLetter {
                        table: Some(DEAD_LETTERS.into()),
                        after: TRIES,
                    });
                }
            }
            r
        }
        ComponentKind::Cache => {
            let mut r = relation(from, to, "cache", "copies of answers");
            r.authentication = Some("password".into());
            r.idempotent = Some(true);
            r.breaker = Some(BREAKER);
            r.fallback = Some(model::Fallback {
                to: None,
                shows: "The answer is read from the store.".into(),
                staleness: None,
            });
            r
        }
        ComponentKind::Broker => {
            let mut r = relation(from, to, "broker", "events and jobs");
            r.mode = Mode::Async;
            r.delivery = Some(DeliveryGuarantee::AtLeastOnce);
            r.authentication = Some("password".into());
            r.dead_letter = Some(DeadLetter {
                table: architecture
                    .data
                    .contains_key(DEAD_LETTERS)
                    .then(|| DEAD_LETTERS.into()),
                after: TRIES,
            });
            r
        }
        ComponentKind::ObjectStore => {
            let mut r = relation(from, to, "https", "signed links, metadata");
            r.authentication = Some("role".into());
            r.idempotent = Some(true);
            r.breaker = Some(BREAKER);
            r
        }
        ComponentKind::Search => {
            let mut r = relation(from, to, "https", "words");
            r.authentication = Some("password".into());
            r.idempotent = Some(true);
            r.breaker = Some(BREAKER);
            r
        }
        ComponentKind::External => external(brief, from, to, background),
        _ => {
            let mut r = relation(from, to, "http", "requests");
            r.authentication = Some("service-token".into());
            r.breaker = Some(BREAKER);
            r
        }
    };
    if placement.embedded && made.encryption.is_none() {
        made.encryption = Some(Encryption::Local);
    }
    add(architecture, made);
}

fn external(brief: &Brief, from: &str, to: &str, background: bool) -> Relation {
    let port = brief.domain.ports.get(to);
    let endpoint = brief
        .domain
        .actors
        .keys()
        .any(|a| receives_webhooks(brief, a) && endpoint_of(a) == to);
    let mut r = relation(
        from,
        to,
        port.and_then(|p| p.protocol.as_deref()).unwrap_or("https"),
        if endpoint { "signed webhooks" } else { "calls" },
    );
    r.breaker = Some(BREAKER);
    r.authentication = Some(
        if endpoint {
            "hmac-signature"
        } else {
            "api-key"
        }
        .into(),
    );
    let idempotent = endpoint
        || port.is_some_and(|p| {
            let called = called_operations(brief, to);
            !called.is_empty()
                && called
                    .iter()
                    .all(|o| p.operations.get(o).is_some_and(|o| o.idempotent))
        });
    r.idempotent = Some(idempotent);
    if endpoint || background {
        r.mode = Mode::Async;
        r.delivery = Some(DeliveryGuarantee::AtLeastOnce);
    }
    // Which calls it carries is known when every path is: `complete` sets the timeout.
    if idempotent {
        r.retry = Some(Retry {
            attempts: if endpoint { TRIES } else { 2 },
            backoff: if endpoint {
                Duration::from_secs(10.0)
            } else {
                Duration::from_ms(100.0)
            },
            jitter: true,
            budget: (!endpoint).then_some(Ratio(0.1)),
        });
    }
    if endpoint {
        r.dead_letter = Some(DeadLetter {
            table: Some(DEAD_LETTERS.into()),
            after: TRIES,
        });
    }
    r
}

/// The operations of a port that the domain calls, compensations included.
fn called_operations(brief: &Brief, port: &str) -> BTreeSet<String> {
    let of = |effects: &[model::Effect]| -> Vec<String> {
        effects
            .iter()
            .filter_map(|e| match e {
                model::Effect::Call(c) if c.port == *port => Some(c),
                _ => None,
            })
            .flat_map(|c| std::iter::once(c.operation.clone()).chain(c.compensate.clone()))
            .collect()
    };
    let operations = brief
        .domain
        .operations
        .values()
        .flat_map(|o| of(&o.effects));
    let transitions = brief
        .domain
        .entities
        .values()
        .filter_map(|e| e.machine.as_ref())
        .flat_map(|m| m.transitions.values())
        .flat_map(|t| of(&t.effects));
    operations.chain(transitions).collect()
}

/// Timeouts that nest, data classes and operations, once every path is known.
pub fn complete(brief: &Brief, architecture: &mut Architecture) {
    note_operations(architecture);
    time_external_calls(brief, architecture);
    note_classes(brief, architecture);
    nest_timeouts(brief, architecture);
}

fn note_operations(architecture: &mut Architecture) {
    let mut used: IndexMap<String, Vec<String>> = IndexMap::new();
    for (operation, path) in &architecture.paths {
        for step in &path.steps {
            if let Some(via) = &step.via {
                let list = used.entry(via.0.clone()).or_default();
                if !list.contains(operation) {
                    list.push(operation.clone());
                }
            }
        }
    }
    for (id, operations) in used {
        if let Some(relation) = architecture.relations.get_mut(&id) {
            for operation in operations {
                if !relation.operations.iter().any(|o| **o == *operation) {
                    relation.operations.push(operation.as_str().into());
                }
            }
        }
    }
}

/// What is carried: the classes of the columns of the tables that the operations touch.
fn note_classes(brief: &Brief, architecture: &mut Architecture) {
    let of_operation: IndexMap<&String, BTreeSet<DataClass>> = architecture
        .paths
        .iter()
        .map(|(id, path)| {
            let classes = path
                .steps
                .iter()
                .filter_map(|s| architecture.data.get(&**s.table.as_ref()?))
                .flat_map(|t| t.columns.values().filter_map(|c| c.class))
                .collect();
            (id, classes)
        })
        .collect();
    let mut noted: Vec<(String, Vec<DataClass>)> = Vec::new();
    for (id, relation) in &architecture.relations {
        let mut classes: BTreeSet<DataClass> = relation
            .operations
            .iter()
            .filter_map(|o| of_operation.get(&o.0))
            .flatten()
            .copied()
            .collect();
        if let Some(class) = brief.domain.ports.get(&*relation.to).and_then(|p| p.class) {
            classes = BTreeSet::from([class]);
        }
        noted.push((
            id.clone(),
            classes
                .into_iter()
                .filter(|c| *c > DataClass::Public)
                .collect(),
        ));
    }
    for (id, classes) in noted {
        if let Some(relation) = architecture.relations.get_mut(&id) {
            relation.classes = classes;
        }
    }
}

/// How long a relation waits for an external system: as long as the slowest operation of the port
/// that it really calls may take.
fn time_external_calls(brief: &Brief, architecture: &mut Architecture) {
    let calls: Vec<(String, Option<String>)> = architecture
        .paths
        .values()
        .flat_map(|p| &p.steps)
        .filter(|s| s.work == model::Work::External)
        .filter_map(|s| Some((s.via.as_ref()?.0.clone(), s.note.clone())))
        .collect();
    for (id, relation) in &mut architecture.relations {
        if relation.timeout.is_some() || !calls.iter().any(|(via, _)| via == id) {
            continue;
        }
        let port = brief.domain.ports.get(&*relation.to);
        let said = calls
            .iter()
            .filter(|(via, _)| via == id)
            .filter_map(|(_, operation)| port?.operations.get(operation.as_ref()?)?.timeout)
            .max_by(|a, b| a.secs().total_cmp(&b.secs()));
        let slow = port
            .and_then(|p| p.latency)
            .and_then(|l| l.p99.or(l.p95).or(l.p50));
        relation.timeout = Some(
            // Twice the published 99th percentile: slower than that, it is broken.
            said.or_else(|| slow.map(|s| Duration::from_secs((2.0 * s.secs()).max(0.2))))
                .unwrap_or(DEFAULT_EXTERNAL_TIMEOUT),
        );
    }
}

/// Every synchronous call gets a timeout, and an outer one is longer than what can happen inside:
/// tries x timeout + pauses of each inner call that one operation makes in sequence.
fn nest_timeouts(brief: &Brief, architecture: &mut Architecture) {
    let strictest = brief
        .domain
        .operations
        .values()
        .filter_map(|o| brief.latency_target(o))
        .filter_map(|l| l.p99.or(l.p95))
        .map(Duration::secs)
        .fold(f64::INFINITY, f64::min);
    // A query that takes four times the strictest target will not meet it any more.
    let store = Duration::from_secs(if strictest.is_finite() {
        (4.0 * strictest).clamp(0.5, 5.0)
    } else {
        2.0
    });
    let kinds: IndexMap<String, ComponentKind> = architecture
        .components
        .iter()
        .map(|(id, c)| (id.clone(), c.kind))
        .collect();
    let local: BTreeSet<String> = architecture
        .components
        .iter()
        .filter(|(_, c)| c.runs_in.is_some())
        .map(|(id, _)| id.clone())
        .collect();
    for relation in architecture.relations.values_mut() {
        if relation.timeout.is_some() || local.contains(&*relation.to) {
            continue;
        }
        relation.timeout = match kinds.get(&*relation.to) {
            Some(ComponentKind::Store) => Some(store),
            Some(ComponentKind::Cache) => Some(Duration::from_ms(50.0)),
            Some(ComponentKind::Search | ComponentKind::ObjectStore) => {
                Some(Duration::from_secs(1.0))
            }
            Some(ComponentKind::Broker) => Some(Duration::from_secs(2.0)),
            _ => None,
        };
    }
    // From the inside out: the call graph of one architecture is a few levels deep.
    for _ in 0..6 {
        let needed: Vec<(String, Duration)> = architecture
            .relations
            .iter()
            .filter(|(_, r)| r.mode == Mode::Sync && serves_requests(&kinds, &r.to))
            .map(|(id, r)| (id.clone(), longest_inside(architecture, &r.to)))
            .collect();
        for (id, inside) in needed {
            if let Some(relation) = architecture.relations.get_mut(&id) {
                let least = ((inside.secs() + MARGIN.secs()) * 4.0).ceil() / 4.0;
                let now = relation.timeout.map_or(0.0, Duration::secs);
                relation.timeout = Some(Duration::from_secs(now.max(least)));
            }
        }
    }
}

fn serves_requests(kinds: &IndexMap<String, ComponentKind>, id: &str) -> bool {
    matches!(
        kinds.get(id),
        Some(
            ComponentKind::Service
                | ComponentKind::LoadBalancer
                | ComponentKind::Gateway
                | ComponentKind::Cdn
        )
    )
}

/// The longest time a call may last, with its repeats.
pub fn worst_case(relation: &Relation) -> Duration {
    let once = relation.timeout.map_or(0.0, Duration::secs);
    let Some(retry) = &relation.retry else {
        return Duration::from_secs(once);
    };
    let pauses: f64 = (0..retry.attempts.saturating_sub(1))
        .map(|i| retry.backoff.secs() * 2f64.powi(i.min(20) as i32))
        .sum();
    Duration::from_secs(once * f64::from(retry.attempts.max(1)) + pauses)
}

/// The longest that one callee of this component may take.
fn longest_inside(architecture: &Architecture, component: &str) -> Duration {
    let longest = architecture
        .relations
        .values()
        .filter(|r| r.from == *component && r.mode == Mode::Sync)
        .map(|r| worst_case(r).secs())
        .fold(0.0, f64::max);
    Duration::from_secs(longest)
}
