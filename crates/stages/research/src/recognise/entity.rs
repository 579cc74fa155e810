//! What a type declaration means: entities, repositories, roles by supertype.

use super::emit::Found;
use super::file::types;
use super::pattern;
use super::scope::Scope;
use super::select::{Site, first};
use super::table::{EntityRow, Library, ResourceRow, Trigger};
use super::walk::{Around, Walk};
use crate::observation::{Entity, EntityField, Observation, Route, Value};
use crate::outline::{Expr, Field, Function, Stmt, Type, TypeRef};

impl<'a> Walk<'a> {
    pub fn on_type(&mut self, of: &'a Type, scope: &Scope<'a, '_>, around: &Around<'a>) {
        for (library, row) in self.entries(|library| &library.entity) {
            let annotation = of
                .annotations
                .iter()
                .find(|one| self.annotated(&row.trigger, one, "class"));
            let parent = of.supers.iter().find(|one| {
                pattern::any(&self.file.imports.whole(&one.name), &row.trigger.extends).is_some()
            });
            if annotation.is_none() && parent.is_none() {
                continue;
            }
            let entity = Entity {
                name: of.name.clone(),
                table: self.table_of(of, row, scope),
                fields: self.fields_of(of, row),
                library: library.id.clone(),
            };
            self.see(of.at, true, around, Observation::Entity(entity));
        }
        for (library, row) in self.entries(|library| &library.entity) {
            self.kept_sets(of, library, row, around);
        }
        for parent in &of.supers {
            self.served(of, parent, scope, around);
            self.plain_rows(&Found::Super(of, parent), of.at, scope, around);
            for (library, row) in self.entries(|library| &library.query) {
                let whole = self.file.imports.whole(&parent.name);
                if pattern::any(&whole, &row.trigger.extends).is_some() {
                    let site = Site {
                        types: &parent.arguments,
                        class: of.name.clone(),
                        certain: true,
                        ..Site::default()
                    };
                    self.query(library, row, &site, of.at, scope, around);
                }
            }
        }
        self.type_resources(of, scope, around);
    }

    /// Fields that are sets of entities. What an entity holds, its own file says.
    fn kept_sets(
        &mut self,
        of: &'a Type,
        library: &'static Library,
        row: &EntityRow,
        around: &Around<'a>,
    ) {
        for field in &of.fields {
            let Some(declared) = field.of.as_ref().filter(|of| {
                pattern::any(&self.file.imports.whole(&of.name), &row.trigger.takes).is_some()
            }) else {
                continue;
            };
            let Some(kept) = declared.arguments.first() else {
                continue;
            };
            let own = types(self.file.outline).find(|one| one.name == kept.name);
            let entity = Entity {
                name: pattern::last(&kept.name).to_owned(),
                table: Some(field.name.clone()),
                fields: own.map(|one| self.fields_of(one, row)).unwrap_or_default(),
                library: library.id.clone(),
            };
            self.see(field.at, true, around, Observation::Entity(entity));
        }
    }

    /// What a type answers by what it extends: the generated base of a service.
    fn served(
        &mut self,
        of: &'a Type,
        parent: &'a TypeRef,
        scope: &Scope<'a, '_>,
        around: &Around<'a>,
    ) {
        for (library, row) in self.entries(|library| &library.route) {
            if row.trigger.extends.is_empty() {
                continue;
            }
            let found = Found::Super(of, parent);
            let Some(site) = self.found(library, &row.trigger, &found, scope, around) else {
                continue;
            };
            let Some(path) = first(&self.file, &site, &row.path, scope) else {
                continue;
            };
            let method = first(&self.file, &site, &row.method, scope);
            let what = Observation::Route(Route {
                method: method.and_then(|one| one.known().map(str::to_owned)),
                path,
                group: None,
                router: None,
                handler: Some(of.name.clone()),
                protocol: row.protocol.clone().unwrap_or_else(|| "http".into()),
            });
            self.see(of.at, true, around, what);
        }
    }

