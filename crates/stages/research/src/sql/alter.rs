//! `ALTER TABLE`: its actions, as the databases write them.

use super::column::{self, Defined};
use super::cursor::Cursor;
use super::table::{self, Element};
use super::tokens::Kind;
use crate::schema::change::{Action, DropKind, Name, Position, SchemaChange, Written};

/// First words of actions that change nothing of what is recovered here.
const OF_NO_MATTER: &[&str] = &[
    "owner",
    "enable",
    "disable",
    "validate",
    "cluster",
    "replica",
    "engine",
    "convert",
    "charset",
    "collate",
    "comment",
    "auto_increment",
    "row_format",
    "force",
    "reset",
    "no",
    "detach",
    "tablespace",
    "order",
    "lock",
    "algorithm",
    "partition",
    "reorganize",
    "truncate",
    "optimize",
    "check",
    "nocheck",
    "checksum",
    "key_block_size",
    "not",
    "of",
    "switch",
    "rebuild",
    "compute",
    "default",
    "character",
    "remove",
    "coalesce",
    "discard",
    "import",
    "stats_persistent",
    "with",
    "max_rows",
    "avg_row_length",
    "pack_keys",
    "moveto",
    "move",
    "split",
    "grant",
    "period",
    "logging",
    "nologging",
    "cache",
    "nocache",
    "parallel",
    "noparallel",
    "system",
    "logged",
    "unlogged",
];

/// After `ALTER TABLE`.
pub fn alter(cursor: &mut Cursor) -> Vec<SchemaChange> {
    let mut changes = Vec::new();
    let mut if_exists = cursor.if_exists();
    cursor.accept("only");
    if_exists |= cursor.if_exists();
    let Some(name) = cursor.name() else {
        return vec![SchemaChange::skipped("ALTER TABLE without a name")];
    };
    cursor.mark('*');
    // SQL Server: ALTER TABLE t WITH CHECK ADD ..
    if cursor.is("with") && (cursor.ahead_is(1, "check") || cursor.ahead_is(1, "nocheck")) {
        cursor.at += 2;
    }
    let mut adding = false;
    while !cursor.done() {
        let from = cursor.at;
        let mut actions = Vec::new();
        let understood = action(cursor, &mut adding, &mut actions);
        cursor.skip_element();
        if !understood {
            let text = cursor.text(from, cursor.at);
            let short: String = text.chars().take(80).collect();
            changes.push(SchemaChange::skipped(format!(
                "ALTER TABLE {}: {short}",
                name.name.text
            )));
        }
        for action in actions {
            changes.push(SchemaChange::Alter {
                table: name.clone(),
                if_exists,
                action: Box::new(action),
            });
        }
        if !cursor.mark(',') && cursor.at == from {
            cursor.advance();
        }
    }
    changes
}

fn action(cursor: &mut Cursor, adding: &mut bool, actions: &mut Vec<Action>) -> bool {
    if cursor.accept("add") {
        *adding = true;
        return add(cursor, actions).is_some();
    }
    let starts = [
        "drop", "alter", "modify", "change", "rename", "set", "inherit", "attach",
    ];
    let other = cursor.is_any(&starts) || cursor.is_any(OF_NO_MATTER);
    if *adding && !other {
        // SQL Server: ADD a int, b int.
        return add(cursor, actions).is_some();
    }
    *adding = false;
    if cursor.accept("drop") {
        return drop(cursor, actions).is_some();
    }
    if cursor.accept("alter") {
        return alter_column(cursor, actions).is_some();
    }
    if cursor.accept("modify") {
        let grouped = {
            cursor.accept("column");
            cursor.mark('(')
        };
        loop {
            cursor.if_exists();
            let Some(defined) = column::column(cursor) else {
                return false;
            };
            actions.push(redefine(defined, None));
            cursor.skip_element();
            if !grouped || !cursor.mark(',') {
                break;
            }
        }
        if grouped {
            cursor.mark(')');
        }
        return true;
    }
    if cursor.accept("change") {
        cursor.accept("column");
        cursor.if_exists();
        let (Some(from), Some(defined)) = (cursor.ident(), column::column(cursor)) else {
            return false;
        };
        actions.push(redefine(defined, Some(from)));
        return true;
    }
    if cursor.accept("rename") {
        return rename(cursor, actions).is_some();
    }
    if cursor.accept("set") {
        if cursor.accept("schema") {
            let schema = cursor.ident();
            actions.extend(schema.map(Action::SetSchema));
        }
        return true;
    }
    if cursor.accept("inherit") {
        let parent = cursor.name();
        actions.extend(parent.map(Action::Inherit));
        return true;
    }
    if cursor.accept_all(&["attach", "partition"]) {
        let part = cursor.name();
        actions.extend(part.map(Action::AttachPartition));
        return true;
    }
    other || cursor.done()
}

