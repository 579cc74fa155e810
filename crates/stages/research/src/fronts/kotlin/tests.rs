//! What Kotlin's constructs are in the outline.

use super::outline;
use crate::fronts::{SourceText, shown};

fn shows(text: &str) -> String {
    shown::outline(&outline(SourceText { path: "A.kt", text }))
}

/// Each statement of a function's body, one line each.
fn body(statements: &str) -> String {
    let all = shows(&format!("fun m() {{\n {statements}\n}}"));
    let lines: Vec<&str> = all
        .lines()
        .skip(1)
        .map(|line| line.get(2..).unwrap_or(line))
        .collect();
    lines.join("\n")
}

#[track_caller]
fn check(text: &str, expected: &str) {
    let expected: Vec<&str> = expected
        .lines()
        .filter(|line| !line.trim().is_empty())
        .collect();
    let indent = expected
        .iter()
        .map(|l| l.len() - l.trim_start().len())
        .min()
        .unwrap_or(0);
    let expected: String = expected
        .iter()
        .map(|l| format!("{}\n", &l[indent..]))
        .collect();
    let made = shows(text);
    assert_eq!(made, expected, "\n--- made\n{made}");
}

#[test]
fn package_imports_and_top_level() {
    check(
        r#"
        package com.acme.orders
        import io.ktor.server.application.*
        import com.acme.Urls.ORDERS as BASE
        const val ROOT = "/v1"
        val client = HttpClient(CIO) { install(Timeout) }
        typealias Orders = List<Order>
        fun main() { embeddedServer(Netty, port = 8080) { module() }.start(wait = true) }
        fun Application.module(): Unit { routing { orders() } }
        fun Route.orders(base: String = "/orders") = get(base) { call.respond(all()) }
        "#,
        r#"
        module com.acme.orders
        import io.ktor.server.application *
        import com.acme.Urls ORDERS as BASE
        constant ROOT = "/v1"
        constant client = new HttpClient(CIO, fn() { return install(Timeout) })
        other Orders < List<Order>
        fn main()
          embeddedServer(Netty, port=8080, fn() { return module() }).start(wait=true)
        fn Application.module()
          routing(fn() { return orders() })
        fn Route.orders(base: String = "/orders")
          return get(base, fn() { return call.respond(all()) })
        "#,
    );
}

#[test]
fn classes() {
    check(
        r#"
        @RestController
        @RequestMapping("\${api.base}/orders", produces = ["a/b"])
        class OrderController(
            @Value("\${orders.url:http://orders}") private val url: String,
            private var repo: OrderRepository?,
            plain: Int = 3
        ) : Base<Order>("x"), Other by repo, Api {
            @Autowired lateinit var rest: RestTemplate
            val all: List<Order> by lazy { load() }
            val path get() = "$url/x"
            init { repo = open(plain) }
            constructor(url: String) : this(url, null)
            @GetMapping("/{id}") suspend fun get(@PathVariable("id") id: Long): Order = repo!!.find(id)
            companion object { private const val ROOT = "/v1"; val log = logger() }
            object Names { const val A = "a" }
        }
        interface Orders : JpaRepository<Order, Long> { fun all(): List<Order> }
        data class Line(@field:NotNull val sku: String, val count: Int? = null)
        enum class Topic(val id: String) { ORDERS("orders"), LINES("lines") }
        "#,
        r#"
        @RestController()
        @RequestMapping("${api.base}/orders", produces=["a/b"])
        class OrderController < Base<Order>, Other, Api
          @Value("${orders.url:http://orders}")
          constant url: String
          optional repo: OrderRepository
          @Autowired()
          rest: RestTemplate
          constant all: List<Order> = load()
          constant path = `url "/x"`
          shared constant ROOT = "/v1"
          shared constant log = logger()
          fn OrderController(@Value("${orders.url:http://orders}") url: String, repo: OrderRepository, plain: Int = 3)
            super("x")
            repo = open(plain)
          fn OrderController(url: String)
            self(url, nothing)
          @GetMapping("/{id}")
          fn get(@PathVariable("id") id: Long): Order
            return repo.find(id)
          class Names
            shared constant A = "a"
        interface Orders < JpaRepository<Order, Long>
          fn all(): List<Order>
        class Line
          @NotNull()
          constant sku: String
          constant optional count: Int = nothing
          fn Line(@NotNull() sku: String, count: Int = nothing)
        enum Topic
          constant id: String
          shared constant ORDERS: Topic = new Topic("orders")
          shared constant LINES: Topic = new Topic("lines")
          fn Topic(id: String)
        "#,
    );
}

