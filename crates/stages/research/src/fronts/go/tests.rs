use super::super::spelled::spelled;
use super::*;

fn read(text: &str) -> Outline {
    outline(SourceText { path: "x.go", text })
}

#[track_caller]
fn reads(text: &str, expected: &str) {
    let text = format!("package p\n{text}");
    let expected = format!("module p\n{}", super::super::spelled::unindented(expected));
    super::super::spelled::reads(read, &text, &expected);
}

#[test]
fn imports_and_the_names_of_packages() {
    reads(
        r#"
import (
    "net/http"
    pb "example.com/genproto"
    _ "github.com/lib/pq"
    "github.com/go-redis/redis/v8"
    "github.com/segmentio/kafka-go"
    "github.com/rabbitmq/amqp091-go"
    "github.com/nats-io/nats.go"
    "gopkg.in/yaml.v3"
    "github.com/sony/gobreaker"
    . "github.com/onsi/gomega"
)
var a = []any{redis.Nil, kafka.Reader{}, amqp.Dial, nats.Connect, yaml.Node{}}
"#,
        r#"
        import net/http as http
        import example.com/genproto as pb
        import github.com/lib/pq as _
        import github.com/go-redis/redis/v8 : redis as redis
        import github.com/segmentio/kafka-go : kafka as kafka
        import github.com/rabbitmq/amqp091-go : amqp as amqp
        import github.com/nats-io/nats.go : nats as nats
        import gopkg.in/yaml.v3 : yaml as yaml
        import github.com/sony/gobreaker as gobreaker
        import github.com/onsi/gomega : * as .
        a = [redis.Nil, new kafka.Reader(), amqp.Dial, nats.Connect, new yaml.Node()]
        "#,
    );
}

#[test]
fn types_with_tags_and_embedded_types() {
    reads(
        r#"
type Order struct {
    gorm.Model
    *Audit
    ID, Ref string `json:"id,omitempty" gorm:"column:order_id;primaryKey"`
    Lines []*Line
    Host string `env:"DB_HOST" envDefault:"http://db:5432"`
    Tags map[string]int
    Page Page[Order]
}
type Repo interface {
    Base
    Find(ctx context.Context, id string) (*Order, error)
}
type Id string
"#,
        r#"
        Class Order : gorm.Model, Audit
          Model: gorm.Model
          optional Audit: Audit
          ID: string @json("id", "omitempty") @gorm("column:order_id;primaryKey", column: "order_id", primaryKey: true)
          Ref: string @json("id", "omitempty") @gorm("column:order_id;primaryKey", column: "order_id", primaryKey: true)
          Lines: []<Line>
          Host: string @env("DB_HOST") @envDefault("http://db:5432")
          Tags: map<string, int>
          Page: Page<Order>
        Interface Repo : Base
          fn Find(ctx: context.Context, id: string) -> Order
        Other Id : string
        "#,
    );
}

#[test]
fn methods_know_their_owner_and_themselves() {
    reads(
        r#"
func (s *Server) Run(ctx context.Context, opts ...Option) (err error) {
    s.client = &http.Client{Timeout: 5 * time.Second}
    conn, err := grpc.Dial(s.addr, grpc.WithInsecure())
    _, err = s.db.Exec("DELETE FROM t")
    defer conn.Close()
    go func() { s.loop() }()
    return s.serve(), nil
}
"#,
        r#"
        fn Server.Run(ctx: context.Context, opts: Option) -> error
          self.client = new http.Client(Timeout: ?(5, time.Second))
          conn = grpc.Dial(self.addr, grpc.WithInsecure())
          err = self.db.Exec("DELETE FROM t")
          conn.Close()
          fn () { self.loop() }()
          return self.serve()
        "#,
    );
}

#[test]
fn texts_joined() {
    reads(
        r#"
const (
    base = "http://" + "orders"
    format = `%s/orders/%d`
)
func f(id int, rest ...string) string {
    url := fmt.Sprintf("%s/x?id=%d", base, id)
    url += "/y"
    other := fmt.Sprintf(format, os.Getenv("BASE"), id)
    n := id + 1
    return string(url) + other
}
"#,
        r#"
        fn f(id: int, rest: string) -> string
          url = `base "/x?id=" id`
          url = `url "/y"`
          other = `os.Getenv("BASE") "/orders/" id`
          n = ?(id, 1)
          return `url other`
        const base = "http://orders"
        const format = "%s/orders/%d"
        "#,
    );
}

#[test]
fn branches_loops_and_literals() {
    reads(
        r#"
func f(ctx context.Context) {
    if v, ok := os.LookupEnv("X"); ok { use(v) } else if check() { other() }
    for i, item := range load(ctx) { send(item, i) }
    for i := 0; i < count(); i++ { tick() }
    switch kind := find(); kind { case "a": one(); default: two() }
    select { case m := <-messages(): take(m); case out() <- 1: }
    routes := []Route{{"GET", "/x", list}, {Method: "PUT", Path: "/y"}}
    m := map[string]string{"a": b, "c": "d"}
    h := gin.H{"ok": true}
    var conn *grpc.ClientConn
    x := find[Order](ctx, map[string]any{})
}
"#,
        r#"
        fn f(ctx: context.Context)
          block
            v = os.LookupEnv("X")
            use(v)
            block
              check()
              other()
          loop item of load(ctx)
            send(item, i)
          loop  of
            i = 0
            ?(i, count())
            tick()
          block
            kind = find()
            one()
            two()
          block
            m = messages()
            take(m)
            ?(out(), 1)
          routes = [["GET", "/x", list], {Method: "PUT", Path: "/y"}]
          m = {a: b, c: "d"}
          h = {ok: true}
          conn: grpc.ClientConn = nothing
          x = find<Order>(ctx, {})
        "#,
    );
}

#[test]
fn broken_files_keep_what_can_be_read() {
    let outline = read(
        "package p\nfunc a() { http.Get(\"/a\") \nfunc b( {\n} \nfunc c() { http.Get(\"/c\") }\n",
    );
    assert!(!outline.faults.is_empty());
    assert!(spelled(&outline).contains("/a"), "{}", spelled(&outline));
    for text in [
        "",
        "\u{0}",
        "package",
        "package é\nvar x = `",
        "func (",
        "var x = f(g(h(",
    ] {
        read(text);
    }
}
