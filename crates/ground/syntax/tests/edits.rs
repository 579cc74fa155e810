//! Edits of one file with comments in every place, as differences of lines.

use groundplan_syntax::edit::{EditError, add, remove, set};
use serde_json::Value;
use serde_json::json;

const TEXT: &str = "# head\nname: shop # the name\ncomponents:  # all\n  orders:\n    kind: service # k\n    tags: [a, b]\n\n  # the store\n  db: {kind: store}\n  empty:\nlist:\n- a: 1\n  b: 2\n- c # see\nnote: |\n  one\n  two\n# tail\n";

fn diff(new: &str) -> String {
    let (old, new): (Vec<&str>, Vec<&str>) = (TEXT.lines().collect(), new.lines().collect());
    let gone = old
        .iter()
        .filter(|l| !new.contains(l))
        .map(|l| format!("-{l}"));
    let came = new
        .iter()
        .filter(|l| !old.contains(l))
        .map(|l| format!("+{l}"));
    gone.chain(came).collect::<Vec<_>>().join("\n")
}

#[test]
fn set_touches_one_place() {
    let set = |path, value: Value| diff(&set(TEXT, path, &value).unwrap());
    assert_eq!(
        set("name", json!("no")),
        "-name: shop # the name\n+name: \"no\" # the name"
    );
    assert_eq!(
        set("components.orders.kind", json!("store")),
        "-    kind: service # k\n+    kind: store # k"
    );
    assert_eq!(
        set("components.orders.tags[1]", json!("c, d")),
        "-    tags: [a, b]\n+    tags: [a, \"c, d\"]"
    );
    assert_eq!(
        set("components.db.kind", json!({"x": 1})),
        "-  db: {kind: store}\n+  db: {kind: {x: 1}}"
    );
    assert_eq!(
        set("components.db.zones", json!(3)),
        "-  db: {kind: store}\n+  db: {kind: store, zones: 3}"
    );
    assert_eq!(
        set("components.orders.timeout", json!("1 s")),
        "+    timeout: 1 s"
    );
    assert_eq!(
        set("components.empty", json!({"a": {"b": {"c": {}}}})),
        "+    a:\n+      b: {c: {}}"
    );
    assert_eq!(
        set("components.empty.kind", json!("store")),
        "-  empty:\n+  empty: {kind: store}"
    );
    assert_eq!(
        set("new.deep.er", json!([1])),
        "+new:\n+  deep:\n+    er: [1]"
    );
    assert_eq!(set("list[0].b", json!(3)), "-  b: 2\n+  b: 3");
    assert_eq!(set("list[1]", json!("x")), "-- c # see\n+- x # see");
    assert_eq!(set("list[0]", json!("x")), "-- a: 1\n-  b: 2\n+- x");
    assert_eq!(set("note", json!("x\ny\n")), "-  one\n-  two\n+  x\n+  y");
    assert_eq!(
        set("components.orders", json!({"kind": {"a": [{"b": "c"}]}})),
        "-    kind: service # k\n-    tags: [a, b]\n+    kind:\n+      a:\n+        - {b: c}"
    );
}

#[test]
fn add_and_remove() {
    let add = |path, value: Value| add(TEXT, path, &value);
    assert_eq!(diff(&add("list", json!({"x": 1})).unwrap()), "+- {x: 1}");
    assert_eq!(
        diff(&add("components.orders.tags", json!("c")).unwrap()),
        "-    tags: [a, b]\n+    tags: [a, b, c]"
    );
    assert_eq!(
        diff(&add("components.cache", json!({"kind": "cache"})).unwrap()),
        "+  cache: {kind: cache}"
    );
    assert_eq!(
        add("components.db", json!(1)),
        Err(EditError::Exists("components.db".into()))
    );
    let remove = |path| remove(TEXT, path);
    assert_eq!(
        diff(&remove("components.db").unwrap()),
        "-  # the store\n-  db: {kind: store}"
    );
    assert_eq!(
        diff(&remove("components.orders.kind").unwrap()),
        "-    kind: service # k"
    );
    assert_eq!(
        diff(&remove("components.orders.tags[0]").unwrap()),
        "-    tags: [a, b]\n+    tags: [b]"
    );
    assert_eq!(
        diff(&remove("components.db.kind").unwrap()),
        "-  db: {kind: store}\n+  db: {}"
    );
    assert_eq!(
        diff(&remove("list[0].a").unwrap()),
        "-- a: 1\n-  b: 2\n+- b: 2"
    );
    assert_eq!(diff(&remove("list[1]").unwrap()), "-- c # see");
    assert_eq!(diff(&remove("note").unwrap()), "-note: |\n-  one\n-  two");
    let error = remove("components.ordes").unwrap_err();
    assert!(
        error.to_string().contains("did you mean `orders`?"),
        "{error}"
    );
    assert!(matches!(remove("a["), Err(EditError::UnknownPath(_))));
}
