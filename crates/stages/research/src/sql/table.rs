//! `CREATE TABLE` and `CREATE INDEX`: elements, keys and their parts.

use super::column::{self, Defined};
use super::cursor::Cursor;
use super::tokens::Kind;
use crate::schema::change::{
    Constraint, ConstraintKind, CreateTable, Ident, Index, Like, Name, Part,
};

/// One element of a table, or of `ADD`.
pub enum Element {
    Column(Box<Defined>),
    Constraint(Constraint),
    Index(Index),
    Like(Like),
    /// Understood, and says nothing of the schema.
    Nothing,
}

/// After `CREATE [TEMPORARY] TABLE`.
pub fn create(cursor: &mut Cursor, temporary: bool) -> Option<CreateTable> {
    let if_not_exists = cursor.if_not_exists();
    let name = cursor.name()?;
    let mut table = CreateTable {
        name,
        if_not_exists,
        temporary,
        ..CreateTable::default()
    };
    if cursor.accept_all(&["partition", "of"]) {
        table.partition_of = cursor.name();
        return Some(table);
    }
    if cursor.accept("like") {
        // MySQL: the whole table, keys and all.
        table.like.push(Like {
            table: cursor.name()?,
            defaults: true,
            indexes: true,
        });
        return Some(table);
    }
    cursor.accept("of");
    if cursor.is_mark('(') && !cursor.ahead_is(1, "select") {
        cursor.advance();
        elements(cursor, &mut table);
        cursor.mark(')');
    }
    while !cursor.done() {
        if cursor.accept("inherits") {
            cursor.mark('(');
            while let Some(name) = cursor.name() {
                table.inherits.push(name);
                if !cursor.mark(',') {
                    break;
                }
            }
        } else if cursor.accept_all(&["order", "by"]) {
            // ClickHouse: the order of a table is its primary key, where nothing else is said.
            let ordered = match cursor.is_mark('(') {
                true => columns(cursor),
                false => cursor.ident().into_iter().collect(),
            };
            let keyed = |one: &Constraint| matches!(one.kind, ConstraintKind::Primary(_));
            if !ordered.is_empty() && !table.constraints.iter().any(keyed) {
                table.constraints.push(Constraint {
                    name: None,
                    kind: ConstraintKind::Primary(ordered),
                });
            }
        } else if cursor.accept("as") || cursor.is("select") {
            table.query = Some(cursor.text(cursor.at, cursor.tokens.len()));
            break;
        } else {
            cursor.skip_one();
        }
    }
    Some(table)
}

fn elements(cursor: &mut Cursor, table: &mut CreateTable) {
    while !cursor.done() && !cursor.is_mark(')') {
        let before = cursor.at;
        match element(cursor) {
            Some(Element::Column(defined)) => {
                table.columns.push(defined.column);
                table.constraints.extend(defined.constraints);
            }
            Some(Element::Constraint(constraint)) => table.constraints.push(constraint),
            Some(Element::Index(index)) => table.indexes.push(index),
            Some(Element::Like(like)) => table.like.push(like),
            Some(Element::Nothing) | None => {}
        }
        cursor.skip_element();
        if !cursor.mark(',') && cursor.at == before {
            break;
        }
        if cursor.is_mark(')') || cursor.at > before {
            continue;
        }
        break;
    }
}

/// A column, constraint or key.
pub fn element(cursor: &mut Cursor) -> Option<Element> {
    if cursor.is("constraint") {
        cursor.advance();
        let name = if names_a_constraint(cursor) {
            None
        } else {
            Some(cursor.ident()?)
        };
        return constraint(cursor, name)
            .map(Element::Constraint)
            .or(Some(Element::Nothing));
    }
    if names_a_constraint(cursor) {
        return constraint(cursor, None).map(Element::Constraint);
    }
    if cursor.is_any(&["key", "index"]) && is_key(cursor, 1) {
        cursor.advance();
        return key(cursor, false).map(Element::Index);
    }
    if cursor.is_any(&["fulltext", "spatial"])
        && (cursor.ahead_is(1, "key") || cursor.ahead_is(1, "index") || is_key(cursor, 1))
    {
        cursor.advance();
        cursor.accept_any(&["key", "index"]);
        return key(cursor, false).map(Element::Index);
    }
    if cursor.is("like") && cursor.ahead(1).is_some_and(|next| next.kind != Kind::Mark) {
        cursor.advance();
        return like(cursor).map(Element::Like);
    }
    if cursor.is("period") && cursor.ahead_is(1, "for") {
        return Some(Element::Nothing);
    }
    column::column(cursor).map(|defined| Element::Column(Box::new(defined)))
}

