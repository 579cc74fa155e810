//! What Java's constructs are in the outline.

use super::outline;
use crate::fronts::{SourceText, shown};

fn shows(text: &str) -> String {
    shown::outline(&outline(SourceText {
        path: "A.java",
        text,
    }))
}

/// Each statement of a method's body, one line each.
fn body(statements: &str) -> String {
    let all = shows(&format!("class A {{ void m() {{ {statements} }} }}"));
    let lines: Vec<&str> = all.lines().skip(2).map(|line| &line[4..]).collect();
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
fn package_and_imports() {
    check(
        "package com.acme.orders;\nimport java.util.List;\nimport static com.acme.Urls.ORDERS;\nimport static com.acme.Urls.*;\nimport org.acme.*;",
        "
        module com.acme.orders
        import java.util List
        import com.acme.Urls ORDERS
        import com.acme.Urls *
        import org.acme *
        ",
    );
}

#[test]
fn classes_with_annotations_of_every_form() {
    check(
        r#"
        @RestController @RequestMapping(value = Paths.ROOT + "/orders", produces = {"a/b", "c/d"})
        @Queries({@Query(name = "x", sql = "select 1"), @Query(name = "y")})
        @org.acme.Limit(5) @Client(clients = Orders.class)
        public final class OrderController extends Base<Order, Long> implements Api, java.util.function.Supplier<List<? extends Order>> {
            private static final String ROOT = "/v1", TAIL = ROOT + "/x";
            @Autowired(required = false) private RestTemplate rest;
            @Nullable Order[] last;
            Optional<Order> first;
            public OrderController(@Value("${orders.url:http://orders}") String url, final Repo repo) { this.url = url; this.repo = repo; }
            @GetMapping("/{id}") public <T> ResponseEntity<Order> get(@PathVariable("id") long id, String... rest) { return repo.find(id); }
            { ready = true; }
            static { System.setProperty("a", "b"); }
            interface Inner {}
        }"#,
        r#"
        @RestController()
        @RequestMapping(value=`Paths.ROOT "/orders"`, produces=["a/b", "c/d"])
        @Queries([new Query(name="x", sql="select 1"), new Query(name="y")])
        @org.acme.Limit(5)
        @Client(clients=Orders)
        class OrderController < Base<Order, Long>, Api, java.util.function.Supplier<List<Order>>
          shared constant ROOT: String = "/v1"
          shared constant TAIL: String = `ROOT "/x"`
          @Autowired(required=false)
          rest: RestTemplate
          @Nullable()
          optional last: Array<Order>
          optional first: Order
          ready = true
          System.setProperty("a", "b")
          fn OrderController(@Value("${orders.url:http://orders}") url: String, repo: Repo)
            self.url = url
            self.repo = repo
          @GetMapping("/{id}")
          fn get(@PathVariable("id") id: long, rest: Array<String>): ResponseEntity<Order>
            return repo.find(id)
          interface Inner
        "#,
    );
}

#[test]
fn interfaces_enums_records_and_annotation_types() {
    check(
        r#"
        interface Orders extends JpaRepository<Order, Long>, Other { String PATH = "/o"; @Query("select o") List<Order> all(); }
        enum Topic implements Named { ORDERS("orders"), @Deprecated OLD; private final String id; Topic(String id) { this.id = id; } }
        record Line(@NotNull String sku, Optional<Integer> count) { Line { check(sku); } }
        @interface Get { String value() default "/"; String[] names() default {}; }
        "#,
        r#"
        interface Orders < JpaRepository<Order, Long>, Other
          shared constant PATH: String = "/o"
          @Query("select o")
          fn all(): List<Order>
        enum Topic < Named
          shared constant ORDERS: Topic = new Topic("orders")
          @Deprecated()
          shared constant OLD: Topic = new Topic()
          constant id: String
          fn Topic(id: String)
            self.id = id
        class Line
          @NotNull()
          constant sku: String
          constant optional count: Integer
          fn Line()
            check(sku)
        interface Get
          fn value(): String
            return "/"
          fn names(): Array<String>
            return []
        "#,
    );
}

#[test]
fn expressions() {
    for (written, meant) in [
        (
            r#"call("a" + 1 + x.y + "b\n");"#,
            r#"call(`"a" 1 x.y "b\n"`)"#,
        ),
        (r#"call("a" + "b" + ("c" + d));"#, r#"call(`"abc" d`)"#),
        ("call(base + path);", "call(`base path`)"),
        ("call(1 + count);", "call(~(1, count))"),
        (
            "call(a - b, -3, !c, d == e);",
            "call(~(a, b), -3, ~(c), ~(d, e))",
        ),
        (
            r#"call(String.format("http://%s:%d/x", host, 80));"#,
            r#"call(`"http://" host ":" 80 "/x"`)"#,
        ),
        (
            r#"call(String.format(Locale.ROOT, "%s", a), "x%s".formatted(b));"#,
            r#"call(`a`, `"x" b`)"#,
        ),
        (
            r#"call(new StringBuilder("http://").append(host).append('/').append("x").toString());"#,
            r#"call(`"http://" host "/x"`)"#,
        ),
        (
            r#"call(String.join("/", a, "b"), String.valueOf(c));"#,
            r#"call(`a "/b"`, c)"#,
        ),
        (
            r#"call(List.of("a", "b"), Arrays.asList(c), Map.of("k", v));"#,
            r#"call(["a", "b"], [c], {k: v})"#,
        ),
        (
            r#"call(new String[] {"a", b}, new int[3], new String[0].length);"#,
            r#"call(["a", b], ~(~(3)), ~(~(0)).length)"#,
        ),
        (
            "call(\"\"\"\n  select *\n    from t\"\"\");",
            r#"call("select *\n  from t")"#,
        ),
        (
            "call(0x1F, 1_000L, 2.5f, 0b11, 017, 'c', null, true);",
            r#"call(31, 1000, 2.5, 3, 15, "c", nothing, true)"#,
        ),
        ("call(a ? b : c, (Order) d, (e));", "call((b | c), d, e)"),
        (
            "call(Order.class, Order[].class, com.acme.Order.class);",
            "call(Order, Order[], com.acme.Order)",
        ),
        (
            "call(this::list, Order::new, repo::find);",
            "call(self.list, Order.new, repo.find)",
        ),
        (
            "call(x -> x.y(), (a, b) -> { return a; }, () -> z);",
            "call(fn(x) { return x.y() }, fn(a, b) { return a }, fn() { return z })",
        ),
        (
            "new Thread(new Runnable() { public void run() { go(); } }).start();",
            "new Thread(new Runnable(fn run() { go() })).start()",
        ),
        (
            "new A<B>(1) { int x = 1; void f() {} void g() {} };",
            "new A<B>(1, fn() { x: int = 1; fn f(); fn g() })",
        ),
        (
            "http.get().uri(\"/x\").retrieve().bodyToMono(Order.class);",
            "http.get().uri(\"/x\").retrieve().bodyToMono(Order)",
        ),
        (
            "this.<Order>load(a[0]); super.close(); new Outer.Inner();",
            "self.load<Order>(a[0])\nsuper.close()\nnew Outer.Inner()",
        ),
        ("total(x instanceof Order o);", "total(~(x))"),
    ] {
        assert_eq!(body(written), meant, "{written}");
    }
}

#[test]
fn statements() {
    for (written, meant) in [
        (
            "final String a = \"x\", b; var c = d();",
            "constant a: String = \"x\"\nconstant b: String = nothing\nc = d()",
        ),
        (
            "x = 1; this.y = f(); z.w += \"t\"; q[0] = r; n -= 1;",
            "x = 1\nself.y = f()\nz.w = `z.w \"t\"`\n~(q[0], r)\nn = ~(1)",
        ),
        ("return this.x = y;", "self.x = y\nreturn self.x"),
        (
            "if (a.ok()) { b(); } else if (c) d(); else e();",
            "block\n  a.ok()\n  block\n    b()\n  block\n    d()\n    e()",
        ),
        (
            "for (Order o : orders) save(o);",
            "loop o in orders\n  save(o)",
        ),
        (
            "for (int i = 0; i < n(); i++) f(i);",
            "i: int = 0\nloop\n  ~(i, n())\n  ~(i)\n  f(i)",
        ),
        (
            "while ((line = read()) != null) { f(); }",
            "loop\n  line = read()\n  ~(line, nothing)\n  block\n    f()",
        ),
        ("do { f(); } while (g());", "loop\n  g()\n  block\n    f()"),
        (
            "try (var c = open(); d) { f(); } catch (IOException | Error e) { g(); } finally { h(); }",
            "block\n  constant c = open()\n  f()\n  g()\n  h()",
        ),
        (
            "synchronized (lock) { f(); } l: g(); throw new E(\"m\");",
            "block\n  f()\ng()\nnew E(\"m\")",
        ),
        (
            "switch (k) { case 1: f(); break; default: g(); }",
            "block\n  f()\n  g()",
        ),
        (
            "String u = switch (k) { case 1 -> \"a\"; case 2 -> { f(); yield \"b\"; } default -> throw new E(); };",
            "block\n  f()\nnew E()\nu: String = (\"a\" | \"b\")",
        ),
        (
            "class B { void g() {} } Runnable r = () -> {};",
            "class B\n  fn g()\nr: Runnable = fn() {  }",
        ),
    ] {
        assert_eq!(body(written), meant, "{written}");
    }
}

#[test]
fn constructors_call_constructors() {
    check(
        "class A extends B { A(String u) { super(\"http://\" + u); } A() { this(\"x\"); } }",
        r#"
        class A < B
          fn A(u: String)
            super(`"http://" u`)
          fn A()
            self("x")
        "#,
    );
}

#[test]
fn links_of_a_chain_have_their_own_lines() {
    let text = "class A {\n void m() {\n  a()\n   .b()\n   .c();\n }\n}";
    let outline = outline(SourceText {
        path: "A.java",
        text,
    });
    let function = &outline.types[0].functions[0];
    let crate::outline::Stmt::Expr(crate::outline::Expr::Call(call)) = &function.body[0] else {
        panic!()
    };
    assert_eq!(outline.line(call.at), 5);
    assert_eq!(outline.line(function.at), 2);
    assert_eq!(outline.line(function.end), 6);
}

#[test]
fn broken_files_keep_their_rest() {
    let made = shows(
        "package a;\nclass A { @GetMapping(\"/x\") void f( { }\n void g() { h(); } }\nclass C { }",
    );
    assert!(made.contains("module a"), "{made}");
    assert!(made.contains("fault"), "{made}");
    assert!(made.contains("class C"), "{made}");
    assert!(made.contains("h()"), "{made}");
    let half = shows(
        "package a;\n@RestController class A {\n @GetMapping(\"/x\")\n String f() { return g(",
    );
    assert!(half.contains("@GetMapping(\"/x\")"), "{half}");
    assert!(half.contains("fault"), "{half}");
}

#[test]
fn long_sums_are_not_deep() {
    let sum = vec!["\"a\""; 150].join(" + ");
    let made = body(&format!("call({sum});"));
    assert_eq!(made, format!("call({:?})", "a".repeat(150)));
}
