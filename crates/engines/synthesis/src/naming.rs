//! Names of tables and columns: snake case, tables in the plural, so that `user` and `order` do not
//! collide with words of SQL.

/// `order-line` as `order_line`.
pub fn snake(id: &str) -> String {
    let mut out = String::with_capacity(id.len() + 4);
    for (i, c) in id.chars().enumerate() {
        match c {
            '-' | ' ' | '.' => out.push('_'),
            c if c.is_ascii_uppercase() => {
                if i > 0 && !out.ends_with('_') {
                    out.push('_');
                }
                out.push(c.to_ascii_lowercase());
            }
            c => out.push(c),
        }
    }
    out
}

/// `order_line` as `order-line`: ids of components, contexts and relations.
pub fn kebab(id: &str) -> String {
    snake(id).replace('_', "-")
}

/// The English plural, good enough for nouns that people name entities with.
pub fn plural(noun: &str) -> String {
    const SAME: &[&str] = &[
        "stock",
        "data",
        "metadata",
        "news",
        "equipment",
        "inventory",
        "money",
    ];
    let last = noun.rsplit('_').next().unwrap_or(noun);
    if SAME.contains(&last) {
        return noun.to_string();
    }
    if let Some(stem) = noun.strip_suffix('y')
        && !stem.ends_with(['a', 'e', 'i', 'o', 'u'])
    {
        return format!("{stem}ies");
    }
    if noun.ends_with("ss")
        || noun.ends_with('x')
        || noun.ends_with("ch")
        || noun.ends_with("sh")
        || noun.ends_with('z')
    {
        return format!("{noun}es");
    }
    if noun.ends_with('s') {
        noun.to_string()
    } else {
        format!("{noun}s")
    }
}

/// The table of an entity.
pub fn table(entity: &str) -> String {
    plural(&snake(entity))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_read_well() {
        assert_eq!(table("order-line"), "order_lines");
        assert_eq!(table("category"), "categories");
        assert_eq!(table("address"), "addresses");
        assert_eq!(table("stock"), "stock");
        assert_eq!(table("userFollow"), "user_follows");
        assert_eq!(kebab("proof_of_delivery"), "proof-of-delivery");
        assert_eq!(table("key"), "keys");
    }
}