/// Whether a table constraint starts here, and not a column of that name.
pub fn names_a_constraint(cursor: &Cursor) -> bool {
    (cursor.is("primary") && cursor.ahead_is(1, "key"))
        || (cursor.is("foreign") && cursor.ahead_is(1, "key"))
        || (cursor.is("check") && (cursor.ahead_is_mark(1, '(')))
        || (cursor.is("exclude") && (cursor.ahead_is(1, "using") || cursor.ahead_is_mark(1, '(')))
        || (cursor.is("unique")
            && (cursor.ahead_is_mark(1, '(')
                || cursor.ahead_is(1, "key")
                || cursor.ahead_is(1, "index")
                || cursor.ahead_is(1, "using")
                || cursor.ahead_is(1, "nulls")
                || cursor.ahead_is(1, "clustered")
                || cursor.ahead_is(1, "nonclustered")
                || is_key(cursor, 1)))
}

/// Whether `[name] (columns)` follows, and not a type with a length.
fn is_key(cursor: &Cursor, by: usize) -> bool {
    let parens = if cursor.ahead_is_mark(by, '(') {
        by
    } else if cursor.ahead_is_mark(by + 1, '(') {
        by + 1
    } else {
        return cursor.ahead_is(by + 1, "using") || cursor.ahead_is(by, "using");
    };
    cursor
        .ahead(parens + 1)
        .is_some_and(|token| matches!(token.kind, Kind::Word | Kind::Quoted) || token.is_mark('('))
}

/// After its name: what it constrains.
pub fn constraint(cursor: &mut Cursor, name: Option<Ident>) -> Option<Constraint> {
    let mut name = name;
    let kind = if cursor.accept_all(&["primary", "key"]) {
        clustered(cursor);
        if cursor.accept_all(&["using", "index"]) {
            ConstraintKind::PrimaryUsing(cursor.ident()?)
        } else {
            using(cursor);
            ConstraintKind::Primary(columns(cursor))
        }
    } else if cursor.accept("unique") {
        cursor.accept_any(&["key", "index"]);
        clustered(cursor);
        if cursor.accept_all(&["using", "index"]) {
            ConstraintKind::UniqueUsing(cursor.ident()?)
        } else {
            if cursor.accept("nulls") {
                cursor.accept("not");
                cursor.accept("distinct");
            }
            using(cursor);
            if !cursor.is_mark('(') {
                let own = cursor.ident();
                name = name.or(own);
            }
            using(cursor);
            ConstraintKind::Unique(columns(cursor))
        }
    } else if cursor.accept_all(&["foreign", "key"]) {
        cursor.if_not_exists();
        if !cursor.is_mark('(') {
            let own = cursor.ident();
            name = name.or(own);
        }
        let columns = cursor.idents();
        if !cursor.accept("references") {
            return None;
        }
        column::references(cursor, columns)?
    } else if cursor.is_any(&["check", "exclude"]) {
        cursor.advance();
        ConstraintKind::Other
    } else {
        return None;
    };
    Some(Constraint { name, kind })
}

fn clustered(cursor: &mut Cursor) {
    cursor.accept_any(&["clustered", "nonclustered"]);
}

fn using(cursor: &mut Cursor) {
    if cursor.accept("using") {
        cursor.advance();
    }
}

/// The columns of a constraint; what is no plain column is left out.
fn columns(cursor: &mut Cursor) -> Vec<Ident> {
    let parts = parts(cursor).into_iter();
    parts
        .filter_map(|part| match part {
            Part::Column(name) => Some(name),
            Part::Expression(_) => None,
        })
        .collect()
}

/// After `KEY` or `INDEX` inside a table: `[name] [USING x] (parts)`.
pub fn key(cursor: &mut Cursor, unique: bool) -> Option<Index> {
    let if_not_exists = cursor.if_not_exists();
    using(cursor);
    let name = if cursor.is_mark('(') {
        None
    } else {
        cursor.ident()
    };
    using(cursor);
    let parts = parts(cursor);
    (!parts.is_empty()).then_some(Index {
        name,
        parts,
        unique,
        if_not_exists,
        ..Index::default()
    })
}

/// The parts of a key in parentheses.
pub fn parts(cursor: &mut Cursor) -> Vec<Part> {
    let mut found = Vec::new();
    if !cursor.mark('(') {
        return found;
    }
    while !cursor.done() && !cursor.is_mark(')') {
        let from = cursor.at;
        cursor.skip_element();
        found.extend(part(cursor, from, cursor.at));
        if !cursor.mark(',') {
            break;
        }
    }
    cursor.mark(')');
    found
}