    /// Routes that a type has by what it is: `ModelViewSet`, an exported repository.
    fn type_resources(&mut self, of: &'a Type, scope: &Scope<'a, '_>, around: &Around<'a>) {
        for (_, row) in self.entries(|library| &library.resource) {
            let annotation = of
                .annotations
                .iter()
                .find(|one| self.annotated(&row.trigger, one, "class"));
            let parent = of.supers.iter().find(|one| {
                pattern::any(&self.file.imports.whole(&one.name), &row.trigger.extends).is_some()
            });
            let site = match (annotation, parent) {
                (Some(annotation), _) => Site {
                    class: of.name.clone(),
                    ..Site::of_annotation(annotation)
                },
                (None, Some(parent)) => Site {
                    types: &parent.arguments,
                    class: of.name.clone(),
                    certain: true,
                    ..Site::default()
                },
                (None, None) => continue,
            };
            let library = self.file.libraries.iter().find(|one| {
                let mut rows = one.resource.iter();
                rows.any(|other| std::ptr::eq(other, row))
            });
            if library.is_some_and(|one| !self.file.fits(one, &row.trigger, &site, scope)) {
                continue;
            }
            // The resource of a repository is called after what it keeps.
            let kept = of.supers.iter().find_map(|parent| parent.arguments.first());
            let path = first(&self.file, &site, &row.path, scope);
            let path = path.or_else(|| Some(Value::text(super::resources::plural(&kept?.name))));
            let Some(path) = path else {
                continue;
            };
            let hidden: Vec<&str> = of
                .functions
                .iter()
                .filter(|function| hides(function, &row.trigger))
                .map(|function| function.name.as_str())
                .collect();
            for route in &row.routes {
                let mut parts = route.rsplitn(2, ' ');
                let (rest, before) = (parts.next().unwrap_or(""), parts.next().unwrap_or("GET"));
                let method = before.rsplit(' ').next().unwrap_or(before);
                // `delete DELETE /{id}`: the functions of that name, when overridden and hidden, take it away.
                let action = before.split(' ').next().filter(|action| *action != method);
                if hidden
                    .iter()
                    .any(|name| action.is_some_and(|one| name.starts_with(one)))
                {
                    continue;
                }
                let what = Observation::Route(Route {
                    method: Some(method.to_owned()),
                    path: super::values::join(vec![
                        Value::text("/"),
                        path.clone(),
                        Value::text(rest),
                    ]),
                    group: Some(path.clone()),
                    router: row.base.as_ref().map(|key| format!("${key}")),
                    handler: Some(of.name.clone()),
                    protocol: "http".into(),
                });
                self.see(of.at, true, around, what);
            }
            self.type_functions(of, row, &path, scope, around);
        }
    }

    /// What the other functions of a resource's type answer: `GET /search/findByName`.
    fn type_functions(
        &mut self,
        of: &'a Type,
        row: &'static ResourceRow,
        path: &Value,
        scope: &Scope<'a, '_>,
        around: &Around<'a>,
    ) {
        let Some((method, below)) = row.functions.as_deref().and_then(|one| one.split_once(' '))
        else {
            return;
        };
        let actions: Vec<&str> = row
            .routes
            .iter()
            .filter_map(|one| one.split(' ').next())
            .collect();
        for function in &of.functions {
            let own = actions.iter().any(|one| {
                let rest = function.name.strip_prefix(one);
                rest.is_some_and(|rest| matches!(rest, "" | "All" | "ById" | "AllById"))
            });
            if own || hides(function, &row.trigger) {
                continue;
            }
            let named = function.annotations.iter().find_map(|one| {
                let site = Site::of_annotation(one);
                let annotated = row.trigger.annotation.iter().any(|name| name == site.name);
                annotated.then(|| first(&self.file, &site, &row.path, scope))?
            });
            let name = named.unwrap_or_else(|| Value::text(function.name.clone()));
            let what = Observation::Route(Route {
                method: Some(method.to_owned()),
                path: super::values::join(vec![
                    Value::text("/"),
                    path.clone(),
                    Value::text(below),
                    name,
                ]),
                group: Some(path.clone()),
                router: row.base.as_ref().map(|key| format!("${key}")),
                handler: Some(format!("{}.{}", of.name, function.name)),
                protocol: "http".into(),
            });
            self.see(function.at, true, around, what);
        }
    }

