//! What a name means at a place: bindings, parameters, fields, imports, from the inside out.

use std::borrow::Cow;
use std::collections::BTreeMap;

use super::pattern;
use crate::outline::{Call, Expr, Field, Function, Outline, Parameter, Stmt, Type, TypeRef};

/// What a name is bound to.
#[derive(Debug, Clone, Copy)]
pub enum Bound<'a> {
    To {
        value: &'a Expr,
        of: Option<&'a TypeRef>,
    },
    /// A parameter, the function it belongs to and its index.
    Parameter(&'a Parameter, &'a Function, usize),
    Field(&'a Field, &'a Type),
    /// An item of what a loop walks over.
    Each(Option<&'a Expr>),
}

#[derive(Debug, Default)]
pub struct Scope<'a, 'p> {
    parent: Option<&'p Scope<'a, 'p>>,
    names: BTreeMap<&'a str, Vec<Bound<'a>>>,
}

impl<'a, 'p> Scope<'a, 'p> {
    /// The names of the file: its top-level bindings.
    pub fn of_file(outline: &'a Outline) -> Self {
        let mut scope = Scope::default();
        scope.bind_all(&outline.body);
        scope
    }

    /// The names of a type: fields as `self.x` and `x`, and what its functions bind to `self.x`.
    pub fn of_type(parent: &'p Scope<'a, 'p>, of: &'a Type) -> Self {
        let mut scope = Scope {
            parent: Some(parent),
            ..Scope::default()
        };
        for field in &of.fields {
            scope.bind(&field.name, Bound::Field(field, of));
        }
        scope.bind_all(&of.body);
        for function in &of.functions {
            scope.bind_fields(&function.body, function);
        }
        scope
    }

    /// The names of a type whose methods stand outside of it.
    pub fn of_owner(
        parent: &'p Scope<'a, 'p>,
        of: Option<&'a Type>,
        methods: impl Iterator<Item = &'a Function>,
    ) -> Self {
        let mut scope = match of {
            Some(of) => Scope::of_type(parent, of),
            None => Scope {
                parent: Some(parent),
                ..Scope::default()
            },
        };
        for function in methods {
            scope.bind_fields(&function.body, function);
        }
        scope
    }

    /// The names of a function where it is called: a parameter is what is given for it. One that is
    /// given under its own name is what the caller means by it.
    pub fn of_called(parent: &'p Scope<'a, 'p>, function: &'a Function, call: &'a Call) -> Self {
        let mut scope = Scope::of_function(parent, function);
        let mut positional = call.arguments.iter().filter(|given| given.name.is_none());
        for parameter in &function.parameters {
            let named = call
                .arguments
                .iter()
                .find(|given| given.name.as_ref() == Some(&parameter.name));
            let Some(given) = named.or_else(|| positional.next()) else {
                continue;
            };
            let Some(bound) = scope.names.get_mut(parameter.name.as_str()) else {
                continue;
            };
            bound.retain(|one| !matches!(one, Bound::Parameter(..)));
            match &given.value {
                Expr::Name(name, _) if *name == parameter.name => {}
                value => bound.insert(
                    0,
                    Bound::To {
                        value,
                        of: parameter.of.as_ref(),
                    },
                ),
            }
            if bound.is_empty() {
                scope.names.remove(parameter.name.as_str());
            }
        }
        scope
    }

    /// The names of a function: parameters and everything bound in it.
    pub fn of_function(parent: &'p Scope<'a, 'p>, function: &'a Function) -> Self {
        let mut scope = Scope {
            parent: Some(parent),
            ..Scope::default()
        };
        for (index, parameter) in function.parameters.iter().enumerate() {
            scope.bind(
                &parameter.name,
                Bound::Parameter(parameter, function, index),
            );
        }
        scope.bind_all(&function.body);
        scope
    }

    fn bind(&mut self, name: &'a str, to: Bound<'a>) {
        self.names.entry(name).or_default().push(to);
    }

    fn bind_all(&mut self, statements: &'a [Stmt]) {
        for statement in statements {
            match statement {
                Stmt::Bind {
                    name, of, value, ..
                } => {
                    let name = name.strip_prefix("self.").unwrap_or(name);
                    self.bind(
                        name,
                        Bound::To {
                            value,
                            of: of.as_ref(),
                        },
                    );
                }
                Stmt::Block(inner) => self.bind_all(inner),
                Stmt::Loop {
                    over, item, body, ..
                } => {
                    if !item.is_empty() {
                        self.bind(item, Bound::Each(over.as_ref()));
                    }
                    self.bind_all(body);
                }
                Stmt::Expr(_) | Stmt::Return(_) | Stmt::Function(_) | Stmt::Type(_) => {}
            }
        }
    }

    /// `self.x = e` in a method binds the field; `self.x = x` of a parameter is the parameter.
    fn bind_fields(&mut self, statements: &'a [Stmt], function: &'a Function) {
        for statement in statements {
            match statement {
                Stmt::Bind {
                    name, of, value, ..
                } => {
                    let Some(field) = name.strip_prefix("self.") else {
                        continue;
                    };
                    let parameter = match value {
                        Expr::Name(from, _) => function
                            .parameters
                            .iter()
                            .position(|parameter| parameter.name == *from),
                        _ => None,
                    };
                    self.bind(
                        field,
                        match parameter {
                            Some(index) => {
                                Bound::Parameter(&function.parameters[index], function, index)
                            }
                            None => Bound::To {
                                value,
                                of: of.as_ref(),
                            },
                        },
                    );
                }
                Stmt::Block(inner) | Stmt::Loop { body: inner, .. } => {
                    self.bind_fields(inner, function);
                }
                _ => {}
            }
        }
    }

    /// Everything that a name is bound to in the innermost scope that knows it. `self.x` is looked up as `x`.
    pub fn find(&self, name: &str) -> &[Bound<'a>] {
        let name = name.strip_prefix("self.").unwrap_or(name);
        match self.names.get(name) {
            Some(found) => found,
            None => self.parent.map_or(&[], |parent| parent.find(name)),
        }
    }
}

/// Import aliases of a file: what a name stands for in the world.
#[derive(Debug, Default)]
pub struct Imports {
    paths: BTreeMap<String, String>,
    /// Every path imported, dotted.
    pub all: Vec<String>,
}

impl Imports {
    pub fn of(outline: &Outline) -> Self {
        let mut imports = Imports::default();
        for import in &outline.imports {
            let path = pattern::dotted(&import.path);
            let whole = match import.name.as_str() {
                "" | "*" | "default" => path.to_string(),
                name => format!("{path}.{name}"),
            };
            if !import.alias.is_empty() && import.alias != "*" {
                imports.paths.insert(import.alias.clone(), whole.clone());
            }
            imports.all.push(whole);
        }
        imports
    }

    /// The whole path of a dotted name, its first segment's alias undone.
    pub fn whole<'s>(&'s self, dotted: &'s str) -> Cow<'s, str> {
        let dotted = pattern::dotted(dotted);
        let (first, rest) = match dotted.split_once('.') {
            Some((first, rest)) => (first, Some(rest)),
            None => (dotted.as_ref(), None),
        };
        match (self.paths.get(first), rest) {
            (Some(path), Some(rest)) => Cow::Owned(format!("{path}.{rest}")),
            (Some(path), None) => Cow::Borrowed(path),
            (None, _) => dotted,
        }
    }

    pub fn knows(&self, name: &str) -> bool {
        self.paths
            .contains_key(name.split('.').next().unwrap_or(name))
    }
}