/// Words that may follow a column in a key: order, collation, class of operators.
fn part(cursor: &Cursor, from: usize, to: usize) -> Option<Part> {
    let tokens = cursor.tokens.get(from..to)?;
    let first = tokens.first()?;
    let named = matches!(first.kind, Kind::Word | Kind::Quoted | Kind::Text);
    let prefix = tokens.len() >= 4
        && tokens[1].is_mark('(')
        && tokens[2].kind == Kind::Number
        && tokens[3].is_mark(')');
    let plain = tokens.get(1).is_none_or(|next| next.kind == Kind::Word);
    if named && (plain || prefix) && !first.is("case") && !first.is("not") {
        return super::cursor::ident_of(first).map(Part::Column);
    }
    // `((lower(a)))` and `(a)` in parentheses of their own.
    if first.is_mark('(') && tokens.len() == 3 && tokens[2].is_mark(')') {
        return part(cursor, from + 1, to - 1);
    }
    let ends = ["asc", "desc", "nulls"];
    let end = tokens
        .iter()
        .rposition(|token| !ends.iter().any(|word| token.is(word)) && !token.is("last"))
        .map_or(to, |last| from + last + 1);
    Some(Part::Expression(cursor.text(from, end)))
}

/// After `LIKE`: the table, and what comes with it.
fn like(cursor: &mut Cursor) -> Option<Like> {
    let mut like = Like {
        table: cursor.name()?,
        ..Like::default()
    };
    while cursor.is_any(&["including", "excluding"]) {
        let on = cursor.accept("including");
        if !on {
            cursor.advance();
        }
        if cursor.is("all") {
            like.defaults = on;
            like.indexes = on;
        } else if cursor.is("defaults") {
            like.defaults = on;
        } else if cursor.is("indexes") {
            like.indexes = on;
        }
        cursor.advance();
    }
    Some(like)
}

/// After `CREATE [UNIQUE] INDEX`.
pub fn create_index(cursor: &mut Cursor, unique: bool) -> Option<(Name, Index)> {
    cursor.accept("concurrently");
    let if_not_exists = cursor.if_not_exists();
    let name = if cursor.is("on") && !cursor.ahead_is(1, "on") {
        None
    } else {
        Some(cursor.name()?.name)
    };
    using(cursor);
    if !cursor.accept("on") {
        return None;
    }
    cursor.accept("only");
    let table = cursor.name()?;
    using(cursor);
    let parts = parts(cursor);
    if parts.is_empty() {
        return None;
    }
    let mut partial = false;
    let from = cursor.at;
    while !cursor.done() {
        partial |= cursor.is("where");
        cursor.skip_one();
    }
    let index = Index {
        name,
        parts,
        unique,
        partial,
        beside: cursor.text(from, cursor.at),
        if_not_exists,
    };
    Some((table, index))
}

#[cfg(test)]
mod tests {
    use super::super::ddl;
    use super::super::dialect::Dialect;
    use super::{Constraint, ConstraintKind, Ident};
    use crate::schema::SchemaChange;

    #[test]
    fn the_order_of_a_table_is_its_key_where_none_is_stated() {
        let keys = |text: &str| -> Vec<Vec<String>> {
            let constraints = |change: SchemaChange| match change {
                SchemaChange::CreateTable(table) => table.constraints,
                _ => Vec::new(),
            };
            let primary = |one: Constraint| match one.kind {
                ConstraintKind::Primary(columns) => Some(columns),
                _ => None,
            };
            let names = |columns: Vec<Ident>| columns.into_iter().map(|one| one.text).collect();
            ddl::read(text, Dialect::Unknown)
                .into_iter()
                .flat_map(|(_, change)| constraints(change))
                .filter_map(primary)
                .map(names)
                .collect()
        };
        let ordered = "CREATE TABLE hits (site UUID, at DateTime) ENGINE = MergeTree
            PARTITION BY toYYYYMM(at) ORDER BY (site, toDate(at), at) SETTINGS index_granularity = 8192;";
        assert_eq!(keys(ordered), [["site", "at"]]);
        let stated = "CREATE TABLE hits (site UUID, at DateTime, PRIMARY KEY (site))
            ENGINE = MergeTree ORDER BY (site, at);";
        assert_eq!(keys(stated), [["site"]]);
        let query = "CREATE TABLE hits AS SELECT site FROM raw ORDER BY site;";
        assert!(keys(query).is_empty());
    }
}