fn redefine(defined: Defined, from: Option<crate::schema::change::Ident>) -> Action {
    Action::Redefine {
        from: from.unwrap_or_else(|| defined.column.name.clone()),
        column: defined.column,
        constraints: defined.constraints,
        position: defined.position,
    }
}

fn added(element: Element, if_not_exists: bool) -> Option<Action> {
    Some(match element {
        Element::Column(defined) => Action::AddColumn {
            column: defined.column,
            constraints: defined.constraints,
            position: defined.position.unwrap_or(Position::Last),
            if_not_exists,
        },
        Element::Constraint(constraint) => Action::AddConstraint {
            constraint,
            if_not_exists,
        },
        Element::Index(index) => Action::AddIndex(index),
        Element::Like(_) | Element::Nothing => return None,
    })
}

fn add(cursor: &mut Cursor, actions: &mut Vec<Action>) -> Option<()> {
    if cursor.is("partition") {
        return Some(());
    }
    if cursor.accept("constraint") {
        let if_not_exists = cursor.if_not_exists();
        let name = if table::names_a_constraint(cursor) {
            None
        } else {
            Some(cursor.ident()?)
        };
        if cursor.accept("default") {
            // SQL Server: ADD CONSTRAINT n DEFAULT (0) FOR c.
            let default = column::default_value(cursor);
            cursor.accept("for");
            let name = cursor.ident()?;
            actions.push(Action::SetDefault { name, default });
            return Some(());
        }
        let constraint = table::constraint(cursor, name)?;
        actions.push(Action::AddConstraint {
            constraint,
            if_not_exists,
        });
        return Some(());
    }
    let says_column = cursor.accept("column");
    let if_not_exists = cursor.if_not_exists();
    if cursor.is_mark('(') {
        cursor.advance();
        while !cursor.done() && !cursor.is_mark(')') {
            let element = table::element(cursor)?;
            actions.extend(added(element, if_not_exists));
            cursor.skip_element();
            if !cursor.mark(',') {
                break;
            }
        }
        cursor.mark(')');
        return Some(());
    }
    let element = if says_column {
        Element::Column(Box::new(column::column(cursor)?))
    } else {
        table::element(cursor)?
    };
    actions.extend(added(element, if_not_exists));
    Some(())
}

fn drop(cursor: &mut Cursor, actions: &mut Vec<Action>) -> Option<()> {
    if cursor.is("partition") || cursor.is_any(&["period", "system"]) {
        return Some(());
    }
    if cursor.accept_all(&["primary", "key"]) {
        actions.push(Action::Drop {
            what: DropKind::Primary,
            if_exists: false,
        });
        return Some(());
    }
    if cursor.accept_all(&["foreign", "key"]) {
        let if_exists = cursor.if_exists();
        let what = DropKind::Foreign(cursor.ident()?);
        actions.push(Action::Drop { what, if_exists });
        return Some(());
    }
    let named = cursor.ahead(1).is_some_and(|next| next.kind != Kind::Mark);
    if cursor.is_any(&["constraint", "check"]) && named {
        cursor.advance();
        let if_exists = cursor.if_exists();
        let what = DropKind::Constraint(cursor.ident()?);
        actions.push(Action::Drop { what, if_exists });
        return Some(());
    }
    if cursor.is_any(&["index", "key"]) && named {
        cursor.advance();
        let if_exists = cursor.if_exists();
        let what = DropKind::Index(cursor.ident()?);
        actions.push(Action::Drop { what, if_exists });
        return Some(());
    }
    cursor.accept("column");
    let if_exists = cursor.if_exists();
    let names = if cursor.is_mark('(') {
        cursor.idents()
    } else {
        vec![cursor.ident()?]
    };
    for name in names {
        actions.push(Action::DropColumn { name, if_exists });
    }
    // SQL Server: DROP COLUMN a, b.
    while cursor.is_mark(',')
        && cursor.ahead(1).is_some_and(|next| next.kind != Kind::Mark)
        && cursor.ahead(2).is_none_or(|next| next.is_mark(','))
    {
        cursor.advance();
        let name = cursor.ident()?;
        actions.push(Action::DropColumn {
            name,
            if_exists: false,
        });
    }
    Some(())
}

