//! The columns of a query: what `CREATE TABLE .. AS SELECT ..` makes a table of.
//!
//! Types are PostgreSQL's, and MySQL's where a column is taken over as it is. A type that cannot be
//! told is empty, and said.

use std::collections::BTreeMap;

use sqlparser::ast::{
    self, Expr, FunctionArg, FunctionArgExpr, FunctionArguments, ObjectName, Query, Select,
    SelectItem, SelectItemQualifiedWildcardKind, SetExpr, TableAlias, TableFactor, UnaryOperator,
};
use sqlparser::dialect::{GenericDialect, MySqlDialect, PostgreSqlDialect};
use sqlparser::parser::Parser;

use super::change::{Ident, Name, Written};
use super::query_types::{FUNCTIONS, UNDECIDED, UNNAMED, common, literal, of, operated, settled};
use super::state::{Column, State};
use super::{apply, types};
use crate::sql::Dialect;

/// How deep queries may stand in each other.
const DEEPEST: u32 = 30;

/// A longer query is data.
const LONGEST: usize = 100_000;

type Columns = Vec<(String, Column)>;

/// A relation in reach, by its alias.
type Scope = Vec<(String, Columns)>;

/// Common table expressions.
type Named = BTreeMap<String, Columns>;

/// The columns that a query gives; none where it cannot be read.
pub fn columns(state: &mut State, text: &str) -> Option<Columns> {
    if text.len() > LONGEST {
        return None;
    }
    let text = match text.get(..6) {
        Some(first) if first.eq_ignore_ascii_case("table ") => {
            format!("SELECT * FROM {}", &text[6..])
        }
        _ => text.to_string(),
    };
    let query = match state.dialect {
        Dialect::Postgresql => parsed(&PostgreSqlDialect {}, &text),
        Dialect::Mysql => parsed(&MySqlDialect {}, &text),
        _ => parsed(&GenericDialect {}, &text),
    }?;
    let mut reader = Reader { state };
    let columns = reader.query(&query, &Named::new(), 0)?.into_iter();
    Some(
        columns
            .map(|(name, column)| (name, reader.taken(&column)))
            .collect(),
    )
}

fn parsed(dialect: &dyn sqlparser::dialect::Dialect, text: &str) -> Option<Box<Query>> {
    let mut parser = Parser::new(dialect).try_with_sql(text).ok()?;
    parser.parse_query().ok()
}

fn folded(state: &State, ident: &ast::Ident) -> String {
    state.fold(&Ident::new(&ident.value, ident.quote_style.is_some()))
}

struct Reader<'s> {
    state: &'s mut State,
}

