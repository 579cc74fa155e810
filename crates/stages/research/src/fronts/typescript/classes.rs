//! Classes, interfaces, enumerations, object types.

use oxc_ast::ast::{
    Class, ClassElement, Expression, MethodDefinitionKind, TSEnumDeclaration, TSEnumMemberName,
    TSInterfaceDeclaration, TSType, TSTypeAliasDeclaration,
};

use super::expressions::{self, decorator, key, parent, place};
use super::lower::{Lowering, body};
use super::{functions, statements, types};
use crate::outline::{Annotation, Field, Function, Type, TypeKind};

pub fn lower(cx: &mut Lowering, class: &Class, name: &str) -> Type {
    let own = class.id.as_ref().map(|id| id.name.as_str());
    let mut made = Type {
        name: own
            .unwrap_or(if name.is_empty() { "class" } else { name })
            .to_string(),
        annotations: decorators(cx, &class.decorators),
        at: place(cx, class.span),
        ..Type::default()
    };
    if let Some(heritage) = &class.heritage {
        let arguments = types::arguments(cx, heritage.type_arguments.as_deref());
        if let Some(mut of) = parent(cx, &heritage.expression) {
            of.arguments.extend(arguments);
            made.supers.push(of);
        }
    }
    for one in &class.implements {
        let of = types::named(cx, &one.expression, one.type_arguments.as_deref());
        made.supers.push(of);
    }
    // What field initialisers hoist belongs to the class's body.
    made.body = body(cx, |cx, out| {
        for element in &class.body.body {
            self::element(cx, element, &mut made, out);
        }
    });
    made
}

fn element(
    cx: &mut Lowering,
    element: &ClassElement,
    made: &mut Type,
    out: &mut Vec<crate::outline::Stmt>,
) {
    match element {
        ClassElement::StaticBlock(block) => statements::all(cx, &block.body, out),
        ClassElement::MethodDefinition(method) => {
            let name = match method.kind {
                MethodDefinitionKind::Constructor => "constructor".to_string(),
                _ => key(cx, &method.key),
            };
            let annotations = decorators(cx, &method.decorators);
            let lowered = functions::function(cx, &name, &method.value);
            if method.kind == MethodDefinitionKind::Constructor {
                let source = method.value.params.items.iter().zip(&lowered.parameters);
                for (source, parameter) in source {
                    if source.accessibility.is_none() && !source.readonly {
                        continue;
                    }
                    made.fields.push(Field {
                        name: parameter.name.clone(),
                        of: parameter.of.clone(),
                        value: parameter.default.clone(),
                        annotations: parameter.annotations.clone(),
                        constant: source.readonly,
                        optional: source.optional,
                        at: place(cx, source.span),
                        ..Field::default()
                    });
                }
            }
            made.functions.push(Function {
                annotations,
                ..lowered
            });
        }
        ClassElement::PropertyDefinition(property) => {
            let name = key(cx, &property.key);
            let annotations = decorators(cx, &property.decorators);
            if let Some(function) = method_like(cx, &name, property.value.as_ref()) {
                made.functions.push(Function {
                    annotations,
                    ..function
                });
                return;
            }
            made.fields.push(Field {
                name,
                of: types::annotation(cx, property.type_annotation.as_deref()),
                value: property
                    .value
                    .as_ref()
                    .map(|one| expressions::lower(cx, one)),
                annotations,
                shared: property.r#static,
                constant: property.readonly,
                optional: property.optional || types::optional(property.type_annotation.as_deref()),
                at: place(cx, property.span),
            });
        }
        ClassElement::AccessorProperty(property) => made.fields.push(Field {
            name: key(cx, &property.key),
            of: types::annotation(cx, property.type_annotation.as_deref()),
            value: property
                .value
                .as_ref()
                .map(|one| expressions::lower(cx, one)),
            annotations: decorators(cx, &property.decorators),
            shared: property.r#static,
            at: place(cx, property.span),
            ..Field::default()
        }),
        ClassElement::TSIndexSignature(_) => {}
    }
}

/// `list = async () => {..}` in a class is a method.
fn method_like(cx: &mut Lowering, name: &str, value: Option<&Expression>) -> Option<Function> {
    match value? {
        Expression::ArrowFunctionExpression(arrow) => Some(functions::arrow(cx, name, arrow)),
        Expression::FunctionExpression(one) => Some(functions::function(cx, name, one)),
        _ => None,
    }
}

fn decorators(cx: &mut Lowering, decorators: &[oxc_ast::ast::Decorator]) -> Vec<Annotation> {
    let lowered = decorators.iter().map(|one| {
        let at = place(cx, one.span);
        decorator(cx, &one.expression, at)
    });
    lowered.collect()
}

pub fn interface(cx: &mut Lowering, source: &TSInterfaceDeclaration) -> Type {
    let supers = source
        .extends
        .iter()
        .map(|one| types::named(cx, &one.type_name, one.type_arguments.as_deref()))
        .collect();
    let (fields, functions) = types::members(cx, &source.body.body);
    Type {
        name: source.id.name.to_string(),
        kind: TypeKind::Interface,
        supers,
        fields,
        functions,
        at: place(cx, source.span),
        ..Type::default()
    }
}

pub fn alias(cx: &mut Lowering, source: &TSTypeAliasDeclaration) -> Type {
    let mut made = Type {
        name: source.id.name.to_string(),
        kind: TypeKind::Other,
        at: place(cx, source.span),
        ..Type::default()
    };
    if let TSType::TSTypeLiteral(literal) = &source.type_annotation {
        (made.fields, made.functions) = types::members(cx, &literal.members);
    } else {
        made.supers
            .extend(types::lower(cx, &source.type_annotation));
    }
    made
}

pub fn enumeration(cx: &mut Lowering, source: &TSEnumDeclaration) -> Type {
    let mut made = Type {
        name: source.id.name.to_string(),
        kind: TypeKind::Enum,
        at: place(cx, source.span),
        ..Type::default()
    };
    for member in &source.body.members {
        let name = match &member.id {
            TSEnumMemberName::Identifier(name) => name.name.to_string(),
            TSEnumMemberName::String(name) | TSEnumMemberName::ComputedString(name) => {
                name.value.to_string()
            }
            TSEnumMemberName::ComputedTemplateString(_) => continue,
        };
        made.fields.push(Field {
            name,
            value: member
                .initializer
                .as_ref()
                .map(|one| expressions::lower(cx, one)),
            shared: true,
            constant: true,
            at: place(cx, member.span),
            ..Field::default()
        });
    }
    made
}