fn alter_column(cursor: &mut Cursor, actions: &mut Vec<Action>) -> Option<()> {
    let named = cursor.ahead(1).is_some_and(|next| next.kind != Kind::Mark);
    if cursor.is_any(&["constraint", "index", "check"]) && named {
        return Some(());
    }
    cursor.accept("column");
    let name = cursor.ident()?;
    if cursor.accept("type") || cursor.accept_all(&["set", "data", "type"]) {
        let of = Written::sql(column::data_type(cursor)?);
        actions.push(Action::AlterType { name, of });
    } else if cursor.accept_all(&["set", "default"]) {
        let default = column::default_value(cursor);
        actions.push(Action::SetDefault { name, default });
    } else if cursor.accept_all(&["drop", "default"]) {
        let default = None;
        actions.push(Action::SetDefault { name, default });
    } else if cursor.accept_all(&["set", "not", "null"]) {
        let nullable = false;
        actions.push(Action::SetNullable { name, nullable });
    } else if cursor.accept_all(&["drop", "not", "null"]) || cursor.accept_all(&["set", "null"]) {
        let nullable = true;
        actions.push(Action::SetNullable { name, nullable });
    } else if cursor.accept_all(&["rename", "to"]) {
        let to = cursor.ident()?;
        actions.push(Action::RenameColumn { from: name, to });
    } else if cursor.accept_all(&["add", "generated"]) {
        let increments = true;
        actions.push(Action::SetIncrements { name, increments });
    } else if cursor.accept_all(&["drop", "identity"]) {
        let increments = false;
        actions.push(Action::SetIncrements { name, increments });
    } else if cursor.accept_all(&["drop", "expression"]) {
        actions.push(Action::DropExpression { name });
    } else if cursor.is_any(&["set", "reset", "restart", "drop", "add"]) {
        // Statistics, storage, options, sequences.
    } else {
        // SQL Server and H2: the definition anew, with what is not said gone to its default.
        let mut defined = column::definition(cursor);
        defined.column.of.as_ref()?;
        defined.column.name = name;
        let nullable = defined.column.nullable.unwrap_or(true);
        let of = defined.column.of?;
        let name = defined.column.name;
        actions.push(Action::AlterType {
            name: name.clone(),
            of,
        });
        actions.push(Action::SetNullable { name, nullable });
    }
    Some(())
}

fn rename(cursor: &mut Cursor, actions: &mut Vec<Action>) -> Option<()> {
    let named = !cursor.ahead_is(1, "to");
    if cursor.accept("to") || cursor.accept("as") {
        actions.push(Action::Rename(cursor.name()?));
    } else if cursor.is("constraint") && named {
        cursor.advance();
        let from = cursor.ident()?;
        cursor.accept("to");
        let to = cursor.ident()?;
        actions.push(Action::RenameConstraint { from, to });
    } else if cursor.is_any(&["index", "key"]) && named {
        cursor.advance();
        let from = cursor.ident()?;
        cursor.accept("to");
        let to = cursor.ident()?;
        actions.push(Action::RenameIndex { from, to });
    } else {
        if named {
            cursor.accept("column");
        }
        cursor.if_exists();
        let from = cursor.ident()?;
        if cursor.accept_any(&["to", "as"]) {
            let to = cursor.ident()?;
            actions.push(Action::RenameColumn { from, to });
        } else {
            // MySQL: RENAME new_name.
            actions.push(Action::Rename(Name {
                schema: None,
                name: from,
            }));
        }
    }
    Some(())
}
