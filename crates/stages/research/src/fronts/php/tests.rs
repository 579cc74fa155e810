use super::outline;
use crate::fronts::SourceText;
use crate::fronts::outline_tests::shown;

fn of(text: &str) -> String {
    shown(&outline(SourceText {
        path: "a.php",
        text,
    }))
}

#[track_caller]
fn becomes(cases: &[(&str, &str)]) {
    for (text, wanted) in cases {
        assert_eq!(of(&format!("<?php {text};")).trim_end(), *wanted, "{text}");
    }
}

#[test]
fn calls() {
    becomes(&[
        (
            "Route::get('/x', [A::class, 'b'])->middleware('auth')",
            "Route.get(\"/x\", [A, \"b\"]).middleware(\"auth\")",
        ),
        (
            "$x = new Client(['base_uri' => $u, 'timeout' => 2.5])",
            "x = new Client({base_uri: u, timeout: 2.5})",
        ),
        (
            "$this->http->request('GET', $this->url . '/x')",
            "self.http.request(\"GET\", `self.url, \"/x\"`)",
        ),
        ("f(name: 1, ...$rest)", "f(name: 1, rest)"),
        (
            "Route::group(['prefix' => 'a'], function ($r) use ($b) { g(); })",
            "Route.group({prefix: \"a\"}, (r) -> {g()})",
        ),
        ("\\App\\f()", "App.f()"),
        ("$a?->b()?->c()", "a.b().c()"),
        ("static::make(parent::X)", "self.make(self.X)"),
        ("$x = fn (int $a) => $a->b", "x = (a: int) -> {return a.b}"),
        (
            "new class($a) extends B { public function go() { h(); } }",
            "() -> {fn go();   h()}",
        ),
    ]);
}

#[test]
fn texts_and_values() {
    becomes(&[
        ("$x = \"a{$b->c}/$d\"", "x = `\"a\", b.c, \"/\", d`"),
        ("$x = 'a' . $b . 'c'", "x = `\"a\", b, \"c\"`"),
        ("$x = sprintf('%s/%d', $a, 1)", "x = `a, \"/\", 1`"),
        ("$x = implode('/', [$a, 'b'])", "x = `a, \"/b\"`"),
        (
            "$x = getenv('A') ?: env('B', 'c')",
            "x = either(getenv(\"A\"), env(\"B\", \"c\"))",
        ),
        ("$x = $_ENV['A'] ?? 'b'", "x = either(_ENV[\"A\"], \"b\")"),
        ("$x = <<<SQL\n  select $a\n  SQL", "x = `\"  select \", a`"),
        ("$x = <<<'SQL'\n  select $a\n  SQL", "x = \"  select $a\""),
        (
            "$x = ['a' => 1, 2, 'c' => [3, 4]]",
            "x = {a: 1, 1: 2, c: [3, 4]}",
        ),
        (
            "$x = match (true) { $a => 'b', default => 'c' }",
            "x = either(\"b\", \"c\")",
        ),
        ("$this->a = $b = 1", "b = 1\nself.a = 1"),
        ("$x .= 'a'", "x = `x, \"a\"`"),
        ("[$a, 'k' => $b] = f()", "a = f()[0]\nb = f()[\"k\"]"),
        ("const A = 1", "const A = 1"),
        ("f(__DIR__ . '/../x.php')", "f(\"./../x.php\")"),
    ]);
}

#[test]
fn classes_attributes_and_doc_comments() {
    let text = "<p>shown</p>
<?php
namespace App\\Controller;
use Doctrine\\ORM\\Mapping as ORM;
use Symfony\\{Route, Http\\Client as C};
/**
 * Sells, see a@b.example.
 * @ORM\\Table(name=\"orders\", indexes={@ORM\\Index(columns={\"state\"})})
 * @author nobody
 */
#[Route('/orders', name: 'o')]
final class OrderController extends Base implements \\Countable
{
    use Loads;
    public const BASE = 'http://' . self::HOST;
    /** @var Order[]|null */
    private $orders;
    public function __construct(private readonly ?C $http, int $x = 3) {}
    /** @Route(\"/{id}\", methods={\"GET\"}, requirements={\"id\": \"x\"}) */
    public function show(int|string $id, Request ...$more): ?Response
    {
        foreach ($this->orders as $k => $order) { $order->save(); }
        if ($a) { return 1; } else { throw new E(); }
    }
}
?>
<b><?= $title ?></b>
";
    let wanted = "\
module App.Controller
import Doctrine.ORM|Mapping|ORM
import Symfony|Route|Route
import Symfony.Http|Client|C
@Route(\"/orders\", name: \"o\")
@ORM.Table(name: \"orders\", indexes: [new ORM.Index(columns: [\"state\"])])
Class OrderController < Base, Countable, Loads
  field BASE = `\"http://\", self.HOST`
  field orders: array<Order>
  field http?: C
  fn __construct(http: C, x: int = 3)
  @Route(\"/{id}\", methods: [\"GET\"], requirements: {id: \"x\"})
  fn show(id: int, more: Request): Response
    loop order self.orders
        order.save()
      a
        return 1
          new E()
title
";
    assert_eq!(of(text), wanted);
}

#[test]
fn what_is_broken_is_named_and_the_rest_is_kept() {
    let shown = of("<?php\nclass A { function b( { } \n function c() { d(1); } }\n$x = ;\ng(2);\n");
    assert!(shown.contains("fault"), "{shown}");
    assert!(shown.contains("g(2)"), "{shown}");
}
