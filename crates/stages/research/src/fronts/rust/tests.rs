use super::super::spelled::reads;
use super::*;

const READ: fn(&str) -> Outline = |text| outline(SourceText { path: "x.rs", text });

#[test]
fn imports_with_trees_and_paths() {
    reads(
        READ,
        r#"
use axum::{routing::{get, post as p}, Router};
use crate::db::*;
use tokio::{self};
fn f() { sqlx::query("x"); std::env::args(); }
"#,
        r#"
        import axum.routing : get as get
        import axum.routing : post as p
        import axum : Router as Router
        import crate.db : * as *
        import tokio as tokio
        import sqlx as sqlx
        fn f()
          sqlx.query("x")
          std.env.args()
        "#,
    );
}

#[test]
fn types_attributes_and_implementations() {
    reads(
        READ,
        r#"
#[derive(Debug, Queryable)]
#[diesel(table_name = orders)]
pub struct Order { #[sqlx(rename = "o_id")] pub id: i32, name: Option<String>, all: Vec<Arc<Line>> }
struct Id(pub String);
enum Kind { A, B(u8) }
trait Repo: Send { async fn find(&self, id: i32) -> Result<Order, Error>; }
#[async_trait]
impl Repo for Order { async fn find(&self, id: i32) -> Result<Order, Error> { self.client.get(id).await? } }
impl Order { const TABLE: &'static str = "orders"; fn new(name: &str) -> Self { Self { id: 1, name } } }
#[get("/x/{id}", name = "x")]
async fn x(path: web::Path<i32>) -> impl Responder { helper(path) }
#[cfg(test)]
mod tests { use reqwest::Client; #[test] fn t() { call("http://x") } struct Local; }
"#,
        r#"
        import web as web
        import reqwest as reqwest
        Class Order : Repo @Debug() @Queryable() @diesel(table_name: orders) @async_trait()
          id: i32 @sqlx(rename: "o_id")
          optional name: String
          all: Vec<Line>
        Class Id
          0: String
        Enum Kind
          A
          B
        Interface Repo : Send
          fn find(id: i32) -> Order
        fn Order.find(id: i32) -> Order
          return self.client.get(id)
        fn Order.new(name: str) -> Order
          return new Order(id: 1, name: name)
        fn x(path: web.Path<i32>) -> Responder @get("/x/{id}", name: "x")
          return helper(path)
        fn t() @test()
        const Order.TABLE: str = "orders"
        "#,
    );
}

#[test]
fn values_with_another_for_their_absence() {
    reads(
        READ,
        r#"
fn f() {
    let host = env::var("HOST").unwrap_or_else(|_| "localhost".to_string());
    let port: u16 = env::var("PORT").ok().unwrap_or("80".into()).parse().expect("a port");
    let mode = match env::var("MODE") { Ok(v) => v, Err(_) => String::from("x") };
    let url = if let Ok(u) = env::var("URL") { u } else { format!("http://{host}:{}", port) };
    let other = env::var("O").unwrap_or_else(|_| { log(); exit(1) });
    let key = env::var("KEY").unwrap_or_else(|e| panic!("{e}"));
}
"#,
        r#"
        import env as env
        fn f()
          host = either(env.var("HOST") | "localhost")
          port: u16 = either(env.var("PORT") | "80")
          v = env.var("MODE")
          mode = either(v | "x")
          u = env.var("URL")
          url = either(u | `"http://" host ":" port`)
          other = either(env.var("O") | fn () { log(); return exit(1) })
          key = env.var("KEY")
        "#,
    );
}

#[test]
fn chains_closures_macros_and_loops() {
    reads(
        READ,
        r##"
static POOL: OnceCell<PgPool> = OnceCell::new();
lazy_static! { static ref BASE: String = std::env::var("BASE").unwrap(); }
async fn main() -> Result<()> {
    let app = Router::new().route("/x", get(list).post(|body: Json<X>| async move { save(body).await }));
    let rows = sqlx::query_as!(Order, r#"SELECT "id" FROM orders"#, id).fetch_all(&pool).await?;
    let (a, b) = (one(), two());
    let (tx, rx) = channel::<String>(3);
    for item in items.iter() { client.get(format!("{}/{}", base, item)).send().await?; }
    while let Some(m) = stream.next().await { handle(m); }
    match kind { Kind::A => first(), Kind::B => { second(); } }
    self.total += 1;
    tokio::spawn(async move { run().await });
    vec![route(1), route(2)]
}
"##,
        r#"
        import sqlx as sqlx
        import tokio as tokio
        fn main() -> ()
          app = Router.new().route("/x", get(list).post(fn (body: Json<X>) { return save(body) }))
          rows = sqlx.query_as(Order, "SELECT \"id\" FROM orders", id).fetch_all(pool)
          a = one()
          b = two()
          tx = channel<String>(3)
          loop item of items
            client.get(`base "/" item`).send()
          loop  of
            m = stream.next()
            handle(m)
          block
            first()
            block
              second()
          self.total = ?(self.total, 1)
          tokio.spawn(run())
          return [route(1), route(2)]
        const POOL: OnceCell<PgPool> = OnceCell.new()
        const BASE: String = std.env.var("BASE")
        lazy_static()
        "#,
    );
}

#[test]
fn tables_written_as_rows() {
    reads(
        READ,
        r#"diesel::table! { orders (id) { id -> Integer, note -> Nullable<Text>, } }"#,
        r#"
        import diesel as diesel
        diesel.table("orders", ["id"], {id: "Integer", note: "Nullable<Text>"})
        "#,
    );
}

#[test]
fn places_inside_macros_are_those_of_the_file() {
    let outline = READ("fn f() {\n  info!(\n    one(),\n    two(join!(three())));\n}");
    let Stmt::Expr(crate::outline::Expr::Call(call)) = &outline.functions[0].body[0] else {
        panic!("{outline:?}");
    };
    let line = |index: usize| outline.line(call.arguments[index].value.at().unwrap());
    assert_eq!((line(0), line(1)), (3, 4));
}

#[test]
fn broken_files_keep_what_can_be_read() {
    let outline = READ("fn a() { x.get(\"/a\" }\nfn b() { x.get(\"/b\"); }\nimpl X {");
    assert!(!outline.faults.is_empty());
    assert!(super::super::spelled::spelled(&outline).contains("/b"));
    let deep = format!("fn f() {{ {}{} }}", "m!(".repeat(3000), ")".repeat(3000));
    for text in [
        "",
        "\u{0}",
        "fn é",
        "use {",
        "x!{",
        "#[",
        "format!(\"{",
        deep.as_str(),
    ] {
        READ(text);
    }
}
