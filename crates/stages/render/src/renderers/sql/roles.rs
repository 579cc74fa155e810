//! Roles of the database and what each may do: no more than the model grants.

use model::{Map, Privilege, Table};

use super::Migration;
use super::dialect::Dialect;
use super::names::{quote, snake, text};
use crate::view::View;

/// The last migration; SQLite has no roles.
pub fn migration(view: &View<'_>, tables: &Map<Table>, dialect: Dialect) -> Option<Migration> {
    if dialect == Dialect::Sqlite {
        return None;
    }
    let mut up = Vec::new();
    let mut down = Vec::new();
    for (id, role) in &view.system.architecture.security.roles {
        let grants: Vec<_> = role
            .tables
            .iter()
            .filter(|g| tables.contains_key(&*g.table) && !g.may.is_empty())
            .collect();
        if grants.is_empty() {
            continue;
        }
        let name = snake(id);
        let role = quote(&name);
        let mut statement = format!(
            "DO $$ BEGIN\n    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = {}) THEN\n        \
             CREATE ROLE {role} NOLOGIN;\n    END IF;\nEND $$;\n\
             GRANT USAGE ON SCHEMA public TO {role};\n",
            text(&name)
        );
        let mut back = String::new();
        for grant in grants {
            let mut may: Vec<&str> = grant.may.iter().map(|p| word(*p)).collect();
            may.dedup();
            let table = quote(&grant.table);
            statement.push_str(&format!("GRANT {} ON {table} TO {role};\n", may.join(", ")));
            back.push_str(&format!("REVOKE ALL ON {table} FROM {role};\n"));
        }
        back.push_str(&format!(
            "REVOKE USAGE ON SCHEMA public FROM {role};\n\
             -- Roles belong to the whole server: one that another database still uses stays.\n\
             DO $$ BEGIN\n    DROP ROLE {role};\nEXCEPTION WHEN dependent_objects_still_exist THEN NULL;\nEND $$;\n"
        ));
        up.push(statement);
        down.insert(0, back);
    }
    (!up.is_empty()).then(|| Migration {
        name: "roles".into(),
        about: "Roles without login and their rights; logins are given one of them.".into(),
        up,
        down,
    })
}

fn word(privilege: Privilege) -> &'static str {
    match privilege {
        Privilege::Select => "SELECT",
        Privilege::Insert => "INSERT",
        Privilege::Update => "UPDATE",
        Privilege::Delete => "DELETE",
    }
}
