use super::super::spelled::{reads, spelled};
use super::*;

const READ: fn(&str) -> Outline = |text| outline(SourceText { path: "X.cs", text });

#[test]
fn namespaces_types_and_members() {
    reads(
        READ,
        r#"
using System.Net.Http;
using static Acme.Urls;
using Db = Acme.Data.OrdersDb;
namespace Acme.Orders;
[ApiController, Route("api/[controller]", Name = "x")]
public class OrdersController(IOrders orders, ILogger<OrdersController> log) : ControllerBase, IThing<Order>
{
    private const string Base = "http://" + "orders";
    private static readonly HttpClient _http = new() { Timeout = TimeSpan.FromSeconds(3) };
    public DbSet<Order> Orders { get; set; }
    public DbSet<Line> Lines => Set<Line>();
    [Required] public string? Name { get; init; } = "x";
    public OrdersController(HttpClient http) : base(http) { _client = http; this.name = nameof(Order.Id); }
    [HttpGet("{id:int}"), Authorize(Roles = "admin")]
    public async Task<ActionResult<Order>> Get(int id, [FromQuery] string q = "a") => await orders.Find(id);
}
public record Line(int Id, Order? Order);
interface IOrders { Task<Order> Find(int id); }
enum Kind { A, B }
"#,
        r#"
        module Acme.Orders
        import System.Net.Http : * as *
        import Acme.Urls : * as *
        import Acme.Data : OrdersDb as Db
        Class OrdersController : ControllerBase, IThing<Order> @ApiController() @Route("api/[controller]", Name: "x")
          orders: IOrders
          log: ILogger<OrdersController>
          shared constant Base: string = "http://orders"
          shared constant _http: HttpClient = new HttpClient(Timeout: TimeSpan.FromSeconds(3))
          Orders: DbSet<Order>
          Lines: DbSet<Line> = Set<Line>()
          optional Name: string = "x" @Required()
          fn OrdersController(http: HttpClient)
            base(http)
            _client = http
            self.name = "Id"
          fn Get(id: int, q: string = "a" @FromQuery()) -> ActionResult<Order> @HttpGet("{id:int}") @Authorize(Roles: "admin")
            return orders.Find(id)
        Class Line
          Id: int
          Order: Order
        Interface IOrders
          fn Find(id: int) -> Order
        Enum Kind
          shared constant A
          shared constant B
        "#,
    );
}

#[test]
fn top_level_statements_and_lambdas() {
    reads(
        READ,
        r#"
var builder = WebApplication.CreateBuilder(args);
builder.Services.AddHttpClient<IOrders, Orders>("orders", c => c.BaseAddress = new Uri(builder.Configuration["Orders:Url"]!));
builder.Services.AddDbContext<Db>(o => { o.UseNpgsql(cs); });
var app = builder.Build();
var api = app.MapGroup("/api").RequireAuthorization();
api.MapGet("/x/{id}", async (int id, Db db) => await db.Find(id));
app.MapPost("/y", Handlers.Create);
await app.RunAsync().ConfigureAwait(false);
"#,
        r#"
        builder = WebApplication.CreateBuilder(args)
        builder.Services.AddHttpClient<IOrders, Orders>("orders", fn (c) { c.BaseAddress = new Uri(builder.Configuration["Orders:Url"]) })
        builder.Services.AddDbContext<Db>(fn (o) { o.UseNpgsql(cs) })
        app = builder.Build()
        api = app.MapGroup("/api").RequireAuthorization()
        api.MapGet("/x/{id}", fn (id: int, db: Db) { return db.Find(id) })
        app.MapPost("/y", Handlers.Create)
        app.RunAsync()
        "#,
    );
}

#[test]
fn texts_choices_and_objects() {
    reads(
        READ,
        r#"
class A {
  string F(int id) {
    var url = $"{Base}/x/{id:D2}?q={{a}}" + "/y";
    var host = Environment.GetEnvironmentVariable("HOST") ?? config["Host"] ?? "localhost";
    var port = ok ? "80" : Port();
    var kind = x switch { 1 => "a", _ => "b" };
    var v = @"a""b\c";
    var f = string.Format("{0}/x/{1}", Base, id);
    var m = new Dictionary<string, string> { ["a"] = "b", { "c", d } };
    var n = new { Id = id, url };
    var l = new[] { "a", "b" };
    int a = 1 + 2, b;
    _client?.Send(id)?.Result();
    var w = await http.GetFromJsonAsync<Order>(url);
    return url;
  }
}
"#,
        r#"
        Class A
          fn F(id: int) -> string
            url = `Base "/x/" id "?q={a}/y"`
            host = either(Environment.GetEnvironmentVariable("HOST") | config["Host"] | "localhost")
            port = either("80" | Port())
            kind = either("a" | "b")
            v = "a\"b\\c"
            f = `Base "/x/" id`
            m = new Dictionary<string, string>(a: "b", c: d)
            n = {Id: id, url: url}
            l = ["a", "b"]
            a: int = ?(1, 2)
            b: int = nothing
            _client.Send(id).Result()
            w = http.GetFromJsonAsync<Order>(url)
            return url
        "#,
    );
}

#[test]
fn branches_and_loops() {
    reads(
        READ,
        r#"
class A {
  async Task F() {
    if (Check()) { One(); } else Two();
    foreach (var item in await Load()) { Send(item); }
    for (var i = 0; i < Count(); i++) Tick();
    using (var c = Open()) { c.Go(); }
    using var d = Open();
    try { Risk(); } catch (HttpException e) when (Retry(e)) { Again(); } finally { End(); }
    switch (Kind()) { case 1: A1(); break; default: A2(); break; }
    _ = Task.Run(() => Work());
    int Local(int x) => x;
  }
}
"#,
        r#"
        Class A
          fn F() -> Task
            block
              Check()
              One()
              Two()
            loop item of Load()
              Send(item)
            loop  of
              i = 0
              ?(i, Count())
              Tick()
            block
              c = Open()
              c.Go()
            d = Open()
            block
              Risk()
              block
                Retry(e)
                Again()
              End()
            block
              Kind()
              A1()
              A2()
            Task.Run(fn () { return Work() })
            fn Local(x: int) -> int
              return x
        "#,
    );
}

#[test]
fn broken_files_keep_what_can_be_read() {
    let outline =
        READ("class A { void F() { x.Get(\"/a\" } }\nclass B { void G() { x.Get(\"/b\"); } }");
    assert!(!outline.faults.is_empty());
    assert!(spelled(&outline).contains("/b"), "{}", spelled(&outline));
    for text in [
        "",
        "\u{feff}",
        "class",
        "namespace é {",
        "$\"{",
        "[[[",
        "x => y =>",
    ] {
        READ(text);
    }
}
