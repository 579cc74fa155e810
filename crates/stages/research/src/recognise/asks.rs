//! What the program asks of others: requests, clients, queries.

use super::answers::method_name;
use super::emit::strip_self;
use super::loops;
use super::pattern;
use super::scope::Scope;
use super::select::{Site, first};
use super::table::{CallRow, ClientRow, Library, QueryRow};
use super::walk::{Around, Walk};
use crate::observation::{Client, Observation, OutgoingCall, Query, Value};
use crate::outline::{At, Call, Expr};

impl<'a> Walk<'a> {
    pub fn outgoing(
        &mut self,
        library: &'static Library,
        row: &'static CallRow,
        site: &Site<'a>,
        call: &'a Call,
        scope: &Scope<'a, '_>,
        around: &Around<'a>,
    ) {
        let service = first(&self.file, site, &row.service, scope);
        let target = first(&self.file, site, &row.url, scope);
        if target.is_none() && service.is_none() && !row.url.is_empty() {
            return;
        }
        let method = match row.method.iter().any(|one| one == "name") {
            true => Some(method_name(site.name)),
            false => match first(&self.file, site, &row.method, scope) {
                Some(Value::Text(one) | Value::Symbol(one)) => {
                    Some(method_name(pattern::last(&one)))
                }
                _ => None,
            },
        };
        let timeout = row.timeout.iter().any(|one| match one.strip_prefix('.') {
            Some(step) => around.chain.contains(&step),
            None => site.expr(one).is_some(),
        });
        let what = Observation::Call(OutgoingCall {
            protocol: row.protocol.clone().unwrap_or_else(|| "http".into()),
            method,
            target: target.unwrap_or(Value::text("")),
            client: site
                .receiver
                .and_then(Expr::dotted)
                .map(|name| strip_self(&name)),
            service,
            timeout,
            library: library.id.clone(),
            in_loop: around.in_loop,
        });
        self.see(call.at, site.certain, around, what);
    }

    pub fn client(
        &mut self,
        library: &'static Library,
        row: &'static ClientRow,
        site: &Site<'a>,
        call: &'a Call,
        scope: &Scope<'a, '_>,
        around: &Around<'a>,
    ) {
        let set = |selectors: &[String]| {
            selectors.iter().any(|one| match one.strip_prefix('.') {
                Some(step) => around.chain.contains(&step),
                None => site.expr(one).is_some(),
            })
        };
        // An options object that comes from elsewhere may set anything.
        let open = site.arguments.iter().any(|argument| {
            matches!(&argument.value, Expr::Name(..) | Expr::Member(..)) && argument.name.is_none()
        });
        let limit = |selectors: &[String], by_default: bool| match set(selectors) || by_default {
            true => Some(true),
            false if selectors.is_empty() || open => None,
            false => Some(false),
        };
        let annotations: Vec<&str> = around
            .function
            .into_iter()
            .flat_map(|function| &function.annotations)
            .map(|annotation| annotation.name.as_str())
            .collect();
        let name = around
            .binding
            .map(str::to_owned)
            .or_else(|| around.function.map(|function| function.name.clone()))
            .filter(|name| !name.is_empty());
        let what = Observation::Client(Client {
            library: library.id.clone(),
            protocol: row.protocol.clone().unwrap_or_else(|| "http".into()),
            name,
            base: first(&self.file, site, &row.base, scope),
            timeout: limit(&row.timeout, row.timeout_by_default),
            breaker: limit(&row.breaker, false),
            retry: limit(&row.retry, false),
            balanced: row
                .balanced
                .iter()
                .any(|one| annotations.contains(&one.as_str()) || site.expr(one).is_some()),
        });
        self.see(call.at, site.certain, around, what);
    }

    pub fn query(
        &mut self,
        library: &'static Library,
        row: &'static QueryRow,
        site: &Site<'a>,
        at: At,
        scope: &Scope<'a, '_>,
        around: &Around<'a>,
    ) {
        let sql = first(&self.file, site, &row.sql, scope);
        if sql.is_none() && !row.sql.is_empty() && row.entity.is_empty() {
            return;
        }
        let entity = first(&self.file, site, &row.entity, scope).and_then(|value| match value {
            Value::Text(one) | Value::Symbol(one) => Some(pattern::last(&one).to_owned()),
            _ => None,
        });
        let writes = row.writes || loops::writes(&around.chain, sql.as_ref());
        let what = Observation::Query(Query {
            library: library.id.clone(),
            sql,
            entity,
            in_loop: around.in_loop && !around.composed && loops::differs(site, around),
            writes,
        });
        self.see(at, site.certain, around, what);
    }
}
