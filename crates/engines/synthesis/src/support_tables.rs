//! Tables that no entity asks for and the chosen way of working needs: outbox, jobs, dead letters,
//! idempotency keys.

use indexmap::IndexMap;
use model::{
    Brief, Bytes, Column, Duration, Expr, FieldType, Idempotency, Index, IndexKind, Map, Table,
    TableKind, Trigger,
};

use crate::choices::{Choices, Messaging};
use crate::components::engine;
use crate::schema::STORE;

pub const OUTBOX: &str = "outbox";
pub const JOBS: &str = "jobs";
pub const DEAD_LETTERS: &str = "dead_letters";
pub const IDEMPOTENCY_KEYS: &str = "idempotency_keys";
/// How long the answer to an idempotency key is kept: longer than any client goes on repeating.
const KEY_LIFETIME: Duration = Duration::from_secs(2.0 * 86_400.0);

fn expr(text: &str) -> Option<Expr> {
    model::expr::parse(text).ok()
}

fn column(kind: FieldType, optional: bool, default: Option<&str>) -> Column {
    Column {
        kind,
        optional,
        default: default.and_then(expr),
        max_length: None,
        values: Vec::new(),
        identity: false,
        class: None,
        description: None,
    }
}

fn table(
    kind: TableKind,
    from: &str,
    description: &str,
    columns: &[(&str, Column)],
    row: f64,
) -> Table {
    Table {
        store: STORE.into(),
        context: None,
        kind,
        entity: None,
        description: Some(description.into()),
        columns: columns
            .iter()
            .map(|(n, c)| (n.to_string(), c.clone()))
            .collect(),
        primary_key: vec![columns[0].0.to_string()],
        unique: IndexMap::new(),
        foreign_keys: IndexMap::new(),
        checks: IndexMap::new(),
        indexes: IndexMap::new(),
        partition: None,
        retention: None,
        rows: None,
        new: None,
        row: Some(Bytes(row)),
        append_only: false,
        tenant: None,
        denormalised: None,
        about: engine(from),
    }
}

/// Whether a client's repeats are recognised by keys it sends.
pub fn uses_keys(brief: &Brief) -> bool {
    brief.domain.operations.values().any(|o| {
        o.idempotency == Some(Idempotency::Key) && !matches!(o.trigger, Trigger::Webhook(_))
    })
}

/// Adds the tables that these choices need.
pub fn add(brief: &Brief, choices: &Choices, tables: &mut Map<Table>) {
    if choices.store.is_none() {
        return;
    }
    let identity = Column {
        identity: true,
        ..column(FieldType::Integer, false, None)
    };
    let queue = |from: &str, kind, what: &str, payload: f64| {
        let mut made = table(
            kind,
            from,
            what,
            &[
                ("id", identity.clone()),
                (
                    "kind",
                    Column {
                        max_length: Some(80),
                        ..column(FieldType::Text, false, None)
                    },
                ),
                ("payload", column(FieldType::Json, false, None)),
                ("attempts", column(FieldType::Integer, false, Some("0"))),
                ("due_at", column(FieldType::Timestamp, false, Some("now"))),
                (
                    "created_at",
                    column(FieldType::Timestamp, false, Some("now")),
                ),
            ],
            payload,
        );
        made.indexes.insert(
            "due_idx".into(),
            Index {
                columns: vec!["due_at".into(), "id".into()],
                include: Vec::new(),
                filter: None,
                kind: IndexKind::Ordered,
                operations: Vec::new(),
                foreign_key: None,
                why: Some("Workers claim the oldest row that is due, skipping locked ones.".into()),
            },
        );
        made
    };
    let named = |prefix: &str, mut made: Table| {
        made.indexes = made
            .indexes
            .into_iter()
            .map(|(n, i)| (format!("{prefix}_{n}"), i))
            .collect();
        made
    };
    let queued = choices.messaging != Messaging::None;
    if queued && !brief.domain.events.is_empty() {
        tables.insert(
            OUTBOX.into(),
            named(
                OUTBOX,
                queue(
                    "patterns.outbox",
                    TableKind::Outbox,
                    "Events, written in the transaction that causes them and deleted when they were handed on.",
                    400.0,
                ),
            ),
        );
    }
    if queued && brief.domain.operations.values().any(|o| o.deferred) {
        tables.insert(
            JOBS.into(),
            named(
                JOBS,
                queue(
                    "patterns.queue-table",
                    TableKind::Queue,
                    "Deferred work, claimed by workers with row locks that others skip.",
                    600.0,
                ),
            ),
        );
    }
    if tables.contains_key(OUTBOX) || tables.contains_key(JOBS) {
        let mut dead = table(
            TableKind::Queue,
            "patterns.dead-letters",
            "Messages that failed too often, with the last error, for a person to look at.",
            &[
                ("id", identity.clone()),
                (
                    "source",
                    Column {
                        max_length: Some(80),
                        ..column(FieldType::Text, false, None)
                    },
                ),
                ("payload", column(FieldType::Json, false, None)),
                (
                    "error",
                    Column {
                        max_length: Some(2000),
                        ..column(FieldType::Text, false, None)
                    },
                ),
                (
                    "failed_at",
                    column(FieldType::Timestamp, false, Some("now")),
                ),
            ],
            700.0,
        );
        dead.rows = Some(model::Count(0.0));
        tables.insert(DEAD_LETTERS.into(), dead);
    }
    if uses_keys(brief) {
        let mut keys = table(
            TableKind::Table,
            "patterns.idempotency-key",
            "Keys that clients sent with their requests, with the answer that was given.",
            &[
                (
                    "key",
                    Column {
                        max_length: Some(80),
                        ..column(FieldType::Text, false, None)
                    },
                ),
                (
                    "caller",
                    Column {
                        max_length: Some(80),
                        ..column(FieldType::Text, false, None)
                    },
                ),
                (
                    "request_hash",
                    Column {
                        max_length: Some(64),
                        ..column(FieldType::Text, false, None)
                    },
                ),
                ("status", column(FieldType::Integer, false, None)),
                ("response", column(FieldType::Json, true, None)),
                (
                    "created_at",
                    column(FieldType::Timestamp, false, Some("now")),
                ),
            ],
            400.0,
        );
        keys.primary_key = vec!["caller".into(), "key".into()];
        keys.retention = Some(model::Retention {
            keep: KEY_LIFETIME,
            then: model::AfterRetention::Delete,
            because: Some(
                "A repeat comes within minutes; two days cover a long outage of a client.".into(),
            ),
        });
        keys.indexes.insert(
            "idempotency_keys_created_at_idx".into(),
            Index {
                columns: vec!["created_at".into()],
                include: Vec::new(),
                filter: None,
                kind: IndexKind::Ordered,
                operations: Vec::new(),
                foreign_key: None,
                why: Some("Keys older than two days are deleted.".into()),
            },
        );
        tables.insert(IDEMPOTENCY_KEYS.into(), keys);
    }
}