impl Reader<'_> {
    fn query(&mut self, query: &Query, named: &Named, depth: u32) -> Option<Columns> {
        if depth > DEEPEST {
            return None;
        }
        let mut named = named.clone();
        for cte in query.with.iter().flat_map(|with| &with.cte_tables) {
            let name = folded(self.state, &cte.alias.name);
            // A recursive one has the columns of its first part.
            let body = match cte.query.body.as_ref() {
                SetExpr::SetOperation { left, .. }
                    if query.with.as_ref().is_some_and(|with| with.recursive) =>
                {
                    self.body(left, &named, depth + 1)
                }
                _ => self.query(&cte.query, &named, depth + 1),
            };
            let columns = self.renamed(body?, &cte.alias);
            named.insert(name, columns);
        }
        self.body(&query.body, &named, depth + 1)
    }

    fn body(&mut self, body: &SetExpr, named: &Named, depth: u32) -> Option<Columns> {
        if depth > DEEPEST {
            return None;
        }
        match body {
            SetExpr::Select(select) => self.select(select, named, depth),
            SetExpr::Query(query) => self.query(query, named, depth + 1),
            SetExpr::SetOperation { left, right, .. } => {
                let left = self.body(left, named, depth + 1)?;
                let right = self.body(right, named, depth + 1)?;
                let both = left.into_iter().zip(right);
                Some(
                    both.map(|((name, one), (_, other))| (name, common(&one, &other)))
                        .collect(),
                )
            }
            SetExpr::Values(values) => {
                let first = values.rows.first()?;
                let columns = first.content.iter().enumerate().map(|(at, value)| {
                    let typed = self.expression(value, &Scope::new(), named, depth);
                    (format!("column{}", at + 1), settled(typed))
                });
                Some(columns.collect())
            }
            _ => None,
        }
    }

    fn select(&mut self, select: &Select, named: &Named, depth: u32) -> Option<Columns> {
        let mut scope = Scope::new();
        for table in &select.from {
            self.factor(&table.relation, named, &mut scope, depth)?;
            for join in &table.joins {
                self.factor(&join.relation, named, &mut scope, depth)?;
            }
        }
        let mut found = Columns::new();
        for item in &select.projection {
            match item {
                SelectItem::UnnamedExpr(expr) => {
                    let column = self.expression(expr, &scope, named, depth);
                    found.push((self.label(expr), column));
                }
                SelectItem::ExprWithAlias { expr, alias } => {
                    let column = self.expression(expr, &scope, named, depth);
                    found.push((folded(self.state, alias), column));
                }
                SelectItem::Wildcard(_) => {
                    found.extend(scope.iter().flat_map(|(_, columns)| columns.clone()));
                }
                SelectItem::QualifiedWildcard(
                    SelectItemQualifiedWildcardKind::ObjectName(name),
                    _,
                ) => {
                    let alias = self.last(name)?;
                    let (_, columns) = scope.iter().find(|(own, _)| *own == alias)?;
                    found.extend(columns.clone());
                }
                _ => return None,
            }
        }
        Some(found)
    }

    fn factor(
        &mut self,
        factor: &TableFactor,
        named: &Named,
        scope: &mut Scope,
        depth: u32,
    ) -> Option<()> {
        if depth > DEEPEST {
            return None;
        }
        match factor {
            TableFactor::Table {
                name,
                alias,
                args: None,
                ..
            } => {
                let own = self.last(name)?;
                let columns = match named.get(&own) {
                    Some(columns) if name.0.len() == 1 => columns.clone(),
                    _ => self.relation(name, depth)?,
                };
                let shown = alias
                    .as_ref()
                    .map_or(own, |alias| folded(self.state, &alias.name));
                let columns = match alias {
                    Some(alias) => self.renamed(columns, alias),
                    None => columns,
                };
                scope.push((shown, columns));
            }
            TableFactor::Derived {
                subquery, alias, ..
            } => {
                let columns = self.query(subquery, named, depth + 1)?;
                let (shown, columns) = match alias {
                    Some(alias) => (
                        folded(self.state, &alias.name),
                        self.renamed(columns, alias),
                    ),
                    None => (String::new(), columns),
                };
                scope.push((shown, columns));
            }
            TableFactor::NestedJoin {
                table_with_joins, ..
            } => {
                self.factor(&table_with_joins.relation, named, scope, depth + 1)?;
                for join in &table_with_joins.joins {
                    self.factor(&join.relation, named, scope, depth + 1)?;
                }
            }
            // Functions that give rows: their columns are not known, others still are.
            _ => scope.push((String::new(), Columns::new())),
        }
        Some(())
    }

    /// The columns of a table, or of a view as its query gives them now.
    fn relation(&mut self, name: &ObjectName, depth: u32) -> Option<Columns> {
        let mut idents = name.0.iter().rev().map(|part| {
            let ident = part.as_ident()?;
            Some(Ident::new(&ident.value, ident.quote_style.is_some()))
        });
        let own = idents.next()??;
        let schema = match idents.next() {
            Some(schema) => Some(schema?),
            None => None,
        };
        let name = Name { schema, name: own };
        if let Some(key) = self.state.find(&name) {
            let columns = self.state.tables[&key].columns.iter();
            return Some(
                columns
                    .map(|(name, column)| (name.clone(), column.clone()))
                    .collect(),
            );
        }
        let key = self.state.key(&name);
        let text = self.state.views.get(&key)?.clone();
        if depth > DEEPEST || text.is_empty() {
            return None;
        }
        let query = parsed(&PostgreSqlDialect {}, &text)?;
        self.query(&query, &Named::new(), depth + 5)
    }

    fn last(&self, name: &ObjectName) -> Option<String> {
        let ident = name.0.last()?.as_ident()?;
        Some(folded(self.state, ident))
    }

    fn renamed(&self, columns: Columns, alias: &TableAlias) -> Columns {
        let mut names = alias.columns.iter();
        let columns = columns.into_iter().map(|(name, column)| {
            let name = names
                .next()
                .map_or(name, |named| folded(self.state, &named.name));
            (name, column)
        });
        columns.collect()
    }

    /// The name of a column that has no alias, as PostgreSQL figures it.
    fn label(&self, expr: &Expr) -> String {
        match expr {
            Expr::Identifier(ident) => folded(self.state, ident),
            Expr::CompoundIdentifier(parts) => parts
                .last()
                .map_or_else(String::new, |ident| folded(self.state, ident)),
            Expr::Function(function) => self.last(&function.name).unwrap_or_default(),
            Expr::Cast {
                expr, data_type, ..
            } => {
                let inner = self.label(expr);
                if inner == UNNAMED {
                    let (base, ..) = types::parts(&data_type.to_string());
                    base
                } else {
                    inner
                }
            }
            Expr::Nested(inner) => self.label(inner),
            Expr::Collate { expr, .. } => self.label(expr),
            Expr::Case { else_result, .. } => match else_result.as_deref() {
                Some(expr) if self.label(expr) != UNNAMED => self.label(expr),
                _ => "case".to_string(),
            },
            Expr::Exists { .. } => "exists".to_string(),
            Expr::Array(_) => "array".to_string(),
            Expr::Extract { .. } => "extract".to_string(),
            Expr::Subquery(query) => match query.body.as_ref() {
                SetExpr::Select(select) => match select.projection.first() {
                    Some(SelectItem::ExprWithAlias { alias, .. }) => folded(self.state, alias),
                    Some(SelectItem::UnnamedExpr(expr)) => self.label(expr),
                    _ => UNNAMED.to_string(),
                },
                _ => UNNAMED.to_string(),
            },
            _ => UNNAMED.to_string(),
        }
    }

    fn expression(&mut self, expr: &Expr, scope: &Scope, named: &Named, depth: u32) -> Column {
        if depth > DEEPEST {
            return of("");
        }
        let depth = depth + 1;
        match expr {
            Expr::Identifier(ident) => {
                let name = folded(self.state, ident);
                let columns = scope.iter().flat_map(|(_, columns)| columns);
                let mut found = columns.filter(|(own, _)| own.eq_ignore_ascii_case(&name));
                found
                    .next()
                    .map_or_else(|| of(""), |(_, column)| self.taken(column))
            }
            Expr::CompoundIdentifier(parts) => {
                let [.., table, name] = parts.as_slice() else {
                    return of("");
                };
                let (table, name) = (folded(self.state, table), folded(self.state, name));
                let columns = scope
                    .iter()
                    .filter(|(alias, _)| alias.eq_ignore_ascii_case(&table))
                    .flat_map(|(_, columns)| columns);
                let mut found = columns.filter(|(own, _)| own.eq_ignore_ascii_case(&name));
                found
                    .next()
                    .map_or_else(|| of(""), |(_, column)| self.taken(column))
            }
            Expr::Nested(inner) | Expr::Collate { expr: inner, .. } => {
                self.expression(inner, scope, named, depth)
            }
            Expr::Cast { data_type, .. } => {
                let written = Written::sql(data_type.to_string());
                let text = types::catalogued(self.state.dialect, &written).text;
                of(apply::user_type(self.state, text))
            }
            Expr::Value(value) => of(literal(&value.value)),
            Expr::Case {
                conditions,
                else_result,
                ..
            } => {
                let results = conditions.iter().map(|one| &one.result);
                let results = results.chain(else_result.as_deref());
                self.shared(results, scope, named, depth)
            }
            Expr::Function(function) => self.function(function, scope, named, depth),
            Expr::BinaryOp { left, op, right } => {
                let left = self.expression(left, scope, named, depth);
                let right = self.expression(right, scope, named, depth);
                of(operated(op, &left.of, &right.of))
            }
            Expr::UnaryOp { op, expr } => match op {
                UnaryOperator::Not => of("boolean"),
                _ => self.expression(expr, scope, named, depth),
            },
            Expr::Subquery(query) => {
                let columns = self.query(query, named, depth + 1);
                let first = columns.and_then(|columns| columns.into_iter().next());
                first.map_or_else(|| of(""), |(_, column)| of(column.of))
            }
            Expr::Array(array) => {
                let of_items = self.shared(array.elem.iter(), scope, named, depth);
                if of_items.of.is_empty() {
                    of_items
                } else {
                    of(format!("{}[]", of_items.of))
                }
            }
            Expr::AtTimeZone { timestamp, .. } => {
                match self.expression(timestamp, scope, named, depth).of.as_str() {
                    "timestamp with time zone" => of("timestamp without time zone"),
                    "timestamp without time zone" => of("timestamp with time zone"),
                    _ => of(""),
                }
            }
            Expr::Extract { .. } => of("numeric"),
            Expr::Interval(_) => of("interval"),
            Expr::Substring { .. } | Expr::Trim { .. } | Expr::Overlay { .. } => of("text"),
            Expr::Position { .. } => of("integer"),
            Expr::IsFalse(_)
            | Expr::IsNotFalse(_)
            | Expr::IsTrue(_)
            | Expr::IsNotTrue(_)
            | Expr::IsNull(_)
            | Expr::IsNotNull(_)
            | Expr::IsDistinctFrom(..)
            | Expr::IsNotDistinctFrom(..)
            | Expr::InList { .. }
            | Expr::InSubquery { .. }
            | Expr::Between { .. }
            | Expr::Like { .. }
            | Expr::ILike { .. }
            | Expr::SimilarTo { .. }
            | Expr::AnyOp { .. }
            | Expr::AllOp { .. }
            | Expr::Exists { .. } => of("boolean"),
            _ => of(""),
        }
    }

    /// A column taken over as it is: PostgreSQL takes its type alone, MySQL more.
    fn taken(&self, column: &Column) -> Column {
        if self.state.dialect == Dialect::Mysql {
            let default = column.increments.then(|| "0".to_string());
            Column {
                increments: false,
                default: default.or_else(|| column.default.clone()),
                ..column.clone()
            }
        } else {
            of(column.of.clone())
        }
    }

    fn shared<'e>(
        &mut self,
        each: impl Iterator<Item = &'e Expr>,
        scope: &Scope,
        named: &Named,
        depth: u32,
    ) -> Column {
        let columns = each.map(|expr| self.expression(expr, scope, named, depth));
        let common = columns.reduce(|one, other| common(&one, &other));
        common.unwrap_or_else(|| of(UNDECIDED))
    }

    fn function(
        &mut self,
        function: &ast::Function,
        scope: &Scope,
        named: &Named,
        depth: u32,
    ) -> Column {
        let name = self.last(&function.name).unwrap_or_default();
        let arguments: Vec<&Expr> = match &function.args {
            FunctionArguments::List(list) => {
                let plain = list.args.iter().filter_map(|argument| match argument {
                    FunctionArg::Unnamed(FunctionArgExpr::Expr(expr)) => Some(expr),
                    _ => None,
                });
                plain.collect()
            }
            _ => Vec::new(),
        };
        let fixed = FUNCTIONS.iter().find(|(own, _)| *own == name);
        if let Some((_, text)) = fixed {
            return of(*text);
        }
        let first = arguments.first().map_or_else(
            || of(""),
            |first| self.expression(first, scope, named, depth),
        );
        match name.as_str() {
            "coalesce" | "greatest" | "least" | "ifnull" => {
                self.shared(arguments.into_iter(), scope, named, depth)
            }
            "max" | "min" if first.of.starts_with("character varying") => of("text"),
            "max" | "min" | "nullif" | "first_value" | "last_value" | "lag" | "lead" | "abs" => {
                of(first.of)
            }
            "sum" => of(match first.of.as_str() {
                "smallint" | "integer" => "bigint",
                "bigint" => "numeric",
                other if other.starts_with("numeric") => "numeric",
                other => other,
            }),
            "avg" => of(match first.of.as_str() {
                "real" | "double precision" => "double precision",
                "interval" => "interval",
                "" => "",
                _ => "numeric",
            }),
            "array_agg" if !first.of.is_empty() => of(format!("{}[]", first.of)),
            _ => of(""),
        }
    }
}