    fn table_of(&self, of: &'a Type, row: &EntityRow, scope: &Scope<'a, '_>) -> Option<String> {
        row.table.iter().find_map(|selector| {
            if let Some(rest) = selector.strip_prefix('@') {
                let (name, key) = rest.split_once('.').unwrap_or((rest, "0"));
                let annotation = of
                    .annotations
                    .iter()
                    .find(|one| pattern::last(&one.name) == name)?;
                let site = Site::of_annotation(annotation);
                // The attribute may be called `name`, as the selector of the called name is.
                let value = match site.argument(key) {
                    Some(given) => self.file.value(given, scope, 0),
                    None => first(&self.file, &site, &[key.to_owned()], scope)?,
                };
                return value.known().map(str::to_owned);
            }
            let (holder, selector) = match selector.split_once('.') {
                Some((inner, field)) => (of.types.iter().find(|one| one.name == inner)?, field),
                None => (of, selector.as_str()),
            };
            let field = holder.fields.iter().find(|field| field.name == selector);
            let bound = || {
                of.body.iter().find_map(|statement| match statement {
                    Stmt::Bind { name, value, .. }
                        if name.trim_start_matches("self.") == selector =>
                    {
                        Some(value)
                    }
                    Stmt::Expr(Expr::Call(call)) if super::select::called(call) == selector => {
                        call.arguments.first().map(|argument| &argument.value)
                    }
                    _ => None,
                })
            };
            let value = field
                .and_then(|field| field.value.as_ref())
                .or_else(bound)?;
            self.file.value(value, scope, 0).known().map(str::to_owned)
        })
    }

    fn fields_of(&self, of: &'a Type, row: &EntityRow) -> Vec<EntityField> {
        let mut fields: Vec<EntityField> = of
            .fields
            .iter()
            .filter(|field| {
                !field.annotations.iter().any(|one| {
                    row.skips
                        .iter()
                        .any(|skip| pattern::last(&one.name) == skip)
                })
            })
            .filter(|field| !row.skips.contains(&field.name))
            .map(|field| self.field_fact(field, row))
            .collect();
        // `belongs_to :customer` in the class body.
        for statement in &of.body {
            let Stmt::Expr(Expr::Call(call)) = statement else {
                continue;
            };
            let name = super::select::called(call);
            let (one, many) = (
                row.one.iter().any(|x| x == name),
                row.many.iter().any(|x| x == name),
            );
            if let (true, Some(text)) = (
                one || many,
                call.arguments.first().and_then(|a| a.value.text()),
            ) {
                let class = call
                    .arguments
                    .iter()
                    .find(|a| a.name.as_deref() == Some("class_name"));
                fields.push(EntityField {
                    name: text.to_owned(),
                    of: name.to_owned(),
                    refers: class
                        .and_then(|a| a.value.text())
                        .map(str::to_owned)
                        .or_else(|| Some(text.to_owned())),
                    many,
                    optional: false,
                    line: self.file.outline.line(call.at),
                });
            }
        }
        fields
    }

    fn field_fact(&self, field: &'a Field, row: &EntityRow) -> EntityField {
        let declared = field.of.as_ref();
        let call = match &field.value {
            Some(Expr::Call(call)) => Some(call),
            _ => None,
        };
        let named = |names: &[String]| {
            field
                .annotations
                .iter()
                .any(|one| names.iter().any(|name| pattern::last(&one.name) == name))
                || call.is_some_and(|call| {
                    names.iter().any(|name| super::select::called(call) == name)
                })
                || declared
                    .is_some_and(|of| names.iter().any(|name| pattern::last(&of.name) == name))
        };
        let (one, many) = (named(&row.one), named(&row.many));
        let target = || {
            let argument = call
                .and_then(|call| call.arguments.first())
                .and_then(|argument| {
                    argument
                        .value
                        .text()
                        .map(str::to_owned)
                        .or_else(|| argument.value.dotted())
                });
            let inner = declared.map(|of| of.arguments.first().unwrap_or(of).name.clone());
            argument
                .or(inner)
                .map(|name| pattern::last(&name).to_owned())
        };
        EntityField {
            name: field.name.clone(),
            of: match (declared, call) {
                (Some(of), _) => written(of),
                (None, Some(call)) => super::select::called(call).to_owned(),
                (None, None) => String::new(),
            },
            refers: if one || many { target() } else { None },
            many,
            optional: field.optional,
            line: self.file.outline.line(field.at),
        }
    }
}

/// Whether a function says by an annotation that it is not exported, as a row's trigger has it for types.
fn hides(function: &Function, trigger: &Trigger) -> bool {
    let Some((key, value)) = trigger
        .not_says
        .as_deref()
        .and_then(|one| one.split_once('='))
    else {
        return false;
    };
    function.annotations.iter().any(|one| {
        let given = Site::of_annotation(one).argument(key);
        matches!(given, Some(Expr::Bool(given)) if given.to_string() == value)
    })
}

fn written(of: &crate::outline::TypeRef) -> String {
    if of.arguments.is_empty() {
        return of.name.clone();
    }
    let inner: Vec<String> = of.arguments.iter().map(written).collect();
    format!("{}<{}>", of.name, inner.join(", "))
}