#[test]
fn expressions() {
    for (written, meant) in [
        (
            r#"call("http://$host:${port.x()}/a\n\$b")"#,
            r#"call(`"http://" host ":" port.x() "/a\n$b"`)"#,
        ),
        (
            r#"call("a" + b + 'c', a + b, 1 + 2)"#,
            r#"call(`"a" b "c"`, `a b`, ~(1, 2))"#,
        ),
        (
            "call(\"\"\"select $x \\n\"\"\".trimIndent())",
            r#"call(`"select " x " \\n"`)"#,
        ),
        (
            r#"call("%s/%s".format(a, b), String.format("%d", c))"#,
            r#"call(`a "/" b`, `c`)"#,
        ),
        (
            "call(a ?: b, a?.b?.c, d!!, e as F, *g)",
            "call((a | b), a.b.c, d, e, g)",
        ),
        ("call(a ?: throw E(), b ?: return)", "new E()\ncall(a, b)"),
        (
            "call(if (x) \"a\" else \"b\", when (k) { 1 -> \"c\"; else -> { f(); \"d\" } })",
            "f()\ncall((\"a\" | \"b\"), (\"c\" | \"d\"))",
        ),
        (
            "call(Order::class, Order::class.java, ::list, this::list)",
            "call(Order, Order, list, self.list)",
        ),
        (
            "call(listOf(\"a\"), mapOf(\"k\" to v, K to w), arrayOf(x), a to b)",
            "call([\"a\"], {k: v, K: w}, [x], a.to(b))",
        ),
        (
            "client.get<Order>(\"/x\") { header(\"a\", b) }",
            "client.get<Order>(\"/x\", fn() { return header(\"a\", b) })",
        ),
        (
            "routing { route(\"/v1\") { get(\"/x\") { call.respond(y) }\n post { z() } } }",
            "routing(fn() { return route(\"/v1\", fn() { get(\"/x\", fn() { return call.respond(y) }); return post(fn() { return z() }) }) })",
        ),
        (
            "orders.forEach { o -> save(o) }\norders.map { it.id }",
            "orders.forEach(fn(o) { return save(o) })\norders.map(fn() { return it.id })",
        ),
        (
            "run(object : Listener(1) { override fun on(x: Int) { f(x) } })",
            "run(new Listener(1, fn on(x: Int) { f(x) }))",
        ),
        (
            "call(fun(x: Int): Int { return x }, a[0], -3, !b, 1..2, 0x1F, 2.5f, 10L)",
            "call(fn(x: Int) { return x }, a[0], -3, ~(b), ~(1, 2), 31, 2.5, 10)",
        ),
        (
            "http.get().uri(\"/x\").retrieve().bodyToMono<Order>()",
            "http.get().uri(\"/x\").retrieve().bodyToMono<Order>()",
        ),
        ("call(x = 1, y = { 2 })", "call(x=1, y=fn() { return 2 })"),
    ] {
        assert_eq!(body(written), meant, "{written}");
    }
}

#[test]
fn statements() {
    for (written, meant) in [
        (
            "val a: String = \"x\"\nvar b = c()\nval (d, e) = f()",
            "constant a: String = \"x\"\nb = c()\nconstant d = f()[0]\nconstant e = f()[1]",
        ),
        (
            "x = 1\nthis.y = f()\nz += \"t\"\nm[\"k\"] = v",
            "x = 1\nself.y = f()\nz = `z \"t\"`\n~(m[\"k\"], v)",
        ),
        (
            "if (a.ok()) { b() } else if (c) d() else e()",
            "block\n  a.ok()\n  block\n    b()\n  block\n    d()\n    e()",
        ),
        (
            "for (o in orders) { save(o) }",
            "loop o in orders\n  block\n    save(o)",
        ),
        ("while (a()) b()", "loop\n  a()\n  b()"),
        (
            "try { f() } catch (e: E) { g() } finally { h() }",
            "block\n  f()\n  g()\n  h()",
        ),
        (
            "val u = try { f() } catch (e: E) { log(e)\n null }",
            "log(e)\nconstant u = (f() | nothing)",
        ),
        (
            "when (k) { 1 -> f() \n else -> { g() } }",
            "block\n  f()\n  block\n    g()",
        ),
        (
            "return@launch f()\nthrow E(\"m\")",
            "return f()\nnew E(\"m\")",
        ),
        ("fun inner() { g() }\nclass B", "fn inner()\n  g()\nclass B"),
        ("val r by lazy { a() }", "constant r = a()"),
    ] {
        assert_eq!(body(written), meant, "{written}");
    }
}

#[test]
fn broken_files_keep_their_rest() {
    let made = shows(
        "package a\n@RestController class A {\n @GetMapping(\"/x\")\n fun f(): String { return g(",
    );
    assert!(made.contains("module a"), "{made}");
    assert!(made.contains("fault"), "{made}");
    assert!(made.contains("@GetMapping(\"/x\")"), "{made}");
    let made = shows("class B : A by b { fun g() { h() } }");
    assert!(made.contains("class B < A\n  fn g()\n    h()"), "{made}");
}
