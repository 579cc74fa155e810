//! How names look on the wire.

use model::Naming;

pub use synthesis::naming::{kebab, plural, snake};

/// `created_at` or `createdAt`.
pub fn wire(naming: Naming, name: &str) -> String {
    match naming {
        Naming::SnakeCase => snake(name),
        Naming::CamelCase => camel(name),
    }
}

/// `list-articles` as `listArticles`.
pub fn camel(id: &str) -> String {
    let mut out = String::new();
    for (at, part) in snake(id).split('_').filter(|p| !p.is_empty()).enumerate() {
        if at == 0 {
            out.push_str(part);
        } else {
            out.push_str(&upper_first(part));
        }
    }
    out
}

/// `article-summary` as `ArticleSummary`.
pub fn pascal(id: &str) -> String {
    upper_first(&camel(id))
}

/// `list-articles` as `List articles`.
pub fn title(id: &str) -> String {
    upper_first(&snake(id).replace('_', " "))
}

pub fn upper_first(text: &str) -> String {
    let mut chars = text.chars();
    chars
        .next()
        .map(|c| c.to_uppercase().chain(chars).collect())
        .unwrap_or_default()
}

/// The names in braces of a path, in order.
pub fn parameters(path: &str) -> Vec<String> {
    path.split('{')
        .skip(1)
        .filter_map(|rest| rest.split_once('}').map(|(name, _)| name.to_string()))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_change_their_case() {
        assert_eq!(camel("list-low-stock"), "listLowStock");
        assert_eq!(pascal("product_page"), "ProductPage");
        assert_eq!(title("place-order"), "Place order");
        assert_eq!(wire(Naming::CamelCase, "created_at"), "createdAt");
        assert_eq!(parameters("/a/{slug}/b/{id}"), ["slug", "id"]);
    }
}
