//! A handmade schema with what the examples lack: cycles, partitions, tenants, roles, odd names.

use groundplan_render::{self as render, View};
use knowledge::Knowledge;
use model::{Architecture, System};

const RICH: &str = r#"{
  "data": {
    "users": {"store": "db", "context": "people", "tenant": "tenant_id",
      "columns": {"id": {"type": "uuid"}, "tenant_id": {"type": "uuid"}, "home_id": {"type": "uuid"},
        "user": {"type": "text", "max_length": 40}, "paid": {"type": "money", "default": "12.5"}},
      "primary_key": ["id"],
      "checks": {"positive": "paid >= 0.5 and length(user) >= 2"},
      "unique": {"one_open": {"columns": ["user"], "where": "paid > 1"}},
      "foreign_keys": {"users_home_fk": {"columns": ["home_id"], "references": "homes"}},
      "indexes": {"users_home_idx": {"columns": ["home_id"], "foreign_key": "users_home_fk"},
        "users_paid_idx": {"columns": ["-paid", "id"], "include": ["user"], "where": "paid > 2"}}},
    "homes": {"store": "db", "context": "places",
      "columns": {"id": {"type": "uuid"}, "owner_id": {"type": "uuid"}},
      "primary_key": ["id"],
      "foreign_keys": {"homes_owner_fk": {"columns": ["owner_id"], "references": "users", "on_delete": "cascade"}},
      "indexes": {"homes_owner_idx": {"columns": ["owner_id"], "foreign_key": "homes_owner_fk"}}},
    "readings": {"store": "db", "context": "places",
      "columns": {"id": {"type": "integer", "identity": true}, "at": {"type": "timestamp", "default": "now"},
        "note": {"type": "text", "optional": true}, "extra": {"type": "json", "default": "'{}'"}},
      "primary_key": ["id", "at"],
      "partition": {"by": "range", "columns": ["at"], "every": "7 days"},
      "indexes": {"readings_at_brin": {"columns": ["at"], "kind": "block-range", "why": "Rows come in its order."},
        "readings_extra": {"columns": ["extra"], "kind": "inverted"},
        "readings_note": {"columns": ["note"], "kind": "inverted"}}},
    "coded": {"store": "db",
      "columns": {"code": {"type": "integer"}, "open": {"type": "boolean", "default": "true"}},
      "primary_key": ["code"],
      "partition": {"by": "range", "columns": ["code"], "step": 1000000}},
    "spread": {"store": "db", "columns": {"id": {"type": "uuid"}}, "primary_key": ["id"],
      "partition": {"by": "hash", "columns": ["id"], "parts": 4}}
  },
  "security": {"roles": {"web-app": {"tables": [{"table": "users", "may": ["select", "insert"]},
    {"table": "readings", "may": ["insert"]}]}}}
}"#;

#[test]
fn a_rich_schema_renders_in_both_dialects() {
    let architecture: Architecture = serde_json::from_str(RICH).unwrap();
    let system = System {
        architecture,
        ..System::default()
    };
    let made = render::render(&View::new(&system, Knowledge::embedded()), &["sql"]).value;
    if let Ok(folder) = std::env::var("RENDER_TO") {
        for artifact in &made {
            let path = std::path::Path::new(&folder)
                .join("rich")
                .join(&artifact.path);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, &artifact.content).unwrap();
        }
    }
    let content = |path: &str| {
        let found = made.iter().find(|a| a.path == path);
        found.map_or("", |a| a.content.as_str())
    };
    let server = content("schema/postgresql/schema.sql");
    let file = content("schema/sqlite/schema.sql");
    for wanted in [
        "PARTITION BY RANGE (at)",
        "PARTITION BY HASH (id)",
        "MODULUS 4, REMAINDER 3",
        "USING brin (at)",
        "USING gin (extra)",
        "ENABLE ROW LEVEL SECURITY",
        "GRANT SELECT, INSERT ON users TO web_app",
        "DEFERRABLE INITIALLY DEFERRED",
        "WHERE paid > 2",
        "INCLUDE (\"user\")",
        "DEFAULT 12.5",
    ] {
        assert!(server.contains(wanted), "no '{wanted}' in\n{server}");
    }
    for wanted in ["paid >= 5000", "DEFAULT 125000", "WHERE paid > 20000"] {
        assert!(file.contains(wanted), "no '{wanted}' in\n{file}");
    }
    assert!(!file.contains("PARTITION BY"));
}
