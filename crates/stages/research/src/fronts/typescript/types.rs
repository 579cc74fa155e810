//! Types as written.

use oxc_ast::ast::{
    TSSignature, TSType, TSTypeAnnotation, TSTypeName, TSTypeParameterInstantiation,
    TSTypeQueryExprName,
};
use oxc_span::GetSpan;

use super::expressions::{key, place};
use super::lower::{Lowering, deeper};
use crate::outline::{Field, Function, TypeRef};

pub fn annotation(cx: &mut Lowering, annotation: Option<&TSTypeAnnotation>) -> Option<TypeRef> {
    annotation.and_then(|annotation| lower(cx, &annotation.type_annotation))
}

pub fn arguments(
    cx: &mut Lowering,
    arguments: Option<&TSTypeParameterInstantiation>,
) -> Vec<TypeRef> {
    let Some(arguments) = arguments else {
        return Vec::new();
    };
    let lowered = arguments.params.iter().map(|one| lower(cx, one));
    lowered.map(Option::unwrap_or_default).collect()
}

pub fn named(
    cx: &mut Lowering,
    name: &TSTypeName,
    given: Option<&TSTypeParameterInstantiation>,
) -> TypeRef {
    TypeRef {
        name: name.to_string(),
        arguments: arguments(cx, given),
    }
}

pub fn lower(cx: &mut Lowering, of: &TSType) -> Option<TypeRef> {
    let at = place(cx, of.span());
    deeper(cx, at, |cx| lower_here(cx, of)).flatten()
}

fn lower_here(cx: &mut Lowering, of: &TSType) -> Option<TypeRef> {
    let simple = |name: &str| Some(TypeRef::named(name));
    match of {
        TSType::TSTypeReference(one) => {
            Some(named(cx, &one.type_name, one.type_arguments.as_deref()))
        }
        TSType::TSArrayType(one) => Some(TypeRef {
            name: "Array".to_string(),
            arguments: lower(cx, &one.element_type).into_iter().collect(),
        }),
        // The first that is something.
        TSType::TSUnionType(one) => one.types.iter().find_map(|one| match one {
            TSType::TSNullKeyword(_) | TSType::TSUndefinedKeyword(_) => None,
            one => lower(cx, one),
        }),
        TSType::TSIntersectionType(one) => one.types.iter().find_map(|one| lower(cx, one)),
        TSType::TSTypeOperatorType(one) => lower(cx, &one.type_annotation),
        TSType::TSParenthesizedType(one) => lower(cx, &one.type_annotation),
        TSType::TSTypeQuery(one) => match &one.expr_name {
            TSTypeQueryExprName::TSImportType(_) => None,
            name => name
                .as_ts_type_name()
                .map(|name| TypeRef::named(name.to_string())),
        },
        TSType::TSStringKeyword(_) | TSType::TSTemplateLiteralType(_) => simple("string"),
        TSType::TSLiteralType(_) => simple("string"),
        TSType::TSNumberKeyword(_) => simple("number"),
        TSType::TSBigIntKeyword(_) => simple("bigint"),
        TSType::TSBooleanKeyword(_) => simple("boolean"),
        TSType::TSVoidKeyword(_) => simple("void"),
        TSType::TSAnyKeyword(_) => simple("any"),
        TSType::TSUnknownKeyword(_) => simple("unknown"),
        TSType::TSObjectKeyword(_) | TSType::TSTypeLiteral(_) => simple("object"),
        TSType::TSFunctionType(_) => simple("Function"),
        _ => None,
    }
}

/// Whether a type says that nothing may be there.
pub fn optional(annotation: Option<&TSTypeAnnotation>) -> bool {
    match annotation.map(|annotation| &annotation.type_annotation) {
        Some(TSType::TSUnionType(one)) => one.types.iter().any(|one| {
            matches!(
                one,
                TSType::TSNullKeyword(_) | TSType::TSUndefinedKeyword(_)
            )
        }),
        _ => false,
    }
}

/// Members of an interface or an object type.
pub fn members(cx: &mut Lowering, members: &[TSSignature]) -> (Vec<Field>, Vec<Function>) {
    let (mut fields, mut functions) = (Vec::new(), Vec::new());
    for member in members {
        match member {
            TSSignature::TSPropertySignature(one) => fields.push(Field {
                name: key(cx, &one.key),
                of: annotation(cx, one.type_annotation.as_deref()),
                constant: one.readonly,
                optional: one.optional || optional(one.type_annotation.as_deref()),
                at: place(cx, one.span),
                ..Field::default()
            }),
            TSSignature::TSMethodSignature(one) => functions.push(Function {
                name: key(cx, &one.key),
                parameters: super::functions::parameters(cx, &one.params, &mut Vec::new()),
                returns: annotation(cx, one.return_type.as_deref()),
                at: place(cx, one.span),
                end: cx.base + one.span.end,
                ..Function::default()
            }),
            _ => {}
        }
    }
    (fields, functions)
}
