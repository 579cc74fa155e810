//! Types of Rust as they are referred to. Paths are dotted; references, boxes and `dyn` fall away.

use super::super::syntax_tree::Node;
use crate::outline::TypeRef;

/// `a::b::<T>::c` as `a.b.c`.
pub fn dotted(path: &str) -> String {
    let mut out = String::with_capacity(path.len());
    let mut inside = 0usize;
    for segment in path.split("::") {
        let opened = segment.matches('<').count();
        let closed = segment.matches('>').count();
        let plain = segment.split('<').next().unwrap_or("").trim();
        if inside == 0 && !plain.is_empty() {
            if !out.is_empty() {
                out.push('.');
            }
            out.push_str(plain);
        }
        inside = (inside + opened).saturating_sub(closed);
    }
    out
}

/// Holders that say nothing of what a value is.
const TRANSPARENT: [&str; 8] = [
    "Option", "Box", "Arc", "Rc", "Result", "Cow", "Mutex", "RwLock",
];

fn is_transparent(name: &str) -> bool {
    TRANSPARENT.contains(&name.rsplit('.').next().unwrap_or(name))
}

pub fn is_option(node: Node) -> bool {
    let name = node.field("type").map_or("", Node::text);
    node.is("generic_type") && dotted(name).rsplit('.').next() == Some("Option")
}

pub fn type_ref(node: Node) -> TypeRef {
    let field = |name: &str| node.field(name).map(type_ref).unwrap_or_default();
    let of = |name: &str, arguments| TypeRef {
        name: name.to_owned(),
        arguments,
    };
    match node.kind() {
        "reference_type" | "pointer_type" => field("type"),
        "dynamic_type" | "abstract_type" => field("trait"),
        "bounded_type" | "bracketed_type" => node.first().map(type_ref).unwrap_or_default(),
        "array_type" => of("[]", vec![field("element")]),
        "tuple_type" => of("()", node.children().map(type_ref).collect()),
        "function_type" => of(
            "fn",
            node.field("return_type")
                .map(type_ref)
                .into_iter()
                .collect(),
        ),
        "unit_type" => of("()", Vec::new()),
        "qualified_type" => field("type"),
        "generic_type" | "generic_type_with_turbofish" => {
            let name = dotted(node.field("type").map_or("", Node::text));
            let mut arguments = node
                .field("type_arguments")
                .map(arguments)
                .unwrap_or_default();
            if is_transparent(&name) && !arguments.is_empty() {
                arguments.swap_remove(0)
            } else {
                TypeRef { name, arguments }
            }
        }
        _ => TypeRef::named(dotted(node.text())),
    }
}

/// Type arguments; lifetimes and constants are none.
pub fn arguments(list: Node) -> Vec<TypeRef> {
    list.children()
        .filter(|part| {
            !matches!(part.kind(), "lifetime" | "block") && !part.kind().ends_with("literal")
        })
        .map(|part| {
            part.field("type")
                .filter(|_| part.is("type_binding"))
                .unwrap_or(part)
        })
        .map(type_ref)
        .collect()
}
